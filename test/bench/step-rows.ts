// Rows of whole training steps: recorded and not, and what recording adds.
import { medianMs } from './clock.ts';
import { recorded } from './engine-step.ts';
import { lenetStep, mlpStep } from './model-steps.ts';
import type { Torch } from './peers.ts';
import { atMost, type Row } from './table.ts';

const megabyte = 2 ** 20;
const models = { 'MLP 784-256-10, batch 64': [mlpStep, 1.5, 1.2], 'LeNet, batch 32': [lenetStep, 4.7, 3.2] } as const;
export const modelNames = Object.keys(models) as (keyof typeof models)[];

/** The step recorded in full, and the overhead of each level over none. */
export function modelRows(name: keyof typeof models, torch: Torch | null): Row[] {
  const [make, gate, goal] = models[name];
  const best = { off: Number.POSITIVE_INFINITY, summary: Number.POSITIVE_INFINITY, full: Number.POSITIVE_INFINITY };
  for (let round = 0; round < 3; round++) {
    for (const level of ['off', 'summary', 'full'] as const) {
      best[level] = Math.min(best[level], recorded(level, 512 * megabyte, () => medianMs(make(), 400)).result);
    }
  }
  const real = torch?.ms[name];
  return [
    {
      name: `${name}, full recording`,
      unit: 'ms',
      ours: best.full,
      peers: { unrecorded: best.off, ...(real === undefined ? {} : { PyTorch: real }) },
      gates: [atMost('ms', best.full, gate, goal)],
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
