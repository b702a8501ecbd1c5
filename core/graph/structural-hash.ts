// A 64-bit hash of text, and the structural hash of a Graph over it. Knows no engine.
import type { Graph } from './graph.ts';

/** Two independent 32-bit FNV-like lanes, as 16 hex digits. Not for security. */
function hashText(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x85ebca6b) + 0x27d4eb2f;
    b ^= b >>> 13;
  }
  const hex = (n: number) => (n >>> 0).toString(16).padStart(8, '0');
  return hex(a ^ (a >>> 15)) + hex(b ^ (b >>> 16));
}

/** Hash over kinds, ids, ops, shapes, edges and scopes. Variable names are labels and do not count; nor do attribute values. */
export function structuralHash(graph: Pick<Graph, 'nodes' | 'edges' | 'scopes'>): string {
  const parts: string[] = [];
  for (const n of graph.nodes) {
    const name = n.kind === 'op' || n.kind === 'backward' ? n.name : '';
    parts.push(`${n.kind}|${n.id}|${name}|${n.shape?.join(',') ?? '-'}|${n.dtype}|${n.device}|${n.scope}|${n.pair}|${n.error ?? ''}`);
  }
  for (const e of graph.edges) parts.push(e.id);
  for (const s of graph.scopes) parts.push(`${s.id}|${s.type}|${s.label}`);
  return hashText(parts.join('\n'));
}
