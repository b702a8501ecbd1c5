// Whole training steps the bench times: an MLP and LeNet, written against the engine itself.
import { backward } from '../../core/autograd/backward.ts';
import { F } from '../../core/autograd/funnel.ts';
import { parameter } from '../../core/nn/index.ts';
import { SGD } from '../../core/optim/index.ts';
import { manualSeed, rand } from '../../core/random/index.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

/** Weights as torch scales them, near enough for timing. */
function weights(shape: number[]): Tensor {
  const fan = shape.slice(1).reduce((a, b) => a * b, 1);
  const t = rand(shape);
  const values = t.typedView() as Float32Array;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] * 2 - 1) / Math.sqrt(fan);
  return parameter(t);
}

function labels(n: number): Tensor {
  return Tensor.fromTyped(BigInt64Array.from({ length: n }, (_, i) => BigInt(i % 10)));
}

function step(parameters: Tensor[], forward: () => Tensor, targets: Tensor): () => number {
  const optimizer = new SGD(parameters, { lr: 0.01 });
  return () =>
    scope(() => {
      optimizer.zeroGrad();
      const loss = F.cross_entropy_loss(forward(), targets);
      backward(loss);
      optimizer.step();
      return loss.item() as number;
    });
}

/** 784 → 256 → 10, ReLU, cross entropy, SGD; batch 64. */
export function mlpStep(): () => number {
  manualSeed(1);
  const x = rand([64, 784]);
  const [w1, b1, w2, b2] = [weights([256, 784]), weights([256]), weights([10, 256]), weights([10])];
  return step([w1, b1, w2, b2], () => F.linear(F.relu(F.linear(x, w1, b1)), w2, b2), labels(64));
}

/** LeNet on 28 × 28 images, max pooling, batch 32. */
export function lenetStep(): () => number {
  manualSeed(1);
  const x = rand([32, 1, 28, 28]);
  const parameters = [[6, 1, 5, 5], [6], [16, 6, 5, 5], [16], [120, 400], [120], [84, 120], [84], [10, 84], [10]].map(weights);
  const [c1, d1, c2, d2, w1, b1, w2, b2, w3, b3] = parameters;
  const forward = (): Tensor => {
    const first = F.max_pool2d(F.relu(F.conv2d(x, c1, d1, 1n, 2n)), 2n);
    const second = F.max_pool2d(F.relu(F.conv2d(first, c2, d2)), 2n);
    const flat = F.flatten(second, 1n);
    return F.linear(F.relu(F.linear(F.relu(F.linear(flat, w1, b1)), w2, b2)), w3, b3);
  };
  return step(parameters, forward, labels(32));
}
