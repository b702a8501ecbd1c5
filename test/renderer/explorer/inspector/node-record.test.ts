import { describe, expect, it } from 'vitest';
import { bins, roundedUp } from '../../../../renderer/explorer/inspector/histogram.ts';
import { nodeRecord, savedOf, stepTaken } from '../../../../renderer/explorer/inspector/node-record.ts';
import type { Phase } from '../../../../renderer/playback/overlay-types.ts';
import { fixtureGraph, fixtureReader } from '../../fixture.ts';

const reader = fixtureReader({ epochs: 2 });
const record = (id: string, step: number, phase: Phase, op: number) => {
  const node = fixtureGraph.nodes.find((each) => each.id === id);
  if (!node) throw new Error(id);
  return nodeRecord(reader, reader.step(step), { step, phase, op }, fixtureGraph, node);
};
const gradOf = (step: number) =>
  reader.events(reader.step(step)).find((event) => event.kind === 'backward' && event.grad?.shape.length === 2);

describe('what the inspector shows at the playhead', () => {
  it('a leaf: its value, its gradient once accumulated, its update', () => {
    const before = record('w', 3, 'backward', 3);
    expect([before.grad, before.gradAhead, before.update]).toEqual([null, true, null]);
    const after = record('w', 3, 'backward', 4);
    const event = gradOf(3);
    expect(after.grad).toBe(event?.kind === 'backward' ? event.grad : undefined);
    const updated = record('w', 3, 'optimizer', 0);
    expect(updated.value?.values?.[0]).toBeCloseTo((updated.update?.before.values?.[0] ?? 0) - 0.1 * (updated.grad?.values?.[0] ?? 0), 12);
    expect(record('w', 3, 'optimizer', 1).zeroed).toBe(true);
  });

  it('an output: what the op before it gave, once it has run', () => {
    expect(record('loss', 3, 'forward', 1).value).toBeNull();
    const value = record('loss', 3, 'backward', 0).value;
    expect(value).not.toBeNull();
    expect(value).toBe(record('mse', 3, 'backward', 0).value);
  });

  it('the step an update took, element by element', () => {
    const { update } = record('w', 3, 'optimizer', 0);
    if (!update) throw new Error('no update');
    const taken = stepTaken(update);
    expect(taken?.values?.[0]).toBeCloseTo((update.after.values?.[0] ?? 0) - (update.before.values?.[0] ?? 0), 12);
    const payload = (values: number[]) => ({ ...update.after, values });
    const { summary } = stepTaken({ before: payload([1, 2, 3, 4]), after: payload([0, 2, Number.NaN, 7]) }) ?? {};
    expect(summary).toMatchObject({ count: 4, nan: 1, inf: 0, min: -1, max: 3, sum: 2, sumAbs: 4 });
    expect(stepTaken({ before: { ...update.before, values: null }, after: update.after })).toBeNull();
    const large = { before: { ...update.before, values: null }, after: { ...update.after, values: null } };
    const wide = new Float32Array(300_000).fill(2);
    expect(stepTaken(large, (payload) => (payload === large.after ? wide : new Float32Array(300_000)))?.summary).toMatchObject({
      min: 2,
      max: 2,
      mean: 2,
    });
  });

  it('another step has another gradient', () => {
    expect(record('w', 3, 'optimizer', 1).grad?.values).not.toEqual(record('w', 1, 'optimizer', 1).grad?.values);
  });

  it('an op: its output and, from its backward function, what came in', () => {
    const at = record('addmm', 0, 'backward', 1);
    expect(at.value?.shape).toEqual([16, 1]);
    expect(at.incoming[0]?.shape).toEqual([16, 1]);
    expect(record('addmm', 0, 'forward', 0).value).toBeNull();
  });

  it('a backward function that runs now: its place in the phase', () => {
    expect(record('addmmb', 0, 'backward', 1).running).toEqual({ phase: 'backward', at: 2, of: 5 });
    expect(record('addmmb', 0, 'backward', 2).running).toBeNull();
    expect(record('addmmb', 0, 'backward', 1).outgoing.map((payload) => payload?.shape ?? null)).toEqual([[1], null, [1, 1]]);
  });

  it('lists what was kept for backward, from either face', () => {
    const names = (id: string) =>
      savedOf(fixtureGraph, fixtureGraph.nodes.find((each) => each.id === id) ?? fixtureGraph.nodes[0]).map(({ name }) => name);
    expect([names('addmm'), names('addmmb'), names('mse')]).toEqual([['mat1'], ['mat1'], []]);
  });
});

describe('histogram', () => {
  it('counts every finite value once, evenly around zero where signs are mixed', () => {
    const found = bins([-0.048, 0.04, 0, 0.01, Number.NaN], 6);
    expect(found.reduce((sum, bin) => sum + bin.count, 0)).toBe(4);
    expect([found[0].from, found[5].to]).toEqual([-0.05, 0.05]);
  });
  it('keeps one-signed values between their ends, and survives equal ones', () => {
    const found = bins([1, 2, 3], 4);
    expect([found[0].from, found[3].to]).toEqual([1, 3]);
    expect(bins([2, 2]).reduce((sum, bin) => sum + bin.count, 0)).toBe(2);
    expect(bins([])).toEqual([]);
  });
  it('rounds up to a number one can read', () => {
    expect([0.048, 1, 7.2, 0.0011].map(roundedUp)).toEqual([0.05, 1, 8, 0.0015]);
  });
});
