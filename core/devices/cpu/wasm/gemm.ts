// AssemblyScript. The blocked matrix product over strided operands: blocks sized for the caches, packed, then tile by tile.
import { packPanel } from './pack.ts';
import { columns, ROWS, tile } from './tile.ts';

/** Sizes of a block: KC·NC elements of b stay in the second cache, MC·KC of a pass through it, a panel of b stays in the first. */
export const KC: i32 = 256;
export const MC: i32 = 144;
export const NC: i32 = 1024;

/**
 * c = alpha · a b, or c += it where `add`. Strides in elements: `ar`, `ak` of a's rows and k; `bk`, `bj` of b's k and columns; `cr`, `cj` of c.
 * `scratch` has room for a block of a, a block of b and one tile.
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
  scratch: usize,
): void {
  const size = <isize>sizeof<T>();
  const width = columns<T>();
  const kcMost = min(k, KC);
  const edge = scratch;
  const packedA = scratch + 128;
  const packedB = packedA + <usize>(((min(m, MC) + ROWS - 1) / ROWS) * ROWS * kcMost) * sizeof<T>();
  const factor = v128.splat<T>(alpha);
  const scaled = alpha !== <T>1;
  const ldc = <usize>(cr * size);
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(n - jc, NC);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(k - pc, KC);
      const adds = add || pc > 0;
      let to = packedB;
      for (let j = 0; j < nc; j += width) {
        packPanel<T>(to, width, b + <usize>((<isize>pc * bk + <isize>(jc + j) * bj) * size), bj, bk, kc, min(nc - j, width));
        to += <usize>(width * kc) * sizeof<T>();
      }
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(m - ic, MC);
        to = packedA;
        for (let i = 0; i < mc; i += ROWS) {
          packPanel<T>(to, ROWS, a + <usize>((<isize>(ic + i) * ar + <isize>pc * ak) * size), ar, ak, kc, min(mc - i, ROWS));
          to += <usize>(ROWS * kc) * sizeof<T>();
        }
        for (let j = 0; j < nc; j += width) {
          const panelB = packedB + <usize>(j * kc) * sizeof<T>();
          const columnsLeft = min(nc - j, width);
          for (let i = 0; i < mc; i += ROWS) {
            const panelA = packedA + <usize>(i * kc) * sizeof<T>();
            const rowsLeft = min(mc - i, ROWS);
            const target = c + <usize>((<isize>(ic + i) * cr + <isize>(jc + j) * cj) * size);
            if (rowsLeft === ROWS && columnsLeft === width && cj === 1) {
              tile<T>(kc, panelA, panelB, target, ldc, factor, scaled, adds);
            } else {
              tile<T>(kc, panelA, panelB, edge, 32, factor, scaled, false);
              scatter<T>(edge, target, rowsLeft, columnsLeft, cr * size, cj * size, adds);
            }
          }
        }
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
