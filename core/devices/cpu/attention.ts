// Attention of one query, key and value after another on the CPU, around the matrix product. Names no op.
import type { Attention, AttentionGradients } from '../../tensor/device.ts';
import { exp, log } from '../../tensor/math.ts';
import { elementStart, Tensor, wholeView } from '../../tensor/tensor.ts';
import { matmul } from './matmul.ts';

const floats = (t: Tensor): Float32Array => wholeView(t.dtype) as Float32Array;

/** The [T, D] matrix of one batch and head; several query heads may share a key head. */
function head(t: Tensor, b: number, h: number, turned = false): Tensor {
  const [rows, columns] = [t.shape[2], t.shape[3]];
  const start = t.offset + b * t.strides[0] + h * t.strides[1];
  const [r, c] = [t.strides[2], t.strides[3]];
  return turned
    ? Tensor.over(t.storage, t.dtype, t.device, [columns, rows], [c, r], start)
    : Tensor.over(t.storage, t.dtype, t.device, [rows, columns], [r, c], start);
}

function using(views: readonly Tensor[], run: () => void): void {
  run();
  for (const view of views) view.dispose();
}

/** Calls `each` with batch, query head, key head and the place of the mask's row 0. */
function forHeads({ query, key, mask }: Attention, each: (b: number, h: number, kh: number, mask: number) => void): void {
  const [batch, heads] = query.shape;
  const shared = heads / key.shape[1];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const at = mask === null ? 0 : elementStart(mask) + b * mask.strides[0] + h * mask.strides[1];
      each(b, h, Math.floor(h / shared), at);
    }
  }
}

/** scores[i] + mask, -∞ beyond the diagonal where causal. */
function maskRow(a: Attention, H: Float32Array, row: number, i: number, keys: number, maskAt: number): void {
  const { mask, causal } = a;
  if (mask !== null) {
    const M = floats(mask);
    const from = maskAt + i * mask.strides[2];
    for (let j = 0; j < keys; j++) H[row + j] += M[from + j * mask.strides[3]];
  }
  if (causal) for (let j = i + 1; j < keys; j++) H[row + j] = -Infinity;
}

/** output = softmax(scale · q kᵀ + mask) v, and per row the logarithm of the sum of exponentials. */
export function attention(a: Attention): void {
  const { query, key, value, scale, output, logSums } = a;
  const [rows, keys] = [query.shape[2], key.shape[2]];
  const scores = Tensor.empty([rows, keys], query.dtype, query.device);
  forHeads(a, (b, h, kh, maskAt) => {
    const views = [head(query, b, h), head(key, b, kh, true), head(value, b, kh), head(output, b, h)];
    using(views, () => {
      matmul(views[0], views[1], scores, null, 0, scale);
      const H = floats(scores);
      const L = floats(logSums);
      const sums = elementStart(logSums) + b * logSums.strides[0] + h * logSums.strides[1];
      for (let i = 0; i < rows; i++) {
        const row = elementStart(scores) + i * keys;
        maskRow(a, H, row, i, keys, maskAt);
        L[sums + i * logSums.strides[2]] = softmaxRow(H, row, keys);
      }
      matmul(scores, views[2], views[3], null, 0, 1);
    });
  });
  scores.dispose();
}

/** In place; a row with nothing to look at becomes 0, its sum 1. */
function softmaxRow(H: Float32Array, row: number, n: number): number {
  let top = -Infinity;
  for (let j = 0; j < n; j++) if (H[row + j] > top || H[row + j] !== H[row + j]) top = H[row + j];
  if (top === -Infinity) {
    for (let j = 0; j < n; j++) H[row + j] = 0;
    return 0;
  }
  let sum = 0;
  for (let j = 0; j < n; j++) {
    const e = exp(H[row + j] - top);
    sum += e;
    H[row + j] = e;
  }
  for (let j = 0; j < n; j++) H[row + j] /= sum;
  return top + log(sum);
}

/** Gradients of query, key and value; keys and values shared by several heads gather theirs. */
export function attentionBackward(a: Attention, given: Tensor, out: AttentionGradients): void {
  const { query, key, value, scale, output, logSums } = a;
  const [rows, keys, size] = [query.shape[2], key.shape[2], query.shape[3]];
  const weights = Tensor.empty([rows, keys], query.dtype, query.device);
  const slopes = Tensor.empty([rows, keys], query.dtype, query.device);
  const seen = new Set<number>();
  forHeads(a, (b, h, kh, maskAt) => {
    const [q, kt, vt, g, o] = [head(query, b, h), head(key, b, kh, true), head(value, b, kh, true), head(given, b, h), head(output, b, h)];
    const [k, dq, dk, dv] = [head(key, b, kh), head(out.query, b, h), head(out.key, b, kh), head(out.value, b, kh)];
    const turn = (t: Tensor): Tensor => Tensor.over(t.storage, t.dtype, t.device, [keys, rows], [1, keys], 0);
    const [wt, st] = [turn(weights), turn(slopes)];
    using([q, kt, vt, g, o, k, dq, dk, dv, wt, st], () => {
      matmul(q, kt, weights, null, 0, scale);
      matmul(g, vt, slopes, null, 0, 1);
      const H = floats(weights);
      const sums = elementStart(logSums) + b * logSums.strides[0] + h * logSums.strides[1];
      for (let i = 0; i < rows; i++) {
        const row = elementStart(weights) + i * keys;
        const slope = elementStart(slopes) + i * keys;
        maskRow(a, H, row, i, keys, maskAt);
        const total = floats(logSums)[sums + i * logSums.strides[2]];
        const [x, y] = [elementStart(g) + i * g.strides[0], elementStart(o) + i * o.strides[0]];
        let along = 0;
        for (let d = 0; d < size; d++) along += H[x + d * g.strides[1]] * H[y + d * o.strides[1]];
        for (let j = 0; j < keys; j++) {
          const w = exp(H[row + j] - total);
          H[row + j] = w;
          H[slope + j] = w * (H[slope + j] - along) * scale;
        }
      }
      // Another head of the same key adds to what is there.
      const again = seen.has(b * key.shape[1] + kh);
      seen.add(b * key.shape[1] + kh);
      matmul(slopes, k, dq, null, 0, 1);
      matmul(st, q, dk, again ? dk : null, again ? 1 : 0, 1);
      matmul(wt, g, dv, again ? dv : null, again ? 1 : 0, 1);
    });
  });
  weights.dispose();
  slopes.dispose();
}
