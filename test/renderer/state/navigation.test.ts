import { describe, expect, it } from 'vitest';
import {
  isReached,
  moveEpoch,
  moveSteps,
  nextOp,
  previousOp,
  readyToPlay,
  segmentAt,
  stepContent,
  stepEnd,
} from '../../../renderer/state/navigation.ts';
import { fixtureReader } from '../fixture.ts';

const reader = fixtureReader({ epochs: 4 });

describe('navigation', () => {
  it('is ready to play where the loss is there and no gradient is', () => {
    expect(readyToPlay(reader, 3)).toEqual({ step: 3, phase: 'forward', op: 2 });
    expect(segmentAt(reader, readyToPlay(reader, 3))?.label).toBe('mse_loss');
  });

  it('walks a step op by op and back to the same places', () => {
    const seen = [readyToPlay(reader, 0)];
    while (seen[seen.length - 1].step === 0) seen.push(nextOp(reader, seen[seen.length - 1]));
    expect(seen.map((at) => segmentAt(reader, at)?.label)).toEqual([
      'mse_loss',
      'MseLoss',
      'Addmm',
      'Accumulate b',
      'T',
      'Accumulate W',
      'SGD W, b',
      'zero_grad',
      't',
    ]);
    let at = seen[seen.length - 1];
    for (const expected of [...seen].reverse()) {
      expect(at).toEqual(expected);
      at = previousOp(reader, at);
    }
  });

  it('keeps the place in the step when moving by steps and epochs', () => {
    const at = { step: 7, phase: 'backward', op: 1 } as const;
    expect(moveSteps(reader, at, 1)).toEqual({ ...at, step: 8 });
    expect(moveSteps(reader, at, 99)).toEqual({ ...at, step: 19 });
    expect(moveEpoch(reader, at, 1)).toEqual({ ...at, step: 10 });
    expect(moveEpoch(reader, at, -1)).toEqual({ ...at, step: 0 });
  });

  it('stays at the end of the run', () => {
    const end = stepEnd(reader, 19);
    expect(nextOp(reader, end)).toEqual(end);
  });

  it('reads a step once while it is asked for again and again', () => {
    expect(stepContent(reader, 5)).toBe(stepContent(reader, 5));
    expect(stepContent(reader, 99).events).toEqual([]);
  });

  it('tells what the playhead has reached', () => {
    const at = { step: 0, phase: 'backward', op: 1 } as const;
    expect([
      isReached(at, 'forward', 9),
      isReached(at, 'backward', 1),
      isReached(at, 'backward', 2),
      isReached(at, 'optimizer', 0),
    ]).toEqual([true, true, false, false]);
  });
});
