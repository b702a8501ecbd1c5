// An exponential for NumPy's float64, closer than the table's (which is under 1 ulp): scalars print all their digits, and np.exp(1) is e.
// The same bits on every host.

const LN2_HI = 0.6931471803691238;
const LN2_LO = 1.9082149292705877e-10;

/** e^x to about 0.55 ulp: e^r by 1 + r exactly, and the rest of the series in double. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  const k = Math.round(x * Math.LOG2E);
  const hi = x - k * LN2_HI;
  const lo = k * LN2_LO;
  const r = hi - lo;
  const rest = hi - r - lo;
  // r²/2! + r³/3! + … for |r| ≤ 0.35
  let series = 1;
  for (let n = 17; n > 2; n--) series = 1 + (series * r) / n;
  series *= (r * r) / 2;
  const sum = 1 + r;
  const lost = 1 - sum + r;
  const value = sum + (lost + (series + rest + rest * r));
  return k > -1022 ? (k > 1023 ? value * 2 * 2 ** (k - 1) : value * 2 ** k) : value * 2 ** (k + 1000) * 2 ** -1000;
}
