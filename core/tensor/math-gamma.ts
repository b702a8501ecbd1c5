// The gamma function's family: lgamma, digamma, polygamma, Hurwitz zeta, and the regularised incomplete gammas. Sums run in a fixed order.
import { exp, log, log1p, pow } from './math-exp.ts';
import { sin, tan } from './math-trig.ts';

/** B₂ₖ / (2k)! as it enters Euler–Maclaurin sums, from B₂ₖ. */
const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330, 854513 / 138];

/** Σₖ (k + q)⁻ˢ by Euler–Maclaurin after the first terms. */
export function zeta(s: number, q: number): number {
  if (s === 1) return Infinity;
  if (!(s > 1)) return NaN;
  if (q <= 0) {
    if (q === Math.floor(q)) return Infinity;
    if (s !== Math.floor(s)) return NaN;
  }
  let sum = 0;
  let x = q;
  for (let i = 0; i < 12 || x < 12; i++, x += 1) sum += pow(x, -s);
  sum += pow(x, 1 - s) / (s - 1) + 0.5 * pow(x, -s);
  let factor = s * pow(x, -s - 1);
  let factorial = 2;
  for (let k = 0; k < bernoulli.length; k++) {
    sum += (bernoulli[k] / factorial) * factor;
    const at = 2 * k + 1;
    factor *= ((s + at) * (s + at + 1)) / (x * x);
    factorial *= (at + 2) * (at + 3);
  }
  return sum;
}

const PI = 3.141592653589793;
const HALF_LOG_TWO_PI = 0.9189385332046728;
const EULER = 0.5772156649015329;
/** ζ(k) - 1 for the series of ln Γ about 2. */
const zetaMinusOne = Array.from({ length: 30 }, (_, k) => (k < 2 ? 0 : zeta(k, 2)));

/** ln Γ(2 + e), |e| ≤ ½: the zero at 2 keeps its digits. */
function nearTwo(e: number): number {
  let sum = 0;
  for (let k = 29; k >= 2; k--) sum = sum * -e + zetaMinusOne[k] / k;
  return e * (1 - EULER) + e * e * sum;
}

/** ln |Γ(x)|. */
export function lgamma(x: number): number {
  if (x !== x) return NaN;
  if (x === Infinity || x === -Infinity) return Infinity;
  if (x <= 0 && x === Math.floor(x)) return Infinity;
  if (x < 0.5) return x < -1e15 ? Infinity : log(PI / Math.abs(sin(PI * (x - 2 * Math.round(x / 2))))) - lgamma(1 - x);
  if (x <= 1.5) return nearTwo(x - 1) - log1p(x - 1);
  if (x <= 2.5) return nearTwo(x - 2);
  let z = x;
  let product = 1;
  while (z < 12) {
    product *= z;
    z += 1;
  }
  const w = 1 / (z * z);
  let tail = 0;
  for (let k = 7; k >= 0; k--) tail = tail * w + bernoulli[k] / ((2 * k + 1) * (2 * k + 2));
  return (z - 0.5) * log(z) - z + HALF_LOG_TWO_PI + tail / z - (product === 1 ? 0 : log(product));
}

/** ψ(x) = d ln Γ(x) / dx. */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Infinity : -Infinity;
  if (x < 0) {
    if (x === Math.floor(x)) return NaN;
    return digamma(1 - x) - PI / tan(PI * (x - Math.trunc(x)));
  }
  if (x === Infinity) return Infinity;
  let z = x;
  let sum = 0;
  while (z < 12) {
    sum -= 1 / z;
    z += 1;
  }
  const w = 1 / (z * z);
  let tail = 0;
  for (let k = 8; k >= 0; k--) tail = tail * w + bernoulli[k] / (2 * k + 2);
  return sum + log(z) - 0.5 / z - tail * w;
}

/** ψ'(x): reflected below ½, moved up six steps, then by the series torch cuts off after 1/42x⁷: its last digits are part of what is seen. */
function trigamma(value: number): number {
  let [x, sign, result] = [value, 1, 0];
  if (x < 0.5) {
    sign = -1;
    const s = sin(PI * x);
    result -= (PI * PI) / (s * s);
    x = 1 - x;
  }
  for (let i = 0; i < 6; i++) {
    result += 1 / (x * x);
    x += 1;
  }
  const w = 1 / (x * x);
  return sign * (result + (1 + 1 / (2 * x) + w * (1 / 6 - w * (1 / 30 - w * (1 / 42)))) / x);
}

/** ψ⁽ⁿ⁾(x). */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  if (n === 1) return trigamma(x);
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return (n % 2 === 1 ? 1 : -1) * factorial * zeta(n + 1, x);
}

/** P(a, x), the share of Γ(a) below x: by its series below the hump, by the continued fraction of the rest above. */
export function igamma(a: number, x: number): number {
  if (!(x >= 0) || !(a >= 0)) return NaN;
  if (a === 0) return x > 0 ? 1 : NaN;
  if (x === 0) return 0;
  if (a === Infinity) return x === Infinity ? NaN : 0;
  if (x === Infinity) return 1;
  return x > 1 && x > a ? 1 - upperFraction(a, x) : lowerSeries(a, x);
}

/** Q(a, x) = 1 - P(a, x). */
export function igammac(a: number, x: number): number {
  if (!(x >= 0) || !(a >= 0)) return NaN;
  if (a === 0) return x > 0 ? 0 : NaN;
  if (x === 0) return 1;
  if (a === Infinity) return x === Infinity ? NaN : 1;
  if (x === Infinity) return 0;
  return x > 1 && x > a ? upperFraction(a, x) : 1 - lowerSeries(a, x);
}

const weight = (a: number, x: number): number => exp(a * log(x) - x - lgamma(a));

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 2000 && term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * weight(a, x);
}

function upperFraction(a: number, x: number): number {
  // Lentz's way through the continued fraction.
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 2000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const step = c * d;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return h * weight(a, x);
}
