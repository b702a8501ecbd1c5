// Sorting and joining of arrays, and choice by condition. No Python here.
import type { Tensor } from '../tensor/tensor.ts';
import {
  arrayType,
  broadcastShapes,
  elementsOf,
  fresh,
  made,
  type Numbers,
  numbersOf,
  sizeOf,
  storageOf,
  withStretched,
} from './numpy-array.ts';
import { promotePair } from './numpy-promote.ts';

/** Rising order, NaN last. */
const rising = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : a === b ? 0 : +Number.isNaN(a) - +Number.isNaN(b));

/** Sorted along the last axis. */
export function sortLast(t: Tensor): Tensor {
  const n = t.shape[t.shape.length - 1];
  const data = elementsOf(t).slice();
  for (let at = 0; at < data.length; at += n) {
    const row = data.subarray(at, at + n);
    // A typed array's own sort is numeric with NaN last.
    row.sort();
  }
  return made(t.dtype, t.shape, data);
}

/** Stable positions that sort along the last axis. */
export function argsortLast(t: Tensor): Tensor {
  const n = t.shape[t.shape.length - 1];
  const data: Numbers = numbersOf(t);
  const out = new Float64Array(data.length);
  for (let at = 0; at < data.length; at += n) {
    const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => rising(data[at + a], data[at + b]) || a - b);
    out.set(order, at);
  }
  return made('int64', t.shape, out);
}

/** Joins along `axis`; shapes were checked by the caller. */
export function concatenate(parts: readonly Tensor[], axis: number): Tensor {
  const dtype = parts.map(arrayType).reduce(promotePair);
  const shape = parts[0].shape.slice();
  shape[axis] = parts.reduce((n, p) => n + p.shape[axis], 0);
  const out = fresh(dtype, shape);
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  let start = 0;
  for (const part of parts) {
    const own = part.dtype === dtype ? part : made(dtype, part.shape, elementsOf(part));
    const from = elementsOf(own);
    const to = storageOf(out);
    const run = part.shape[axis] * inner;
    for (let o = 0; o < outer; o++) to.set(from.subarray(o * run, (o + 1) * run) as never, out.offset + o * shape[axis] * inner + start);
    start += run;
    if (own !== part) own.release();
  }
  return out;
}

/** `where(condition, a, b)`; `a` and `b` already have one type. */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  const shape = broadcastShapes([condition.shape, a.shape, b.shape]);
  const out = fresh(a.dtype, shape);
  withStretched(condition, shape, (c) =>
    withStretched(a, shape, (yes) =>
      withStretched(b, shape, (no) => {
        const cs = numbersOf(c);
        const ys = elementsOf(yes);
        const ns = elementsOf(no);
        const to = storageOf(out);
        for (let i = 0; i < cs.length; i++) to[out.offset + i] = cs[i] !== 0 ? ys[i] : ns[i];
      }),
    ),
  );
  return out;
}

/** `start + i * step`, i < n, as NumPy fills ranges. */
export function range(dtype: 'int64' | 'float64' | 'int32' | 'float32', start: number, step: number, n: number): Tensor {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = start + i * step;
  return made(dtype, [n], out);
}
