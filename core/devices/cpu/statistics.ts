// What a recorded tensor is summed up from, in one SIMD pass. Names no op.
import { heap } from '../../tensor/heap.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kernels } from './kernels.ts';

const BYTES = 72;

/** Counts, extremes and sums of a row-major float32 tensor's finite numbers; null where no kernel can. */
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
  if (fast === null || t.numel === 0) return null;
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
