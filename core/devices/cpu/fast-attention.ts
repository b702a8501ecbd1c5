// Attention in float32 in WebAssembly, a call for each head, heads shared out among threads. Names no op.
import type { Attention, AttentionGradients } from '../../tensor/device.ts';
import { heap } from '../../tensor/heap.ts';
import { log } from '../../tensor/math.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Kernels, kernels, scratchBytes } from './kernels.ts';
import { Scratch } from './scratch.ts';
import { type Make, sharedOut } from './threads.ts';
import { wide } from './wide.ts';

/** Queries computed together: a causal block of them looks at no key behind its last. */
export function blockOf(queries: number): number {
  return queries >= 768 ? 256 : queries >= 192 ? 64 : 32;
}

function fastFor({ query, key, output }: Attention): Kernels | null {
  const products = query.shape[2] * key.shape[2] * query.shape[3];
  return query.dtype === 'float32' && output.numel > 0 && products > wide.products ? kernels() : null;
}

/** The [T, D] matrix of a batch and head: address and strides. */
function head(t: Tensor, b: number, h: number): number[] {
  return [t.dataPtr + 4 * (b * t.strides[0] + h * t.strides[1]), t.strides[2], t.strides[3]];
}

function maskHead(mask: Tensor | null, b: number, h: number): number[] {
  return mask === null ? [0, 0, 0] : head(mask, b, h);
}

/** Memory for the products of heads of this size, any way round. */
function productBytes(rows: number, keys: number, size: number): number {
  const [m, k] = [Math.max(rows, keys), Math.max(rows, keys, size)];
  return scratchBytes(4, m, Math.max(keys, size), k);
}

/** Calls `each` for the heads in turn, those that share a key head by one thread. */
function forHeads(
  fast: Kernels,
  { query, key }: Attention,
  products: number,
  prepare: (make: Make) => (b: number, h: number, kh: number, first: boolean) => void,
): void {
  const [batch, heads, rows, size] = query.shape;
  const groups = key.shape[1];
  const shared = heads / groups;
  sharedOut(fast, products * batch * heads * rows * key.shape[2] * size, batch * groups, 1, (make, from, end) => {
    const each = prepare(make);
    for (let n = from; n < end; n++) {
      const [b, kh] = [Math.floor(n / groups), n % groups];
      for (let s = 0; s < shared; s++) each(b, kh * shared + s, kh, s === 0);
    }
  });
}

/** As `attention`; false where the reference should compute. */
export function fastAttention(a: Attention): boolean {
  const fast = fastFor(a);
  if (fast === null) return false;
  const { query, key, value, mask, causal, scale, output, logSums } = a;
  const [batch, heads, rows, size] = query.shape;
  const keys = key.shape[2];
  const scratch = new Scratch();
  const tops = scratch.take(8 * batch * heads * rows);
  forHeads(fast, a, 2, (make) => {
    const scores = scratch.take(4 * rows * keys);
    const room = scratch.take(productBytes(rows, keys, size));
    return (b, h, kh) => {
      const matrices = [...head(query, b, h), ...head(key, b, kh), ...head(value, b, kh), ...head(output, b, h), ...maskHead(mask, b, h)];
      const found = tops + 8 * (b * heads + h) * rows;
      make('attend32', rows, keys, size, ...matrices, causal ? 1 : 0, blockOf(rows), scale, found, scores, room);
    };
  });
  const H = heap.F32;
  const [sb, sh, si] = logSums.strides;
  for (let n = 0, at = tops >>> 2; n < batch * heads; n++) {
    const to = (logSums.dataPtr >>> 2) + Math.floor(n / heads) * sb + (n % heads) * sh;
    for (let i = 0; i < rows; i++, at += 2) H[to + i * si] = H[at] + Math.fround(log(H[at + 1]));
  }
  scratch.release();
  return true;
}

/** As `attentionBackward`; false where the reference should compute. */
export function fastAttentionBackward(a: Attention, given: Tensor, out: AttentionGradients): boolean {
  const fast = fastFor(a);
  if (fast === null) return false;
  const { query, key, value, mask, causal, scale, output, logSums } = a;
  const [, , rows, size] = query.shape;
  const keys = key.shape[2];
  const scratch = new Scratch();
  forHeads(fast, a, 5, (make) => {
    const room = scratch.take(4 * (2 * rows * keys + (rows + keys) * size));
    const more = scratch.take(productBytes(rows, keys, size));
    return (b, h, kh, first) => {
      const matrices = [
        ...[...head(query, b, h), ...head(key, b, kh), ...head(value, b, kh), ...head(given, b, h), ...head(output, b, h)],
        ...[...head(out.query, b, h), ...head(out.key, b, kh), ...head(out.value, b, kh)],
      ];
      const sums = logSums.dataPtr + 4 * (b * logSums.strides[0] + h * logSums.strides[1]);
      const facts = [first ? 0 : 1, ...maskHead(mask, b, h), causal ? 1 : 0, scale, sums, logSums.strides[2]];
      make('attendBackward32', rows, keys, size, ...matrices, ...facts, room, more);
    };
  });
  scratch.release();
  return true;
}
