// Whether a number has a place in a type, as torch checks scalars it writes into tensors.
import type { DType } from './dtype.ts';
import { TorchError } from './torch-error.ts';

/** torch's C++ name and the smallest and largest value; unsigned types take negatives of their range, which wrap. */
const ranges: Partial<Record<DType, readonly [name: string, low: number, high: number]>> = {
  uint8: ['uint8_t', -255, 255],
  int8: ['int8_t', -128, 127],
  int16: ['int16_t', -32768, 32767],
  int32: ['int', -2147483648, 2147483647],
  int64: ['int64_t', -9223372036854775808, 9223372036854775807],
  float16: ['c10::Half', -65504, 65504],
  bfloat16: ['c10::BFloat16', -3.3895313892515355e38, 3.3895313892515355e38],
  float32: ['float', -3.4028234663852886e38, 3.4028234663852886e38],
};

/** @throws RuntimeError where `value` does not fit; infinities and NaN fit the floating types. */
export function checkFits(dtype: DType, value: number | bigint): void {
  const range = ranges[dtype];
  if (range === undefined) return;
  const x = Number(value);
  if (x >= range[1] && x <= range[2]) return;
  if (!Number.isFinite(x) && (dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16')) return;
  throw new TorchError(`value cannot be converted to type ${range[0]} without overflow`);
}
