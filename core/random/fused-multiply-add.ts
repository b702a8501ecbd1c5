// The processor's fused multiply-add in float64, which torch's kernels use and JavaScript lacks.

/** What `product` = a·b lost in rounding (Dekker 1971). */
export function productError(a: number, b: number, product: number): number {
  const ta = 134217729 * a;
  const ah = ta - (ta - a);
  const al = a - ah;
  const tb = 134217729 * b;
  const bh = tb - (tb - b);
  const bl = b - bh;
  return ah * bh - product + ah * bl + al * bh + al * bl;
}

/** a·b + c rounded once, up to ties a double rounding can miss: the exact product, then Knuth's exact sum. */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  if (!Number.isFinite(sum)) return sum;
  const t = sum - product;
  return sum + (product - (sum - t) + (c - t) + productError(a, b, product));
}
