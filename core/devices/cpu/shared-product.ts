// A matrix product shared out among threads: rows (or columns) of the result for each. Names no op.
import { heap } from '../../tensor/heap.ts';
import { type Kernels, scratchBytes } from './kernels.ts';
import { callOf, helpersFor, partsOf, together } from './threads.ts';

/** One product's operands: pointers in bytes, strides in elements. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: readonly [at: number, rows: number, along: number];
  readonly b: readonly [at: number, along: number, columns: number];
  readonly c: readonly [at: number, rows: number, columns: number];
  readonly alpha: number;
  readonly add: number;
}

/** Computes a product with all helpers; false where it is not worth it or there are none. */
export function sharedProduct(fast: Kernels, item: number, p: Product): boolean {
  const helpers = helpersFor(fast, p.m * p.n * p.k);
  if (helpers.length === 0) return false;
  const parts = shares(p, helpers.length + 1, item);
  const bytes = parts.map((part) => scratchBytes(item, part.m, part.n, part.k));
  const scratch = bytes.map((size) => heap.alloc(size));
  const name = item === 4 ? 'gemm32' : 'gemm64';
  together(
    fast,
    helpers,
    parts.map((q, i) => [callOf(name, q.m, q.n, q.k, ...q.a, ...q.b, ...q.c, q.alpha, q.add, scratch[i])]),
  );
  for (let i = 0; i < scratch.length; i++) heap.free(scratch[i], bytes[i]);
  return true;
}

/** Whole tiles of rows for each, or of columns where there are few rows. */
function shares(p: Product, count: number, item: number): Product[] {
  const byRows = p.m >= 16 * count || p.m >= p.n;
  return partsOf(byRows ? p.m : p.n, count, byRows ? 4 : 32 / item).map(([at, end]) =>
    byRows
      ? { ...p, m: end - at, a: [p.a[0] + at * p.a[1] * item, p.a[1], p.a[2]], c: [p.c[0] + at * p.c[1] * item, p.c[1], p.c[2]] }
      : { ...p, n: end - at, b: [p.b[0] + at * p.b[2] * item, p.b[1], p.b[2]], c: [p.c[0] + at * p.c[2] * item, p.c[1], p.c[2]] },
  );
}
