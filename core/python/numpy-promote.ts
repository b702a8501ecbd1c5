// NumPy 2's result types: strong pairs and weak Python scalars. Types only; no array here.
import type { DType } from '../tensor/dtype.ts';

/** A Python `bool`, `int` or `float` among the operands: it has a kind but no width of its own (NEP 50). */
export type Weak = 'weak bool' | 'weak int' | 'weak float';

const integers: readonly DType[] = ['bool', 'uint8', 'int32', 'int64'];
const kinds = { 'weak bool': 0, 'weak int': 1, 'weak float': 2 } as const;

export const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';

export function promotePair(a: DType, b: DType): DType {
  if (a === b) return a;
  if (isFloat(a) && isFloat(b)) return 'float64';
  if (isFloat(a)) return a === 'float32' && (b === 'int32' || b === 'int64') ? 'float64' : a;
  if (isFloat(b)) return promotePair(b, a);
  return integers[Math.max(integers.indexOf(a), integers.indexOf(b))];
}

/** Result type of two operands of which at most one is weak. */
export function promote(a: DType | Weak, b: DType | Weak): DType {
  if (a in kinds) return promoteWeak(b as DType, a as Weak);
  if (b in kinds) return promoteWeak(a as DType, b as Weak);
  return promotePair(a as DType, b as DType);
}

function promoteWeak(strong: DType, weak: Weak): DType {
  const kind = strong === 'bool' ? 0 : isFloat(strong) ? 2 : 1;
  if (kinds[weak] <= kind) return strong;
  return weak === 'weak int' ? 'int64' : 'float64';
}
