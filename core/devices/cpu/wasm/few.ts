// AssemblyScript. Convolutions of few output channels, float32: windows are read where they lie in the padded image, as packing them would cost
// as much as the product. Windows along a row are neighbours (stride 1).
import { fma } from './lanes.ts';
import { height, kernelHeight, kernelWidth, planeStep, rowOfTaps, rowStep, tapAt } from './windows.ts';

/** Positions of a tile: two vectors for four channels, four vectors for two, seven for a single one. */
const FOUR: i32 = 8;
const TWO: i32 = 16;
const ONE: i32 = 28;

/** Channels of the next tiles where so many are left. */
export function together(left: i32, width: i32): i32 {
  return left > 2 ? 4 : left === 1 && width >= ONE ? 1 : 2;
}

/**
 * Weights [outputs, taps] with the taps side by side for the channels of a tile, after the table of taps: taps of a row of the kernel together, so
 * that rows outside the image can be left out. For rows of `width` windows.
 */
export function packFew(outputs: i32, taps: i32, width: i32, weight: usize, scratch: usize): void {
  const high = kernelHeight();
  const wide = kernelWidth();
  let table = scratch;
  let to = scratch + ((<usize>taps) << 2);
  for (let o = 0; o < outputs; ) {
    const channels = together(outputs - o, width);
    for (let y = 0; y < high; y++) {
      for (let first = y * wide; first < taps; first += high * wide) {
        for (let k = first; k < first + wide; k++) {
          if (o === 0) {
            store<i32>(table, tapAt(k) << 2);
            table += 4;
          }
          for (let i = 0; i < channels; i++, to += 4)
            store<f32>(to, o + i < outputs ? load<f32>(weight + ((<usize>((o + i) * taps + k)) << 2)) : 0);
        }
      }
    }
    o += channels;
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

function one(taps: i32, table: usize, a: usize, image: usize, c: usize, bias: usize): void {
  let c0 = f32x4.splat(bias !== 0 ? load<f32>(bias) : 0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  const end = table + ((<usize>taps) << 2);
  for (; table < end; table += 4, a += 4) {
    const at = image + load<i32>(table);
    const a0 = v128.load_splat<f32>(a);
    c0 = fma<f32>(a0, v128.load(at), c0);
    c1 = fma<f32>(a0, v128.load(at, 16), c1);
    c2 = fma<f32>(a0, v128.load(at, 32), c2);
    c3 = fma<f32>(a0, v128.load(at, 48), c3);
    c4 = fma<f32>(a0, v128.load(at, 64), c4);
    c5 = fma<f32>(a0, v128.load(at, 80), c5);
    c6 = fma<f32>(a0, v128.load(at, 96), c6);
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
  v128.store(c, c6, 96);
}

/**
 * c [outputs, rows · width] = weights · windows + bias, of one image; `scratch` is as `packFew` left it. Rows are at least 16 wide: the last
 * tile of one overlaps the one before it and computes the same again. Elements `inside` … `outside - 1` of a plane are the image, before and
 * behind them are rows of zeros, which are left out: `tapsInRow` taps belong to each row of the kernel.
 */
export function convolveFew(
  outputs: i32,
  taps: i32,
  tapsInRow: i32,
  rows: i32,
  width: i32,
  inside: i32,
  outside: i32,
  image: usize,
  c: usize,
  bias: usize,
  scratch: usize,
): void {
  const plane = (<usize>(rows * width)) << 2;
  let a = scratch + ((<usize>taps) << 2);
  for (let o = 0; o < outputs; ) {
    const group = together(outputs - o, width);
    const tile = group === 4 ? FOUR : group === 2 ? TWO : ONE;
    const shift = bias === 0 ? 0 : bias + ((<usize>o) << 2);
    const planeEnd = height() * rowStep();
    let window = 0;
    let plane0 = image;
    let to = c + <usize>o * plane;
    for (let row = 0; row < rows; row++) {
      let first = 0;
      let count = taps;
      for (let y = window + (kernelHeight() - 1) * rowOfTaps(); y >= outside && count > 0; y -= rowOfTaps()) count -= tapsInRow;
      for (let y = window; y < inside && count > 0; y += rowOfTaps()) {
        first += tapsInRow;
        count -= tapsInRow;
      }
      const table = scratch + ((<usize>first) << 2);
      const weights = a + ((<usize>(first * group)) << 2);
      const from = plane0 + ((<usize>window) << 2);
      for (let x = 0; x < width; x += tile) {
        const at = (<usize>min(x, width - tile)) << 2;
        if (group === 4) four(count, table, weights, from + at, to + at, plane, outputs - o, shift);
        else if (group === 2) two(count, table, weights, from + at, to + at, plane, outputs - o, shift);
        else one(count, table, weights, from + at, to + at, shift);
      }
      to += (<usize>width) << 2;
      window += rowStep();
      if (window === planeEnd) {
        window = 0;
        plane0 += (<usize>planeStep()) << 2;
      }
    }
    a += (<usize>(taps * group)) << 2;
    o += group;
  }
}

/** to += the sums of the lanes of four vectors. */
function addTotals(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  const all = f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to, f32x4.add(v128.load(to), all));
}

/**
 * to [2, 4] += the sums of products with two taps' runs of four outputs, their runs side by side vector by vector (`bytes` a row), with the runs of an image that begin
 * at two taps.
 */
function fourByTwo(
  samples: i32,
  rows: i32,
  g: usize,
  bytes: usize,
  gSample: usize,
  sampleBytes: usize,
  f0: usize,
  f1: usize,
  to: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  const high = height();
  const next = ((<usize>rowStep()) << 2) - bytes / 4;
  const over = ((<usize>(planeStep() - (high - 1) * rowStep())) << 2) - bytes / 4;
  const plane = bytes * <usize>rows;
  for (let s = 0; s < samples; s++) {
    let p0 = f0;
    let p1 = f1;
    let q = g;
    let y = 0;
    const end = g + plane;
    while (q < end) {
      const stop = q + bytes;
      // Not unrolled: the second half's loads would be kept in registers there are not.
      while (q < stop) {
        const y0 = v128.load(q);
        const y1 = v128.load(q, 16);
        const y2 = v128.load(q, 32);
        const y3 = v128.load(q, 48);
        const a0 = v128.load(p0);
        c00 = fma<f32>(y0, a0, c00);
        c10 = fma<f32>(y1, a0, c10);
        c20 = fma<f32>(y2, a0, c20);
        c30 = fma<f32>(y3, a0, c30);
        const a1 = v128.load(p1);
        c01 = fma<f32>(y0, a1, c01);
        c11 = fma<f32>(y1, a1, c11);
        c21 = fma<f32>(y2, a1, c21);
        c31 = fma<f32>(y3, a1, c31);
        p0 += 16;
        p1 += 16;
        q += 64;
      }
      let skip = next;
      if (++y === high) {
        y = 0;
        skip = over;
      }
      p0 += skip;
      p1 += skip;
    }
    g += gSample;
    f0 += sampleBytes;
    f1 += sampleBytes;
  }
  addTotals(to, c00, c10, c20, c30);
  addTotals(to + 16, c01, c11, c21, c31);
}

/** to [2, 4]: the same of two outputs and four taps. */
function twoByFour(
  samples: i32,
  rows: i32,
  g: usize,
  bytes: usize,
  gSample: usize,
  sampleBytes: usize,
  f0: usize,
  f1: usize,
  f2: usize,
  f3: usize,
  to: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c02 = f32x4.splat(0);
  let c03 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c12 = f32x4.splat(0);
  let c13 = f32x4.splat(0);
  const high = height();
  const next = ((<usize>rowStep()) << 2) - bytes / 2;
  const over = ((<usize>(planeStep() - (high - 1) * rowStep())) << 2) - bytes / 2;
  const plane = bytes * <usize>rows;
  for (let s = 0; s < samples; s++) {
    let p0 = f0;
    let p1 = f1;
    let p2 = f2;
    let p3 = f3;
    let q = g;
    let y = 0;
    const end = g + plane;
    while (q < end) {
      const stop = q + bytes;
      // Not unrolled: the second half's loads would be kept in registers there are not.
      while (q < stop) {
        const y0 = v128.load(q);
        const y1 = v128.load(q, 16);
        const a0 = v128.load(p0);
        c00 = fma<f32>(y0, a0, c00);
        c10 = fma<f32>(y1, a0, c10);
        const a1 = v128.load(p1);
        c01 = fma<f32>(y0, a1, c01);
        c11 = fma<f32>(y1, a1, c11);
        const a2 = v128.load(p2);
        c02 = fma<f32>(y0, a2, c02);
        c12 = fma<f32>(y1, a2, c12);
        const a3 = v128.load(p3);
        c03 = fma<f32>(y0, a3, c03);
        c13 = fma<f32>(y1, a3, c13);
        p0 += 16;
        p1 += 16;
        p2 += 16;
        p3 += 16;
        q += 32;
      }
      let skip = next;
      if (++y === high) {
        y = 0;
        skip = over;
      }
      p0 += skip;
      p1 += skip;
      p2 += skip;
      p3 += skip;
    }
    g += gSample;
    f0 += sampleBytes;
    f1 += sampleBytes;
    f2 += sampleBytes;
    f3 += sampleBytes;
  }
  addTotals(to, c00, c01, c02, c03);
  addTotals(to + 16, c10, c11, c12, c13);
}

/**
 * sums += the weights' gradient of `samples` images: `g` is as `layOut` makes it, the image is read where it lies. Behind a row that is no run of
 * whole vectors it is read too, to be multiplied by zeros, be it a number or not: that is for the caller to notice. `sums` is for `sumsFew`.
 */
export function gradientFew(
  samples: i32,
  outputs: i32,
  taps: i32,
  rows: i32,
  run: i32,
  g: usize,
  gSample: usize,
  image: usize,
  sampleBytes: usize,
  sums: usize,
): void {
  const last = taps - 1;
  for (let o = 0; o < outputs; ) {
    const some = together(outputs - o, 0);
    const bytes = (<usize>(run * some)) << 2;
    for (let k = 0; k < taps; k += 8 / some, sums += 32) {
      const f0 = image + ((<usize>tapAt(k)) << 2);
      const f1 = image + ((<usize>tapAt(min(k + 1, last))) << 2);
      if (some === 4) fourByTwo(samples, rows, g, bytes, gSample, sampleBytes, f0, f1, sums);
      else {
        const f2 = image + ((<usize>tapAt(min(k + 2, last))) << 2);
        const f3 = image + ((<usize>tapAt(min(k + 3, last))) << 2);
        twoByFour(samples, rows, g, bytes, gSample, sampleBytes, f0, f1, f2, f3, sums);
      }
    }
    g += bytes * <usize>rows;
    o += some;
  }
}

/** c [outputs, taps] = what `gradientFew` summed up. */
export function sumsFew(outputs: i32, taps: i32, sums: usize, c: usize): void {
  for (let o = 0; o < outputs; ) {
    const some = together(outputs - o, 0);
    const step = 8 / some;
    for (let k = 0; k < taps; k += step, sums += 32) {
      for (let i = 0; i < min(some, outputs - o); i++) {
        for (let j = 0; j < min(step, taps - k); j++) {
          const from = some === 4 ? 4 * j + i : 4 * i + j;
          store<f32>(c + ((<usize>((o + i) * taps + k + j)) << 2), load<f32>(sums + ((<usize>from) << 2)));
        }
      }
    }
    o += some;
  }
}

/** Gradients [outputs, rows, width] of one image for `gradientFew`: outputs of a tile side by side, vector by vector, zeros behind short rows. */
export function layOut(from: usize, to: usize, outputs: i32, rows: i32, width: i32): void {
  const plane = (<usize>(rows * width)) << 2;
  const whole = (<usize>(width & ~3)) << 2;
  const rest = (<usize>(width & 3)) << 2;
  for (let o = 0; o < outputs; ) {
    const some = together(outputs - o, 0);
    const step = (<usize>some) << 4;
    let end = to;
    for (let i = 0; i < some; i++) {
      // Where an output is missing another stands for it: nobody reads its sums.
      let at = from + <usize>min(o + i, outputs - 1) * plane;
      end = to + ((<usize>i) << 4);
      for (let row = 0; row < rows; row++) {
        const stop = at + whole;
        for (; at < stop; at += 16, end += step) v128.store(end, v128.load(at));
        if (rest === 0) continue;
        v128.store(end, f32x4.splat(0));
        for (let j: usize = 0; j < rest; j += 4) store<f32>(end + j, load<f32>(at + j));
        at += rest;
        end += step;
      }
    }
    to = end - step + 16;
    o += some;
  }
}
