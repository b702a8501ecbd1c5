import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../core/devices/cpu/index.ts';
import { wide } from '../../core/devices/cpu/wide.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import { heap } from '../../core/tensor/heap.ts';
import { scope } from '../../core/tensor/scope.ts';
import { fastPaths, on } from './kernel-paths.ts';
import { layouts, tensorOf } from './layouts.ts';

const cases = fc.record({
  dtype: fc.constantFrom('float32' as const, 'float64' as const, 'int64' as const, 'bool' as const, 'int16' as const),
  shape: fc.oneof(
    fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 }),
    fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })),
    fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 30, max: 70 }), fc.integer({ min: 1, max: 70 })),
  ),
  from: layouts,
  to: layouts,
  odd: fc.constantFrom(null, Number.NaN, -0),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** All the memory the copy lies in: what is between its elements stays. */
function copied({ dtype, shape, from, to, odd }: Case): number[] {
  return scope(() => {
    const input = tensorOf(shape, from, dtype);
    if (odd !== null && dtype === 'float32' && input.isContiguous && input.numel > 0) input.typedView()[0] = odd;
    const out = tensorOf(shape, to, dtype, -2, 2, false);
    deviceOf(out).elementwise('a', [input], [], out, dtype);
    const bytes = out.numel === 0 ? 0 : out.storage.byteLength;
    return Array.from(heap.U8.subarray(out.storage.ptr, out.storage.ptr + bytes));
  });
}

describe('copies in WebAssembly', () => {
  const usual = { ...wide };
  beforeAll(() => void Object.assign(wide, { elements: 0 }));
  afterAll(() => void Object.assign(wide, usual));

  for (const path of fastPaths)
    it(`are what the reference gives, whatever the layouts (${path})`, () => {
      fc.assert(
        fc.property(cases, (c) => {
          expect(on(path, () => copied(c))).toEqual(on('reference', () => copied(c)));
        }),
        { numRuns: 400 },
      );
    });
});
