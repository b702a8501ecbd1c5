// Element types, their sizes and torch's promotion rules. Knows no tensor.

export type DType = 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool' | 'float16' | 'bfloat16' | 'int8' | 'int16';
/** `cuda` prints as `cuda:0`. */
export type Device = 'cpu' | 'cuda';

/** bool < integers < floats, as torch ranks them. */
type Category = 0 | 1 | 2;

const sizes: Record<DType, number> = {
  float32: 4,
  float64: 8,
  int64: 8,
  int32: 4,
  uint8: 1,
  bool: 1,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  int16: 2,
};
const categories: Record<DType, Category> = {
  float32: 2,
  float64: 2,
  int64: 1,
  int32: 1,
  uint8: 1,
  bool: 0,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  int16: 1,
};
/** The higher of two wins; two of one rank meet in a third type. */
const ranks: Record<DType, number> = {
  bool: 0,
  uint8: 1,
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  float16: 5,
  bfloat16: 5,
  float32: 6,
  float64: 7,
};
/** torch's C++ names, as its messages use them (`Float`). */
const scalarTypeNames: Record<DType, string> = {
  float32: 'Float',
  float64: 'Double',
  int64: 'Long',
  int32: 'Int',
  uint8: 'Byte',
  bool: 'Bool',
  float16: 'Half',
  bfloat16: 'BFloat16',
  int8: 'Char',
  int16: 'Short',
};
/** The C names some messages use (`long int`). */
const cNames: Record<DType, string> = {
  float32: 'float',
  float64: 'double',
  int64: 'long int',
  int32: 'int',
  uint8: 'unsigned char',
  bool: 'bool',
  float16: 'c10::Half',
  bfloat16: 'c10::BFloat16',
  int8: 'signed char',
  int16: 'short',
};

/** In the order of the numbers that stand for them across the bridge. */
export const dtypes: readonly DType[] = ['float32', 'float64', 'int64', 'int32', 'uint8', 'bool', 'float16', 'bfloat16', 'int8', 'int16'];
export type FloatDType = 'float32' | 'float64' | 'float16' | 'bfloat16';
/** What `torch.set_default_dtype` sets. */
export const defaultDType: { value: FloatDType } = { value: 'float32' };

/** Bytes of one element. */
export function itemSize(dtype: DType): number {
  return dtype === 'float32' ? 4 : sizes[dtype];
}
export function isFloating(dtype: DType): dtype is FloatDType {
  return dtype === 'float32' || categories[dtype] === 2;
}
/** float16 and bfloat16: stored in 16 bits, computed in float32. */
export function isHalf(dtype: DType): dtype is 'float16' | 'bfloat16' {
  return dtype === 'float16' || dtype === 'bfloat16';
}
export function isInteger(dtype: DType): boolean {
  return categories[dtype] === 1;
}
export function scalarTypeName(dtype: DType): string {
  return scalarTypeNames[dtype];
}
export function cTypeName(dtype: DType): string {
  return cNames[dtype];
}
/** `torch.FloatTensor`, `torch.cuda.FloatTensor`. */
export function tensorTypeName(dtype: DType, device: Device): string {
  return `torch.${device === 'cuda' ? 'cuda.' : ''}${scalarTypeNames[dtype]}Tensor`;
}
export function isDType(name: string): name is DType {
  return name in sizes;
}

/** The smallest type that holds both: `torch.promote_types`. */
export function promotion(a: DType, b: DType): DType {
  if (a !== b && ranks[a] === ranks[b]) return categories[a] === 2 ? 'float32' : 'int16';
  return ranks[a] >= ranks[b] ? a : b;
}

/** True where torch lets a result of type `from` be written into a tensor of type `to`. */
export function canCast(from: DType, to: DType): boolean {
  return categories[from] <= categories[to];
}

/** What a promotion rule needs to know of an operand. */
export interface Operand {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** A Python number that was wrapped into a tensor. */
  readonly wrapped: boolean;
}

function combine(higher: DType | null, lower: DType | null): DType | null {
  if (higher === null) return lower;
  if (lower === null || categories[higher] === 2) return higher;
  return higher === 'bool' || categories[lower] === 2 ? promotion(higher, lower) : higher;
}

/** `torch.result_type`: tensors with dimensions, then 0-d tensors, then Python numbers; the lower ranks only raise the category. */
export function resultType(operands: readonly (Operand | null)[]): DType {
  let dim: DType | null = null;
  let zero: DType | null = null;
  let number: DType | null = null;
  for (const operand of operands) {
    if (operand === null) continue;
    if (operand.wrapped) {
      const dtype = operand.dtype === 'float64' ? defaultDType.value : operand.dtype;
      number = number === null ? dtype : promotion(number, dtype);
    } else if (operand.shape.length > 0) dim = dim === null ? operand.dtype : promotion(dim, operand.dtype);
    else zero = zero === null ? operand.dtype : promotion(zero, operand.dtype);
  }
  return combine(combine(dim, zero), number) ?? defaultDType.value;
}
