// Attention of one query, key and value after another on the CPU, around the matrix product. Names no op.
import type { Attention, AttentionGradients } from '../../tensor/device.ts';
import { exp, log } from '../../tensor/math.ts';
import { elementStart, Tensor, wholeView } from '../../tensor/tensor.ts';
import { blockOf, fastAttention, fastAttentionBackward } from './fast-attention.ts';
import { fastExp } from './fast-exp.ts';
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
  if (fastAttention(a)) return;
  const { query, key, value, scale, output, logSums } = a;
  const [rows, keys] = [query.shape[2], key.shape[2]];
  const scores = Tensor.empty([rows, keys], query.dtype, query.device);
  const short = query.dtype === 'float32';
  const block = blockOf(rows);
  const parts = new Float32Array(rows);
  forHeads(a, (b, h, kh, maskAt) => {
    const views = [head(query, b, h), head(key, b, kh, true), head(value, b, kh), head(output, b, h)];
    using(views, () => {
      matmul(views[0], views[1], scores, null, 0, short ? 1 : scale);
      const H = floats(scores);
      if (short) scaleAll(H, elementStart(scores), rows * keys, scale);
      const L = floats(logSums);
      const sums = elementStart(logSums) + b * logSums.strides[0] + h * logSums.strides[1];
      for (let i = 0; i < rows; i++) {
        const row = elementStart(scores) + i * keys;
        maskRow(a, H, row, i, keys, maskAt);
        const seen = a.causal ? Math.min(keys, (Math.floor(i / block) + 1) * block) : keys;
        L[sums + i * logSums.strides[2]] = short ? weightsRow(H, row, keys, seen, parts, i) : softmaxRow(H, row, keys);
      }
      matmul(scores, views[2], views[3], null, 0, 1);
      if (short) divideRows(views[3], parts);
    });
  });
  scores.dispose();
}

function scaleAll(H: Float32Array, from: number, n: number, scale: number): void {
  const by = Math.fround(scale);
  for (let i = from; i < from + n; i++) H[i] *= by;
}

/**
 * In place the exponentials of one row of float32 scores, not yet divided: eight lanes of sums, fast exponentials, the last few keys exactly,
 * as processors' fused attention takes them. Keeps the reciprocal of the sum in `parts[i]`; a row with nothing to look at becomes 0.
 */
function weightsRow(H: Float32Array, row: number, n: number, seen: number, parts: Float32Array, i: number): number {
  let top = -Infinity;
  for (let j = 0; j < seen; j++) if (H[row + j] > top || H[row + j] !== H[row + j]) top = H[row + j];
  if (top === -Infinity) {
    H.fill(0, row, row + n);
    parts[i] = 1;
    return 0;
  }
  const whole = seen - (seen % 8);
  lanes.fill(0);
  for (let j = 0; j < whole; j++) {
    const e = fastExp(Math.fround(H[row + j] - top));
    H[row + j] = e;
    lanes[j & 7] += e;
  }
  for (let half = 4; half > 0; half >>= 1) for (let j = 0; j < half; j++) lanes[j] += lanes[j + half];
  let sum = lanes[0];
  for (let j = whole; j < seen; j++) {
    const e = Math.fround(exp(Math.fround(H[row + j] - top)));
    H[row + j] = e;
    sum = Math.fround(sum + e);
  }
  if (seen < n) H.fill(0, row + seen, row + n);
  parts[i] = 1 / sum;
  return Math.fround(top + Math.fround(log(sum)));
}

const lanes = new Float32Array(8);

/** Σ x y in float32 over eight lanes. */
function laneProduct(H: Float32Array, x: number, xs: number, y: number, ys: number, n: number): number {
  lanes.fill(0);
  for (let d = 0; d < n; d++) lanes[d & 7] += Math.fround(H[x + d * xs] * H[y + d * ys]);
  for (let half = 4; half > 0; half >>= 1) for (let j = 0; j < half; j++) lanes[j] += lanes[j + half];
  return lanes[0];
}

function divideRows(out: Tensor, parts: Float32Array): void {
  const H = floats(out);
  const [rows, columns] = out.shape;
  for (let i = 0; i < rows; i++) {
    const from = elementStart(out) + i * out.strides[0];
    for (let d = 0; d < columns; d++) H[from + d * out.strides[1]] *= parts[i];
  }
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
  if (fastAttentionBackward(a, given, out)) return;
  const { query, key, value, scale, output, logSums } = a;
  const [rows, keys, size] = [query.shape[2], key.shape[2], query.shape[3]];
  const weights = Tensor.empty([rows, keys], query.dtype, query.device);
  const slopes = Tensor.empty([rows, keys], query.dtype, query.device);
  const seen = new Set<number>();
  const short = query.dtype === 'float32';
  // In float32 the scale goes into one factor of each product, rounded, as processors' libraries do when they pack it.
  const last = short ? 1 : scale;
  const scaled = short
    ? [Tensor.empty([keys, size], query.dtype, query.device), Tensor.empty([rows, size], query.dtype, query.device)]
    : [];
  forHeads(a, (b, h, kh, maskAt) => {
    const [q, kt, vt, g, o] = [head(query, b, h), head(key, b, kh, true), head(value, b, kh, true), head(given, b, h), head(output, b, h)];
    const [k, dq, dk, dv] = [head(key, b, kh), head(out.query, b, h), head(out.key, b, kh), head(out.value, b, kh)];
    const turn = (t: Tensor): Tensor => Tensor.over(t.storage, t.dtype, t.device, [keys, rows], [1, keys], 0);
    const [wt, st] = [turn(weights), turn(slopes)];
    const [ks, qs] = short ? scaled : [k, q];
    const kst = short ? Tensor.over(ks.storage, ks.dtype, ks.device, [size, keys], [1, size], ks.offset) : kt;
    using(short ? [q, kt, vt, g, o, k, dq, dk, dv, wt, st, kst] : [q, kt, vt, g, o, k, dq, dk, dv, wt, st], () => {
      if (short) {
        scaledCopy(k, ks, scale);
        scaledCopy(q, qs, scale);
      }
      matmul(q, kst, weights, null, 0, last);
      matmul(g, vt, slopes, null, 0, 1);
      const H = floats(weights);
      const sums = elementStart(logSums) + b * logSums.strides[0] + h * logSums.strides[1];
      for (let i = 0; i < rows; i++) {
        const row = elementStart(weights) + i * keys;
        const slope = elementStart(slopes) + i * keys;
        maskRow(a, H, row, i, keys, maskAt);
        const total = floats(logSums)[sums + i * logSums.strides[2]];
        const [x, y] = [elementStart(g) + i * g.strides[0], elementStart(o) + i * o.strides[0]];
        if (short) {
          const along = laneProduct(H, x, g.strides[1], y, o.strides[1], size);
          for (let j = 0; j < keys; j++) {
            const w = Math.fround(exp(Math.fround(H[row + j] - total)));
            H[row + j] = w;
            H[slope + j] = w * Math.fround(H[slope + j] - along);
          }
          continue;
        }
        let along = 0;
        for (let d = 0; d < size; d++) along += H[x + d * g.strides[1]] * H[y + d * o.strides[1]];
        for (let j = 0; j < keys; j++) {
          const w = exp(H[row + j] - total);
          H[row + j] = w;
          H[slope + j] = w * (H[slope + j] - along);
        }
      }
      // Another head of the same key adds to what is there.
      const again = seen.has(b * key.shape[1] + kh);
      seen.add(b * key.shape[1] + kh);
      matmul(slopes, ks, dq, null, 0, last);
      matmul(st, qs, dk, again ? dk : null, again ? 1 : 0, last);
      matmul(wt, g, dv, again ? dv : null, again ? 1 : 0, 1);
    });
  });
  weights.dispose();
  slopes.dispose();
  for (const t of scaled) t.dispose();
}

/** to = scale · from, for float32 matrices; `to` lies row by row. */
function scaledCopy(from: Tensor, to: Tensor, scale: number): void {
  const H = floats(from);
  const by = Math.fround(scale);
  const [rows, columns] = from.shape;
  let at = elementStart(to);
  for (let i = 0; i < rows; i++) {
    const x = elementStart(from) + i * from.strides[0];
    for (let d = 0; d < columns; d++) H[at++] = H[x + d * from.strides[1]] * by;
  }
}
