// AssemblyScript. Eight images side by side, float32: element by element, so that an image becomes one of eight times the width and two vectors
// hold the same pixel of all. Their rows are long where theirs are short, and no tap of a window lies over another's pixels.
import { together } from './few.ts';
import { fma } from './lanes.ts';
import { transpose4 } from './pack.ts';
import { height, planeStep, rowStep, tableOfTaps } from './windows.ts';

/** to [count, 8] = eight runs of `count`, `step` bytes apart. */
export function sideBySide(from: usize, step: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < 32; i += 16, from += 4 * step)
    transpose4(to + i, 32, from, from + step, from + 2 * step, from + 3 * step, count);
}

/** Gradients [outputs, positions] of eight images, `step` bytes apart, for `gradientFew`: as `layOut` of the images side by side. */
export function layOutSideBySide(from: usize, step: usize, to: usize, outputs: i32, positions: i32): void {
  const plane = (<usize>positions) << 2;
  for (let o = 0; o < outputs; ) {
    const some = together(outputs - o, 0);
    const next = (<usize>some) << 5;
    for (let i = 0; i < some; i++) {
      const at = from + <usize>min(o + i, outputs - 1) * plane;
      const target = to + ((<usize>i) << 4);
      transpose4(target, next, at, at + step, at + 2 * step, at + 3 * step, positions);
      transpose4(target + next / 2, next, at + 4 * step, at + 5 * step, at + 6 * step, at + 7 * step, positions);
    }
    to += next * <usize>positions;
    o += some;
  }
}

/** Eight runs, `step` bytes apart, from [count, 8]. */
export function apart(from: usize, to: usize, step: usize, count: i32): void {
  for (let i = 0; i < 2; i++, from += 16, to += 4 * step) {
    let at = from;
    let k = 0;
    for (; k + 3 < count; k += 4, at += 128) {
      const r0 = v128.load(at);
      const r1 = v128.load(at, 32);
      const r2 = v128.load(at, 64);
      const r3 = v128.load(at, 96);
      const x0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const x1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const y0 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const y1 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      const target = to + ((<usize>k) << 2);
      v128.store(target, v128.shuffle<f32>(x0, y0, 0, 1, 4, 5));
      v128.store(target + step, v128.shuffle<f32>(x0, y0, 2, 3, 6, 7));
      v128.store(target + 2 * step, v128.shuffle<f32>(x1, y1, 0, 1, 4, 5));
      v128.store(target + 3 * step, v128.shuffle<f32>(x1, y1, 2, 3, 6, 7));
    }
    for (; k < count; k++, at += 32)
      for (let j: usize = 0; j < 4; j++) store<f32>(to + ((<usize>k) << 2) + j * step, load<f32>(at + (j << 2)));
  }
}

/**
 * What `addSideBySide` reads beside images: the table of taps, then the weights [outputs, taps] with four taps side by side. `scratch` begins with
 * room for the pixels of the taps there are not.
 */
export function packSideBySide(outputs: i32, taps: i32, weight: usize, scratch: usize): void {
  tableOfTaps<f32>(scratch + 128, 0, taps);
  let to = scratch + 128 + ((<usize>taps) << 2);
  for (let k = 0; k < taps; k += 4) {
    for (let o = 0; o < outputs; o++) {
      const from = weight + ((<usize>(o * taps + k)) << 2);
      for (let i = 0; i < 4; i++, to += 4) store<f32>(to, k + i < taps ? load<f32>(from + ((<usize>i) << 2)) : 0);
    }
  }
}

/** The pixels at p0 … p3, of eight images each, += four taps of weights times g. */
function addFour(outputs: i32, a: usize, g: usize, plane: usize, p0: usize, p1: usize, p2: usize, p3: usize): void {
  let c00 = v128.load(p0);
  let c01 = v128.load(p0, 16);
  let c10 = v128.load(p1);
  let c11 = v128.load(p1, 16);
  let c20 = v128.load(p2);
  let c21 = v128.load(p2, 16);
  let c30 = v128.load(p3);
  let c31 = v128.load(p3, 16);
  const end = a + ((<usize>outputs) << 4);
  for (; a < end; a += 16, g += plane) {
    const b0 = v128.load(g);
    const b1 = v128.load(g, 16);
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
  v128.store(p0, c00);
  v128.store(p0, c01, 16);
  v128.store(p1, c10);
  v128.store(p1, c11, 16);
  v128.store(p2, c20);
  v128.store(p2, c21, 16);
  v128.store(p3, c30);
  v128.store(p3, c31, 16);
}

/**
 * image += the windows' gradients, weights turned · g [outputs, rows, width, 8], each added to the pixels it came from. The windows are those of
 * images side by side; `step` elements lie from one to the next in a row.
 */
export function addSideBySide(outputs: i32, taps: i32, rows: i32, width: i32, step: i32, g: usize, image: usize, scratch: usize): void {
  const plane = (<usize>(rows * width)) << 5;
  const planeEnd = height() * rowStep();
  let window = 0;
  for (let row = 0; row < rows; row++) {
    let at = image + ((<usize>window) << 2);
    for (let x = 0; x < width; x++, at += (<usize>step) << 2, g += 32) {
      let table = scratch + 128;
      let a = table + ((<usize>taps) << 2);
      for (let left = taps; left > 0; left -= 4, table += 16) {
        const p0 = at + load<i32>(table);
        const p1 = left > 1 ? at + load<i32>(table, 4) : scratch;
        const p2 = left > 2 ? at + load<i32>(table, 8) : scratch + 32;
        const p3 = left > 3 ? at + load<i32>(table, 12) : scratch + 64;
        addFour(outputs, a, g, plane, p0, p1, p2, p3);
        a += (<usize>outputs) << 4;
      }
    }
    window += rowStep();
    if (window === planeEnd) {
      window = 0;
      image += (<usize>planeStep()) << 2;
    }
  }
}
