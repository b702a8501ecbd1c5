// What lights with a hovered box: itself, the boxes one edge away, and those edges. Pure.
import type { Scene } from '../graph/scene-types.ts';

export interface Neighbourhood {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

export function neighbourhoods(scene: Scene | null): Map<string, Neighbourhood> {
  const around = new Map<string, { nodes: Set<string>; edges: Set<string> }>();
  for (const node of scene?.nodes ?? []) around.set(node.id, { nodes: new Set([node.id]), edges: new Set() });
  for (const edge of scene?.edges ?? [])
    for (const [here, there] of [
      [edge.from, edge.to],
      [edge.to, edge.from],
    ]) {
      around.get(here)?.nodes.add(there);
      around.get(here)?.edges.add(edge.id);
    }
  return around;
}
