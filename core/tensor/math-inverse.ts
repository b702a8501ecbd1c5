// Inverse trigonometric, hyperbolic and base-2/10 functions in float64, the same bits on every host; after fdlibm (Sun Microsystems, 1993).
// Import them through math.ts.
import { exp, expm1, log, log1p, pow } from './math-exp.ts';

const PIO2_HI = 1.5707963267948966;
const PIO2_LO = 6.123233995736766e-17;
const ATAN_HI = [0.4636476090008061, 0.7853981633974483, 0.982793723247329, 1.5707963267948966];
const ATAN_LO = [2.2698777452961687e-17, 3.061616997868383e-17, 1.3903311031230998e-17, 6.123233995736766e-17];

export function atan(x: number): number {
  if (Number.isNaN(x) || x === 0) return x;
  const magnitude = Math.abs(x);
  if (magnitude >= 2 ** 66) return x > 0 ? ATAN_HI[3] + ATAN_LO[3] : -ATAN_HI[3] - ATAN_LO[3];
  let id = -1;
  let r = magnitude;
  if (magnitude < 0.4375) {
    if (magnitude < 1.862645149230957e-9) return x;
    r = x;
  } else if (magnitude < 0.6875) {
    id = 0;
    r = (2 * magnitude - 1) / (2 + magnitude);
  } else if (magnitude < 1.1875) {
    id = 1;
    r = (magnitude - 1) / (magnitude + 1);
  } else if (magnitude < 2.4375) {
    id = 2;
    r = (magnitude - 1.5) / (1 + 1.5 * magnitude);
  } else {
    id = 3;
    r = -1 / magnitude;
  }
  const z = r * r;
  const w = z * z;
  const s1 =
    z *
    (0.3333333333333293 +
      w *
        (0.14285714272503466 +
          w * (0.09090887133436507 + w * (0.06661073137387531 + w * (0.049768779946159324 + w * 0.016285820115365782)))));
  const s2 =
    w *
    (-0.19999999999876483 +
      w * (-0.11111110405462356 + w * (-0.0769187620504483 + w * (-0.058335701337905735 + w * -0.036531572744216916))));
  if (id < 0) return r - r * (s1 + s2);
  const out = ATAN_HI[id] - (r * (s1 + s2) - ATAN_LO[id] - r);
  return x < 0 ? -out : out;
}

export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const yNegative = y < 0 || Object.is(y, -0);
  const xNegative = x < 0 || Object.is(x, -0);
  const sign = yNegative ? -1 : 1;
  if (y === 0) return xNegative ? sign * Math.PI : y;
  if (x === 0) return sign * PIO2_HI;
  if (Math.abs(x) === Infinity) {
    if (Math.abs(y) === Infinity) return sign * (xNegative ? 2.356194490192345 : 0.7853981633974483);
    return sign * (xNegative ? Math.PI : 0);
  }
  if (Math.abs(y) === Infinity) return sign * PIO2_HI;
  const ratio = Math.abs(y / x);
  const angle = ratio > 2 ** 60 ? PIO2_HI : xNegative && ratio < 2 ** -60 ? 0 : atan(ratio);
  const piLow = 1.2246467991473532e-16;
  return xNegative ? sign * (Math.PI - (angle - piLow)) : sign * angle;
}

/** (asin(x) - x) / x for x² = t ≤ 1/4. */
function asinRatio(t: number): number {
  const p =
    t *
    (0.16666666666666666 +
      t *
        (-0.3255658186224009 +
          t * (0.20121253213486293 + t * (-0.04005553450067941 + t * (0.0007915349942898145 + t * 0.00003479331075960212)))));
  const q = 1 + t * (-2.403394911734414 + t * (2.0209457602335057 + t * (-0.6882839716054533 + t * 0.07703815055590194)));
  return p / q;
}

const f64 = new Float64Array(1);
const u32 = new Uint32Array(f64.buffer);
function clearLow(x: number): number {
  f64[0] = x;
  u32[0] = 0;
  return f64[0];
}

export function asin(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude <= 1)) return NaN;
  if (magnitude === 1) return x * PIO2_HI + x * PIO2_LO;
  if (magnitude < 0.5) return magnitude < 7.450580596923828e-9 ? x : x + x * asinRatio(x * x);
  const t = (1 - magnitude) * 0.5;
  const s = Math.sqrt(t);
  const ratio = asinRatio(t);
  let out: number;
  if (magnitude >= 0.975) out = PIO2_HI - (2 * (s + s * ratio) - PIO2_LO);
  else {
    const head = clearLow(s);
    const c = (t - head * head) / (s + head);
    const p = 2 * s * ratio - (PIO2_LO - 2 * c);
    out = 0.7853981633974483 - (p - (0.7853981633974483 - 2 * head));
  }
  return x > 0 ? out : -out;
}

export function acos(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude <= 1)) return NaN;
  if (magnitude === 1) return x > 0 ? 0 : Math.PI;
  if (magnitude < 0.5) {
    if (magnitude <= 6.938893903907228e-18) return PIO2_HI + PIO2_LO;
    return PIO2_HI - (x - (PIO2_LO - x * asinRatio(x * x)));
  }
  const z = (1 - magnitude) * 0.5;
  const s = Math.sqrt(z);
  const ratio = asinRatio(z);
  if (x < 0) return Math.PI - 2 * (s + (ratio * s - PIO2_LO));
  const head = clearLow(s);
  const c = (z - head * head) / (s + head);
  return 2 * (head + (ratio * s + c));
}

export function sinh(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < Infinity) || magnitude < 3.725290298461914e-9) return x;
  const half = x < 0 ? -0.5 : 0.5;
  if (magnitude < 22) {
    const t = expm1(magnitude);
    return magnitude < 1 ? half * (2 * t - (t * t) / (t + 1)) : half * (t + t / (t + 1));
  }
  if (magnitude < 709.782712893384) return half * exp(magnitude);
  const w = exp(0.5 * magnitude);
  return half * w * w;
}

export function cosh(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < Infinity)) return x * x;
  if (magnitude < 0.34657359027997264) {
    const t = expm1(magnitude);
    const w = 1 + t;
    return magnitude < 2.7755575615628914e-17 ? w : 1 + (t * t) / (w + w);
  }
  if (magnitude < 22) {
    const t = exp(magnitude);
    return 0.5 * t + 0.5 / t;
  }
  if (magnitude < 709.782712893384) return 0.5 * exp(magnitude);
  const w = exp(0.5 * magnitude);
  return 0.5 * w * w;
}

export function asinh(x: number): number {
  const a = Math.abs(x);
  if (!(a < Infinity) || a < 3.725290298461914e-9) return x;
  let w: number;
  if (a > 268435456) w = log(a) + Math.LN2;
  else if (a > 2) w = log(2 * a + 1 / (Math.sqrt(a * a + 1) + a));
  else w = log1p(a + (a * a) / (1 + Math.sqrt(1 + a * a)));
  return x < 0 ? -w : w;
}

export function acosh(x: number): number {
  if (!(x >= 1)) return NaN;
  if (x > 268435456) return x === Infinity ? x : log(x) + Math.LN2;
  if (x > 2) return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
  const t = x - 1;
  return log1p(t + Math.sqrt(2 * t + t * t));
}

export function atanh(x: number): number {
  const a = Math.abs(x);
  if (!(a <= 1)) return NaN;
  if (a === 1) return x / 0;
  if (a < 3.725290298461914e-9) return x;
  const t = a + a;
  const w = a < 0.5 ? 0.5 * log1p(t + (t * a) / (1 - a)) : 0.5 * log1p(t / (1 - a));
  return x < 0 ? -w : w;
}

// log2 and log10: the exponent apart, the rest as head + tail, so that whole powers come out whole.
let exponent = 0;
let head = 0;
let tail = 0;

function split(x: number): void {
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    k = -54;
    x *= 2 ** 54;
  }
  f64[0] = x;
  k += (u32[1] >>> 20) - 1023;
  let high = u32[1] & 0xfffff;
  const i = (high + 0x95f64) & 0x100000;
  high |= i ^ 0x3ff00000;
  u32[1] = high;
  exponent = k + (i >>> 20);
  const f = f64[0] - 1;
  const half = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const r =
    w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373)) +
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  head = clearLow(f - half);
  tail = f - head - half + s * (half + r);
}

function logarithmEdge(x: number): number | null {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  return x === Infinity ? x : x === 1 ? 0 : null;
}

export function log2(x: number): number {
  const edge = logarithmEdge(x);
  if (edge !== null) return edge;
  split(x);
  const high = head * 1.4426950407214463;
  const low = (tail + head) * 1.6751713164886512e-10 + tail * 1.4426950407214463;
  const w = exponent + high;
  return low + (exponent - w + high) + w;
}

export function log10(x: number): number {
  const edge = logarithmEdge(x);
  if (edge !== null) return edge;
  split(x);
  const high = head * 0.4342944818781689;
  const y = exponent * 0.30102999566361177;
  const low = exponent * 3.694239077158931e-13 + (tail + head) * 2.5082946711645275e-11 + tail * 0.4342944818781689;
  const w = y + high;
  return low + (y - w + high) + w;
}

export function exp2(x: number): number {
  return pow(2, x);
}
