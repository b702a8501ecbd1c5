// The transport row: buttons, speed, the step as a track of segments with the playhead, the step counter.
import type { PointerEvent as ReactPointerEvent } from 'react';
import { useMemo } from 'react';
import { command, perform } from '../state/commands.ts';
import { currentStep } from '../state/current-graph.ts';
import { keyLabel } from '../state/keys.ts';
import { readyToPlay } from '../state/navigation.ts';
import { isLive } from '../state/run-store.ts';
import { useApp, useRun, useView } from '../state/use-stores.ts';
import { moveTo, speeds, viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { Menu } from '../ui/controls.tsx';
import { TransportIcon, type TransportSign } from '../ui/icon.tsx';
import { Track } from './track.tsx';

const w = words.timeline;

function TransportButton({ id, sign, label }: { readonly id: string; readonly sign: TransportSign; readonly label: string }) {
  const app = useApp();
  const recorded = useRun((state) => state.stepCount > 0);
  const keys = command(id).keys?.[0];
  return (
    <button
      type="button"
      className={id === 'play.toggle' ? 'play-button' : 'icon-button'}
      aria-label={label}
      title={keys ? `${label}  ${keyLabel(keys, app.host.platform)}` : label}
      disabled={!recorded}
      data-testid={id}
      // The pointer leaves the focus on the timeline, so that Space goes on meaning play.
      onPointerDown={keepFocus}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => perform(app, id)}
    >
      <TransportIcon sign={sign} />
    </button>
  );
}

function keepFocus(event: ReactPointerEvent<HTMLElement>): void {
  event.currentTarget.closest<HTMLElement>('[data-keys]')?.focus({ preventScroll: true });
}

function Speed() {
  const speed = useView((state) => state.speed);
  return (
    <Menu
      label={w.speedTitle}
      className="text-button speed"
      side="above"
      heading={w.speedTitle}
      chevron
      testId="speed"
      items={speeds.map((x) => ({
        id: `speed-${x}`,
        label: w.speed(x),
        checked: x === speed,
        onSelect: () => viewStore.setState({ speed: x }),
      }))}
    >
      {w.speed(speed)}
    </Menu>
  );
}

export function Transport() {
  const playing = useView((state) => state.playing);
  return (
    <div className="transport">
      <div className="transport-buttons">
        <TransportButton id="play.first" sign="first" label={w.first} />
        <TransportButton id="play.opBack" sign="back" label={w.opBack} />
        <TransportButton id="play.toggle" sign={playing ? 'pause' : 'play'} label={playing ? w.pause : w.play} />
        <TransportButton id="play.opForward" sign="forward" label={w.opForward} />
        <TransportButton id="play.last" sign="last" label={w.last} />
        <Speed />
      </div>
      <Track />
      <Counter />
    </div>
  );
}

function Counter() {
  const reader = useRun((state) => state.reader);
  const status = useRun((state) => state.status);
  const errorLine = useRun((state) => state.error?.site?.line ?? null);
  const steps = useRun((state) => state.stepCount);
  const playhead = useView((state) => state.playhead);
  const step = currentStep(reader, playhead);
  if (!reader || !step || steps === 0) {
    return (
      <div className="counter">
        <div className="counter-detail">{isLive(status) ? '' : w.nothing}</div>
      </div>
    );
  }
  const loop = step.loop >= 0 ? reader.loops[step.loop] : undefined;
  const failedHere = status === 'failed' && step.index === steps - 1;
  const detail =
    failedHere && errorLine !== null
      ? w.errorAt(errorLine)
      : step.epoch !== null
        ? w.epochBatch(step.epoch, step.batch, loop?.batchesPerEpoch ?? null)
        : '';
  return (
    <div className="counter">
      <div className="counter-step">
        <Loops loop={step.loop} />
        <span data-testid="step-counter">
          {w.step} {step.index + 1} <span className="counter-of">{isLive(status) ? w.live : w.of(steps)}</span>
        </span>
      </div>
      <div className="counter-detail" data-failed={failedHere} data-testid="epoch-counter">
        {detail}
      </div>
    </div>
  );
}

function Loops({ loop }: { readonly loop: number }) {
  const reader = useRun((state) => state.reader);
  const count = useRun((state) => state.loopCount);
  const items = useMemo(() => {
    if (!reader || count < 2) return [];
    return reader.loops.slice(0, count).map((each) => {
      const { cell, line } = each.topLevelSite;
      return {
        id: `loop-${each.index}`,
        label: `${cell > 0 ? words.inspector.cellLine(cell, line) : words.inspector.line(line)}`,
        detail: w.loopRow(each.stepCount),
        checked: each.index === loop,
        onSelect: () => moveTo(readyToPlay(reader, each.firstStep)),
      };
    });
  }, [reader, count, loop]);
  if (items.length === 0) return null;
  return (
    <Menu
      label={w.loopsTitle}
      heading={w.loopsTitle}
      className="text-button loops"
      side="above"
      align="right"
      chevron
      testId="loops"
      items={items}
    >
      {loop >= 0 ? w.loop(loop + 1, count) : w.loopsTitle}
    </Menu>
  );
}
