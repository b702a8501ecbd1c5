// Matrix products of the CPU: rows of doubles accumulated over k, or dot products where b is laid out by columns. Names no op.
import { itemSize } from '../tensor/dtype.ts';
import { heap } from '../tensor/heap.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { loadRun, storeRun } from './block-io.ts';

let row = new Float64Array(256);
let panel = new Float64Array(1024);

const at = (t: Tensor): number => t.storage.ptr / itemSize(t.dtype) + t.offset;

/** out [B, M, N] = alpha · a [B, M, K] · b [B, K, N] + beta · bias; float types run in double, whole numbers stay exact below 2^53. */
export function matmul(a: Tensor, b: Tensor, out: Tensor, bias: Tensor | null, beta: number, alpha: number): void {
  const [batch, M, K] = a.shape;
  const N = b.shape[2];
  if (out.numel === 0) return;
  if (batch === 1 && a.dtype === 'float32' && M * N * K <= 4096) {
    small(a, b, out, bias, beta, alpha, M, N, K);
    return;
  }
  if (row.length < N) row = new Float64Array(N);
  if (panel.length < K * N) panel = new Float64Array(K * N);
  const left = new Float64Array(K);
  const biasRow = bias === null ? null : new Float64Array(N);
  for (let s = 0; s < batch; s++) {
    // b as a row-major panel of doubles.
    for (let k = 0; k < K; k++) loadRun(b.dtype, at(b) + s * b.strides[0] + k * b.strides[1], b.strides[2], panel, k * N, N);
    for (let i = 0; i < M; i++) {
      loadRun(a.dtype, at(a) + s * a.strides[0] + i * a.strides[1], a.strides[2], left, 0, K);
      product(left, panel, row, K, N);
      if (alpha !== 1) for (let j = 0; j < N; j++) row[j] *= alpha;
      if (bias !== null && biasRow !== null && beta !== 0) {
        loadRun(bias.dtype, at(bias) + s * bias.strides[0] + i * bias.strides[1], bias.strides[2], biasRow, 0, N);
        for (let j = 0; j < N; j++) row[j] += beta * biasRow[j];
      }
      storeRun(out.dtype, at(out) + s * out.strides[0] + i * out.strides[1], out.strides[2], row, 0, N);
    }
  }
}

function product(left: Float64Array, B: Float64Array, out: Float64Array, K: number, N: number): void {
  for (let j = 0; j < N; j++) out[j] = 0;
  let k = 0;
  for (; k + 3 < K; k += 4) {
    const [x, y, z, w] = [left[k], left[k + 1], left[k + 2], left[k + 3]];
    const [p, q, r, s] = [k * N, (k + 1) * N, (k + 2) * N, (k + 3) * N];
    for (let j = 0; j < N; j++) out[j] += x * B[p + j] + y * B[q + j] + z * B[r + j] + w * B[s + j];
  }
  for (; k < K; k++) {
    const x = left[k];
    const p = k * N;
    for (let j = 0; j < N; j++) out[j] += x * B[p + j];
  }
}

/** Small float32 products straight from the heap. */
function small(a: Tensor, b: Tensor, out: Tensor, bias: Tensor | null, beta: number, alpha: number, M: number, N: number, K: number): void {
  const H = heap.F32;
  const [, ai, ak] = a.strides;
  const [, bk, bj] = b.strides;
  const [, oi, oj] = out.strides;
  const a0 = (a.storage.ptr >>> 2) + a.offset;
  const b0 = (b.storage.ptr >>> 2) + b.offset;
  const o0 = (out.storage.ptr >>> 2) + out.offset;
  const c0 = bias === null ? 0 : (bias.storage.ptr >>> 2) + bias.offset;
  const ci = bias === null ? 0 : bias.strides[1];
  const cj = bias === null ? 0 : bias.strides[2];
  const withBias = bias !== null && beta !== 0;
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let s = 0;
      let x = a0 + i * ai;
      let y = b0 + j * bj;
      for (let k = 0; k < K; k++) {
        s += H[x] * H[y];
        x += ak;
        y += bk;
      }
      s *= alpha;
      H[o0 + i * oi + j * oj] = withBias ? s + beta * H[c0 + i * ci + j * cj] : s;
    }
  }
}
