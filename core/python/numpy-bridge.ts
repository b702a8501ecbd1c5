// The functions our Python `numpy` calls, over the same handles as tensors. Numbers and strings cross, arrays by handle,
// bulk data through Python's own memory. Every result handle is Python's to let go of. What the functions do: numpy-*.ts.
import { heap } from '../tensor/heap.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { notInNabla, TorchError } from '../tensor/torch-error.ts';
import type { TensorTable } from './handles.ts';
import {
  type ArrayType,
  arrayType,
  bytesOf,
  cast,
  copied,
  elementsOf,
  fresh,
  made,
  storageOf,
  store,
  viewOf,
  wordsOf,
} from './numpy-array.ts';
import { binary, roundEven, unary } from './numpy-elementwise.ts';
import { assign, nonzero, put, take } from './numpy-index.ts';
import { determinant, inverse, leastSquares, matmul, solve } from './numpy-linalg.ts';
import { argsortLast, concatenate, range, sortLast, where } from './numpy-order.ts';
import type { Weak } from './numpy-promote.ts';
import { quickBinary, quickScalar, quickSum } from './numpy-quick.ts';
import { choice, draw, drawIntegers, permutation, RandomStates, shuffle } from './numpy-random.ts';
import { accumulate, reduce } from './numpy-reduce.ts';

/** What the bridge's host gives: the handle table, and the wrapper that turns a thrown error into -1. */
interface NumpyHost {
  readonly tensors: TensorTable;
  guard<A extends never[]>(f: (...values: A) => unknown): (...values: A) => unknown;
}

/** Pyodide's memory; read anew at each call, since it grows. */
interface PythonMemory {
  readonly HEAPU8: Uint8Array;
}

type Value = number | bigint;

/**
 * `np_*` functions for the `_nabla` module, already guarded. They return a handle, a plain value or nothing; -1 says that `take()` holds an error
 * (`np_item` and `np_sum` never fail, so their -1 is a number).
 */
export function numpyBridge(host: NumpyHost, memory: PythonMemory): Record<string, (...values: never[]) => unknown> {
  const { tensors } = host;
  const states = new RandomStates(5489);
  const get = (handle: number): Tensor => tensors.get(handle);
  const add = (t: Tensor): number => tensors.add(t);

  const functions: Record<string, (...values: never[]) => unknown> = {
    /** Nothing but the host's own housekeeping: empties a full queue of dead handles. */
    np_enter: () => 0,
    /** `count` elements of `dtype` at `ptr` in Python's memory. */
    np_from: (dtype: ArrayType, ptr: number, ...shape: number[]) => {
      const t = fresh(dtype, shape);
      const bytes = t.numel * bytesOf(dtype);
      heap.u8(t.storage.ptr, bytes).set(memory.HEAPU8.subarray(ptr, ptr + bytes));
      return add(t);
    },
    /** Writes the elements, row-major, to `ptr` in Python's memory. */
    np_read: (h: number, ptr: number) => {
      const t = get(h);
      const elements = t.dtype === 'float16' ? wordsOf(t) : elementsOf(t);
      memory.HEAPU8.set(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength), ptr);
      return elements.length;
    },
    np_full: (dtype: ArrayType, value: Value, ...shape: number[]) =>
      add(made(dtype, shape, typeof value === 'bigint' ? BigInt64Array.of(value) : [value])),
    np_range: (dtype: 'int64' | 'float64', start: number, step: number, n: number) => add(range(dtype, start, step, n)),
    np_info: (h: number) => {
      const t = get(h);
      return `${t.dtype}|${t.shape.join(',')}|${t.strides.join(',')}|${t.offset}`;
    },
    np_same_storage: (a: number, b: number) => +(get(a).storage === get(b).storage),
    np_view: (h: number, offset: number, rank: number, ...layout: number[]) =>
      add(viewOf(get(h), layout.slice(0, rank), layout.slice(rank), offset)),
    np_alias: (h: number) => {
      const dtype = arrayType(get(h));
      if (dtype === 'bfloat16') throw new TorchError('Got unsupported ScalarType BFloat16', 'TypeError');
      if (dtype === 'uint16' || dtype === 'uint32') throw notInNabla(`torch.${dtype}`);
      get(h).storage.own();
      get(h).storage.fixed = true;
      return add(get(h).alias());
    },
    /** 1 where an array shares (or shared) the memory. */
    np_fixed: (h: number) => +get(h).storage.fixed,
    np_copy: (h: number) => add(copied(get(h))),
    np_cast: (h: number, dtype: ArrayType) => add(cast(get(h), dtype)),
    np_item: (h: number, at: number) => {
      const value = storageOf(get(h))[at];
      return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
    },
    np_set_item: (h: number, at: number, value: Value) => {
      const view = viewOf(get(h), [], [], at);
      store(view, typeof value === 'bigint' ? BigInt64Array.of(value) : [value]);
      view.release();
    },
    np_binary: (name: string, a: number, b: number) => {
      const left = get(a);
      const right = get(b);
      return add(quickBinary(name, left, right) ?? binary(name, left, right));
    },
    np_binary_scalar: (name: string, h: number, value: Value, type: ArrayType | Weak, reflected: boolean) => {
      const array = get(h);
      const quick = typeof value === 'number' ? quickScalar(name, array, value, reflected) : null;
      if (quick !== null) return add(quick);
      const scalar = { value, type };
      return add(reflected ? binary(name, scalar, array) : binary(name, array, scalar));
    },
    np_unary: (name: string, h: number) => add(unary(name, get(h))),
    /** Rounds to `decimals` as NumPy: scale, round half to even, scale back. */
    np_round: (h: number, decimals: number) => {
      const t = get(h);
      const scale = 10 ** Math.abs(decimals);
      const rounded = (x: number) =>
        decimals === 0 ? roundEven(x) : decimals > 0 ? roundEven(x * scale) / scale : roundEven(x / scale) * scale;
      return add(
        made(
          t.dtype,
          t.shape,
          Float64Array.from(elementsOf(t) as ArrayLike<number | bigint>, (x) => rounded(Number(x))),
        ),
      );
    },
    np_reduce: (name: string, h: number, keepDims: boolean, ...axes: number[]) => add(reduce(name, get(h), axes, keepDims)),
    /** The sum of a whole array as a number; like `np_item` it never fails. */
    np_sum: (h: number) => {
      const array = get(h);
      const quick = quickSum(array);
      if (quick !== null) return quick;
      const sum = reduce(
        'sum',
        array,
        array.shape.map((_, i) => i),
        false,
      );
      const value = storageOf(sum)[sum.offset];
      sum.release();
      return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
    },
    np_accumulate: (name: 'cumsum' | 'cumprod', h: number, axis: number) => add(accumulate(name, get(h), axis)),
    np_take: (h: number, count: number, ...rest: number[]) => add(take(get(h), rest.slice(0, count), rest.slice(count).map(get))),
    np_put: (h: number, values: number, count: number, ...rest: number[]) =>
      put(get(h), rest.slice(0, count), rest.slice(count).map(get), get(values)),
    np_assign: (h: number, values: number) => assign(get(h), get(values)),
    np_assign_scalar: (h: number, value: Value) => store(get(h), typeof value === 'bigint' ? BigInt64Array.of(value) : [value]),
    /** Indices along dimension `dim` of the non-zero elements. */
    np_nonzero: (h: number, dim: number) => {
      const all = nonzero(get(h));
      for (let i = 0; i < all.length; i++) if (i !== dim) all[i].release();
      return add(all[dim]);
    },
    np_sort: (h: number) => add(sortLast(get(h))),
    np_argsort: (h: number) => add(argsortLast(get(h))),
    np_concatenate: (axis: number, ...parts: number[]) => add(concatenate(parts.map(get), axis)),
    np_where: (c: number, a: number, b: number) => add(where(get(c), get(a), get(b))),
    np_matmul: (a: number, b: number) => add(matmul(get(a), get(b))),
    np_solve: (a: number, b: number) => add(solve(get(a), get(b))),
    np_inv: (a: number) => add(inverse(get(a))),
    np_det: (a: number) => add(determinant(get(a))),
    np_lstsq: (a: number, b: number) => add(leastSquares(get(a), get(b)).x),
    np_lstsq_rank: (a: number, b: number) => {
      const { x, rank } = leastSquares(get(a), get(b));
      x.release();
      return rank;
    },
    np_random_reset: () => states.clear(),
    np_random_state: () => states.add(),
    np_seed: (state: number, ...words: number[]) => states.get(state).seed(words.length === 1 ? words[0] : words),
    np_seed_array: (state: number, ...words: number[]) => states.get(state).seed(words),
    np_draw: (state: number, name: string, a: number, b: number, ...shape: number[]) => add(draw(states.get(state), name, a, b, shape)),
    np_randint: (state: number, low: Value, high: Value, dtype: ArrayType, ...shape: number[]) =>
      add(drawIntegers(states.get(state), low, high, dtype, shape)),
    np_shuffle: (state: number, h: number) => shuffle(states.get(state), get(h)),
    np_permutation: (state: number, n: number) => add(permutation(states.get(state), n)),
    np_choice: (state: number, n: number, replace: boolean, p: number, ...shape: number[]) =>
      add(choice(states.get(state), n, replace, p === 0 ? null : get(p), shape)),
  };
  return Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, host.guard(f)]));
}
