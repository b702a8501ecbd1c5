// Attention of any size and layout on the device, forward and backward, for the tests of its kernels and of threads.
import '../../core/devices/cpu/index.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { type Layout, tensorOf } from './layouts.ts';

export interface HeadsCase {
  readonly batch: number;
  /** Key heads, and query heads to each. */
  readonly groups: number;
  readonly shared: number;
  readonly rows: number;
  readonly keys: number;
  readonly size: number;
  readonly layouts: readonly Layout[];
  /** Causal, masked, or all keys. */
  readonly look: 'causal' | 'masked' | 'all';
  readonly odd: number | null;
}

/** output, logarithms of sums, gradients of query, key and value. */
export function attentionResults({ batch, groups, shared, rows, keys, size, layouts, look, odd }: HeadsCase): number[][] {
  return scope(() => {
    const heads = groups * shared;
    const inputs = [
      tensorOf([batch, heads, rows, size], layouts[0], 'float32', -2, 2, false),
      tensorOf([batch, groups, keys, size], layouts[1], 'float32', -2, 2, false),
      tensorOf([batch, groups, keys, size], layouts[2], 'float32'),
    ] as const;
    const [query, key, value] = inputs;
    const mask = look === 'masked' ? tensorOf([batch, heads, rows, keys], layouts[3], 'float32', -3, 1) : null;
    if (mask !== null) for (let j = 0; j < keys; j++) if (mask.isContiguous) mask.typedView()[j] = Number.NEGATIVE_INFINITY;
    if (odd !== null && query.isContiguous) query.typedView()[0] = odd;
    const output = tensorOf([batch, heads, rows, size], layouts[0], 'float32', 0, 1, false);
    const logSums = Tensor.empty([batch, heads, rows], 'float32', 'cpu');
    const a = { query, key, value, mask, causal: look === 'causal', scale: 0.37, output, logSums };
    const device = deviceOf(query);
    device.attention(a);
    const found = inputs.map((t) => Tensor.empty(t.shape, 'float32', 'cpu'));
    device.attentionBackward(a, tensorOf([batch, heads, rows, size], layouts[1], 'float32'), {
      query: found[0],
      key: found[1],
      value: found[2],
    });
    return [output, logSums, ...found].map((t) => Array.from(t.toTyped() as Float32Array));
  });
}
