// Which module scopes are folded: what the person did, else a start that can be read. Pure.
import type { Graph } from '../../core/index.ts';

/** A picture of more nodes than this starts with its inner modules folded. */
export const readableNodes = 160;
/** So does one with a longer chain of operations: fitted into a window, its boxes would be too small for their names. */
export const readableRows = 12;

/** Ids of folded scopes of `graph`; `byHand`: scope id → open. */
export function foldedScopes(graph: Graph, byHand: ReadonlyMap<string, boolean>): ReadonlySet<string> {
  const folded = new Set<string>();
  const large = graph.nodes.length > readableNodes || longestChain(graph) > readableRows;
  for (const scope of graph.scopes) {
    const open = byHand.get(scope.id) ?? !(large && scope.parent !== '');
    if (!open) folded.add(scope.id);
  }
  return folded;
}

/** Operations on the longest way through the graph; they stand in the order they ran. */
function longestChain(graph: Graph): number {
  const sources = new Map<string, string[]>();
  for (const edge of graph.edges) {
    if (edge.kind !== 'value') continue;
    const known = sources.get(edge.to);
    if (known === undefined) sources.set(edge.to, [edge.from]);
    else known.push(edge.from);
  }
  const rows = new Map<string, number>();
  let longest = 0;
  for (const node of graph.nodes) {
    if (node.kind !== 'op') continue;
    const row = 1 + (sources.get(node.id) ?? []).reduce((above, from) => Math.max(above, rows.get(from) ?? 0), 0);
    rows.set(node.id, row);
    longest = Math.max(longest, row);
  }
  return longest;
}
