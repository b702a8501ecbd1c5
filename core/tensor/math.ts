// Transcendental functions with the same bits in every host: fdlibm's algorithms in plain arithmetic. Knows no tensor.
import { exp, pow } from './math-exp.ts';

export { exp, expm1, log, log1p, pow, sqrt, tanh } from './math-exp.ts';
export { cos, sin, tan } from './math-trig.ts';
export const asin = Math.asin, acos = Math.acos, atan = Math.atan,
  atan2 = Math.atan2, sinh = Math.sinh, cosh = Math.cosh, asinh = Math.asinh, acosh = Math.acosh, atanh = Math.atanh, log2 = Math.log2, log10 = Math.log10;
export function exp2(x: number): number { return pow(2, x); }
export function erf(x: number): number { const t = 1 / (1 + 0.5 * Math.abs(x)); const r = 1 - t * exp(-x * x - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))))); return x >= 0 ? r : -r; }
export function erfc(x: number): number { return 1 - erf(x); }
/** To the nearest whole number, halves to even. */
export function roundHalfEven(x: number): number {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}
