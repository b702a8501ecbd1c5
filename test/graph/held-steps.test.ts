// Values of large tensors are there later, whole, as long as the budget lasts; memory that is used again never shows as an old value.
import { afterEach, describe, expect, test } from 'vitest';
import { backward } from '../../core/autograd/backward.ts';
import { ops } from '../../core/autograd/funnel.ts';
import { observation } from '../../core/autograd/observer.ts';
import { letGoOfValues } from '../../core/graph/held-steps.ts';
import { readNablaFile, writeNablaFile } from '../../core/graph/nabla-file.ts';
import { createRecorder, type Recorder } from '../../core/graph/recorder.ts';
import type { TraceReader } from '../../core/graph/trace.ts';
import { traceReaderFromChunks } from '../../core/graph/trace-reader.ts';
import { chunk } from '../../core/graph/trace-records.ts';
import { Adam, SGD } from '../../core/optim/index.ts';
import { heap } from '../../core/tensor/heap.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

afterEach(() => {
  observation.observer = null;
  letGoOfValues();
});

type Numbers = readonly number[];
interface Run {
  readonly recorder: Recorder;
  /** What the weights were after each step. */
  readonly weights: Numbers[];
  readonly more: (steps: number) => void;
}

function training(level: 'summary' | 'full', budgetBytes: number, steps: number): Run {
  const recorder = createRecorder({ level, budgetBytes });
  const w = Tensor.from(
    Float32Array.from({ length: 40 * 30 }, (_, i) => Math.sin(i)),
    { shape: [40, 30], requiresGrad: true },
  );
  const x = Tensor.fromTyped(new Float32Array(20 * 30).fill(0.5), { shape: [20, 30] });
  const optimizer = new SGD([w], { lr: 0.1 });
  const weights: Numbers[] = [];
  const more = (count: number): void => {
    observation.observer = recorder;
    for (let i = 0; i < count; i++) {
      scope(() => {
        optimizer.zeroGrad();
        backward(ops.mean(ops.tanh(ops.linear(x, w) as Tensor) as Tensor) as Tensor);
        optimizer.step();
        weights.push(w.toArray());
      });
    }
    observation.observer = null;
  };
  more(steps);
  return { recorder, weights, more };
}

/** The weights after a step, as the trace has them. */
function weightsOf(reader: TraceReader, index: number): Numbers | null {
  const event = reader.events(reader.step(index)).find(({ kind }) => kind === 'update');
  const whole = event?.kind === 'update' ? reader.whole(event.after) : null;
  return whole === null ? null : Array.from(whole);
}

describe('values held', () => {
  test('are whole at level full, and left out of summaries', () => {
    const { recorder, weights } = training('full', 1 << 24, 5);
    const reader = recorder.reader();
    for (let i = 0; i < 5; i++) expect(weightsOf(reader, i)).toEqual(weights[i]);
    const summaries = training('summary', 1 << 24, 2).recorder.reader();
    expect(weightsOf(summaries, 1)).toBe(null);
  });

  test('of a transposed view come in its own order', () => {
    const { recorder, weights } = training('full', 1 << 24, 2);
    const reader = recorder.reader();
    const [turned] = reader.events(reader.step(1));
    const values = Array.from(turned.kind === 'forward' ? (reader.whole(turned.outputs[0]) ?? []) : []);
    expect(values).toEqual(Array.from({ length: 1200 }, (_, i) => weights[0][(i % 40) * 30 + Math.floor(i / 40)]));
  });

  test.each([
    ['momentum', (w: Tensor) => new SGD([w], { lr: 0.1, momentum: 0.9 }), 'momentum_buffer', 'float32' as const],
    ['Adam, in rows', (w: Tensor) => new Adam([w], { lr: 0.1 }), 'exp_avg', 'float32' as const],
    ['Adam, number by number', (w: Tensor) => new Adam([w], { lr: 0.1 }), 'exp_avg', 'float64' as const],
  ])("of an optimizer's own numbers are those of the moment: %s", (_, made, name, dtype) => {
    scope(() => {
      const w = Tensor.from(
        Array.from({ length: 1200 }, (_, i) => Math.sin(i)),
        { dtype, requiresGrad: true },
      );
      const optimizer = made(w);
      const train = (by: Tensor): void =>
        scope(() => {
          optimizer.zeroGrad();
          backward(ops.sum(ops.mul(ops.tanh(w) as Tensor, by) as Tensor) as Tensor);
          optimizer.step();
        });
      train(Tensor.from(new Array(1200).fill(0.5), { dtype }));
      const state = optimizer.stateDict().state[0][name] as Tensor;
      const recorder = createRecorder({ level: 'full', budgetBytes: 1 << 24 });
      observation.observer = recorder;
      const before = state.toArray();
      train(state);
      expect(state.toArray()).not.toEqual(before);
      recorder.finish();
      const reader = recorder.reader();
      const step = reader.step(0);
      const input = reader.graphs[step.graph].nodes.findIndex(({ kind }) => kind === 'input');
      const payload = reader.initial(step, input);
      expect(Array.from((payload && reader.whole(payload)) ?? [])).toEqual(before);
    });
  });

  test('stay within the budget: the first, the newest and bookmarked steps, and others spread over the run', () => {
    const budget = 1 << 20;
    const live = heap.liveBytes;
    const { recorder, weights, more } = training('full', budget, 6);
    recorder.bookmark(5, true);
    more(394);
    recorder.finish();
    const reader = recorder.reader();
    const there = weights.flatMap((_, i) => (weightsOf(reader, i) === null ? [] : [i]));
    for (const i of there) expect(weightsOf(reader, i)).toEqual(weights[i]);
    expect(reader.sizeBytes).toBeLessThanOrEqual(budget);
    expect(reader.sizeBytes).toBeGreaterThan(budget / 2);
    expect(heap.liveBytes - live).toBeLessThanOrEqual(budget);
    expect(there).toEqual(expect.arrayContaining([0, 5, 397, 398, 399]));
    expect(there.length).toBeLessThan(200);
    for (const [from, to] of [[50, 150], [150, 250], [250, 350]]) expect(there.some((i) => i >= from && i < to)).toBe(true); // biome-ignore format: pairs
  });

  test('give way to a program that needs the memory, and never show what came after them', () => {
    const { recorder, weights } = training('full', 1 << 24, 8);
    const reader = recorder.reader();
    expect(weightsOf(reader, 3)).toEqual(weights[3]);
    const limit = heap.limitBytes;
    try {
      heap.limitBytes = heap.liveBytes + 1000;
      Tensor.fromTyped(new Float32Array(1200).fill(7)).release();
    } finally {
      heap.limitBytes = limit;
    }
    expect(weightsOf(reader, 3)).toBe(null);
    expect(reader.events(reader.step(3)).length).toBeGreaterThan(0);
  });

  test('belong to the newest recording of the realm', () => {
    const first = training('full', 1 << 24, 2);
    const reader = first.recorder.reader();
    const second = training('full', 1 << 24, 2);
    expect(weightsOf(reader, 1)).toBe(null);
    expect(weightsOf(second.recorder.reader(), 1)).toEqual(second.weights[1]);
  });

  test('are read by whoever has the chunks and the memory, and no address outside it is followed', () => {
    const { recorder, weights } = training('full', 1 << 24, 2);
    expect(weightsOf(traceReaderFromChunks(recorder.chunks, recorder.graphs), 1)).toBe(null);
    const other = traceReaderFromChunks(recorder.chunks, recorder.graphs, true, heap.memory);
    expect(weightsOf(other, 1)).toEqual(weights[1]);
    const copies = recorder.chunks.map((buffer) => new Uint8Array(buffer).slice().buffer);
    for (const word of [8, 0x7fffffff, -8, 12345677]) {
      new Int32Array(copies[0])[chunk.fields.tickets] = word;
      expect(weightsOf(traceReaderFromChunks(copies, recorder.graphs, false, heap.memory), 1)).toBe(null);
    }
  });
});

describe('a file', () => {
  const file = (recorder: Recorder, memory: WebAssembly.Memory | null): Uint8Array =>
    writeNablaFile({ name: 'a.py', script: new Uint8Array(), graphs: recorder.graphs, outputs: [], chunks: recorder.chunks, memory });

  test('takes the values along, the same bytes each time', () => {
    const { recorder, weights } = training('full', 1 << 24, 4);
    recorder.finish();
    const bytes = file(recorder, heap.memory);
    const back = readNablaFile(bytes);
    const again = training('full', 1 << 24, 4);
    again.recorder.finish();
    expect(file(again.recorder, heap.memory)).toEqual(bytes);
    letGoOfValues();
    for (let i = 0; i < 4; i++) expect(weightsOf(back.reader, i)).toEqual(weights[i]);
    expect(writeNablaFile(back)).toEqual(bytes);
  });

  test('without the memory has summaries', () => {
    const { recorder } = training('full', 1 << 24, 2);
    recorder.finish();
    const { reader } = readNablaFile(file(recorder, null));
    expect(weightsOf(reader, 1)).toBe(null);
    expect(reader.events(reader.step(1))).toEqual(recorder.reader().events(recorder.reader().step(1)));
  });

  test('of the version before opens', () => {
    const { recorder } = training('summary', 1 << 24, 2);
    for (const buffer of recorder.chunks) new Int32Array(buffer)[chunk.fields.version] = 1;
    expect(recorder.reader().stepCount).toBe(2);
  });
});
