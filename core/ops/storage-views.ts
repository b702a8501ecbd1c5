// Handles on storage that is already there: what all view ops and writers of parts are made of.
import { deviceOf } from '../tensor/device.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Ops } from './descriptor.ts';

/** The same storage, shown another way. */
export function over(t: Tensor, shape: readonly number[], strides: readonly number[], offset = t.offset): Tensor {
  return Tensor.over(t.storage, t.dtype, t.device, shape, strides, offset);
}

/** A matrix on its side, for formulas: an op only where it is to be recorded. */
export function turned(F: Ops, t: Tensor, recorded: boolean): Tensor {
  return recorded ? F.t(t) : over(t, [t.shape[1], t.shape[0]], [t.strides[1], t.strides[0]]);
}

/** Writes `src` into the part of `out` that shape, strides and offset describe. */
export function write(out: Tensor, src: Tensor, shape: readonly number[], strides: readonly number[], offset: number): void {
  const part = over(out, shape, strides, out.offset + offset);
  deviceOf(out).elementwise('a', [src], [], part, src.dtype);
  part.dispose();
}
