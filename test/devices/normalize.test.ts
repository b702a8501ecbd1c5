import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wide } from '../../core/devices/cpu/wide.ts';
import { fastPaths, on } from './kernel-paths.ts';
import { type NormCase, normResults } from './normalizations.ts';

const cases: fc.Arbitrary<NormCase> = fc.record({
  kind: fc.constantFrom('layer' as const, 'batch' as const, 'group' as const),
  outer: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 60, max: 80 })),
  groups: fc.integer({ min: 1, max: 5 }),
  inner: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70 })),
  plane: fc.integer({ min: 1, max: 9 }),
  dtype: fc.constantFrom('float32' as const, 'float64' as const),
  weighted: fc.boolean(),
  biased: fc.boolean(),
  moving: fc.boolean(),
  seed: fc.nat(1e6),
  odd: fc.constantFrom(null, null, null, Number.NaN, Number.POSITIVE_INFINITY),
});

describe('normalisation in WebAssembly', () => {
  const usual = { ...wide };
  beforeAll(() => void Object.assign(wide, { normalized: 0 }));
  afterAll(() => void Object.assign(wide, usual));

  for (const path of fastPaths)
    it(`has the reference's bits (${path})`, () => {
      fc.assert(
        fc.property(cases, (c) => {
          expect(on(path, () => normResults(c))).toEqual(on('reference', () => normResults(c)));
        }),
        { numRuns: 200 },
      );
    });
});
