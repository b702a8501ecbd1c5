// Which pixels a point of a grid reads, with what weights, and how these move with the point. Names no op.
import { cubicCurves, cubicSlopes, cubicWeights } from '../../tensor/cubic.ts';
import { numelOf } from '../../tensor/shape.ts';
import type { GridGeometry } from '../../tensor/spatial-device.ts';
import { elementStart, type Tensor, wholeView } from '../../tensor/tensor.ts';
import type { FloatView } from './columns.ts';

/** A coordinate in pixels and how it moves with the grid's. */
interface Place {
  at: number;
  slope: number;
}

/** Reflects between low/2 and high/2 as often as it takes. */
function reflect(p: Place, low2: number, high2: number): void {
  if (low2 === high2) {
    p.at = 0;
    p.slope = 0;
    return;
  }
  const low = low2 / 2;
  const span = (high2 - low2) / 2;
  let x = p.at - low;
  if (x < 0) {
    x = -x;
    p.slope = -p.slope;
  }
  const extra = x % span;
  if (Math.floor(x / span) % 2 === 0) p.at = extra + low;
  else {
    p.at = span - extra + low;
    p.slope = -p.slope;
  }
}

function clip(p: Place, size: number): void {
  if (!(p.at > 0)) {
    p.at = 0;
    p.slope = 0;
  } else if (p.at >= size - 1) {
    p.at = size - 1;
    p.slope = 0;
  }
}

/** Moves a pixel coordinate inside, as the padding wants it. */
function bring(p: Place, size: number, g: GridGeometry): void {
  if (g.padding === 'border') clip(p, size);
  else if (g.padding === 'reflection') {
    if (g.alignCorners) reflect(p, 0, 2 * (size - 1));
    else reflect(p, -1, 2 * size - 1);
    clip(p, size);
  }
}

/** In the type's own precision: which pixels a point on an edge lies between hangs on the last bit. */
function unnormalize(x: number, size: number, alignCorners: boolean, round: (x: number) => number): Place {
  const slope = (alignCorners ? size - 1 : size) / 2;
  return { at: round(round(x + 1) * slope - (alignCorners ? 0 : 0.5)), slope };
}

const exact = (x: number): number => x;

/** Ties go to the even neighbour. */
function nearest(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
}

/** Along one dimension: the pixels read, their weights, and the weights' first and second derivatives by the grid's coordinate. */
export interface Reading {
  count: number;
  readonly pixel: number[];
  readonly weight: number[];
  readonly slope: number[];
  readonly curve: number[];
}

const reading = (): Reading => ({ count: 1, pixel: [-1, -1, -1, -1], weight: [0, 0, 0, 0], slope: [0, 0, 0, 0], curve: [0, 0, 0, 0] });

function read(x: number, size: number, g: GridGeometry, round: (x: number) => number, into: Reading): void {
  const p = unnormalize(x, size, g.alignCorners, round);
  const { pixel, weight, slope, curve } = into;
  curve.fill(0);
  if (g.interpolation === 'bicubic') {
    const low = Math.floor(p.at);
    const w = cubicWeights(p.at - low, -0.75);
    const s = cubicSlopes(p.at - low, -0.75);
    const c = cubicCurves(p.at - low, -0.75);
    into.count = 4;
    for (let i = 0; i < 4; i++) {
      // Each pixel is brought inside by itself.
      const q = { at: low - 1 + i, slope: 0 };
      bring(q, size, g);
      pixel[i] = q.at;
      weight[i] = w[i];
      slope[i] = s[i] * p.slope;
      curve[i] = c[i] * p.slope * p.slope;
    }
  } else {
    bring(p, size, g);
    if (g.interpolation === 'nearest') {
      into.count = 1;
      pixel[0] = nearest(p.at);
      weight[0] = 1;
      slope[0] = 0;
    } else {
      const low = Math.floor(p.at);
      into.count = 2;
      pixel[0] = low;
      pixel[1] = low + 1;
      weight[0] = low + 1 - p.at;
      weight[1] = p.at - low;
      slope[0] = -p.slope;
      slope[1] = p.slope;
    }
  }
  for (let i = 0; i < into.count; i++) if (!(pixel[i] >= 0 && pixel[i] < size)) pixel[i] = -1;
}

/** Walks all points: `visit` gets the sample, the point's number and one reading per dimension, depth first. */
export function forEachPoint(
  input: Tensor,
  grid: Tensor,
  g: GridGeometry,
  visit: (n: number, point: number, readings: Reading[]) => void,
): void {
  const rank = input.shape.length - 2;
  const view = wholeView(grid.dtype) as FloatView;
  const round = grid.dtype === 'float32' ? Math.fround : exact;
  const readings = Array.from({ length: rank }, reading);
  const points = numelOf(grid.shape.slice(1, -1));
  let at = elementStart(grid);
  for (let n = 0; n < input.shape[0]; n++) {
    for (let point = 0; point < points; point++) {
      // The grid says x, y, z; dimensions go z, y, x.
      for (let d = 0; d < rank; d++) read(view[at + rank - 1 - d], input.shape[d + 2], g, round, readings[d]);
      at += rank;
      visit(n, point, readings);
    }
  }
}

/** The one plane of an image without depth. */
export const whole: Reading = { count: 1, pixel: [0], weight: [1], slope: [0], curve: [0] };
