// The trace as bytes: growing, thinned, broken, in a .nabla file, as JSON.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NablaFileError, readNablaFile, writeNablaFile } from '../../core/graph/nabla-file.ts';
import { createRecorder, type Recorder } from '../../core/graph/recorder.ts';
import type { ShownOutput } from '../../core/graph/shown-output.ts';
import { summarize } from '../../core/graph/summary.ts';
import type { TraceReader } from '../../core/graph/trace.ts';
import { traceJson, traceJsonText } from '../../core/graph/trace-json.ts';
import { traceReaderFromChunks } from '../../core/graph/trace-reader.ts';
import { at, FakeRun, linearStep, tensor } from './fake-run.ts';

function recorded(steps: number, batchSize: number, budgetBytes = 1 << 26, before?: (i: number, recorder: Recorder) => void): Recorder {
  at.cell = 0;
  at.topCell = 0;
  at.topLine = 9;
  const recorder = createRecorder({ level: 'full', budgetBytes });
  const run = new FakeRun(recorder);
  const w = tensor([0.5], [1, 1], true);
  const b = tensor([0.25], [1], true);
  const column = Array.from({ length: batchSize }, (_, i) => i / batchSize);
  for (let i = 0; i < steps; i++) {
    before?.(i, recorder);
    linearStep(run, w, b, tensor(column, [batchSize, 1]), tensor(column, [batchSize, 1]), { loss: 1 / (i + 1) });
  }
  recorder.finish();
  return recorder;
}

const everything = (reader: TraceReader): unknown => JSON.parse(JSON.stringify(traceJson(reader)));

describe('summaries', () => {
  test('agree with the plain formulas', () => {
    const s = summarize([1, 2, 3, 6]);
    expect(s).toMatchObject({ count: 4, nan: 0, inf: 0, min: 1, max: 6, mean: 3, sum: 12, sumAbs: 12 });
    expect(s.std).toBeCloseTo(Math.sqrt(14 / 3), 12);
    expect(s.rms).toBeCloseTo(Math.sqrt(50 / 4), 12);
    expect(s.norm).toBeCloseTo(Math.sqrt(50), 12);
  });
  test('leave NaN and infinities out, but count them', () => {
    expect(summarize([Number.NaN, -1, Infinity, 3, -Infinity])).toMatchObject({
      count: 5,
      nan: 1,
      inf: 2,
      min: -1,
      max: 3,
      mean: 1,
      sum: 2,
      sumAbs: 4,
    });
    expect(summarize([Number.NaN]).mean).toBeNaN();
  });
  test('keep the spread of numbers far from zero', () => {
    expect(summarize([1e8, 1e8 + 1, 1e8 + 2]).std).toBeCloseTo(1, 9);
  });
});

describe('the trace in memory', () => {
  test("is read from another thread's view of the same chunks while it grows", () => {
    const chunks: SharedArrayBuffer[][] = [];
    const recorder = createRecorder({ level: 'full', budgetBytes: 1 << 24, onChunk: (all) => chunks.push([...all]) });
    const run = new FakeRun(recorder);
    const w = tensor([0.5], [1, 1], true);
    const b = tensor([0.25], [1], true);
    const step = () => linearStep(run, w, b, tensor([1, 2], [2, 1]), tensor([1, 2], [2, 1]));
    step();
    recorder.flush();
    const reader = traceReaderFromChunks(chunks[chunks.length - 1], recorder.graphs);
    const revision = reader.revision;
    expect(reader.stepCount).toBe(1);
    step();
    step();
    recorder.flush();
    expect(reader.revision).toBeGreaterThan(revision);
    expect(reader.stepCount).toBe(3);
    expect(reader.events(reader.step(2))).toHaveLength(12);
  });

  test('keeps large tensors as summaries, small ones whole', () => {
    const reader = recorded(2, 300).reader();
    const [, addmm] = reader.events(reader.step(1));
    if (addmm.kind !== 'forward') throw new Error('no forward');
    expect(addmm.outputs[0].values).toBeNull();
    expect(addmm.outputs[0].summary.count).toBe(300);
    const whole = recorded(2, 256).reader();
    const second = whole.events(whole.step(1))[1];
    if (second.kind !== 'forward') throw new Error('no forward');
    expect(second.outputs[0].values).toHaveLength(256);
  });

  test('stays under its budget: the middle thins, first, last and bookmarked steps stay whole', () => {
    const budget = 1 << 20;
    const recorder = recorded(1500, 200, budget, (i, r) => i === 600 && r.bookmark(500, true));
    const reader = recorder.reader();
    expect(reader.sizeBytes).toBeLessThanOrEqual(budget);
    expect(reader.stepCount).toBe(1500);
    const wholeSteps: number[] = [];
    for (let i = 0; i < 1500; i++) {
      const step = reader.step(i);
      expect(step.trainLoss).toBeCloseTo(1 / (i + 1), 6);
      const events = reader.events(step);
      expect(events).toHaveLength(12);
      const addmm = events[1];
      if (addmm.kind === 'forward' && addmm.outputs[0].values !== null) wholeSteps.push(i);
    }
    expect(wholeSteps).toEqual(expect.arrayContaining([0, 500, 1499]));
    expect(wholeSteps.length).toBeLessThan(1500);
    expect(reader.loops).toMatchObject([{ stepCount: 1500, epochCount: 1500 }]);
    // A thinned step still has its summary.
    const counts = new Set<number>();
    for (let i = 0; i < 1500; i++) {
      const addmm = reader.events(reader.step(i))[1];
      if (addmm.kind === 'forward' && addmm.outputs[0].values === null) counts.add(addmm.outputs[0].summary.count);
    }
    expect(counts).toContain(200);
  });

  test('a tiny budget ends the recording, not the run', () => {
    const reader = recorded(3000, 200, 1 << 16).reader();
    expect(reader.sizeBytes).toBeLessThanOrEqual(1 << 16);
    expect(reader.stepCount).toBeGreaterThan(10);
    expect(reader.stepCount).toBeLessThan(3000);
  });
});

describe('broken bytes', () => {
  const recorder = recorded(6, 8);
  const source = recorder.chunks[0];
  const used = new Int32Array(source)[3];
  const copy = (): ArrayBuffer => {
    const buffer = new ArrayBuffer(used);
    new Uint8Array(buffer).set(new Uint8Array(source, 0, used));
    return buffer;
  };
  const readAll = (buffer: ArrayBuffer): void => {
    const reader = traceReaderFromChunks([buffer], recorder.graphs);
    for (let i = 0; i < reader.stepCount; i++) {
      const step = reader.step(i);
      reader.events(step);
      for (let n = 0; n < recorder.graphs[step.graph].nodes.length; n++) reader.initial(step, n);
    }
    void reader.loops;
  };

  test('an untouched copy reads', () => readAll(copy()));

  test('any changed word gives an answer or a clear error', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: used / 4 - 1 }),
        fc.oneof(fc.integer(), fc.constantFrom(0, -1, 1, 8, 2 ** 31 - 1, -(2 ** 31))),
        (word, value) => {
          const buffer = copy();
          new Int32Array(buffer)[word] = value;
          try {
            readAll(buffer);
          } catch (error) {
            expect((error as Error).name).toBe('TraceFormatError');
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  test.each([
    ['a cut chunk', (b: ArrayBuffer) => b.slice(0, 16), /has 16 bytes/],
    ['another file', (b: ArrayBuffer) => new Int32Array(b).fill(7).buffer, /does not begin as a trace/],
    ['a later version', (b: ArrayBuffer) => new Int32Array(b).fill(9, 1, 2).buffer, /version 9/],
  ])('%s is named', (_, spoil, message) => {
    expect(() => readAll(spoil(copy()))).toThrow(message);
  });
});

describe('the .nabla file', () => {
  const recorder = recorded(5, 8);
  const script = new TextEncoder().encode('print("안녕")\n');
  const graph = recorder.graphs[0];
  const options = { showAttrs: true, showSaved: false, maxAttrChars: 50, params: false };
  const outputs: ShownOutput[] = [
    { type: 'output', cell: 1, stream: 'stderr', text: 'careful\n' },
    { type: 'display', cell: 2, text: null, svg: '<svg/>', dot: null },
    { type: 'display', cell: 2, text: null, svg: null, dot: { dot: 'digraph {}', graph, options, site: { cell: 2, line: 1 } } },
  ];
  const recording = { name: 'lesson.py', script, graphs: recorder.graphs, outputs, chunks: recorder.chunks };

  test('holds all of a recording and is the same bytes each time', () => {
    const bytes = writeNablaFile(recording);
    expect(writeNablaFile({ ...recording, graphs: recorded(5, 8).graphs, chunks: recorded(5, 8).chunks })).toEqual(bytes);
    const back = readNablaFile(bytes);
    expect(back.name).toBe('lesson.py');
    expect(back.script).toEqual(script);
    expect(back.graphs).toEqual(JSON.parse(JSON.stringify(recorder.graphs)));
    expect(back.outputs).toEqual(JSON.parse(JSON.stringify(outputs)));
    expect(everything(back.reader)).toEqual(everything(recorder.reader()));
    expect(writeNablaFile(back)).toEqual(bytes);
  });

  test('says what is wrong', () => {
    expect(() => readNablaFile(new Uint8Array([1, 2, 3]))).toThrow('This is not a Nabla recording');
    const bytes = writeNablaFile(recording);
    expect(() => readNablaFile(bytes.subarray(0, bytes.length / 2))).toThrow(NablaFileError);
    const odd = writeNablaFile({ ...recording, outputs: [{ type: 'display', cell: 1, text: 7 } as never] });
    expect(() => readNablaFile(odd)).toThrow('an output of cell 1 is neither text nor a display');
  });

  test('a changed byte is a clear error or harmless', () => {
    const bytes = writeNablaFile(recording);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }), (position, value) => {
        const spoiled = bytes.slice();
        spoiled[position] = value;
        try {
          readNablaFile(spoiled);
        } catch (error) {
          expect((error as Error).name).toBe('NablaFileError');
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('trace JSON says its format and version, names nodes by id, and writes NaN as a word', () => {
  const recorder = createRecorder({ level: 'full', budgetBytes: 1 << 20 });
  const run = new FakeRun(recorder);
  linearStep(run, tensor([Number.NaN], [1, 1], true), tensor([1], [1], true), tensor([1, 2], [2, 1]), tensor([1, 2], [2, 1]));
  recorder.finish();
  const text = [...traceJsonText(recorder.reader())].join('');
  const json = JSON.parse(text);
  expect(json).toMatchObject({ format: 'nabla-trace', version: 1 });
  expect(json).toEqual(everything(recorder.reader()));
  const step = json.steps[0];
  expect(Object.values(step.initial as Record<string, { values: unknown[] }>).some((p) => p.values[0] === 'NaN')).toBe(true);
  expect(step.events[0].node).toMatch(/^model\/0\/t@/);
});
