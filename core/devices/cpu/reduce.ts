// Reductions of the CPU: kept dimensions outside, reduced ones inside, sums held in double. Names no op.
import type { ReduceKind } from '../../tensor/device.ts';
import { itemSize } from '../../tensor/dtype.ts';
import { heap } from '../../tensor/heap.ts';
import { contiguousStrides } from '../../tensor/shape.ts';
import { forEachOffset, type Tensor } from '../../tensor/tensor.ts';
import { loadRun, storeRun } from './block-io.ts';
import { type Kernels, kernels } from './kernels.ts';
import { shared, sharedOut } from './threads.ts';
import { forEachRow, mergeDims, type Walk } from './walk.ts';
import { wide } from './wide.ts';

const start: Record<ReduceKind, number> = {
  sum: 0,
  prod: 1,
  max: -Infinity,
  min: Infinity,
  any: 0,
  all: 1,
  nansum: 0,
  sumsq: 0,
  sumabs: 0,
  countNonzero: 0,
};

function fold(kind: ReduceKind, x: Float64Array, n: number, from: number): number {
  let s = from;
  switch (kind) {
    case 'sum':
      for (let i = 0; i < n; i++) s += x[i];
      break;
    case 'prod':
      for (let i = 0; i < n; i++) s *= x[i];
      break;
    case 'max':
      for (let i = 0; i < n; i++) if (!(x[i] <= s) && s === s) s = x[i];
      break;
    case 'min':
      for (let i = 0; i < n; i++) if (!(x[i] >= s) && s === s) s = x[i];
      break;
    case 'any':
      for (let i = 0; i < n; i++) if (x[i] !== 0) s = 1;
      break;
    case 'all':
      for (let i = 0; i < n; i++) if (x[i] === 0) s = 0;
      break;
    case 'nansum':
      for (let i = 0; i < n; i++) if (x[i] === x[i]) s += x[i];
      break;
    case 'sumsq':
      for (let i = 0; i < n; i++) s += x[i] * x[i];
      break;
    case 'sumabs':
      for (let i = 0; i < n; i++) s += Math.abs(x[i]);
      break;
    case 'countNonzero':
      for (let i = 0; i < n; i++) if (x[i] !== 0) s += 1;
      break;
  }
  return s;
}

const CHUNK = 1024;
const block = new Float64Array(CHUNK);
const cell = new Float64Array(1);

/** Folds WebAssembly has, by its numbers for them. */
const wideKinds: Partial<Record<ReduceKind, number>> = { sum: 0, max: 1, min: 2, sumsq: 3, sumabs: 4 };

/** Sums of dimensions that lie outside a contiguous run of kept ones: whole rows are added. False where the shape is another. */
function sumRows(fast: Kernels, input: Tensor, out: Tensor, base: number, kept: Walk, reduced: Walk): boolean {
  const last = kept.shape.length - 1;
  const width = kept.shape[last];
  if (reduced.shape.length !== 1 || kept.strides[0][last] !== 1 || width < 8) return false;
  const item = itemSize(input.dtype);
  const add = item === 4 ? fast.sumColumns32 : fast.sumColumns64;
  const to = out.storage.ptr / item + out.offset;
  const rows = reduced.shape[0];
  const step = reduced.strides[0][0];
  const scratch = heap.alloc(width * 8);
  const many = COST * rows * width >= shared.products;
  forEachRow(kept, ([from, at]) => {
    if (!many) add((base + from) * item, rows, step, width, (to + at) * item, scratch);
    else
      sharedOut(fast, COST * rows * width, width, 16, (make, start, end) => {
        const [source, target] = [(base + from + start) * item, (to + at + start) * item];
        make(item === 4 ? 'sumColumns32' : 'sumColumns64', source, rows, step, end - start, target, scratch + 8 * start);
      });
  });
  heap.free(scratch, width * 8);
  return true;
}

/** What a number costs that is folded, in multiplications of a matrix product. */
const COST = 8;
/** A longer run is folded in blocks, whatever the number of threads. */
const BLOCK = 2 ** 18;

/** Contiguous runs, evenly apart, folded each into one number; or one very long run. False where the shape is another. */
function foldRuns(fast: Kernels, kind: ReduceKind, input: Tensor, out: Tensor, base: number, kept: Walk, reduced: Walk): boolean {
  const known = wideKinds[kind];
  const n = reduced.shape[0];
  if (known === undefined || kept.shape.length !== 1 || reduced.shape.length !== 1 || reduced.strides[0][0] !== 1) return false;
  if (n < wide.fold || input.numel === 0) return false;
  const item = itemSize(input.dtype);
  const [rows, stride] = [kept.shape[0], kept.strides[0][0]];
  if (n > BLOCK) {
    if (rows !== 1) return false;
    foldLong(fast, kind, known, input, out, base * item, n);
    return true;
  }
  const name = item === 4 ? 'foldRows32' : 'foldRows64';
  sharedOut(fast, COST * rows * n, rows, 1, (make, from, end) => {
    make(name, known, (base + from * stride) * item, end - from, stride, n, start[kind], out.dataPtr + from * item);
  });
  return true;
}

function foldLong(fast: Kernels, kind: ReduceKind, known: number, input: Tensor, out: Tensor, from: number, n: number): void {
  const blocks = Math.ceil(n / BLOCK);
  const found = heap.alloc(8 * blocks);
  const name = input.dtype === 'float32' ? 'foldBlocks32' : 'foldBlocks64';
  sharedOut(fast, COST * n, blocks, 1, (make, first, end) => make(name, known, from, n, BLOCK, first, end, start[kind], found));
  cell[0] = fold(kind === 'max' || kind === 'min' ? kind : 'sum', heap.f64(found, blocks), blocks, start[kind]);
  storeRun(out.dtype, out.dataPtr / itemSize(out.dtype), 1, cell, 0, 1);
  heap.free(found, 8 * blocks);
}

/** Chunk sums are added up in turn: two levels keep float64 sums accurate. */
function foldRun(kind: ReduceKind, input: Tensor, from: number, step: number, n: number, value: number): number {
  let s = value;
  const known = wideKinds[kind];
  if (step === 1 && n >= wide.fold && known !== undefined) {
    const fast = input.dtype === 'float32' || input.dtype === 'float64' ? kernels() : null;
    if (fast !== null) return input.dtype === 'float32' ? fast.foldRun32(known, from * 4, n, s) : fast.foldRun64(known, from * 8, n, s);
  }
  for (let at = 0; at < n; at += CHUNK) {
    const m = Math.min(CHUNK, n - at);
    loadRun(input.dtype, from + at * step, step, block, 0, m);
    s = kind === 'sum' && n > CHUNK ? s + fold(kind, block, m, 0) : fold(kind, block, m, s);
  }
  return s;
}

/** Sums over the leading dimensions, or over all, of a small row-major float32 tensor: no blocks between. */
function sumFast(input: Tensor, mask: readonly boolean[], out: Tensor): boolean {
  if (input.dtype !== 'float32' || out.dtype !== 'float32' || !input.isContiguous) return false;
  let columns = 1;
  let d = mask.length - 1;
  for (; d >= 0 && !mask[d]; d--) columns *= input.shape[d];
  for (; d >= 0; d--) if (!mask[d]) return false;
  if (input.numel > 4096 || columns !== out.numel) return false;
  const H = heap.F32;
  const from = (input.storage.ptr >>> 2) + input.offset;
  const to = (out.storage.ptr >>> 2) + out.offset;
  for (let j = 0; j < columns; j++) {
    let s = 0;
    for (let i = j; i < input.numel; i += columns) s += H[from + i];
    H[to + j] = s;
  }
  return true;
}

export function reduce(kind: ReduceKind, input: Tensor, mask: readonly boolean[], out: Tensor): void {
  if (kind === 'sum' && sumFast(input, mask, out)) return;
  const keptShape: number[] = [];
  const keptStrides: number[] = [];
  const redShape: number[] = [];
  const redStrides: number[] = [];
  for (let d = 0; d < input.shape.length; d++) {
    (mask[d] ? redShape : keptShape).push(input.shape[d]);
    (mask[d] ? redStrides : keptStrides).push(input.strides[d]);
  }
  const base = input.storage.ptr / itemSize(input.dtype) + input.offset;
  const inner = mergeDims(redShape, [redStrides]);
  const to = out.storage.ptr / itemSize(out.dtype) + out.offset;
  if (input.dtype === 'int64' && out.dtype === 'int64' && (kind === 'sum' || kind === 'prod' || kind === 'max' || kind === 'min')) {
    exact(kind, input, base, keptShape, keptStrides, redShape, redStrides, to);
    return;
  }
  if (input.numel >= wide.folded && input.dtype === out.dtype && (input.dtype === 'float32' || input.dtype === 'float64')) {
    const fast = kernels();
    if (fast !== null) {
      const kept = mergeDims(keptShape, [keptStrides, contiguousStrides(keptShape)]);
      if (kind === 'sum' && sumRows(fast, input, out, base, kept, inner)) return;
      if (foldRuns(fast, kind, input, out, base, kept, inner)) return;
    }
  }
  let i = 0;
  forEachOffset(keptShape, keptStrides, (offset) => {
    cell[0] = foldWalk(kind, input, base + offset, inner);
    storeRun(out.dtype, to + i++, 1, cell, 0, 1);
  });
}

function foldWalk(kind: ReduceKind, input: Tensor, from: number, walk: Walk): number {
  const { shape } = walk;
  const strides = walk.strides[0];
  const last = shape.length - 1;
  if (shape.some((size) => size === 0)) return start[kind];
  if (last === 0) return foldRun(kind, input, from, strides[0], shape[0], start[kind]);
  let s = start[kind];
  forEachOffset(shape.slice(0, last), strides.slice(0, last), (offset) => {
    s = foldRun(kind, input, from + offset, strides[last], shape[last], s);
  });
  return s;
}

function exact(
  kind: ReduceKind,
  input: Tensor,
  base: number,
  keptShape: number[],
  keptStrides: number[],
  redShape: number[],
  redStrides: number[],
  to: number,
): void {
  let i = 0;
  void input;
  forEachOffset(keptShape, keptStrides, (offset) => {
    let s = kind === 'prod' ? 1n : 0n;
    let first = true;
    forEachOffset(redShape, redStrides, (inner) => {
      const v = heap.I64[base + offset + inner];
      if (kind === 'sum') s += v;
      else if (kind === 'prod') s = BigInt.asIntN(64, s * v);
      else if (first || (kind === 'max' ? v > s : v < s)) s = v;
      first = false;
    });
    heap.I64[to + i++] = BigInt.asIntN(64, s);
  });
}
