// AssemblyScript. Many numbers to few: folds of a run, sums down the columns of a matrix. Sums are held in float64 whatever the type.

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

/** Folds `rows` runs of `n` numbers, `stride` elements apart, into numbers side by side. */
export function foldRows<T>(kind: i32, from: usize, rows: i32, stride: i32, n: i32, start: f64, to: usize): void {
  for (let r = 0; r < rows; r++) {
    store<T>(to, <T>foldRun<T>(kind, from, n, start));
    from += <usize>stride * sizeof<T>();
    to += sizeof<T>();
  }
}

/** One long run of `n` numbers in blocks of `block`, each folded from `start` into a float64; those from `first` to `end`. */
export function foldBlocks<T>(kind: i32, from: usize, n: i32, block: i32, first: i32, end: i32, start: f64, to: usize): void {
  for (let b = first; b < end; b++) {
    const at = b * block;
    store<f64>(to + ((<usize>b) << 3), foldRun<T>(kind, from + <usize>at * sizeof<T>(), min(block, n - at), start));
  }
}
