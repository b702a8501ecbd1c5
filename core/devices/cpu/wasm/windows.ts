// AssemblyScript. The column matrix of a convolution without making it: element (k, l) is the image under tap k of the window at position l.
// The image is padded already, and where windows step over pixels of a row, the row is taken apart: first the pixels 0, s, 2s … , then 1, s + 1 …;
// so windows along a row are neighbours always. Geometry is set once a convolution and kept here.
import { transpose2, transpose4 } from './pack.ts';
import { columns } from './tile.ts';

let kD: i32 = 1;
let kH: i32 = 1;
let kW: i32 = 1;
let oH: i32 = 1;
let oW: i32 = 1;
/** Elements from one window to the next down and into the image, and from one tap of a window to the next. */
let stepD: i32 = 0;
let stepH: i32 = 0;
let tapC: i32 = 0;
let tapD: i32 = 0;
let tapH: i32 = 0;
let tapW: i32 = 1;
/** Parts of a row, and their length. */
let parts: i32 = 1;
let part: i32 = 0;

export function setWindows(
  kernelD: i32,
  kernelH: i32,
  kernelW: i32,
  outH: i32,
  outW: i32,
  strideD: i32,
  strideH: i32,
  strideW: i32,
  dilationD: i32,
  dilationH: i32,
  dilationW: i32,
  sizeD: i32,
  sizeH: i32,
  sizeW: i32,
): void {
  kD = kernelD;
  kH = kernelH;
  kW = kernelW;
  oH = outH;
  oW = outW;
  stepD = strideD * sizeH * sizeW;
  stepH = strideH * sizeW;
  tapC = sizeD * sizeH * sizeW;
  tapD = dilationD * sizeH * sizeW;
  tapH = dilationH * sizeW;
  tapW = dilationW;
  parts = strideW;
  part = sizeW / strideW;
}

/** Where column x of a window's taps lies in its row. */
function columnAt(x: i32): i32 {
  const pixel = x * tapW;
  return parts === 1 ? pixel : (pixel % parts) * part + pixel / parts;
}

/** Rows of windows in a plane, and elements from one to the next, from one plane to the next. */
export function height(): i32 {
  return oH;
}
export function rowStep(): i32 {
  return stepH;
}
export function planeStep(): i32 {
  return stepD;
}

/** Rows and columns of the kernel, and elements from a row of taps to the next. */
export function kernelHeight(): i32 {
  return kH;
}
export function kernelWidth(): i32 {
  return kW;
}
export function rowOfTaps(): i32 {
  return tapH;
}

/** Where the window at position l begins, in elements of the image. */
export function windowAt(l: i32): i32 {
  const x = l % oW;
  const row = l / oW;
  return (row / oH) * stepD + (row % oH) * stepH + x;
}

/** Where tap k lies in its window. */
export function tapAt(k: i32): i32 {
  const x = k % kW;
  let rest = k / kW;
  const y = rest % kH;
  rest /= kH;
  return (rest / kD) * tapC + (rest % kD) * tapD + y * tapH + columnAt(x);
}

/** Lane i is set where i + at < count. */
function mask<T>(count: i32, at: i32): v128 {
  if (sizeof<T>() === 4) return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count - at));
  return i64x2.lt_s(i64x2(0, 1), i64x2.splat(count - at));
}

/** Where taps k0 … k0 + kc - 1 lie in their window, in bytes: a table for `packWindows`. */
export function tableOfTaps<T>(to: usize, k0: i32, kc: i32): void {
  let x = k0 % kW;
  let rest = k0 / kW;
  let y = rest % kH;
  rest /= kH;
  let z = rest % kD;
  let row = tapAt(k0 - x);
  for (let k = 0; k < kc; k++) {
    store<i32>(to, (row + columnAt(x)) * <i32>sizeof<T>());
    to += 4;
    if (++x === kW) {
      x = 0;
      row += tapH;
      if (++y === kH) {
        y = 0;
        row += tapD - kH * tapH;
        if (++z === kD) {
          z = 0;
          row += tapC - kD * tapD;
        }
      }
    }
  }
}

/** A panel of b: positions j … j + width - 1 (`valid` of them exist) side by side, for the `kc` taps of the table. `offsets` is scratch. */
export function packWindows<T>(to: usize, image: usize, taps: usize, kc: i32, j: i32, valid: i32, offsets: usize): void {
  const size = <i32>sizeof<T>();
  const width = columns<T>();
  const first = windowAt(j);
  // The panel as two runs of neighbouring pixels, where it is: `run` in the first, the rest in the second.
  let run = width;
  let second = first;
  let runs = true;
  let at = first;
  let column = j % oW;
  let line = (j / oW) % oH;
  let lineStart = first - column;
  for (let i = 0; i < width; i++) {
    store<i32>(offsets + <usize>(i * 4), at);
    if (at !== (run < width ? second : first) + i && i < valid) {
      if (run < width) runs = false;
      run = min(run, i);
      second = at - i;
    } else if (i >= valid) store<i32>(offsets + <usize>(i * 4), first);
    at++;
    if (++column === oW && i + 1 < valid) {
      column = 0;
      lineStart += stepH;
      if (++line === oH) {
        line = 0;
        lineStart += stepD - oH * stepH;
      }
      at = lineStart;
    }
  }
  const base = image + <usize>(first * size);
  const other = image + <usize>(second * size);
  const whole = run === width;
  const mask0 = mask<T>(run, 0);
  const mask1 = mask<T>(run, 16 / size);
  const end = to + <usize>(kc * 32);
  if (runs && whole) {
    for (; to < end; to += 32, taps += 4) {
      const at = base + load<i32>(taps);
      v128.store(to, v128.load(at));
      v128.store(to, v128.load(at, 16), 16);
    }
  } else if (runs && run <= 16 / size) {
    for (; to < end; to += 32, taps += 4) {
      const tap = load<i32>(taps);
      v128.store(to, v128.bitselect(v128.load(base + tap), v128.load(other + tap), mask0));
      v128.store(to, v128.load(other + tap, 16), 16);
    }
  } else if (runs) {
    for (; to < end; to += 32, taps += 4) {
      const tap = load<i32>(taps);
      v128.store(to, v128.load(base + tap));
      v128.store(to, v128.bitselect(v128.load(base + tap, 16), v128.load(other + tap, 16), mask1), 16);
    }
  } else {
    for (; to < end; to += 32, taps += 4) {
      const at = image + load<i32>(taps);
      for (let i = 0; i < width; i++) store<T>(to + <usize>(i * size), load<T>(at + <usize>(load<i32>(offsets + <usize>(i * 4)) * size)));
    }
  }
}

/** Four columns of a panel turned: taps t … t + 3 (beyond `last`, that one again) side by side, for positions l … l + count - 1. */
export function packTaps<T>(to: usize, image: usize, t: i32, last: i32, l: i32, count: i32): void {
  const t0 = tapAt(min(t, last));
  const t1 = tapAt(min(t + 1, last));
  const t2 = tapAt(min(t + 2, last));
  const t3 = tapAt(min(t + 3, last));
  const size = <i32>sizeof<T>();
  let x = l % oW;
  let row = image + <usize>((windowAt(l) - x) * size);
  let y = (l / oW) % oH;
  let left = count;
  while (left > 0) {
    const run = min(left, oW - x);
    const f = row + <usize>(x * size);
    const f0 = f + <usize>(t0 * size);
    const f1 = f + <usize>(t1 * size);
    const f2 = f + <usize>(t2 * size);
    const f3 = f + <usize>(t3 * size);
    if (size === 4) transpose4(to, 32, f0, f1, f2, f3, run);
    else {
      transpose2(to, 32, f0, f1, run);
      transpose2(to + 16, 32, f2, f3, run);
    }
    to += <usize>run * 32;
    left -= run;
    x = 0;
    row += <usize>(stepH * size);
    if (++y === oH) {
      y = 0;
      row += <usize>((stepD - oH * stepH) * size);
    }
  }
}

/** Adds rows `first` … `first + rows - 1` of positions of the column matrix, [taps, …], up into the image its windows were taken from. */
export function addColumns<T>(from: usize, image: usize, taps: i32, first: i32, rows: i32): void {
  const size = <i32>sizeof<T>();
  const rowBytes = <usize>(oW * size);
  const vectors = rowBytes & ~15;
  const start = image + <usize>(windowAt(first * oW) * size);
  for (let k = 0; k < taps; k++) {
    let to = start + <usize>(tapAt(k) * size);
    let y = first % oH;
    for (let row = 0; row < rows; row++) {
      let at: usize = 0;
      for (; at < vectors; at += 16) v128.store(to + at, v128.add<T>(v128.load(to + at), v128.load(from + at)));
      if (size === 4 && rowBytes - at >= 8) {
        v128.store64_lane(to + at, v128.add<T>(v128.load64_zero(to + at), v128.load64_zero(from + at)), 0);
        at += 8;
      }
      if (at < rowBytes) store<T>(to + at, <T>(load<T>(to + at) + load<T>(from + at)));
      from += rowBytes;
      to += <usize>(stepH * size);
      if (++y === oH) {
        y = 0;
        to += <usize>((stepD - oH * stepH) * size);
      }
    }
  }
}

/** Rows are short: a call of memory.copy costs more than the row. */
function copyRow<T>(to: usize, from: usize, rowBytes: usize): void {
  const end = from + rowBytes;
  for (; from + 16 <= end; from += 16, to += 16) v128.store(to, v128.load(from));
  for (; from < end; from += sizeof<T>(), to += sizeof<T>()) store<T>(to, load<T>(from));
}

/** Every second element of a row of `count`. */
function everySecond(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i + 8 <= count; i += 8, from += 32, to += 16) v128.store(to, v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
  for (; i < count; i += 2, from += 8, to += 4) store<f32>(to, load<f32>(from));
}

/** What `pad` put a rim around. */
export function crop<T>(
  from: usize,
  to: usize,
  channels: i32,
  sizeD: i32,
  sizeH: i32,
  sizeW: i32,
  padD: i32,
  padH: i32,
  padW: i32,
  strideW: i32,
): void {
  const size = <i32>sizeof<T>();
  const length = (sizeW + 2 * padW + strideW - 1) / strideW;
  const wide = <usize>(length * strideW * size);
  const tall = sizeH + 2 * padH;
  for (let c = 0; c < channels; c++) {
    for (let z = 0; z < sizeD; z++) {
      let row = from + <usize>((c * (sizeD + 2 * padD) + z + padD) * tall + padH) * wide;
      for (let y = 0; y < sizeH; y++, row += wide, to += <usize>(sizeW * size)) {
        if (strideW === 1) {
          copyRow<T>(to, row + <usize>(padW * size), <usize>(sizeW * size));
          continue;
        }
        for (let p = 0; p < min(strideW, sizeW); p++) {
          let at = row + <usize>((((padW + p) % strideW) * length + (padW + p) / strideW) * size);
          for (let x = p; x < sizeW; x += strideW, at += size) store<T>(to + <usize>(x * size), load<T>(at));
        }
      }
    }
  }
}

/** An image of `channels` with a rim of zeros; its rows, padded, taken apart where windows step over pixels. */
export function pad<T>(
  from: usize,
  to: usize,
  channels: i32,
  sizeD: i32,
  sizeH: i32,
  sizeW: i32,
  padD: i32,
  padH: i32,
  padW: i32,
  strideW: i32,
): void {
  const size = <i32>sizeof<T>();
  const length = (sizeW + 2 * padW + strideW - 1) / strideW;
  const wide = <usize>(length * strideW * size);
  const tall = sizeH + 2 * padH;
  memory.fill(to, 0, <usize>(channels * (sizeD + 2 * padD) * tall) * wide);
  for (let c = 0; c < channels; c++) {
    for (let z = 0; z < sizeD; z++) {
      let row = to + <usize>((c * (sizeD + 2 * padD) + z + padD) * tall + padH) * wide;
      for (let y = 0; y < sizeH; y++, row += wide, from += <usize>(sizeW * size)) {
        if (strideW === 1) {
          copyRow<T>(row + <usize>(padW * size), from, <usize>(sizeW * size));
          continue;
        }
        for (let p = 0; p < min(strideW, sizeW); p++) {
          let at = row + <usize>((((padW + p) % strideW) * length + (padW + p) / strideW) * size);
          if (strideW === 2 && size === 4) everySecond(at, from + <usize>(p * size), sizeW - p);
          else for (let x = p; x < sizeW; x += strideW, at += size) store<T>(at, load<T>(from + <usize>(x * size)));
        }
      }
    }
  }
}

/** Weights [outputs, inputs, taps] as [inputs, outputs, taps], taps in reverse: the convolution that takes gradients back. */
export function turnWeights<T>(from: usize, to: usize, outputs: i32, inputs: i32, taps: i32): void {
  const size = sizeof<T>();
  for (let c = 0; c < inputs; c++) {
    for (let o = 0; o < outputs; o++) {
      const row = from + <usize>((o * inputs + c) * taps) * size;
      for (let t = taps - 1; t >= 0; t--) {
        store<T>(to, load<T>(row + <usize>t * size));
        to += size;
      }
    }
  }
}
