// AssemblyScript. The innermost product: a 4 × (two vectors) tile of the result in registers, one k at a time. Knows packed panels only.
import { fma } from './lanes.ts';

export const ROWS: i32 = 4;

/** Columns of a tile: 8 of float32, 4 of float64. */
export function columns<T>(): i32 {
  return 32 / sizeof<T>();
}

function store<T>(c: usize, alpha: v128, scaled: bool, add: bool, x: v128): void {
  if (scaled) x = v128.mul<T>(x, alpha);
  if (add) x = v128.add<T>(v128.load(c), x);
  v128.store(c, x);
}

/**
 * c = alpha · a b, or c += it: `a` a panel of 4 rows, k by k, `b` a panel of columns, k by k. Rows of `c` lie `ldc` bytes apart.
 * Eight accumulators, two vectors of b and one splat fill the registers: unrolling k, or a fifth row, spills them.
 */
export function tile<T>(kc: i32, a: usize, b: usize, c: usize, ldc: usize, alpha: v128, scaled: bool, add: bool): void {
  let c00 = i32x4.splat(0);
  let c01 = i32x4.splat(0);
  let c10 = i32x4.splat(0);
  let c11 = i32x4.splat(0);
  let c20 = i32x4.splat(0);
  let c21 = i32x4.splat(0);
  let c30 = i32x4.splat(0);
  let c31 = i32x4.splat(0);
  const end = a + <usize>kc * (4 * sizeof<T>());
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load_splat<T>(a);
    c00 = fma<T>(a0, b0, c00);
    c01 = fma<T>(a0, b1, c01);
    const a1 = v128.load_splat<T>(a, sizeof<T>());
    c10 = fma<T>(a1, b0, c10);
    c11 = fma<T>(a1, b1, c11);
    const a2 = v128.load_splat<T>(a, 2 * sizeof<T>());
    c20 = fma<T>(a2, b0, c20);
    c21 = fma<T>(a2, b1, c21);
    const a3 = v128.load_splat<T>(a, 3 * sizeof<T>());
    c30 = fma<T>(a3, b0, c30);
    c31 = fma<T>(a3, b1, c31);
    a += 4 * sizeof<T>();
    b += 32;
  }
  store<T>(c, alpha, scaled, add, c00);
  store<T>(c + 16, alpha, scaled, add, c01);
  c += ldc;
  store<T>(c, alpha, scaled, add, c10);
  store<T>(c + 16, alpha, scaled, add, c11);
  c += ldc;
  store<T>(c, alpha, scaled, add, c20);
  store<T>(c + 16, alpha, scaled, add, c21);
  c += ldc;
  store<T>(c, alpha, scaled, add, c30);
  store<T>(c + 16, alpha, scaled, add, c31);
}
