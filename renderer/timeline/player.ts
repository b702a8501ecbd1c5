// Playing: moves the playhead op by op at the chosen speed while the view says so. Knows no component.
import { nextOp, readyToPlay } from '../state/navigation.ts';
import { isLive, runStore } from '../state/run-store.ts';
import { viewStore } from '../state/view-store.ts';

/** At ×1: a pulse of 280 ms and a moment to see where it arrived. */
export const opMs = 420;
/** A frame that comes late must not make the playhead leap. */
const longestFrameMs = 100;

/** Ops to move after `elapsedMs`, and the time left over. */
export function opsDue(leftMs: number, elapsedMs: number, speed: number): { readonly ops: number; readonly leftMs: number } {
  const total = leftMs + Math.min(elapsedMs, longestFrameMs) * speed;
  const ops = Math.floor(total / opMs);
  return { ops, leftMs: total - ops * opMs };
}

/** Starts watching; returns how to stop. */
export function startPlayer(nextFrame: (callback: (nowMs: number) => void) => void): () => void {
  let lastMs: number | null = null;
  let leftMs = 0;
  let ended = false;

  const tick = (nowMs: number): void => {
    const { playing, speed, playhead } = viewStore.getState();
    const { reader, status } = runStore.getState();
    if (ended || !playing || !reader) {
      lastMs = null;
      return;
    }
    const due = opsDue(leftMs, lastMs === null ? 0 : nowMs - lastMs, speed);
    leftMs = due.leftMs;
    lastMs = nowMs;
    let at = playhead ?? readyToPlay(reader, 0);
    for (let op = 0; op < due.ops; op += 1) {
      const next = nextOp(reader, at);
      if (next === at) {
        if (!isLive(status)) viewStore.setState({ playing: false });
        break;
      }
      at = next;
    }
    if (at !== playhead) viewStore.setState({ playhead: at });
    nextFrame(tick);
  };

  const unsubscribe = viewStore.subscribe((now, before) => {
    if (now.playing && !before.playing) {
      // The first op moves at once: a press of Play is answered.
      leftMs = opMs;
      lastMs = null;
      nextFrame(tick);
    }
  });
  return () => {
    ended = true;
    unsubscribe();
  };
}
