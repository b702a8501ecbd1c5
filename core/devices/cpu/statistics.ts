// What a recorded tensor is summed up from, in one SIMD pass. Names no op.
import { heap } from '../../tensor/heap.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kernels } from './kernels.ts';

const BYTES = 72;

/** Whether the elements lie side by side in memory, in any order of dimensions: a transposed matrix does. */
function isDense(t: Tensor): boolean {
  if (t.isContiguous) return true;
  const dims = t.shape.map((size, d) => [size, t.strides[d]]).filter(([size]) => size !== 1);
  dims.sort((x, y) => x[1] - y[1]);
  let step = 1;
  for (const [size, stride] of dims) {
    if (stride !== step) return false;
    step *= size;
  }
  return true;
}

/** Counts, extremes and sums of a float32 tensor's finite numbers; null where no kernel can. */
export function tensorStatistics(t: Tensor): {
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
} | null {
  const fast = kernels();
  if (fast === null || t.numel === 0 || !isDense(t)) return null;
  const from = t.dataPtr;
  // Deviations are taken from the first finite number: sums over them stay exact where the mean is large.
  let first = from >>> 2;
  const end = first + t.numel;
  while (first < end && !Number.isFinite(heap.F32[first])) first++;
  const to = heap.alloc(BYTES);
  fast.statistics32(from, t.numel, first < end ? heap.F32[first] : 0, to);
  const [nan, inf, min, max, sum, sumAbs, squares, shifted, shiftedSquares] = heap.f64(to, BYTES / 8);
  heap.free(to, BYTES);
  return { count: t.numel, nan, inf, min, max, sum, sumAbs, squares, shifted, shiftedSquares };
}
