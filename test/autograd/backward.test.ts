// The backward walk on small graphs: values, order, lifetimes.
import { expect, test } from 'vitest';
import { backward } from '../../core/autograd/backward.ts';
import { ops } from '../../core/autograd/funnel.ts';
import { heap } from '../../core/tensor/heap.ts';
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
  const x = Tensor.fromTyped(Float32Array.from({ length: 16 }, (_, i) => i / 16), { shape: [16, 1] });
  const y = Tensor.fromTyped(Float32Array.from({ length: 16 }, (_, i) => 1 + (2 * i) / 16), { shape: [16, 1] });
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
