// Outline + Layout → Scene: everything at its place, ready to draw. Also the one call that does the whole way from a Graph.
import type { Graph } from '../../core/index.ts';
import { withCrossings } from './crossings.ts';
import { titleWidth } from './elk-graph.ts';
import { drawingMargin, layoutOf } from './layout.ts';
import type { ElkEngine, Layout } from './layout-types.ts';
import { fontSize, round2 } from './metrics.ts';
import { outlineOf } from './outline.ts';
import type { Outline, OutlineBox, OutlineOptions } from './outline-types.ts';
import { boundsOf, segmentsOf } from './routes.ts';
import type { Box, Face, Point, Scene, SceneEdge, SceneNode } from './scene-types.ts';
import { textWidth } from './text-width.ts';

const roundBox = (box: Box): Box => ({ x: round2(box.x), y: round2(box.y), width: round2(box.width), height: round2(box.height) });

/** Faces share their box equally, side by side. */
function facesOf(box: OutlineBox, place: Box): Face[] {
  const width = place.width / box.faces.length;
  return box.faces.map(({ nodeId, kind, name, shape }, i) => ({
    nodeId,
    kind,
    name,
    shape,
    box: roundBox({ x: place.x + width * i, y: place.y, width, height: place.height }),
  }));
}

const meets = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Tags are at most this wide: `+7e−9 rms`, in the tag's size. */
const tagBox = { width: Math.ceil(textWidth('−0.0000 rms', 'mono', fontSize.tag)), height: 15 };

/** Beside the longest part of the edge that has room there: right of upright parts, above level ones, never on a box or another edge. */
function tagPlace(route: readonly Point[], boxes: readonly Box[], lines: readonly Box[]): Point | null {
  const length = ({ a, b }: { a: Point; b: Point }) => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  const parts = segmentsOf(route)
    .filter((part) => length(part) >= 20)
    .sort((p, q) => Number(q.a.x === q.b.x) - Number(p.a.x === p.b.x) || length(q) - length(p));
  let spare: Point | null = null;
  for (const { a, b } of parts)
    for (const along of [0.5, 0.7, 0.3, 0.85, 0.15]) {
      const at = { x: a.x + (b.x - a.x) * along, y: a.y + (b.y - a.y) * along };
      const places =
        a.x === b.x
          ? [
              { x: at.x + 16, y: at.y + 4 },
              { x: at.x - 14 - tagBox.width, y: at.y + 4 },
            ]
          : [
              { x: at.x - tagBox.width / 2, y: at.y - 10 },
              { x: at.x - tagBox.width / 2, y: at.y + 18 },
            ];
      for (const place of places) {
        const room = { x: place.x, y: place.y - 12, ...tagBox };
        if (boxes.some((box) => meets(room, box))) continue;
        const point = { x: round2(place.x), y: round2(place.y) };
        if (!lines.some((line) => meets(room, line))) return point;
        spare ??= point;
      }
    }
  return spare;
}

/** Pure. Boxes the layout does not place, and edges it does not route, are left out. */
export function sceneOf(outline: Outline, layout: Layout): Scene {
  const nodes: SceneNode[] = [];
  for (const box of outline.boxes) {
    const place = layout.boxes.get(box.id);
    if (place === undefined) continue;
    const { id, role, scope, title, label, site, folded, error } = box;
    nodes.push({ id, box: roundBox(place), role, faces: facesOf(box, place), scope, title, label, site, folded, error });
  }
  const failed = new Set(nodes.filter((node) => node.error !== null).map((node) => node.id));
  // In `addmm(bias, a, b)` it is the product that is refused.
  const addends = new Set(nodes.filter((node) => /^b?addb?mm$/.test(node.faces[0]?.name ?? '')).map((node) => node.id));
  const occupied = nodes.map((node) => node.box);
  // The parts of all edges with the room their ribbons take. No tags where nobody could tell whose they are.
  const tagged = outline.edges.length <= 1500;
  const lines = !tagged
    ? []
    : [...layout.routes.values()].flatMap((route) =>
        segmentsOf(route).map(({ a, b }) => ({
          x: Math.min(a.x, b.x) - 4,
          y: Math.min(a.y, b.y) - 4,
          width: Math.abs(a.x - b.x) + 8,
          height: Math.abs(a.y - b.y) + 8,
        })),
      );
  // Selection rings and halos lie around boxes.
  const clear = occupied.map((box) => ({ x: box.x - 5, y: box.y - 5, width: box.width + 10, height: box.height + 10 }));
  for (const region of outline.regions) {
    const box = layout.regions.get(region.id);
    if (box !== undefined) clear.push({ x: box.x + 16, y: box.y + 8, width: titleWidth(region), height: 18 });
  }
  const edges: SceneEdge[] = [];
  // Drawing order: values below gradients.
  const layer = { saved: 0, view: 1, value: 2, gradient: 3 };
  for (const { id, kind, from, to, graphEdges, arrow, skip, order } of [...outline.edges].sort((a, b) => layer[a.kind] - layer[b.kind])) {
    const route = layout.routes.get(id);
    if (route !== undefined)
      edges.push({
        id,
        kind,
        from,
        to,
        graphEdges,
        route,
        arrow,
        skip,
        failed: kind === 'value' && failed.has(to) && !(addends.has(to) && order === 0),
        crossings: [],
        tag: tagged && kind === 'gradient' ? tagPlace(route, clear, lines) : null,
      });
  }
  const regions = outline.regions.flatMap(({ id, name, label, depth }) => {
    const box = layout.regions.get(id);
    return box === undefined ? [] : [{ id, name, label, box: roundBox(box), depth }];
  });
  const bounds = boundsOf(
    [...occupied, ...regions.map((region) => region.box)],
    edges.map((edge) => edge.route),
  );
  return {
    view: outline.view,
    graphHash: outline.graphHash,
    width: Math.ceil(bounds.x + bounds.width + drawingMargin),
    height: Math.ceil(bounds.y + bounds.height + drawingMargin),
    regions,
    nodes,
    edges: withCrossings(edges, regions),
  };
}

/** Graph → Scene in one go: what the command line's `svg` and the window both do. */
export async function sceneOfGraph(graph: Graph, options: OutlineOptions, elk: ElkEngine): Promise<Scene> {
  const outline = outlineOf(graph, options);
  return sceneOf(outline, await layoutOf(outline, elk));
}
