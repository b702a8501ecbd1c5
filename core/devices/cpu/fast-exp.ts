// exp in float32 steps as vector units take it: a degree-5 polynomial between powers of two, good to 2e-7. Names no op.

const { fround, floor } = Math;
const log2e = fround(1.4426950408889634);
const ln2 = fround(0.6931471805599453);
const least = fround(-87.3365447505531);
/** Minimax coefficients of exp on [-ln 2 / 2, ln 2 / 2], lowest power first. */
const c1 = fround(0.999999701);
const c2 = fround(0.499991506);
const c3 = fround(0.166676521);
const c4 = fround(0.0418978221);
const c5 = fround(0.00828929059);

/** 2^n for n from 0 down to -125; at -126 the two halves of the scaling underflow to 0. */
const powers = new Float64Array(127);
for (let n = 0, p = 1; n < 126; n++, p /= 2) powers[n] = p;

/** e^x for a float32 x ≤ 0, every multiply-add rounded once; 0 below the least normal number. */
export function fastExp(x: number): number {
  if (!(x >= least)) return x !== x ? x : 0;
  const n = floor(fround(x * log2e + 0.5));
  const r = fround(x - n * ln2);
  let p = fround(r * c5 + c4);
  p = fround(r * p + c3);
  p = fround(r * p + c2);
  p = fround(r * p + c1);
  p = fround(r * p + 1);
  return p * powers[-n];
}
