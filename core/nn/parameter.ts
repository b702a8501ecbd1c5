// Parameters: tensors a module owns and an optimizer changes. A parameter is a leaf tensor with a mark; moving it keeps its identity.
import { type Device, type DType, isFloating, itemSize } from '../tensor/dtype.ts';
import { outsideScopes } from '../tensor/scope.ts';
import { Storage } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';

const marked = new WeakSet<Tensor>();

/** `nn.Parameter(data)`: another handle on `data`'s storage, a leaf, requiring a gradient unless told not to. The caller owns it. */
export function parameter(data: Tensor, requiresGrad = true): Tensor {
  const out = outsideScopes(() => Tensor.over(data.storage, data.dtype, data.device, data.shape, data.strides, data.offset));
  out.requiresGrad = requiresGrad;
  marked.add(out);
  return out;
}

/** A parameter over fresh, uninitialised memory. */
export function emptyParameter(shape: readonly number[], dtype: DType, device: Device): Tensor {
  const out = outsideScopes(() => Tensor.empty(shape, dtype, device));
  out.requiresGrad = true;
  marked.add(out);
  return out;
}

/** Whether torch would call it an `nn.Parameter`. */
export function isParameter(tensor: Tensor): boolean {
  return marked.has(tensor);
}

type Movable = { -readonly [key in 'device' | 'dtype' | 'storage' | 'offset' | 'strides' | 'isContiguous']: Tensor[key] };

/** Moves a tensor (and its gradient) to another device or floating type in place, as `module.to()` does: whoever holds it keeps the same tensor. */
export function moveInPlace(tensor: Tensor, device: Device | null, dtype: DType | null): void {
  const movable = tensor as unknown as Movable;
  if (dtype !== null && dtype !== tensor.dtype && isFloating(tensor.dtype)) {
    const values = tensor.toTyped();
    const storage = new Storage(tensor.numel * itemSize(dtype));
    tensor.storage.release();
    movable.storage = storage;
    movable.dtype = dtype;
    movable.offset = 0;
    let step = 1;
    movable.strides = [...tensor.shape]
      .reverse()
      .map((size) => {
        const stride = step;
        step *= Math.max(size, 1);
        return stride;
      })
      .reverse();
    movable.isContiguous = true;
    (tensor.typedView() as Float32Array).set(values as Float32Array);
  }
  if (device !== null) movable.device = device;
  if (tensor.grad !== null) moveInPlace(tensor.grad, device, dtype);
}
