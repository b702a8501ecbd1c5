// Normalisation of any layout on the device, forward and backward, for the tests of its kernels and of threads.
import '../../core/devices/cpu/index.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import { scope } from '../../core/tensor/scope.ts';
import type { Tensor } from '../../core/tensor/tensor.ts';
import { tensorOf } from './layouts.ts';

export interface NormCase {
  /** As layer, batch and group norm see their input: [groups, inner], [outer, groups, inner], or groups of `inner` channels over `plane`. */
  readonly kind: 'layer' | 'batch' | 'group';
  readonly outer: number;
  readonly groups: number;
  readonly inner: number;
  readonly plane: number;
  readonly dtype: 'float32' | 'float64';
  readonly weighted: boolean;
  readonly biased: boolean;
  readonly moving: boolean;
  readonly seed: number;
  readonly odd: number | null;
}

/** Moments, result, gradients of input, weight and bias. */
export function normResults({ kind, outer, groups, inner, plane, dtype, weighted, biased, moving, seed, odd }: NormCase): number[][] {
  return scope(() => {
    const layout =
      kind === 'layer'
        ? { outer: 1, groups: outer * groups, inner, step: 1, period: inner }
        : kind === 'batch'
          ? { outer, groups, inner, step: inner, period: groups }
          : { outer: 1, groups: outer * groups, inner: inner * plane, step: plane, period: groups * inner };
    const of = (n: number, s: number, low = -2, high = 3): Tensor =>
      tensorOf([n], { order: [0], gap: 1, offset: s % 3, repeat: -1, seed: s }, dtype, low, high);
    const n = layout.outer * layout.groups * layout.inner;
    const [x, g, out, toX] = [0, 1, 2, 3].map((s) => of(n, seed + s));
    if (odd !== null && n > 0) x.typedView()[0] = odd;
    const weight = weighted ? of(layout.period, seed + 4) : null;
    const bias = biased ? of(layout.period, seed + 5) : null;
    const device = deviceOf(x);
    const [mean, variance] = [new Float64Array(layout.groups), new Float64Array(layout.groups)];
    device.moments(x, layout, mean, variance);
    const scale = variance.map((v) => 1 / Math.sqrt(v + 1e-3));
    device.normalize(x, layout, mean, scale, weight, bias, out);
    const [toWeight, toBias] = [new Float64Array(layout.period), new Float64Array(layout.period)];
    device.normalizeBackward(g, x, layout, mean, scale, weight, moving, toX, toWeight, toBias);
    return [mean, variance, out.toTyped() as Float32Array, toX.toTyped() as Float32Array, toWeight, toBias].map((v) => Array.from(v));
  });
}
