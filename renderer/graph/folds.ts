// Which module scopes are folded: what the person did, else a start that can be read. Pure.
import type { Graph } from '../../core/index.ts';

/** A picture of more nodes than this starts with its inner modules folded. */
export const readableNodes = 160;

/** Ids of folded scopes of `graph`; `byHand`: scope id → open. */
export function foldedScopes(graph: Graph, byHand: ReadonlyMap<string, boolean>): ReadonlySet<string> {
  const folded = new Set<string>();
  const large = graph.nodes.length > readableNodes;
  for (const scope of graph.scopes) {
    const open = byHand.get(scope.id) ?? !(large && scope.parent !== '');
    if (!open) folded.add(scope.id);
  }
  return folded;
}
