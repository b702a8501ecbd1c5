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

it.each([
  ['finite numbers', [] as number[]],
  ['a NaN', [5, Number.NaN]],
  ['infinities at the start', [0, Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY]],
  ['nothing finite', Array.from({ length: 2500 }, (_, i) => [i, Number.NaN]).flat()],
])('the statistics of %s are the summary of the numbers one by one', (_, changes) => {
  scope(() => {
    const values = numbers(2500, 3);
    for (let i = 0; i < changes.length; i += 2) values[changes[i]] = changes[i + 1];
    const [given, expected] = [new Float64Array(11), new Float64Array(11)];
    writeSummary(values, 0, values.length, expected, 0);
    const gathered = tensorStatistics(Tensor.fromTyped(values));
    if (gathered === null) throw new Error('no kernels here');
    writeColumns(given, 0, gathered);
    for (let i = 0; i < 11; i++) {
      if (Number.isNaN(expected[i])) expect(given[i]).toBeNaN();
      else expect(Math.abs(given[i] - expected[i])).toBeLessThanOrEqual(1e-12 * Math.abs(expected[i]));
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
