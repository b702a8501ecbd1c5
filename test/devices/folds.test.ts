import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../core/devices/cpu/index.ts';
import { wide } from '../../core/devices/cpu/wide.ts';
import { deviceOf, type ReduceKind } from '../../core/tensor/device.ts';
import { scope } from '../../core/tensor/scope.ts';
import { on } from './kernel-paths.ts';
import { layouts, tensorOf } from './layouts.ts';

const cases = fc.record({
  kind: fc.constantFrom<ReduceKind>('sum', 'sum', 'max', 'min', 'sumsq', 'sumabs', 'prod'),
  dtype: fc.constantFrom('float32' as const, 'float64' as const),
  shape: fc.oneof(
    fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 4 }),
    fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 2100 })),
    fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })),
  ),
  mask: fc.nat(15),
  layout: layouts,
  withNaN: fc.boolean(),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function run(c: Case): Float64Array {
  const mask = c.shape.map((_, d) => (c.mask & (1 << d)) !== 0);
  const input = tensorOf(c.shape, c.layout, c.dtype, -1, 1.5);
  if (c.withNaN && input.isContiguous && input.numel > 3) input.typedView()[2] = Number.NaN;
  const kept = c.shape.filter((_, d) => !mask[d]);
  const out = tensorOf(kept, { order: [0, 1, 2, 3], gap: 1, offset: 0, repeat: -1, seed: 1 }, c.dtype);
  deviceOf(input).reduce(c.kind, input, mask, out);
  return Float64Array.from(out.toTyped() as Float64Array);
}

describe('reductions in WebAssembly', () => {
  const usual = { ...wide };
  beforeAll(() => void Object.assign(wide, { fold: 1, folded: 1 }));
  afterAll(() => void Object.assign(wide, usual));

  it('are what the reference gives: extremes exactly, sums to the last bits of a float64', () => {
    fc.assert(
      fc.property(cases, (c) =>
        scope(() => {
          const expected = on('reference', () => run(c));
          const given = on('plain', () => run(c));
          const unit = c.dtype === 'float32' ? 2 ** -23 : 2 ** -44;
          for (let i = 0; i < expected.length; i++) {
            const close = Number.isNaN(expected[i])
              ? Number.isNaN(given[i])
              : given[i] === expected[i] || Math.abs(given[i] - expected[i]) <= unit * (Math.abs(expected[i]) + 1e-6);
            expect({ i, given: close ? 'close' : given[i], expected: expected[i] }).toEqual({ i, given: 'close', expected: expected[i] });
          }
        }),
      ),
      { numRuns: 800 },
    );
  });
});
