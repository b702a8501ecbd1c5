// Pausing, stepping, stopping and changing hyper-parameters while a script runs; what is recorded of it.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Graph } from '../../core/graph/graph.ts';
import { traceReaderFromChunks } from '../../core/graph/trace-reader.ts';
import { control, hyperNames, pace } from '../../core/python/protocol.ts';
import { loadSession, type TestRun, type TestSession } from './load-session.ts';

const block = new Int32Array(new SharedArrayBuffer(4 * control.cells));
const interrupt = new Uint8Array(new SharedArrayBuffer(1));
/** Stands for the window: called whenever the session waits. */
let onWait: (count: number) => void = () => {};
let waits = 0;

let session: TestSession;
beforeAll(async () => {
  session = await loadSession({ control: block, interrupt, wait: () => onWait(++waits) });
}, 120_000);
beforeEach(() => {
  block.fill(0);
  interrupt[0] = 0;
  waits = 0;
  onWait = () => {
    throw new Error('waits though nothing is paused');
  };
});

const training = (epochs: number) => `
import torch
from torch import nn
torch.manual_seed(0)
x = torch.ones(4, 1)
model = nn.Sequential(nn.Linear(1, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(${epochs}):
    loss = nn.functional.mse_loss(model(x), 2 * x)
    loss.backward()
    opt.step()
    opt.zero_grad()
    print(epoch, opt.param_groups[0]["lr"])
`;

function reader(run: TestRun) {
  const graphs: Graph[] = [];
  let chunks: readonly SharedArrayBuffer[] = [];
  for (const message of run.messages) {
    if (message.type === 'graph') graphs[message.index] = message.graph;
    if (message.type === 'trace') chunks = message.chunks;
  }
  return traceReaderFromChunks(chunks, graphs);
}

const resume = () => Atomics.store(block, control.pace, pace.running);

describe('pausing', () => {
  it('stands at the first backward until the window resumes', () => {
    block[control.pace] = pace.paused;
    block[control.unit] = 1;
    const waiting: number[] = [];
    onWait = (count) => {
      waiting.push(block[control.waiting]);
      if (count === 3) resume();
    };
    const run = session.run(training(2));
    expect(run.state).toBe('finished');
    expect(waiting).toEqual([1, 1, 1]);
    expect(block[control.waiting]).toBe(0);
    expect(block[control.hasOptimizer]).toBe(1);
    const states = run.messages.flatMap((m) => (m.type === 'state' ? [m.state] : []));
    expect(states).toEqual(['starting', 'running', 'paused', 'running', 'finished']);
    const paused = run.messages.find((m) => m.type === 'state' && m.state === 'paused');
    expect(paused).toMatchObject({ site: { cell: 0, line: 10 } });
  });

  it('a credit buys one step', () => {
    block[control.pace] = pace.paused;
    block[control.unit] = 1;
    const lines: number[] = [];
    onWait = (count) => {
      if (count > 4) resume();
      else Atomics.store(block, control.credits, 1);
    };
    const run = session.run(training(6));
    for (const message of run.messages) if (message.type === 'state' && message.state === 'paused') lines.push(message.site?.line ?? 0);
    expect(lines).toEqual([10, 11, 11, 11, 11]);
  });

  it('a credit buys one op when ops are asked for', () => {
    block[control.pace] = pace.paused;
    block[control.unit] = 0;
    onWait = (count) => {
      if (count > 3) resume();
      else Atomics.store(block, control.credits, 1);
    };
    const run = session.run('import torch\na = torch.ones(2)\nb = a + 1\nc = b * 2\nd = c - 1\ne = d / 2\nprint(e)');
    const sites = run.messages.flatMap((m) => (m.type === 'state' && m.state === 'paused' ? [m.site?.line] : []));
    expect(sites).toEqual([3, 4, 5, 6]);
  });

  it('changes the learning rate of the live optimizer', () => {
    block[control.pace] = pace.paused;
    block[control.unit] = 1;
    onWait = (count) => {
      if (count === 1) Atomics.store(block, control.credits, 1);
      else {
        const bits = new Int32Array(new Float64Array([0.25]).buffer);
        block[control.hyperName] = hyperNames.indexOf('lr');
        block[control.hyperValue] = bits[0];
        block[control.hyperValue + 1] = bits[1];
        Atomics.add(block, control.hyperRevision, 1);
        resume();
      }
    };
    const run = session.run(training(3), { recording: 'full' });
    expect(run.stdout).toBe('0 0.25\n1 0.25\n2 0.25\n');
    const trace = reader(run);
    expect([0, 1, 2].map((i) => trace.step(i).hyper.lr)).toEqual([0.1, 0.25, 0.25]);
  });
});

describe('stopping', () => {
  it('ends a sleeping script', () => {
    onWait = () => {
      interrupt[0] = 2;
    };
    const run = session.run('import time\nprint("on")\ntime.sleep(1000)\nprint("never")');
    expect(run.state).toBe('stopped');
    expect(run.stdout).toBe('on\n');
    expect(run.error).toBeNull();
  });

  it('ends a paused script', () => {
    block[control.pace] = pace.paused;
    onWait = () => {
      interrupt[0] = 2;
    };
    const run = session.run(training(1000));
    expect(run.state).toBe('stopped');
  });

  it('leaves the session usable', () => {
    expect(session.run('print(1)').stdout).toBe('1\n');
  });
});

describe('recording', () => {
  it('names modules in lists by their paths', () => {
    const run = session.run(
      `import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Tanh(), nn.Tanh()])
        self.by = nn.ModuleDict({"a": nn.ModuleList([nn.Tanh()])})
        self.part = nn.Sequential(nn.Linear(1, 1))
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.by["a"][0](self.part[0](x))
Net()(torch.ones(1, 1, requires_grad=True)).sum().backward()
`,
      { recording: 'full' },
    );
    expect(run.error).toBe(null);
    expect(reader(run).graphs[0].scopes.map((scope) => scope.id)).toEqual([
      'model',
      'model/layers.0',
      'model/layers.1',
      'model/part.0',
      'model/by.a.0',
    ]);
  });

  it('yields graphs and steps with names of parameters and variables', () => {
    const run = session.run(training(5), { recording: 'full' });
    expect(run.state).toBe('finished');
    const trace = reader(run);
    expect(trace.stepCount).toBe(5);
    expect(trace.graphs.length).toBe(1);
    expect(trace.loops[0].backwardSite).toEqual({ cell: 0, line: 10 });
    const [graph] = trace.graphs;
    const names = (kind: string) =>
      graph.nodes
        .filter((node) => node.kind === kind)
        .map((node) => node.name)
        .sort();
    expect(names('leaf')).toEqual(['0.bias', '0.weight']);
    expect(names('input')).toContain('x');
    expect(graph.scopes.map((scope) => [scope.id, scope.type])).toEqual([
      ['model', 'Sequential'],
      ['model/0', 'Linear'],
    ]);
    expect(graph.nodes.find((node) => node.kind === 'op' && node.name === 'mse_loss')?.site).toEqual({ cell: 0, line: 9 });
    const first = trace.step(0);
    expect(first.optimizer).toBe('SGD');
    expect(first.trainLoss).toBeGreaterThan(0);
  });

  it('tells validation losses from training losses', () => {
    const run = session.run(
      `
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
torch.manual_seed(0)
x = torch.rand(8, 1)
loader = DataLoader(TensorDataset(x, 2 * x), batch_size=4)
model = nn.Linear(1, 1)
loss_fn = nn.MSELoss()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    for a, b in loader:
        opt.zero_grad()
        loss = loss_fn(model(a), b)
        loss.backward()
        opt.step()
    model.eval()
    with torch.no_grad():
        print(loss_fn(model(x), 2 * x).item())
    model.train()
`,
      { recording: 'summary' },
    );
    expect(run.error).toBeNull();
    const trace = reader(run);
    expect(trace.stepCount).toBe(6);
    const validation = [0, 1, 2, 3, 4, 5].map((i) => trace.step(i).validationLoss);
    const printed = run.stdout.trim().split('\n').map(Number);
    expect(validation.map((v) => v !== null)).toEqual([false, true, false, true, false, true]);
    for (const [k, i] of [1, 3, 5].entries()) expect(validation[i]).toBeCloseTo(printed[k], 6);
    expect([0, 1, 2, 3].map((i) => [trace.step(i).epoch, trace.step(i).batch])).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
    ]);
  });

  it.each(['None', 'zeros'])('shows a model’s zero_grad to %s at each step', (to) => {
    const byHand = `
import torch
from torch import nn
model = nn.Linear(1, 1)
for step in range(3):
    loss = model(torch.ones(4, 1)).pow(2).mean()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= 0.1 * p.grad
    model.zero_grad(set_to_none=${to === 'None' ? 'True' : 'False'})
print(model.weight.grad)`;
    const run = session.run(byHand, { recording: 'full' });
    expect(run.error).toBeNull();
    expect(run.stdout).toBe(to === 'None' ? 'None\n' : 'tensor([[0.]])\n');
    const trace = reader(run);
    expect(trace.stepCount).toBe(3);
    for (const index of [0, 1, 2]) {
      const step = trace.step(index);
      const zeroed = trace.events(step).filter((event) => event.kind === 'zero_grad');
      expect(zeroed.map((event) => trace.graphs[step.graph].nodes[event.node].name)).toEqual(['weight', 'bias']);
    }
  });

  it('keeps the graph of a failing step', () => {
    const run = session.run('import torch\na = torch.ones(3, requires_grad=True)\nb = a * 2\nc = b @ torch.ones(2)', { recording: 'full' });
    expect(run.state).toBe('failed');
    const trace = reader(run);
    expect(trace.graphs.at(-1)?.nodes.some((node) => node.error !== undefined)).toBe(true);
  });
});
