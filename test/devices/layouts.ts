// Tensors of any layout for the kernels' property tests: dimensions in any order in memory, gaps between elements, an offset, repeats.
import fc from 'fast-check';
import type { DType } from '../../core/tensor/dtype.ts';
import { numelOf } from '../../core/tensor/shape.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { stream } from '../ops/sample-inputs.ts';

export interface Layout {
  /** Sorts dimensions by memory order. */
  readonly order: readonly number[];
  readonly gap: number;
  readonly offset: number;
  /** One dimension is a repeat (stride 0), as `expand` makes it; -1 for none. */
  readonly repeat: number;
  readonly seed: number;
}

/** Half of them row-major: the fast paths are the ones that must be right. */
export const layouts: fc.Arbitrary<Layout> = fc.oneof(
  fc.record({
    order: fc.constant([0, 1, 2, 3]),
    gap: fc.constant(1),
    offset: fc.nat(3),
    repeat: fc.constant(-1),
    seed: fc.nat(1e6),
  }),
  fc.record({
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    gap: fc.integer({ min: 1, max: 3 }),
    offset: fc.nat(5),
    repeat: fc.constantFrom(-1, -1, -1, 0, 1),
    seed: fc.nat(1e6),
  }),
);

/** A tensor of `shape` laid out as asked, its values between `low` and `high` (whole numbers for integer types). */
export function tensorOf(shape: readonly number[], layout: Layout, dtype: DType, low = -2, high = 2, canRepeat = true): Tensor {
  const strides = new Array<number>(shape.length).fill(0);
  let step = layout.gap;
  for (const d of [...layout.order].reverse()) {
    if (d >= shape.length) continue;
    if (canRepeat && d === layout.repeat) continue;
    strides[d] = step;
    step *= Math.max(shape[d], 1);
  }
  if (layout.gap === 1 && numelOf(shape) > 0) for (let d = 0; d < shape.length; d++) if (shape[d] === 1) strides[d] = strides[d] || 1;
  const n = layout.offset + step + layout.gap;
  const next = stream(layout.seed + 1);
  const floating = dtype === 'float32' || dtype === 'float64';
  const values = Array.from({ length: n }, () => low + (high - low) * next());
  const whole = Float64Array.from(values, (x) => (floating ? x : dtype === 'bool' ? Number(x > 0) : Math.round(x)));
  const base = Tensor.fromTyped(whole, { shape: [n], dtype });
  return Tensor.over(base.storage, dtype, 'cpu', shape, strides, layout.offset);
}
