import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../core/devices/cpu/index.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import { scope } from '../../core/tensor/scope.ts';
import type { Tensor } from '../../core/tensor/tensor.ts';
import { fastPaths, on } from './kernel-paths.ts';
import { type Layout, layouts, tensorOf } from './layouts.ts';

interface Case {
  readonly dtype: 'float32' | 'float64';
  readonly batch: number | null;
  readonly sizes: readonly [number, number, number];
  readonly a: Layout;
  readonly b: Layout;
  readonly out: Layout;
  readonly bias: 'none' | 'row' | 'column' | 'whole' | 'one';
  readonly beta: number;
  readonly alpha: number;
}

const size = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8, 9), fc.integer({ min: 1, max: 40 }), fc.constantFrom(143, 145, 257, 300));
const cases: fc.Arbitrary<Case> = fc
  .record({
    dtype: fc.constantFrom('float32' as const, 'float64' as const),
    batch: fc.constantFrom(null, null, 1, 3),
    sizes: fc.tuple(size, size, size),
    a: layouts,
    b: layouts,
    out: layouts,
    bias: fc.constantFrom('none' as const, 'row' as const, 'column' as const, 'whole' as const, 'one' as const),
    beta: fc.constantFrom(0, 1, -0.5),
    alpha: fc.constantFrom(1, 1, 0, 2.5),
  })
  .filter(({ sizes: [m, n, k] }) => m * n * k < 2e6);

function run(c: Case): Float64Array {
  const [m, n, k] = c.sizes;
  const front = c.batch === null ? [] : [c.batch];
  const a = tensorOf([...front, m, k], c.a, c.dtype);
  const b = tensorOf([...front, k, n], c.b, c.dtype);
  const out = tensorOf([...front, m, n], { ...c.out, seed: 5 }, c.dtype, -2, 2, false);
  const shapes = { row: [n], column: [m, 1], whole: [...front, m, n], one: [] };
  const bias = c.bias === 'none' ? null : tensorOf(shapes[c.bias], c.out, c.dtype);
  deviceOf(out).matmul(a, b, out, bias, c.beta, c.alpha);
  return Float64Array.from(out.toTyped() as Float64Array);
}

/** Where `given` strays from `expected` by more than rounding `k` products of numbers up to 2 may. */
function strays(given: Float64Array, expected: Float64Array, c: Case): string | null {
  const unit = c.dtype === 'float32' ? 2 ** -24 : 2 ** -53;
  const bound = unit * (c.sizes[2] + 4) * (4 * c.sizes[2] * Math.abs(c.alpha) + 2 * Math.abs(c.beta) + 1);
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(given[i] - expected[i]) <= bound)) return `[${i}]: ${given[i]} for ${expected[i]} ± ${bound}`;
  }
  return null;
}

describe.each(fastPaths)('matmul on the %s kernels', (path) => {
  it('gives what the reference gives, whatever sizes and strides', () => {
    fc.assert(
      fc.property(cases, (c) =>
        scope(() => {
          const expected = on('reference', () => run(c));
          expect(
            strays(
              on(path, () => run(c)),
              expected,
              c,
            ),
          ).toBeNull();
        }),
      ),
      { numRuns: 300 },
    );
  });

  it('gives the bits of the reference where sizes are small', () => {
    const few = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(cases, fc.tuple(few, few, few), (c, sizes) =>
        scope(() => {
          const small = { ...c, sizes };
          const expected = on('reference', () => run(small));
          expect(on(path, () => run(small))).toEqual(expected);
        }),
      ),
      { numRuns: 300 },
    );
  });

  it('keeps NaN and infinities where they belong: the padding of a panel never meets them', () => {
    scope(() => {
      const layout: Layout = { order: [0, 1], gap: 1, offset: 0, repeat: -1, seed: 3 };
      const make = (): Tensor[] => [tensorOf([19, 21], layout, 'float32'), tensorOf([21, 23], layout, 'float32')];
      const of = (): number[] => {
        const [a, b] = make();
        (a.typedView() as Float32Array)[5 * 21 + 2] = Number.POSITIVE_INFINITY;
        (b.typedView() as Float32Array)[3 * 23 + 22] = Number.NaN;
        const out = tensorOf([19, 23], layout, 'float32');
        deviceOf(out).matmul(a, b, out, null, 0, 1);
        return Array.from(out.typedView() as Float32Array, (x) => (Number.isFinite(x) ? 0 : x));
      };
      expect(on(path, of)).toEqual(on('reference', of));
    });
  });
});
