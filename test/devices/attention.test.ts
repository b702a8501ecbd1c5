import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wide } from '../../core/devices/cpu/wide.ts';
import { attentionResults, type HeadsCase } from './attention-heads.ts';
import { fastPaths, on } from './kernel-paths.ts';
import { layouts } from './layouts.ts';

const cases: fc.Arbitrary<HeadsCase> = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    groups: fc.integer({ min: 1, max: 2 }),
    shared: fc.integer({ min: 1, max: 2 }),
    rows: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 30, max: 40 })),
    keys: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 30, max: 40 })),
    size: fc.integer({ min: 1, max: 18 }),
    layouts: fc.tuple(layouts, layouts, layouts, layouts),
    look: fc.constantFrom('causal' as const, 'masked' as const, 'all' as const),
    odd: fc.constantFrom(null, null, null, Number.NaN, Number.POSITIVE_INFINITY),
  })
  // What an odd number does to a key behind the diagonal is nobody's concern.
  .map((c) => (c.look === 'causal' ? { ...c, odd: null } : c));

describe('attention in WebAssembly', () => {
  const usual = { ...wide };
  beforeAll(() => void Object.assign(wide, { products: 0 }));
  afterAll(() => void Object.assign(wide, usual));

  for (const path of fastPaths)
    it(`is what the reference gives, to float32's last bits (${path})`, () => {
      fc.assert(
        fc.property(cases, (c) => {
          const expected = on('reference', () => attentionResults(c));
          const got = on(path, () => attentionResults(c));
          const close = (x: number, y: number): boolean => Object.is(x, y) || Math.abs(x - y) <= 2e-5 * (Math.abs(x) + 0.5);
          const far = expected.flatMap((values, r) => values.map((x, i) => ({ r, i, x, y: got[r][i] }))).filter(({ x, y }) => !close(x, y));
          expect(far).toEqual([]);
        }),
        { numRuns: 300 },
      );
    });
});
