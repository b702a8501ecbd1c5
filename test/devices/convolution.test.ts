import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../core/devices/cpu/index.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import { scope } from '../../core/tensor/scope.ts';
import { fastPaths, on } from './kernel-paths.ts';
import { type Layout, tensorOf } from './layouts.ts';

const straight: Layout = { order: [0, 1, 2, 3, 4], gap: 1, offset: 0, repeat: -1, seed: 1 };
const dims = (least: number, most: number, rank: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: least, max: most }), { minLength: rank, maxLength: rank });

const cases = fc.integer({ min: 1, max: 3 }).chain((rank) =>
  fc
    .record({
      dtype: fc.constantFrom('float32' as const, 'float64' as const),
      samples: fc.constantFrom(1, 2, 3, 8, 16),
      groups: fc.constantFrom(1, 1, 2, 3),
      inputs: fc.integer({ min: 1, max: 5 }),
      outputs: fc.integer({ min: 1, max: 11 }),
      size: dims(1, rank === 3 ? 8 : rank === 2 ? 19 : 300, rank),
      kernel: dims(1, 4, rank),
      stride: dims(1, 3, rank),
      unit: fc.boolean(),
      padding: dims(0, 3, rank),
      dilation: dims(1, 2, rank),
      offset: fc.nat(3),
    })
    .map((c) => ({ ...c, stride: c.unit ? c.stride.map(() => 1) : c.stride }))
    .filter((c) => c.size.every((n, i) => n + 2 * c.padding[i] >= c.dilation[i] * (c.kernel[i] - 1) + 1)),
);
type Case = (typeof cases extends fc.Arbitrary<infer T> ? T : never) & { readonly spoilt?: number };

/** Kernels five wide with rows of twelves, of which the gradient has its own way back; a gradient may be infinite. */
const fives = fc
  .record({
    samples: fc.constantFrom(1, 2, 3),
    groups: fc.constantFrom(1, 2),
    inputs: fc.integer({ min: 1, max: 4 }),
    outputs: fc.integer({ min: 1, max: 7 }),
    rows: fc.integer({ min: 1, max: 7 }),
    high: fc.integer({ min: 1, max: 6 }),
    twelves: fc.integer({ min: 1, max: 3 }),
    offset: fc.nat(3),
    spoilt: fc.option(fc.nat(10_000), { nil: undefined }),
  })
  .map(({ rows, high, twelves, ...c }): Case => {
    const each = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], unit: true };
    return { ...c, ...each, dtype: 'float32', size: [rows + high - 1, 12 * twelves + 4], kernel: [high, 5] };
  });

function run(c: Case): Float64Array[] {
  const out = c.size.map((n, i) => Math.floor((n + 2 * c.padding[i] - c.dilation[i] * (c.kernel[i] - 1) - 1) / c.stride[i]) + 1);
  const make = (shape: number[], seed: number) => tensorOf(shape, { ...straight, offset: c.offset, seed }, c.dtype, -1, 1);
  const input = make([c.samples, c.groups * c.inputs, ...c.size], 2);
  const weight = make([c.groups * c.outputs, c.inputs, ...c.kernel], 3);
  const bias = make([c.groups * c.outputs], 4);
  const g = make([c.samples, c.groups * c.outputs, ...out], 5);
  if (c.spoilt !== undefined) (g.typedView() as Float32Array)[c.spoilt % g.numel] = Number.POSITIVE_INFINITY;
  const results = [make(g.shape.slice(), 6), make(input.shape.slice(), 7), make(weight.shape.slice(), 8)];
  const device = deviceOf(input);
  device.convolution(input, weight, c.offset === 1 ? null : bias, results[0], c);
  device.convolutionInputGrad(g, weight, null, results[1], c);
  device.convolutionWeightGrad(g, input, results[2], c);
  return results.map((t) => Float64Array.from(t.toTyped() as Float64Array));
}

describe.each(fastPaths)('convolution on the %s kernels', (path) => {
  it('and its two gradients are what the reference gives', () => {
    fc.assert(
      fc.property(fc.oneof({ arbitrary: cases, weight: 4 }, fives), (c) =>
        scope(() => {
          const expected = on('reference', () => run(c));
          const given = on(path, () => run(c));
          const unit = c.dtype === 'float32' ? 2 ** -24 : 2 ** -53;
          for (const [part, values] of expected.entries()) {
            const terms = part === 2 ? c.samples * c.size.reduce((a, b) => a * (b + 6), 1) : 64 * (c.inputs + c.outputs);
            const worst = values.reduce((most, x, i) => Math.max(most, Object.is(x, given[part][i]) ? 0 : Math.abs(x - given[part][i])), 0);
            expect({ part, worst: worst <= unit * terms * 8 || worst }).toEqual({ part, worst: true });
          }
        }),
      ),
      { numRuns: 500 },
    );
  });
});
