// AssemblyScript. exp, sigmoid and tanh in float64 lanes, for results that go to float32: to some 1e-14, without a branch.
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

export function sigmoid(x: v128): v128 {
  return f64x2.div(number(1), f64x2.add(number(1), exponential(f64x2.neg(x))));
}

export function tanh(x: v128): v128 {
  const size = f64x2.abs(x);
  const far = f64x2.sub(number(1), f64x2.div(number(2), f64x2.add(exponential(f64x2.add(size, size)), number(1))));
  const near = f64x2.mul(size, polynomial(f64x2.mul(x, x), 1, -1.0 / 3, 2.0 / 15, -17.0 / 315, 62.0 / 2835, -1382.0 / 155925));
  const out = v128.bitselect(near, far, f64x2.lt(size, number(0.015625)));
  return v128.or(out, v128.and(x, number(-0.0)));
}
