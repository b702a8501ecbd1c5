// Where edges meet boxes: value in and out on the left face, gradient in and out on the right face, one main rail each, the rest beside it.
import { metrics } from './metrics.ts';
import { lowerEnd, type Outline, type OutlineBox, type OutlineEdge, upperEnd } from './outline-types.ts';
import type { Point, ViewKind } from './scene-types.ts';

/** Both ends of an edge as offsets from the top left corner of their boxes: `upper` on a bottom border, `lower` on a top border. */
export interface EdgePorts {
  readonly upper: Point;
  readonly lower: Point;
}

type Lane = 'value' | 'gradient';
const laneOf = (edge: OutlineEdge): Lane => (edge.kind === 'gradient' ? 'gradient' : 'value');

/** Distance of a box's rail from its left border. */
export function railX(box: OutlineBox, lane: Lane, view: ViewKind): number {
  // Autograd: one rail of gradients; what is saved or viewed keeps to its left.
  if (view === 'autograd') return box.width / 2 - (lane === 'gradient' || box.role === 'saved' || box.role === 'base' ? 0 : metrics.lane);
  const twoLanes = box.faces.length === 2 || (box.role === 'scope' && box.dock === null) || box.role === 'output';
  return box.width / 2 + (twoLanes ? (lane === 'value' ? -metrics.lane : metrics.lane) : 0);
}

/** Longest way from any source, over boxes; edges that close a cycle (folding can make one) are not followed. */
export function depths(boxes: readonly OutlineBox[], edges: readonly OutlineEdge[]): Map<string, number> {
  const above = new Map<string, string[]>();
  for (const edge of edges) above.set(lowerEnd(edge), [...(above.get(lowerEnd(edge)) ?? []), upperEnd(edge)]);
  const depth = new Map<string, number>();
  const open = new Set<string>();
  for (const box of boxes) {
    // An explicit stack: chains of ten thousand boxes must not overflow the call stack.
    const stack: [string, number][] = [[box.id, 0]];
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const parents = above.get(top[0]) ?? [];
      if (depth.has(top[0])) stack.pop();
      else if (top[1] < parents.length) {
        open.add(top[0]);
        const parent = parents[top[1]++];
        if (!open.has(parent) && !depth.has(parent)) stack.push([parent, 0]);
      } else {
        depth.set(top[0], Math.max(-1, ...parents.map((parent) => depth.get(parent) ?? -1)) + 1);
        open.delete(top[0]);
        stack.pop();
      }
    }
  }
  return depth;
}

/** As depths, but sources (and what only sources feed, as AccumulateGrad) stand right above their first use instead of at the top. */
export function layersOf(boxes: readonly OutlineBox[], edges: readonly OutlineEdge[]): Map<string, number> {
  const layers = depths(boxes, edges);
  const above = new Map<string, string[]>();
  const below = new Map<string, string[]>();
  for (const edge of edges) {
    above.set(lowerEnd(edge), [...(above.get(lowerEnd(edge)) ?? []), upperEnd(edge)]);
    below.set(upperEnd(edge), [...(below.get(upperEnd(edge)) ?? []), lowerEnd(edge)]);
  }
  const isSource = (id: string) => !above.has(id);
  const movable = boxes.filter((box) => (above.get(box.id) ?? []).every(isSource));
  // What sources feed goes first, then the sources follow it.
  for (const { id } of [...movable.filter((box) => !isSource(box.id)), ...movable.filter((box) => isSource(box.id))]) {
    let first = Infinity;
    for (const user of below.get(id) ?? []) first = Math.min(first, layers.get(user) ?? 0);
    if (first !== Infinity) layers.set(id, Math.max(layers.get(id) ?? 0, first - 1));
  }
  return layers;
}

const rank = (box: OutlineBox | undefined): number =>
  box === undefined || box.role === 'input' || box.role === 'saved' || box.role === 'base'
    ? 0
    : box.role === 'parameter' || box.role === 'leaf'
      ? 1
      : 2;

/** Ports of every edge, by edge id. */
export function portsOf(outline: Outline): Map<string, EdgePorts> {
  const boxes = new Map(outline.boxes.map((box) => [box.id, box]));
  const depth = depths(outline.boxes, outline.edges);
  const incoming = new Map<string, OutlineEdge[]>();
  for (const edge of outline.edges) incoming.set(lowerEnd(edge), [...(incoming.get(lowerEnd(edge)) ?? []), edge]);
  const lowerX = new Map<string, number>();
  const autograd = outline.view === 'autograd';

  for (const [id, edges] of incoming) {
    const box = boxes.get(id) as OutlineBox;
    const importance = (edge: OutlineEdge) => rank(boxes.get(upperEnd(edge))) * 1e6 + (depth.get(upperEnd(edge)) ?? 0);
    const main = edges.reduce((a, b) => (importance(b) > importance(a) ? b : a));
    const mainSource = upperEnd(main);
    for (const lane of ['value', 'gradient'] as const) {
      const lanes = edges.filter((edge) => laneOf(edge) === lane).sort((a, b) => a.order - b.order);
      if (lanes.length === 0) continue;
      const first = lanes.find((edge) => upperEnd(edge) === mainSource) ?? lanes.reduce((a, b) => (importance(b) > importance(a) ? b : a));
      const rail = railX(box, lane, outline.view);
      lowerX.set(first.id, rail);
      const rest = lanes.filter((edge) => edge !== first);
      const isLeft = (edge: OutlineEdge) => rank(boxes.get(upperEnd(edge))) === 0;
      const left = rest.filter(isLeft);
      const right = rest.filter((edge) => !isLeft(edge)).sort((a, b) => importance(b) - importance(a) || a.order - b.order);
      const oneLane = autograd || rail === box.width / 2;
      const rightLimit = oneLane || lane === 'gradient' ? box.width - 16 : box.width / 2 - 12;
      const leftStep = Math.min(oneLane ? 40 : 48, (rail - 16) / Math.max(1, left.length));
      const rightStep = Math.min(oneLane ? 40 : lane === 'value' ? 32 : metrics.lane, (rightLimit - rail) / Math.max(1, right.length));
      left.forEach((edge, i) => void lowerX.set(edge.id, rail - leftStep * (i + 1)));
      right.forEach((edge, i) => void lowerX.set(edge.id, rail + rightStep * (i + 1)));
    }
  }

  const ports = new Map<string, EdgePorts>();
  for (const edge of outline.edges) {
    const upper = boxes.get(upperEnd(edge)) as OutlineBox;
    const lower = boxes.get(lowerEnd(edge)) as OutlineBox;
    ports.set(edge.id, {
      upper: { x: railX(upper, laneOf(edge), outline.view), y: upper.height },
      lower: { x: lowerX.get(edge.id) ?? railX(lower, laneOf(edge), outline.view), y: 0 },
    });
  }
  return ports;
}
