// NumPy 2's result types: strong pairs and weak Python scalars. Types only; no array here.
import { type ArrayType, bytesOf } from './numpy-array.ts';

/** A Python `bool`, `int` or `float` among the operands: it has a kind but no width of its own (NEP 50). */
export type Weak = 'weak bool' | 'weak int' | 'weak float';

const kinds = { 'weak bool': 0, 'weak int': 1, 'weak float': 2 } as const;
const floats: readonly ArrayType[] = ['float16', 'float32', 'float64'];

export const isFloat = (dtype: ArrayType): boolean => floats.includes(dtype);
const isUnsigned = (dtype: ArrayType): boolean => dtype.startsWith('uint');

/** The smallest float that holds all of an integer type, float64 at most. */
export function floatFor(dtype: ArrayType): ArrayType {
  if (isFloat(dtype)) return dtype;
  const bytes = bytesOf(dtype);
  return bytes === 1 ? 'float16' : bytes === 2 ? 'float32' : 'float64';
}

export function promotePair(a: ArrayType, b: ArrayType): ArrayType {
  if (a === b || b === 'bool') return a;
  if (a === 'bool') return b;
  if (isFloat(a) || isFloat(b)) return floats[Math.max(floats.indexOf(floatFor(a)), floats.indexOf(floatFor(b)))];
  if (isUnsigned(a) === isUnsigned(b)) return bytesOf(a) > bytesOf(b) ? a : b;
  const [unsigned, signed] = isUnsigned(a) ? [a, b] : [b, a];
  if (bytesOf(signed) > bytesOf(unsigned)) return signed;
  return unsigned === 'uint8' ? 'int16' : unsigned === 'uint16' ? 'int32' : 'int64';
}

/** Result type of two operands of which at most one is weak. */
export function promote(a: ArrayType | Weak, b: ArrayType | Weak): ArrayType {
  if (a in kinds) return promoteWeak(b as ArrayType, a as Weak);
  if (b in kinds) return promoteWeak(a as ArrayType, b as Weak);
  return promotePair(a as ArrayType, b as ArrayType);
}

function promoteWeak(strong: ArrayType, weak: Weak): ArrayType {
  const kind = strong === 'bool' ? 0 : isFloat(strong) ? 2 : 1;
  if (kinds[weak] <= kind) return strong;
  return weak === 'weak int' ? 'int64' : 'float64';
}
