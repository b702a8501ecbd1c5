// The recorder alone, told by hand what an engine would tell it: graphs and ids, steps, loops, epochs, losses.
import { describe, expect, test } from 'vitest';
import type { Graph } from '../../core/graph/graph.ts';
import { createRecorder, type Recorder } from '../../core/graph/recorder.ts';
import { textForm } from '../../core/graph/text-form.ts';
import type { Tensor } from '../../core/tensor/tensor.ts';
import { at, descend, FakeRun, linearStep, moduleScope, tensor } from './fake-run.ts';

const make = (level: 'summary' | 'full' = 'full'): { recorder: Recorder; run: FakeRun } => {
  const recorder = createRecorder({ level, budgetBytes: 1 << 26 });
  at.cell = 22;
  at.topCell = 22;
  at.topLine = 70;
  return { recorder, run: new FakeRun(recorder) };
};
const batch = (n: number): Tensor =>
  tensor(
    Array.from({ length: n }, (_, i) => i / n),
    [n, 1],
  );
const weights = (recorder: Recorder, names = true): [Tensor, Tensor] => {
  const w = tensor([0.5], [1, 1], true);
  const b = tensor([0.25], [1], true);
  if (names) recorder.parameterNames(['0.weight', '0.bias'], [w, b]);
  return [w, b];
};
const ids = (graph: Graph): string[] => graph.nodes.map((n) => n.id);

describe('a training step', () => {
  test('is one graph with both faces of every op, leaves, inputs and an output', () => {
    const { recorder, run } = make();
    const [w, b] = weights(recorder);
    const x = batch(16);
    const y = batch(16);
    recorder.nameTensor(x, 'x_batch');
    recorder.nameTensor(y, 'y_batch');
    linearStep(run, w, b, x, y);
    recorder.finish();
    expect(recorder.graphs).toHaveLength(1);
    const graph = recorder.graphs[0];
    expect(textForm(graph)).toBe(`scope model: Sequential()
scope model/0: Linear(1, 1)
leaf model/0.weight "0.weight" (1, 1) in model/0
op model/0/t@22:48#1 "t" (1, 1) in model/0 <- model/0.weight
leaf model/0.bias "0.bias" (1) in model/0
input model/0/addmm@22:48#1/1 "x_batch" (16, 1)
op model/0/addmm@22:48#1 "addmm" (16, 1) in model/0 <- model/0.bias, model/0/addmm@22:48#1/1, model/0/t@22:48#1
input mse_loss@22:50#1/1 "y_batch" (16, 1)
op mse_loss@22:50#1 "mse_loss" () <- model/0/addmm@22:48#1, mse_loss@22:50#1/1
output output () <- mse_loss@22:50#1
backward MseLossBackward0@22:50#1 "MseLossBackward0" () <- ~output, *model/0/addmm@22:48#1/saved0, *mse_loss@22:50#1/1/saved
backward model/0/AddmmBackward0@22:48#1 "AddmmBackward0" (16, 1) in model/0 <- ~MseLossBackward0@22:50#1, *model/0.bias/saved, *model/0/addmm@22:48#1/1/saved, *model/0/t@22:48#1/saved0
backward model/0/TBackward0@22:48#1 "TBackward0" (1, 1) in model/0 <- ~model/0/AddmmBackward0@22:48#1.2, *model/0.weight/saved
backward model/0.weight/AccumulateGrad "AccumulateGrad" (1, 1) in model/0 <- ~model/0/TBackward0@22:48#1
backward model/0.bias/AccumulateGrad "AccumulateGrad" (1) in model/0 <- ~model/0/AddmmBackward0@22:48#1
saved model/0/addmm@22:48#1/saved0 "saved0" (16, 1)
saved mse_loss@22:50#1/1/saved "saved1" (16, 1)
saved model/0.bias/saved "saved0" (1) in model/0
saved model/0/addmm@22:48#1/1/saved "saved1" (16, 1) in model/0
saved model/0/t@22:48#1/saved0 "saved2" (1, 1) in model/0
saved model/0.weight/saved "saved0" (1, 1) in model/0
`);
    const byId = new Map(graph.nodes.map((n) => [n.id, n]));
    for (const n of graph.nodes) if (n.pair !== null) expect(byId.get(n.pair)?.pair).toBe(n.id);
    expect(new Set(graph.edges.map((e) => e.id)).size).toBe(graph.edges.length);
  });

  test.each(['full', 'summary'] as const)('repeats into the same graph, with its own values (%s)', (level) => {
    const { recorder, run } = make(level);
    const [w, b] = weights(recorder);
    const losses = [0.5, 0.25, 0.125, 0.0625];
    for (const loss of losses) linearStep(run, w, b, batch(16), batch(16), { loss });
    recorder.finish();
    const reader = recorder.reader();
    expect(recorder.graphs).toHaveLength(1);
    expect(reader.stepCount).toBe(4);
    const graph = recorder.graphs[0];
    const weight = graph.nodes.findIndex((n) => n.name === '0.weight');
    losses.forEach((loss, i) => {
      const step = reader.step(i);
      expect(step).toMatchObject({
        index: i,
        graph: 0,
        closed: true,
        trainLoss: loss,
        validationLoss: null,
        hyper: { lr: 0.1, momentum: 0 },
        optimizer: 'SGD',
        loop: 0,
        epoch: i,
        eventCount: 12,
      });
      expect(step.backwardSite).toEqual({ cell: 22, line: 52 });
      expect(step.firstEvent).toBe(12 * i);
      const events = reader.events(step);
      expect(events.map((e) => `${e.kind} ${graph.nodes[e.node].name}`)).toEqual([
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
      const update = events[8];
      if (update.kind !== 'update') throw new Error('no update');
      expect(reader.initial(step, weight)?.summary.mean).toBeCloseTo(0.5 - 0.1 * i, 6);
      expect(update.before.summary.mean).toBeCloseTo(0.5 - 0.1 * i, 6);
      expect(update.after.summary.mean).toBeCloseTo(0.5 - 0.1 * (i + 1), 6);
      const addmm = events[1];
      if (addmm.kind !== 'forward') throw new Error('no forward');
      expect(addmm.outputs[0].summary).toMatchObject({ count: 16, min: 0, max: 1.875 });
      const back = events[4];
      if (back.kind !== 'backward') throw new Error('no backward');
      expect(back.incoming[0]?.summary.sum).toBe(16);
      expect(back.outgoing.map((p) => p?.shape ?? null)).toEqual([[1], null, [1, 1]]);
    });
    expect(reader.loops).toMatchObject([
      { firstStep: 0, stepCount: 4, epochCount: 4, batchesPerEpoch: null, backwardSite: { cell: 22, line: 52 } },
    ]);
  });

  test('does not depend on variable names', () => {
    const graphs = ['a', 'renamed'].map((name) => {
      const { recorder, run } = make();
      const [w, b] = weights(recorder, false);
      recorder.nameTensor(w, name);
      linearStep(run, w, b, batch(4), batch(4));
      recorder.finish();
      return recorder.graphs[0];
    });
    expect(graphs[0].nodes[0].name).toBe('a');
    expect(graphs[1].nodes[0].name).toBe('renamed');
    expect(ids(graphs[1])).toEqual(ids(graphs[0]));
    expect(graphs[1].hash).toBe(graphs[0].hash);
  });

  test('a skipped branch does not renumber its neighbours', () => {
    const { recorder, run } = make();
    const w = tensor([1, 2], [2], true);
    const step = (branch: boolean) => {
      let h = run.op(5, 'exp', 'ExpBackward0', [w], tensor([1, 2]));
      if (branch) h = run.op(7, 'exp', 'ExpBackward0', [h], tensor([1, 2]));
      h = run.op(8, 'exp', 'ExpBackward0', [h], tensor([1, 2]));
      h = run.op(8, 'exp', 'ExpBackward0', [h], tensor([1, 2]));
      run.backward(9, run.op(9, 'sum', 'SumBackward0', [h], tensor([3], [])));
      run.sgd(10, [w]);
    };
    step(true);
    step(false);
    step(true);
    recorder.finish();
    expect(recorder.graphs).toHaveLength(2);
    const [full, short] = recorder.graphs.map((g) => ids(g).filter((id) => !id.includes('/saved')));
    expect(short).toEqual(full.filter((id) => !id.includes('@22:7')));
    expect([0, 1, 2].map((i) => recorder.reader().step(i).graph)).toEqual([0, 1, 0]);
    expect(full).toContain('exp@22:8#2');
  });

  test('sees a change of data flow at the same lines', () => {
    const { recorder, run } = make();
    const w = tensor([1], [1], true);
    for (const swapped of [false, false, true, false]) {
      const a = run.op(5, 'exp', 'ExpBackward0', [w], tensor([1]));
      const b = run.op(6, 'exp', 'ExpBackward0', [w], tensor([2]));
      const c = run.op(7, 'sub', 'SubBackward0', swapped ? [b, a] : [a, b], tensor([3], []));
      run.backward(8, c);
      run.sgd(9, [w]);
    }
    recorder.finish();
    expect([0, 1, 2, 3].map((i) => recorder.reader().step(i).graph)).toEqual([0, 0, 1, 0]);
  });
});

describe('where steps end', () => {
  test('without an optimizer at the next forward after backward; updates by hand are updates', () => {
    const { recorder, run } = make();
    const a = tensor([1], [1], true);
    const x = batch(3);
    for (let i = 0; i < 3; i++) {
      const loss = run.op(5, 'mul', 'MulBackward0', [a, x], tensor([1], []));
      run.backward(6, loss);
      descend(a, 0.5);
      run.op(8, 'sub_', '', [a], a, false);
      const grad = a.grad as Tensor;
      grad.typedView().fill(0 as never);
      grad.storage.version++;
      run.op(9, 'zero_', '', [grad], grad, false);
    }
    recorder.finish();
    const reader = recorder.reader();
    expect(reader.stepCount).toBe(3);
    const step = reader.step(1);
    expect(step.optimizer).toBe('by hand');
    expect(step.closed).toBe(true);
    expect(reader.events(step).map((e) => e.kind)).toEqual(['forward', 'backward', 'backward', 'update', 'zero_grad']);
    const update = reader.events(step)[3];
    if (update.kind !== 'update') throw new Error('no update');
    expect([update.before.values, update.after.values]).toEqual([[0.5], [0]]);
    expect(reader.loops).toMatchObject([{ stepCount: 3 }]);
  });

  test('gradient accumulation is one step when an optimizer owns the leaves', () => {
    const { recorder, run } = make();
    const w = tensor([1], [1], true);
    recorder.optimizerMade([w]);
    for (let i = 0; i < 2; i++) {
      for (let k = 0; k < 2; k++) run.backward(6, run.op(5, 'mul', 'MulBackward0', [w, batch(3)], tensor([1], [])));
      run.sgd(8, [w]);
    }
    recorder.finish();
    expect(recorder.reader().stepCount).toBe(2);
    expect(
      recorder
        .reader()
        .events(recorder.reader().step(1))
        .map((e) => e.kind),
    ).toEqual(['forward', 'backward', 'backward', 'forward', 'backward', 'backward', 'update', 'zero_grad']);
  });

  test('a run without autograd records nothing', () => {
    const { recorder, run } = make();
    run.op(3, 'mul', '', [batch(3), batch(3)], batch(3));
    recorder.finish();
    expect(recorder.reader().stepCount).toBe(0);
    expect(recorder.graphs).toHaveLength(0);
  });

  test('what is left at the end is one open step', () => {
    const { recorder, run } = make();
    const [w, b] = weights(recorder);
    linearStep(run, w, b, batch(4), batch(4));
    run.op(80, 'mul', 'MulBackward0', [w, batch(4)], batch(4));
    recorder.finish();
    const reader = recorder.reader();
    expect([0, 1].map((i) => reader.step(i).closed)).toEqual([true, false]);
    expect(reader.step(1).loop).toBe(-1);
    expect(reader.events(reader.step(1)).map((e) => e.kind)).toEqual(['forward']);
  });

  test('a pause shows the step so far, and the finished step replaces it', () => {
    const { recorder, run } = make();
    const [w, b] = weights(recorder);
    for (let i = 0; i < 2; i++) linearStep(run, w, b, batch(4), batch(4));
    linearStep(run, w, b, batch(4), batch(4), { update: false });
    recorder.flush();
    const reader = recorder.reader();
    expect(reader.stepCount).toBe(3);
    expect(reader.step(2)).toMatchObject({ closed: false, loop: -1, eventCount: 8, graph: 0 });
    expect(reader.events(reader.step(2))).toHaveLength(8);
    run.sgd(54, [w, b]);
    recorder.flush();
    linearStep(run, w, b, batch(4), batch(4));
    recorder.finish();
    expect(reader.stepCount).toBe(4);
    expect(reader.step(2)).toMatchObject({ closed: true, loop: 0, epoch: 2, eventCount: 12, firstEvent: 24 });
    expect(reader.step(3).firstEvent).toBe(36);
    expect(reader.loops).toMatchObject([{ stepCount: 4, epochCount: 4 }]);
    expect(recorder.graphs).toHaveLength(1);
  });

  test('a step of known structure shows at its optimizer, before anything closes it, and is not written twice', () => {
    const { recorder, run } = make();
    const [w, b] = weights(recorder);
    for (let i = 0; i < 5; i++) linearStep(run, w, b, batch(4), batch(4));
    const reader = recorder.reader();
    // Nothing follows: a script that hangs here, and its worker ended.
    expect(reader.stepCount).toBe(5);
    expect(reader.step(4)).toMatchObject({ closed: true, loop: 0, epoch: 4, eventCount: 10 });
    expect(reader.events(reader.step(4))).toHaveLength(10);
    const bytes = () => recorder.chunks.map((buffer) => new Int32Array(buffer)[3]);
    const used = bytes();
    recorder.finish();
    expect(bytes()).toEqual(used);
    expect(reader.stepCount).toBe(5);
    // The zeroing came after it was shown; a reader that looked before sees it now.
    expect(reader.step(4)).toMatchObject({ closed: true, eventCount: 12 });
    expect(reader.events(reader.step(4))).toHaveLength(12);
  });
});

describe('loops, epochs and losses', () => {
  test('epochs are passes of the loader, batches count from 1', () => {
    const { recorder, run } = make();
    const [w, b] = weights(recorder);
    for (let epoch = 0; epoch < 3; epoch++) {
      recorder.loaderPass(1, 'start');
      for (let k = 0; k < 2; k++) {
        recorder.loaderPass(1, 'batch');
        linearStep(run, w, b, batch(4), batch(4));
      }
      recorder.loaderPass(1, 'end');
      recorder.loaderPass(2, 'start');
      recorder.loaderPass(2, 'batch');
      recorder.loaderPass(2, 'end');
    }
    recorder.finish();
    const reader = recorder.reader();
    expect(Array.from({ length: 6 }, (_, i) => [reader.step(i).epoch, reader.step(i).batch])).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
    expect(reader.loops).toMatchObject([{ stepCount: 6, epochCount: 3, batchesPerEpoch: 2 }]);
  });

  test('a loop ends where another line or other leaves begin', () => {
    const { recorder, run } = make();
    const [w, b] = weights(recorder);
    for (let i = 0; i < 2; i++) linearStep(run, w, b, batch(4), batch(4));
    const [w2, b2] = weights(recorder);
    for (let i = 0; i < 2; i++) linearStep(run, w2, b2, batch(4), batch(4));
    at.topLine = 90;
    for (let i = 0; i < 3; i++) linearStep(run, w2, b2, batch(4), batch(4));
    recorder.finish();
    expect(recorder.reader().loops.map((l) => [l.firstStep, l.stepCount, l.topLevelSite.line])).toEqual([
      [0, 2, 70],
      [2, 2, 70],
      [4, 3, 90],
    ]);
    expect(recorder.graphs).toHaveLength(1);
  });

  test('validation loss is that of the training callable, averaged onto the step before', () => {
    const { recorder, run } = make();
    const [w, b] = weights(recorder);
    for (let i = 0; i < 2; i++) {
      const loss = linearStep(run, w, b, batch(4), batch(4));
      recorder.loss('mse', loss, false);
      recorder.loss('mse', tensor([0.5], []), true);
      recorder.loss('mse', tensor([1], []), true);
      recorder.loss('other', tensor([9], []), true);
    }
    recorder.finish();
    expect([0, 1].map((i) => recorder.reader().step(i).validationLoss)).toEqual([0.75, 0.75]);
    expect(recorder.reader().stepCount).toBe(2);
  });
});

test('a failing op stands in the partial graph', () => {
  const { recorder, run } = make();
  const [w, b] = weights(recorder);
  linearStep(run, w, b, batch(4), batch(4));
  const h = run.op(80, 'mul', 'MulBackward0', [w, batch(4)], batch(4));
  at.line = 81;
  recorder.opFailed('mm', [h, batch(3)], 'mat1 and mat2 shapes cannot be multiplied (4x1 and 3x1)');
  recorder.finish(true);
  const reader = recorder.reader();
  expect(reader.stepCount).toBe(2);
  const graph = recorder.graphs[reader.step(1).graph];
  expect(graph.nodes.find((n) => n.name === 'mm')).toMatchObject({
    id: 'mm@22:81#1',
    error: 'mat1 and mat2 shapes cannot be multiplied (4x1 and 3x1)',
    pair: null,
  });
  expect(graph.edges.filter((e) => e.to === 'mm@22:81#1').map((e) => e.from)).toEqual(['mul@22:80#1', 'mm@22:81#1/1']);
});

test('a module called twice has two scopes with one key', () => {
  const { recorder, run } = make();
  const w = tensor([1], [1], true);
  const cell = moduleScope(7, 'cell', 'Cell');
  const net = moduleScope(6, '', 'Net');
  const h = run.scoped(net, () => run.scoped(cell, () => run.op(5, 'exp', 'ExpBackward0', [w], tensor([1]))));
  // A call that records nothing takes no number.
  run.scoped(net, () => run.scoped(cell, () => run.op(5, 'exp', '', [batch(2)], batch(2))));
  const h2 = run.scoped(net, () => run.scoped(cell, () => run.op(5, 'exp', 'ExpBackward0', [h], tensor([1], []))));
  run.backward(9, h2);
  run.sgd(10, [w]);
  recorder.finish();
  expect(recorder.graphs[0].scopes.map((s) => [s.id, s.moduleKey])).toEqual([
    ['model', 6],
    ['model/cell', 7],
    ['model#2', 6],
    ['model#2/cell', 7],
  ]);
});

test('two modules of one name under one caller keep apart', () => {
  const { recorder, run } = make();
  const w = tensor([1], [1], true);
  const call = (key: number, name: string, input: Tensor) =>
    run.scoped(moduleScope(key, name, 'Cell'), () => run.op(5, 'exp', 'ExpBackward0', [input], tensor([1], [])));
  const last = run.scoped(moduleScope(6, '', 'Net'), () => call(9, 'cell', call(8, 'cell', call(7, 'cell', w))));
  run.backward(9, last);
  run.sgd(10, [w]);
  recorder.finish();
  expect(recorder.graphs[0].scopes.map((s) => [s.id, s.moduleKey])).toEqual([
    ['model', 6],
    ['model/cell', 7],
    ['model/cell~2', 8],
    ['model/cell~3', 9],
  ]);
});
