// Reads a Graph from JSON that nobody vouches for: every field checked, unknown ones dropped.
import type { EdgeKind, Graph, GraphEdge, GraphNode, NodeKind, Scope, Site } from './graph.ts';

export class GraphFormatError extends Error {
  constructor(message: string) {
    super(`broken graph: ${message}`);
    this.name = 'GraphFormatError';
  }
}

const nodeKinds: readonly NodeKind[] = ['op', 'backward', 'leaf', 'input', 'saved', 'output', 'base'];
const edgeKinds: readonly EdgeKind[] = ['value', 'gradient', 'saved', 'view'];
type Loose = Record<string, unknown>;

function loose(value: unknown, what: string): Loose {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new GraphFormatError(`${what} is no object`);
  return value as Loose;
}
function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new GraphFormatError(`${what} is no list`);
  return value;
}
function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new GraphFormatError(`${what} is no text`);
  return value;
}
const textOrNull = (value: unknown, what: string): string | null => (value === null ? null : text(value, what));
function whole(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw new GraphFormatError(`${what} is no whole number`);
  return value;
}
function site(value: unknown): Site | null {
  if (value === null) return null;
  const s = loose(value, 'site');
  return { cell: whole(s.cell, 'cell'), line: whole(s.line, 'line') };
}

function node(value: unknown): GraphNode {
  const n = loose(value, 'node');
  const id = text(n.id, 'id of a node');
  const kind = n.kind as NodeKind;
  if (!nodeKinds.includes(kind)) throw new GraphFormatError(`node ${id} has kind ${String(n.kind)}`);
  const attrs =
    n.attrs === undefined
      ? undefined
      : list(n.attrs, 'attrs').map((row): readonly [string, string] => [
          text(list(row, 'attr')[0], 'attr'),
          text(list(row, 'attr')[1], 'attr'),
        ]);
  return {
    id,
    kind,
    name: text(n.name, 'name'),
    shape: n.shape === null ? null : list(n.shape, 'shape').map((d) => whole(d, 'size')),
    dtype: textOrNull(n.dtype, 'dtype'),
    device: textOrNull(n.device, 'device'),
    scope: text(n.scope, 'scope'),
    site: site(n.site),
    pair: textOrNull(n.pair, 'pair'),
    ...(attrs === undefined ? {} : { attrs }),
    ...(n.sizeBytes === undefined ? {} : { sizeBytes: whole(n.sizeBytes, 'sizeBytes') }),
    ...(n.source === undefined ? {} : { source: text(n.source, 'source') }),
    ...(n.error === undefined ? {} : { error: text(n.error, 'error') }),
  };
}

/** The Graph, or a `GraphFormatError` that says what is wrong. */
export function parseGraph(json: unknown): Graph {
  const g = loose(json, 'graph');
  const nodes = list(g.nodes, 'nodes').map(node);
  const ids = new Set(nodes.map((n) => n.id));
  if (ids.size !== nodes.length) throw new GraphFormatError('two nodes share an id');
  const edges = list(g.edges, 'edges').map((value): GraphEdge => {
    const e = loose(value, 'edge');
    const kind = e.kind as EdgeKind;
    const made = {
      id: text(e.id, 'id'),
      kind,
      from: text(e.from, 'from'),
      to: text(e.to, 'to'),
      slot: whole(e.slot, 'slot'),
      toSlot: whole(e.toSlot, 'toSlot'),
    };
    if (!edgeKinds.includes(kind)) throw new GraphFormatError(`edge ${made.id} has kind ${String(e.kind)}`);
    if (!ids.has(made.from) || !ids.has(made.to)) throw new GraphFormatError(`edge ${made.id} has a missing end`);
    return made;
  });
  const scopes = list(g.scopes, 'scopes').map((value): Scope => {
    const s = loose(value, 'scope');
    return {
      id: text(s.id, 'id'),
      parent: text(s.parent, 'parent'),
      name: text(s.name, 'name'),
      type: text(s.type, 'type'),
      label: text(s.label, 'label'),
      moduleKey: whole(s.moduleKey, 'moduleKey'),
    };
  });
  const scopeIds = new Set(scopes.map((s) => s.id));
  for (const n of nodes)
    if (n.scope !== '' && !scopeIds.has(n.scope)) throw new GraphFormatError(`node ${n.id} lies in no scope ${n.scope}`);
  for (const s of scopes) {
    if (s.parent !== '' && !scopeIds.has(s.parent)) throw new GraphFormatError(`scope ${s.id} lies in no scope ${s.parent}`);
    if (s.parent !== '' && s.id.length <= s.parent.length) throw new GraphFormatError(`scope ${s.id} is not below ${s.parent}`);
  }
  return { hash: text(g.hash, 'hash'), nodes, edges, scopes };
}
