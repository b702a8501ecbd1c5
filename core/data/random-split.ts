// The index side of torch's random_split: lengths from fractions, then one permutation cut into pieces.

import { randperm } from '../random/fill.ts';
import type { Generator } from '../random/generator.ts';
import { defaultGenerator } from '../random/generator.ts';
import { TorchError } from '../tensor/torch-error.ts';

/** Lengths that fractions of `n` stand for: rounded down, the rest dealt out from the first on. Whole lengths come back as they are. */
export function splitLengths(n: number, lengths: readonly number[]): { lengths: number[]; warnings: string[] } {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (!(Math.abs(total - 1) <= 1e-9 * Math.max(Math.abs(total), 1) && total <= 1)) return { lengths: [...lengths], warnings: [] };
  const out: number[] = [];
  for (const [i, fraction] of lengths.entries()) {
    if (fraction < 0 || fraction > 1) throw new TorchError(`Fraction at index ${i} is not between 0 and 1`, 'ValueError');
    out.push(Math.floor(n * fraction));
  }
  const rest = n - out.reduce((sum, length) => sum + length, 0);
  for (let i = 0; i < rest; i++) out[i % out.length]++;
  const warnings = out.flatMap((length, i) =>
    length === 0 ? [`Length of split at index ${i} is 0. This might result in an empty dataset.`] : [],
  );
  return { lengths: out, warnings };
}

/** The indices of each part. @throws ValueError when the lengths do not add up to n. */
export function randomSplitIndices(
  n: number,
  lengths: readonly number[],
  generator: Generator | null = null,
): { indices: number[][]; warnings: string[] } {
  const split = splitLengths(n, lengths);
  if (split.lengths.reduce((sum, length) => sum + length, 0) !== n) {
    throw new TorchError('Sum of input lengths does not equal the length of the input dataset!', 'ValueError');
  }
  const order = randperm(generator ?? defaultGenerator, n);
  let start = 0;
  const indices = split.lengths.map((length) => {
    start += length;
    return order.slice(start - length, start);
  });
  return { indices, warnings: split.warnings };
}
