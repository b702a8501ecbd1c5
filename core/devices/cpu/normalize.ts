// Normalisation over groups of a row-major tensor seen as [outer, groups, inner]: moments, the scaled values, and their gradients. Names no op.
import type { NormLayout } from '../../tensor/device.ts';
import { elementStart, type Tensor, wholeView } from '../../tensor/tensor.ts';

/** Index into the weight of the first position of a group, and of each after it: floor(position / step) mod period. */
function weightIndex({ step, period }: NormLayout, position: number): number {
  return Math.floor(position / step) % period;
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
  const constant = layout.step % inner === 0;
  for (let a = 0; a < outer; a++) {
    for (let c = 0; c < groups; c++) {
      const at = (a * groups + c) * inner;
      const m = mean[c];
      const s = scale[c];
      let k = weightIndex(layout, c * inner);
      let w = weight === null ? 1 : weight[k];
      let add = bias === null ? 0 : bias[k];
      for (let b = 0; b < inner; b++) {
        if (!constant && b > 0) {
          k = weightIndex(layout, c * inner + b);
          w = weight === null ? 1 : weight[k];
          add = bias === null ? 0 : bias[k];
        }
        view[to + at + b] = (view[from + at + b] - m) * s * w + add;
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
  for (let c = 0; c < groups; c++) {
    const m = mean[c];
    const s = scale[c];
    let sum = 0;
    let dot = 0;
    for (let a = 0; a < outer; a++) {
      const at = (a * groups + c) * inner;
      for (let b = 0; b < inner; b++) {
        const k = weightIndex(layout, c * inner + b);
        const grad = view[up + at + b];
        const y = (view[from + at + b] - m) * s;
        toWeight[k] += grad * y;
        toBias[k] += grad;
        const h = weight === null ? grad : grad * weight[k];
        sum += h;
        dot += h * y;
      }
    }
    if (toX === null) continue;
    const to = elementStart(toX);
    const average = moving ? sum / n : 0;
    const slope = moving ? dot / n : 0;
    for (let a = 0; a < outer; a++) {
      const at = (a * groups + c) * inner;
      for (let b = 0; b < inner; b++) {
        const grad = view[up + at + b];
        const h = weight === null ? grad : grad * weight[weightIndex(layout, c * inner + b)];
        const y = (view[from + at + b] - m) * s;
        view[to + at + b] = s * (h - average - y * slope);
      }
    }
  }
}
