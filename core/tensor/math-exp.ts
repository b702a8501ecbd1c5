// exp, log, pow and their kin in float64, the same bits on every host; transcribed from fdlibm (Sun Microsystems, 1993), error under 1 ulp,
// special values as in C99. Import them through math.ts.

const f64 = new Float64Array(1);
const u32 = new Int32Array(f64.buffer); // little-endian, as WebAssembly's memory: [low, high]

function high(x: number): number {
  f64[0] = x;
  return u32[1];
}

function withHigh(x: number, word: number): number {
  f64[0] = x;
  u32[1] = word;
  return f64[0];
}

function clearLow(x: number): number {
  f64[0] = x;
  u32[0] = 0;
  return f64[0];
}

/** 2^k for -1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  u32[0] = 0;
  u32[1] = (k + 1023) << 20;
  return f64[0];
}

function scale(x: number, k: number): number {
  if (k > 1023) return k > 2046 ? x * Infinity : x * powerOfTwo(1023) * powerOfTwo(k - 1023);
  if (k < -1022) return k < -2100 ? x * 0 : x * powerOfTwo(Math.max(k + 1000, -1022)) * powerOfTwo(-1000);
  return x * powerOfTwo(k);
}

export const sqrt: (x: number) => number = Math.sqrt; // correctly rounded by IEEE 754 everywhere

const LN2_HI = 0.6931471803691238;
const LN2_LO = 1.9082149292705877e-10;
const INV_LN2 = Math.LOG2E;
const P1 = 0.16666666666666602;
const P2 = -0.0027777777777015593;
const P3 = 0.00006613756321437934;
const P4 = -0.0000016533902205465252;
const P5 = 4.1381367970572385e-8;

/** e^x to about 0.6 ulp: fdlibm's series, with what is lost in reducing x and in adding 1 put back. */
export function exp(x: number): number {
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  if (Number.isNaN(x)) return x;
  const magnitude = x < 0 ? -x : x;
  if (magnitude < 3.725290298461914e-9) return 1 + x;
  let k = 0;
  let r = x;
  let rest = 0;
  if (magnitude > 0.34657359027997264) {
    k = magnitude < 1.0397207708399179 ? (x < 0 ? -1 : 1) : (INV_LN2 * x + (x < 0 ? -0.5 : 0.5)) | 0;
    const hi = x - k * LN2_HI;
    const lo = k * LN2_LO;
    r = hi - lo;
    rest = hi - r - lo;
  }
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  const sum = 1 + r;
  const value = sum + (1 - sum + r + ((r * c) / (2 - c) + rest + rest * r));
  return k === 0 ? value : scale(value, k);
}

const Q1 = -0.03333333333333313;
const Q2 = 0.0015873015872548146;
const Q3 = -0.0000793650757867488;
const Q4 = 0.000004008217827329362;
const Q5 = -2.0109921818362437e-7;

/** exp(x) - 1 without cancellation near 0. */
export function expm1(x: number): number {
  if (Number.isNaN(x) || x === 0) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -38.816242111356935) return -1;
  const magnitude = x < 0 ? -x : x;
  let k = 0;
  let c = 0;
  if (magnitude > 0.34657359027997264) {
    k = magnitude < 1.0397207708399179 ? (x < 0 ? -1 : 1) : (INV_LN2 * x + (x < 0 ? -0.5 : 0.5)) | 0;
    const hi = x - k * LN2_HI;
    const lo = k * LN2_LO;
    x = hi - lo;
    c = hi - x - lo;
  } else if (magnitude < 5.551115123125783e-17) return x;
  const hfx = 0.5 * x;
  const hxs = x * hfx;
  const r1 = 1 + hxs * (Q1 + hxs * (Q2 + hxs * (Q3 + hxs * (Q4 + hxs * Q5))));
  let t = 3 - r1 * hfx;
  let e = hxs * ((r1 - t) / (6 - x * t));
  if (k === 0) return x - (x * e - hxs);
  e = x * (e - c) - c - hxs;
  if (k === -1) return 0.5 * (x - e) - 0.5;
  if (k === 1) return x < -0.25 ? -2 * (e - (x + 0.5)) : 1 + 2 * (x - e);
  if (k <= -2 || k > 56) return scale(1 - (e - x), k) - 1;
  t = powerOfTwo(-k);
  return scale(k < 20 ? 1 - t - (e - x) : x - (e + t) + 1, k);
}

export function tanh(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = x < 0 ? -x : x;
  if (magnitude < 3.725290298461914e-9) return x;
  let z = 1;
  if (magnitude < 22) {
    if (magnitude >= 1) z = 1 - 2 / (expm1(2 * magnitude) + 2);
    else {
      const t = expm1(-2 * magnitude);
      z = -t / (t + 2);
    }
  }
  return x < 0 ? -z : z;
}

const LG1 = 0.6666666666666735;
const LG2 = 0.3999999999940942;
const LG3 = 0.2857142874366239;
const LG4 = 0.22222198432149784;
const LG5 = 0.1818357216161805;
const LG6 = 0.15313837699209373;
const LG7 = 0.14798198605116586;

export function log(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x === Infinity) return x;
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    k = -54;
    x *= 2 ** 54;
  }
  let hx = high(x);
  k += (hx >> 20) - 1023;
  hx &= 0xfffff;
  const i = (hx + 0x95f64) & 0x100000;
  x = withHigh(x, hx | (i ^ 0x3ff00000)); // x or x/2, near 1
  k += i >> 20;
  const f = x - 1;
  if ((0xfffff & (2 + hx)) < 3) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HI + k * LN2_LO;
    const r = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - r : k * LN2_HI - (r - k * LN2_LO - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const r = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7))) + w * (LG2 + w * (LG4 + w * LG6));
  if (((hx - 0x6147a) | (0x6b851 - hx)) > 0) {
    const half = 0.5 * f * f;
    return k === 0 ? f - (half - s * (half + r)) : k * LN2_HI - (half - (s * (half + r) + k * LN2_LO) - f);
  }
  return k === 0 ? f - s * (f - r) : k * LN2_HI - (s * (f - r) - k * LN2_LO - f);
}

/** log(1 + x) without cancellation near 0. */
export function log1p(x: number): number {
  if (x === -1) return -Infinity;
  if (!(x > -1)) return NaN;
  if (x === Infinity) return x;
  const magnitude = x < 0 ? -x : x;
  if (magnitude < 1.862645149230957e-9) return magnitude < 5.551115123125783e-17 ? x : x - x * x * 0.5;
  let k = 0;
  let f = x;
  let hu = 1;
  let c = 0;
  if (x >= 0.41421356237309503 || x <= -0.29289321881345254) {
    let u = x;
    if (x < 2 ** 53) {
      u = 1 + x;
      k = (high(u) >> 20) - 1023;
      c = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    } else k = (high(u) >> 20) - 1023;
    hu = high(u) & 0xfffff;
    if (hu < 0x6a09e) u = withHigh(u, hu | 0x3ff00000);
    else {
      k += 1;
      u = withHigh(u, hu | 0x3fe00000);
      hu = (0x100000 - hu) >> 2;
    }
    f = u - 1;
  }
  const half = 0.5 * f * f;
  if (hu === 0) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HI + (c + k * LN2_LO);
    const r = half * (1 - 0.6666666666666666 * f);
    return k === 0 ? f - r : k * LN2_HI - (r - (k * LN2_LO + c) - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const r = z * (LG1 + z * (LG2 + z * (LG3 + z * (LG4 + z * (LG5 + z * (LG6 + z * LG7))))));
  return k === 0 ? f - (half - s * (half + r)) : k * LN2_HI - (half - (s * (half + r) + (k * LN2_LO + c)) - f);
}

const L1 = 0.5999999999999946;
const L2 = 0.4285714285785502;
const L3 = 0.33333332981837743;
const L4 = 0.272728123808534;
const L5 = 0.23066074577556175;
const L6 = 0.20697501780033842;
const CP = 0.9617966939259756;
const CP_H = 0.9617967009544373;
const CP_L = -7.028461650952758e-9;
const LG2_ALL = Math.LN2;
const LG2_H = 0.6931471824645996;
const LG2_L = -1.904654299957768e-9;
const IVLN2_H = 1.4426950216293335;
const IVLN2_L = 1.9259629911266175e-8;

/** x^y as C99 has it: 1^NaN = 1, (-1)^±∞ = 1 (JavaScript's ** gives NaN for both). */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === -1) return 1 / x;
  if (y === 0.5 && x >= 0) return Math.sqrt(x);
  let ax = x < 0 ? -x : x;
  const yLarge = y < 0 ? -y : y;
  const integer = Math.floor(y) === y;
  const odd = integer && yLarge < 2 ** 53 && yLarge % 2 === 1;
  const negative = x < 0 || Object.is(x, -0);
  if (yLarge === Infinity) return ax === 1 ? 1 : ax > 1 === y > 0 ? Infinity : 0;
  const sign = negative && odd ? -1 : 1;
  if (ax === 0 || ax === Infinity) return sign * ((ax === 0) === y < 0 ? Infinity : 0);
  if (x < 0 && !integer) return NaN;
  if (ax === 1) return sign;

  let t1: number;
  let t2: number;
  let ix = high(ax);
  if (yLarge > 2147483648) {
    if (ix < 0x3fefffff || yLarge > 2 ** 64) return sign * (ax < 1 === y < 0 ? Infinity : 0);
    if (ix > 0x3ff00000) return sign * (y > 0 ? Infinity : 0);
    const t = ax - 1; // |t| < 2^-20
    const w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25));
    const u = IVLN2_H * t;
    const v = t * IVLN2_L - w * INV_LN2;
    t1 = clearLow(u + v);
    t2 = v - (t1 - u);
  } else {
    let n = 0;
    if (ix < 0x00100000) {
      ax *= 2 ** 53;
      n = -53;
      ix = high(ax);
    }
    n += (ix >> 20) - 1023;
    const j = ix & 0xfffff;
    ix = j | 0x3ff00000;
    let k = 0;
    if (j > 0x3988e) {
      if (j < 0xbb67a) k = 1;
      else {
        n += 1;
        ix -= 0x00100000;
      }
    }
    ax = withHigh(ax, ix);
    const base = k === 0 ? 1 : 1.5;
    let u = ax - base;
    let v = 1 / (ax + base);
    const s = u * v;
    const sH = clearLow(s);
    let tH = withHigh(0, ((ix >> 1) | 0x20000000) + 0x00080000 + (k << 18));
    let tL = ax - (tH - base);
    const sL = v * (u - sH * tH - sH * tL);
    let s2 = s * s;
    const r = s2 * s2 * (L1 + s2 * (L2 + s2 * (L3 + s2 * (L4 + s2 * (L5 + s2 * L6))))) + sL * (sH + s);
    s2 = sH * sH;
    tH = clearLow(3 + s2 + r);
    tL = r - (tH - 3 - s2);
    u = sH * tH;
    v = sL * tH + tL * s;
    const pH = clearLow(u + v);
    const pL = v - (pH - u);
    const zH = CP_H * pH;
    const zL = CP_L * pH + pL * CP + (k === 0 ? 0 : 1.350039202129749e-8);
    const dpH = k === 0 ? 0 : 0.5849624872207642;
    t1 = clearLow(zH + zL + dpH + n);
    t2 = zL - (t1 - n - dpH - zH);
  }

  // x^y = 2^(pH + pL); n the whole part
  const y1 = clearLow(y);
  const pL = (y - y1) * t1 + y * t2;
  let pH = y1 * t1;
  let z = pL + pH;
  if (z > 1024 || (z === 1024 && pL + 8.008566259537294e-17 > z - pH)) return sign * Infinity;
  if (z < -1075 || (z === -1075 && pL <= z - pH)) return sign * 0;
  const n = z < 0 ? -Math.floor(0.5 - z) : Math.floor(z + 0.5);
  pH -= n;
  const t = clearLow(pL + pH);
  const u = t * LG2_H;
  const v = (pL - (t - pH)) * LG2_ALL + t * LG2_L;
  z = u + v;
  const w = v - (z - u);
  const zz = z * z;
  const c = z - zz * (P1 + zz * (P2 + zz * (P3 + zz * (P4 + zz * P5))));
  return sign * scale(1 - ((z * c) / (c - 2) - (w + z * w) - z), n);
}
