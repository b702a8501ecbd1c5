// What the Trace says a tensor held is what it held at that moment, however it changes afterwards and between steps.
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { backward } from '../../core/autograd/backward.ts';
import { ops } from '../../core/autograd/funnel.ts';
import { noGrad } from '../../core/autograd/modes.ts';
import { type Observer, observation } from '../../core/autograd/observer.ts';
import { letGoOfValues } from '../../core/graph/held-steps.ts';
import { createRecorder } from '../../core/graph/recorder.ts';
import { summarize } from '../../core/graph/summary.ts';
import type { Payload, TraceReader } from '../../core/graph/trace.ts';
import { SGD } from '../../core/optim/index.ts';
import { heap } from '../../core/tensor/heap.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

afterEach(() => {
  observation.observer = null;
});

type Seen = readonly number[];
const numbersOf = (t: Tensor): Seen => Array.from(t.toTyped() as Float32Array);

/** Passes everything on, and writes down the numbers of every tensor that is to be recorded, in the order of the trace's events. */
function witness(recorder: Observer, leaves: readonly Tensor[], seen: Seen[][]): Observer {
  const last = (): Seen[] => seen[seen.length - 1];
  return new Proxy(recorder, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        if (name === 'op' && args[3] === null && (args[0] as string).endsWith('_')) {
          // An update by hand, where it writes a leaf's memory.
          const written = (args[1] as Tensor[])[0].storage;
          for (const t of leaves) if (t.storage === written) last().push(numbersOf(t));
        }
        if (name === 'op' && args[3] !== null) for (const t of args[2] as Tensor[]) last().push(numbersOf(t));
        if (name === 'backwardNode') {
          const [node, incoming, outgoing] = args as [{ variable?: Tensor }, (Tensor | null)[], (Tensor | null)[]];
          for (const t of [...incoming, ...outgoing]) if (t !== null) last().push(numbersOf(t));
          if (node.variable !== undefined) last().push(numbersOf(node.variable.grad as Tensor));
        }
        if (name === 'optimizerStepEnd') for (const t of leaves) last().push(numbersOf(t));
        return (method as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

function expectSame(reader: TraceReader, payload: Payload, numbers: Seen, level: string, outside = false): void {
  expect(payload.summary.count).toBe(numbers.length);
  if (payload.values !== null) expect(payload.values).toEqual(numbers);
  else expect(level === 'summary' ? numbers.length > 64 : numbers.length > 256).toBe(true);
  const whole = reader.whole(payload);
  if (outside && payload.values === null) expect(whole).toBe(null);
  else if (level === 'full') expect(Array.from(whole ?? [])).toEqual(numbers);
  const expected = summarize(numbers);
  const { summary } = payload;
  for (const key of ['nan', 'inf', 'min', 'max'] as const) expect(summary[key]).toBe(expected[key]);
  expect(Math.abs(summary.sum - expected.sum)).toBeLessThanOrEqual(1e-6 * expected.sumAbs);
  expect(Math.abs(summary.norm - expected.norm)).toBeLessThanOrEqual(1e-6 * expected.norm);
}

/** Ways a script changes a parameter between two steps. */
const changes: Readonly<Record<string, (w: Tensor) => void>> = {
  nothing: () => {},
  'in place': (w) => noGrad(() => void ops.mul_(w, 0.5)),
  'through a view': (w) => noGrad(() => void ops.add_(ops.select(w, 0n, 1n), 3)),
  'through a detached one': (w) => void ops.fill_(ops.detach(w), 0.25),
  'a NaN': (w) => noGrad(() => void ops.fill_(ops.select(ops.select(w, 0n, 0n), 0n, 0n), Number.NaN)),
};

test('values and summaries are those of the moment, whatever is changed in place afterwards', () => {
  const turn = fc.record({ change: fc.constantFrom(...Object.keys(changes)), keepGrad: fc.boolean(), clip: fc.boolean() });
  fc.assert(
    fc.property(
      fc.constantFrom('summary' as const, 'full' as const),
      fc.constantFrom([3, 5], [16, 16], [20, 30]),
      fc.array(turn, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      fc.constantFrom(0, 0.5),
      (level, [outputs, inputs], turns, outside, momentum) =>
        scope(() => {
          const numbers = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(i * 1.7) / 4);
          const w = Tensor.from(numbers(outputs * inputs), { shape: [outputs, inputs], requiresGrad: true });
          const b = Tensor.from(numbers(outputs), { requiresGrad: true });
          const x = Tensor.fromTyped(numbers(40 * inputs), { shape: [40, inputs] });
          // As an array outside would do that shares the memory.
          x.storage.fixed = outside;
          const optimizer = new SGD([w, b], { lr: 0.1, momentum });
          const recorder = createRecorder({ level, budgetBytes: 1 << 24 });
          const seen: Seen[][] = [];
          const starts: Seen[][] = [];
          observation.observer = witness(recorder, [w, b], seen);
          for (const { change, keepGrad, clip } of turns) {
            scope(() => {
              seen.push([]);
              starts.push([numbersOf(x), numbersOf(w), numbersOf(b)]);
              backward(ops.mean(ops.relu(ops.linear(x, w, b) as Tensor) as Tensor) as Tensor);
              if (clip) noGrad(() => void ops.mul_(w.grad as Tensor, 0.5));
              optimizer.step();
              if (!keepGrad) optimizer.zeroGrad();
              changes[change](w);
              if (!outside) x.storage.own();
              (x.typedView() as Float32Array)[0] += 1;
            });
          }
          observation.observer = null;
          recorder.finish();
          const reader = recorder.reader();
          expect(reader.stepCount).toBe(turns.length);
          for (let i = 0; i < turns.length; i++) {
            const step = reader.step(i);
            const payloads = reader.events(step).flatMap((event): (Payload | null)[] => {
              if (event.kind === 'forward') return [...event.outputs];
              if (event.kind === 'backward') return [...event.incoming, ...event.outgoing, event.grad];
              return event.kind === 'update' ? [event.after] : [];
            });
            const told = payloads.filter((payload) => payload !== null);
            expect(told.length).toBe(seen[i].length);
            told.forEach((payload, k) => {
              expectSame(reader, payload, seen[i][k], level);
            });
            const graph = reader.graphs[step.graph];
            const first = (kind: string): Payload[] =>
              graph.nodes.flatMap((node, n) => (node.kind === kind ? [reader.initial(step, n) as Payload] : []));
            const met = [...first('input'), ...first('leaf')];
            for (const payload of met) {
              const size = payload.summary.count;
              const start = starts[i].find((values) => values.length === size) as Seen;
              expectSame(reader, payload, start, level, outside && size === x.numel);
            }
          }
        }),
    ),
    { numRuns: 40 },
  );
});

/** A net whose weights are wide enough for summaries, recorded. */
function wideTraining(budgetBytes: number): { step: () => void; recorder: ReturnType<typeof createRecorder> } {
  const recorder = createRecorder({ level: 'full', budgetBytes });
  const w = Tensor.from(new Float32Array(20 * 30).fill(0.01), { shape: [20, 30], requiresGrad: true });
  const x = Tensor.fromTyped(new Float32Array(40 * 30).fill(0.5), { shape: [40, 30] });
  const optimizer = new SGD([w], { lr: 0.01, momentum: 0.9 });
  observation.observer = recorder;
  const step = (): void =>
    scope(() => {
      optimizer.zeroGrad();
      backward(ops.mean(ops.relu(ops.linear(x, w) as Tensor) as Tensor) as Tensor);
      optimizer.step();
    });
  return { step, recorder };
}

test('10,000 recorded steps leave no byte behind and stay under their budget', () => {
  const budget = 1 << 20;
  const { step, recorder } = wideTraining(budget);
  for (let i = 0; i < 10; i++) step();
  letGoOfValues();
  const [live, memory] = [heap.liveBytes, heap.memory.buffer.byteLength];
  for (let i = 0; i < 10_000; i++) step();
  expect(heap.liveBytes).toBeLessThanOrEqual(live + budget);
  expect(heap.memory.buffer.byteLength).toBeLessThanOrEqual(memory + 2 * budget);
  letGoOfValues();
  expect(heap.liveBytes).toBe(live);
  recorder.finish();
  expect(recorder.stepCount).toBe(10_010);
  expect(recorder.reader().sizeBytes).toBeLessThanOrEqual(budget);
});

test('memory that runs out is an error of the step, and recording goes on after it', () => {
  const { step, recorder } = wideTraining(1 << 20);
  step();
  letGoOfValues();
  const [limit, live] = [heap.limitBytes, heap.liveBytes];
  try {
    heap.limitBytes = live + 2048;
    expect(step).toThrow(/not enough memory: you tried to allocate \d+ bytes/);
  } finally {
    heap.limitBytes = limit;
  }
  step();
  recorder.finish();
  expect(recorder.stepCount).toBeGreaterThanOrEqual(2);
  letGoOfValues();
  expect(heap.liveBytes).toBe(live);
});
