// AssemblyScript. Many numbers to few: folds of a run, sums down the columns of a matrix, the statistics of a recorded tensor. Sums are held
// in float64 whatever the type.

export const SUM: i32 = 0;
export const MAX: i32 = 1;
export const MIN: i32 = 2;
export const SQUARES: i32 = 3;
export const SIZES: i32 = 4;

/** Both lanes added. */
function total(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
}

function term(kind: i32, x: v128): v128 {
  if (kind === SQUARES) return f64x2.mul(x, x);
  return kind === SIZES ? f64x2.abs(x) : x;
}

/** Sums (of squares, of absolute values) in four vectors of two lanes each. */
function sum<T>(kind: i32, from: usize, n: i32, start: f64): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let i = 0;
  for (; i + 7 < n; i += 8) {
    if (sizeof<T>() === 4) {
      const a = v128.load(from);
      const b = v128.load(from, 16);
      s0 = f64x2.add(s0, term(kind, f64x2.promote_low_f32x4(a)));
      s1 = f64x2.add(s1, term(kind, high(a)));
      s2 = f64x2.add(s2, term(kind, f64x2.promote_low_f32x4(b)));
      s3 = f64x2.add(s3, term(kind, high(b)));
    } else {
      s0 = f64x2.add(s0, term(kind, v128.load(from)));
      s1 = f64x2.add(s1, term(kind, v128.load(from, 16)));
      s2 = f64x2.add(s2, term(kind, v128.load(from, 32)));
      s3 = f64x2.add(s3, term(kind, v128.load(from, 48)));
    }
    from += 8 * sizeof<T>();
  }
  let s = total(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
  for (; i < n; i++) {
    const x = <f64>load<T>(from);
    s += kind === SQUARES ? x * x : kind === SIZES ? abs(x) : x;
    from += sizeof<T>();
  }
  return start + s;
}

/** The largest or smallest; NaN where there is one. */
function extreme<T>(largest: bool, from: usize, n: i32, start: f64): f64 {
  let m0 = v128.splat<T>(<T>start);
  let m1 = m0;
  const lanes = <i32>(16 / sizeof<T>());
  let i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    m0 = largest ? v128.max<T>(m0, v128.load(from)) : v128.min<T>(m0, v128.load(from));
    m1 = largest ? v128.max<T>(m1, v128.load(from, 16)) : v128.min<T>(m1, v128.load(from, 16));
    from += 32;
  }
  m0 = largest ? v128.max<T>(m0, m1) : v128.min<T>(m0, m1);
  let m: T = max<T>(v128.extract_lane<T>(m0, 0), v128.extract_lane<T>(m0, 1));
  if (!largest) m = min<T>(v128.extract_lane<T>(m0, 0), v128.extract_lane<T>(m0, 1));
  if (sizeof<T>() === 4) {
    const x = f32x4.extract_lane(m0, 2);
    const y = f32x4.extract_lane(m0, 3);
    m = largest ? max<T>(m, <T>max<f32>(x, y)) : min<T>(m, <T>min<f32>(x, y));
  }
  for (; i < n; i++) {
    m = largest ? max<T>(m, load<T>(from)) : min<T>(m, load<T>(from));
    from += sizeof<T>();
  }
  return <f64>m;
}

/** One run of `n` numbers, beginning from `start`. */
export function foldRun<T>(kind: i32, from: usize, n: i32, start: f64): f64 {
  if (kind === MAX) return extreme<T>(true, from, n, start);
  if (kind === MIN) return extreme<T>(false, from, n, start);
  if (kind === SUM) return sum<T>(SUM, from, n, start);
  return kind === SQUARES ? sum<T>(SQUARES, from, n, start) : sum<T>(SIZES, from, n, start);
}

/** The sums down `width` columns of `rows` rows, `stride` elements apart; `scratch` holds 8 bytes a column. */
export function sumColumns<T>(from: usize, rows: i32, stride: i32, width: i32, to: usize, scratch: usize): void {
  memory.fill(scratch, 0, (<usize>width) << 3);
  const step = <usize>stride * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    let at = from;
    let sums = scratch;
    let j = 0;
    for (; j + 3 < width; j += 4) {
      if (sizeof<T>() === 4) {
        const x = v128.load(at);
        v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(x)));
        v128.store(sums, f64x2.add(v128.load(sums, 16), high(x)), 16);
      } else {
        v128.store(sums, f64x2.add(v128.load(sums), v128.load(at)));
        v128.store(sums, f64x2.add(v128.load(sums, 16), v128.load(at, 16)), 16);
      }
      at += 4 * sizeof<T>();
      sums += 32;
    }
    for (; j < width; j++) {
      store<f64>(sums, load<f64>(sums) + <f64>load<T>(at));
      at += sizeof<T>();
      sums += 8;
    }
    from += step;
  }
  for (let j = 0; j < width; j++) store<T>(to + <usize>j * sizeof<T>(), <T>load<f64>(scratch + ((<usize>j) << 3)));
}

/**
 * What a recorded float32 tensor is summed up to, as nine float64 at `to`: NaNs, infinities, least, largest, sum, sum of absolute values, of
 * squares, of deviations from `shift`, of their squares; of the finite ones. In blocks, each redone number by number if it is not all finite.
 */
export function statistics32(from: usize, n: i32, shift: f64, to: usize): void {
  let nan: f64 = 0;
  let inf: f64 = 0;
  let least: f64 = Infinity;
  let most: f64 = -Infinity;
  let sum: f64 = 0;
  let sizes: f64 = 0;
  let squares: f64 = 0;
  let away: f64 = 0;
  let awaySquares: f64 = 0;
  const shifts = f64x2.splat(shift);
  for (let at = 0; at < n; at += 1024) {
    const m = min(1024, n - at);
    let p = from + ((<usize>at) << 2);
    let low = f32x4.splat(Infinity);
    let up = f32x4.splat(-Infinity);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let a0 = s0;
    let q0 = s0;
    let q1 = s0;
    let d0 = s0;
    let d1 = s0;
    let i = 0;
    for (; i + 3 < m; i += 4) {
      const x = v128.load(p);
      low = f32x4.min(low, x);
      up = f32x4.max(up, x);
      const x0 = f64x2.promote_low_f32x4(x);
      const x1 = high(x);
      s0 = f64x2.add(s0, f64x2.add(x0, x1));
      a0 = f64x2.add(a0, f64x2.add(f64x2.abs(x0), f64x2.abs(x1)));
      q0 = f64x2.add(q0, f64x2.mul(x0, x0));
      q1 = f64x2.add(q1, f64x2.mul(x1, x1));
      const e0 = f64x2.sub(x0, shifts);
      const e1 = f64x2.sub(x1, shifts);
      s1 = f64x2.add(s1, f64x2.add(e0, e1));
      d0 = f64x2.add(d0, f64x2.mul(e0, e0));
      d1 = f64x2.add(d1, f64x2.mul(e1, e1));
      p += 16;
    }
    const all = total(f64x2.add(q0, q1));
    if (all - all === 0) {
      squares += all;
      sum += total(s0);
      sizes += total(a0);
      away += total(s1);
      awaySquares += total(f64x2.add(d0, d1));
      const lowest = min(
        min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)),
        min(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3)),
      );
      const highest = max(
        max(f32x4.extract_lane(up, 0), f32x4.extract_lane(up, 1)),
        max(f32x4.extract_lane(up, 2), f32x4.extract_lane(up, 3)),
      );
      least = min(least, <f64>lowest);
      most = max(most, <f64>highest);
    } else {
      i = 0;
      p = from + ((<usize>at) << 2);
    }
    for (; i < m; i++) {
      const x = <f64>load<f32>(p);
      p += 4;
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
      away += x - shift;
      awaySquares += (x - shift) * (x - shift);
    }
  }
  store<f64>(to, nan);
  store<f64>(to, inf, 8);
  store<f64>(to, least, 16);
  store<f64>(to, most, 24);
  store<f64>(to, sum, 32);
  store<f64>(to, sizes, 40);
  store<f64>(to, squares, 48);
  store<f64>(to, away, 56);
  store<f64>(to, awaySquares, 64);
}
