// A Graph as short text for people and snapshots: one line a node, with what flows in. Knows no values.
import type { Graph, GraphEdge } from './graph.ts';

/**
 * One line a node: `kind id name (shape) dtype [scope] <- inputs`. Gradient edges show on the node they reach, saved tensors on the
 * function that keeps them. Scopes come first.
 */
export function textForm(graph: Graph): string {
  const incoming = new Map<string, GraphEdge[]>();
  for (const e of graph.edges) incoming.set(e.to, [...(incoming.get(e.to) ?? []), e]);
  const marks = { value: '', gradient: '~', saved: '*', view: '=' } as const;
  const lines: string[] = [];
  for (const s of graph.scopes) lines.push(`scope ${s.id}: ${s.label}`);
  for (const n of graph.nodes) {
    const shape = n.shape === null ? '' : ` (${n.shape.join(', ')})`;
    const dtype = n.dtype === null || n.dtype === 'float32' ? '' : ` ${n.dtype}`;
    const device = n.device === null || n.device === 'cpu' ? '' : ` ${n.device}`;
    const name = n.name === '' ? '' : ` "${n.name}"`;
    const scope = n.scope === '' ? '' : ` in ${n.scope}`;
    const error = n.error === undefined ? '' : ` !! ${n.error}`;
    const froms = (incoming.get(n.id) ?? []).map((e) => `${marks[e.kind]}${e.from}${e.slot === 0 ? '' : `.${e.slot}`}`);
    lines.push(`${n.kind} ${n.id}${name}${shape}${dtype}${device}${scope}${froms.length === 0 ? '' : ` <- ${froms.join(', ')}`}${error}`);
  }
  return `${lines.join('\n')}\n`;
}
