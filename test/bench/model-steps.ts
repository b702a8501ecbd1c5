// Whole training steps the bench times, written against the engine itself.
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

function labels(n: number, classes = 10): Tensor {
  return Tensor.fromTyped(BigInt64Array.from({ length: n }, (_, i) => BigInt((i * 7) % classes)));
}

function step(parameters: readonly Tensor[], forward: () => Tensor, targets: Tensor, lossOf = F.cross_entropy_loss): () => number {
  const optimizer = new SGD([...parameters], { lr: 0.01 });
  return () =>
    scope(() => {
      optimizer.zeroGrad();
      const loss = lossOf(forward(), targets);
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

/** Two layers of width 128 over 32 steps, batch 32; squared distance of all outputs from targets. */
export function lstmStep(): () => number {
  manualSeed(1);
  const [steps, batch, width] = [32, 32, 128];
  const x = rand([steps, batch, width]);
  const parameters = [0, 1].flatMap(() => [[4 * width, width], [4 * width, width], [4 * width], [4 * width]].map(weights));
  const forward = (): Tensor => {
    const zeros = F.zeros([2, batch, width]);
    return F._recurrent(x, null, [zeros, zeros], parameters, 'lstm', true, 2n, 0, true, false, false, true)[0];
  };
  return step(parameters, forward, rand([steps, batch, width]), F.mse_loss);
}

/** Four blocks of width 128 with four heads over 64 tokens of 65, batch 8. */
export function gptStep(): () => number {
  manualSeed(1);
  const [batch, tokens, width, heads] = [8, 64, 128, 4];
  const text = F.view(labels(batch * tokens, 65), [batch, tokens]);
  const places = labels(tokens, tokens);
  const [table, positions, last, bias] = [[65, width], [tokens, width], [65, width], [65]].map(weights);
  const shapes = [[width], [width], [3 * width, width], [3 * width], [width, width], [width]];
  const blocks = [0, 1, 2, 3].map(() =>
    [...shapes, [width], [width], [4 * width, width], [4 * width], [width, 4 * width], [width]].map(weights),
  );
  const split = (t: Tensor): Tensor => F.transpose(F.view(t, [batch, tokens, heads, width / heads]), 1n, 2n);
  const block = (x: Tensor, [n1, m1, qkv, bqkv, o, bo, n2, m2, up, bup, down, bdown]: readonly Tensor[]): Tensor => {
    const parts = F.split(F.linear(F.layer_norm(x, [width], n1, m1), qkv, bqkv), BigInt(width), 2n) as Tensor[];
    const [q, k, v] = parts.map(split);
    const mixed = F.scaled_dot_product_attention(q, k, v, null, 0, true);
    const joined = F.view(F.contiguous(F.transpose(mixed, 1n, 2n)), [batch, tokens, width]);
    const seen = F.add(x, F.linear(joined, o, bo));
    return F.add(seen, F.linear(F.gelu(F.linear(F.layer_norm(seen, [width], n2, m2), up, bup)), down, bdown));
  };
  const forward = (): Tensor => {
    let x = F.add(F.embedding(table, text), F.embedding(positions, places));
    for (const parameters of blocks) x = block(x, parameters);
    return F.view(F.linear(x, last, bias), [batch * tokens, 65]);
  };
  return step([table, positions, last, bias, ...blocks.flat()], forward, labels(batch * tokens, 65));
}
