// NumPy's reductions over some axes, in NumPy's order of additions, so that the last digits agree. No Python here.

import { decoded, roundTo } from '../tensor/half.ts';
import { heap } from '../tensor/heap.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  type ArrayType,
  bigintsOf,
  fresh,
  indexList,
  made,
  NumpyError,
  numbersOf,
  type Shape,
  sizeOf,
  storageOf,
  store,
  viewOf,
} from './numpy-array.ts';
import { isFloat } from './numpy-promote.ts';

/** Pairwise sum of `n` elements: blocks of up to 128 with eight accumulators, halves above (numpy/_core/src/umath/loops_utils). */
export function pairwiseSum(a: ArrayLike<number>, at: number, n: number, step: number, single: boolean): number {
  const round = single ? Math.fround : (x: number) => x;
  if (n < 8) {
    let sum = -0;
    for (let i = 0; i < n; i++) sum = round(sum + a[at + i * step]);
    return sum;
  }
  if (n <= 128) {
    const r = new Float64Array(8);
    for (let k = 0; k < 8; k++) r[k] = a[at + k * step];
    let i = 8;
    for (; i < n - (n % 8); i += 8) for (let k = 0; k < 8; k++) r[k] = round(r[k] + a[at + (i + k) * step]);
    let sum = round(round(round(r[0] + r[1]) + round(r[2] + r[3])) + round(round(r[4] + r[5]) + round(r[6] + r[7])));
    for (; i < n; i++) sum = round(sum + a[at + i * step]);
    return sum;
  }
  let half = Math.floor(n / 2);
  half -= half % 8;
  return round(pairwiseSum(a, at, half, step, single) + pairwiseSum(a, at + half * step, n - half, step, single));
}

/** Shape left when `axes` are reduced. */
const keptShape = (shape: Shape, axes: readonly number[], keepDims: boolean): number[] =>
  shape.flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]));

/** The kept axes first, then the reduced ones, as a row-major copy's index arithmetic: element (kept k, reduced r) = data[k * inner + r]. */
function arranged(t: Tensor, axes: readonly number[]): { readonly view: Tensor; readonly outer: number; readonly inner: number } {
  const kept = t.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const order = [...kept, ...[...axes].sort((a, b) => a - b)];
  const view = viewOf(
    t,
    order.map((i) => t.shape[i]),
    order.map((i) => t.strides[i]),
    t.offset,
  );
  return { view, outer: sizeOf(kept.map((i) => t.shape[i])), inner: sizeOf(axes.map((i) => t.shape[i])) };
}

/** Float sums follow NumPy's iterator: axes by falling stride; along the innermost pairwise where it is reduced, else element by element. */
function floatSum(t: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  const single = t.dtype === 'float32' || t.dtype === 'float16';
  const out = fresh(t.dtype, keptShape(t.shape, axes, keepDims));
  const kept = t.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const outStride = new Array<number>(t.shape.length).fill(0);
  let step = 1;
  for (const i of [...kept].reverse()) {
    outStride[i] = step;
    step *= t.shape[i];
  }
  // Longest strides outermost; equal strides keep their order. Axes of length 1 say nothing.
  const data =
    t.dtype === 'float16'
      ? decoded('float16', heap.u16(t.storage.ptr, t.storage.byteLength >> 1))
      : (storageOf(t) as Float64Array | Float32Array);
  let loops = t.shape
    .map((length, i) => ({ length, stride: t.strides[i], out: outStride[i] }))
    .filter((loop) => loop.length !== 1)
    .map((loop, i) => ({ ...loop, i }))
    .sort((a, b) => Math.abs(b.stride) - Math.abs(a.stride) || a.i - b.i);
  // Neighbours that walk memory as one are one loop, so a whole contiguous array is summed in one go.
  loops = loops.reduce<typeof loops>((merged, loop) => {
    const last = merged[merged.length - 1];
    if (last !== undefined && last.stride === loop.stride * loop.length && last.out === loop.out * loop.length) {
      merged[merged.length - 1] = { ...loop, length: last.length * loop.length };
    } else merged.push(loop);
    return merged;
  }, []);
  const sums = new Float64Array(sizeOf(out.shape)).fill(-0);
  if (outStride.every((stride) => stride === 0) && loops.length > 1) {
    // Rows that do not follow each other in memory pass through NumPy's buffer, whole rows of them up to 8192 elements, which is summed pairwise.
    const index = indexList(
      loops.map((loop) => loop.length),
      loops.map((loop) => loop.stride),
      t.offset,
    );
    const row = loops[loops.length - 1].length;
    const buffer = new Float64Array(row > 8192 ? 8192 : Math.floor(8192 / row) * row);
    let sum = -0;
    for (let at = 0; at < index.length; at += buffer.length) {
      const n = Math.min(buffer.length, index.length - at);
      for (let i = 0; i < n; i++) buffer[i] = data[index[at + i]];
      sum += pairwiseSum(buffer, 0, n, 1, single);
      if (single) sum = Math.fround(sum);
    }
    store(out, [t.numel === 0 ? 0 : sum]);
    return out;
  }
  const inner = loops.pop() ?? { length: 1, stride: 0, out: 0, i: 0 };
  const round = single ? Math.fround : (x: number) => x;
  const walk = (depth: number, at: number, to: number): void => {
    if (depth < loops.length) {
      const { length, stride, out: outStep } = loops[depth];
      for (let i = 0; i < length; i++) walk(depth + 1, at + i * stride, to + i * outStep);
    } else if (inner.out === 0) {
      sums[to] = round(sums[to] + pairwiseSum(data, at, inner.length, inner.stride, single));
    } else for (let i = 0; i < inner.length; i++) sums[to + i * inner.out] = round(sums[to + i * inner.out] + data[at + i * inner.stride]);
  };
  if (t.numel > 0) walk(0, t.offset, 0);
  store(
    out,
    sums.map((x) => (t.numel === 0 ? 0 : x)),
  );
  return out;
}

const reducers: Readonly<Record<string, { readonly start: number | null; readonly step: (acc: number, x: number) => number }>> = {
  prod: { start: 1, step: (acc, x) => acc * x },
  max: { start: null, step: (acc, x) => (x > acc || Number.isNaN(x) ? x : acc) },
  min: { start: null, step: (acc, x) => (x < acc || Number.isNaN(x) ? x : acc) },
  any: { start: 0, step: (acc, x) => (x !== 0 ? 1 : acc) },
  all: { start: 1, step: (acc, x) => (x === 0 ? 0 : acc) },
};

const identityNames: Readonly<Record<string, string>> = { max: 'maximum', min: 'minimum' };

/** `sum`, `prod`, `max`, `min`, `any`, `all`, `argmax`, `argmin` over `axes`; the caller owns the result. */
export function reduce(name: string, t: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  if (name === 'sum' && isFloat(t.dtype)) return floatSum(t, axes, keepDims);
  const shape = keptShape(t.shape, axes, keepDims);
  const { view, outer, inner } = arranged(t, axes);
  try {
    if (name === 'argmax' || name === 'argmin') return made('int64', shape, positions(view, outer, inner, name === 'argmax'));
    if (!isFloat(t.dtype) && (name === 'sum' || name === 'prod')) {
      const data = bigintsOf(view);
      const out = new BigInt64Array(outer).fill(name === 'sum' ? 0n : 1n);
      for (let k = 0; k < outer; k++) {
        for (let r = 0; r < inner; r++) out[k] = name === 'sum' ? out[k] + data[k * inner + r] : out[k] * data[k * inner + r];
      }
      return made('int64', shape, out);
    }
    const row = reducers[name];
    if (row.start === null && inner === 0 && outer > 0) {
      throw new NumpyError('ValueError', `zero-size array to reduction operation ${identityNames[name]} which has no identity`);
    }
    const dtype: ArrayType = name === 'any' || name === 'all' ? 'bool' : t.dtype;
    if (t.dtype === 'int64' && dtype === 'int64') {
      const data = bigintsOf(view);
      const out = new BigInt64Array(outer);
      for (let k = 0; k < outer; k++) {
        out[k] = data[k * inner];
        for (let r = 1; r < inner; r++)
          if (name === 'max' ? data[k * inner + r] > out[k] : data[k * inner + r] < out[k]) out[k] = data[k * inner + r];
      }
      return made(dtype, shape, out);
    }
    const data = numbersOf(view);
    const out = new Float64Array(outer);
    const round = t.dtype === 'float32' || t.dtype === 'float16' ? Math.fround : (x: number) => x;
    for (let k = 0; k < outer; k++) {
      let acc = row.start ?? data[k * inner];
      if (row.start !== null || !Number.isNaN(acc))
        for (let r = row.start === null ? 1 : 0; r < inner; r++) acc = round(row.step(acc, data[k * inner + r]));
      out[k] = acc;
    }
    return made(dtype, shape, out);
  } finally {
    view.release();
  }
}

/** The first largest (or smallest) of each row; a NaN counts as both. */
function positions(view: Tensor, outer: number, inner: number, largest: boolean): Float64Array {
  if (inner === 0 && outer > 0) throw new NumpyError('ValueError', `attempt to get ${largest ? 'argmax' : 'argmin'} of an empty sequence`);
  const data = numbersOf(view);
  const out = new Float64Array(outer);
  for (let k = 0; k < outer; k++) {
    let best = data[k * inner];
    for (let r = 1; r < inner && !Number.isNaN(best); r++) {
      const x = data[k * inner + r];
      if (Number.isNaN(x) || (largest ? x > best : x < best)) {
        best = x;
        out[k] = r;
      }
    }
  }
  return out;
}

/** Running `cumsum` or `cumprod` along `axis`, integers as int64. */
export function accumulate(name: 'cumsum' | 'cumprod', t: Tensor, axis: number): Tensor {
  const outer = sizeOf(t.shape.slice(0, axis));
  const n = t.shape[axis];
  const inner = sizeOf(t.shape.slice(axis + 1));
  if (isFloat(t.dtype)) {
    const out = Float64Array.from(numbersOf(t));
    const round = t.dtype === 'float16' ? (x: number) => roundTo('float16', x) : t.dtype === 'float32' ? Math.fround : (x: number) => x;
    walkRuns(outer, n, inner, (at, before) => {
      out[at] = round(name === 'cumsum' ? out[before] + out[at] : out[before] * out[at]);
    });
    return made(t.dtype, t.shape, out);
  }
  const out = BigInt64Array.from(bigintsOf(t));
  walkRuns(outer, n, inner, (at, before) => {
    out[at] = name === 'cumsum' ? out[before] + out[at] : out[before] * out[at];
  });
  return made('int64', t.shape, out);
}

function walkRuns(outer: number, n: number, inner: number, step: (at: number, before: number) => void): void {
  for (let o = 0; o < outer; o++)
    for (let i = 1; i < n; i++) for (let k = 0; k < inner; k++) step((o * n + i) * inner + k, (o * n + i - 1) * inner + k);
}
