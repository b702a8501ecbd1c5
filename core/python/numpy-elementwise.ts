// NumPy's element-by-element functions: one row per name, float and integer forms. Broadcasting and types are decided here, no Python.
import { roundTo } from '../tensor/half.ts';
import * as math from '../tensor/math.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  type ArrayType,
  arrayType,
  bigintsOf,
  broadcastShapes,
  bytesOf,
  made,
  mapped,
  NumpyError,
  numbersOf,
  withStretched,
} from './numpy-array.ts';
import { floatFor, isFloat, promote, type Weak } from './numpy-promote.ts';

type Whole = (a: bigint, b: bigint) => bigint;
type Real = (a: number, b: number) => number;

/** `result`: `same` as the operands' common type, `float` (integers become float64), or `bool`. */
interface Binary {
  readonly result: 'same' | 'float' | 'bool';
  readonly real: Real | null;
  readonly whole: Whole | null;
  /** For two bools; null: refused by NumPy. Missing: as the integers. */
  readonly bool?: Real | null;
}

const floorMod: Real = (a, b) => {
  if (b === 0) return Number.NaN;
  const m = a % b;
  if (m === 0) return b < 0 ? -0 : 0;
  return m < 0 !== b < 0 ? m + b : m;
};
const floorDivide: Real = (a, b) => {
  if (b === 0) return a / b;
  const m = a % b;
  const d = (a - m) / b - (m !== 0 && m < 0 !== b < 0 ? 1 : 0);
  if (d === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(d);
  return d - floor > 0.5 ? floor + 1 : floor;
};
const wholeDivide: Whole = (a, b) => (b === 0n ? 0n : a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n));
const wholePower: Whole = (a, b) => {
  if (b < 0n) throw new NumpyError('ValueError', 'Integers to negative integer powers are not allowed.');
  let result = 1n;
  for (let base = a, left = b; left > 0n; left >>= 1n) {
    if (left & 1n) result = BigInt.asIntN(64, result * base);
    base = BigInt.asIntN(64, base * base);
  }
  return result;
};
const realPower: Real = (a, b) => (b === 2 ? a * a : b === 1 ? a : b === 0.5 ? Math.sqrt(a) : b === -1 ? 1 / a : math.pow(a, b));
const largest: Real = (a, b) => (a >= b || Number.isNaN(a) ? a : b);
const least: Real = (a, b) => (a <= b || Number.isNaN(a) ? a : b);

const wholeLargest: Whole = (a, b) => {
  if (a > b) return a;
  return b;
};
const wholeLeast: Whole = (a, b) => {
  if (a < b) return a;
  return b;
};

const compare = (real: Real, whole: (a: bigint, b: bigint) => boolean): Binary => ({
  result: 'bool',
  real,
  whole: (a, b) => (whole(a, b) ? 1n : 0n),
});
const logical = (real: Real): Binary => ({ result: 'bool', real, whole: (a, b) => BigInt(real(Number(a !== 0n), Number(b !== 0n))) });

const binaries: Readonly<Record<string, Binary>> = {
  add: { result: 'same', real: (a, b) => a + b, whole: (a, b) => a + b, bool: (a, b) => a | b },
  subtract: { result: 'same', real: (a, b) => a - b, whole: (a, b) => a - b, bool: null },
  multiply: { result: 'same', real: (a, b) => a * b, whole: (a, b) => a * b, bool: (a, b) => a & b },
  divide: { result: 'float', real: (a, b) => a / b, whole: null },
  floor_divide: { result: 'same', real: floorDivide, whole: wholeDivide },
  remainder: { result: 'same', real: floorMod, whole: (a, b) => (b === 0n ? 0n : a - b * wholeDivide(a, b)) },
  fmod: { result: 'same', real: (a, b) => a % b, whole: (a, b) => (b === 0n ? 0n : a % b) },
  power: { result: 'same', real: realPower, whole: wholePower },
  maximum: { result: 'same', real: largest, whole: wholeLargest },
  minimum: { result: 'same', real: least, whole: wholeLeast },
  fmax: { result: 'same', real: (a, b) => (Number.isNaN(a) || a < b ? b : a), whole: wholeLargest },
  fmin: { result: 'same', real: (a, b) => (Number.isNaN(a) || a > b ? b : a), whole: wholeLeast },
  hypot: { result: 'float', real: (a, b) => Math.sqrt(a * a + b * b), whole: null },
  arctan2: { result: 'float', real: math.atan2, whole: null },
  logaddexp: {
    result: 'float',
    real: (a, b) => (a === b ? a + Math.LN2 : Math.max(a, b) + math.log1p(math.exp(-Math.abs(a - b)))),
    whole: null,
  },
  copysign: { result: 'float', real: (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a)), whole: null },
  bitwise_and: { result: 'same', real: null, whole: (a, b) => a & b },
  bitwise_or: { result: 'same', real: null, whole: (a, b) => a | b },
  bitwise_xor: { result: 'same', real: null, whole: (a, b) => a ^ b },
  left_shift: { result: 'same', real: null, whole: (a, b) => (b > 63n ? 0n : a << b) },
  right_shift: { result: 'same', real: null, whole: (a, b) => a >> (b > 63n ? 63n : b) },
  equal: compare(
    (a, b) => +(a === b),
    (a, b) => a === b,
  ),
  not_equal: compare(
    (a, b) => +(a !== b),
    (a, b) => a !== b,
  ),
  less: compare(
    (a, b) => +(a < b),
    (a, b) => a < b,
  ),
  less_equal: compare(
    (a, b) => +(a <= b),
    (a, b) => a <= b,
  ),
  greater: compare(
    (a, b) => +(a > b),
    (a, b) => a > b,
  ),
  greater_equal: compare(
    (a, b) => +(a >= b),
    (a, b) => a >= b,
  ),
  logical_and: logical((a, b) => +(a !== 0 && b !== 0)),
  logical_or: logical((a, b) => +(a !== 0 || b !== 0)),
  logical_xor: logical((a, b) => +((a !== 0) !== (b !== 0))),
};

/** An operand: an array, or a number with the type it has (a Python scalar is weak). */
export type Operand = Tensor | { readonly value: number | bigint; readonly type: ArrayType | Weak };
const isArray = (x: Operand): x is Tensor => 'storage' in x;
const typeOf = (x: Operand): ArrayType | Weak => (isArray(x) ? arrayType(x) : x.type);

/** `name(a, b)` into a new array the caller owns. At least one operand is an array. */
export function binary(name: string, a: Operand, b: Operand): Tensor {
  const row = binaries[name];
  if (row === undefined) throw new NumpyError('NotImplementedError', `numpy.${name} is not in Nabla yet`);
  const shape = broadcastShapes([a, b].filter(isArray).map((x) => x.shape));
  const common = promote(typeOf(a), typeOf(b));
  const work =
    row.result !== 'float' || isFloat(common) ? common : name === 'divide' ? 'float64' : promote(inFloats(typeOf(a)), inFloats(typeOf(b)));
  const out: ArrayType = row.result === 'bool' ? 'bool' : work;
  if (isFloat(work)) {
    if (row.real === null) throw unsupported(name);
    const results = overReals(row.real, lane(a, shape, work), lane(b, shape, work), size(shape));
    return made(out, shape, out === 'float16' ? singles(results) : results);
  }
  if (common === 'bool' && row.bool === null) {
    throw new NumpyError(
      'TypeError',
      'numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead.',
    );
  }
  if (common === 'bool' && row.bool) return made(out, shape, overReals(row.bool, lane(a, shape, work), lane(b, shape, work), size(shape)));
  if (row.whole === null) throw unsupported(name);
  return made(out, shape, overWholes(row.whole, wholeLane(a, shape, work), wholeLane(b, shape, work), size(shape)));
}

/** float16 is computed as float32 and rounded again. */
const singles = (data: Float64Array): Float64Array => data.map(Math.fround);

/** A function of floats takes each operand in the smallest float for its own type. */
const inFloats = (type: ArrayType | Weak): ArrayType | Weak => (type.startsWith('weak') ? type : floatFor(type as ArrayType));

const size = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);
const unsupported = (name: string) =>
  new NumpyError(
    'TypeError',
    `ufunc '${name}' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''`,
  );

function lane(x: Operand, shape: readonly number[], work: ArrayType): ArrayLike<number> {
  if (isArray(x)) return x.numel === 1 ? numbersOf(x) : withStretched(x, shape, numbersOf);
  const value = Number(x.value);
  return [work === 'float32' ? Math.fround(value) : work === 'float16' ? roundTo('float16', value) : value];
}

function wholeLane(x: Operand, shape: readonly number[], work: ArrayType): BigInt64Array {
  if (isArray(x)) return x.numel === 1 ? bigintsOf(x) : withStretched(x, shape, bigintsOf);
  const value = BigInt(x.value);
  const unsigned = work.startsWith('uint');
  const bits = work === 'bool' ? 63n : BigInt(bytesOf(work) * 8 - (unsigned ? 0 : 1));
  if (value >= 1n << bits || value < (unsigned ? 0n : -(1n << bits))) {
    throw new NumpyError('OverflowError', `Python integer ${value} out of bounds for ${work}`);
  }
  return BigInt64Array.of(value);
}

function overReals(f: Real, a: ArrayLike<number>, b: ArrayLike<number>, n: number): Float64Array {
  const out = new Float64Array(n);
  const stepA = a.length === 1 ? 0 : 1;
  const stepB = b.length === 1 ? 0 : 1;
  for (let i = 0; i < n; i++) out[i] = f(a[i * stepA], b[i * stepB]);
  return out;
}

function overWholes(f: Whole, a: BigInt64Array, b: BigInt64Array, n: number): BigInt64Array {
  const out = new BigInt64Array(n);
  const stepA = a.length === 1 ? 0 : 1;
  const stepB = b.length === 1 ? 0 : 1;
  for (let i = 0; i < n; i++) out[i] = BigInt.asIntN(64, f(a[i * stepA], b[i * stepB]));
  return out;
}

/** Round half to even. */
export function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  const r = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
  return r === 0 && (x < 0 || Object.is(x, -0)) ? -0 : r;
}

/** Float in, float out; integers become float64 first. */
const floating: Readonly<Record<string, (x: number) => number>> = {
  exp: math.exp,
  arctan: math.atan,
  arcsin: math.asin,
  arccos: math.acos,
  arcsinh: math.asinh,
  arccosh: math.acosh,
  arctanh: math.atanh,
  expm1: math.expm1,
  exp2: math.exp2,
  log: math.log,
  log1p: math.log1p,
  log2: math.log2,
  log10: math.log10,
  sqrt: Math.sqrt,
  sin: math.sin,
  cos: math.cos,
  tan: math.tan,
  tanh: math.tanh,
  sinh: math.sinh,
  cosh: math.cosh,
  deg2rad: (x) => x * (Math.PI / 180),
  rad2deg: (x) => x * (180 / Math.PI),
};

/** Any type in, the same type out. */
const keeping: Readonly<Record<string, { readonly real: (x: number) => number; readonly whole: (x: bigint) => bigint }>> = {
  negative: { real: (x) => -x, whole: (x) => -x },
  positive: { real: (x) => x, whole: (x) => x },
  absolute: { real: Math.abs, whole: (x) => (x < 0n ? -x : x) },
  sign: { real: (x) => (x > 0 ? 1 : x < 0 ? -1 : x), whole: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n) },
  square: { real: (x) => x * x, whole: (x) => x * x },
  reciprocal: { real: (x) => 1 / x, whole: (x) => (x === 1n || x === -1n ? x : 0n) },
  floor: { real: Math.floor, whole: (x) => x },
  ceil: { real: Math.ceil, whole: (x) => x },
  trunc: { real: Math.trunc, whole: (x) => x },
  rint: { real: roundEven, whole: (x) => x },
};

const asking: Readonly<Record<string, (x: number) => boolean>> = {
  isnan: (x) => Number.isNaN(x),
  isinf: (x) => x === Infinity || x === -Infinity,
  isfinite: (x) => Number.isFinite(x),
  signbit: (x) => x < 0 || Object.is(x, -0),
  logical_not: (x) => x === 0,
};

function inFloat(dtype: ArrayType, t: Tensor, f: (x: number) => number): Tensor {
  const results = mapped(numbersOf(t), f);
  return made(dtype, t.shape, dtype === 'float16' ? singles(results) : results);
}

/** `name(t)` into a new array the caller owns. */
export function unary(name: string, t: Tensor): Tensor {
  const real = floating[name];
  if (real !== undefined) return inFloat(floatFor(arrayType(t)), t, real);
  const ask = asking[name];
  if (ask !== undefined)
    return made(
      'bool',
      t.shape,
      mapped(numbersOf(t), (x) => +ask(x)),
    );
  if (name === 'invert') {
    if (isFloat(t.dtype)) throw unsupported(name);
    if (t.dtype === 'bool') return unary('logical_not', t);
    return made(
      t.dtype,
      t.shape,
      bigintsOf(t).map((x) => ~x),
    );
  }
  const row = keeping[name];
  if (row === undefined) throw new NumpyError('NotImplementedError', `numpy.${name} is not in Nabla yet`);
  if (isFloat(t.dtype)) return inFloat(t.dtype, t, row.real);
  if (t.dtype === 'bool' && (name === 'negative' || name === 'positive')) {
    throw new NumpyError(
      'TypeError',
      name === 'positive'
        ? "ufunc 'positive' did not contain a loop with signature matching types <class 'numpy.dtypes.BoolDType'> -> None"
        : 'The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead.',
    );
  }
  return made(
    t.dtype,
    t.shape,
    bigintsOf(t).map((x) => BigInt.asIntN(64, row.whole(x))),
  );
}
