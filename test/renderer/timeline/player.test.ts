import { beforeEach, describe, expect, it } from 'vitest';
import { clearRun, openRecording } from '../../../renderer/state/run-store.ts';
import { viewStore } from '../../../renderer/state/view-store.ts';
import { opMs, opsDue, startPlayer } from '../../../renderer/timeline/player.ts';
import { phaseRows } from '../../../renderer/timeline/segments.ts';
import { fixtureReader } from '../fixture.ts';

describe('player', () => {
  beforeEach(() => {
    clearRun(1);
    openRecording(2, fixtureReader({ epochs: 2 }), []);
    viewStore.setState({ playing: false, speed: 1, playhead: { step: 0, phase: 'forward', op: 2 } });
  });

  it('owes ops by time and speed, and never leaps after a late frame', () => {
    expect(opsDue(0, 50, 1)).toEqual({ ops: 0, leftMs: 50 });
    expect(opsDue(opMs - 10, 16, 1)).toEqual({ ops: 1, leftMs: 6 });
    expect(opsDue(0, 16, 256).ops).toBe(Math.floor((16 * 256) / opMs));
    expect(opsDue(0, 60_000, 1).ops).toBe(0);
  });

  it('moves at once, then in time, and stops at the end of the run', () => {
    let next: ((nowMs: number) => void) | null = null;
    const stop = startPlayer((callback) => {
      next = callback;
    });
    const frame = (nowMs: number): void => {
      const callback = next;
      next = null;
      callback?.(nowMs);
    };
    viewStore.setState({ playing: true });
    frame(1000);
    expect(viewStore.getState().playhead).toEqual({ step: 0, phase: 'backward', op: 0 });
    for (let at = 1; at <= 5; at += 1) frame(1000 + at * 100);
    expect(viewStore.getState().playhead).toEqual({ step: 0, phase: 'backward', op: 1 });
    viewStore.setState({ speed: 256 });
    for (let at = 6; at < 200; at += 1) frame(1000 + at * 16);
    expect(viewStore.getState()).toMatchObject({ playing: false, playhead: { step: 9, phase: 'optimizer' } });
    expect(next).toBeNull();
    stop();
  });
});

describe('track rows', () => {
  it('name the phases and what each op is', () => {
    const rows = phaseRows(fixtureReader({ epochs: 1 }), 0, false);
    expect(rows.map(({ title, segments }) => [title, segments.map(({ label }) => label)])).toEqual([
      ['forward', ['t', 'addmm', 'mse_loss']],
      ['backward', ['MseLoss', 'Addmm', 'Accumulate b', 'T', 'Accumulate W']],
      ['optimizer', ['SGD W, b', 'zero_grad']],
    ]);
  });
});
