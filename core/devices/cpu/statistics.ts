// What a recorded tensor is summed up from, in one pass over its memory. Names no op.
import { heap } from '../../tensor/heap.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Kernels, kernels } from './kernels.ts';
import { forEachRow, mergeDims } from './walk.ts';

const BYTES = 72;
/** How much larger Σx² may be than Σ(x - mean)² for the second to be taken from the first: what float32 sums err by is multiplied by it. */
const SPREAD = 16;

/** Counts, extremes and sums of a tensor's finite numbers; `shifted` are deviations from one value near them. */
export interface TensorStatistics {
  readonly count: number;
  readonly nan: number;
  readonly inf: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly sumAbs: number;
  readonly squares: number;
  readonly shifted: number;
  readonly shiftedSquares: number;
}

/** Whether the elements lie side by side in memory, in any order of dimensions: a transposed matrix does. */
export function isDense(t: Tensor): boolean {
  if (t.isContiguous) return true;
  const { shape, strides } = t;
  if (shape.length === 2) return (strides[0] === 1 && strides[1] === shape[0]) || (strides[1] === 1 && strides[0] === shape[1]);
  const dims = shape.map((size, d) => [size, strides[d]]).filter(([size]) => size !== 1);
  dims.sort((x, y) => x[1] - y[1]);
  let step = 1;
  for (const [size, stride] of dims) {
    if (stride !== step) return false;
    step *= size;
  }
  return true;
}

/** The elements of a view with gaps are put side by side up to this many bytes. */
const GATHERED = 2 ** 26;

/** Of a float32 or a dense int64 tensor; null where no kernel can. Sums of float32 err by some 1e-7 of Σ|x| (Σx²). */
export function tensorStatistics(t: Tensor): TensorStatistics | null {
  if (t.numel === 0 || (t.dtype !== 'float32' && t.dtype !== 'int64')) return null;
  const fast = kernels();
  const dense = isDense(t);
  if (t.dtype === 'int64') return dense ? wholeNumbers(t, fast) : null;
  if (fast === null) return null;
  if (dense) return singles(fast, t, t.dataPtr);
  const bytes = 4 * t.numel;
  // Looking must not be what memory runs out for.
  if (bytes > GATHERED || heap.liveBytes + 2 * bytes > heap.limitBytes) return null;
  const copy = heap.alloc(bytes);
  gather(t, copy >>> 2);
  const found = singles(fast, t, copy);
  heap.free(copy, bytes);
  return found;
}

/** Copies the elements, in the order of memory, to where index `to` of the heap's float32 view is. */
function gather(t: Tensor, to: number): void {
  const order = t.shape.map((_, d) => d).sort((x, y) => (t.strides[x] === 0 ? -1 : t.strides[y] === 0 ? 1 : t.strides[y] - t.strides[x]));
  const walk = mergeDims(
    order.map((d) => t.shape[d]),
    [order.map((d) => t.strides[d])],
  );
  const { F32 } = heap;
  const start = t.dataPtr >>> 2;
  const last = walk.shape.length - 1;
  const width = walk.shape[last];
  const step = walk.strides[0][last];
  let at = to;
  forEachRow(walk, ([offset]) => {
    const from = start + offset;
    if (step === 1 && width > 16) {
      F32.copyWithin(at, from, from + width);
      at += width;
    } else for (let i = 0; i < width; i++) F32[at++] = F32[from + i * step];
  });
}

function singles(fast: Kernels, t: Tensor, from: number): TensorStatistics {
  const to = heap.alloc(BYTES);
  fast.statistics32(from, t.numel, to);
  const at = to >>> 3;
  const F64 = heap.F64;
  const nan = F64[at];
  const inf = F64[at + 1];
  const min = F64[at + 2];
  const max = F64[at + 3];
  const sum = F64[at + 4];
  const sumAbs = F64[at + 5];
  const squares = F64[at + 6];
  const finite = t.numel - nan - inf;
  let shifted = sum;
  let shiftedSquares = squares;
  if (min === max) {
    shifted = 0;
    shiftedSquares = 0;
  } else if (finite > 0 && squares > SPREAD * (squares - (sum * sum) / finite)) {
    fast.deviations32(from, t.numel, sum / finite, to);
    shifted = F64[at];
    shiftedSquares = F64[at + 1];
  }
  heap.free(to, BYTES);
  return { count: t.numel, nan, inf, min, max, sum, sumAbs, squares, shifted, shiftedSquares };
}

/** Where Σ(x - mean)² is so small beside Σx², float64 has no digits left for it. */
const NO_SPREAD = 1e-9;

/** As the numbers float64 has for them. */
function wholeNumbers(t: Tensor, fast: Kernels | null): TensorStatistics {
  const n = t.numel;
  if (fast !== null) {
    const to = heap.alloc(BYTES);
    fast.statisticsOfIntegers(t.dataPtr, n, to);
    const [min, max, sum, sumAbs, squares] = heap.f64(to, 5);
    heap.free(to, BYTES);
    const spread = squares - (sum * sum) / n;
    if (min === max) return { count: n, nan: 0, inf: 0, min, max, sum, sumAbs, squares, shifted: 0, shiftedSquares: 0 };
    if (spread > NO_SPREAD * squares)
      return { count: n, nan: 0, inf: 0, min, max, sum, sumAbs, squares, shifted: sum, shiftedSquares: squares };
  }
  const I32 = heap.I32;
  const start = t.dataPtr >>> 2;
  const shift = I32[start + 1] * 2 ** 32 + (I32[start] >>> 0);
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let sumAbs = 0;
  let squares = 0;
  let shifted = 0;
  let shiftedSquares = 0;
  for (let i = start, end = start + 2 * n; i < end; i += 2) {
    const x = I32[i + 1] * 2 ** 32 + (I32[i] >>> 0);
    if (x < min) min = x;
    if (x > max) max = x;
    sum += x;
    sumAbs += x < 0 ? -x : x;
    squares += x * x;
    const d = x - shift;
    shifted += d;
    shiftedSquares += d * d;
  }
  return { count: n, nan: 0, inf: 0, min, max, sum, sumAbs, squares, shifted, shiftedSquares };
}
