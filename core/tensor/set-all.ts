// Sets or copies every element of a tensor in place, whatever its strides, and bumps its version. No history: below autograd.
import { elementStart, forEachOffset, type Tensor, type TypedArray, wholeView } from './tensor.ts';

/** Every element becomes `value` (for bool: whether it is not 0). */
export function setAll(tensor: Tensor, value: number): void {
  tensor.storage.own();
  if (tensor.isContiguous) tensor.typedView().fill(element(tensor, value) as never);
  else {
    const memory = wholeView(tensor.dtype);
    const start = elementStart(tensor);
    forEachOffset(tensor.shape, tensor.strides, (offset) => {
      memory[start + offset] = element(tensor, value) as never;
    });
  }
  tensor.storage.version++;
}

/** Element i, row-major, becomes `values[i]`, converted to the tensor's type. */
export function setFrom(tensor: Tensor, values: TypedArray): void {
  tensor.storage.own();
  const memory = wholeView(tensor.dtype);
  const start = elementStart(tensor);
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
