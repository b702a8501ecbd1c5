// Single facts and values of tensors for Python: shape, dtype, item, lists, conversions, `.grad`, `.data`. It runs ops only through the funnel.
import { call } from '../autograd/funnel.ts';
import { retainGrad } from '../autograd/hooks.ts';
import { detachInPlace } from '../autograd/zero-grad.ts';
import { cTypeName, dtypes, isFloating, itemSize, scalarTypeName } from '../tensor/dtype.ts';
import { formatTensor, type PrintOptions } from '../tensor/format.ts';
import { inferenceMode } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { BridgeFunctions, BridgeHost } from './bridge-host.ts';

/** Numbers a script asks for, in the order of the names in `torch/_tensor.py`. */
const facts: readonly ((t: Tensor, host: BridgeHost) => number)[] = [
  (t) => dtypes.indexOf(t.dtype),
  (t) => (t.device === 'cuda' ? 1 : 0),
  (t) => (t.requiresGrad ? 1 : 0),
  (t) => (t.isLeaf ? 1 : 0),
  (t) => t.shape.length,
  (t) => t.numel,
  (t) => (t.isContiguous ? 1 : 0),
  (t) => (t.shape.length === 0 ? -1 : t.shape[0]),
  (t) => t.storage.version,
  (t) => t.offset,
  (t) => t.dataPtr,
  (t, host) => (t.gradFn === null ? 0 : host.nodes.number(t.gradFn)),
  (t) => t.outputNr,
  (t, host) => host.numbers(t.shape),
  (t, host) => host.numbers(t.strides),
  (t) => (t.gradFn === null ? 0 : t.gradFn.retained?.[t.outputNr] === t ? 1 : 0),
  (t) => t.numel * itemSize(t.dtype),
  (t) => (t.base === null ? 0 : 1),
];

export function tensorFunctions(host: BridgeHost): BridgeFunctions {
  const { tensors } = host;
  return {
    meta: (handle: number, what: number): number => {
      try {
        return facts[what](tensors.get(handle), host);
      } catch {
        return -1;
      }
    },
    same_shape: (a: number, b: number): number => {
      const x = tensors.get(a).shape;
      const y = tensors.get(b).shape;
      if (x.length !== y.length) return 0;
      for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return 0;
      return 1;
    },
    remember: (handle: number): number => {
      tensors.remember(handle);
      return tensors.find(tensors.get(handle));
    },
    drain: () => host.enter(),

    /** Writes all elements, row-major, as float64 or int64 to Python's memory at `address`. */
    read: host.guard((handle: number, address: number) => {
      const tensor = tensors.get(handle);
      const from = tensor.toTyped();
      const bytes = host.bytes(address, from.length * 8);
      if (isFloating(tensor.dtype)) writeInto(bytes, Float64Array.from(from as ArrayLike<number>));
      else
        writeInto(
          bytes,
          BigInt64Array.from(from as unknown as ArrayLike<number | bigint>, (value) => BigInt(value)),
        );
      return 0;
    }),
    /** A tensor from `count` float64 (`'d'`) or int64 (`'q'`) at `address`; the shape is in the shared cell. */
    write: host.guard(
      (address: number, count: number, isInt: boolean, dtype: number, rank: number, cuda: boolean, requiresGrad: boolean) => {
        const bytes = host.bytes(address, count * 8).slice();
        const name = dtypes[dtype];
        const device = cuda ? 'cuda' : 'cpu';
        const shape = host.readNumbers(rank);
        const tensor = isInt
          ? Tensor.fromTyped(new BigInt64Array(bytes.buffer), { shape, dtype: name, device })
          : Tensor.fromTyped(new Float64Array(bytes.buffer), { shape, dtype: name, device });
        if (requiresGrad) {
          if (!isFloating(name)) throw onlyFloats();
          tensor.requiresGrad = true;
        }
        return tensors.add(tensor);
      },
    ),

    /** 0: it is as asked already. */
    to: host.guard((handle: number, device: number, dtype: number, copy: boolean) => {
      const tensor = tensors.get(handle);
      const toDevice = device < 0 ? tensor.device : device === 1 ? 'cuda' : 'cpu';
      const toType = dtype < 0 ? tensor.dtype : dtypes[dtype];
      if (!copy && toDevice === tensor.device && toType === tensor.dtype) return 0;
      return tensors.add(call('_to_copy', [tensor], { dtype: toType, device: toDevice }) as Tensor);
    }),
    detach: host.guard((handle: number) => tensors.add(call('detach', [tensors.get(handle)]) as Tensor)),
    detach_: host.guard((handle: number) => {
      detachInPlace(tensors.get(handle));
      return 0;
    }),
    set_data: host.guard((handle: number, from: number) => {
      const old = tensors.get(handle);
      if (old.node !== null && !old.isLeaf) old.setHistory(null, 0);
      const source = tensors.get(from);
      adopt(old, source);
      return 0;
    }),

    grad: (handle: number): number => {
      host.enter();
      const { grad } = tensors.get(handle);
      return grad === null ? 0 : tensors.known(grad);
    },
    set_grad: host.guard((handle: number, from: number) => {
      const tensor = tensors.get(handle);
      const grad = from === 0 ? null : tensors.get(from);
      if (grad !== null) checkGrad(tensor, grad);
      tensor.grad = grad;
      return 0;
    }),
    requires_grad: host.guard((handle: number, value: boolean) => {
      const tensor = tensors.get(handle);
      if (value && tensor.storage.inference && !inferenceMode.active)
        throw new TorchError('Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.');
      if (value && !isFloating(tensor.dtype)) throw new TorchError('only Tensors of floating point dtype can require gradients');
      if (!value && !tensor.isLeaf) {
        throw new TorchError(
          "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
        );
      }
      if (tensor.isLeaf) tensor.requiresGrad = value;
      return 0;
    }),
    retain_grad: host.guard((handle: number) => {
      retainGrad(tensors.get(handle));
      return 0;
    }),
    is_inference: (handle: number): number => (tensors.get(handle).storage.inference ? 1 : 0),

    tensor_text: (handle: number, options: string): string | undefined => {
      try {
        host.enter();
        return formatTensor(tensors.get(handle), JSON.parse(options) as PrintOptions);
      } catch (error) {
        host.fail(error);
        return undefined;
      }
    },
  };
}

/** `.data = source`: the tensor keeps its identity and gets the other's elements, shape and type. */
function adopt(tensor: Tensor, source: Tensor): void {
  source.storage.refs++;
  tensor.storage.release();
  const { storage, dtype, device, shape, strides, offset, numel, isContiguous } = source;
  Object.assign(tensor as { -readonly [K in keyof Tensor]: Tensor[K] }, {
    storage,
    dtype,
    device,
    shape,
    strides,
    offset,
    numel,
    isContiguous,
  });
}

function writeInto(bytes: Uint8Array, from: Float64Array | BigInt64Array): void {
  bytes.set(new Uint8Array(from.buffer));
}

function onlyFloats(): TorchError {
  return new TorchError('Only Tensors of floating point and complex dtype can require gradients');
}

function checkGrad(tensor: Tensor, grad: Tensor): void {
  if (grad.dtype !== tensor.dtype) {
    throw new TorchError(
      `attempting to assign a gradient with dtype '${cTypeName(grad.dtype)}' to a tensor with grad_dtype '${scalarTypeName(tensor.dtype)}'. The gradient must match the tensor's grad_dtype (defaults to the tensor's dtype). You can set the tensor's grad_dtype attribute with a specific dtype, or None to allow any dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor and its gradient may break downstream systems that assume they match.`,
    );
  }
  if (grad.device !== tensor.device) {
    throw new TorchError(
      `attempting to assign a gradient with device type '${grad.device}' to a tensor with device type '${tensor.device}'. Please ensure that the gradient and the tensor are on the same device`,
    );
  }
  if (grad.shape.length !== tensor.shape.length || grad.shape.some((size, i) => size !== tensor.shape[i])) {
    throw new TorchError(
      `attempting to assign a gradient of size '[${grad.shape.join(', ')}]' to a tensor of size '[${tensor.shape.join(', ')}]'. Please ensure that the gradient and the tensor are the same size`,
    );
  }
}
