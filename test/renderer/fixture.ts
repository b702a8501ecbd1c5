// A recording made by hand: `Linear(1, 1)` trained by SGD on 80 points in batches of 16, with its real numbers. For tests and previews of the window
// that must not need the engine.
import type { Graph, GraphEdge, GraphNode, Loop, Payload, Step, TensorSummary, TraceEvent, TraceReader } from '../../core/index.ts';

export function summaryOf(values: readonly number[]): TensorSummary {
  const finite = values.filter(Number.isFinite);
  const sum = finite.reduce((a, b) => a + b, 0);
  const mean = sum / finite.length;
  const squares = finite.reduce((a, b) => a + b * b, 0);
  return {
    count: values.length,
    nan: values.filter(Number.isNaN).length,
    inf: values.filter((v) => Math.abs(v) === Number.POSITIVE_INFINITY).length,
    min: Math.min(...finite),
    max: Math.max(...finite),
    mean,
    std: Math.sqrt(finite.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, finite.length - 1)),
    rms: Math.sqrt(squares / finite.length),
    sum,
    sumAbs: finite.reduce((a, b) => a + Math.abs(b), 0),
    norm: Math.sqrt(squares),
  };
}

export const payload = (values: readonly number[], shape: readonly number[]): Payload => ({
  shape,
  dtype: 'float32',
  summary: summaryOf(values),
  values,
});

const node = (
  id: string,
  kind: GraphNode['kind'],
  name: string,
  shape: readonly number[] | null,
  line: number,
  more: Partial<GraphNode> = {},
): GraphNode => ({
  id,
  kind,
  name,
  shape,
  dtype: shape ? 'float32' : null,
  device: shape ? 'cpu' : null,
  scope: '',
  site: { cell: 0, line },
  pair: null,
  ...more,
});

const inLinear = { scope: 'model/0' };
const nodes: readonly GraphNode[] = [
  node('x', 'input', 'x_batch', [16, 1], 16),
  node('w', 'leaf', '0.weight', [1, 1], 6, { ...inLinear, pair: 'aw' }),
  node('b', 'leaf', '0.bias', [1], 6, { ...inLinear, pair: 'ab' }),
  node('t', 'op', 't', [1, 1], 17, { ...inLinear, pair: 'tb' }),
  node('addmm', 'op', 'addmm', [16, 1], 17, { ...inLinear, pair: 'addmmb' }),
  node('y', 'input', 'y_batch', [16, 1], 16),
  node('mse', 'op', 'mse_loss', [], 18, { pair: 'mseb' }),
  node('loss', 'output', 'loss', [], 18),
  node('mseb', 'backward', 'MseLossBackward0', [], 18, { pair: 'mse' }),
  node('addmmb', 'backward', 'AddmmBackward0', [16, 1], 17, {
    ...inLinear,
    pair: 'addmm',
    attrs: [
      ['alpha', '1'],
      ['beta', '1'],
    ],
  }),
  node('ab', 'backward', 'AccumulateGrad', [1], 6, { ...inLinear, pair: 'b' }),
  node('tb', 'backward', 'TBackward0', [1, 1], 17, { ...inLinear, pair: 't' }),
  node('aw', 'backward', 'AccumulateGrad', [1, 1], 6, { ...inLinear, pair: 'w' }),
  node('mat1', 'saved', 'mat1', [16, 1], 17, { ...inLinear, sizeBytes: 64 }),
];
const at = (id: string): number => nodes.findIndex((each) => each.id === id);

const edge = (kind: GraphEdge['kind'], from: string, to: string, slot = 0, toSlot = 0): GraphEdge => ({
  id: `${from}.${kind}${slot}>${to}`,
  kind,
  from,
  to,
  slot,
  toSlot,
});
const edges: readonly GraphEdge[] = [
  edge('value', 'w', 't'),
  edge('value', 'b', 'addmm', 0, 0),
  edge('value', 'x', 'addmm', 0, 1),
  edge('value', 't', 'addmm', 0, 2),
  edge('value', 'addmm', 'mse', 0, 0),
  edge('value', 'y', 'mse', 0, 1),
  edge('value', 'mse', 'loss'),
  edge('gradient', 'loss', 'mseb'),
  edge('gradient', 'mseb', 'addmmb', 0),
  edge('gradient', 'addmmb', 'ab', 0),
  edge('gradient', 'addmmb', 'tb', 2),
  edge('gradient', 'tb', 'aw', 0),
  edge('saved', 'mat1', 'addmmb'),
];

export const fixtureGraph: Graph = {
  hash: 'fixture',
  nodes,
  edges,
  scopes: [
    { id: 'model', parent: '', name: 'model', type: 'Sequential', label: 'Sequential', moduleKey: 1 },
    { id: 'model/0', parent: 'model', name: '0', type: 'Linear', label: 'Linear(1, 1)', moduleKey: 2 },
  ],
};

export const fixtureScript = `import torch
from torch import nn

torch.manual_seed(42)
# One feature in, one out
model = nn.Sequential(nn.Linear(1, 1))
loss_fn = nn.MSELoss(reduction='mean')
optimizer = torch.optim.SGD(model.parameters(), lr=1e-1)

x = torch.rand(80, 1)
y = 1 + 2 * x + .1 * torch.randn(80, 1)

for epoch in range(150):
    for i in range(0, 80, 16):
        # The next sixteen points
        x_batch, y_batch = x[i:i + 16], y[i:i + 16]
        yhat = model(x_batch)
        loss = loss_fn(yhat, y_batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

print(model.state_dict())
`;

interface Recorded {
  readonly step: Step;
  readonly events: readonly TraceEvent[];
  readonly initial: ReadonlyMap<number, Payload>;
}

/** `epochs` of 5 batches; the learning rate falls to a tenth after `slowFrom` epochs. */
function train(epochs: number, slowFrom: number): Recorded[] {
  let seed = 42;
  const random = (): number => {
    seed = (seed * 1664525 + 1013904223) % 4294967296;
    return seed / 4294967296;
  };
  const xs = Array.from({ length: 100 }, random);
  const ys = xs.map((x) => 1 + 2 * x + 0.1 * (random() + random() + random() + random() - 2) * 1.7);
  let [w, b] = [0.7645, 0.83];
  const recorded: Recorded[] = [];
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const lr = epoch < slowFrom ? 0.1 : 0.01;
    for (let batch = 0; batch < 5; batch += 1) {
      const x = xs.slice(batch * 16, batch * 16 + 16);
      const y = ys.slice(batch * 16, batch * 16 + 16);
      const out = x.map((v) => b + w * v);
      const error = out.map((v, i) => v - y[i]);
      const loss = error.reduce((a, e) => a + e * e, 0) / 16;
      const g = error.map((e) => (2 * e) / 16);
      const gb = g.reduce((a, e) => a + e, 0);
      const gw = g.reduce((a, e, i) => a + e * x[i], 0);
      const [w1, b1] = [w - lr * gw, b - lr * gb];
      const one = (v: number): Payload => payload([v], [1]);
      const square = (v: number): Payload => payload([v], [1, 1]);
      const scalar = (v: number): Payload => payload([v], []);
      const events: TraceEvent[] = [
        { kind: 'forward', node: at('t'), outputs: [square(w)] },
        { kind: 'forward', node: at('addmm'), outputs: [payload(out, [16, 1])] },
        { kind: 'forward', node: at('mse'), outputs: [scalar(loss)] },
        { kind: 'backward', node: at('mseb'), incoming: [scalar(1)], outgoing: [payload(g, [16, 1])], grad: null },
        { kind: 'backward', node: at('addmmb'), incoming: [payload(g, [16, 1])], outgoing: [one(gb), null, square(gw)], grad: null },
        { kind: 'backward', node: at('ab'), incoming: [one(gb)], outgoing: [], grad: one(gb) },
        { kind: 'backward', node: at('tb'), incoming: [square(gw)], outgoing: [square(gw)], grad: null },
        { kind: 'backward', node: at('aw'), incoming: [square(gw)], outgoing: [], grad: square(gw) },
        { kind: 'update', node: at('w'), before: square(w), after: square(w1) },
        { kind: 'update', node: at('b'), before: one(b), after: one(b1) },
        { kind: 'zero_grad', node: at('w') },
        { kind: 'zero_grad', node: at('b') },
      ];
      const initial = new Map([
        [at('w'), square(w)],
        [at('b'), one(b)],
        [at('x'), payload(x, [16, 1])],
        [at('y'), payload(y, [16, 1])],
      ]);
      [w, b] = [w1, b1];
      const index = recorded.length;
      const validation = xs.slice(80).reduce((a, v, i) => a + (b + w * v - ys[80 + i]) ** 2, 0) / 20;
      recorded.push({
        events,
        initial,
        step: {
          index,
          graph: 0,
          loop: 0,
          epoch,
          batch: batch + 1,
          closed: true,
          trainLoss: loss,
          validationLoss: batch === 4 ? validation : null,
          hyper: { lr },
          optimizer: 'SGD',
          backwardSite: { cell: 0, line: 19 },
          firstEvent: index * 12,
          eventCount: 12,
        },
      });
    }
  }
  return recorded;
}

export function fixtureReader({ epochs = 150, slowFrom = 1e9 } = {}): TraceReader {
  const recorded = train(epochs, slowFrom);
  const loop: Loop = {
    index: 0,
    firstStep: 0,
    stepCount: recorded.length,
    backwardSite: { cell: 0, line: 19 },
    topLevelSite: { cell: 0, line: 13 },
    epochCount: epochs,
    batchesPerEpoch: 5,
  };
  return {
    graphs: [fixtureGraph],
    loops: [loop],
    stepCount: recorded.length,
    step: (index) => recorded[index].step,
    events: (step) => recorded[step.index].events,
    initial: (step, index) => recorded[step.index].initial.get(index) ?? null,
    whole: (payload) => payload.values,
    revision: 1,
    sizeBytes: recorded.length * 2400,
  };
}
