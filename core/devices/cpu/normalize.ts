// Normalisation over groups of a row-major tensor seen as [outer, groups, inner]: moments, the scaled values, and their gradients. Names no op.
import type { NormLayout } from '../../tensor/device.ts';
import { elementStart, type Tensor, wholeView } from '../../tensor/tensor.ts';

/** Where a group's weights begin, and each inner position's step from there; groups hold whole steps. */
function weightPlaces({ inner, step, period }: NormLayout): { first: (group: number) => number; place: Int32Array } {
  return {
    first: (group) => Math.floor((group * inner) / step) % period,
    place: Int32Array.from({ length: inner }, (_, b) => Math.floor(b / step)),
  };
}

/** Mean and biased variance of each group, in doubles. Shifted by a first value, so that constant groups have exactly no spread. */
export function moments(x: Tensor, layout: NormLayout, mean: Float64Array, variance: Float64Array): void {
  const { outer, groups, inner } = layout;
  const view = wholeView(x.dtype) as Float32Array;
  const base = elementStart(x);
  const n = outer * inner;
  for (let c = 0; c < groups; c++) {
    const shift = n > 0 ? view[base + c * inner] : 0;
    let sum = 0;
    for (let a = 0; a < outer; a++) {
      const at = base + (a * groups + c) * inner;
      for (let b = 0; b < inner; b++) sum += view[at + b] - shift;
    }
    const m = shift + sum / n;
    let squares = 0;
    for (let a = 0; a < outer; a++) {
      const at = base + (a * groups + c) * inner;
      for (let b = 0; b < inner; b++) {
        const d = view[at + b] - m;
        squares += d * d;
      }
    }
    mean[c] = m;
    variance[c] = squares / n;
  }
}

/** out = (x - mean) · scale · weight + bias. */
export function normalize(
  x: Tensor,
  layout: NormLayout,
  mean: ArrayLike<number>,
  scale: ArrayLike<number>,
  weight: readonly number[] | null,
  bias: readonly number[] | null,
  out: Tensor,
): void {
  const { outer, groups, inner } = layout;
  const view = wholeView(x.dtype) as Float32Array;
  const from = elementStart(x);
  const to = elementStart(out);
  const { first, place } = weightPlaces(layout);
  const one = layout.step >= inner;
  for (let c = 0; c < groups; c++) {
    const m = mean[c];
    const s = scale[c];
    const k = first(c);
    const factor = one && weight !== null ? s * weight[k] : s;
    const add = one && bias !== null ? bias[k] : 0;
    for (let a = 0; a < outer; a++) {
      const at = (a * groups + c) * inner;
      if (one || (weight === null && bias === null)) {
        for (let b = 0; b < inner; b++) view[to + at + b] = (view[from + at + b] - m) * factor + add;
        continue;
      }
      for (let b = 0; b < inner; b++) {
        const w = k + place[b];
        const y = (view[from + at + b] - m) * s;
        view[to + at + b] = (weight === null ? y : y * weight[w]) + (bias === null ? 0 : bias[w]);
      }
    }
  }
}

/** Gradients of `normalize`; with `moving` the moments are x's own, otherwise constants. */
export function normalizeBackward(
  g: Tensor,
  x: Tensor,
  layout: NormLayout,
  mean: ArrayLike<number>,
  scale: ArrayLike<number>,
  weight: readonly number[] | null,
  moving: boolean,
  toX: Tensor | null,
  toWeight: Float64Array,
  toBias: Float64Array,
): void {
  const { outer, groups, inner } = layout;
  const view = wholeView(x.dtype) as Float32Array;
  const from = elementStart(x);
  const up = elementStart(g);
  const n = outer * inner;
  const { first, place } = weightPlaces(layout);
  const weights = weight === null ? new Float64Array(layout.period).fill(1) : Float64Array.from(weight);
  for (let c = 0; c < groups; c++) {
    const m = mean[c];
    const s = scale[c];
    const k = first(c);
    let sum = 0;
    let dot = 0;
    for (let a = 0; a < outer; a++) {
      const at = (a * groups + c) * inner;
      for (let b = 0; b < inner; b++) {
        const w = k + place[b];
        const grad = view[up + at + b];
        const gy = grad * (view[from + at + b] - m) * s;
        toWeight[w] += gy;
        toBias[w] += grad;
        sum += grad * weights[w];
        dot += gy * weights[w];
      }
    }
    if (toX === null) continue;
    const to = elementStart(toX);
    const average = moving ? sum / n : 0;
    const slope = moving ? dot / n : 0;
    for (let a = 0; a < outer; a++) {
      const at = (a * groups + c) * inner;
      for (let b = 0; b < inner; b++) {
        const y = (view[from + at + b] - m) * s;
        view[to + at + b] = s * (view[up + at + b] * weights[k + place[b]] - average - y * slope);
      }
    }
  }
}
