// Microseconds per training step of the engine alone, nothing recorded: Sequential(Linear(1, 1)), batch 16, MSE, SGD.
import { backward } from '../../core/autograd/backward.ts';
import { ops } from '../../core/autograd/funnel.ts';
import { sgdUpdate } from '../../core/optim/sgd-update.ts';
import { heap } from '../../core/tensor/heap.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

const hyper = { lr: 0.01, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };

export interface StepTiming {
  readonly microseconds: number;
  readonly liveBytesGrowth: number;
}

/** Runs `steps` steps and times them with the clock given. */
export function timeSteps(steps: number, now: () => number): StepTiming {
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
  const step = (): void => {
    const yhat = ops.linear(x, w, b) as Tensor;
    const loss = ops.mse_loss(yhat, y) as Tensor;
    backward(loss);
    sgdUpdate(w, w.grad as Tensor, null, true, hyper);
    sgdUpdate(b, b.grad as Tensor, null, true, hyper);
    loss.release();
    yhat.release();
    w.grad = null;
    b.grad = null;
  };
  for (let i = 0; i < 2000; i++) step();
  const before = heap.liveBytes;
  const start = now();
  for (let i = 0; i < steps; i++) step();
  return { microseconds: ((now() - start) * 1000) / steps, liveBytesGrowth: heap.liveBytes - before };
}
