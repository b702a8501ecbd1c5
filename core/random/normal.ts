// torch's two ways from uniforms to normals on the CPU: pairs in float64 below 16 elements, blocks of 16 from there on.
// The float32 blocks use the short polynomials of torch's AVX2 kernel (avx_mathfun, after Cephes), in its order of operations.
import { cos, log1p, sin } from '../tensor/math.ts';
import { fusedMultiplyAdd } from './fused-multiply-add.ts';
import type { Generator } from './generator.ts';
import { roundedLog } from './rounded-log.ts';

const round = Math.fround;

/** One standard normal in float64 (Box-Muller): the cosine first, the sine kept for the next call. */
export function standardNormal(generator: Generator): number {
  if (generator.keptNormal !== null) {
    const kept = generator.keptNormal;
    generator.keptNormal = null;
    return kept;
  }
  const angle = 2 * Math.PI * generator.uniform53();
  const radius = Math.sqrt(-2 * log1p(-generator.uniform53()));
  generator.keptNormal = radius * sin(angle);
  return radius * cos(angle);
}

/** Fills `out` (16 elements or more): uniforms first, then blocks; a length that is no multiple of 16 draws the last 16 again. */
export function fillNormalBlocks(generator: Generator, out: Float32Array | Float64Array, mean: number, std: number): void {
  const single = out instanceof Float32Array;
  const block = single ? singleBlock : doubleBlock;
  const n = out.length;
  for (let i = 0; i < n; i++) out[i] = single ? generator.uniform24() : generator.uniform53();
  for (let i = 0; i + 16 <= n; i += 16) block(out, i, mean, std);
  if (n % 16 !== 0) {
    for (let i = n - 16; i < n; i++) out[i] = single ? generator.uniform24() : generator.uniform53();
    block(out, n - 16, mean, std);
  }
}

type Block = (out: Float32Array | Float64Array, start: number, mean: number, std: number) => void;

const doubleBlock: Block = (out, start, mean, std) => {
  for (let j = start; j < start + 8; j++) {
    const radius = Math.sqrt(-2 * roundedLog(1 - out[j]));
    const angle = 2 * Math.PI * out[j + 8];
    out[j] = fusedMultiplyAdd(radius * cos(angle), std, mean);
    out[j + 8] = fusedMultiplyAdd(radius * sin(angle), std, mean);
  }
};

const TWO_PI = round(2 * Math.PI);

const singleBlock: Block = (out, start, meanExact, stdExact) => {
  const mean = round(meanExact);
  const std = round(stdExact);
  for (let j = start; j < start + 8; j++) {
    const radius = round(Math.sqrt(round(-2 * logShort(round(1 - out[j])))));
    sineCosineShort(round(TWO_PI * out[j + 8]));
    out[j] = round(round(radius * cosine) * std + mean);
    out[j + 8] = round(round(radius * sine) * std + mean);
  }
};

/** a·b + c rounded once to float32: the product of two float32 is exact in float64. */
const fused = (a: number, b: number, c: number): number => round(a * b + c);

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

const LOG_P = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1,
  3.3333331174e-1,
].map(round);
const SQRT_HALF = round(Math.SQRT1_2);
const LOG_Q1 = round(-2.1219444e-4);
const LOG_Q2 = round(0.693359375);

/** log256_ps of avx_mathfun for 0 < x. */
function logShort(x: number): number {
  float[0] = Math.max(x, 1.1754943508222875e-38);
  let e = (bits[0] >>> 23) - 126;
  bits[0] = (bits[0] & ~0x7f800000) | 0x3f000000;
  let m = float[0];
  if (m < SQRT_HALF) {
    e -= 1;
    m = round(round(m - 1) + m);
  } else m = round(m - 1);
  const z = round(m * m);
  let y = LOG_P[0];
  for (let i = 1; i < 9; i++) y = fused(y, m, LOG_P[i]);
  y = fused(round(y * m), z, round(e * LOG_Q1));
  y = fused(-z, 0.5, y);
  return fused(e, LOG_Q2, round(m + y));
}

const FOUR_OVER_PI = round(1.27323954473516);
const DP1 = -0.78515625;
const DP2 = round(-2.4187564849853516e-4);
const DP3 = round(-3.774894977445941e-8);
const SIN_P = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(round);
const COS_P = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(round);
let sine = 0;
let cosine = 0;

/** sincos256_ps of avx_mathfun for 0 ≤ x; leaves the results in `sine` and `cosine`. */
function sineCosineShort(x: number): void {
  const octant = (Math.trunc(round(x * FOUR_OVER_PI)) + 1) & ~1;
  let r = fused(octant, DP1, x);
  r = fused(octant, DP2, r);
  r = fused(octant, DP3, r);
  const z = round(r * r);
  let c = fused(COS_P[0], z, COS_P[1]);
  c = fused(c, z, COS_P[2]);
  c = round(fused(round(c * z), z, -0.5 * z) + 1);
  let s = fused(SIN_P[0], z, SIN_P[1]);
  s = fused(s, z, SIN_P[2]);
  s = fused(round(s * z), r, r);
  const swap = (octant & 2) !== 0;
  sine = (octant & 4) !== 0 ? -(swap ? c : s) : swap ? c : s;
  cosine = ((octant - 2) & 4) === 0 ? -(swap ? s : c) : swap ? s : c;
}
