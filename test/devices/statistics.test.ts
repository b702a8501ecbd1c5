import { expect, it } from 'vitest';
import '../../core/devices/cpu/index.ts';
import { tensorStatistics } from '../../core/devices/cpu/statistics.ts';
import { writeColumns, writeSummary } from '../../core/graph/summary.ts';
import { type SgdHyper, sgdUpdate } from '../../core/optim/index.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { stream } from '../ops/sample-inputs.ts';

function numbers(n: number, seed: number): Float32Array {
  const next = stream(seed);
  return Float32Array.from({ length: n }, () => 3 + next() * 4);
}

/** The columns of both ways: what the kernel gathers, and the numbers one by one. */
function bothWays(t: Tensor): [Float64Array, Float64Array] {
  const [given, expected] = [new Float64Array(11), new Float64Array(11)];
  const values = Float64Array.from(t.toTyped() as ArrayLike<number | bigint>, Number);
  writeSummary(values, 0, values.length, expected, 0);
  const gathered = tensorStatistics(t);
  if (gathered === null) throw new Error('no kernels here');
  writeColumns(given, 0, gathered);
  return [given, expected];
}

/** Counts and extremes are exact, sums err by parts of Σ|x|, spreads by parts of themselves. */
function expectAlike([given, expected]: [Float64Array, Float64Array]): void {
  const [count, , , , , , std, , , sumAbs] = expected;
  for (let i = 0; i < 5; i++) expect(given[i]).toBe(expected[i]);
  const bound = [sumAbs / count, Math.abs(std), expected[7], sumAbs, sumAbs, expected[10]];
  for (let i = 5; i < 11; i++) {
    if (Number.isNaN(expected[i])) expect(given[i]).toBeNaN();
    else expect(Math.abs(given[i] - expected[i]), `column ${i}`).toBeLessThanOrEqual(3e-6 * bound[i - 5]);
  }
}

it.each([
  ['finite numbers', [] as number[]],
  ['a NaN', [5, Number.NaN]],
  ['infinities at the start', [0, Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY]],
  ['nothing finite', Array.from({ length: 2500 }, (_, i) => [i, Number.NaN]).flat()],
])('the statistics of %s are the summary of the numbers one by one', (_, changes) => {
  scope(() => {
    const values = numbers(2500, 3);
    for (let i = 0; i < changes.length; i += 2) values[changes[i]] = changes[i + 1];
    expectAlike(bothWays(Tensor.fromTyped(values)));
  });
});

it('whatever the size, the scale and the mean: from gradients that all but vanished to squares beyond float32', () => {
  const next = stream(11);
  for (const n of [1, 127, 128, 129, 300, 5000]) {
    for (const scale of [1e-38, 1e-25, 1e-15, 1e-8, 1, 1e10, 1e25, 1e38]) {
      for (const mean of [0, 1, 1000]) {
        scope(() => {
          const values = Float32Array.from({ length: n }, () => (mean + next() - 0.5) * (mean > 1 ? scale / 1000 : scale));
          expectAlike(bothWays(Tensor.fromTyped(values)));
          values.fill(values[0]);
          expectAlike(bothWays(Tensor.fromTyped(values)));
        });
      }
    }
  }
});

it('views have the statistics of their elements, transposed, stepped, expanded; whole numbers are read as they are', () => {
  scope(() => {
    const t = Tensor.fromTyped(numbers(600, 5), { shape: [20, 30] });
    expectAlike(bothWays(Tensor.over(t.storage, 'float32', 'cpu', [30, 20], [1, 30], 0)));
    for (const [shape, strides] of [
      [
        [20, 15],
        [30, 2],
      ],
      [
        [20, 30],
        [0, 1],
      ],
      [
        [30, 20],
        [1, 0],
      ],
      [
        [40, 12],
        [0, 0],
      ],
      [
        [5, 4, 18],
        [120, 30, 1],
      ],
      [
        [5, 18, 4],
        [120, 1, 30],
      ],
      [
        [1, 18, 1],
        [7, 30, 9],
      ],
    ])
      expectAlike(bothWays(Tensor.over(t.storage, 'float32', 'cpu', shape, strides, 3)));
    for (const from of [-5_000_000, 0, 2 ** 31 - 150_000, 2 ** 52]) {
      for (const step of [0, 1, 1_000_003]) {
        expectAlike(bothWays(Tensor.fromTyped(BigInt64Array.from({ length: 303 }, (_, i) => BigInt(from + i * step)))));
      }
    }
  });
});

const plain: SgdHyper = { lr: 0.1, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };
it.each([
  ['plain', plain],
  ['maximizing', { ...plain, maximize: true }],
  ['with weight decay', { ...plain, weightDecay: 0.01 }],
  ['with weight decay, maximizing', { ...plain, weightDecay: 0.01, maximize: true }],
  ['with momentum', { ...plain, momentum: 0.9, dampening: 0.3 }],
])('SGD on a wide parameter has the bits of SGD on narrow ones: %s', (_, hyper) => {
  scope(() => {
    const n = 2048;
    const update = (parts: number): number[] => {
      const out: number[] = [];
      const [p, g, v] = [1, 2, 3].map((seed) => numbers(n, seed));
      for (let i = 0; i < parts; i++) {
        const [from, to] = [(n / parts) * i, (n / parts) * (i + 1)];
        const part = (values: Float32Array): Tensor => Tensor.fromTyped(values.slice(from, to));
        const parameter = part(p);
        sgdUpdate(parameter, part(g), hyper.momentum > 0 ? part(v) : null, false, hyper);
        out.push(...(parameter.toTyped() as Float32Array));
      }
      return out;
    };
    expect(update(1)).toEqual(update(4));
  });
});
