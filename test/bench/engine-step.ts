// The same training step written against the engine itself, unrecorded and recorded, and what it leaves alive. Median-free: the best of several rounds.
import { backward } from '../../core/autograd/backward.ts';
import { observation } from '../../core/autograd/observer.ts';
import { createRecorder } from '../../core/graph/recorder.ts';
import { Linear, MSELoss, Sequential } from '../../core/nn/index.ts';
import { SGD } from '../../core/optim/index.ts';
import { manualSeed, rand } from '../../core/random/index.ts';
import { heap } from '../../core/tensor/heap.ts';
import { scope } from '../../core/tensor/scope.ts';

/** One step of the final code, 16 rows. */
export function trainingStep(): () => number {
  manualSeed(42);
  const x = rand([16, 1]);
  const y = rand([16, 1]);
  const model = new Sequential(new Linear(1, 1));
  const lossOf = new MSELoss('mean');
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  return () =>
    scope(() => {
      model.train();
      const loss = lossOf.call(y, model.call(x));
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss.item() as number;
    });
}

/** Runs `work` with a recorder listening, or none. */
export function recorded<T>(level: 'off' | 'summary' | 'full', budgetBytes: number, work: () => T): { result: T; sizeBytes: number } {
  if (level === 'off') return { result: work(), sizeBytes: 0 };
  const recorder = createRecorder({ level, budgetBytes });
  observation.observer = recorder;
  try {
    const result = work();
    recorder.finish();
    return { result, sizeBytes: recorder.reader().sizeBytes };
  } finally {
    observation.observer = null;
  }
}

/** A run in turns, its recorder listening during each only. */
export function recording(level: 'off' | 'summary' | 'full', budgetBytes: number): <T>(work: () => T) => T {
  const recorder = level === 'off' ? null : createRecorder({ level, budgetBytes });
  return (work) => {
    observation.observer = recorder;
    try {
      return work();
    } finally {
      observation.observer = null;
    }
  };
}

/** Microseconds per step, the best of `rounds`, after eight to warm up. */
export function timed(step: () => unknown, steps: number, rounds: number): number {
  for (let i = 0; i < 8 * steps; i++) step();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < steps; i++) step();
    best = Math.min(best, ((performance.now() - start) * 1000) / steps);
  }
  return best;
}

/** Live bytes after `steps` steps. */
export function liveAfter(steps: number): number {
  const step = trainingStep();
  const before = heap.liveBytes;
  for (let i = 0; i < steps; i++) step();
  return heap.liveBytes - before;
}
