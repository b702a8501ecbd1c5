// The bytes behind tensors, for files: which storage a tensor lies on, its bytes out and in, and tensors laid over a storage as saved.
import { dtypes, itemSize } from '../tensor/dtype.ts';
import { heap } from '../tensor/heap.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { BridgeFunctions, BridgeHost } from './bridge-host.ts';

export function storageFunctions(host: BridgeHost): BridgeFunctions {
  const { tensors } = host;
  return {
    /** The same number for all tensors on one storage, for as long as one of them lives. */
    storage_key: host.guard((handle: number) => tensors.get(handle).storage.ptr),
    storage_size: host.guard((handle: number) => tensors.get(handle).storage.byteLength),
    /** Copies the whole storage to Python's memory. */
    storage_read: host.guard((handle: number, address: number) => {
      const { ptr, byteLength } = tensors.get(handle).storage;
      void heap.memory;
      host.bytes(address, byteLength).set(heap.U8.subarray(ptr, ptr + byteLength));
      return 0;
    }),
    /** A 1-d tensor of `count` bytes in Python's memory. */
    storage_make: host.guard((address: number, count: number, elements: number, dtype: number, cuda: boolean) => {
      const made = Tensor.empty([elements], dtypes[dtype], cuda ? 'cuda' : 'cpu');
      if (elements * itemSize(dtypes[dtype]) !== count) throw new TorchError(`${count} bytes are no ${elements} elements`);
      heap.U8.subarray(made.storage.ptr, made.storage.ptr + count).set(host.bytes(address, count));
      return tensors.add(made);
    }),
    /** A tensor over `handle`'s storage; `numbers` are the sizes, then the strides. @throws RuntimeError when it would reach beyond the storage. */
    storage_view: host.guard((handle: number, offset: number, ...numbers: number[]) => {
      const base = tensors.get(handle);
      const shape = numbers.slice(0, numbers.length / 2);
      const strides = numbers.slice(numbers.length / 2);
      let last = offset;
      let empty = false;
      for (const [d, size] of shape.entries()) {
        if (size < 0 || strides[d] < 0) throw new TorchError('as_strided: Negative strides are not supported at the moment');
        if (size === 0) empty = true;
        last += (size - 1) * strides[d];
      }
      if (offset < 0 || (!empty && last >= base.numel)) {
        throw new TorchError(
          `setStorage: sizes [${shape.join(', ')}], strides [${strides.join(', ')}], storage offset ${offset} are out of bounds for a storage of ${base.numel} elements`,
        );
      }
      return tensors.add(Tensor.over(base.storage, base.dtype, base.device, shape, strides, offset));
    }),
  };
}
