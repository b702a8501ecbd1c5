// Small geometry on orthogonal polylines and boxes, shared by the layouters and the docking pass.
import { round2 } from './metrics.ts';
import type { Box, Point } from './scene-types.ts';

export interface Segment {
  readonly a: Point;
  readonly b: Point;
}

export const segmentsOf = (route: readonly Point[]): Segment[] => route.slice(1).map((b, i) => ({ a: route[i], b }));

/** Rounds, drops points that repeat and points in the middle of a straight run. */
export function tidy(route: readonly Point[]): Point[] {
  const points: Point[] = [];
  for (const raw of route) {
    const point = { x: round2(raw.x), y: round2(raw.y) };
    const last = points[points.length - 1];
    if (last !== undefined && last.x === point.x && last.y === point.y) continue;
    const before = points[points.length - 2];
    const straight = before !== undefined && ((before.x === last.x && last.x === point.x) || (before.y === last.y && last.y === point.y));
    if (straight) points[points.length - 1] = point;
    else points.push(point);
  }
  return points;
}

/** Does a horizontal stretch at `y` meet the box, kept `clear` px away from it? */
export const crossesBox = (y: number, x0: number, x1: number, box: Box, clear: number): boolean =>
  y > box.y - clear && y < box.y + box.height + clear && x1 > box.x - clear && x0 < box.x + box.width + clear;

/** Would a horizontal stretch at `y` run along (nearer than `clear`) or on a horizontal part of the route? */
export function runsAlong(y: number, x0: number, x1: number, route: readonly Point[], clear: number): boolean {
  return segmentsOf(route).some(
    ({ a, b }) => a.y === b.y && Math.abs(a.y - y) < clear && Math.max(a.x, b.x) > x0 - clear && Math.min(a.x, b.x) < x1 + clear,
  );
}

export function boundsOf(boxes: Iterable<Box>, routes: Iterable<readonly Point[]>): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const add = (x: number, y: number) => {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  };
  for (const box of boxes) {
    add(box.x, box.y);
    add(box.x + box.width, box.y + box.height);
  }
  for (const route of routes) for (const point of route) add(point.x, point.y);
  return left === Infinity ? { x: 0, y: 0, width: 0, height: 0 } : { x: left, y: top, width: right - left, height: bottom - top };
}
