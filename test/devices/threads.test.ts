import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import '../../core/devices/cpu/index.ts';
import { shared } from '../../core/devices/cpu/threads.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { attentionResults } from './attention-heads.ts';
import { type Layout, tensorOf } from './layouts.ts';
import { layerResults } from './lstm-layers.ts';
import { withHelpers } from './node-threads.ts';
import { type NormCase, normResults } from './normalizations.ts';

const usual = shared.products;
beforeAll(() => void Object.assign(shared, { products: 1 }));
afterAll(() => void Object.assign(shared, { products: usual }));

const root = join(import.meta.dirname, '../..');
const straight: Layout = { order: [0, 1], gap: 1, offset: 0, repeat: -1, seed: 1 };
const turned: Layout = { ...straight, order: [1, 0], seed: 2 };
const products = [
  [64, 48, 70],
  [17, 300, 33],
  [301, 7, 90],
  [3, 2000, 40],
  [130, 130, 600],
] as const;

function all(): number[][] {
  return scope(() =>
    products.flatMap(([m, n, k]) =>
      (['float32', 'float64'] as const).map((dtype) => {
        const out = tensorOf([m, n], straight, dtype);
        const bias = tensorOf([n], straight, dtype);
        deviceOf(out).matmul(tensorOf([m, k], straight, dtype), tensorOf([k, n], turned, dtype), out, bias, 1, 0.5);
        return Array.from(out.toTyped() as Float64Array);
      }),
    ),
  );
}

const images = [
  { shape: [5, 4, 20, 21], outputs: 6, kernel: 3, padding: 1, stride: 1, groups: 1 },
  { shape: [2, 6, 9, 12], outputs: 34, kernel: 3, padding: 0, stride: 1, groups: 2 },
  { shape: [4, 3, 15, 15], outputs: 20, kernel: 5, padding: 2, stride: 2, groups: 1 },
  { shape: [1, 8, 7, 7], outputs: 40, kernel: 3, padding: 1, stride: 1, groups: 1 },
  { shape: [1, 3, 80, 81], outputs: 20, kernel: 5, padding: 2, stride: 2, groups: 1 },
  { shape: [24, 3, 9, 9], outputs: 7, kernel: 3, padding: 1, stride: 1, groups: 1 },
] as const;

function convolved(): number[][] {
  return scope(() =>
    images.flatMap(({ shape, outputs, kernel, padding, stride, groups }) =>
      (['float32', 'float64'] as const).flatMap((dtype) => {
        const make = (sizes: readonly number[], seed: number) =>
          tensorOf([...sizes], { order: [0, 1, 2, 3], gap: 1, offset: 0, repeat: -1, seed }, dtype, -1, 1);
        const each = (n: number): number[] => [n, n];
        const geometry = { stride: each(stride), padding: each(padding), dilation: each(1), groups };
        const [y, x] = shape.slice(2).map((n) => Math.floor((n + 2 * padding - kernel) / stride) + 1);
        const input = make(shape, 3);
        const weight = make([outputs * groups, shape[1] / groups, kernel, kernel], 4);
        const out = make([shape[0], outputs * groups, y, x], 5);
        const g = make(out.shape, 6);
        const [toInput, toWeight] = [make(shape, 7), make(weight.shape, 8)];
        const device = deviceOf(input);
        device.convolution(input, weight, make([outputs * groups], 9), out, geometry);
        device.convolutionInputGrad(g, weight, null, toInput, geometry);
        device.convolutionWeightGrad(g, input, toWeight, geometry);
        return [out, toInput, toWeight].map((t) => Array.from(t.toTyped() as Float64Array));
      }),
    ),
  );
}

/** The same bits from `work` on this thread alone and with one and two helpers, several times. */
async function sameBits(work: () => unknown, times: number): Promise<void> {
  const alone = work();
  for (const helpers of [1, 2]) {
    const together = await withHelpers(root, helpers, () => Array.from({ length: times }, work));
    for (const results of together) expect(results).toEqual(alone);
  }
}

it('a convolution and its gradients have the same bits with one, two and three threads', () => sameBits(convolved, 5));

it('a product has the same bits with one, two and three threads, again and again', () => sameBits(all, 20));

const layers = [
  { steps: 5, batch: 9, size: 6, hidden: 20, reverse: false, given: 7, seed: 1, odd: null },
  { steps: 3, batch: 16, size: 3, hidden: 33, reverse: true, given: 1, seed: 2, odd: null },
];

it('an LSTM layer and its gradients have the same bits with one, two and three threads', () => sameBits(() => layers.map(layerResults), 5));

it('attention and its gradients have the same bits with one, two and three threads', () => {
  const lie: Layout = { order: [0, 1, 2, 3], gap: 1, offset: 0, repeat: -1, seed: 3 };
  const many = {
    batch: 2,
    groups: 3,
    shared: 1,
    rows: 33,
    keys: 20,
    size: 8,
    layouts: [lie, lie, lie, lie],
    look: 'causal',
    odd: null,
  } as const;
  return sameBits(() => [many, { ...many, groups: 2, shared: 2, look: 'all' } as const].map(attentionResults), 5);
});

it('normalisations and their gradients have the same bits with one, two and three threads', () => {
  const usual: Omit<NormCase, 'kind'> = {
    ...{ outer: 30, groups: 5, inner: 40, plane: 9, dtype: 'float32', weighted: true, biased: true, moving: true, seed: 4, odd: null },
  };
  return sameBits(() => (['layer', 'batch', 'group'] as const).map((kind) => normResults({ ...usual, kind })), 5);
});

const dense: Layout = { order: [0, 1, 2], gap: 1, offset: 0, repeat: -1, seed: 7 };

it('elementwise rows, copies and sums have the same bits with one, two and three threads', () =>
  sameBits(
    () =>
      scope(() =>
        (['float32', 'float64'] as const).flatMap((dtype) => {
          const [x, y] = [tensorOf([301, 40, 5], dense, dtype), tensorOf([301, 40, 5], { ...dense, seed: 8 }, dtype)];
          const [sum, power, copy] = [0, 1, 2].map(() => tensorOf([301, 40, 5], dense, dtype));
          const device = deviceOf(x);
          device.elementwise(['add', 'a', ['mul', 'p', 'b']], [x, y], [0.3], sum, dtype);
          device.elementwise(['exp', ['sub', 'a', 'b']], [x, y], [], power, dtype);
          device.elementwise('a', [tensorOf([301, 40, 5], { ...dense, order: [2, 0, 1] }, dtype)], [], copy, dtype);
          const masks = [
            [false, true, true],
            [true, false, false],
            [true, true, false],
            [true, true, true],
          ];
          const sums = masks.map((mask) => {
            const out = tensorOf(
              x.shape.filter((_, d) => !mask[d]),
              dense,
              dtype,
            );
            device.reduce('sum', x, mask, out);
            return out;
          });
          return [sum, power, copy, ...sums].map((t) => Array.from(t.toTyped() as Float64Array));
        }),
      ),
    5,
  ));

it('a very long sum has the same bits with one, two and three threads', () =>
  sameBits(
    () =>
      scope(() => {
        const [x, out] = [tensorOf([700_001], dense, 'float32', -1, 3), tensorOf([], dense, 'float32')];
        return (['sum', 'max', 'sumsq'] as const).map((kind) => {
          deviceOf(x).reduce(kind, x, [true], out);
          return out.item();
        });
      }),
    3,
  ));

it('the largest of windows are the same with one, two and three threads', () =>
  sameBits(
    () =>
      scope(() => {
        const input = tensorOf([7, 12, 10], dense, 'float32');
        const [out, places] = [Tensor.empty([7, 6, 5], 'float32', 'cpu'), Tensor.empty([7, 6, 5], 'int64', 'cpu')];
        const pairs = (n: number) => ({
          from: Int32Array.from({ length: n }, (_, i) => 2 * i),
          to: Int32Array.from({ length: n }, (_, i) => 2 * i + 2),
          step: 1,
        });
        deviceOf(input).maxPool(input, out, places, [pairs(6), pairs(5)]);
        return [Array.from(out.toTyped() as Float32Array), places.toArray()];
      }),
    5,
  ));
