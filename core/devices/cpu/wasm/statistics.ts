// AssemblyScript. What a recorded float32 tensor is summed up to, at the speed memory is read.
import { fma } from './lanes.ts';

/** Numbers a block; a lane adds up a quarter of them in float32 before float64 takes over, so that sums err by some 1e-7 of Σ|x|. */
const BLOCK: i32 = 128;
/** Below this Σ|x| of a block, squares may leave float32: it is redone in float64. */
const FAINT: f64 = 1e-13;

let nan: f64 = 0;
let inf: f64 = 0;
let least: f64 = 0;
let most: f64 = 0;
let sum: f64 = 0;
let sizes: f64 = 0;
let squares: f64 = 0;

/** Number by number, in float64. */
function one(from: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const x = <f64>load<f32>(from);
    from += 4;
    if (x - x !== 0) {
      if (x !== x) nan += 1;
      else inf += 1;
      continue;
    }
    least = min(least, x);
    most = max(most, x);
    sum += x;
    sizes += abs(x);
    squares += x * x;
  }
}

/** All four lanes added in float64. */
function total(x: v128): f64 {
  const y = f64x2.add(
    f64x2.promote_low_f32x4(x),
    f64x2.promote_low_f32x4(i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)),
  );
  return f64x2.extract_lane(y, 0) + f64x2.extract_lane(y, 1);
}

/**
 * Seven float64 at `to`: NaNs, infinities, and of the finite numbers least, largest, sum, sum of absolute values, of squares.
 * In blocks, each redone number by number if it is not all finite or too small to square.
 */
export function statistics32(from: usize, n: i32, to: usize): void {
  nan = 0;
  inf = 0;
  least = Infinity;
  most = -Infinity;
  sum = 0;
  sizes = 0;
  squares = 0;
  let low = f32x4.splat(Infinity);
  let up = f32x4.splat(-Infinity);
  let at = 0;
  for (; at + BLOCK <= n; at += BLOCK) {
    let low0 = f32x4.splat(Infinity);
    let low1 = low0;
    let up0 = f32x4.splat(-Infinity);
    let up1 = up0;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let a0 = s0;
    let a1 = s0;
    let q0 = s0;
    let q1 = s0;
    const end = from + ((<usize>BLOCK) << 2);
    for (let p = from; p < end; p += 32) {
      const x = v128.load(p);
      const y = v128.load(p, 16);
      low0 = f32x4.pmin(low0, x);
      up0 = f32x4.pmax(up0, x);
      s0 = f32x4.add(s0, x);
      a0 = f32x4.add(a0, f32x4.abs(x));
      q0 = fma<f32>(x, x, q0);
      low1 = f32x4.pmin(low1, y);
      up1 = f32x4.pmax(up1, y);
      s1 = f32x4.add(s1, y);
      a1 = f32x4.add(a1, f32x4.abs(y));
      q1 = fma<f32>(y, y, q1);
    }
    const size = total(f32x4.add(a0, a1));
    const square = total(f32x4.add(q0, q1));
    if (square - square !== 0 || (size < FAINT && size !== 0)) one(from, BLOCK);
    else {
      low = f32x4.min(low, f32x4.min(low0, low1));
      up = f32x4.max(up, f32x4.max(up0, up1));
      sum += total(f32x4.add(s0, s1));
      sizes += size;
      squares += square;
    }
    from = end;
  }
  one(from, n - at);
  const lowest = min(
    min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)),
    min(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3)),
  );
  const highest = max(max(f32x4.extract_lane(up, 0), f32x4.extract_lane(up, 1)), max(f32x4.extract_lane(up, 2), f32x4.extract_lane(up, 3)));
  store<f64>(to, nan);
  store<f64>(to, inf, 8);
  store<f64>(to, min(least, <f64>lowest), 16);
  store<f64>(to, max(most, <f64>highest), 24);
  store<f64>(to, sum, 32);
  store<f64>(to, sizes, 40);
  store<f64>(to, squares, 48);
}

/** Two float64 at `to`: the finite numbers' deviations from `centre` added up, and their squares, in float64. */
export function deviations32(from: usize, n: i32, centre: f64, to: usize): void {
  let away: f64 = 0;
  let square: f64 = 0;
  for (let i = 0; i < n; i++) {
    const x = <f64>load<f32>(from);
    from += 4;
    if (x - x !== 0) continue;
    const d = x - centre;
    away += d;
    square += d * d;
  }
  store<f64>(to, away);
  store<f64>(to, square, 8);
}

/**
 * As `statistics32`, of int64: five float64 at `to`, least, largest, sum, sum of absolute values, of squares, as the numbers float64 has for
 * them. Vectors of four whose numbers all fit 32 bits go fast.
 */
export function statisticsOfIntegers(from: usize, n: i32, to: usize): void {
  least = Infinity;
  most = -Infinity;
  sum = 0;
  sizes = 0;
  squares = 0;
  let low = i32x4.splat(i32.MAX_VALUE);
  let up = i32x4.splat(i32.MIN_VALUE);
  let s = f64x2.splat(0);
  let a = s;
  let q = s;
  let fast = false;
  let i = 0;
  while (i < n) {
    if (i + 4 <= n) {
      const x = v128.load(from);
      const y = v128.load(from, 16);
      const lows = v128.shuffle<i32>(x, y, 0, 2, 4, 6);
      const highs = v128.shuffle<i32>(x, y, 1, 3, 5, 7);
      if (i32x4.all_true(i32x4.eq(highs, i32x4.shr_s(lows, 31)))) {
        fast = true;
        low = i32x4.min_s(low, lows);
        up = i32x4.max_s(up, lows);
        const u = f64x2.convert_low_i32x4_s(lows);
        const v = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(lows, lows, 2, 3, 2, 3));
        s = f64x2.add(s, f64x2.add(u, v));
        a = f64x2.add(a, f64x2.add(f64x2.abs(u), f64x2.abs(v)));
        q = f64x2.add(q, f64x2.add(f64x2.mul(u, u), f64x2.mul(v, v)));
        from += 32;
        i += 4;
        continue;
      }
    }
    const x = <f64>load<i64>(from);
    least = min(least, x);
    most = max(most, x);
    sum += x;
    sizes += abs(x);
    squares += x * x;
    from += 8;
    i++;
  }
  if (fast) {
    for (let lane = 0; lane < 4; lane++) {
      least = min(least, <f64>i32x4.extract_lane(low, 0));
      most = max(most, <f64>i32x4.extract_lane(up, 0));
      low = v128.shuffle<i32>(low, low, 1, 2, 3, 0);
      up = v128.shuffle<i32>(up, up, 1, 2, 3, 0);
    }
  }
  store<f64>(to, least);
  store<f64>(to, most, 8);
  store<f64>(to, sum + f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1), 16);
  store<f64>(to, sizes + f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1), 24);
  store<f64>(to, squares + f64x2.extract_lane(q, 0) + f64x2.extract_lane(q, 1), 32);
}
