// The processor's fused multiply-add in float64, which torch's kernels use and JavaScript lacks.

/** a·b + c rounded once, up to ties a double rounding can miss: Dekker's exact product, then Knuth's exact sum. */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  if (!Number.isFinite(product + c)) return product + c;
  const ta = 134217729 * a;
  const ah = ta - (ta - a);
  const al = a - ah;
  const tb = 134217729 * b;
  const bh = tb - (tb - b);
  const bl = b - bh;
  const error = ah * bh - product + ah * bl + al * bh + al * bl;
  const sum = product + c;
  const t = sum - product;
  return sum + (product - (sum - t) + (c - t) + error);
}
