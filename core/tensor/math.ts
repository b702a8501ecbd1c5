// Elementary functions in float64, the same bits on every host: JavaScript's own exp, log, pow … differ in the last bit between engines.
// The door to the math-*.ts files, which follow fdlibm. Knows no tensor.

export { copysign, erfinv, frexp, gcd, hypot, i0, i0e, i1, i1e, lcm, nextafter } from './math-bessel.ts';
export { erf, erfc } from './math-erf.ts';
export { exp, expm1, log, log1p, pow, sqrt, tanh } from './math-exp.ts';
export { digamma, igamma, igammac, lgamma, polygamma, zeta } from './math-gamma.ts';
export { acos, acosh, asin, asinh, atan, atan2, atanh, cosh, exp2, log2, log10, sinh } from './math-inverse.ts';
export { cos, sin, tan, wound } from './math-trig.ts';

/** To the nearest whole number, halves to even. */
export function roundHalfEven(x: number): number {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}
