// Autograd view: leaves (with their AccumulateGrad) hang at the left of the one function they feed, saved tensors at the right. Which, not where.
import type { GraphNode } from '../../core/index.ts';
import { metrics } from './metrics.ts';
import { type Dock, lowerEnd, type OutlineEdge, upperEnd } from './outline-types.ts';

/** More docked rows than this would make a tower: such leaves stay in the layering. */
const maxLeafRows = 4;

export function dockBoxes(
  nodes: readonly GraphNode[],
  edges: readonly OutlineEdge[],
  boxOfNode: ReadonlyMap<string, string>,
): Map<string, Dock> {
  const users = new Map<string, OutlineEdge[]>();
  const sources = new Map<string, OutlineEdge[]>();
  for (const edge of edges) {
    users.set(upperEnd(edge), [...(users.get(upperEnd(edge)) ?? []), edge]);
    sources.set(lowerEnd(edge), [...(sources.get(lowerEnd(edge)) ?? []), edge]);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const open = (node: GraphNode) => boxOfNode.get(node.id) === node.id;
  const isFunction = (id: string) => {
    const node = byId.get(id);
    return node !== undefined && open(node) && node.kind === 'backward' && node.name !== 'AccumulateGrad';
  };

  const left = new Map<string, [string, string][]>();
  const right = new Map<string, string[]>();
  for (const node of nodes) {
    if (!open(node)) continue;
    if (node.kind === 'leaf') {
      const accumulate = node.pair === null ? undefined : byId.get(node.pair);
      const toAccumulate = (users.get(node.id) ?? []).filter((edge) => edge.kind === 'gradient');
      if (accumulate === undefined || !open(accumulate) || toAccumulate.length !== 1) continue;
      const uses = users.get(accumulate.id) ?? [];
      const host = uses.length === 1 ? lowerEnd(uses[0]) : '';
      const others = (users.get(node.id) ?? []).filter((edge) => edge.kind !== 'gradient' && lowerEnd(edge) !== host);
      if (isFunction(host) && others.length === 0 && !sources.has(node.id))
        left.set(host, [...(left.get(host) ?? []), [node.id, accumulate.id]]);
    } else if (node.kind === 'saved') {
      const uses = users.get(node.id) ?? [];
      if (uses.length === 1 && isFunction(uses[0].to) && !sources.has(node.id))
        right.set(uses[0].to, [...(right.get(uses[0].to) ?? []), node.id]);
    }
  }

  const docks = new Map<string, Dock>();
  for (const [host, pairs] of left) {
    if (pairs.length > maxLeafRows) continue;
    pairs.forEach(([leaf, accumulate], row) => {
      docks.set(accumulate, { host, side: 'left', column: 0, row, rows: pairs.length });
      docks.set(leaf, { host, side: 'left', column: 1, row, rows: pairs.length });
    });
  }
  for (const [host, saved] of right) {
    // Columns of three and two in turn, the twos half a row lower: lines to them run between the boxes of the column before.
    let column = 0;
    for (let at = 0; at < saved.length; column++) {
      const room = column % 2 === 0 ? metrics.saved.column : metrics.saved.column - 1;
      const rows = saved.slice(at, at + room);
      rows.forEach((id, row) => void docks.set(id, { host, side: 'right', column, row, rows: rows.length }));
      at += rows.length;
    }
  }
  return docks;
}
