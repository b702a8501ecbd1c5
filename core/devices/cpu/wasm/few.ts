// AssemblyScript. Convolutions of few output channels, float32: windows are read where they lie in the padded image, as packing them would cost
// as much as the product. Windows along a row are neighbours (stride 1).
import { fma } from './lanes.ts';
import { tableOfTaps, tapAt, windowAt } from './windows.ts';

/** Positions of a tile: two vectors for four channels, four vectors for two. */
const FOUR: i32 = 8;
const TWO: i32 = 16;

/** Weights [outputs, taps] with the taps side by side for four channels (two for the last one or two), after the table of taps. */
export function packFew(outputs: i32, taps: i32, weight: usize, scratch: usize): void {
  tableOfTaps<f32>(scratch, 0, taps);
  let to = scratch + ((<usize>taps) << 2);
  const step = (<usize>taps) << 2;
  for (let o = 0; o < outputs; ) {
    const width = outputs - o > 2 ? 4 : 2;
    for (let k = 0; k < taps; k++) {
      const from = weight + ((<usize>(o * taps + k)) << 2);
      for (let i = 0; i < width; i++) store<f32>(to + ((<usize>i) << 2), o + i < outputs ? load<f32>(from + <usize>i * step) : 0);
      to += (<usize>width) << 2;
    }
    o += width;
  }
}

function four(taps: i32, table: usize, a: usize, image: usize, c: usize, plane: usize, outputs: i32, bias: usize): void {
  let c00 = f32x4.splat(bias !== 0 ? load<f32>(bias) : 0);
  let c01 = c00;
  let c10 = f32x4.splat(bias !== 0 ? load<f32>(bias, 4) : 0);
  let c11 = c10;
  let c20 = f32x4.splat(bias !== 0 ? load<f32>(bias, 8) : 0);
  let c21 = c20;
  let c30 = f32x4.splat(bias !== 0 && outputs > 3 ? load<f32>(bias, 12) : 0);
  let c31 = c30;
  const end = table + ((<usize>taps) << 2);
  for (; table < end; table += 4, a += 16) {
    const at = image + load<i32>(table);
    const b0 = v128.load(at);
    const b1 = v128.load(at, 16);
    const a0 = v128.load_splat<f32>(a);
    c00 = fma<f32>(a0, b0, c00);
    c01 = fma<f32>(a0, b1, c01);
    const a1 = v128.load_splat<f32>(a, 4);
    c10 = fma<f32>(a1, b0, c10);
    c11 = fma<f32>(a1, b1, c11);
    const a2 = v128.load_splat<f32>(a, 8);
    c20 = fma<f32>(a2, b0, c20);
    c21 = fma<f32>(a2, b1, c21);
    const a3 = v128.load_splat<f32>(a, 12);
    c30 = fma<f32>(a3, b0, c30);
    c31 = fma<f32>(a3, b1, c31);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += plane;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += plane;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  if (outputs < 4) return;
  c += plane;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

function two(taps: i32, table: usize, a: usize, image: usize, c: usize, plane: usize, outputs: i32, bias: usize): void {
  let c00 = f32x4.splat(bias !== 0 ? load<f32>(bias) : 0);
  let c01 = c00;
  let c02 = c00;
  let c03 = c00;
  let c10 = f32x4.splat(bias !== 0 && outputs > 1 ? load<f32>(bias, 4) : 0);
  let c11 = c10;
  let c12 = c10;
  let c13 = c10;
  const end = table + ((<usize>taps) << 2);
  for (; table < end; table += 4, a += 8) {
    const at = image + load<i32>(table);
    const a0 = v128.load_splat<f32>(a);
    const a1 = v128.load_splat<f32>(a, 4);
    const b0 = v128.load(at);
    c00 = fma<f32>(a0, b0, c00);
    c10 = fma<f32>(a1, b0, c10);
    const b1 = v128.load(at, 16);
    c01 = fma<f32>(a0, b1, c01);
    c11 = fma<f32>(a1, b1, c11);
    const b2 = v128.load(at, 32);
    c02 = fma<f32>(a0, b2, c02);
    c12 = fma<f32>(a1, b2, c12);
    const b3 = v128.load(at, 48);
    c03 = fma<f32>(a0, b3, c03);
    c13 = fma<f32>(a1, b3, c13);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c, c03, 48);
  if (outputs < 2) return;
  c += plane;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  v128.store(c, c12, 32);
  v128.store(c, c13, 48);
}

/**
 * c [outputs, rows · width] = weights · windows + bias, of one image; `scratch` is as `packFew` left it. Rows are at least 16 wide: the last
 * tile of one overlaps the one before it and computes the same again.
 */
export function convolveFew(outputs: i32, taps: i32, rows: i32, width: i32, image: usize, c: usize, bias: usize, scratch: usize): void {
  const plane = (<usize>(rows * width)) << 2;
  let a = scratch + ((<usize>taps) << 2);
  for (let o = 0; o < outputs; ) {
    const group = outputs - o > 2 ? 4 : 2;
    const tile = group === 4 ? FOUR : TWO;
    const shift = bias === 0 ? 0 : bias + ((<usize>o) << 2);
    for (let row = 0; row < rows; row++) {
      const from = image + ((<usize>windowAt(row * width)) << 2);
      const to = c + <usize>o * plane + ((<usize>(row * width)) << 2);
      for (let x = 0; x < width; x += tile) {
        const at = (<usize>min(x, width - tile)) << 2;
        if (group === 4) four(taps, scratch, a, from + at, to + at, plane, outputs - o, shift);
        else two(taps, scratch, a, from + at, to + at, plane, outputs - o, shift);
      }
    }
    a += (<usize>(taps * group)) << 2;
    o += group;
  }
}

/** The four lanes added. */
function total(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

function add(to: usize, x: v128): void {
  store<f32>(to, load<f32>(to) + total(x));
}

/**
 * c [outputs, taps] += the weights' gradient of `samples` images: g is laid over the padded image, with zeros between its rows, so that both
 * are walked as single runs. `g` is [samples, outputs (an even number), span], span a multiple of 8; image and span lie so far apart in memory
 * that reading some numbers past an image's end is reading numbers (a gap's zero times one that is not finite is for the caller to notice).
 */
export function gradientFew(
  samples: i32,
  outputs: i32,
  even: i32,
  span: i32,
  taps: i32,
  g: usize,
  image: usize,
  sampleBytes: usize,
  c: usize,
): void {
  const bytes = (<usize>span) << 2;
  const stepG = bytes * <usize>even;
  const row = (<usize>taps) << 2;
  for (let o = 0; o < outputs; o += 2) {
    const target = c + <usize>o * row;
    for (let k = 0; k < taps; k += 4) {
      const left = taps - k;
      let f0 = image + ((<usize>tapAt(k)) << 2);
      let f1 = left > 1 ? image + ((<usize>tapAt(k + 1)) << 2) : f0;
      let f2 = left > 2 ? image + ((<usize>tapAt(k + 2)) << 2) : f0;
      let f3 = left > 3 ? image + ((<usize>tapAt(k + 3)) << 2) : f0;
      let g0 = g + <usize>o * bytes;
      let c00 = f32x4.splat(0);
      let c01 = c00;
      let c10 = c00;
      let c11 = c00;
      let c20 = c00;
      let c21 = c00;
      let c30 = c00;
      let c31 = c00;
      for (let s = 0; s < samples; s++) {
        let p0 = f0;
        let p1 = f1;
        let p2 = f2;
        let p3 = f3;
        let q0 = g0;
        let q1 = g0 + bytes;
        const end = q1;
        // Not unrolled: the second half's loads would be kept in registers there are not.
        while (q0 < end) {
          const x0 = v128.load(q0);
          const y0 = v128.load(q1);
          const a0 = v128.load(p0);
          c00 = fma<f32>(a0, x0, c00);
          c01 = fma<f32>(a0, y0, c01);
          const a1 = v128.load(p1);
          c10 = fma<f32>(a1, x0, c10);
          c11 = fma<f32>(a1, y0, c11);
          const a2 = v128.load(p2);
          c20 = fma<f32>(a2, x0, c20);
          c21 = fma<f32>(a2, y0, c21);
          const a3 = v128.load(p3);
          c30 = fma<f32>(a3, x0, c30);
          c31 = fma<f32>(a3, y0, c31);
          p0 += 16;
          p1 += 16;
          p2 += 16;
          p3 += 16;
          q0 += 16;
          q1 += 16;
        }
        f0 += sampleBytes;
        f1 += sampleBytes;
        f2 += sampleBytes;
        f3 += sampleBytes;
        g0 += stepG;
      }
      const at = target + ((<usize>k) << 2);
      const next = at + row;
      const pair = o + 1 < outputs;
      add(at, c00);
      if (pair) add(next, c01);
      if (left > 1) add(at + 4, c10);
      if (left > 1 && pair) add(next + 4, c11);
      if (left > 2) add(at + 8, c20);
      if (left > 2 && pair) add(next + 8, c21);
      if (left > 3) add(at + 12, c30);
      if (left > 3 && pair) add(next + 12, c31);
    }
  }
}

/** Gradients [outputs, rows · width] of one image laid over it; `to` holds zeros where no row comes to lie. */
export function layOver(from: usize, to: usize, outputs: i32, rows: i32, width: i32, span: i32): void {
  for (let o = 0; o < outputs; o++) {
    for (let row = 0; row < rows; row++) {
      const at = to + ((<usize>windowAt(row * width)) << 2);
      let x = 0;
      for (; x + 4 <= width; x += 4) v128.store(at + ((<usize>x) << 2), v128.load(from + ((<usize>x) << 2)));
      for (; x < width; x++) store<f32>(at + ((<usize>x) << 2), load<f32>(from + ((<usize>x) << 2)));
      from += (<usize>width) << 2;
    }
    to += (<usize>span) << 2;
  }
}
