// The primitives of elementwise expressions as loops over blocks of doubles: one tight loop each. Names no op.
import type { Binary, Unary } from '../../tensor/expr.ts';
import { roundTo } from '../../tensor/half.ts';
import * as math from '../../tensor/math.ts';

type UnaryLoop = (x: Float64Array, out: Float64Array, n: number) => void;
type BinaryLoop = (x: Float64Array, y: Float64Array, out: Float64Array, n: number) => void;

/** One loop per function: the callee is a constant of the loop's own closure context, but hot ones are written out below. */
function loop1(f: (x: number) => number): UnaryLoop {
  return (x, out, n) => {
    for (let i = 0; i < n; i++) out[i] = f(x[i]);
  };
}
function loop2(f: (x: number, y: number) => number): BinaryLoop {
  return (x, y, out, n) => {
    for (let i = 0; i < n; i++) out[i] = f(x[i], y[i]);
  };
}

const f64 = new Float64Array(1);
const i32 = new Int32Array(f64.buffer); // little-endian: [low, high]
/** The high word of √½, less its last bits. */
const ROOT_HALF = 0x3fe6a09e;

function binade(x: number): number {
  f64[0] = x;
  return (i32[1] - ROOT_HALF) >> 20;
}
function fraction(x: number): number {
  f64[0] = x;
  i32[1] -= ((i32[1] - ROOT_HALF) >> 20) << 20;
  return f64[0];
}
function lifted(x: number, y: number): number {
  f64[0] = x;
  i32[1] += (y - 6755399441055744) << 20;
  return f64[0];
}
function flipped(x: number, y: number): number {
  return (y & 1) === 1 ? -x : x;
}

const unaryScalar: Record<Unary, (x: number) => number> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  exp: math.exp,
  exp2: math.exp2,
  expm1: math.expm1,
  log: math.log,
  log2: math.log2,
  log10: math.log10,
  log1p: math.log1p,
  sin: math.sin,
  cos: math.cos,
  tan: math.tan,
  asin: math.asin,
  acos: math.acos,
  atan: math.atan,
  sinh: math.sinh,
  cosh: math.cosh,
  tanh: math.tanh,
  asinh: math.asinh,
  acosh: math.acosh,
  atanh: math.atanh,
  erf: math.erf,
  erfc: math.erfc,
  floor: Math.floor,
  ceil: Math.ceil,
  round: math.roundHalfEven,
  trunc: Math.trunc,
  isnan: (x) => (x !== x ? 1 : 0),
  isinf: (x) => (x === Infinity || x === -Infinity ? 1 : 0),
  not: (x) => (x === 0 ? 1 : 0),
  sigmoid: (x) => 1 / (1 + math.exp(-x)),
  signbit: (x) => (x < 0 || Object.is(x, -0) ? 1 : 0),
  mantissa: (x) => math.frexp(x)[0],
  exponent: (x) => math.frexp(x)[1],
  binade,
  fraction,
  wound: math.wound,
  lgamma: math.lgamma,
  digamma: math.digamma,
  erfinv: math.erfinv,
  i0: math.i0,
  i0e: math.i0e,
  i1: math.i1,
  i1e: math.i1e,
  f32: Math.fround,
  f16: (x) => roundTo('float16', x),
  bf16: (x) => roundTo('bfloat16', x),
};

/** Python's modulo: the sign of the divisor. */
function remainder(x: number, y: number): number {
  const r = x % y;
  return r !== 0 && r < 0 !== y < 0 ? r + y : r;
}
/** Floor division as torch's div_floor_floating: exact where x / y rounds up across a whole number. */
function floorDivide(x: number, y: number): number {
  if (y === 0) return x / y;
  const r = x % y;
  let q = (x - r) / y;
  if (r !== 0 && y < 0 !== r < 0) q -= 1;
  if (q === 0) return 0 * (x / y);
  const f = Math.floor(q);
  return q - f > 0.5 ? f + 1 : f;
}

const binaryScalar: Record<Binary, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  pow: math.pow,
  atan2: math.atan2,
  maximum: (x, y) => Math.max(x, y),
  minimum: (x, y) => Math.min(x, y),
  fmod: (x, y) => x % y,
  remainder,
  floordiv: floorDivide,
  truncdiv: (x, y) => Math.trunc(x / y),
  eq: (x, y) => (x === y ? 1 : 0),
  ne: (x, y) => (x !== y ? 1 : 0),
  lt: (x, y) => (x < y ? 1 : 0),
  le: (x, y) => (x <= y ? 1 : 0),
  gt: (x, y) => (x > y ? 1 : 0),
  ge: (x, y) => (x >= y ? 1 : 0),
  and: (x, y) => (x !== 0 && y !== 0 ? 1 : 0),
  or: (x, y) => (x !== 0 || y !== 0 ? 1 : 0),
  xor: (x, y) => ((x !== 0) !== (y !== 0) ? 1 : 0),
  bitand: (x, y) => Number(BigInt(x) & BigInt(y)),
  bitor: (x, y) => Number(BigInt(x) | BigInt(y)),
  bitxor: (x, y) => Number(BigInt(x) ^ BigInt(y)),
  shl: (x, y) => (y < 0 || y > 63 ? 0 : Number(BigInt.asIntN(64, BigInt(x) << BigInt(y)))),
  shr: (x, y) => (y < 0 || y > 63 ? (x < 0 ? -1 : 0) : Math.floor(x / 2 ** y)),
  gcd: math.gcd,
  lcm: math.lcm,
  atmost: Math.min,
  atleast: Math.max,
  lifted,
  flipped,
  hypot: math.hypot,
  copysign: math.copysign,
  nextafter: (x, y) => math.nextafter(x, y, false),
  nextfloat: (x, y) => math.nextafter(x, y, true),
  polygamma: math.polygamma,
  zeta: math.zeta,
  igamma: math.igamma,
  igammac: math.igammac,
};

export const unaryLoops = Object.fromEntries(Object.entries(unaryScalar).map(([name, f]) => [name, loop1(f)])) as Record<Unary, UnaryLoop>;
export const binaryLoops = Object.fromEntries(Object.entries(binaryScalar).map(([name, f]) => [name, loop2(f)])) as Record<
  Binary,
  BinaryLoop
>;

// Written out so that the engine compiles each on its own.
unaryLoops.neg = (x, out, n) => {
  for (let i = 0; i < n; i++) out[i] = -x[i];
};
unaryLoops.abs = (x, out, n) => {
  for (let i = 0; i < n; i++) out[i] = Math.abs(x[i]);
};
binaryLoops.add = (x, y, out, n) => {
  for (let i = 0; i < n; i++) out[i] = x[i] + y[i];
};
binaryLoops.sub = (x, y, out, n) => {
  for (let i = 0; i < n; i++) out[i] = x[i] - y[i];
};
binaryLoops.mul = (x, y, out, n) => {
  for (let i = 0; i < n; i++) out[i] = x[i] * y[i];
};
binaryLoops.div = (x, y, out, n) => {
  for (let i = 0; i < n; i++) out[i] = x[i] / y[i];
};
binaryLoops.atmost = (x, y, out, n) => {
  for (let i = 0; i < n; i++) out[i] = Math.min(x[i], y[i]);
};
binaryLoops.atleast = (x, y, out, n) => {
  for (let i = 0; i < n; i++) out[i] = Math.max(x[i], y[i]);
};
binaryLoops.lifted = (x, y, out, n) => {
  for (let i = 0; i < n; i++) out[i] = lifted(x[i], y[i]);
};
