// Softmax and its logarithm along any dimension: float32 by WebAssembly kernels, float64 out of the loops of elementwise rows and folds, both as
// softmax-line.ts computes and adds. Names no op.
import type { DType } from '../../tensor/dtype.ts';
import { itemSize } from '../../tensor/dtype.ts';
import type { Expr } from '../../tensor/expr.ts';
import { heap } from '../../tensor/heap.ts';
import { elementStart, forEachOffset, type Tensor, wholeView } from '../../tensor/tensor.ts';
import { elementwise } from './elementwise.ts';
import { type Kernels, kernels } from './kernels.ts';
import { type RowLoop, rowLoop } from './row-module.ts';
import { Scratch } from './scratch.ts';
import { logOfSum, softmaxLine } from './softmax-line.ts';
import { wide } from './wide.ts';

/** `outer` blocks of `size` rows of `inner` numbers: a line is a column of a block, or with one column the block. */
interface Lines {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

/** out = softmax (or its logarithm) of each line along dimension `dim`; out is row-major. */
export function softmax(input: Tensor, out: Tensor, dim: number, logarithm: boolean): void {
  const { numel, shape } = input;
  if (numel === 0) return;
  const size = shape[dim] ?? 1;
  let inner = 1;
  for (let d = dim + 1; d < shape.length; d++) inner *= shape[d];
  const fast = numel >= wide.softmax ? kernels() : null;
  if (fast !== null && wideSoftmax(fast, input, out, { outer: numel / size / inner, size, inner }, logarithm)) return;
  const view = wholeView(input.dtype) as Float32Array;
  const single = input.dtype === 'float32';
  const step = input.strides[dim] ?? 1;
  const to = elementStart(out);
  let line = 0;
  forEachOffset(
    shape.filter((_, d) => d !== dim),
    input.strides.filter((_, d) => d !== dim),
    (offset) => {
      const column = line % inner;
      softmaxLine(view, elementStart(input) + offset, step, size, to + (line - column) * size + column, inner, single, logarithm);
      line++;
    },
  );
}

function wideSoftmax(fast: Kernels, input: Tensor, out: Tensor, lines: Lines, logarithm: boolean): boolean {
  const loops = loopsFor(input.dtype, lines.inner > 1);
  if (loops === null) return false;
  if (!input.isContiguous) elementwise('a', [input], [], out, input.dtype);
  const from = (input.isContiguous ? elementStart(input) : elementStart(out)) * itemSize(input.dtype);
  const to = elementStart(out) * itemSize(input.dtype);
  if (input.dtype === 'float32') single(fast, from, to, lines, logarithm ? loops : null);
  else if (lines.inner === 1) doubleRows(fast, from, to, lines, loops, logarithm);
  else doubleColumns(fast, from, to, lines, loops, logarithm);
  return true;
}

interface Loops {
  readonly largest: RowLoop;
  readonly exponential: RowLoop;
  readonly share: RowLoop;
  readonly below: RowLoop;
}
const largest: Expr = ['maximum', 'a', 'b'];
const [shiftedExp, shiftedBy]: Expr[] = [
  ['exp', ['sub', 'a', 'p']],
  ['exp', ['sub', 'a', 'b']],
];
const [share, shareOf]: Expr[] = [
  ['div', 'a', 'p'],
  ['div', 'a', 'b'],
];
const [below, belowEach]: Expr[] = [
  ['sub', ['sub', 'a', 'p'], 'q'],
  ['sub', ['sub', 'a', 'b'], 'c'],
];

/** What is taken from numbers stands in p and q, or for columns in operands. */
function loopsFor(type: DType, columns: boolean): Loops | null {
  const given = (expr: Expr, operands: number): RowLoop | null =>
    rowLoop(expr, 'float64', [type, ...new Array<DType>(operands).fill('float64')], type);
  const found = {
    largest: rowLoop(largest, 'float64', ['float64', 'float64'], 'float64'),
    exponential: columns ? given(shiftedBy, 1) : given(shiftedExp, 0),
    share: columns ? given(shareOf, 1) : given(share, 0),
    below: columns ? given(belowEach, 2) : given(below, 0),
  };
  return Object.values(found).includes(null) ? null : (found as Loops);
}

function single(fast: Kernels, from: number, to: number, { outer, size, inner }: Lines, logarithm: Loops | null): void {
  if (inner === 1) {
    if (logarithm === null) {
      fast.softmaxRows32(from, to, outer, size);
      return;
    }
    const scratch = heap.alloc(outer * 16);
    fast.softmaxSums32(from, outer, size, scratch);
    for (let row = 0, at = scratch >>> 3; row < outer; row++, at += 2) {
      const step = row * size * 4;
      logarithm.below(size, to + step, from + step, 0, 0, 0, 0, 0, 0, 0, heap.F64[at], logOfSum(heap.F64[at + 1], true), 0);
    }
    heap.free(scratch, outer * 16);
    return;
  }
  const scratch = logarithm === null ? 0 : heap.alloc(inner * 16);
  const block = size * inner * 4;
  for (let b = 0; b < outer; b++, from += block, to += block) {
    fast.softmaxColumns32(from, logarithm === null ? to : 0, size, inner, inner, scratch, scratch + inner * 8);
    if (logarithm !== null) belowColumns(logarithm.below, from, to, size, inner, 4, scratch);
  }
  if (logarithm !== null) heap.free(scratch, inner * 16);
}

/** The last step of a logarithm down columns, from the largest numbers at `scratch` and the sums behind them. */
function belowColumns(loop: RowLoop, from: number, to: number, size: number, inner: number, item: number, scratch: number): void {
  const sums = (scratch >>> 3) + inner;
  for (let j = 0; j < inner; j++) heap.F64[sums + j] = logOfSum(heap.F64[sums + j], item === 4);
  const step = inner * item;
  for (let i = 0; i < size; i++) loop(inner, to + i * step, from + i * step, scratch, sums * 8, 0, 0, 0, 0, 0, 0, 0, 0);
}

function doubleRows(fast: Kernels, from: number, to: number, { outer, size }: Lines, loops: Loops, logarithm: boolean): void {
  const kept = logarithm ? heap.alloc(size * 8) : 0;
  for (let row = 0, at = from, out = to; row < outer; row++, at += size * 8, out += size * 8) {
    const top = fast.foldRun64(1, at, size, Number.NEGATIVE_INFINITY);
    const exponentials = logarithm ? kept : out;
    loops.exponential(size, exponentials, at, 0, 0, 0, 0, 0, 0, 0, top, 0, 0);
    const sum = fast.foldRun64(0, exponentials, size, 0);
    if (logarithm) loops.below(size, out, at, 0, 0, 0, 0, 0, 0, 0, top, logOfSum(sum, false), 0);
    else loops.share(size, out, out, 0, 0, 0, 0, 0, 0, 0, sum, 0, 0);
  }
  if (logarithm) heap.free(kept, size * 8);
}

function doubleColumns(fast: Kernels, from: number, to: number, { outer, size, inner }: Lines, loops: Loops, logarithm: boolean): void {
  const scratch = new Scratch();
  const step = inner * 8;
  const tops = scratch.take(3 * step);
  const sums = tops + step;
  const kept = logarithm ? scratch.take(size * step) : 0;
  for (let b = 0; b < outer; b++, from += size * step, to += size * step) {
    heap.F64.fill(Number.NEGATIVE_INFINITY, tops >>> 3, sums >>> 3);
    for (let i = 0; i < size; i++) loops.largest(inner, tops, tops, from + i * step, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const exponentials = logarithm ? kept : to;
    for (let i = 0; i < size; i++) loops.exponential(inner, exponentials + i * step, from + i * step, tops, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    fast.sumColumns64(exponentials, size, inner, inner, sums, sums + step);
    if (logarithm) belowColumns(loops.below, from, to, size, inner, 8, tops);
    else for (let i = 0; i < size; i++) loops.share(inner, to + i * step, to + i * step, sums, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }
  scratch.release();
}
