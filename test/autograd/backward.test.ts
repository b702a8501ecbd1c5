// The backward walk on small graphs, and that counting frees everything.
import { expect, test } from 'vitest';
import { backward, grad } from '../../core/autograd/backward.ts';
import { ops } from '../../core/autograd/funnel.ts';
import { registerHook, registerPostAccumulateGradHook } from '../../core/autograd/hooks.ts';
import { heap } from '../../core/tensor/heap.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

test('a line fitted by mse_loss gets the gradients of the formula', () => {
  const x = Tensor.from([[1], [2], [3]]);
  const y = Tensor.from([[2], [4], [7]]);
  const w = Tensor.from([[0.5]], { requiresGrad: true });
  const b = Tensor.from([0.25], { requiresGrad: true });
  const yhat = ops.linear(x, w, b);
  const loss = ops.mse_loss(yhat, y);
  expect(yhat.gradFn.name).toBe('AddmmBackward0');
  backward(loss);
  const errors = [0.75 - 2, 1.25 - 4, 1.75 - 7];
  expect(w.grad?.toArray()[0]).toBeCloseTo((2 / 3) * (errors[0] * 1 + errors[1] * 2 + errors[2] * 3), 5);
  expect(b.grad?.toArray()[0]).toBeCloseTo((2 / 3) * (errors[0] + errors[1] + errors[2]), 5);
});

function trainer(): () => void {
  const x = Tensor.fromTyped(
    Float32Array.from({ length: 16 }, (_, i) => i / 16),
    { shape: [16, 1] },
  );
  const y = Tensor.fromTyped(
    Float32Array.from({ length: 16 }, (_, i) => 1 + (2 * i) / 16),
    { shape: [16, 1] },
  );
  const w = Tensor.from([[0.5]], { requiresGrad: true });
  const b = Tensor.from([0.25], { requiresGrad: true });
  return () => {
    const yhat = ops.linear(x, w, b) as Tensor;
    const loss = ops.mse_loss(yhat, y) as Tensor;
    backward(loss);
    loss.release();
    yhat.release();
    w.grad = null;
    b.grad = null;
  };
}

test('a training loop holds no more memory after many steps', () => {
  const step = trainer();
  step();
  const before = heap.liveBytes;
  for (let i = 0; i < 1000; i++) step();
  expect(heap.liveBytes).toBe(before);
});

/** Live bytes gained by running `body` many times, after a first run. */
function growth(body: () => void): number {
  body();
  const before = heap.liveBytes;
  for (let i = 0; i < 50; i++) body();
  return heap.liveBytes - before;
}

const data = Tensor.fromTyped(
  Float32Array.from({ length: 12 }, (_, i) => i / 6 - 1),
  { shape: [4, 3] },
);
const weight = Tensor.fromTyped(
  Float32Array.from({ length: 6 }, (_, i) => i / 3 - 1),
  { shape: [2, 3] },
);
weight.requiresGrad = true;

test.each([
  ['a graph dropped without backward', () => scope(() => void ops.sum(ops.exp(ops.linear(data, weight))))],
  [
    'one kept for a second backward',
    () =>
      scope(() => {
        const y = ops.sum(ops.tanh(ops.linear(data, weight)));
        backward(y, null, { retainGraph: true });
        backward(y);
        weight.grad = null;
      }),
  ],
  [
    'a gradient of a gradient',
    () =>
      scope(() => {
        const y = ops.sum(ops.sigmoid(ops.linear(data, weight)));
        const [g] = grad(y, weight, { createGraph: true }) as Tensor[];
        const [gg] = grad(ops.sum(ops.mul(g, g)), weight) as Tensor[];
        void gg;
      }),
  ],
  [
    'changes in place and of views',
    () =>
      scope(() => {
        const y = ops.linear(data, weight) as Tensor;
        ops.mul_(ops.select(y, 0, 1), 3);
        ops.add_(ops.t(y), 1);
        backward(ops.sum(ops.mul(y, y)));
        weight.grad = null;
      }),
  ],
  [
    'indexing, joining and class losses',
    () =>
      scope(() => {
        const y = ops.linear(data, weight) as Tensor;
        const rows = ops.index(y, [Tensor.from([0n, 3n, 3n])]);
        const both = ops.cat([rows, ops.narrow(y, 0, 0, 2)], 0);
        backward(ops.cross_entropy_loss(both, Tensor.from([0n, 1n, 1n, 0n, 1n])));
        weight.grad = null;
      }),
  ],
  [
    'accumulating',
    () =>
      scope(() => {
        backward(ops.sum(ops.linear(data, weight)));
        backward(ops.mean(ops.linear(data, weight)));
        weight.grad = null;
      }),
  ],
  [
    'an error on the way',
    () =>
      scope(() => {
        const y = ops.exp(ops.linear(data, weight)) as Tensor;
        ops.add_(y, 1);
        expect(() => backward(ops.sum(y))).toThrow('modified by an inplace operation');
        expect(() => ops.mm(data, data)).toThrow('mat1 and mat2 shapes cannot be multiplied (4x3 and 4x3)');
      }),
  ],
  [
    'hooks',
    () =>
      scope(() => {
        const y = ops.linear(data, weight) as Tensor;
        const instead = ops.full([4, 2], 3) as Tensor;
        registerHook(y, () => instead);
        const remove = registerHook(weight, () => null);
        backward(ops.sum(y));
        remove();
        weight.grad = null;
      }),
  ],
])('%s leaves nothing behind', (_what, body) => {
  expect(growth(body)).toBe(0);
});

test('hooks run in the order torch runs them, on sums, and may replace', () => {
  const x = Tensor.from([1, 2], { requiresGrad: true });
  const seen: string[] = [];
  registerHook(x, (g) => void seen.push(`x ${g.toArray()}`));
  const y = ops.mul(x, 3) as Tensor;
  registerHook(y, (g) => ops.mul(g, 10));
  registerHook(y, (g) => void seen.push(`y ${g.toArray()}`));
  registerPostAccumulateGradHook(x, (t) => void seen.push(`after ${t.grad?.toArray()}`));
  backward(ops.sum(ops.add(y, x)));
  expect(seen).toEqual(['y 10,10', 'x 31,31', 'after 31,31']);
});
