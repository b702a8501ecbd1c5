// 64-bit integer arithmetic beyond 2^53, where doubles would round: one element at a time in BigInt. Names no op.

import { type DType, isHalf, itemSize } from '../../tensor/dtype.ts';
import type { Expr } from '../../tensor/expr.ts';
import { toBrain, toHalf } from '../../tensor/half.ts';
import { heap } from '../../tensor/heap.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import { forEachOffset, type Tensor } from '../../tensor/tensor.ts';
import { TorchError } from '../../tensor/torch-error.ts';

/** Products and sums of numbers below this stay exact in doubles. */
const SAFE = 2 ** 26;
const truth = (b: boolean): bigint => (b ? 1n : 0n);

function big(e: Expr, values: readonly bigint[], params: readonly number[]): bigint {
  if (typeof e === 'number') return BigInt(Math.trunc(e));
  if (typeof e === 'string') return e < 'p' ? values['abcd'.indexOf(e)] : BigInt(Math.trunc(params['pqr'.indexOf(e)]));
  const x = big(e[1], values, params);
  if (e.length === 4) return x !== 0n ? big(e[2], values, params) : big(e[3], values, params);
  if (e.length === 2) {
    switch (e[0]) {
      case 'neg':
        return -x;
      case 'abs':
        return x < 0n ? -x : x;
      case 'sign':
        return x > 0n ? 1n : x < 0n ? -1n : 0n;
      case 'not':
        return truth(x === 0n);
      case 'isnan':
      case 'isinf':
        return 0n;
      default:
        return x;
    }
  }
  const y = big(e[2], values, params);
  switch (e[0]) {
    case 'add':
      return x + y;
    case 'sub':
      return x - y;
    case 'mul':
      return x * y;
    case 'pow':
      return power(x, y);
    case 'maximum':
      // biome-ignore lint/complexity/useMathMinMax: bigints have none.
      return x > y ? x : y;
    case 'minimum':
      // biome-ignore lint/complexity/useMathMinMax: bigints have none.
      return x < y ? x : y;
    case 'truncdiv':
    case 'div':
      return x / y;
    case 'fmod':
      return x % y;
    case 'floordiv':
      return (x - floorMod(x, y)) / y;
    case 'remainder':
      return floorMod(x, y);
    case 'eq':
      return truth(x === y);
    case 'ne':
      return truth(x !== y);
    case 'lt':
      return truth(x < y);
    case 'le':
      return truth(x <= y);
    case 'gt':
      return truth(x > y);
    case 'ge':
      return truth(x >= y);
    case 'and':
      return truth(x !== 0n && y !== 0n);
    case 'or':
      return truth(x !== 0n || y !== 0n);
    case 'xor':
      return truth((x !== 0n) !== (y !== 0n));
    case 'bitand':
      return x & y;
    case 'bitor':
      return x | y;
    case 'bitxor':
      return x ^ y;
    case 'shl':
      return y < 0n || y > 63n ? 0n : x << y;
    case 'shr':
      return y < 0n || y > 63n ? (x < 0n ? -1n : 0n) : x >> y;
    case 'gcd':
      return divisor(x, y);
    case 'lcm':
      return x === 0n || y === 0n ? 0n : absolute((x / divisor(x, y)) * y);
    default:
      throw new TorchError(`"${e[0]}" not implemented for 'Long'`, 'NotImplementedError');
  }
}

const absolute = (x: bigint): bigint => (x < 0n ? -x : x);

function divisor(x: bigint, y: bigint): bigint {
  let [a, b] = [absolute(x), absolute(y)];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function floorMod(x: bigint, y: bigint): bigint {
  const r = x % y;
  return r !== 0n && r < 0n !== y < 0n ? r + y : r;
}

/** Modulo 2^64, as C multiplies. */
function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) return base === 1n ? 1n : base === -1n ? (exponent % 2n === 0n ? 1n : -1n) : 0n;
  let result = 1n;
  for (let b = BigInt.asIntN(64, base), e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = BigInt.asIntN(64, result * b);
    b = BigInt.asIntN(64, b * b);
  }
  return result;
}

function mentions(e: Expr, name: string): boolean {
  return typeof e === 'object' && (e[0] === name || e.slice(1).some((part) => mentions(part as Expr, name)));
}
const powers = new Map<Expr, boolean>();

export function needsExact(expr: Expr, inputs: readonly Tensor[], compute: DType): boolean {
  let power = powers.get(expr);
  if (power === undefined) {
    power = mentions(expr, 'pow') || mentions(expr, 'shl');
    powers.set(expr, power);
  }
  if (power) return true;
  if (compute !== 'int64') return false;
  for (const t of inputs) {
    if (t.dtype !== 'int64') continue;
    let large = false;
    const start = t.storage.ptr / 8 + t.offset;
    const I = heap.I32;
    forEachOffset(t.shape, t.strides, (offset) => {
      const j = (start + offset) * 2;
      const v = (I[j] >>> 0) + I[j + 1] * 4294967296;
      if (v >= SAFE || v <= -SAFE) large = true;
    });
    if (large) return true;
  }
  return false;
}

function read(t: Tensor, index: number): bigint {
  switch (t.dtype) {
    case 'int64':
      return heap.I64[index];
    case 'int32':
      return BigInt(heap.I32[index]);
    case 'int16':
      return BigInt(heap.I16[index]);
    case 'int8':
      return BigInt(heap.I8[index]);
    default:
      return BigInt(heap.U8[index]);
  }
}

export function exactElementwise(expr: Expr, inputs: readonly Tensor[], params: readonly number[], out: Tensor): void {
  const lists = inputs.map((t) => {
    const at: number[] = [];
    const start = t.storage.ptr / itemSize(t.dtype) + t.offset;
    forEachOffset(out.shape, broadcastStrides(t.shape, t.strides, out.shape), (offset) => at.push(start + offset));
    return at;
  });
  const values = new Array<bigint>(inputs.length);
  const results: bigint[] = [];
  for (let i = 0; i < out.numel; i++) {
    for (let k = 0; k < inputs.length; k++) values[k] = read(inputs[k], lists[k][i]);
    results.push(BigInt.asIntN(64, big(expr, values, params)));
  }
  const start = out.storage.ptr / itemSize(out.dtype) + out.offset;
  let i = 0;
  forEachOffset(out.shape, out.strides, (offset) => {
    const v = results[i++];
    if (out.dtype === 'int64') heap.I64[start + offset] = v;
    else if (out.dtype === 'int32') heap.I32[start + offset] = Number(BigInt.asIntN(32, v));
    else if (out.dtype === 'int16') heap.I16[start + offset] = Number(BigInt.asIntN(16, v));
    else if (out.dtype === 'int8') heap.I8[start + offset] = Number(BigInt.asIntN(8, v));
    else if (out.dtype === 'uint8') heap.U8[start + offset] = Number(BigInt.asUintN(8, v));
    else if (out.dtype === 'bool') heap.U8[start + offset] = v !== 0n ? 1 : 0;
    else if (out.dtype === 'float32') heap.F32[start + offset] = Number(v);
    else if (isHalf(out.dtype)) heap.U16[start + offset] = (out.dtype === 'float16' ? toHalf : toBrain)(Number(v));
    else heap.F64[start + offset] = Number(v);
  });
}
