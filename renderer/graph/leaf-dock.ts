// Autograd view: where docked leaves and saved tensors lie beside their host, and their short routes. The room is reserved before layering.
import type { Margins } from './elk-graph.ts';
import type { Placement } from './input-dock.ts';
import { metrics } from './metrics.ts';
import { lowerEnd, type Outline, type OutlineBox, upperEnd } from './outline-types.ts';
import type { Box, Point } from './scene-types.ts';

interface Docked {
  readonly left: OutlineBox[];
  readonly right: OutlineBox[];
}

function byHost(outline: Outline): Map<string, Docked> {
  const hosts = new Map<string, Docked>();
  for (const box of outline.boxes) {
    if (box.dock === null) continue;
    const docked = hosts.get(box.dock.host) ?? { left: [], right: [] };
    docked[box.dock.side].push(box);
    hosts.set(box.dock.host, docked);
  }
  return hosts;
}

const columnWidth = (boxes: readonly OutlineBox[], column: number): number =>
  Math.max(0, ...boxes.filter((box) => box.dock?.column === column).map((box) => box.width));

const columnCount = (boxes: readonly OutlineBox[]): number => Math.max(0, ...boxes.map((box) => (box.dock?.column ?? 0) + 1));

/** Columns of leaves and of AccumulateGrad are one width each over the whole graph, so that they line up. */
function leafColumns(outline: Outline): { accumulate: number; leaf: number } {
  const left = outline.boxes.filter((box) => box.dock?.side === 'left');
  return { accumulate: columnWidth(left, 0), leaf: columnWidth(left, 1) };
}

/** How much room the docked boxes need around their hosts. */
export function dockMargins(outline: Outline): Map<string, Margins> {
  const boxes = new Map(outline.boxes.map((box) => [box.id, box]));
  const { accumulate, leaf } = leafColumns(outline);
  const margins = new Map<string, Margins>();
  for (const [host, { left, right }] of byHost(outline)) {
    const height = (boxes.get(host) as OutlineBox).height;
    const leftRows = Math.max(0, ...left.map((box) => box.dock?.rows ?? 0));
    const rightRows = Math.max(0, ...right.map((box) => box.dock?.rows ?? 0));
    const tall = Math.max(leftRows * metrics.leaf.pitch - 4, rightRows * metrics.saved.pitch - 4);
    const over = Math.max(0, (tall - height) / 2);
    const columns = columnCount(right);
    let rightWidth = columns === 0 ? 0 : metrics.dockGap + (columns - 1) * metrics.savedGap;
    for (let column = 0; column < columns; column++) rightWidth += columnWidth(right, column);
    margins.set(host, {
      left: left.length === 0 ? 0 : metrics.dockGap + accumulate + metrics.leafGap + leaf,
      right: rightWidth,
      top: over,
      bottom: over,
    });
  }
  return margins;
}

/** Adds the docked boxes and their edges to a placement that holds their hosts. */
export function dockLeaves(outline: Outline, placement: Placement): void {
  const { accumulate, leaf } = leafColumns(outline);
  for (const [hostId, { left, right }] of byHost(outline)) {
    const host = placement.boxes.get(hostId) as Box;
    const middle = host.y + host.height / 2;
    for (const box of left) {
      const dock = box.dock as NonNullable<OutlineBox['dock']>;
      const y = middle + (dock.row - (dock.rows - 1) / 2) * metrics.leaf.pitch - box.height / 2;
      const x = host.x - metrics.dockGap - accumulate - (dock.column === 0 ? 0 : metrics.leafGap + leaf);
      placement.boxes.set(box.id, { x, y, width: dock.column === 0 ? accumulate : leaf, height: box.height });
    }
    let x = host.x + host.width + metrics.dockGap;
    for (let column = 0; column < columnCount(right); column++) {
      const width = columnWidth(right, column);
      for (const box of right) {
        const dock = box.dock as NonNullable<OutlineBox['dock']>;
        if (dock.column !== column) continue;
        const y = middle + (dock.row - (dock.rows - 1) / 2) * metrics.saved.pitch - box.height / 2;
        placement.boxes.set(box.id, { x, y, width, height: box.height });
      }
      x += width + metrics.savedGap;
    }
  }
  const boxes = new Map(outline.boxes.map((box) => [box.id, box]));
  for (const edge of outline.edges) {
    const upper = boxes.get(upperEnd(edge)) as OutlineBox;
    const lower = boxes.get(lowerEnd(edge)) as OutlineBox;
    if (upper.dock === null) continue;
    const from = placement.boxes.get(upper.id) as Box;
    const to = placement.boxes.get(lower.id) as Box;
    placement.routes.set(edge.id, upper.dock.side === 'left' ? leafRoute(edge.kind === 'saved', from, to) : savedRoute(upper, from, to));
  }
}

const middleOf = (box: Box): number => box.y + box.height / 2;
const inside = (y: number, box: Box): number => Math.min(box.y + box.height - 4, Math.max(box.y + 4, y));

/** Straight to the next box; a leaf that is saved too goes around AccumulateGrad, below its row. */
function leafRoute(saved: boolean, from: Box, to: Box): Point[] {
  const start = { x: from.x + from.width, y: middleOf(from) };
  if (!saved) return [start, { x: to.x, y: start.y }];
  const y = inside(start.y + 15, to);
  const bend = from.x + from.width + 10;
  return [start, { x: bend, y: start.y }, { x: bend, y }, { x: to.x, y }];
}

/** From a saved tensor's left to its host's right; the far columns run between the boxes of the near one. */
function savedRoute(box: OutlineBox, from: Box, to: Box): Point[] {
  const start = { x: from.x, y: middleOf(from) };
  const edge = to.x + to.width;
  const bend = edge + metrics.dockGap - 20;
  const y = middleOf(to);
  void box;
  return [start, { x: bend, y: start.y }, { x: bend, y }, { x: edge, y }];
}
