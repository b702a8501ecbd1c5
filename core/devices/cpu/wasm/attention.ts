// AssemblyScript. Attention of one head, float32: its scores as one product, a pass over their rows, the weighted values as another product; and
// the way back. Sums and exponentials in the order of processors' fused attention: eight lanes, fast exponentials. Strides in elements.
import { exponential } from './functions.ts';
import { gemm } from './gemm.ts';

/** A multiply-add that rounds once, in either binary. */
function fused(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<f32>(a, b, c);
  const low = f64x2.add(f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b)), f64x2.promote_low_f32x4(c));
  const high = f64x2.add(f64x2.mul(upper(a), upper(b)), upper(c));
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

function number(x: f64): v128 {
  return f32x4.splat(<f32>x);
}

/** e^x for x ≤ 0: a polynomial of degree 5 between powers of two; 0 below the least normal number. As `fastExp`. */
function fast(x: v128): v128 {
  const n = f32x4.floor(fused(x, number(1.4426950408889634), number(0.5)));
  const r = fused(f32x4.neg(n), number(0.6931471805599453), x);
  let p = fused(r, number(0.00828929059), number(0.0418978221));
  p = fused(r, p, number(0.166676521));
  p = fused(r, p, number(0.499991506));
  p = fused(r, p, number(0.999999701));
  p = fused(r, p, number(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  const inside = v128.and(f32x4.ge(x, number(-87.3365447505531)), f32x4.gt(n, number(-126)));
  return v128.bitselect(v128.and(f32x4.mul(p, power), inside), x, f32x4.eq(x, x));
}

/** e^x by float64, rounded to float32. */
function exact(x: v128): v128 {
  const low = f32x4.demote_f64x2_zero(exponential(f64x2.promote_low_f32x4(x)));
  const high = f32x4.demote_f64x2_zero(exponential(upper(x)));
  return v128.shuffle<f32>(low, high, 0, 1, 4, 5);
}

function exactOne(x: f32): f32 {
  return <f32>f64x2.extract_lane(exponential(f64x2.splat(<f64>x)), 0);
}

/** Eight lanes added up by halves. */
function total(a: v128, b: v128): f32 {
  const s = f32x4.add(a, b);
  const t = f32x4.add(s, v128.shuffle<f32>(s, s, 2, 3, 2, 3));
  return f32x4.extract_lane(t, 0) + f32x4.extract_lane(t, 1);
}

/** Scores of one row times `scale`, the mask added, -∞ in what is left of eight from `limit` on. */
function scaleRow(row: usize, n: i32, limit: i32, scale: f32, mask: usize, mc: i32): void {
  const by = f32x4.splat(scale);
  let j = 0;
  for (; j + 3 < limit; j += 4) v128.store(row + ((<usize>j) << 2), f32x4.mul(v128.load(row + ((<usize>j) << 2)), by));
  for (; j < limit; j++) store<f32>(row + ((<usize>j) << 2), load<f32>(row + ((<usize>j) << 2)) * scale);
  if (mask !== 0)
    for (j = 0; j < limit; j++) {
      const at = row + ((<usize>j) << 2);
      store<f32>(at, load<f32>(at) + load<f32>(mask + <usize>((j * mc) << 2)));
    }
  const end = min(n, limit + 7);
  for (j = limit; j < end; j++) store<f32>(row + ((<usize>j) << 2), -Infinity);
}

function largest(row: usize, n: i32): f32 {
  let m = f32x4.splat(-Infinity);
  let j = 0;
  for (; j + 3 < n; j += 4) m = f32x4.max(m, v128.load(row + ((<usize>j) << 2)));
  let top = max(max(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1)), max(f32x4.extract_lane(m, 2), f32x4.extract_lane(m, 3)));
  for (; j < n; j++) top = max(top, load<f32>(row + ((<usize>j) << 2)));
  return top;
}

/**
 * In place the exponentials of a row's scores less `top`, their sum; looks at `seen` keys, those from `limit` on being nothing. The last few
 * beyond eights are taken exactly.
 */
function exponentials(row: usize, n: i32, seen: i32, limit: i32, top: f32): f32 {
  const whole = seen & ~7;
  const shift = f32x4.splat(top);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let j = 0;
  for (; j < whole && j < limit; j += 8) {
    const at = row + ((<usize>j) << 2);
    const e0 = fast(f32x4.sub(v128.load(at), shift));
    const e1 = fast(f32x4.sub(v128.load(at, 16), shift));
    v128.store(at, e0);
    v128.store(at, e1, 16);
    s0 = f32x4.add(s0, e0);
    s1 = f32x4.add(s1, e1);
  }
  let sum = total(s0, s1);
  for (; j < limit; j++) {
    const at = row + ((<usize>j) << 2);
    const e = exactOne(load<f32>(at) - top);
    store<f32>(at, e);
    sum += e;
  }
  if (j < n) memory.fill(row + ((<usize>j) << 2), 0, (<usize>(n - j)) << 2);
  return sum;
}

/** x · by along a row of `out`. */
function scaleOut(at: usize, n: i32, step: i32, by: f32): void {
  let j = 0;
  if (step === 1) for (; j + 3 < n; j += 4, at += 16) v128.store(at, f32x4.mul(v128.load(at), f32x4.splat(by)));
  for (; j < n; j++, at += (<usize>step) << 2) store<f32>(at, load<f32>(at) * by);
}

/**
 * out = softmax(scale · q kᵀ + mask) v of one head. Rows look at keys in blocks of `block` rows where `causal`. `tops`: two float32 a row, its
 * largest score and the sum of its exponentials (0 and 1 where it looks at nothing). `scores`: rows × keys.
 */
export function attend32(
  rows: i32,
  keys: i32,
  size: i32,
  q: usize,
  qr: i32,
  qc: i32,
  k: usize,
  kr: i32,
  kc: i32,
  v: usize,
  vr: i32,
  vc: i32,
  out: usize,
  outRow: i32,
  outColumn: i32,
  mask: usize,
  mr: i32,
  mc: i32,
  causal: bool,
  block: i32,
  scale: f32,
  tops: usize,
  scores: usize,
  scratch: usize,
): void {
  gemm<f32>(rows, keys, size, q, qr, qc, k, kc, kr, scores, keys, 1, 1, false, false, false, scratch);
  for (let i = 0; i < rows; i++) {
    const row = scores + <usize>((i * keys) << 2);
    const limit = causal ? min(keys, i + 1) : keys;
    const seen = causal ? min(keys, (i / block + 1) * block) : keys;
    scaleRow(row, keys, limit, scale, mask === 0 ? 0 : mask + <usize>((i * mr) << 2), mc);
    const top = largest(row, limit);
    const empty = top === -Infinity;
    if (empty) memory.fill(row, 0, (<usize>keys) << 2);
    store<f32>(tops + ((<usize>i) << 3), empty ? 0 : top);
    store<f32>(tops + ((<usize>i) << 3), empty ? 1 : exponentials(row, keys, seen, limit, top), 4);
  }
  gemm<f32>(rows, size, keys, scores, keys, 1, v, vr, vc, out, outRow, outColumn, 1, false, false, false, scratch);
  for (let i = 0; i < rows; i++) scaleOut(out + <usize>((i * outRow) << 2), size, outColumn, 1 / load<f32>(tops + ((<usize>i) << 3), 4));
}

/** to = scale · from, row by row. */
function scaledCopy(rows: i32, n: i32, from: usize, step: i32, along: i32, scale: f32, to: usize): void {
  for (let i = 0; i < rows; i++) {
    let at = from + <usize>((i * step) << 2);
    for (let j = 0; j < n; j++, at += (<usize>along) << 2, to += 4) store<f32>(to, load<f32>(at) * scale);
  }
}

/** Σ x y over eight lanes. */
function along(x: usize, xs: i32, y: usize, ys: i32, n: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let j = 0;
  if (xs === 1 && ys === 1)
    for (; j + 7 < n; j += 8, x += 32, y += 32) {
      s0 = f32x4.add(s0, f32x4.mul(v128.load(x), v128.load(y)));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(x, 16), v128.load(y, 16)));
    }
  for (; j < n; j += 8) {
    let products0 = f32x4.splat(0);
    let products1 = f32x4.splat(0);
    for (let lane = 0; lane < 8; lane++) {
      const next = v128.shuffle<f32>(products0, products1, 1, 2, 3, 4);
      products1 = v128.shuffle<f32>(products1, products1, 1, 2, 3, 0);
      products0 = next;
      if (j + lane < n) {
        products1 = f32x4.replace_lane(products1, 3, load<f32>(x) * load<f32>(y));
        x += (<usize>xs) << 2;
        y += (<usize>ys) << 2;
      } else products1 = f32x4.replace_lane(products1, 3, 0);
    }
    s0 = f32x4.add(s0, products0);
    s1 = f32x4.add(s1, products1);
  }
  return total(s0, s1);
}

/** In place the weights of one row from its scores, and the slopes of the scores from those of the weights. */
function slopesRow(row: usize, slope: usize, n: i32, limit: i32, logSum: f32, dot: f32): void {
  const shift = f32x4.splat(logSum);
  const less = f32x4.splat(dot);
  let j = 0;
  for (; j + 3 < n; j += 4, row += 16, slope += 16) {
    const w = j < limit ? exact(f32x4.sub(v128.load(row), shift)) : f32x4.splat(0);
    v128.store(row, w);
    v128.store(slope, f32x4.mul(w, f32x4.sub(v128.load(slope), less)));
  }
  for (; j < n; j++, row += 4, slope += 4) {
    const w = j < limit ? exactOne(load<f32>(row) - logSum) : <f32>0;
    store<f32>(row, w);
    store<f32>(slope, w * (load<f32>(slope) - dot));
  }
}

/**
 * Gradients of one head's query, key and value from that of its output `g`; the latter two are added to where `again`. `logSums`: of the rows.
 * `room`: weights and slopes (rows × keys each), then the scaled keys and queries.
 */
export function attendBackward32(
  rows: i32,
  keys: i32,
  size: i32,
  q: usize,
  qr: i32,
  qc: i32,
  k: usize,
  kr: i32,
  kc: i32,
  v: usize,
  vr: i32,
  vc: i32,
  g: usize,
  gr: i32,
  gc: i32,
  out: usize,
  outRow: i32,
  outColumn: i32,
  dq: usize,
  dqr: i32,
  dqc: i32,
  dk: usize,
  dkr: i32,
  dkc: i32,
  dv: usize,
  dvr: i32,
  dvc: i32,
  again: bool,
  mask: usize,
  mr: i32,
  mc: i32,
  causal: bool,
  scale: f32,
  logSums: usize,
  sumStep: i32,
  room: usize,
  scratch: usize,
): void {
  const weights = room;
  const slopes = weights + <usize>((rows * keys) << 2);
  const scaledK = slopes + <usize>((rows * keys) << 2);
  const scaledQ = scaledK + <usize>((keys * size) << 2);
  scaledCopy(keys, size, k, kr, kc, scale, scaledK);
  scaledCopy(rows, size, q, qr, qc, scale, scaledQ);
  gemm<f32>(rows, keys, size, q, qr, qc, scaledK, 1, size, weights, keys, 1, 1, false, false, false, scratch);
  gemm<f32>(rows, keys, size, g, gr, gc, v, vc, vr, slopes, keys, 1, 1, false, false, false, scratch);
  for (let i = 0; i < rows; i++) {
    const row = weights + <usize>((i * keys) << 2);
    const limit = causal ? min(keys, i + 1) : keys;
    scaleRow(row, keys, limit, 1, mask === 0 ? 0 : mask + <usize>((i * mr) << 2), mc);
    const dot = along(g + <usize>((i * gr) << 2), gc, out + <usize>((i * outRow) << 2), outColumn, size);
    slopesRow(row, slopes + <usize>((i * keys) << 2), keys, limit, load<f32>(logSums + <usize>((i * sumStep) << 2)), dot);
  }
  gemm<f32>(rows, size, keys, slopes, keys, 1, scaledK, size, 1, dq, dqr, dqc, 1, false, false, false, scratch);
  gemm<f32>(keys, size, rows, slopes, 1, keys, scaledQ, size, 1, dk, dkr, dkc, 1, again, false, false, scratch);
  gemm<f32>(keys, size, rows, weights, 1, keys, g, gr, gc, dv, dvr, dvc, 1, again, false, false, scratch);
}
