// AssemblyScript. The column matrix of a convolution without making it: element (k, l) is the image under tap k of the window at position l.
// The image is padded already. Geometry is set once a convolution and kept here.
import { transpose2, transpose4 } from './pack.ts';
import { columns } from './tile.ts';

let kD: i32 = 1;
let kH: i32 = 1;
let kW: i32 = 1;
let oH: i32 = 1;
let oW: i32 = 1;
/** Elements from one window to the next along each dimension, and from one tap of a window to the next. */
let stepD: i32 = 0;
let stepH: i32 = 0;
let stepW: i32 = 1;
let tapC: i32 = 0;
let tapD: i32 = 0;
let tapH: i32 = 0;
let tapW: i32 = 1;

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
  stepW = strideW;
  tapC = sizeD * sizeH * sizeW;
  tapD = dilationD * sizeH * sizeW;
  tapH = dilationH * sizeW;
  tapW = dilationW;
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
  return (row / oH) * stepD + (row % oH) * stepH + x * stepW;
}

/** Where tap k lies in its window. */
export function tapAt(k: i32): i32 {
  const x = k % kW;
  let rest = k / kW;
  const y = rest % kH;
  rest /= kH;
  return (rest / kD) * tapC + (rest % kD) * tapD + y * tapH + x * tapW;
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
  let tap = tapAt(k0);
  for (let k = 0; k < kc; k++) {
    store<i32>(to, tap * <i32>sizeof<T>());
    to += 4;
    tap += tapW;
    if (++x === kW) {
      x = 0;
      tap += tapH - kW * tapW;
      if (++y === kH) {
        y = 0;
        tap += tapD - kH * tapH;
        if (++z === kD) {
          z = 0;
          tap += tapC - kD * tapD;
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
  let runs = stepW === 1 || (stepW === 2 && size === 4);
  let at = first;
  let column = j % oW;
  let line = (j / oW) % oH;
  let lineStart = first - column * stepW;
  for (let i = 0; i < width; i++) {
    store<i32>(offsets + <usize>(i * 4), at);
    if (at !== (run < width ? second : first) + i * stepW && i < valid) {
      if (run < width) runs = false;
      run = min(run, i);
      second = at - i * stepW;
    } else if (i >= valid) store<i32>(offsets + <usize>(i * 4), first);
    at += stepW;
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
  if (runs && stepW === 1 && whole) {
    for (; to < end; to += 32, taps += 4) {
      const at = base + load<i32>(taps);
      v128.store(to, v128.load(at));
      v128.store(to, v128.load(at, 16), 16);
    }
  } else if (runs && stepW === 1 && run <= 16 / size) {
    for (; to < end; to += 32, taps += 4) {
      const tap = load<i32>(taps);
      v128.store(to, v128.bitselect(v128.load(base + tap), v128.load(other + tap), mask0));
      v128.store(to, v128.load(other + tap, 16), 16);
    }
  } else if (runs && stepW === 1) {
    for (; to < end; to += 32, taps += 4) {
      const tap = load<i32>(taps);
      v128.store(to, v128.load(base + tap));
      v128.store(to, v128.bitselect(v128.load(base + tap, 16), v128.load(other + tap, 16), mask1), 16);
    }
  } else if (runs && whole) {
    for (; to < end; to += 32, taps += 4) {
      const at = base + load<i32>(taps);
      v128.store(to, v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 0, 2, 4, 6));
      v128.store(to, v128.shuffle<f32>(v128.load(at, 32), v128.load(at, 48), 0, 2, 4, 6), 16);
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
  let row = image + <usize>((windowAt(l) - x * stepW) * size);
  let y = (l / oW) % oH;
  let left = count;
  while (left > 0) {
    const run = min(left, oW - x);
    let f = row + <usize>(x * stepW * size);
    const f1 = f + <usize>(t1 * size);
    const f2 = f + <usize>(t2 * size);
    const f3 = f + <usize>(t3 * size);
    f += <usize>(t0 * size);
    if (stepW === 1) {
      if (size === 4) transpose4(to, 32, f, f1, f2, f3, run);
      else {
        transpose2(to, 32, f, f1, run);
        transpose2(to + 16, 32, f2, f3, run);
      }
      to += <usize>run * 32;
    } else {
      for (let i = 0; i < run; i++) {
        const at = <usize>(i * stepW * size);
        store<T>(to, load<T>(f + at));
        store<T>(to + <usize>size, load<T>(f1 + at));
        store<T>(to + <usize>(2 * size), load<T>(f2 + at));
        store<T>(to + <usize>(3 * size), load<T>(f3 + at));
        to += 32;
      }
    }
    left -= run;
    x = 0;
    row += <usize>(stepH * size);
    if (++y === oH) {
      y = 0;
      row += <usize>((stepD - oH * stepH) * size);
    }
  }
}

/** Adds the column matrix [taps, positions] up into the image its windows were taken from. */
export function addColumns<T>(from: usize, image: usize, taps: i32, positions: i32): void {
  const size = <i32>sizeof<T>();
  const rows = positions / oW;
  const rowBytes = <usize>(oW * size);
  const vectors = rowBytes & ~15;
  for (let k = 0; k < taps; k++) {
    let to = image + <usize>(tapAt(k) * size);
    let y = 0;
    for (let row = 0; row < rows; row++) {
      let at: usize = 0;
      if (stepW === 1) {
        for (; at < vectors; at += 16) v128.store(to + at, v128.add<T>(v128.load(to + at), v128.load(from + at)));
        if (size === 4 && rowBytes - at >= 8) {
          v128.store64_lane(to + at, v128.add<T>(v128.load64_zero(to + at), v128.load64_zero(from + at)), 0);
          at += 8;
        }
      }
      for (; at < rowBytes; at += <usize>size) {
        const target = to + at * <usize>stepW;
        store<T>(target, <T>(load<T>(target) + load<T>(from + at)));
      }
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

/** What `pad` put a rim around. */
export function crop<T>(from: usize, to: usize, channels: i32, sizeD: i32, sizeH: i32, sizeW: i32, padD: i32, padH: i32, padW: i32): void {
  const rowBytes = <usize>sizeW * sizeof<T>();
  const wide = <usize>(sizeW + 2 * padW) * sizeof<T>();
  const tall = sizeH + 2 * padH;
  for (let c = 0; c < channels; c++) {
    for (let z = 0; z < sizeD; z++) {
      let at = from + <usize>((c * (sizeD + 2 * padD) + z + padD) * tall + padH) * wide + <usize>padW * sizeof<T>();
      for (let y = 0; y < sizeH; y++) {
        copyRow<T>(to, at, rowBytes);
        at += wide;
        to += rowBytes;
      }
    }
  }
}

/** An image of `channels` with a rim of zeros. */
export function pad<T>(from: usize, to: usize, channels: i32, sizeD: i32, sizeH: i32, sizeW: i32, padD: i32, padH: i32, padW: i32): void {
  const size = sizeof<T>();
  const rowBytes = <usize>sizeW * size;
  const wide = <usize>(sizeW + 2 * padW) * size;
  const tall = sizeH + 2 * padH;
  memory.fill(to, 0, <usize>(channels * (sizeD + 2 * padD) * tall) * wide);
  for (let c = 0; c < channels; c++) {
    for (let z = 0; z < sizeD; z++) {
      let at = to + <usize>((c * (sizeD + 2 * padD) + z + padD) * tall + padH) * wide + <usize>padW * size;
      for (let y = 0; y < sizeH; y++) {
        copyRow<T>(at, from, rowBytes);
        at += wide;
        from += rowBytes;
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
