// Tensor: a counted handle on a piece of storage with shape, strides and its place in the autograd graph. Knows no op.
import { type Device, type DType, isFloating, isHalf, itemSize } from './dtype.ts';
import type { GradNode, Hook } from './grad-node.ts';
import { decoded, halfView, halves } from './half.ts';
import { heap } from './heap.ts';
import { arena } from './scope.ts';
import { contiguousStrides, isContiguous, numelOf, type Shape } from './shape.ts';
import { Storage } from './storage.ts';
import { TorchError } from './torch-error.ts';

export type TypedArray = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | Int8Array | Int16Array;
/** Nested arrays of numbers, as `torch.tensor` takes them. */
type NestedNumbers = number | bigint | boolean | readonly NestedNumbers[];

/** How a view came to be, for the in-place rules. */
export type ViewKind = 'default' | 'noGrad' | 'inference' | 'multiple';

/** Autograd state few tensors have. */
export interface AutogradExtras {
  /** Leaves: `register_hook`. */
  hooks: Hook[];
  /** Leaves: `register_post_accumulate_grad_hook`. */
  postAccumulate: ((tensor: Tensor) => void)[];
  retainsGrad: boolean;
}

/** What autograd does for views whose base changed in place; filled by autograd. */
export const viewHistory: { regenerate: (view: Tensor) => void } = { regenerate: () => {} };

export class Tensor {
  readonly dtype: DType;
  readonly device: Device;
  readonly shape: Shape;
  readonly strides: Shape;
  /** In elements from the start of the storage. */
  readonly offset: number;
  readonly storage: Storage;
  readonly numel: number;
  readonly isContiguous: boolean;
  count = 1;
  /** Belongs to an open scope. */
  inScope = false;
  /** Set on a leaf by the user, on a result by the funnel. */
  needsGrad = false;
  /** The raw history; read `gradFn`, which renews it for views of tensors changed in place. */
  node: GradNode | null = null;
  outputNr = 0;
  /** The tensor this is a differentiable view of (never itself a view). */
  base: Tensor | null = null;
  viewKind: ViewKind = 'default';
  /** Storage version `node` speaks of; matters for views only. */
  viewVersion = 0;
  /** A Python number made into a tensor: ranks below real tensors in promotion. */
  wrapped = false;
  /** The leaf's AccumulateGrad, where one was made; not counted. */
  accumulator: GradNode | null = null;
  extras: AutogradExtras | null = null;
  name = '';
  #grad: Tensor | null = null;

  constructor(
    storage: Storage,
    dtype: DType,
    device: Device,
    shape: Shape,
    strides: Shape,
    offset: number,
    numel: number,
    contiguous: boolean,
  ) {
    this.storage = storage;
    this.dtype = dtype;
    this.device = device;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.numel = numel;
    this.isContiguous = contiguous;
    if (arena.depth > 0) {
      this.inScope = true;
      arena.made[arena.top++] = this;
    }
  }

  /** A new row-major tensor; the memory is not cleared. */
  static empty(shape: Shape, dtype: DType, device: Device): Tensor {
    const numel = numelOf(shape);
    const size = itemSize(dtype);
    if (size === 2) halves.seen = true;
    return new Tensor(new Storage(numel * size), dtype, device, shape, contiguousStrides(shape), 0, numel, true);
  }

  /** Another tensor over `storage`, which it then shares; offset and strides in elements. */
  static over(storage: Storage, dtype: DType, device: Device, shape: Shape, strides: Shape, offset: number): Tensor {
    storage.refs++;
    return new Tensor(storage, dtype, device, shape, strides, offset, numelOf(shape), isContiguous(shape, strides));
  }

  /** A copy of row-major data. Without a dtype: that of the typed array. */
  static fromTyped(data: TypedArray | readonly number[], options: { shape?: Shape; dtype?: DType; device?: Device } = {}): Tensor {
    const dtype = options.dtype ?? typedArrayDType(data);
    const shape = options.shape ?? [data.length];
    if (numelOf(shape) !== data.length) throw new TorchError(`shape '[${shape.join(', ')}]' is invalid for input of size ${data.length}`);
    const out = Tensor.empty(shape, dtype, options.device ?? 'cpu');
    const view = out.typedView();
    if (view instanceof BigInt64Array) for (let i = 0; i < data.length; i++) view[i] = toBigInt(data[i]);
    else if (dtype === 'bool') for (let i = 0; i < data.length; i++) view[i] = data[i] ? 1 : 0;
    else if (data instanceof BigInt64Array) for (let i = 0; i < data.length; i++) view[i] = Number(data[i]);
    else view.set(data as ArrayLike<number>);
    return out;
  }

  /** From nested arrays, as `torch.tensor`. Without a dtype: bool, int64 (all bigint) or float32 (any number). */
  static from(
    data: NestedNumbers | TypedArray,
    options: { shape?: Shape; dtype?: DType; device?: Device; requiresGrad?: boolean } = {},
  ): Tensor {
    let out: Tensor;
    if (ArrayBuffer.isView(data)) out = Tensor.fromTyped(data as TypedArray, options);
    else {
      const shape: number[] = [];
      for (let level: NestedNumbers = data as NestedNumbers; Array.isArray(level); level = level[0] as NestedNumbers) {
        shape.push(level.length);
        if (level.length === 0) break;
      }
      const flat: (number | bigint | boolean)[] = [];
      flatten(data as NestedNumbers, shape, 0, flat);
      const dtype = options.dtype ?? literalDType(flat);
      out = Tensor.empty(options.shape ?? shape, dtype, options.device ?? 'cpu');
      if (out.numel !== flat.length) throw new TorchError(`shape '[${out.shape.join(', ')}]' is invalid for input of size ${flat.length}`);
      const view = out.typedView();
      if (view instanceof BigInt64Array) for (let i = 0; i < flat.length; i++) view[i] = toBigInt(flat[i]);
      else for (let i = 0; i < flat.length; i++) view[i] = dtype === 'bool' ? Number(Boolean(flat[i])) : Number(flat[i]);
    }
    if (options.requiresGrad) {
      if (!isFloating(out.dtype)) throw new TorchError('Only Tensors of floating point and complex dtype can require gradients');
      out.needsGrad = true;
    }
    return out;
  }

  get requiresGrad(): boolean {
    return this.needsGrad || this.base?.requiresGrad === true;
  }
  set requiresGrad(value: boolean) {
    this.needsGrad = value;
  }

  get gradFn(): GradNode | null {
    if (this.base !== null && this.viewVersion !== this.storage.version) viewHistory.regenerate(this);
    return this.node;
  }
  set gradFn(node: GradNode | null) {
    this.setHistory(node, this.outputNr);
  }

  /** Makes this tensor output `outputNr` of `node`; counts the node. */
  setHistory(node: GradNode | null, outputNr: number): void {
    const old = this.node;
    if (node !== null) node.count++;
    this.node = node;
    this.outputNr = outputNr;
    this.needsGrad = node !== null;
    if (old !== null) old.release();
  }

  get isLeaf(): boolean {
    return this.gradFn === null;
  }

  get grad(): Tensor | null {
    return this.#grad;
  }
  /** Holds one count of the gradient. */
  set grad(value: Tensor | null) {
    const old = this.#grad;
    if (value !== null) value.retain();
    this.#grad = value;
    if (old !== null) old.release();
  }
  /** Takes over the caller's count. */
  takeGrad(value: Tensor): void {
    const old = this.#grad;
    this.#grad = value;
    if (old !== null) old.release();
  }

  /** Byte address of the first element. */
  get dataPtr(): number {
    return this.storage.ptr + this.offset * itemSize(this.dtype);
  }

  retain(): this {
    this.count++;
    return this;
  }

  /** Gives up one count; at zero the storage, history and gradient are let go. */
  release(): void {
    if (--this.count !== 0) return;
    this.storage.release();
    const node = this.node;
    if (node !== null) {
      this.node = null;
      const retained = node.retained;
      if (retained !== null && retained[this.outputNr] === this) retained[this.outputNr] = null;
      node.release();
    }
    const grad = this.#grad;
    if (grad !== null) {
      this.#grad = null;
      grad.release();
    }
    const base = this.base;
    if (base !== null) {
      this.base = null;
      base.release();
    }
  }

  /** The maker gives up its count, also within a scope. */
  dispose(): void {
    this.inScope = false;
    this.release();
  }

  /** The same elements without history or base: one more handle on the storage. */
  alias(): Tensor {
    this.storage.refs++;
    const out = new Tensor(this.storage, this.dtype, this.device, this.shape, this.strides, this.offset, this.numel, this.isContiguous);
    if (out.inScope) {
      // An alias is a handle for an owner that counts (a node), not for a scope.
      out.inScope = false;
      arena.top--;
    }
    return out;
  }

  /** A view into the heap of a contiguous tensor's elements; not valid beyond the next allocation. */
  typedView(): TypedArray {
    const ptr = this.dataPtr;
    switch (this.dtype) {
      case 'float32':
        return heap.f32(ptr, this.numel);
      case 'float64':
        return heap.f64(ptr, this.numel);
      case 'int64':
        return heap.i64(ptr, this.numel);
      case 'int32':
        return heap.i32(ptr, this.numel);
      case 'float16':
      case 'bfloat16':
        return halfView(this.dtype, heap.u16(ptr, this.numel));
      case 'int8':
        return heap.i8(ptr, this.numel);
      case 'int16':
        return heap.i16(ptr, this.numel);
      default:
        return heap.u8(ptr, this.numel);
    }
  }

  /** A row-major copy; the 16-bit floating types as float32. */
  toTyped(): TypedArray {
    if (isHalf(this.dtype) && this.isContiguous) return decoded(this.dtype, heap.u16(this.dataPtr, this.numel));
    if (this.isContiguous) return this.typedView().slice() as TypedArray;
    const source = wholeView(this.dtype);
    const out = newTyped(this.dtype, this.numel);
    const start = this.dataPtr / itemSize(this.dtype);
    let i = 0;
    forEachOffset(this.shape, this.strides, (offset) => {
      out[i++] = source[start + offset] as never;
    });
    return out;
  }

  /** Flat, row-major; int64 as numbers. */
  toArray(): number[] {
    return Array.from(this.toTyped() as ArrayLike<number | bigint>, Number);
  }

  /** The one element: a bigint for int64 beyond 2^53, else a number (boolean for bool). */
  item(): number | bigint | boolean {
    if (this.numel !== 1) throw new TorchError(`a Tensor with ${this.numel} elements cannot be converted to Scalar`);
    const index = this.dataPtr / itemSize(this.dtype);
    const value = wholeView(this.dtype)[index];
    if (this.dtype === 'bool') return value !== 0;
    return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
}

/** The whole heap as elements of a type: index with `elementStart(t) + offset`. */
export function wholeView(dtype: DType): TypedArray {
  void heap.memory;
  switch (dtype) {
    case 'float32':
      return heap.F32;
    case 'float64':
      return heap.F64;
    case 'int64':
      return heap.I64;
    case 'int32':
      return heap.I32;
    case 'float16':
    case 'bfloat16':
      return halfView(dtype, heap.U16);
    case 'int8':
      return heap.I8;
    case 'int16':
      return heap.I16;
    default:
      return heap.U8;
  }
}

function newTyped(dtype: DType, n: number): TypedArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(n);
    case 'float64':
      return new Float64Array(n);
    case 'int64':
      return new BigInt64Array(n);
    case 'int32':
      return new Int32Array(n);
    case 'float16':
    case 'bfloat16':
      return new Float32Array(n);
    case 'int8':
      return new Int8Array(n);
    case 'int16':
      return new Int16Array(n);
    default:
      return new Uint8Array(n);
  }
}

/** Offsets in elements of all positions, row-major. */
export function forEachOffset(shape: Shape, strides: Shape, visit: (offset: number) => void): void {
  const rank = shape.length;
  const n = numelOf(shape);
  const index = new Array<number>(rank).fill(0);
  let offset = 0;
  for (let i = 0; i < n; i++) {
    visit(offset);
    for (let d = rank - 1; d >= 0; d--) {
      offset += strides[d];
      if (++index[d] < shape[d]) break;
      offset -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}

function typedArrayDType(data: TypedArray | readonly number[]): DType {
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Int16Array) return 'int16';
  return 'float32';
}

function toBigInt(value: number | bigint | boolean): bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value);
  return typeof value === 'boolean'
    ? BigInt(Number(value))
    : Number.isFinite(value)
      ? BigInt.asIntN(64, BigInt(Math.trunc(value)))
      : -(2n ** 63n);
}

function literalDType(flat: readonly (number | bigint | boolean)[]): DType {
  if (flat.length === 0 || flat.some((value) => typeof value === 'number')) return 'float32';
  return flat.every((value) => typeof value === 'boolean') ? 'bool' : 'int64';
}

function flatten(data: NestedNumbers, shape: readonly number[], depth: number, out: (number | bigint | boolean)[]): void {
  if (depth === shape.length) {
    if (Array.isArray(data))
      throw new TorchError(`expected sequence of length ${shape[depth - 1]} at dim ${depth - 1} (got ${data.length})`, 'ValueError');
    out.push(data as number);
    return;
  }
  const length = Array.isArray(data) ? data.length : 0;
  if (!Array.isArray(data) || length !== shape[depth]) {
    throw new TorchError(`expected sequence of length ${shape[depth]} at dim ${depth} (got ${length})`, 'ValueError');
  }
  for (const item of data) flatten(item as NestedNumbers, shape, depth + 1, out);
}

/** Index of a tensor's first element in `wholeView` of its type. */
export function elementStart(tensor: Tensor): number {
  return tensor.storage.ptr / itemSize(tensor.dtype) + tensor.offset;
}

/** Offsets in elements of all positions, row-major, as a list. */
export function offsetsOf(shape: Shape, strides: Shape): Int32Array {
  const out = new Int32Array(numelOf(shape));
  let i = 0;
  forEachOffset(shape, strides, (offset) => {
    out[i++] = offset;
  });
  return out;
}
