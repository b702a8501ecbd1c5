// Sets or copies every element of a tensor in place, whatever its strides, and bumps its version. No history: below autograd.
import { itemSize } from './dtype.ts';
import { heap } from './heap.ts';
import { forEachOffset, type Tensor, type TypedArray } from './tensor.ts';

/** Every element becomes `value` (for bool: whether it is not 0). */
export function setAll(tensor: Tensor, value: number): void {
  if (tensor.isContiguous) tensor.typedView().fill(element(tensor, value) as never);
  else {
    const memory = wholeMemory(tensor);
    const start = tensor.dataPtr / itemSize(tensor.dtype);
    forEachOffset(tensor.shape, tensor.strides, (offset) => {
      memory[start + offset] = element(tensor, value) as never;
    });
  }
  tensor.storage.version++;
}

/** Element i, row-major, becomes `values[i]`, converted to the tensor's type. */
export function setFrom(tensor: Tensor, values: TypedArray): void {
  const memory = wholeMemory(tensor);
  const start = tensor.dataPtr / itemSize(tensor.dtype);
  let i = 0;
  forEachOffset(tensor.shape, tensor.strides, (offset) => {
    memory[start + offset] = element(tensor, values[i++]) as never;
  });
  tensor.storage.version++;
}

function element(tensor: Tensor, value: number | bigint): number | bigint {
  if (tensor.dtype === 'int64') return typeof value === 'bigint' ? value : BigInt(Math.trunc(value));
  return tensor.dtype === 'bool' ? (Number(value) !== 0 ? 1 : 0) : Number(value);
}

function wholeMemory(tensor: Tensor): TypedArray {
  void heap.memory;
  switch (tensor.dtype) {
    case 'float32':
      return heap.F32;
    case 'float64':
      return heap.F64;
    case 'int64':
      return heap.I64;
    case 'int32':
      return heap.I32;
    default:
      return heap.U8;
  }
}
