// TensorFlow Playground's default net and training, written as a PyTorch program against the engine. An epoch is what Playground's own
// step is: every training point once, the weights updated after each ten by their mean gradient. Its error is half the square, PyTorch's the square:
// half its learning rate makes the same steps.
import { backward } from '../../core/autograd/backward.ts';
import { playgroundData } from '../../core/data/index.ts';
import { Linear, MSELoss, Sequential, Tanh } from '../../core/nn/index.ts';
import { SGD } from '../../core/optim/index.ts';
import { Generator, manualSeed } from '../../core/random/index.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { medianMs } from './clock.ts';
import { recorded } from './engine-step.ts';
import { atLeast, type Row } from './table.ts';

export const playgroundName = 'TF Playground, default net, recorded in summaries';
const batchSize = 10;

/** 2 → 4 → 2 → 1, tanh throughout, rate 0.03 for half the squared error, the circle's 250 training points in batches of 10: 25 updates an epoch. */
export function playgroundEpoch(): () => void {
  manualSeed(42);
  const points = playgroundData('circle', 500, 0, new Generator(42));
  const order = Array.from({ length: 500 }, (_, i) => (i * 187) % 500).slice(0, 250);
  const batches: [Tensor, Tensor][] = [];
  for (let at = 0; at < order.length; at += batchSize) {
    const rows = order.slice(at, at + batchSize);
    batches.push([
      Tensor.fromTyped(Float32Array.from(rows.flatMap((i) => [points[3 * i], points[3 * i + 1]])), { shape: [batchSize, 2] }),
      Tensor.fromTyped(
        Float32Array.from(rows, (i) => points[3 * i + 2]),
        { shape: [batchSize, 1] },
      ),
    ]);
  }
  const model = new Sequential(new Linear(2, 4), new Tanh(), new Linear(4, 2), new Tanh(), new Linear(2, 1), new Tanh());
  const lossOf = new MSELoss('mean');
  const optimizer = new SGD(model.parameters(), { lr: 0.03 / 2 });
  const update = ([x, y]: [Tensor, Tensor]): void => {
    scope(() => {
      const loss = lossOf.call(model.call(x), y);
      optimizer.zeroGrad();
      backward(loss);
      optimizer.step();
    });
  };
  return () => {
    for (const batch of batches) update(batch);
  };
}

export function playgroundRow(): Row {
  const best = { off: 0, summary: 0 };
  for (let round = 0; round < 3; round++) {
    for (const level of ['off', 'summary'] as const) {
      const { result } = recorded(level, 512 * 2 ** 20, () => medianMs(playgroundEpoch(), 600));
      best[level] = Math.max(best[level], 1000 / result);
    }
  }
  return {
    name: playgroundName,
    unit: 'epochs/s',
    ours: best.summary,
    peers: { unrecorded: best.off, 'µs an update': 1e6 / 25 / best.summary },
    gates: [atLeast('epochs/s', best.summary, 2734, 10_000)],
  };
}
