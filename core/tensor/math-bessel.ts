// Modified Bessel functions of the first kind, the inverse of erf, and the small exact functions of two numbers.
import { erf, erfc } from './math-erf.ts';
import { exp, log } from './math-exp.ts';

const TWO_PI = 6.283185307179586;
const HALF_ROOT_PI = 0.886226925452758;

/** e⁻ˣ Iₙ(x) for n = 0, 1 and x ≥ 0: all terms positive below 30, the asymptotic series above. */
function scaledBessel(n: 0 | 1, x: number): number {
  if (x === Infinity) return 0;
  if (x <= 30) {
    const q = (x * x) / 4;
    let term = n === 0 ? 1 : x / 2;
    let sum = term;
    for (let k = 1; term > sum * 1e-18; k++) {
      term *= q / (k * (k + n));
      sum += term;
    }
    return sum * exp(-x);
  }
  const mu = 4 * n * n;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 30; k++) {
    term *= -(mu - (2 * k - 1) * (2 * k - 1)) / (8 * k * x);
    sum += term;
    if (Math.abs(term) < 1e-17) break;
  }
  return sum / Math.sqrt(TWO_PI * x);
}

export const i0e = (x: number): number => scaledBessel(0, Math.abs(x));
export const i0 = (x: number): number => (Math.abs(x) === Infinity ? Infinity : i0e(x) * exp(Math.abs(x)));
export const i1e = (x: number): number => (x < 0 ? -1 : 1) * scaledBessel(1, Math.abs(x));
export const i1 = (x: number): number => (Math.abs(x) === Infinity ? x : i1e(x) * exp(Math.abs(x)));

/** The x with erf(x) = y: a guess from the tail's logarithm, then Newton steps on erf or, far out, on erfc. */
export function erfinv(y: number): number {
  if (!(Math.abs(y) <= 1)) return NaN;
  if (y === 0) return y;
  if (Math.abs(y) === 1) return y * Infinity;
  const t = Math.abs(y);
  const l = log((1 - t) * (1 + t));
  const a = 2 / (Math.PI * 0.147) + l / 2;
  let x = Math.sqrt(Math.sqrt(a * a - l / 0.147) - a);
  for (let i = 0; i < 4; i++) {
    const miss = t < 0.5 ? erf(x) - t : 1 - t - erfc(x);
    const step = (miss * HALF_ROOT_PI) / exp(-x * x);
    x -= step / (1 + x * step);
  }
  return y < 0 ? -x : x;
}

export function hypot(x: number, y: number): number {
  const a = Math.abs(x);
  const b = Math.abs(y);
  if (a === Infinity || b === Infinity) return Infinity;
  const large = Math.max(a, b);
  if (!(large > 1e150 || large < 1e-150) || large === 0) return Math.sqrt(a * a + b * b);
  return large * Math.sqrt((a / large) * (a / large) + (b / large) * (b / large));
}

export const copysign = (x: number, y: number): number => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x));

export function gcd(x: number, y: number): number {
  let [a, b] = [Math.abs(x), Math.abs(y)];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

export const lcm = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : Math.abs((x / gcd(x, y)) * y));

const bits = new DataView(new ArrayBuffer(8));

/** The next number after x towards y among the doubles, or among the floats. */
export function nextafter(x: number, y: number, single: boolean): number {
  if (x !== x || y !== y) return NaN;
  if (x === y) return y;
  if (x === 0) return (y > 0 ? 1 : -1) * (single ? 1.401298464324817e-45 : 5e-324);
  const up = x > 0 === y > x;
  if (single) {
    bits.setFloat32(0, x);
    bits.setInt32(0, bits.getInt32(0) + (up ? 1 : -1));
    return bits.getFloat32(0);
  }
  bits.setFloat64(0, x);
  bits.setBigInt64(0, bits.getBigInt64(0) + (up ? 1n : -1n));
  return bits.getFloat64(0);
}

/** x = m · 2ᵉ with ½ ≤ |m| < 1. */
export function frexp(x: number): [number, number] {
  if (x === 0 || x !== x || Math.abs(x) === Infinity) return [x, 0];
  bits.setFloat64(0, Math.abs(x) < 2e-308 ? x * 2 ** 64 : x);
  const high = bits.getInt32(0);
  const exponent = ((high >>> 20) & 0x7ff) - 1022;
  bits.setInt32(0, (high & ~0x7ff00000) | (1022 << 20));
  return [bits.getFloat64(0), Math.abs(x) < 2e-308 ? exponent - 64 : exponent];
}
