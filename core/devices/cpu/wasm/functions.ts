// AssemblyScript. exp in float64 lanes for results that go to float32, to some 1e-14; sigmoid and tanh in float32 lanes, to a few units in the last
// place. Without a branch; in float32 nothing is fused, so that both binaries give the same bits.
import { fma } from './lanes.ts';

const LN2_HI: f64 = 0.6931471803691238;
const LN2_LO: f64 = 1.9082149292705877e-10;
/** Adding 1.5 · 2^52 leaves the nearest whole number in the low bits. */
const MAGIC: f64 = 6755399441055744;

export function number(x: f64): v128 {
  return f64x2.splat(x);
}

/** c[0] + z (c[1] + z (…)) of six. */
function polynomial(z: v128, c0: f64, c1: f64, c2: f64, c3: f64, c4: f64, c5: f64): v128 {
  let sum = fma<f64>(z, number(c5), number(c4));
  sum = fma<f64>(z, sum, number(c3));
  sum = fma<f64>(z, sum, number(c2));
  sum = fma<f64>(z, sum, number(c1));
  return fma<f64>(z, sum, number(c0));
}

/** e^x for -708 ≤ x ≤ 709, by the Taylor series between powers of two; beyond, what it is at the end; NaN for NaN. */
export function exponential(x: v128): v128 {
  const within = f64x2.max(f64x2.min(x, number(709)), number(-708));
  const shifted = f64x2.add(f64x2.mul(within, number(1.4426950408889634)), number(MAGIC));
  const k = f64x2.sub(shifted, number(MAGIC));
  const r = f64x2.sub(f64x2.sub(within, f64x2.mul(k, number(LN2_HI))), f64x2.mul(k, number(LN2_LO)));
  const z = f64x2.mul(r, r);
  const even = polynomial(z, 1, 1.0 / 2, 1.0 / 24, 1.0 / 720, 1.0 / 40320, 1.0 / 3628800);
  const odd = polynomial(z, 1, 1.0 / 6, 1.0 / 120, 1.0 / 5040, 1.0 / 362880, 1.0 / 39916800);
  const scaled = i64x2.add(fma<f64>(r, odd, even), i64x2.shl(shifted, 52));
  return v128.bitselect(scaled, x, f64x2.eq(x, x));
}

function single(x: f64): v128 {
  return f32x4.splat(<f32>x);
}

/** e^x in float32; at the ends the power of two becomes 0 or ∞. */
function exponential32(x: v128): v128 {
  const within = f32x4.max(f32x4.min(x, single(89)), single(-88));
  // 1.5 · 2^23 + 127: the nearest whole number stands in the low bits as an exponent.
  const shifted = f32x4.add(f32x4.mul(within, single(1.4426950408889634)), single(12583039));
  const n = f32x4.sub(shifted, single(12583039));
  const r = f32x4.sub(f32x4.sub(within, f32x4.mul(n, single(0.693145751953125))), f32x4.mul(n, single(1.428606765330187e-6)));
  let q = f32x4.add(single(0.008368716575205326), f32x4.mul(r, single(0.0013814601115882397)));
  q = f32x4.add(single(0.04166838899254799), f32x4.mul(r, q));
  q = f32x4.add(single(0.1666652113199234), f32x4.mul(r, q));
  q = f32x4.add(single(0.4999999403953552), f32x4.mul(r, q));
  const p = f32x4.add(single(1), f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q)));
  return f32x4.mul(p, i32x4.shl(shifted, 23));
}

export function sigmoid32(x: v128): v128 {
  return f32x4.div(single(1), f32x4.add(single(1), exponential32(f32x4.neg(x))));
}

/** tanh x = x + x³ (a polynomial of x²) up to 0.625, 1 - 2 / (e^(2x) + 1) beyond. */
export function tanh32(x: v128): v128 {
  const size = f32x4.abs(x);
  const far = f32x4.sub(single(1), f32x4.div(single(2), f32x4.add(exponential32(f32x4.add(size, size)), single(1))));
  const z = f32x4.mul(x, x);
  let q = f32x4.add(single(0.0206390842795372), f32x4.mul(z, single(-0.005704984068870544)));
  q = f32x4.add(single(-0.05373971536755562), f32x4.mul(z, q));
  q = f32x4.add(single(0.13331441581249237), f32x4.mul(z, q));
  q = f32x4.add(single(-0.3333328068256378), f32x4.mul(z, q));
  const near = f32x4.add(x, f32x4.mul(f32x4.mul(z, x), q));
  const signed = v128.or(far, v128.and(x, single(-0.0)));
  return v128.bitselect(near, signed, f32x4.lt(size, single(0.625)));
}
