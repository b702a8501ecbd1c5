// Rows of whole training steps: recorded and not, and what recording adds.
import { medianMs, shortMedianMs } from './clock.ts';
import { recording } from './engine-step.ts';
import { gptStep, lenetStep, lstmStep, mlpStep } from './model-steps.ts';
import type { Torch } from './peers.ts';
import { atMost, type Gate, type Row } from './table.ts';

const megabyte = 2 ** 20;
interface Model {
  readonly make: () => () => number;
  /** Milliseconds of the step recorded in full. */
  readonly gate: number | null;
  readonly goal: number | null;
}
const models: Readonly<Record<string, Model>> = {
  'MLP 784-256-10, batch 64': { make: mlpStep, gate: 1.5, goal: 1.2 },
  'LeNet, batch 32': { make: lenetStep, gate: 4.7, goal: 3.2 },
  'LSTM of 2 layers, width 128, batch 32, 32 steps': { make: lstmStep, gate: null, goal: null },
  'GPT of 4 layers, width 128, batch 8, 64 tokens': { make: gptStep, gate: null, goal: null },
};
export const modelNames = Object.keys(models);

/** Levels take turns of a few steps, and the best turn of each counts: what else the machine does strikes them alike. */
const TURN_MS = 20;
const [FEWEST_TURNS, MOST_TURNS, ENOUGH_MS] = [6, 80, 8000];

/** The step recorded in full, and the overhead of each level over none. */
export function modelRows(name: string, torch: Torch | null): Row[] {
  const { make, gate, goal } = models[name];
  const best = { off: Number.POSITIVE_INFINITY, summary: Number.POSITIVE_INFINITY, full: Number.POSITIVE_INFINITY };
  const runs = (['off', 'summary', 'full'] as const).map((level) => ({ level, step: make(), turn: recording(level, 512 * megabyte) }));
  for (const run of runs) run.turn(() => medianMs(run.step, 10 * TURN_MS));
  const start = performance.now();
  for (let turn = 0; turn < MOST_TURNS && (turn < FEWEST_TURNS || performance.now() - start < ENOUGH_MS); turn++) {
    for (const run of runs)
      best[run.level] = Math.min(
        best[run.level],
        run.turn(() => shortMedianMs(run.step, TURN_MS)),
      );
  }
  const real = torch?.ms[name];
  const gates: Gate[] = gate === null ? [] : [atMost('ms', best.full, gate, goal)];
  if (gate === null && real !== undefined) gates.push(atMost('unrecorded over PyTorch', best.off / real, null, 1.5));
  return [
    {
      name: `${name}, full recording`,
      unit: 'ms',
      ours: best.full,
      peers: { unrecorded: best.off, ...(real === undefined ? {} : { PyTorch: real }) },
      gates,
    },
    {
      name: `${name}, recording's share`,
      unit: '×',
      ours: best.full / best.off,
      peers: {},
      gates: [atMost('summaries', best.summary / best.off, 1.25, 1.1), atMost('full', best.full / best.off, 1.5, 1.2)],
    },
  ];
}
