// Linear maps along the last dimensions, one dimension after the other, in doubles: averages, interpolation, edge padding. Names no op.
import { numelOf } from '../../tensor/shape.ts';
import type { Taps } from '../../tensor/spatial-device.ts';
import { elementStart, type Tensor } from '../../tensor/tensor.ts';
import { loadRun, storeRun } from './block-io.ts';

/** `to` [outer, n, inner] from `from` [outer, size, inner]. */
function along(taps: Taps, from: Float64Array, to: Float64Array, outer: number, inner: number): void {
  const { start, index, weight, size, divisor } = taps;
  const n = start.length - 1;
  to.fill(0, 0, outer * n * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < n; i++) {
      const t0 = (o * n + i) * inner;
      for (let t = start[i]; t < start[i + 1]; t++) {
        const f0 = (o * size + index[t]) * inner;
        const w = weight[t];
        if (inner === 1) to[t0] += w * from[f0];
        else for (let j = 0; j < inner; j++) to[t0 + j] += w * from[f0 + j];
      }
      if (divisor !== undefined) for (let j = 0; j < inner; j++) to[t0 + j] /= divisor[i];
    }
  }
}

/** The transpose of `along`: `to` has `size` along the dimension, `from` has n. */
function back(taps: Taps, from: Float64Array, to: Float64Array, outer: number, inner: number): void {
  const { start, index, weight, size, divisor } = taps;
  const n = start.length - 1;
  to.fill(0, 0, outer * size * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < n; i++) {
      const f0 = (o * n + i) * inner;
      for (let t = start[i]; t < start[i + 1]; t++) {
        const t0 = (o * size + index[t]) * inner;
        const w = divisor === undefined ? weight[t] : weight[t] / divisor[i];
        if (inner === 1) to[t0] += w * from[f0];
        else for (let j = 0; j < inner; j++) to[t0 + j] += w * from[f0 + j];
      }
    }
  }
}

function planeByPlane(
  input: Tensor,
  out: Tensor,
  taps: readonly (Taps | null)[],
  map: (taps: Taps, from: Float64Array, to: Float64Array, outer: number, inner: number) => void,
): void {
  if (out.numel === 0) return;
  const rank = taps.length;
  const sizes = input.shape.slice(-rank);
  const goal = out.shape.slice(-rank);
  const from = numelOf(sizes);
  const to = numelOf(goal);
  const room = sizes.reduce((n, size, d) => n * Math.max(size, goal[d]), 1);
  let current = new Float64Array(room);
  let next = new Float64Array(room);
  const source = elementStart(input);
  const target = elementStart(out);
  const planes = out.numel / to;
  for (let p = 0; p < planes; p++) {
    loadRun(input.dtype, source + p * from, 1, current, 0, from);
    const shape = sizes.slice();
    for (let d = rank - 1; d >= 0; d--) {
      const one = taps[d];
      if (one === null) continue;
      map(one, current, next, numelOf(shape.slice(0, d)), numelOf(shape.slice(d + 1)));
      shape[d] = goal[d];
      [current, next] = [next, current];
    }
    storeRun(out.dtype, target + p * to, 1, current, 0, to);
  }
}

export function resample(input: Tensor, out: Tensor, taps: readonly (Taps | null)[]): void {
  planeByPlane(input, out, taps, along);
}

export function resampleAdjoint(grad: Tensor, out: Tensor, taps: readonly (Taps | null)[]): void {
  planeByPlane(grad, out, taps, back);
}
