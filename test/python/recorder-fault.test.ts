// A recorder that breaks in the middle of a run: the script does not notice, and what was recorded stays.
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Graph } from '../../core/graph/graph.ts';
import type { Recorder } from '../../core/graph/recorder.ts';
import { traceReaderFromChunks } from '../../core/graph/trace-reader.ts';
import { loadSession, type TestRun, type TestSession } from './load-session.ts';

/** Which of the recorder's methods breaks, and at which call. */
const fault: { method: keyof Recorder; at: number } = { method: 'op', at: 0 };

vi.mock('../../core/graph/recorder.ts', async (original) => {
  const real = await original<typeof import('../../core/graph/recorder.ts')>();
  return {
    ...real,
    createRecorder(...given: Parameters<typeof real.createRecorder>) {
      const recorder = real.createRecorder(...given);
      const { method } = fault;
      const works = (recorder[method] as (...values: unknown[]) => unknown).bind(recorder);
      let calls = 0;
      const breaks = (...values: unknown[]) => {
        if (++calls === fault.at) throw new TypeError('stub is undefined');
        return works(...values);
      };
      return Object.defineProperty(recorder, method, { value: breaks });
    },
  };
});

let session: TestSession;
beforeAll(async () => {
  session = await loadSession();
}, 120_000);
beforeEach(() => {
  fault.at = 0;
});

const script = `
import torch
from torch import nn
torch.manual_seed(0)
model = nn.Linear(1, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(4):
    opt.zero_grad()
    loss = nn.functional.mse_loss(model(torch.ones(4, 1)), torch.ones(4, 1))
    loss.backward()
    opt.step()
    print(loss.item())
`;

function stepCount(run: TestRun): number {
  const graphs: Graph[] = [];
  let chunks: readonly SharedArrayBuffer[] = [];
  for (const message of run.messages) {
    if (message.type === 'graph') graphs[message.index] = message.graph;
    if (message.type === 'trace') chunks = message.chunks;
  }
  return traceReaderFromChunks(chunks, graphs).stepCount;
}

// An op of the third step, its optimizer, and the end of the run.
it.each<[keyof Recorder, number, number]>([
  ['op', 9, 2],
  ['backwardStart', 3, 2],
  ['optimizerStepStart', 3, 2],
  ['finish', 1, 4],
])('a fault in %s (call %i) leaves the script alone', (method, at, kept) => {
  const expected = session.run(script);
  Object.assign(fault, { method, at });
  const run = session.run(script, { recording: 'full' });
  expect(run.error).toBeNull();
  expect(run.state).toBe('finished');
  expect(run.stdout).toBe(expected.stdout);
  expect(run.stderr).toBe(
    'Nabla stopped recording here because of a fault of its own (TypeError: stub is undefined). The script goes on; what was recorded is kept.\n',
  );
  expect(stepCount(run)).toBeGreaterThanOrEqual(kept);
});

it('records the next run again', () => {
  const run = session.run(script, { recording: 'full' });
  expect(run.stderr).toBe('');
  expect(stepCount(run)).toBe(4);
});

it('draws make_dot all the same', () => {
  Object.assign(fault, { method: 'op', at: 2 });
  const run = session.run(`${script}from torchviz import make_dot\nprint(make_dot(loss).source)`, { recording: 'full' });
  expect(run.error).toBeNull();
  expect(run.stdout).toContain('MseLossBackward0');
});
