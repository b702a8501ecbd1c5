import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wide } from '../../core/devices/cpu/wide.ts';
import { fastPaths, on } from './kernel-paths.ts';
import { type LayerCase, layerResults } from './lstm-layers.ts';

const cases: fc.Arbitrary<LayerCase> = fc.record({
  steps: fc.integer({ min: 1, max: 4 }),
  batch: fc.integer({ min: 1, max: 9 }),
  size: fc.integer({ min: 1, max: 9 }),
  hidden: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(64, 70)),
  reverse: fc.boolean(),
  given: fc.nat(7),
  seed: fc.nat(1e6),
  odd: fc.constantFrom(null, null, null, Number.NaN, Number.POSITIVE_INFINITY, -200),
});

describe('an LSTM layer in WebAssembly', () => {
  const usual = { ...wide };
  beforeAll(() => void Object.assign(wide, { cells: 0 }));
  afterAll(() => void Object.assign(wide, usual));

  for (const path of fastPaths)
    it(`is what the reference gives, to float32's last bits (${path})`, () => {
      fc.assert(
        fc.property(cases, (c) => {
          const expected = on('reference', () => layerResults(c));
          const got = on(path, () => layerResults(c));
          // What a gate errs by is multiplied by the input.
          const slack = 2e-5 * (c.odd === null || !Number.isFinite(c.odd) ? 1 : Math.abs(c.odd));
          const close = (x: number, y: number): boolean => Object.is(x, y) || Math.abs(x - y) <= slack * (Math.abs(x) + 0.5);
          const far = expected.flatMap((values, r) => values.map((x, i) => ({ r, i, x, y: got[r][i] }))).filter(({ x, y }) => !close(x, y));
          expect(far).toEqual([]);
        }),
        { numRuns: 300 },
      );
    });
});
