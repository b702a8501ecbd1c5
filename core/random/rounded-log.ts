// The natural logarithm rounded correctly but for about one argument in ten thousand: float64 normals are printed to the last digit,
// and the C library behind NumPy and torch is as good, where fdlibm's logarithm misses one in twenty. Knows nothing else.
import { productError } from './fused-multiply-add.ts';

const f64 = new Float64Array(1);
const u32 = new Uint32Array(f64.buffer);

const LN2_HIGH = 0.6931471803691238; // 33 bits: times an exponent it is exact
const LN2_LOW = 1.9082149292705877e-10;
const TWO_THIRDS = 2 / 3;
const TWO_THIRDS_LOW = 3.700743415417188e-17;

/**
 * log x for normal x > 0. With x = 2^k·m, √½ ≤ m < √2 and s = (m − 1)/(m + 1):
 * log m = 2s + s·(⅔z + ⅖z² + …), z = s², where s, z and the first term are carried in two doubles each.
 */
export function roundedLog(x: number): number {
  f64[0] = x;
  const fraction = u32[1] & 0xfffff;
  const halve = fraction >= 0x6a09f ? 1 : 0;
  const k = (u32[1] >>> 20) - 1023 + halve;
  u32[1] = fraction | ((1023 - halve) << 20);
  const f = f64[0] - 1; // exact
  if (f === 0) return k * LN2_HIGH + k * LN2_LOW;
  const d = 2 + f;
  const s = f / d;
  const product = s * d;
  const sLow = (f - product - productError(s, d, product) - s * (f - (d - 2))) / d;
  const z = s * s;
  const zLow = productError(s, s, z) + 2 * s * sLow;
  let tail = 2 / 29;
  for (let n = 27; n >= 5; n -= 2) tail = 2 / n + z * tail;
  const first = z * TWO_THIRDS;
  const firstLow = productError(z, TWO_THIRDS, first) + z * TWO_THIRDS_LOW + zLow * TWO_THIRDS;
  const rest = z * z * tail;
  const w = first + rest;
  const wLow = first - w + rest + firstLow;
  const t = s * w;
  const tLow = productError(s, w, t) + s * wLow + sLow * w;
  const high = 2 * s + t;
  const low = 2 * s - high + t + tLow + 2 * sLow;
  if (k === 0) return high + low;
  const whole = k * LN2_HIGH;
  const sum = whole + high;
  return sum + (whole - sum + high + low + k * LN2_LOW);
}
