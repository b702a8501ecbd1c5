// What ops over windows share: one number for all dimensions, window sizes, row-major operands.
import { deviceOf } from '../tensor/device.ts';
import { Tensor } from '../tensor/tensor.ts';

/** A number per dimension; a single one (or none given: `fill`) stands for all. */
export function perDimension(value: number | readonly number[], n: number): number[] {
  const list = typeof value === 'number' ? [value] : value;
  return list.length === 1 ? new Array<number>(n).fill(list[0]) : list.slice();
}

/** The tensor itself where it is row-major, else a copy: for kernels (the copy belongs to the kernel's scope). */
export function rowMajor(t: Tensor): Tensor {
  if (t.isContiguous) return t;
  const copy = Tensor.empty(t.shape, t.dtype, t.device);
  deviceOf(copy).elementwise('a', [t], [], copy, t.dtype);
  return copy;
}

/** `(2 x 3)`: sizes as torch's messages on windows show them. */
export function timesText(sizes: readonly number[], between = ' x '): string {
  return `(${sizes.join(between)})`;
}
