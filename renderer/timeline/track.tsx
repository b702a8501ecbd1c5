// The track: one step's ops as segments by phase. A press or a drag moves the playhead.
import { memo, type PointerEvent as ReactPointerEvent, useMemo } from 'react';
import type { Phase, Playhead } from '../playback/overlay-types.ts';
import { currentStep } from '../state/current-graph.ts';
import { isLive } from '../state/run-store.ts';
import { useRun, useView } from '../state/use-stores.ts';
import { moveTo, viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { useWidth } from '../ui/use-width.ts';
import { type PhaseRow, phaseRows, type TrackSegment } from './segments.ts';

/** Advance of one character of 11 px Plex Mono, and a segment's own padding. */
const characterPx = 6.6;
const paddingPx = 10;

export function Track() {
  const reader = useRun((state) => state.reader);
  const halted = useRun((state) => state.status === 'failed' || isLive(state.status));
  const revision = useRun((state) => state.revision);
  const playhead = useView((state) => state.playhead);
  const [place, width] = useWidth<HTMLDivElement>();
  const step = currentStep(reader, playhead);
  const index = step?.index ?? -1;
  const count = step?.eventCount ?? 0;
  // A closed step does not change; an open one grows with its events.
  const grows = step?.closed ? 0 : revision;
  // biome-ignore lint/correctness/useExhaustiveDependencies: count and grows stand for what the reader holds.
  const rows = useMemo(() => (reader && index >= 0 ? phaseRows(reader, index, halted) : []), [reader, index, count, grows, halted]);
  const gaps = 24;
  const whole = rows.reduce((sum, row) => sum + rowWidth(row, false), gaps);
  const short = whole > width;
  const wanted = short ? rows.reduce((sum, row) => sum + rowWidth(row, true), gaps) : whole;

  return (
    <div
      className="track quiet-focus"
      ref={place}
      role="slider"
      tabIndex={0}
      aria-label={words.timeline.playhead}
      aria-valuemin={1}
      aria-valuemax={Math.max(1, reader?.stepCount ?? 1)}
      aria-valuenow={index + 1}
      aria-valuetext={playhead ? `${words.timeline.step} ${index + 1}, ${playhead.phase} ${playhead.op + 1}` : words.timeline.nothing}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        scrub(event, index);
      }}
      onPointerMove={(event) => event.buttons === 1 && scrub(event, index)}
      data-testid="track"
    >
      {rows.map((row) => (
        <Row
          key={row.phase}
          row={row}
          short={short}
          scale={wanted > 0 ? width / wanted : 1}
          op={playhead?.phase === row.phase ? playhead.op : null}
          passed={passed(playhead, row.phase)}
        />
      ))}
    </div>
  );
}

const order: readonly Phase[] = ['forward', 'backward', 'optimizer'];
function passed(playhead: Playhead | null, phase: Phase): boolean {
  return playhead !== null && order.indexOf(phase) < order.indexOf(playhead.phase);
}

const shown = (segment: TrackSegment, short: boolean): string => (short ? segment.short : segment.label);
const segmentWidth = (segment: TrackSegment, short: boolean): number => shown(segment, short).length * characterPx + paddingPx;
const rowWidth = (row: PhaseRow, short: boolean): number =>
  row.segments.length === 0 ? 132 : row.segments.reduce((sum, segment) => sum + segmentWidth(segment, short), 0);

interface RowProps {
  readonly row: PhaseRow;
  readonly short: boolean;
  readonly scale: number;
  readonly op: number | null;
  readonly passed: boolean;
}

const Row = memo(function Row({ row, short, scale, op, passed }: RowProps) {
  return (
    <div className="phase" style={{ flexGrow: rowWidth(row, short) }}>
      <div className="phase-title">{row.title}</div>
      <div className="phase-segments">
        {row.segments.length === 0 && <div className="segment segment-empty">{row.empty}</div>}
        {row.segments.map((segment) => {
          const running = op === segment.op;
          const done = passed || (op !== null && op > segment.op);
          const label = shown(segment, short);
          const fits = segmentWidth(segment, short) * scale >= label.length * characterPx + 2;
          return (
            <div
              key={segment.op}
              className="segment"
              data-state={running ? 'running' : done ? 'done' : 'pending'}
              data-error={segment.error || undefined}
              data-phase={row.phase}
              data-op={segment.op}
              style={{ flexGrow: segmentWidth(segment, short) }}
              title={fits && !short ? undefined : segment.label}
            >
              {fits ? label : ''}
              {running && <PlayheadMark />}
              {op === -1 && segment.op === 0 && <PlayheadMark start />}
            </div>
          );
        })}
      </div>
    </div>
  );
});

function PlayheadMark({ start = false }: { readonly start?: boolean }) {
  return (
    <svg className="playhead-mark" data-start={start} width="10" height="38" viewBox="0 0 10 38" aria-hidden="true">
      <path d="M0.5 1.5a1 1 0 0 1 1-1h7a1 1 0 0 1 1 1v4L6 9.5V38H4V9.5L0.5 5.5Z" fill="currentColor" />
    </svg>
  );
}

/** The segment under the pointer; before the first, the phase's start. */
function scrub(event: ReactPointerEvent<HTMLElement>, step: number): void {
  if (step < 0) return;
  const segments = [...event.currentTarget.querySelectorAll<HTMLElement>('.segment[data-op]')];
  const hit = segments.findLast((segment) => segment.getBoundingClientRect().left <= event.clientX) ?? segments[0];
  if (!hit) return;
  const op = event.clientX < hit.getBoundingClientRect().left ? -1 : Number(hit.dataset.op);
  const now = viewStore.getState().playhead;
  const next: Playhead = { step, phase: hit.dataset.phase as Phase, op };
  if (now && now.step === next.step && now.phase === next.phase && now.op === next.op) return;
  viewStore.setState({ playing: false });
  moveTo(next);
}
