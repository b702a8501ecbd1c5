// Sizes of pooling windows and what is refused about them, in torch's words.
import { sizesText } from '../tensor/shape.ts';
import type { WindowRange } from '../tensor/spatial-device.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { perDimension } from './spatial.ts';

export interface PoolSettings {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly ceil: boolean;
}

const words = ['', 'one int', 'two ints', 'three ints'];

function checked(op: string, name: string, value: number | readonly number[], n: number, text: string): number[] {
  const list = perDimension(value, n);
  if (list.length !== n) throw new TorchError(`${op}: ${name} must ${text} a single int, or a tuple of ${words[n]}`);
  return list;
}

/** Window settings with one number per dimension; no stride given means that of the kernel. */
export function poolSettings(
  op: string,
  n: number,
  kernel: number | readonly number[],
  stride: number | readonly number[] | null,
  padding: number | readonly number[],
  dilation: number | readonly number[],
  ceil: boolean,
): PoolSettings {
  const [either, omitted] = op.startsWith('avg_pool3d') ? ['be', 'be omitted,'] : ['either be', 'either be omitted,'];
  const sizes = checked(op, 'kernel_size', kernel, n, either);
  const given = stride === null || (typeof stride !== 'number' && stride.length === 0) ? null : stride;
  return {
    kernel: sizes,
    stride: given === null ? sizes : checked(op, 'stride', given, n, omitted),
    padding: checked(op, 'padding', padding, n, either),
    dilation: checked(op, 'dilation', dilation, n, 'be either'),
    ceil,
  };
}

function outputSize(size: number, s: PoolSettings, i: number): number {
  const [k, stride, pad, dilation] = [s.kernel[i], s.stride[i], s.padding[i], s.dilation[i]];
  if (stride === 0) throw new TorchError('stride should not be zero');
  if (pad < 0) throw new TorchError(`pad must be non-negative, but got pad: ${pad}`);
  if (pad > Math.trunc((dilation * (k - 1) + 1) / 2))
    throw new TorchError(
      `pad should be at most half of effective kernel size, but got pad=${pad}, kernel_size=${k} and dilation=${dilation}`,
    );
  const out = Math.floor((size + 2 * pad - dilation * (k - 1) - 1 + (s.ceil ? stride - 1 : 0)) / stride) + 1;
  // In ceil mode the last window must begin inside the input or its left padding.
  return s.ceil && (out - 1) * stride >= size + pad ? out - 1 : out;
}

function positive(name: string, labels: readonly string[], values: readonly number[]): void {
  if (values.some((v) => v <= 0))
    throw new TorchError(`${name} should be greater than zero, but got ${values.map((v, i) => `${labels[i]}: ${v}`).join(' ')}`);
}

/** Output sizes of windows over an input of `shape`. */
export function poolSizes(shape: readonly number[], s: PoolSettings): number[] {
  const n = s.kernel.length;
  const axes = ['T', 'H', 'W'].slice(-n);
  const sizes = shape.slice(-n);
  const out = sizes.map((size, i) => outputSize(size, s, i));
  positive(
    'kernel size',
    axes.map((a) => `k${a}`),
    s.kernel,
  );
  positive(
    'stride',
    axes.map((a) => `d${a}`),
    s.stride,
  );
  positive(
    'dilation',
    axes.map((a) => `dilation${a}`),
    s.dilation,
  );
  const batch = shape.length === n + 2;
  if (shape.slice(batch ? 1 : 0).some((size) => size === 0))
    throw new TorchError(
      `Expected ${n + 1}D or ${n + 2}D (batch mode) tensor with optional 0 dim batch size for input, but got:${sizesText(shape)}`,
    );
  const channels = shape[shape.length - n - 1];
  if (out.some((size) => size < 1))
    throw new TorchError(
      `Given input size: (${[channels, ...sizes].join('x')}). Calculated output size: (${[channels, ...out].join('x')}). Output size is too small`,
    );
  return out;
}

/** What each window of a maximum looks at. */
export function slidingWindows(sizes: readonly number[], out: readonly number[], s: PoolSettings): WindowRange[] {
  return sizes.map((size, i) => {
    const step = s.dilation[i];
    const from = new Int32Array(out[i]);
    const to = new Int32Array(out[i]);
    for (let o = 0; o < out[i]; o++) {
      const begin = o * s.stride[i] - s.padding[i];
      to[o] = Math.min(begin + (s.kernel[i] - 1) * step + 1, size);
      from[o] = begin < 0 ? begin + Math.ceil(-begin / step) * step : begin;
    }
    return { from, to, step };
  });
}

/** Window `o` of `count` that together cover 0 … size - 1. */
export const adaptiveFrom = (size: number, count: number, o: number): number => Math.floor((o * size) / count);
export const adaptiveTo = (size: number, count: number, o: number): number => Math.ceil(((o + 1) * size) / count);
