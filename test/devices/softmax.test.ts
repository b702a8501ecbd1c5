import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { F } from '../../core/autograd/funnel.ts';
import '../../core/devices/cpu/index.ts';
import { wide } from '../../core/devices/cpu/wide.ts';
import { scope } from '../../core/tensor/scope.ts';
import { numelOf } from '../../core/tensor/shape.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { fastPaths, on } from './kernel-paths.ts';
import { layouts, tensorOf } from './layouts.ts';

const cases = fc.record({
  shape: fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 150 })),
    fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }),
    fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })),
  ),
  layout: layouts,
  dtype: fc.constantFrom('float32' as const, 'float32' as const, 'float64' as const),
  scale: fc.constantFrom(1, 20, 200, 1e4),
  special: fc.constantFrom(null, null, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  logarithm: fc.boolean(),
  dim: fc.integer({ min: -4, max: 3 }),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function run(c: Case): unknown[] {
  const x = tensorOf(c.shape, c.layout, c.dtype, -c.scale, c.scale);
  if (c.special !== null && x.numel > 0) {
    const whole = Tensor.over(x.storage, c.dtype, 'cpu', [x.storage.byteLength / (c.dtype === 'float32' ? 4 : 8)], [1], 0).typedView();
    for (let i = 3; i < whole.length; i += 7 + (c.layout.seed % 90)) whole[i] = c.special;
  }
  const rank = Math.max(c.shape.length, 1);
  const dim = BigInt(((c.dim % rank) + rank) % rank);
  const out = c.logarithm ? F.log_softmax(x, dim) : F.softmax(x, dim);
  return Array.from(out.toTyped() as Float32Array, (v) => (Object.is(v, -0) ? '-0' : Number.isNaN(v) ? 'NaN' : v));
}

describe('softmax', () => {
  const usual = { ...wide };
  beforeAll(() => void Object.assign(wide, { softmax: 0, elements: 0, run: 1 }));
  afterAll(() => void Object.assign(wide, usual));

  for (const path of fastPaths)
    it(`has the bits of the reference along any dimension, ${path}`, () => {
      fc.assert(
        fc.property(cases, (c) =>
          scope(() => {
            const expected = on('reference', () => run(c));
            expect(on(path, () => run(c))).toEqual(expected);
          }),
        ),
        { numRuns: 400 },
      );
    });

  it('is near what doubles give, and its logarithm next to 0 tells more than float32 could', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -60, max: 60, noNaN: true }), { minLength: 1, maxLength: 80 }),
        fc.constantFrom<'reference' | 'plain'>('reference', 'plain'),
        (values, path) =>
          scope(() => {
            const x = Tensor.fromTyped(Float32Array.from(values), { shape: [values.length] });
            const top = Math.max(...values);
            const sum = values.reduce((s, v) => s + Math.exp(v - top), 0);
            const [shares, logs] = on(path, () => [F.softmax(x, 0n).toArray(), F.log_softmax(x, 0n).toArray()]);
            const rounding = values.reduce((s, v) => s + Math.exp(v - top) * Math.abs(v - top), 0) / sum;
            values.forEach((v, i) => {
              const share = Math.exp(v - top) / sum;
              const log = v - top - Math.log(sum);
              // The difference to the largest is rounded: |v - top| half-steps of the exponential, and as much of what it adds to the sum.
              expect(Math.abs(shares[i] - share)).toBeLessThanOrEqual(share * (5 + Math.abs(v - top) + rounding) * 2 ** -24 + 2 ** -149);
              expect(Math.abs(logs[i] - log)).toBeLessThanOrEqual(
                Math.abs(log) * 2 ** -23 + rounding * 2 ** -23 + values.length * 2 ** -52,
              );
            });
          }),
      ),
      { numRuns: 300 },
    );
  });

  it('takes tensors without numbers', () => {
    expect(numelOf(F.softmax(Tensor.empty([0, 3], 'float32', 'cpu'), 1n).shape)).toBe(0);
  });
});
