// The playhead: what a step is cut into, and moves that undo each other and never leave the run.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Playhead } from '../../../renderer/playback/overlay-types.ts';
import {
  clampPlayhead,
  moveEpoch,
  nextOp,
  nextStep,
  opOfStep,
  phaseSizes,
  phasesAt,
  playheadAt,
  previousOp,
  previousStep,
  stepEnd,
  stepStart,
} from '../../../renderer/playback/playhead.ts';
import { regressionTrace } from '../graph/sample-trace.ts';

const steps = 4;
const reader = regressionTrace(undefined, steps);
const somewhere: fc.Arbitrary<Playhead> = fc.record({
  step: fc.integer({ min: -3, max: steps + 3 }),
  phase: fc.constantFrom('forward', 'backward', 'optimizer'),
  op: fc.integer({ min: -3, max: 9 }),
});
const inRun = somewhere.map((playhead) => clampPlayhead(reader, playhead) as Playhead);

describe('phases', () => {
  it('name segments as the timeline shows them', () => {
    const { forward, backward, optimizer } = phasesAt(reader, 0);
    expect(forward.map((one) => one.label)).toEqual(['t', 'addmm', 'mse_loss']);
    expect(backward.map((one) => one.label)).toEqual(['MseLoss', 'Addmm', 'Accumulate b', 'T', 'Accumulate W']);
    expect(optimizer.map((one) => one.label)).toEqual(['SGD W, b', 'zero_grad']);
    expect(optimizer[0]).toMatchObject({ events: [8, 9], nodeIds: ['W', 'b'] });
  });
  it('list an update by hand leaf by leaf', () => {
    const byHand = { ...reader, step: (index: number) => ({ ...reader.step(index), optimizer: 'by hand' }) };
    expect(phasesAt(byHand, 0).optimizer.map((one) => one.label)).toEqual(['W −= lr·grad', 'b −= lr·grad', 'zero_grad']);
  });
  it('count a zero_grad at the top of the loop to the forward phase', () => {
    const events = reader.events(reader.step(0));
    const early = { ...reader, events: () => [...events.slice(10), ...events.slice(0, 10)] };
    expect(phasesAt(early, 0).forward.map((one) => one.label)).toEqual(['zero_grad', 't', 'addmm', 'mse_loss']);
    expect(phasesAt(early, 0).optimizer.map((one) => one.label)).toEqual(['SGD W, b']);
  });
  it('use dotted names where short ones would not tell leaves apart', () => {
    const graph = {
      ...reader.graphs[0],
      nodes: reader.graphs[0].nodes.map((node) => (node.id === 'b' ? { ...node, name: '2.weight' } : node)),
    };
    expect(phasesAt({ ...reader, graphs: [graph] }, 0).backward.map((one) => one.label)).toContain('Accumulate 2.weight');
  });
});

describe('playhead', () => {
  it('walks a step op by op and on into the next', () => {
    let at = stepStart(0);
    const seen: string[] = [];
    for (let i = 0; i < 11; i++) {
      at = nextOp(reader, at);
      seen.push(`${at.step}${at.phase[0]}${at.op}`);
    }
    expect(seen).toEqual(['0f0', '0f1', '0f2', '0b0', '0b1', '0b2', '0b3', '0b4', '0o0', '0o1', '1f0']);
  });
  it('goes back the way it came', () => {
    fc.assert(
      fc.property(inRun, (at) => {
        const next = nextOp(reader, at);
        if (next.step === at.step && at.op >= 0 && next.op !== at.op) expect(previousOp(reader, next)).toEqual(at);
        const sizes = phaseSizes(reader, at.step);
        if (at.op >= 0) expect(playheadAt(sizes, at.step, opOfStep(sizes, at))).toEqual(at);
      }),
    );
    expect(previousOp(reader, { step: 1, phase: 'forward', op: 0 })).toEqual(stepEnd(reader, 0));
    expect(previousOp(reader, stepStart(0))).toEqual(stepStart(0));
    expect(nextOp(reader, stepEnd(reader, steps - 1))).toEqual(stepEnd(reader, steps - 1));
  });
  it('never leaves the run', () => {
    fc.assert(
      fc.property(somewhere, (wild) => {
        const at = clampPlayhead(reader, wild) as Playhead;
        for (const one of [
          at,
          nextOp(reader, at),
          previousOp(reader, at),
          nextStep(reader, at),
          previousStep(reader, at),
          moveEpoch(reader, at, 1),
          moveEpoch(reader, at, -1),
        ]) {
          expect(one.step >= 0 && one.step < steps && one.op >= -1 && one.op < phaseSizes(reader, one.step)[one.phase]).toBe(true);
          expect(clampPlayhead(reader, one)).toEqual(one);
        }
      }),
    );
    expect(clampPlayhead({ ...reader, stepCount: 0 }, stepStart(0))).toBeNull();
  });
  it('keeps its place in the step when it changes steps', () => {
    const at: Playhead = { step: 1, phase: 'backward', op: 1 };
    expect(nextStep(reader, at)).toEqual({ ...at, step: 2 });
    expect(previousStep(reader, at)).toEqual({ ...at, step: 0 });
    expect(nextStep(reader, stepEnd(reader, 1))).toEqual(stepEnd(reader, 2));
  });
  it('moves by epochs within its loop', () => {
    const batches = { ...reader, step: (index: number) => ({ ...reader.step(index), epoch: Math.floor(index / 2) }) };
    expect(moveEpoch(batches, { step: 1, phase: 'backward', op: 1 }, 1)).toEqual({ step: 2, phase: 'backward', op: 1 });
    expect(moveEpoch(batches, { step: 3, phase: 'backward', op: 1 }, -1)).toEqual({ step: 0, phase: 'backward', op: 1 });
  });
});
