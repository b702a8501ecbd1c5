// The recorder on the real engine: one graph for all steps, each with its own values, and nothing kept alive.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backward, grad } from '../../core/autograd/backward.ts';
import { ops } from '../../core/autograd/funnel.ts';
import { noGrad } from '../../core/autograd/modes.ts';
import { observation } from '../../core/autograd/observer.ts';
import { createRecorder, type Recorder } from '../../core/graph/recorder.ts';
import { textForm } from '../../core/graph/text-form.ts';
import { Linear, MSELoss, Sequential } from '../../core/nn/index.ts';
import { SGD } from '../../core/optim/index.ts';
import { heap } from '../../core/tensor/heap.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { at, site } from './fake-run.ts';

let recorder: Recorder;
const start = (level: 'summary' | 'full' = 'full'): void => {
  recorder = createRecorder({ level, budgetBytes: 1 << 24 });
  observation.observer = recorder;
};
beforeEach(() => {
  observation.site = site;
  Object.assign(at, { cell: 22, line: 48, topCell: 22, topLine: 70 });
});
afterEach(() => {
  observation.observer = null;
});

const column = (n: number, f: (i: number) => number): Tensor =>
  Tensor.from(
    Array.from({ length: n }, (_, i) => f(i)),
    { shape: [n, 1], dtype: 'float32' },
  );

function training() {
  const model = new Sequential(new Linear(1, 1));
  const lossFn = new MSELoss();
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const x = column(16, (i) => i / 16);
  const y = column(16, (i) => 1 + (2 * i) / 16);
  const step = (): number =>
    scope(() => {
      at.line = 48;
      const yhat = model.call(x);
      at.line = 50;
      const loss = lossFn.call(y, yhat);
      at.line = 52;
      backward(loss);
      at.line = 54;
      optimizer.step();
      at.line = 55;
      optimizer.zeroGrad();
      return Number(loss.item());
    });
  return { model, lossFn, step, x, y };
}

describe("the lesson's training, recorded from the engine", () => {
  test('is one graph', () => {
    start();
    const { step } = training();
    for (let i = 0; i < 3; i++) step();
    recorder.finish();
    expect(recorder.graphs).toHaveLength(1);
    const graph = recorder.graphs[0];
    const shown = textForm({
      ...graph,
      nodes: graph.nodes.filter((n) => n.kind !== 'saved'),
      edges: graph.edges.filter((e) => e.kind !== 'saved'),
    });
    expect(shown).toBe(`scope model: Sequential
scope model/0: Linear(1, 1)
leaf model/0.weight "0.weight" (1, 1) in model/0
op model/0/t@22:48#1 "t" (1, 1) in model/0 <- model/0.weight
leaf model/0.bias "0.bias" (1) in model/0
input model/0/addmm@22:48#1/1 (16, 1)
op model/0/addmm@22:48#1 "addmm" (16, 1) in model/0 <- model/0.bias, model/0/addmm@22:48#1/1, model/0/t@22:48#1
input mse_loss@22:50#1/0 (16, 1)
op mse_loss@22:50#1 "mse_loss" () <- mse_loss@22:50#1/0, model/0/addmm@22:48#1
output output () <- mse_loss@22:50#1
backward MseLossBackward0@22:50#1 "MseLossBackward0" () <- ~output
backward model/0/AddmmBackward0@22:48#1 "AddmmBackward0" (16, 1) in model/0 <- ~MseLossBackward0@22:50#1.1
backward model/0/TBackward0@22:48#1 "TBackward0" (1, 1) in model/0 <- ~model/0/AddmmBackward0@22:48#1.2
backward model/0.weight/AccumulateGrad "AccumulateGrad" (1, 1) in model/0 <- ~model/0/TBackward0@22:48#1
backward model/0.bias/AccumulateGrad "AccumulateGrad" (1) in model/0 <- ~model/0/AddmmBackward0@22:48#1
`);
    const saved = graph.nodes.filter((n) => n.kind === 'saved');
    expect(saved.map((n) => [n.name, n.sizeBytes, n.source])).toEqual(expect.arrayContaining([['mat1', 64, 'model/0/addmm@22:48#1/1']]));
    expect(graph.nodes.find((n) => n.name === 'AddmmBackward0')?.attrs).toEqual(
      expect.arrayContaining([
        ['alpha', '1'],
        ['mat1', '[saved tensor]'],
      ]),
    );
  });

  test.each(['full', 'summary'] as const)('every step has its own values (%s)', (level) => {
    start(level);
    const { step, model, x, y } = training();
    const [[, w], [, b]] = model.namedParameters();
    const expected: { loss: number; w: number; b: number; gw: number; gb: number }[] = [];
    for (let i = 0; i < 5; i++) {
      const before = { w: Number(w.item()), b: Number(b.item()) };
      const loss = step();
      const errors = x.toArray().map((v, k) => before.b + before.w * v - y.toArray()[k]);
      const gb = (2 / 16) * errors.reduce((s, e) => s + e, 0);
      const gw = (2 / 16) * errors.reduce((s, e, k) => s + e * x.toArray()[k], 0);
      expected.push({ loss, ...before, gw, gb });
    }
    recorder.finish();
    const reader = recorder.reader();
    const graph = recorder.graphs[0];
    const node = (name: string) => graph.nodes.findIndex((n) => n.name === name);
    expect(reader.stepCount).toBe(5);
    expected.forEach((e, i) => {
      const s = reader.step(i);
      expect(s).toMatchObject({ closed: true, optimizer: 'SGD', epoch: i, graph: 0 });
      expect(s.hyper.lr).toBe(0.1);
      expect(s.trainLoss).toBeCloseTo(e.loss, 6);
      expect(reader.initial(s, node('0.weight'))?.summary.sum).toBeCloseTo(e.w, 6);
      const events = reader.events(s);
      expect(events.map((ev) => `${ev.kind} ${graph.nodes[ev.node].name}`)).toEqual([
        'forward t',
        'forward addmm',
        'forward mse_loss',
        'backward MseLossBackward0',
        'backward AddmmBackward0',
        'backward AccumulateGrad',
        'backward TBackward0',
        'backward AccumulateGrad',
        'update 0.weight',
        'update 0.bias',
        'zero_grad 0.weight',
        'zero_grad 0.bias',
      ]);
      const accumulated = Object.fromEntries(
        events.flatMap((ev) =>
          ev.kind === 'backward' && ev.grad !== null
            ? [[graph.nodes[graph.nodes.findIndex((n) => n.id === graph.nodes[ev.node].pair)].name, ev.grad.summary.sum]]
            : [],
        ),
      );
      expect(accumulated['0.weight']).toBeCloseTo(e.gw, 5);
      expect(accumulated['0.bias']).toBeCloseTo(e.gb, 5);
      const update = events[8];
      if (update.kind !== 'update') throw new Error('no update');
      expect(update.before.summary.sum).toBeCloseTo(e.w, 6);
      expect(update.after.summary.sum).toBeCloseTo(e.w - 0.1 * e.gw, 5);
    });
  });

  test('recording keeps no tensor alive', () => {
    start();
    const { step } = training();
    for (let i = 0; i < 20; i++) step();
    const live = heap.liveBytes;
    for (let i = 0; i < 200; i++) step();
    expect(heap.liveBytes).toBe(live);
  });

  test('updates by hand are updates, and clearing by zero_() is zero_grad', () => {
    start();
    const a = Tensor.from([0.5], { requiresGrad: true, dtype: 'float32' });
    const x = column(4, (i) => i);
    for (let i = 0; i < 3; i++) {
      scope(() => {
        const loss = ops.mean(ops.pow(ops.mul(a, x), 2n)) as Tensor;
        backward(loss);
        noGrad(() => ops.sub_(a, ops.mul(a.grad as Tensor, 0.01)));
        ops.zero_(a.grad as Tensor);
      });
    }
    recorder.finish();
    const reader = recorder.reader();
    expect(reader.stepCount).toBe(3);
    const events = reader.events(reader.step(2));
    expect(events.map((e) => e.kind)).toEqual([
      'forward',
      'forward',
      'forward',
      'backward',
      'backward',
      'backward',
      'backward',
      'update',
      'zero_grad',
    ]);
    expect(reader.step(2).optimizer).toBe('by hand');
    expect(recorder.graphs).toHaveLength(1);
    const update = events[7];
    if (update.kind !== 'update') throw new Error('no update');
    expect(update.after.summary.sum).toBeCloseTo(Number(a.item()), 6);
  });

  test('a validation pass under no_grad makes no step', () => {
    start();
    const { step, model, lossFn, x, y } = training();
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) {
      step();
      losses.push(Number(scope(() => noGrad(() => lossFn.call(y, model.call(x)))).item()));
    }
    recorder.finish();
    const reader = recorder.reader();
    expect(reader.stepCount).toBe(3);
    expect(recorder.graphs).toHaveLength(1);
    [0, 1, 2].forEach((i) => {
      expect(reader.step(i).validationLoss).toBeCloseTo(losses[i], 6);
    });
  });

  test('double backward: the ops inside backward are recorded as ops', () => {
    start();
    const x = Tensor.from([1, 2, 3], { requiresGrad: true, dtype: 'float32' });
    const y = ops.sum(ops.pow(x, 3n)) as Tensor;
    const [gx] = grad(y, x, { createGraph: true });
    backward(ops.sum(ops.pow(gx as Tensor, 2n)) as Tensor);
    recorder.finish();
    const reader = recorder.reader();
    expect(reader.stepCount).toBe(1);
    const kinds = reader.events(reader.step(0)).map((e) => e.kind);
    const first = kinds.indexOf('backward');
    expect(kinds.slice(first).filter((k) => k === 'forward').length).toBeGreaterThan(2);
    expect(recorder.graphs[0].nodes.filter((n) => n.kind === 'output')).toHaveLength(2);
  });

  test('an op that refuses its arguments stands in the partial graph', () => {
    start();
    const w = Tensor.from([1, 2], { requiresGrad: true, dtype: 'float32', shape: [2, 1] });
    const h = ops.mul(w, 2n) as Tensor;
    expect(() =>
      ops.mm(
        column(8, () => 1),
        h,
      ),
    ).toThrow('mat1 and mat2 shapes cannot be multiplied (8x1 and 2x1)');
    recorder.finish(true);
    const failed = recorder.graphs[0].nodes.find((n) => n.error !== undefined);
    expect(failed).toMatchObject({ name: 'mm', error: 'mat1 and mat2 shapes cannot be multiplied (8x1 and 2x1)' });
  });
});
