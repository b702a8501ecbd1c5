// Plain access to a tensor's elements for NumPy's kernels: fresh arrays, views, row-major reading and writing, casts.
// It knows no operation and no Python.
import type { DType } from '../tensor/dtype.ts';
import { itemSize } from '../tensor/dtype.ts';
import { decoded, halfView, toHalf } from '../tensor/half.ts';
import { heap } from '../tensor/heap.ts';
import { Storage } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';

export type Shape = readonly number[];
/** An array's element type. The last two are NumPy's only: such storage never becomes a tensor (`np_alias` refuses). */
export type ArrayType = DType | 'uint16' | 'uint32';
export const arrayType = (t: Tensor): ArrayType => t.dtype;
export const bytesOf = (type: ArrayType): number => (type === 'uint16' ? 2 : type === 'uint32' ? 4 : itemSize(type));

export type Elements =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | BigInt64Array;
/** Elements as JavaScript numbers (everything but int64). */
export type Numbers = Exclude<Elements, BigInt64Array>;

/** What Python raises: `name` is the exception's class. */
export class NumpyError extends Error {
  constructor(
    pythonType: 'ValueError' | 'TypeError' | 'OverflowError' | 'IndexError' | 'MemoryError' | 'LinAlgError' | 'NotImplementedError',
    message: string,
  ) {
    super(message);
    this.name = pythonType;
  }
}

export const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

export function rowMajor(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(1, shape[i]);
  }
  return strides;
}

function isRowMajor(t: Tensor): boolean {
  let step = 1;
  for (let i = t.shape.length - 1; i >= 0; i--) {
    if (t.shape[i] !== 1 && t.strides[i] !== step) return false;
    step *= t.shape[i];
  }
  return true;
}

/** A new row-major array of undefined content; the caller owns it. */
export function fresh(dtype: ArrayType, shape: Shape): Tensor {
  const bytes = sizeOf(shape) * bytesOf(dtype);
  if (bytes > 2 ** 31)
    throw new NumpyError(
      'MemoryError',
      `Unable to allocate ${Math.round(bytes / 2 ** 20)} MiB for an array with shape (${shape.join(', ')})`,
    );
  if (dtype !== 'uint16' && dtype !== 'uint32') return Tensor.empty(shape, dtype, 'cpu');
  return new Tensor(new Storage(bytes), dtype as DType, 'cpu', shape, rowMajor(shape), 0, sizeOf(shape), true);
}

/** Another look at the same storage; the caller owns it. Strides may be negative or 0, in elements. */
export function viewOf(t: Tensor, shape: Shape, strides: Shape, offset: number): Tensor {
  return Tensor.over(t.storage, t.dtype, t.device, shape, strides, offset);
}

/** The whole storage as its elements: index it with offset + strides. Valid until the heap grows. */
export function storageOf(t: Tensor): Elements {
  const { ptr, byteLength } = t.storage;
  const type = arrayType(t);
  const n = Math.floor(byteLength / bytesOf(type));
  switch (type) {
    case 'float64':
      return heap.f64(ptr, n);
    case 'float32':
      return heap.f32(ptr, n);
    case 'int64':
      return heap.i64(ptr, n);
    case 'int32':
      return heap.i32(ptr, n);
    case 'uint32':
      return new Uint32Array(heap.memory.buffer, ptr, n);
    case 'int16':
      return heap.i16(ptr, n);
    case 'uint16':
      return heap.u16(ptr, n);
    case 'int8':
      return heap.i8(ptr, n);
    case 'float16':
      return halfView('float16', heap.u16(ptr, n));
    default:
      return heap.u8(ptr, n);
  }
}

/** Storage index of every element of a strided layout, in row-major order. */
export function indexList(shape: Shape, strides: Shape, offset: number): Int32Array {
  const out = new Int32Array(sizeOf(shape));
  if (out.length === 0) return out;
  const rank = shape.length;
  if (rank === 0) {
    out[0] = offset;
    return out;
  }
  const counter = new Array<number>(rank).fill(0);
  const inner = shape[rank - 1];
  const innerStride = strides[rank - 1];
  let at = offset;
  for (let n = 0; n < out.length; ) {
    for (let i = 0; i < inner; i++) out[n++] = at + i * innerStride;
    for (let d = rank - 2; d >= 0; d--) {
      at += strides[d];
      if (++counter[d] < shape[d]) break;
      at -= strides[d] * shape[d];
      counter[d] = 0;
    }
  }
  return out;
}

/** The elements in row-major order: the storage itself where it already is (do not write), else a copy. */
export function elementsOf(t: Tensor): Elements {
  if (t.dtype === 'float16') return decoded('float16', wordsOf(t));
  return gathered(t, storageOf(t));
}

/** The 16-bit words of a float16 array, row-major. Do not write. */
export function wordsOf(t: Tensor): Uint16Array {
  return gathered(t, heap.u16(t.storage.ptr, t.storage.byteLength >> 1)) as Uint16Array;
}

function gathered(t: Tensor, all: Elements): Elements {
  const n = sizeOf(t.shape);
  if (isRowMajor(t)) return all.subarray(t.offset, t.offset + n);
  const index = indexList(t.shape, t.strides, t.offset);
  const out = new (all.constructor as new (n: number) => Elements)(n);
  for (let i = 0; i < n; i++) out[i] = all[index[i]];
  return out;
}

/** The elements as numbers, row-major; int64 beyond 2^53 loses its low bits. Do not write. */
export function numbersOf(t: Tensor): Numbers {
  const elements = elementsOf(t);
  if (!(elements instanceof BigInt64Array)) return elements;
  const out = new Float64Array(elements.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(elements[i]);
  return out;
}

/** The elements as whole numbers, row-major. Do not write. */
export function bigintsOf(t: Tensor): BigInt64Array {
  const elements = elementsOf(t);
  if (elements instanceof BigInt64Array) return elements;
  const out = new BigInt64Array(elements.length);
  for (let i = 0; i < out.length; i++) out[i] = wholeOf(elements[i]);
  return out;
}

/** C's cast of a float to int64: truncation, and the smallest integer for what does not fit. */
function wholeOf(x: number): bigint {
  return Number.isFinite(x) && Math.abs(x) < 2 ** 63 ? BigInt(Math.trunc(x)) : -(2n ** 63n);
}

/** `data` cast to `dtype` as C does. */
function castElements(dtype: ArrayType, data: ArrayLike<number> | BigInt64Array): Elements {
  const n = data.length;
  if (dtype === 'int64') {
    if (data instanceof BigInt64Array) return data;
    const out = new BigInt64Array(n);
    for (let i = 0; i < n; i++) out[i] = wholeOf(data[i]);
    return out;
  }
  const out = blank(dtype, n);
  if (dtype === 'bool') for (let i = 0; i < n; i++) out[i] = Number(data[i]) === 0 ? 0 : 1;
  else if (!(data instanceof BigInt64Array)) for (let i = 0; i < n; i++) out[i] = data[i];
  else if (dtype === 'float64' || dtype === 'float32' || dtype === 'float16') for (let i = 0; i < n; i++) out[i] = Number(data[i]);
  else for (let i = 0; i < n; i++) out[i] = Number(BigInt.asIntN(32, data[i]));
  return out;
}

/** Zeros in a form that casts to `dtype` when written to; float16 stays as numbers until it is stored. */
function blank(dtype: ArrayType, n: number): Numbers {
  switch (dtype) {
    case 'float64':
    case 'float16':
      return new Float64Array(n);
    case 'float32':
      return new Float32Array(n);
    case 'int32':
      return new Int32Array(n);
    case 'uint32':
      return new Uint32Array(n);
    case 'int16':
      return new Int16Array(n);
    case 'uint16':
      return new Uint16Array(n);
    case 'int8':
      return new Int8Array(n);
    default:
      return new Uint8Array(n);
  }
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The float16 word nearest to a double: first to float32 keeping a trace of what is cut off (rounding to odd), so that nothing rounds twice. */
function nearestHalf(x: number): number {
  float[0] = x;
  if (float[0] !== x && Number.isFinite(x) && Number.isFinite(float[0])) {
    if (Math.abs(float[0]) > Math.abs(x)) bits[0] -= 1;
    bits[0] |= 1;
  }
  return toHalf(float[0]);
}

/** Writes row-major `data` (one element: everywhere) into `t`, cast as C does. */
export function store(t: Tensor, data: ArrayLike<number> | BigInt64Array): void {
  const n = sizeOf(t.shape);
  const from = castElements(t.dtype, data);
  const half = t.dtype === 'float16';
  if (half) for (let i = 0; i < from.length; i++) from[i] = nearestHalf(from[i] as number);
  const to = half ? heap.u16(t.storage.ptr, t.storage.byteLength >> 1) : storageOf(t);
  const step = from.length === 1 && n !== 1 ? 0 : 1;
  if (!isRowMajor(t)) {
    const index = indexList(t.shape, t.strides, t.offset);
    for (let i = 0; i < n; i++) to[index[i]] = from[i * step];
  } else if (step === 0) to.fill(from[0] as never, t.offset, t.offset + n);
  else to.set(from as never, t.offset);
}

/** `f` of every element, as float64. */
export function mapped(data: ArrayLike<number>, f: (x: number) => number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = f(data[i]);
  return out;
}

/** A new row-major array holding `data`, cast to `dtype`. */
export function made(dtype: ArrayType, shape: Shape, data: ArrayLike<number> | BigInt64Array): Tensor {
  const t = fresh(dtype, shape);
  store(t, data);
  return t;
}

export function cast(t: Tensor, dtype: ArrayType): Tensor {
  return made(dtype, t.shape, elementsOf(t));
}

/** NumPy's broadcasting of shapes, with its message. */
export function broadcastShapes(shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const out = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const at = rank - shape.length + i;
      if (shape[i] === 1 || shape[i] === out[at]) continue;
      if (out[at] !== 1) {
        throw new NumpyError('ValueError', `operands could not be broadcast together with shapes ${shapes.map(shapeWords).join(' ')} `);
      }
      out[at] = shape[i];
    }
  }
  return out;
}

/** `(2,3)` and `(4,)`, as NumPy writes shapes in its messages. */
export const shapeWords = (shape: Shape): string => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(',')})`);

/** The view of `t` stretched to `shape`; null when it already has it. The caller owns a view that is returned. */
export function stretched(t: Tensor, shape: Shape): Tensor | null {
  if (t.shape.length === shape.length && t.shape.every((d, i) => d === shape[i])) return null;
  const lead = shape.length - t.shape.length;
  const strides = shape.map((d, i) => (i < lead || (t.shape[i - lead] === 1 && d !== 1) ? 0 : t.strides[i - lead]));
  return viewOf(t, shape, strides, t.offset);
}

/** Runs `use` on the view of `t` stretched to `shape` and releases the view. */
export function withStretched<R>(t: Tensor, shape: Shape, use: (t: Tensor) => R): R {
  const view = stretched(t, shape);
  if (view === null) return use(t);
  try {
    return use(view);
  } finally {
    view.release();
  }
}

/** A row-major copy. */
export function copied(t: Tensor): Tensor {
  const out = fresh(t.dtype, t.shape);
  storageOf(out).set(elementsOf(t) as never, out.offset);
  return out;
}
