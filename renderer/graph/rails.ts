// Main rails through layers they only pass: way points keep room for both lanes beside the parameters, so that a chain of modules
// stays two straight lines. Decides how many and in which region; elk places them like boxes.
import { lowerEnd, type Outline, type OutlineBox, type OutlineEdge, upperEnd } from './outline-types.ts';
import { type EdgePorts, railX } from './ports.ts';

export interface WayPoint {
  readonly id: string;
  readonly region: string;
  /** The first one inside a region: the rail passes beside the region's title there. */
  readonly entry: boolean;
}

/** A box's main value edge and the gradient that comes back along it. */
export interface Rail {
  readonly edges: readonly OutlineEdge[];
  readonly ways: readonly WayPoint[];
}

/** More layers than this are not worth a corridor. */
const longest = 24;

/** Rails that pass at least one layer. */
export function railsOf(
  outline: Outline,
  boxes: readonly OutlineBox[],
  edges: readonly OutlineEdge[],
  ports: ReadonlyMap<string, EdgePorts>,
): Rail[] {
  if (outline.view !== 'paired') return [];
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const parents = new Map(outline.regions.map((region) => [region.id, region.parent]));
  const pathOf = (box: OutlineBox): string[] => {
    const path: string[] = [];
    for (let region = box.region; region !== ''; region = parents.get(region) ?? '') path.unshift(region);
    return path;
  };
  const paths = new Map(boxes.map((box) => [box.id, pathOf(box)]));
  /** What stands for a box among the direct children of a container at `depth` of its path. */
  const itemAt = (id: string, depth: number): string => {
    const region = paths.get(id)?.[depth];
    return region === undefined ? id : `region:${region}`;
  };
  const levels = new Map<string, Map<string, number>>();
  const levelsIn = (container: string, depth: number): Map<string, number> => {
    let found = levels.get(container);
    if (found === undefined) {
      found = layersOf(
        edges
          .filter((edge) => [edge.from, edge.to].every((id) => container === '' || paths.get(id)?.[depth - 1] === container))
          .map((edge) => [itemAt(upperEnd(edge), depth), itemAt(lowerEnd(edge), depth)] as const)
          .filter(([a, b]) => a !== b),
      );
      levels.set(container, found);
    }
    return found;
  };

  const rails: Rail[] = [];
  for (const edge of edges) {
    if (edge.kind !== 'value') continue;
    const [upper, lower] = [byId.get(edge.from) as OutlineBox, byId.get(edge.to) as OutlineBox];
    const isMain = (one: OutlineEdge) =>
      ports.get(one.id)?.lower.x === railX(lower, one.kind === 'gradient' ? 'gradient' : 'value', outline.view);
    if (upper.role === 'parameter' || upper.role === 'input' || !isMain(edge)) continue;
    const back = edges.find((one) => one.kind === 'gradient' && one.from === edge.to && one.to === edge.from && isMain(one));
    const [up, down] = [paths.get(edge.from) as string[], paths.get(edge.to) as string[]];
    let shared = 0;
    while (shared < up.length && up[shared] === down[shared]) shared++;
    const ways: WayPoint[] = [];
    for (let depth = shared; depth <= down.length; depth++) {
      const container = depth === 0 ? '' : down[depth - 1];
      const level = levelsIn(container, depth);
      const start = depth === shared ? (level.get(itemAt(edge.from, depth)) ?? 0) : -1;
      const count = (level.get(itemAt(edge.to, depth)) ?? 0) - start - 1;
      for (let i = 0; i < count; i++)
        ways.push({ id: `way:${edge.id}:${depth}:${i}`, region: container, entry: depth > shared && i === 0 });
    }
    if (ways.length > 0 && ways.length <= longest) rails.push({ edges: back === undefined ? [edge] : [edge, back], ways });
  }
  return rails;
}

/** Longest path from a source, by repeated relaxing; a cycle (folds can make one) stops after as many rounds as there are items. */
function layersOf(pairs: readonly (readonly [string, string])[]): Map<string, number> {
  const layers = new Map<string, number>();
  for (const [a, b] of pairs) layers.set(a, 0).set(b, 0);
  for (let round = 0, changed = true; changed && round <= layers.size; round++) {
    changed = false;
    for (const [a, b] of pairs) {
      const wanted = (layers.get(a) as number) + 1;
      if (wanted > (layers.get(b) as number)) {
        layers.set(b, wanted);
        changed = true;
      }
    }
  }
  return layers;
}
