import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import '../../core/devices/cpu/index.ts';
import { shared } from '../../core/devices/cpu/threads.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import { scope } from '../../core/tensor/scope.ts';
import { type Layout, tensorOf } from './layouts.ts';
import { withHelpers } from './node-threads.ts';

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

it('a product has the same bits with one, two and three threads, again and again', async () => {
  const alone = all();
  for (const helpers of [1, 2]) {
    const together = await withHelpers(root, helpers, () => Array.from({ length: 20 }, all));
    for (const results of together) expect(results).toEqual(alone);
  }
});
