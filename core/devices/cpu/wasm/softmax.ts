// AssemblyScript. Softmax of float32 lines, along contiguous runs and down columns, and what its logarithm takes. The steps and their order are
// those of core/devices/cpu/softmax-line.ts, which gives the same bits: nothing is fused.

/** 2^24 · e^x for x ≤ 0: a float32 whatever x. */
// @ts-expect-error: decorator
function raised(x: v128): v128 {
  const t = f32x4.pmax(x, f32x4.splat(-104));
  // 1.5 · 2^23 + 127 + 24: the nearest whole number n stands in the low bits as the exponent of 2^(n + 24).
  const magic = f32x4.splat(12583063);
  const shifted = f32x4.add(f32x4.mul(t, f32x4.splat(1.4426950216293335)), magic);
  const n = f32x4.sub(shifted, magic);
  const r = f32x4.sub(f32x4.sub(t, f32x4.mul(n, f32x4.splat(0.693145751953125))), f32x4.mul(n, f32x4.splat(1.428606765330187e-6)));
  let q = f32x4.add(f32x4.splat(0.008368716575205326), f32x4.mul(r, f32x4.splat(0.0013814601115882397)));
  q = f32x4.add(f32x4.splat(0.04166838899254799), f32x4.mul(r, q));
  q = f32x4.add(f32x4.splat(0.1666652113199234), f32x4.mul(r, q));
  q = f32x4.add(f32x4.splat(0.4999999403953552), f32x4.mul(r, q));
  const p = f32x4.add(f32x4.splat(1), f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q)));
  return f32x4.mul(p, i32x4.shl(shifted, 23));
}

// @ts-expect-error: decorator
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

// @ts-expect-error: decorator
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
}

/** Four numbers where T is a vector, else one. */
// @ts-expect-error: decorator
function read<T>(from: usize): v128 {
  return sizeof<T>() === 16 ? v128.load(from) : v128.load32_zero(from);
}

// @ts-expect-error: decorator
function write<T>(to: usize, x: v128): void {
  if (sizeof<T>() === 16) v128.store(to, x);
  else store<f32>(to, f32x4.extract_lane(x, 0));
}

/** The largest number of a run; NaNs do not count. */
function largest(from: usize, n: i32): f32 {
  let m0 = f32x4.splat(-Infinity);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  let i = 0;
  for (; i + 15 < n; i += 16) {
    m0 = f32x4.pmax(m0, v128.load(from));
    m1 = f32x4.pmax(m1, v128.load(from, 16));
    m2 = f32x4.pmax(m2, v128.load(from, 32));
    m3 = f32x4.pmax(m3, v128.load(from, 48));
    from += 64;
  }
  m0 = f32x4.pmax(f32x4.pmax(m0, m1), f32x4.pmax(m2, m3));
  for (; i < n; i++) {
    m0 = f32x4.pmax(m0, v128.load32_splat(from));
    from += 4;
  }
  return max(max(f32x4.extract_lane(m0, 0), f32x4.extract_lane(m0, 1)), max(f32x4.extract_lane(m0, 2), f32x4.extract_lane(m0, 3)));
}

/**
 * The sum of 2^24 · e^(x - top) over a run. `keep`: they are written to `to`, and each 32 of them are added up in float32 first.
 */
// @ts-expect-error: decorator
function exponentials(from: usize, to: usize, n: i32, top: f32, keep: bool): f64 {
  const shift = f32x4.splat(top);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let i = 0;
  for (; i + 31 < n; i += 32) {
    const a = raised(f32x4.sub(v128.load(from), shift));
    const b = raised(f32x4.sub(v128.load(from, 16), shift));
    const c = raised(f32x4.sub(v128.load(from, 32), shift));
    const d = raised(f32x4.sub(v128.load(from, 48), shift));
    const e = raised(f32x4.sub(v128.load(from, 64), shift));
    const f = raised(f32x4.sub(v128.load(from, 80), shift));
    const g = raised(f32x4.sub(v128.load(from, 96), shift));
    const h = raised(f32x4.sub(v128.load(from, 112), shift));
    if (keep) {
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
      v128.store(to, e, 64);
      v128.store(to, f, 80);
      v128.store(to, g, 96);
      v128.store(to, h, 112);
      to += 128;
      const all = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
      s0 = f64x2.add(s0, low(all));
      s1 = f64x2.add(s1, high(all));
    } else {
      s0 = f64x2.add(
        s0,
        f64x2.add(
          f64x2.add(f64x2.add(low(a), low(b)), f64x2.add(low(c), low(d))),
          f64x2.add(f64x2.add(low(e), low(f)), f64x2.add(low(g), low(h))),
        ),
      );
      s1 = f64x2.add(
        s1,
        f64x2.add(
          f64x2.add(f64x2.add(high(a), high(b)), f64x2.add(high(c), high(d))),
          f64x2.add(f64x2.add(high(e), high(f)), f64x2.add(high(g), high(h))),
        ),
      );
    }
    from += 128;
  }
  for (; i + 3 < n; i += 4) {
    const a = raised(f32x4.sub(v128.load(from), shift));
    if (keep) {
      v128.store(to, a);
      to += 16;
    }
    s0 = f64x2.add(s0, low(a));
    s1 = f64x2.add(s1, high(a));
    from += 16;
  }
  s0 = f64x2.add(s0, s1);
  let s = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (; i < n; i++) {
    const a = f32x4.extract_lane(raised(f32x4.sub(v128.load32_zero(from), shift)), 0);
    if (keep) {
      store<f32>(to, a);
      to += 4;
    }
    s += <f64>a;
    from += 4;
  }
  return s;
}

/** Softmax of each row of a row-major matrix. */
export function softmaxRows32(from: usize, to: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++) {
    const share = <f32>(1 / exponentials(from, to, width, largest(from, width), true));
    const shares = f32x4.splat(share);
    let i = 0;
    for (; i + 15 < width; i += 16) {
      v128.store(to, f32x4.mul(v128.load(to), shares));
      v128.store(to, f32x4.mul(v128.load(to, 16), shares), 16);
      v128.store(to, f32x4.mul(v128.load(to, 32), shares), 32);
      v128.store(to, f32x4.mul(v128.load(to, 48), shares), 48);
      to += 64;
    }
    for (; i < width; i++) {
      store<f32>(to, load<f32>(to) * share);
      to += 4;
    }
    from += (<usize>width) << 2;
  }
}

/** Two float64 a row at `to`: the largest number, and the sum of 2^24 · e^(x - largest). */
export function softmaxSums32(from: usize, rows: i32, width: i32, to: usize): void {
  for (let row = 0; row < rows; row++) {
    const top = largest(from, width);
    store<f64>(to, <f64>top);
    store<f64>(to, exponentials(from, 0, width, top, false), 8);
    to += 16;
    from += (<usize>width) << 2;
  }
}

/** The largest of each of four columns (or of one). */
// @ts-expect-error: decorator
function largestOfColumn<T>(from: usize, rows: i32, step: usize): v128 {
  let m = f32x4.splat(-Infinity);
  for (let i = 0; i < rows; i++) {
    m = f32x4.pmax(m, read<T>(from));
    from += step;
  }
  return m;
}

/** Four columns (or one): softmax at `to`, or where that is 0 the largest numbers at `tops` and the sums at `sums`. */
// @ts-expect-error: decorator
function column<T>(from: usize, to: usize, rows: i32, step: usize, tops: usize, sums: usize): void {
  const top = largestOfColumn<T>(from, rows, step);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let at = to;
  for (let i = 0; i < rows; i++) {
    const e = raised(f32x4.sub(read<T>(from), top));
    if (to !== 0) {
      write<T>(at, e);
      at += step;
    }
    s0 = f64x2.add(s0, low(e));
    s1 = f64x2.add(s1, high(e));
    from += step;
  }
  if (to === 0) {
    if (sizeof<T>() === 16) {
      v128.store(tops, low(top));
      v128.store(tops, high(top), 16);
      v128.store(sums, s0);
      v128.store(sums, s1, 16);
    } else {
      store<f64>(tops, <f64>f32x4.extract_lane(top, 0));
      store<f64>(sums, f64x2.extract_lane(s0, 0));
    }
    return;
  }
  const one = f64x2.splat(1);
  const left = f32x4.demote_f64x2_zero(f64x2.div(one, s0));
  const right = f32x4.demote_f64x2_zero(f64x2.div(one, s1));
  const shares = i8x16.shuffle(left, right, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  for (let i = 0; i < rows; i++) {
    write<T>(to, f32x4.mul(read<T>(to), shares));
    to += step;
  }
}

/** Down `width` columns of `rows` rows, `stride` elements apart: softmax at `to`, or where that is 0 as `column` says. */
export function softmaxColumns32(from: usize, to: usize, rows: i32, stride: i32, width: i32, tops: usize, sums: usize): void {
  const step = (<usize>stride) << 2;
  let j = 0;
  for (; j + 3 < width; j += 4) {
    column<v128>(from, to, rows, step, tops, sums);
    from += 16;
    if (to !== 0) to += 16;
    tops += 32;
    sums += 32;
  }
  for (; j < width; j++) {
    column<f32>(from, to, rows, step, tops, sums);
    from += 4;
    if (to !== 0) to += 4;
    tops += 8;
    sums += 8;
  }
}
