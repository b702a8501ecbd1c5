// Matrix products of the CPU: in WebAssembly from a few thousand products on; small ones, other types and hosts without it here, in doubles.
// Names no op.
import { itemSize } from '../../tensor/dtype.ts';
import { heap } from '../../tensor/heap.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { loadRun, storeRun } from './block-io.ts';
import { type Kernels, kernels, scratchBytes } from './kernels.ts';
import { type Product, sharedProduct } from './shared-product.ts';
import { shared } from './threads.ts';
import { wide } from './wide.ts';

const none: readonly number[] = [];
let row = new Float64Array(256);
let panel = new Float64Array(1024);

const at = (t: Tensor): number => t.storage.ptr / itemSize(t.dtype) + t.offset;

/** out = alpha · a · b + beta · bias, for matrices or batches of them ([B, M, K] · [B, K, N]); whole numbers stay exact below 2^53. */
export function matmul(a: Tensor, b: Tensor, out: Tensor, bias: Tensor | null, beta: number, alpha: number): void {
  const flat = a.shape.length === 2;
  const batch = flat ? 1 : a.shape[0];
  const r = flat ? 0 : 1;
  const M = a.shape[r];
  const K = a.shape[r + 1];
  const N = b.shape[r + 1];
  if (out.numel === 0) return;
  const biasStrides = bias === null || beta === 0 ? none : broadcastStrides(bias.shape, bias.strides, out.shape);
  if (a.dtype === 'float32' && M * N * K <= wide.products) {
    for (let s = 0; s < batch; s++) small(a, b, out, beta === 0 ? null : bias, biasStrides, beta, alpha, s, M, N, K);
    return;
  }
  if ((a.dtype === 'float32' || a.dtype === 'float64') && M * N * K > wide.products) {
    const fast = kernels();
    if (fast !== null) {
      packed(fast, a, b, out, beta === 0 ? null : bias, biasStrides, beta, alpha, batch, M, N, K);
      return;
    }
  }
  blocked(a, b, out, bias, biasStrides, beta, alpha, batch, M, N, K);
}

/** Float types in WebAssembly, whatever the strides. */
function packed(
  fast: Kernels,
  a: Tensor,
  b: Tensor,
  out: Tensor,
  bias: Tensor | null,
  biasStrides: readonly number[],
  beta: number,
  alpha: number,
  batch: number,
  M: number,
  N: number,
  K: number,
): void {
  const r = batch === 1 && a.shape.length === 2 ? 0 : 1;
  const item = a.dtype === 'float32' ? 4 : 8;
  const gemm = item === 4 ? fast.gemm32 : fast.gemm64;
  // The tile is wide along columns: few columns and many rows are computed on their side, outᵀ = bᵀ · aᵀ.
  const turned = N < 32 / item && M > N;
  const scratchSize = turned ? scratchBytes(item, N, M, K) : scratchBytes(item, M, N, K);
  const scratch = heap.alloc(scratchSize);
  const [ai, ak, bk, bj, oi, oj] = [a.strides[r], a.strides[r + 1], b.strides[r], b.strides[r + 1], out.strides[r], out.strides[r + 1]];
  for (let s = 0; s < batch; s++) {
    const pa = (at(a) + (r === 0 ? 0 : s * a.strides[0])) * item;
    const pb = (at(b) + (r === 0 ? 0 : s * b.strides[0])) * item;
    const po = (at(out) + (r === 0 ? 0 : s * out.strides[0])) * item;
    if (bias !== null)
      spread(bias, at(bias) + (r === 0 ? 0 : s * biasStrides[0]), biasStrides[r], biasStrides[r + 1], beta, out, po / item, oi, oj, M, N);
    const add = bias === null ? 0 : 1;
    if (M * N * K >= shared.products) {
      const product: Product = turned
        ? { m: N, n: M, k: K, a: [pb, bj, bk], b: [pa, ak, ai], c: [po, oj, oi], alpha, add }
        : { m: M, n: N, k: K, a: [pa, ai, ak], b: [pb, bk, bj], c: [po, oi, oj], alpha, add };
      if (sharedProduct(fast, item, product)) continue;
    }
    if (turned) gemm(N, M, K, pb, bj, bk, pa, ak, ai, po, oj, oi, alpha, add, scratch);
    else gemm(M, N, K, pa, ai, ak, pb, bk, bj, po, oi, oj, alpha, add, scratch);
  }
  heap.free(scratch, scratchSize);
}

/** out = beta · bias: what the product is then added to. */
function spread(
  bias: Tensor,
  from: number,
  ci: number,
  cj: number,
  beta: number,
  out: Tensor,
  to: number,
  oi: number,
  oj: number,
  M: number,
  N: number,
): void {
  const H = out.dtype === 'float32' ? heap.F32 : heap.F64;
  if (cj === 1 && oj === 1 && beta === 1 && bias.dtype === out.dtype) {
    for (let i = 0; i < M; i++) H.copyWithin(to + i * oi, from + i * ci, from + i * ci + N);
    return;
  }
  if (cj === 0 && oj === 1) {
    const one = new Float64Array(1);
    for (let i = 0; i < M; i++) {
      loadRun(bias.dtype, from + i * ci, 0, one, 0, 1);
      H.fill(beta * one[0], to + i * oi, to + i * oi + N);
    }
    return;
  }
  const values = new Float64Array(N);
  for (let i = 0; i < M; i++) {
    if (ci !== 0 || i === 0) loadRun(bias.dtype, from + i * ci, cj, values, 0, N);
    for (let j = 0; j < N; j++) H[to + i * oi + j * oj] = beta * values[j];
  }
}

/** Any size and type: b as a panel of doubles, row by row. */
function blocked(
  a: Tensor,
  b: Tensor,
  out: Tensor,
  bias: Tensor | null,
  biasStrides: readonly number[],
  beta: number,
  alpha: number,
  batch: number,
  M: number,
  N: number,
  K: number,
): void {
  const flat = a.shape.length === 2;
  const r = flat ? 0 : 1;
  if (row.length < N) row = new Float64Array(N);
  if (panel.length < K * N) panel = new Float64Array(K * N);
  const left = new Float64Array(K);
  const biasRow = new Float64Array(bias === null ? 0 : N);
  for (let s = 0; s < batch; s++) {
    const step = (t: Tensor): number => at(t) + (flat ? 0 : s * t.strides[0]);
    // b as a row-major panel of doubles.
    for (let k = 0; k < K; k++) loadRun(b.dtype, step(b) + k * b.strides[r], b.strides[r + 1], panel, k * N, N);
    for (let i = 0; i < M; i++) {
      loadRun(a.dtype, step(a) + i * a.strides[r], a.strides[r + 1], left, 0, K);
      product(left, panel, row, K, N);
      if (alpha !== 1) for (let j = 0; j < N; j++) row[j] *= alpha;
      if (bias !== null && beta !== 0) {
        loadRun(bias.dtype, at(bias) + (flat ? 0 : s * biasStrides[0]) + i * biasStrides[r], biasStrides[r + 1], biasRow, 0, N);
        for (let j = 0; j < N; j++) row[j] += beta * biasRow[j];
      }
      storeRun(out.dtype, step(out) + i * out.strides[r], out.strides[r + 1], row, 0, N);
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

/** Product s of small float32 ones, straight from the heap: fused multiply-adds in float32 along K, the order of processors' own products. */
function small(
  a: Tensor,
  b: Tensor,
  out: Tensor,
  bias: Tensor | null,
  biasStrides: readonly number[],
  beta: number,
  alpha: number,
  s: number,
  M: number,
  N: number,
  K: number,
): void {
  const H = heap.F32;
  const r = a.shape.length - 2;
  const ai = a.strides[r];
  const ak = a.strides[r + 1];
  const bk = b.strides[r];
  const bj = b.strides[r + 1];
  const oi = out.strides[r];
  const oj = out.strides[r + 1];
  const a0 = (a.storage.ptr >>> 2) + a.offset + r * s * a.strides[0];
  const b0 = (b.storage.ptr >>> 2) + b.offset + r * s * b.strides[0];
  const o0 = (out.storage.ptr >>> 2) + out.offset + r * s * out.strides[0];
  const c0 = bias === null ? 0 : (bias.storage.ptr >>> 2) + bias.offset + r * s * biasStrides[0];
  const ci = bias === null ? 0 : biasStrides[r];
  const cj = bias === null ? 0 : biasStrides[r + 1];
  const fast = kernels();
  if (fast !== null) {
    fast.smallProduct(M, N, K, a0 << 2, ai, ak, b0 << 2, bk, bj, o0 << 2, oi, oj, c0 << 2, ci, cj, alpha, beta);
    return;
  }
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      let x = a0 + i * ai;
      let y = b0 + j * bj;
      for (let k = 0; k < K; k++) {
        sum = Math.fround(sum + H[x] * H[y]);
        x += ak;
        y += bk;
      }
      sum *= alpha;
      H[o0 + i * oi + j * oj] = bias !== null ? sum + beta * H[c0 + i * ci + j * cj] : sum;
    }
  }
}
