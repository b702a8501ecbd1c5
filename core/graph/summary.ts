// One pass over numbers to a TensorSummary, and its fixed column form. Knows arrays only.
import type { TensorStatistics } from '../devices/cpu/statistics.ts';
import type { TensorSummary } from './trace.ts';

/** Float64 columns of a stored summary, in this order. */
const SUMMARY_FIELDS = ['count', 'nan', 'inf', 'min', 'max', 'mean', 'std', 'rms', 'sum', 'sumAbs', 'norm'] as const;
export const SUMMARY_BYTES = SUMMARY_FIELDS.length * 8;

interface Numbers {
  readonly [index: number]: number;
}

/**
 * Sums up `count` numbers from `start` and writes the columns at `target[at…]`.
 * `std` is the unbiased one, as torch's, 0 for one element; a sum over deviations from the first finite value keeps it exact for large means.
 */
export function writeSummary(values: Numbers, start: number, count: number, target: Float64Array, at: number): void {
  let nan = 0;
  let inf = 0;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let sumAbs = 0;
  let squares = 0;
  let shift = 0;
  let finite = 0;
  let shifted = 0;
  let shiftedSquares = 0;
  for (let i = start; i < start + count; i++) {
    const x = values[i];
    if (x - x !== 0) {
      if (Number.isNaN(x)) nan++;
      else inf++;
      continue;
    }
    if (finite++ === 0) shift = x;
    if (x < min) min = x;
    if (x > max) max = x;
    sum += x;
    sumAbs += x < 0 ? -x : x;
    squares += x * x;
    const d = x - shift;
    shifted += d;
    shiftedSquares += d * d;
  }
  writeColumns(target, at, { count, nan, inf, min, max, sum, sumAbs, squares, shifted, shiftedSquares });
}

export function writeColumns(target: Float64Array, at: number, gathered: TensorStatistics): void {
  const { count, nan, inf, min, max, sum, sumAbs, squares, shifted, shiftedSquares } = gathered;
  const finite = count - nan - inf;
  const variance = finite > 1 ? (shiftedSquares - (shifted * shifted) / finite) / (finite - 1) : 0;
  target[at] = count;
  target[at + 1] = nan;
  target[at + 2] = inf;
  target[at + 3] = finite === 0 ? Number.NaN : min;
  target[at + 4] = finite === 0 ? Number.NaN : max;
  target[at + 5] = finite === 0 ? Number.NaN : sum / finite;
  target[at + 6] = finite === 0 ? Number.NaN : Math.sqrt(Math.max(variance, 0));
  target[at + 7] = finite === 0 ? Number.NaN : Math.sqrt(squares / finite);
  target[at + 8] = sum;
  target[at + 9] = sumAbs;
  target[at + 10] = Math.sqrt(squares);
}

/** The stored columns at `at` as a value. */
export function readSummary(columns: Float64Array, at: number): TensorSummary {
  return {
    count: columns[at],
    nan: columns[at + 1],
    inf: columns[at + 2],
    min: columns[at + 3],
    max: columns[at + 4],
    mean: columns[at + 5],
    std: columns[at + 6],
    rms: columns[at + 7],
    sum: columns[at + 8],
    sumAbs: columns[at + 9],
    norm: columns[at + 10],
  };
}

const scratch = new Float64Array(SUMMARY_FIELDS.length);

/** The summary of an array of numbers. */
export function summarize(values: readonly number[]): TensorSummary {
  writeSummary(values, 0, values.length, scratch, 0);
  return readSummary(scratch, 0);
}
