// AssemblyScript. Normalisation over groups of a row-major tensor seen as [outer, groups, inner]; position p of [groups, inner] takes weight
// ⌊p / step⌋ mod period. In float64, summed in four lanes and a rest: the order of the reference.

/** Two numbers as float64. */
function read<T>(at: usize): v128 {
  return sizeof<T>() === 4 ? f64x2.promote_low_f32x4(v128.load64_zero(at)) : v128.load(at);
}

function write<T>(at: usize, x: v128): void {
  if (sizeof<T>() === 4) v128.store64_lane(at, f32x4.demote_f64x2_zero(x), 0);
  else v128.store(at, x);
}

function total(even: v128, odd: v128, rest: f64): f64 {
  const s = f64x2.add(even, odd);
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1) + rest;
}

let even: v128 = f64x2.splat(0);
let odd: v128 = f64x2.splat(0);
let rest: f64 = 0;

/** Differences from `centre` of a run of n, or their squares, added to the lanes above. */
function away<T>(at: usize, n: i32, centre: f64, squared: bool): void {
  const c = f64x2.splat(centre);
  let s0 = even;
  let s1 = odd;
  let b = 0;
  for (; b + 3 < n; b += 4, at += 4 * sizeof<T>()) {
    const x = f64x2.sub(read<T>(at), c);
    const y = f64x2.sub(read<T>(at + 2 * sizeof<T>()), c);
    s0 = f64x2.add(s0, squared ? f64x2.mul(x, x) : x);
    s1 = f64x2.add(s1, squared ? f64x2.mul(y, y) : y);
  }
  for (; b < n; b++, at += sizeof<T>()) {
    const d = <f64>load<T>(at) - centre;
    rest += squared ? d * d : d;
  }
  even = s0;
  odd = s1;
}

/** Σ (x - centre) of a group, or of the squares. */
function sumAway<T>(at: usize, outer: i32, groups: i32, inner: i32, centre: f64, squared: bool): f64 {
  even = f64x2.splat(0);
  odd = f64x2.splat(0);
  rest = 0;
  const step = <usize>(groups * inner) * sizeof<T>();
  for (let a = 0; a < outer; a++, at += step) away<T>(at, inner, centre, squared);
  return total(even, odd, rest);
}

/** Means and biased variances of the groups from `first` to `end`: shifted by a first value, so that constant groups have exactly no spread. */
export function moments<T>(x: usize, outer: i32, groups: i32, inner: i32, first: i32, end: i32, mean: usize, variance: usize): void {
  const n = <f64>outer * <f64>inner;
  for (let c = first; c < end; c++) {
    const at = x + <usize>(c * inner) * sizeof<T>();
    const shift = n > 0 ? <f64>load<T>(at) : 0;
    const m = shift + sumAway<T>(at, outer, groups, inner, shift, false) / n;
    store<f64>(mean + ((<usize>c) << 3), m);
    store<f64>(variance + ((<usize>c) << 3), sumAway<T>(at, outer, groups, inner, m, true) / n);
  }
}

function weightAt<T>(weight: usize, k: i32): f64 {
  return weight === 0 ? 1 : <f64>load<T>(weight + <usize>k * sizeof<T>());
}

/** out = (x - mean) · factor + bias along a run. */
function scaleRun<T>(x: usize, out: usize, n: i32, mean: f64, factor: f64, bias: f64): void {
  const m = f64x2.splat(mean);
  const f = f64x2.splat(factor);
  const d = f64x2.splat(bias);
  let b = 0;
  for (; b + 1 < n; b += 2, x += 2 * sizeof<T>(), out += 2 * sizeof<T>())
    write<T>(out, f64x2.add(f64x2.mul(f64x2.sub(read<T>(x), m), f), d));
  if (b < n) store<T>(out, <T>((<f64>load<T>(x) - mean) * factor + bias));
}

/** out = (x - mean) · scale · weight + bias along a run, a weight and a bias for each. */
function scaleEach<T>(x: usize, out: usize, n: i32, mean: f64, scale: f64, weight: usize, bias: usize): void {
  const m = f64x2.splat(mean);
  const s = f64x2.splat(scale);
  let b = 0;
  for (; b + 1 < n; b += 2) {
    const at = <usize>b * sizeof<T>();
    let y = f64x2.mul(f64x2.sub(read<T>(x + at), m), s);
    if (weight !== 0) y = f64x2.mul(y, read<T>(weight + at));
    if (bias !== 0) y = f64x2.add(y, read<T>(bias + at));
    write<T>(out + at, y);
  }
  if (b < n) {
    const at = <usize>b * sizeof<T>();
    const y = (<f64>load<T>(x + at) - mean) * scale * weightAt<T>(weight, b);
    store<T>(out + at, <T>(bias === 0 ? y : y + <f64>load<T>(bias + at)));
  }
}

/** out = (x - mean) · scale · weight + bias for the groups from `first` to `end`; mean and scale float64, weight and bias may be 0. */
export function normalize<T>(
  x: usize,
  out: usize,
  outer: i32,
  groups: i32,
  inner: i32,
  step: i32,
  period: i32,
  mean: usize,
  scale: usize,
  weight: usize,
  bias: usize,
  first: i32,
  end: i32,
): void {
  const run = min(step, inner);
  for (let c = first; c < end; c++) {
    const m = load<f64>(mean + ((<usize>c) << 3));
    const s = load<f64>(scale + ((<usize>c) << 3));
    const k = <i32>(((<i64>c * inner) / step) % period);
    for (let a = 0; a < outer; a++) {
      const at = <usize>((a * groups + c) * inner) * sizeof<T>();
      if (run === 1 && inner > 1) {
        const start = <usize>k * sizeof<T>();
        scaleEach<T>(x + at, out + at, inner, m, s, weight === 0 ? 0 : weight + start, bias === 0 ? 0 : bias + start);
        continue;
      }
      for (let b = 0, w = k; b < inner; b += run, w++) {
        const here = at + <usize>b * sizeof<T>();
        scaleRun<T>(x + here, out + here, run, m, s * weightAt<T>(weight, w), bias === 0 ? 0 : weightAt<T>(bias, w));
      }
    }
  }
}

let grads: f64 = 0;
let dots: f64 = 0;

/** Σ g and Σ g y along a run, y = (x - mean) · scale. */
function slopesRun<T>(g: usize, x: usize, n: i32, mean: f64, scale: f64): void {
  const m = f64x2.splat(mean);
  const s = f64x2.splat(scale);
  let g0 = f64x2.splat(0);
  let g1 = g0;
  let d0 = g0;
  let d1 = g0;
  let restG: f64 = 0;
  let restD: f64 = 0;
  let b = 0;
  for (; b + 3 < n; b += 4) {
    const at = <usize>b * sizeof<T>();
    const u = read<T>(g + at);
    const v = read<T>(g + at + 2 * sizeof<T>());
    g0 = f64x2.add(g0, u);
    g1 = f64x2.add(g1, v);
    d0 = f64x2.add(d0, f64x2.mul(f64x2.mul(u, f64x2.sub(read<T>(x + at), m)), s));
    d1 = f64x2.add(d1, f64x2.mul(f64x2.mul(v, f64x2.sub(read<T>(x + at + 2 * sizeof<T>()), m)), s));
  }
  for (; b < n; b++) {
    const at = <usize>b * sizeof<T>();
    const u = <f64>load<T>(g + at);
    restG += u;
    restD += u * (<f64>load<T>(x + at) - mean) * scale;
  }
  grads = total(g0, g1, restG);
  dots = total(d0, d1, restD);
}

function addTo(at: usize, x: v128): void {
  v128.store(at, f64x2.add(v128.load(at), x));
}

/** The same of g · weight, a weight for each; g and g y go to `toBias` and `toWeight`. */
function slopesEach<T>(g: usize, x: usize, n: i32, mean: f64, scale: f64, weight: usize, toWeight: usize, toBias: usize): void {
  const m = f64x2.splat(mean);
  const s = f64x2.splat(scale);
  let g0 = f64x2.splat(0);
  let g1 = g0;
  let d0 = g0;
  let d1 = g0;
  let restG: f64 = 0;
  let restD: f64 = 0;
  let b = 0;
  for (; b + 3 < n; b += 4) {
    const at = <usize>b * sizeof<T>();
    const next = at + 2 * sizeof<T>();
    const sums = (<usize>b) << 3;
    let u = read<T>(g + at);
    let v = read<T>(g + next);
    let p = f64x2.mul(f64x2.mul(u, f64x2.sub(read<T>(x + at), m)), s);
    let q = f64x2.mul(f64x2.mul(v, f64x2.sub(read<T>(x + next), m)), s);
    addTo(toWeight + sums, p);
    addTo(toWeight + sums + 16, q);
    addTo(toBias + sums, u);
    addTo(toBias + sums + 16, v);
    if (weight !== 0) {
      const w = read<T>(weight + at);
      const z = read<T>(weight + next);
      u = f64x2.mul(u, w);
      p = f64x2.mul(p, w);
      v = f64x2.mul(v, z);
      q = f64x2.mul(q, z);
    }
    g0 = f64x2.add(g0, u);
    d0 = f64x2.add(d0, p);
    g1 = f64x2.add(g1, v);
    d1 = f64x2.add(d1, q);
  }
  for (; b < n; b++) {
    const at = <usize>b * sizeof<T>();
    const sums = (<usize>b) << 3;
    const u = <f64>load<T>(g + at);
    const p = u * (<f64>load<T>(x + at) - mean) * scale;
    store<f64>(toWeight + sums, load<f64>(toWeight + sums) + p);
    store<f64>(toBias + sums, load<f64>(toBias + sums) + u);
    const w = weightAt<T>(weight, b);
    restG += u * w;
    restD += p * w;
  }
  grads = total(g0, g1, restG);
  dots = total(d0, d1, restD);
}

/** to = scale · (g · weight - average - y · slope) along a run; one weight, or one for each from `weights` on. */
function gradientRun<T>(
  g: usize,
  x: usize,
  to: usize,
  n: i32,
  mean: f64,
  scale: f64,
  weight: f64,
  weights: usize,
  average: f64,
  slope: f64,
): void {
  const m = f64x2.splat(mean);
  const s = f64x2.splat(scale);
  const less = f64x2.splat(average);
  const turn = f64x2.splat(slope);
  let w = f64x2.splat(weight);
  let b = 0;
  for (; b + 1 < n; b += 2) {
    const at = <usize>b * sizeof<T>();
    const y = f64x2.mul(f64x2.sub(read<T>(x + at), m), s);
    if (weights !== 0) w = read<T>(weights + at);
    write<T>(to + at, f64x2.mul(s, f64x2.sub(f64x2.sub(f64x2.mul(read<T>(g + at), w), less), f64x2.mul(y, turn))));
  }
  if (b < n) {
    const at = <usize>b * sizeof<T>();
    const y = (<f64>load<T>(x + at) - mean) * scale;
    const by = weights === 0 ? weight : weightAt<T>(weights, b);
    store<T>(to + at, <T>(scale * (<f64>load<T>(g + at) * by - average - y * slope)));
  }
}

/**
 * Gradients of `normalize` for the groups from `first` to `end`; with `moving` the moments are x's own, otherwise constants. `to` may be 0.
 * `toWeight` and `toBias`: float64, added to.
 */
export function normalizeBackward<T>(
  g: usize,
  x: usize,
  to: usize,
  outer: i32,
  groups: i32,
  inner: i32,
  step: i32,
  period: i32,
  mean: usize,
  scale: usize,
  weight: usize,
  moving: bool,
  toWeight: usize,
  toBias: usize,
  first: i32,
  end: i32,
): void {
  const run = min(step, inner);
  const each = run === 1 && inner > 1;
  const n = <f64>outer * <f64>inner;
  for (let c = first; c < end; c++) {
    const m = load<f64>(mean + ((<usize>c) << 3));
    const s = load<f64>(scale + ((<usize>c) << 3));
    const k = <i32>(((<i64>c * inner) / step) % period);
    const weights = weight === 0 || !each ? 0 : weight + <usize>k * sizeof<T>();
    let sum: f64 = 0;
    let dot: f64 = 0;
    for (let a = 0; a < outer; a++) {
      const at = <usize>((a * groups + c) * inner) * sizeof<T>();
      if (each) {
        slopesEach<T>(g + at, x + at, inner, m, s, weights, toWeight + ((<usize>k) << 3), toBias + ((<usize>k) << 3));
        sum += grads;
        dot += dots;
        continue;
      }
      for (let b = 0, w = k; b < inner; b += run, w++) {
        const here = at + <usize>b * sizeof<T>();
        slopesRun<T>(g + here, x + here, run, m, s);
        const sums = (<usize>w) << 3;
        store<f64>(toWeight + sums, load<f64>(toWeight + sums) + dots);
        store<f64>(toBias + sums, load<f64>(toBias + sums) + grads);
        sum += grads * weightAt<T>(weight, w);
        dot += dots * weightAt<T>(weight, w);
      }
    }
    if (to === 0) continue;
    const average = moving ? sum / n : 0;
    const slope = moving ? dot / n : 0;
    for (let a = 0; a < outer; a++) {
      const at = <usize>((a * groups + c) * inner) * sizeof<T>();
      const length = each ? inner : run;
      for (let b = 0, w = k; b < inner; b += length, w++) {
        const here = at + <usize>b * sizeof<T>();
        gradientRun<T>(g + here, x + here, to + here, length, m, s, each ? 1 : weightAt<T>(weight, w), weights, average, slope);
      }
    }
  }
}
