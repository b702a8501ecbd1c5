// Functions whose results go to float32, as expressions of primitives: float64 steps without a branch, to 2^-35 or better, so that nearly every
// result is the one the exact function would round to. Blocks and lanes both compute these steps, so that they give the same bits; float64 results
// come from core/tensor/math.ts. Zeros keep their sign, infinities are met. Knows no tensor.
import type { Expr, Unary } from '../../tensor/expr.ts';

const add = (x: Expr, y: Expr): Expr => ['add', x, y];
const sub = (x: Expr, y: Expr): Expr => ['sub', x, y];
const mul = (x: Expr, y: Expr): Expr => ['mul', x, y];
const div = (x: Expr, y: Expr): Expr => ['div', x, y];
const abs = (x: Expr): Expr => ['abs', x];
const select = (condition: Expr, x: Expr, y: Expr): Expr => ['select', condition, x, y];
const signed = (size: Expr, x: Expr): Expr => ['copysign', size, x];

/** c[0] + x·(c[1] + x·(…)). */
function polynomial(c: readonly number[], x: Expr): Expr {
  let sum: Expr = c[c.length - 1];
  for (let i = c.length - 2; i >= 0; i--) sum = add(c[i], mul(x, sum));
  return sum;
}

/** Adding 1.5 · 2^52 leaves the nearest whole number in the low bits. */
const MAGIC = 6755399441055744;
/** (e^r - 1) / r for |r| ≤ ln 2 / 2, to 2^-43. The coefficients here are minimax ones, of the relative error. */
const EXP = [
  1, 0.4999999999977021, 0.16666666666562346, 0.04166666691372122, 0.00833333342317145, 0.0013888817220083208, 0.00019841074201511205,
  0.000024878580421540666, 0.000002769749261296789,
];

interface Power {
  /** e^r - 1 */
  readonly rest: Expr;
  /** The power of two, added to MAGIC. */
  readonly shifted: Expr;
}

/**
 * e^x = 2^k · e^r. At the ends, -1023 and `most` times ln 2, r is 0: there 2^-1023 gives 0 and 2^1024, if asked for, ∞.
 */
function power(x: Expr, most: number): Power {
  const within: Expr = ['atleast', ['atmost', x, most * Math.LN2], -1023 * Math.LN2];
  const shifted = add(mul(within, Math.LOG2E), MAGIC);
  const r = sub(within, mul(sub(shifted, MAGIC), Math.LN2));
  return { rest: mul(r, polynomial(EXP, r)), shifted };
}

const value = ({ rest, shifted }: Power): Expr => ['lifted', add(1, rest), shifted];
const exp = (x: Expr): Expr => value(power(x, 1024));

function expm1(x: Expr): Expr {
  const { rest, shifted } = power(x, 1023);
  const scale: Expr = ['lifted', 1, shifted];
  return sub(mul(scale, rest), sub(1, scale));
}

function exp2(x: Expr): Expr {
  const within: Expr = ['atleast', ['atmost', x, 1024], -1023];
  const shifted = add(within, MAGIC);
  const r = mul(sub(within, sub(shifted, MAGIC)), Math.LN2);
  return value({ rest: mul(r, polynomial(EXP, r)), shifted });
}

function tanh(x: Expr): Expr {
  const t = expm1(add(x, x));
  return div(t, add(t, 2));
}

function sinh(x: Expr): Expr {
  const t = expm1(abs(x));
  return signed(mul(0.5, add(t, div(t, add(t, 1)))), x);
}

function cosh(x: Expr): Expr {
  const e = exp(abs(x));
  return mul(0.5, add(e, div(1, e)));
}

/** ln m = s·(2 + …) with s = (m - 1) / (m + 1), in powers of s², for √½ ≤ m ≤ √2, to 2^-45. */
const LOG = [2, 0.6666666667576917, 0.39999995632642954, 0.28572108019015524, 0.22176235942456063, 0.1958347713153467];

/** ln(1 + f). */
function near1(f: Expr): Expr {
  const s = div(f, add(2, f));
  return mul(s, polynomial(LOG, mul(s, s)));
}

/** What a logarithm of x is where x is not a positive number. */
function logarithm(x: Expr, found: Expr): Expr {
  const positive: Expr = ['gt', x, 0];
  const edge = select(['eq', x, 0], Number.NEGATIVE_INFINITY, select(positive, x, Number.NaN));
  return select(['and', positive, ['lt', x, Number.POSITIVE_INFINITY]], found, edge);
}

function logOf(scaleOfBinade: number, scale: number): (x: Expr) => Expr {
  return (x) => {
    const rest = near1(sub(['fraction', x], 1));
    return logarithm(x, add(mul(['binade', x], scaleOfBinade), scale === 1 ? rest : mul(rest, scale)));
  };
}
const log2 = logOf(1, Math.LOG2E);

function log1p(x: Expr): Expr {
  const u = add(1, x);
  const k: Expr = ['binade', u];
  const f = select(['eq', k, 0], x, sub(['fraction', u], 1));
  return logarithm(u, sub(near1(f), mul(sub(0, k), Math.LN2)));
}

function asinh(x: Expr): Expr {
  const a = abs(x);
  const z = mul(a, a);
  const size = log1p(add(a, div(z, add(1, ['sqrt', add(1, z)]))));
  return signed(select(['lt', a, Number.POSITIVE_INFINITY], size, a), x);
}

function acosh(x: Expr): Expr {
  const t = sub(x, 1);
  return select(['ge', x, 1], log1p(add(t, ['sqrt', add(add(t, t), mul(t, t))])), Number.NaN);
}

function atanh(x: Expr): Expr {
  const a = abs(x);
  return signed(mul(0.5, log1p(div(add(a, a), sub(1, a)))), x);
}

/** erf(x) / x as a fraction in powers of x² for |x| ≤ 3.925, to 2^-33. Beyond, erf is 1 in float32. */
const ERF = [
  1.128379166974179, 0.30000231158145063, 0.07337317765815281, 0.009575596926311112, 0.0008017419465517141, 0.000051792455020103174,
  9.089829260664528e-7,
];
const BELOW_ERF = [
  1, 0.5992034539932083, 0.1647598172453114, 0.027295114569148342, 0.0029703019842458288, 0.00021254500258013228, 0.000009034982823156574,
  3.8968881517715016e-8,
];

function erf(x: Expr): Expr {
  const within: Expr = ['atleast', ['atmost', x, 3.925], -3.925];
  const z = mul(within, within);
  return div(mul(within, polynomial(ERF, z)), polynomial(BELOW_ERF, z));
}

/** e^(a²) erfc(a) / w in powers of w = 3 / (a + 3) for 0 ≤ a ≤ 10.3, to 2^-34. Beyond, erfc is no float32. */
const ERFCX = [
  0.18806718829051058, 0.18795422100104658, 0.1789474134139975, 0.14707883360167676, 0.1730548183249549, -0.05921416288779334,
  0.41006907718660646, -0.554774517319313, 0.662293275255828, -0.48846226659596753, 0.1821224736773261, -0.027136353930218852,
];

function erfc(x: Expr): Expr {
  const w = div(3, add(abs(x), 3));
  const tail = mul(exp(['neg', mul(x, x)]), mul(w, polynomial(ERFCX, w)));
  return select(['lt', x, 0], sub(2, tail), tail);
}

/** atan(r) / r in powers of r² for |r| ≤ √2 - 1, to 2^-45. */
const ATAN = [
  1, -0.33333333331662524, 0.1999999968044896, -0.14285693334714078, 0.1111044372816046, -0.09079057574593141, 0.07567977495987777,
  -0.05889009879799081, 0.03086449358047343,
];

function atan(x: Expr): Expr {
  const a = abs(x);
  const far: Expr = ['gt', a, Math.SQRT2 + 1];
  const middle: Expr = ['gt', a, Math.SQRT2 - 1];
  const r = div(select(far, -1, select(middle, sub(a, 1), a)), select(far, a, select(middle, add(a, 1), 1)));
  const base = select(far, Math.PI / 2, select(middle, Math.PI / 4, 0));
  return signed(add(base, mul(r, polynomial(ATAN, mul(r, r)))), x);
}

/** asin(s) / s in powers of s² for |s| ≤ ½, to 2^-44. */
const ASIN = [
  1, 0.16666666669637112, 0.0749999953317116, 0.04464310912335786, 0.03037530474654169, 0.022470456793285302, 0.01648362938635316,
  0.018606749473290562, -0.002807277663434831, 0.031913605966872004,
];

/** asin of |x|, or beyond ½ of √((1 - |x|) / 2), and which it is. */
function halfAngle(x: Expr): { far: Expr; angle: Expr } {
  const a = abs(x);
  const far: Expr = ['gt', a, 0.5];
  const z = select(far, mul(sub(1, a), 0.5), mul(a, a));
  return { far, angle: mul(select(far, ['sqrt', z], a), polynomial(ASIN, z)) };
}

function asin(x: Expr): Expr {
  const { far, angle } = halfAngle(x);
  return signed(select(far, sub(Math.PI / 2, add(angle, angle)), angle), x);
}

function acos(x: Expr): Expr {
  const { far, angle } = halfAngle(x);
  const twice = add(angle, angle);
  return select(far, select(['lt', x, 0], sub(Math.PI, twice), twice), sub(Math.PI / 2, signed(angle, x)));
}

/** As C99 has it. */
function pow(x: Expr, y: Expr): Expr {
  const a = abs(x);
  const product = mul(y, log2(a));
  const size = select(['eq', a, 1], 1, exp2(product));
  const whole: Expr = ['eq', ['floor', y], y];
  const odd: Expr = ['and', whole, ['ne', mul(2, ['floor', mul(0.5, y)]), y]];
  const real: Expr = ['or', whole, ['or', ['eq', a, 0], ['eq', a, Number.POSITIVE_INFINITY]]];
  const negative: Expr = ['lt', signed(1, x), 0];
  return select(['eq', y, 0], 1, select(negative, select(real, select(odd, ['neg', size], size), Number.NaN), size));
}

/** sin(r) / r in powers of r² for |r| ≤ π/2, to 2^-43. */
const SIN = [
  1, -0.16666666666504415, 0.008333333321075147, -0.00019841266727214286, 0.0000027556952888445825, -2.503018794883833e-8,
  1.540939579551553e-10,
];
/** π in two parts; products of the first with halves to 2^18 are exact. */
const PI_HIGH = 3.1415926534682512;
const PI_LOW = 1.2154201013012384e-10;

/** ±sin(x - kπ) for the nearest k of the whole numbers and `ahead`. */
function sineFrom(ahead: 0 | 0.5): (angle: Expr) => Expr {
  return (angle) => {
    const x: Expr = ['wound', angle];
    const turns = mul(x, 1 / Math.PI);
    const shifted = add(ahead === 0 ? turns : add(turns, ahead), MAGIC);
    const whole = sub(shifted, MAGIC);
    const k = ahead === 0 ? whole : sub(whole, ahead);
    const r = sub(sub(x, mul(k, PI_HIGH)), mul(k, PI_LOW));
    return ['flipped', mul(r, polynomial(SIN, mul(r, r))), shifted];
  };
}
const sin = sineFrom(0);
const cos = sineFrom(0.5);

/** By the primitive each stands for. */
export const shortFunctions: { readonly [name: string]: ((x: Expr, y: Expr) => Expr) | undefined } = {
  exp,
  exp2,
  expm1,
  tanh,
  sinh,
  cosh,
  sigmoid: (x) => div(1, add(1, exp(['neg', x]))),
  log: logOf(Math.LN2, 1),
  log2,
  log10: logOf(0.30102999566398119521, Math.LOG10E),
  log1p,
  asinh,
  acosh,
  atanh,
  erf,
  erfc,
  atan,
  asin,
  acos,
  pow,
  sin,
  cos,
  tan: (x) => div(sin(x), cos(x)),
} satisfies { [name in Unary | 'pow']?: (x: Expr, y: Expr) => Expr };
