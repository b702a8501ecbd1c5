// AssemblyScript. The blocked matrix product over strided operands: blocks sized for the caches, packed, then tile by tile.
import { packPanel, packRows } from './pack.ts';
import { columns, ROWS, tile } from './tile.ts';
import { addColumns, packTaps, packWindows, tableOfTaps } from './windows.ts';

/** Sizes of a block: KC·NC elements of b stay in the second cache, MC·KC of a pass through it, a panel of b stays in the first. */
export const KC: i32 = 256;
export const MC: i32 = 144;
export const NC: i32 = 1024;

/**
 * c = alpha · a b, or c += it where `add`. Strides in elements: `ar`, `ak` of a's rows and k; `bk`, `bj` of b's k and columns; `cr`, `cj` of c.
 * With `windows`, b is an image and its windows stand for the columns. `scratch` has room for a block of a, a block of b, one tile, a panel's 8 offsets and 256 taps.
 * `again`: a and the windows' geometry are those of the call before, and so is `scratch`: what is packed of a may serve once more.
 */
export function gemm<T>(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  ar: isize,
  ak: isize,
  b: usize,
  bk: isize,
  bj: isize,
  c: usize,
  cr: isize,
  cj: isize,
  alpha: T,
  add: bool,
  windows: bool,
  again: bool,
  scratch: usize,
): void {
  const size = <isize>sizeof<T>();
  const width = columns<T>();
  const kcMost = min(k, KC);
  const edge = scratch;
  const offsets = scratch + 128;
  const taps = scratch + 160;
  const packedA = scratch + 1184;
  const packedB = packedA + <usize>(((min(m, MC) + ROWS - 1) / ROWS) * ROWS * kcMost) * sizeof<T>();
  const factor = v128.splat<T>(alpha);
  const scaled = alpha !== <T>1;
  const kept = again && m <= MC && k <= KC;
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(n - jc, NC);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(k - pc, KC);
      const adds = add || pc > 0;
      if (windows && !kept) tableOfTaps<T>(taps, pc, kc);
      let to = packedB;
      for (let j = 0; j < nc; j += width) {
        if (windows) packWindows<T>(to, b, taps, kc, jc + j, min(nc - j, width), offsets);
        else packPanel<T>(to, width, b + <usize>((<isize>pc * bk + <isize>(jc + j) * bj) * size), bj, bk, kc, min(nc - j, width));
        to += <usize>(width * kc) * sizeof<T>();
      }
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(m - ic, MC);
        to = packedA;
        for (let i = 0; i < mc && !kept; i += ROWS) {
          packPanel<T>(to, ROWS, a + <usize>((<isize>(ic + i) * ar + <isize>pc * ak) * size), ar, ak, kc, min(mc - i, ROWS));
          to += <usize>(ROWS * kc) * sizeof<T>();
        }
        tiles<T>(mc, nc, kc, packedA, packedB, c + <usize>((<isize>ic * cr + <isize>jc * cj) * size), cr, cj, factor, scaled, adds, edge);
      }
    }
  }
}

/**
 * c [m, n] = weights · windows, or += it, for n of up to 64: four rows of weights are packed at a time, where they are used at once. Element (i, k)
 * of the weights lies `step` · i + `outer` · (k / inner) + `along` · (k % inner) elements behind `a`; `along` is 1 or -1.
 */
export function convolveDirect<T>(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  step: i32,
  inner: i32,
  outer: i32,
  along: i32,
  image: usize,
  c: usize,
  add: bool,
  scratch: usize,
): void {
  const size = <i32>sizeof<T>();
  const width = columns<T>();
  const edge = scratch;
  const offsets = scratch + 128;
  const taps = scratch + 160;
  const packedA = scratch + 1184;
  const packedB = packedA + <usize>(ROWS * KC * size);
  const next = <usize>(ROWS * size);
  for (let pc = 0; pc < k; pc += KC) {
    const kc = min(k - pc, KC);
    tableOfTaps<T>(taps, pc, kc);
    for (let j = 0; j < n; j += width) packWindows<T>(packedB + <usize>(j * kc * size), image, taps, kc, j, min(n - j, width), offsets);
    for (let i = 0; i < m; i += ROWS) {
      const rows = min(m - i, ROWS);
      const from = a + <usize>(i * step * size);
      let to = packedA;
      let rest = pc % inner;
      let begin = (pc / inner) * outer;
      for (let left = kc; left > 0; ) {
        const run = min(inner - rest, left);
        const bytes = <usize>(ROWS * run * size);
        // Where a run goes backwards, its last element comes first in memory.
        if (along === 1) packRows<T>(to, next, from + <usize>((begin + rest) * size), <usize>(step * size), rows, run);
        else packRows<T>(to + bytes - next, 0 - next, from + <usize>((begin - rest - run + 1) * size), <usize>(step * size), rows, run);
        to += bytes;
        left -= run;
        rest = 0;
        begin += outer;
      }
      const target = c + <usize>(i * n * size);
      tiles<T>(rows, n, kc, packedA, packedB, target, n, 1, v128.splat<T>(<T>1), false, add || pc > 0, edge);
    }
  }
}

/**
 * image += weights [outputs, …], of which `taps` are used, turned · g [outputs, rows · width], added up where the windows came from: some rows at a
 * time, so that their columns (`columns` has room) stay in the cache.
 */
export function addWindows<T>(
  taps: i32,
  outputs: i32,
  rows: i32,
  width: i32,
  weight: usize,
  step: i32,
  g: usize,
  image: usize,
  together: i32,
  columns: usize,
  scratch: usize,
): void {
  const positions = rows * width;
  for (let row = 0; row < rows; row += together) {
    const some = min(together, rows - row);
    const n = some * width;
    const b = g + <usize>(row * width) * sizeof<T>();
    gemm<T>(taps, n, outputs, weight, 1, step, b, positions, 1, columns, n, 1, <T>1, false, false, false, scratch);
    addColumns<T>(columns, image, taps, row, some);
  }
}

/** All tiles of a block of packed panels. */
export function tiles<T>(
  mc: i32,
  nc: i32,
  kc: i32,
  packedA: usize,
  packedB: usize,
  c: usize,
  cr: isize,
  cj: isize,
  factor: v128,
  scaled: bool,
  adds: bool,
  edge: usize,
): void {
  const size = <isize>sizeof<T>();
  const width = columns<T>();
  const ldc = <usize>(cr * size);
  for (let j = 0; j < nc; j += width) {
    const panelB = packedB + <usize>(j * kc) * sizeof<T>();
    const columnsLeft = min(nc - j, width);
    for (let i = 0; i < mc; i += ROWS) {
      const panelA = packedA + <usize>(i * kc) * sizeof<T>();
      const rowsLeft = min(mc - i, ROWS);
      const target = c + <usize>((<isize>i * cr + <isize>j * cj) * size);
      if (rowsLeft === ROWS && columnsLeft === width && cj === 1) {
        tile<T>(kc, panelA, panelB, target, ldc, factor, scaled, adds);
      } else {
        tile<T>(kc, panelA, panelB, edge, 32, factor, scaled, false);
        scatter<T>(edge, target, rowsLeft, columnsLeft, cr * size, cj * size, adds);
      }
    }
  }
}

/**
 * Taps `first` … `first + taps - 1` of the weights' gradient of a convolution: c [outputs, …], rows `ldc` elements apart, = sum over samples and
 * positions of g [samples, outputs, positions] times the windows, turned on their side as they are packed; samples are joined into one depth.
 */
export function windowGradient<T>(
  samples: i32,
  outputs: i32,
  positions: i32,
  first: i32,
  taps: i32,
  g: usize,
  gSample: isize,
  image: usize,
  imageSample: isize,
  c: usize,
  ldc: isize,
  scratch: usize,
): void {
  const size = <isize>sizeof<T>();
  const width = columns<T>();
  const depth = samples * positions;
  const edge = scratch;
  const packedA = scratch + 160;
  const packedB = packedA + <usize>(((min(outputs, MC) + ROWS - 1) / ROWS) * ROWS * min(depth, KC)) * sizeof<T>();
  const one = v128.splat<T>(<T>1);
  for (let jc = 0; jc < taps; jc += NC) {
    const nc = min(taps - jc, NC);
    for (let pc = 0; pc < depth; pc += KC) {
      const kc = min(depth - pc, KC);
      let to = packedB;
      for (let j = 0; j < nc; j += width) {
        let run = 0;
        for (let p = pc; p < pc + kc; p += run) {
          const l = p % positions;
          run = min(positions - l, pc + kc - p);
          const from = image + <usize>(<isize>(p / positions) * imageSample * size);
          for (let i = 0; i < width; i += 4) packTaps<T>(to + <usize>i * sizeof<T>(), from, first + jc + j + i, first + taps - 1, l, run);
          to += <usize>(width * run) * sizeof<T>();
        }
      }
      for (let ic = 0; ic < outputs; ic += MC) {
        const mc = min(outputs - ic, MC);
        to = packedA;
        for (let i = 0; i < mc; i += ROWS) {
          let run = 0;
          for (let p = pc; p < pc + kc; p += run) {
            const l = p % positions;
            run = min(positions - l, pc + kc - p);
            const from = g + <usize>((<isize>(p / positions) * gSample + <isize>(ic + i) * <isize>positions + <isize>l) * size);
            packPanel<T>(to, ROWS, from, positions, 1, run, min(mc - i, ROWS));
            to += <usize>(ROWS * run) * sizeof<T>();
          }
        }
        tiles<T>(mc, nc, kc, packedA, packedB, c + <usize>((<isize>ic * ldc + jc) * size), ldc, 1, one, false, pc > 0, edge);
      }
    }
  }
}

/** A tile at the edge, or into columns that do not lie side by side. */
function scatter<T>(from: usize, to: usize, rows: i32, width: i32, stepRow: isize, stepColumn: isize, add: bool): void {
  for (let i = 0; i < rows; i++) {
    let at = to;
    for (let j = 0; j < width; j++) {
      const value = load<T>(from + <usize>j * sizeof<T>());
      store<T>(at, add ? <T>(load<T>(at) + value) : value);
      at += stepColumn;
    }
    from += 32;
    to += stepRow;
  }
}
