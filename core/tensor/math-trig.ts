// sin, cos and tan in float64, the same bits on every host; fdlibm's kernels (Sun Microsystems, 1993), error under 1 ulp.
// Import them through math.ts.

const f64 = new Float64Array(1);
const u64 = new BigUint64Array(f64.buffer);

const INV_PIO2 = 0.6366197723675814;
const PIO2_1 = 1.5707963267341256;
const PIO2_1T = 6.077100506506192e-11;
const PIO2_2 = 6.077100506303966e-11;
const PIO2_2T = 2.0222662487959506e-21;
const PIO2_3 = 2.0222662487111665e-21;
const PIO2_3T = 8.4784276603689e-32;

/** 2/π to 1,224 binary places. */
const TWO_OVER_PI = BigInt(
  '0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0',
);
const TWO_OVER_PI_BITS = 1224n;

// The reduced argument: quadrant, and x - quadrant·π/2 as head + tail.
let quadrant = 0;
let head = 0;
let tail = 0;

function reduce(x: number): void {
  const magnitude = x < 0 ? -x : x;
  if (magnitude <= 0.7853981633974483) {
    quadrant = 0;
    head = x;
    tail = 0;
    return;
  }
  if (magnitude > 1647099.3291) {
    reduceLarge(x);
    return;
  }
  const n = Math.floor(x * INV_PIO2 + 0.5);
  let r = x - n * PIO2_1;
  let w = n * PIO2_1T;
  head = r - w;
  if (Math.abs(head) < magnitude * 2 ** -16) {
    let t = r;
    w = n * PIO2_2;
    r = t - w;
    w = n * PIO2_2T - (t - r - w);
    head = r - w;
    if (Math.abs(head) < magnitude * 2 ** -48) {
      t = r;
      w = n * PIO2_3;
      r = t - w;
      w = n * PIO2_3T - (t - r - w);
      head = r - w;
    }
  }
  tail = r - head - w;
  quadrant = n & 3;
}

/** Exact reduction by 2/π in whole numbers: slow, for |x| above 2^20·π/2 only. */
function reduceLarge(x: number): void {
  f64[0] = x < 0 ? -x : x;
  const bits = u64[0];
  const mantissa = (bits & 0xfffffffffffffn) | 0x10000000000000n;
  const exponent = Number(bits >> 52n) - 1075; // x = mantissa · 2^exponent
  const places = TWO_OVER_PI_BITS - BigInt(exponent); // of the product; x < 2^1024 leaves 200 good ones
  const product = mantissa * TWO_OVER_PI;
  const one = 1n << places;
  let whole = product >> places;
  let fraction = product & (one - 1n);
  if (fraction >= one >> 1n) {
    whole += 1n;
    fraction -= one;
  }
  // fraction · π/2 with 128 places
  const scaled = places > 128n ? fraction >> (places - 128n) : fraction << (128n - places);
  const halfPi = 0x1921fb54442d18469898cc51701b839a2n; // π/2 · 2^128
  const y = (scaled * halfPi) >> 128n;
  const top = Number(y); // correctly rounded
  head = top * 2 ** -128;
  tail = Number(y - BigInt(top)) * 2 ** -128;
  quadrant = Number(whole & 3n);
  if (x < 0) {
    head = -head;
    tail = -tail;
    quadrant = -quadrant & 3;
  }
}

/** x, or where that is large (10⁶) what sine and cosine take for it, between -π and π. */
export function wound(x: number): number {
  if (!(Math.abs(x) > 1e6) || x - x !== 0) return x;
  reduce(x);
  return (quadrant > 2 ? quadrant - 4 : quadrant) * (Math.PI / 2) + head;
}

function sinKernel(x: number, y: number): number {
  const z = x * x;
  const v = z * x;
  const r =
    0.00833333333332249 +
    z * (-0.0001984126982985795 + z * (0.0000027557313707070068 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  return x - (z * (0.5 * y - v * r) - y - v * -0.16666666666666632);
}

function cosKernel(x: number, y: number): number {
  const z = x * x;
  const w = z * z;
  const r =
    z * (0.0416666666666666 + z * (-0.001388888888887411 + z * 0.00002480158728947673)) +
    w * w * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11));
  const half = 0.5 * z;
  const u = 1 - half;
  return u + (1 - u - half + (z * r - x * y));
}

export function sin(x: number): number {
  if (x - x !== 0) return NaN;
  if (x === 0) return x;
  reduce(x);
  const s = quadrant & 1 ? cosKernel(head, tail) : sinKernel(head, tail);
  return quadrant & 2 ? -s : s;
}

export function cos(x: number): number {
  if (x - x !== 0) return NaN;
  reduce(x);
  const c = quadrant & 1 ? sinKernel(head, tail) : cosKernel(head, tail);
  return quadrant === 1 || quadrant === 2 ? -c : c;
}

/** sin/cos: within 2 ulp. */
export function tan(x: number): number {
  if (x - x !== 0) return NaN;
  if (x === 0) return x;
  reduce(x);
  const s = sinKernel(head, tail);
  const c = cosKernel(head, tail);
  return quadrant & 1 ? -c / s : s / c;
}
