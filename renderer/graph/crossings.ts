// Where edges cross: the one drawn later leaves a gap in the one below, in the colour of what lies behind.
import { segmentsOf } from './routes.ts';
import type { Crossing, Region, SceneEdge } from './scene-types.ts';

/** Beyond this many edges crossings are not looked for: nobody could read them. */
const maxEdges = 1500;
const margin = 4;

interface Part {
  readonly edge: number;
  readonly upright: boolean;
  /** The coordinate it lies on, and the stretch it covers. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** Adds to each edge the points where it passes over an earlier one. */
export function withCrossings(edges: readonly SceneEdge[], regions: readonly Region[]): SceneEdge[] {
  if (edges.length > maxEdges) return [...edges];
  const parts: Part[] = edges.flatMap((edge, index) =>
    segmentsOf(edge.route).map(({ a, b }) => {
      const upright = a.x === b.x;
      const [p, q] = upright ? [a.y, b.y] : [a.x, b.x];
      return { edge: index, upright, at: upright ? a.x : a.y, from: Math.min(p, q) + margin, to: Math.max(p, q) - margin };
    }),
  );
  const level = parts.filter((part) => !part.upright);
  const found = new Map<number, Crossing[]>();
  for (const up of parts) {
    if (!up.upright) continue;
    for (const flat of level) {
      if (flat.edge === up.edge || up.at <= flat.from || up.at >= flat.to || flat.at <= up.from || flat.at >= up.to) continue;
      const over = Math.max(up.edge, flat.edge);
      const point = { x: up.at, y: flat.at };
      const behind = regions.filter(
        ({ box }) => point.x > box.x && point.x < box.x + box.width && point.y > box.y && point.y < box.y + box.height,
      );
      const region = behind.reduce<Region | null>((inner, one) => (inner === null || one.depth > inner.depth ? one : inner), null);
      found.set(over, [...(found.get(over) ?? []), { ...point, region: region?.id ?? '', upright: over === up.edge }]);
    }
  }
  return edges.map((edge, index) => ({ ...edge, crossings: found.get(index) ?? [] }));
}
