// Paired view, after the layering: data that enters one op stands at the left of the whole picture, on the height where it is used.
import { titleWidth } from './elk-graph.ts';
import { metrics } from './metrics.ts';
import type { Outline, OutlineBox, OutlineEdge } from './outline-types.ts';
import type { EdgePorts } from './ports.ts';
import { boundsOf, crossesBox, runsAlong, segmentsOf } from './routes.ts';
import type { Box, Point } from './scene-types.ts';

export interface Placement {
  readonly boxes: Map<string, Box>;
  readonly regions: Map<string, Box>;
  readonly routes: Map<string, Point[]>;
}

/** Inputs with exactly one use, and that edge. */
export function dockableInputs(outline: Outline): Map<string, OutlineEdge> {
  const uses = new Map<string, OutlineEdge[]>();
  for (const edge of outline.edges) uses.set(edge.from, [...(uses.get(edge.from) ?? []), edge]);
  const dockable = new Map<string, OutlineEdge>();
  if (outline.view !== 'paired') return dockable;
  for (const box of outline.boxes) {
    const edges = box.role === 'input' ? (uses.get(box.id) ?? []) : [];
    const target = edges.length === 1 ? outline.boxes.find((other) => other.id === edges[0].to) : undefined;
    if (target !== undefined && target.role !== 'input') dockable.set(box.id, edges[0]);
  }
  // Something must be left to dock to.
  return dockable.size === outline.boxes.length ? new Map() : dockable;
}

interface Wish {
  readonly box: OutlineBox;
  readonly edge: OutlineEdge;
  readonly port: Point;
  channel: number;
  y: number;
}

/** Arrow and corner need this much above a port; a channel may lie at most this far up. */
const nearest = 24;
const farthest = 64;
const clear = 10;

/** Adds boxes and routes to `placement`; returns the inputs for which no free channel was found. */
export function dockInputs(
  outline: Outline,
  inputs: ReadonlyMap<string, OutlineEdge>,
  ports: ReadonlyMap<string, EdgePorts>,
  placement: Placement,
): string[] {
  const failed: string[] = [];
  const wishes: Wish[] = [];
  const bounds = boundsOf([...placement.boxes.values(), ...placement.regions.values()], placement.routes.values());
  const obstacles: Box[] = [...placement.boxes.values()];
  for (const region of outline.regions) {
    const box = placement.regions.get(region.id);
    if (box !== undefined) obstacles.push({ x: box.x + 16, y: box.y + 6, width: titleWidth(region), height: 16 });
  }
  const taken: Point[][] = [...placement.routes.values()];
  for (const [id, edge] of inputs) {
    const target = placement.boxes.get(edge.to);
    const port = ports.get(edge.id)?.lower;
    if (target === undefined || port === undefined) {
      failed.push(id);
      continue;
    }
    const end = { x: target.x + port.x, y: target.y };
    let channel: number | null = null;
    for (let y = end.y - nearest; y >= end.y - farthest && channel === null; y -= 2)
      if (
        !obstacles.some((box) => crossesBox(y, bounds.x, end.x, box, clear)) &&
        !taken.some((route) => runsAlong(y, bounds.x, end.x, route, clear))
      )
        channel = y;
    if (channel === null) failed.push(id);
    else {
      taken.push([
        { x: bounds.x, y: channel },
        { x: end.x, y: channel },
      ]);
      wishes.push({ box: outline.boxes.find((box) => box.id === id) as OutlineBox, edge, port: end, channel, y: 0 });
    }
  }
  stack(wishes, bounds.y);
  const width = Math.max(0, ...wishes.map((wish) => wish.box.width));
  const beside = Math.min(...wishes.map((wish) => leftOf(wish, placement, bounds.x + bounds.width)));
  const left = beside - metrics.columnGap - width;
  wishes.forEach((wish, i) => {
    placement.boxes.set(wish.box.id, { x: left + width - wish.box.width, y: wish.y, width: wish.box.width, height: wish.box.height });
    const exit = { x: left + width, y: wish.y + wish.box.height / 2 };
    const jog = left + width + metrics.columnGap / 2 + (exit.y === wish.channel ? 0 : 4 * (i % 3));
    placement.routes.set(wish.edge.id, [
      exit,
      { x: jog, y: exit.y },
      { x: jog, y: wish.channel },
      { x: wish.port.x, y: wish.channel },
      wish.port,
    ]);
  });
  return failed;
}

/** Where the picture begins on the height of a wish, its way to the channel included. */
function leftOf({ box, channel, y }: Wish, { boxes, regions, routes }: Placement, otherwise: number): number {
  const [top, bottom] = [Math.min(y, channel) - metrics.regionPadding.side, Math.max(y + box.height, channel) + metrics.regionPadding.side];
  let left = otherwise;
  for (const each of [...boxes.values(), ...regions.values()])
    if (each.y < bottom && each.y + each.height > top) left = Math.min(left, each.x);
  for (const route of routes.values())
    for (const { a, b } of segmentsOf(route)) if (Math.min(a.y, b.y) < bottom && Math.max(a.y, b.y) > top) left = Math.min(left, a.x, b.x);
  return left;
}

/** Each box centred on its channel where it can be; those that would overlap are moved up, never beyond the top if room is below. */
function stack(wishes: Wish[], top: number): void {
  wishes.sort((a, b) => b.channel - a.channel);
  const gap = 16;
  let floor = Infinity;
  for (const wish of wishes) {
    wish.y = Math.min(wish.channel - wish.box.height / 2, floor - gap - wish.box.height);
    floor = wish.y;
  }
  const above = wishes.length === 0 ? 0 : Math.max(0, top - floor);
  if (above === 0) return;
  // Too high: push the whole upper run down as far as the one below allows.
  let ceiling = Math.max(floor, top - 2 * metrics.rowGap.paired);
  for (const wish of [...wishes].reverse()) {
    if (wish.y >= ceiling) break;
    wish.y = ceiling;
    ceiling += wish.box.height + gap;
  }
}
