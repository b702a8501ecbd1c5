import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import '../../core/devices/cpu/index.ts';
import { wide } from '../../core/devices/cpu/wide.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import { scope } from '../../core/tensor/scope.ts';
import type { WindowRange } from '../../core/tensor/spatial-device.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { stream } from '../ops/sample-inputs.ts';
import { on } from './kernel-paths.ts';

const usual = { ...wide };
beforeAll(() => void Object.assign(wide, { pooled: 0 }));
afterAll(() => void Object.assign(wide, usual));

const dimension = fc
  .record({
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    padding: fc.nat(2),
    more: fc.nat(23),
  })
  .map((d) => ({ ...d, size: d.dilation * (d.kernel - 1) + 1 + d.more, padding: Math.min(d.padding, d.kernel >> 1) }));
type Dimension = typeof dimension extends fc.Arbitrary<infer T> ? T : never;

/** Where windows begin and end; those that reach over the edge begin at their first step inside. */
function windowsOf({ kernel, stride, dilation, padding, size }: Dimension): WindowRange {
  const n = Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  const from = Int32Array.from({ length: n }, (_, i) => {
    const start = i * stride - padding;
    return start < 0 ? start + Math.ceil(-start / dilation) * dilation : start;
  });
  const to = Int32Array.from({ length: n }, (_, i) => Math.min(i * stride - padding + dilation * (kernel - 1) + 1, size));
  return { from, to, step: dilation };
}

it('the largest of each window and its place are those of the reference, ties and NaNs too', () => {
  fc.assert(
    fc.property(
      fc.array(dimension, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('float32' as const, 'float64' as const),
      fc.nat(),
      (dims, planes, dtype, seed) =>
        scope(() => {
          const windows = dims.map(windowsOf);
          const shape = [planes, ...dims.map((d) => d.size)];
          const next = stream(seed);
          const numel = shape.reduce((a, b) => a * b, 1);
          const pick = (): number => {
            const x = Math.floor(next() * 9);
            return x === 0 ? Number.NaN : x === 1 ? Number.NEGATIVE_INFINITY : x;
          };
          const input = Tensor.fromTyped(Float64Array.from({ length: numel }, pick), { shape, dtype });
          const run = (): [unknown, unknown] => {
            const outShape = [planes, ...windows.map((w) => w.from.length)];
            const [out, places] = [Tensor.empty(outShape, dtype, 'cpu'), Tensor.empty(outShape, 'int64', 'cpu')];
            deviceOf(input).maxPool(input, out, places, windows);
            return [out.toTyped(), places.toTyped()];
          };
          expect(on('plain', run)).toEqual(on('reference', run));
        }),
    ),
    { numRuns: 120 },
  );
});

it('values are put and added where the reference has them, and the first place outside is told', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.nat(9),
      fc.integer({ min: 1, max: 12 }),
      fc.nat(),
      fc.boolean(),
      (planes, count, plane, seed, add) =>
        scope(() => {
          const next = stream(seed);
          const outside = seed % 4 === 0 ? 2 : 0;
          const values = Tensor.fromTyped(Float32Array.from({ length: planes * count }, next), { shape: [planes, count] });
          const places = BigInt64Array.from({ length: planes * count }, () => BigInt(Math.floor(next() * (plane + 2 * outside)) - outside));
          const run = (): [number, unknown] => {
            const out = Tensor.empty([planes, plane], 'float32', 'cpu');
            const told = deviceOf(out).scatterPlanes(values, Tensor.fromTyped(places, { shape: [planes, count] }), out, 1, add);
            return [told, told === -1 ? out.toTyped() : null];
          };
          expect(on('plain', run)).toEqual(on('reference', run));
        }),
    ),
  );
});
