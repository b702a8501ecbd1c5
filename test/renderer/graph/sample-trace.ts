// A Trace of two steps of the hand-made regression graph, with numbers worked out by plain arithmetic.
import type { Graph, Payload, Step, TensorSummary, TraceEvent, TraceReader } from '../../../core/index.ts';
import { trainingStep } from './sample-graphs.ts';

export function summaryOf(values: readonly number[]): TensorSummary {
  const finite = values.filter(Number.isFinite);
  const count = values.length;
  const nan = values.filter(Number.isNaN).length;
  const sum = finite.reduce((a, b) => a + b, 0);
  const squares = finite.reduce((a, b) => a + b * b, 0);
  const n = Math.max(1, finite.length);
  const mean = sum / n;
  return {
    count,
    nan,
    inf: count - nan - finite.length,
    min: Math.min(...finite),
    max: Math.max(...finite),
    mean,
    std: Math.sqrt(finite.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, n - 1)),
    rms: Math.sqrt(squares / n),
    sum,
    sumAbs: finite.reduce((a, b) => a + Math.abs(b), 0),
    norm: Math.sqrt(squares),
  };
}

export const payload = (values: readonly number[], shape: readonly number[] = [values.length], dtype = 'float32'): Payload => ({
  shape,
  dtype,
  summary: summaryOf(values),
  values,
});

const xs = [0.0344, 0.5227, 0.8287, 0.95, 0.2, 0.81, 0.37, 0.66, 0.12, 0.73, 0.44, 0.99, 0.05, 0.6, 0.3, 0.88];
const noise = [0.1, -0.05, 0.22, -0.3, 0.02, 0.11, -0.17, 0.09, 0.2, -0.12, 0.04, -0.08, 0.13, -0.21, 0.06, 0.03];
const ys = xs.map((x, i) => 1 + 2 * x + noise[i]);

export function regressionTrace(graph: Graph = trainingStep(), steps = 2): TraceReader {
  const at = (id: string) => graph.nodes.findIndex((node) => node.id === id);
  let [w, b] = [1.2625, 1.3679];
  const lr = 0.1;
  const all: { step: Step; events: TraceEvent[]; initial: Map<number, Payload> }[] = [];
  for (let index = 0; index < steps; index++) {
    const out = xs.map((x) => b + w * x);
    const error = out.map((value, i) => value - ys[i]);
    const loss = error.reduce((sum, e) => sum + e * e, 0) / xs.length;
    const g = error.map((e) => (2 * e) / xs.length);
    const gb = g.reduce((sum, value) => sum + value, 0);
    const gw = g.reduce((sum, value, i) => sum + value * xs[i], 0);
    const column = (values: readonly number[]) => payload(values, [16, 1]);
    const one = (value: number, shape: number[]) => payload([value], shape);
    const events: TraceEvent[] = [
      { kind: 'forward', node: at('t'), outputs: [one(w, [1, 1])] },
      { kind: 'forward', node: at('addmm'), outputs: [column(out)] },
      { kind: 'forward', node: at('mse'), outputs: [one(loss, [])] },
      { kind: 'backward', node: at('mseB'), incoming: [one(1, [])], outgoing: [column(g), null], grad: null },
      { kind: 'backward', node: at('addmmB'), incoming: [column(g)], outgoing: [one(gb, [1]), null, one(gw, [1, 1])], grad: null },
      { kind: 'backward', node: at('accb'), incoming: [one(gb, [1])], outgoing: [], grad: one(gb, [1]) },
      { kind: 'backward', node: at('tB'), incoming: [one(gw, [1, 1])], outgoing: [one(gw, [1, 1])], grad: null },
      { kind: 'backward', node: at('accW'), incoming: [one(gw, [1, 1])], outgoing: [], grad: one(gw, [1, 1]) },
      { kind: 'update', node: at('W'), before: one(w, [1, 1]), after: one(w - lr * gw, [1, 1]) },
      { kind: 'update', node: at('b'), before: one(b, [1]), after: one(b - lr * gb, [1]) },
      { kind: 'zero_grad', node: at('W') },
      { kind: 'zero_grad', node: at('b') },
    ];
    const initial = new Map([
      [at('W'), one(w, [1, 1])],
      [at('b'), one(b, [1])],
      [at('x'), column(xs)],
      [at('y'), column(ys)],
    ]);
    const step: Step = {
      index,
      graph: 0,
      loop: 0,
      epoch: index,
      batch: 1,
      closed: true,
      trainLoss: loss,
      validationLoss: null,
      hyper: { lr },
      optimizer: 'SGD',
      backwardSite: { cell: 0, line: 52 },
      firstEvent: index * events.length,
      eventCount: events.length,
    };
    all.push({ step, events, initial });
    w -= lr * gw;
    b -= lr * gb;
  }
  return {
    graphs: [graph],
    loops: [
      {
        index: 0,
        firstStep: 0,
        stepCount: steps,
        backwardSite: { cell: 0, line: 52 },
        topLevelSite: { cell: 0, line: 70 },
        epochCount: null,
        batchesPerEpoch: null,
      },
    ],
    stepCount: steps,
    step: (index) => all[index].step,
    events: (step) => all[step.index].events,
    initial: (step, node) => all[step.index].initial.get(node) ?? null,
    whole: (payload) => payload.values,
    revision: 1,
    sizeBytes: 0,
  };
}
