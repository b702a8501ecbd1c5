// The loss chart and, above it, the funnel that joins the playhead to the track: the track is this chart's slice under the glass.
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { type PointerEvent as ReactPointerEvent, useMemo } from 'react';
import { formatNumber } from '../playback/number-format.ts';
import { placedStep } from '../state/current-graph.ts';
import { moveSteps } from '../state/navigation.ts';
import { isLive } from '../state/run-store.ts';
import { useRun, useView } from '../state/use-stores.ts';
import { moveTo, viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { settingText } from '../ui/number-text.ts';
import { useWidth } from '../ui/use-width.ts';
import { height, lossScale, lossTicks, plot, type Scale } from './loss-scale.ts';
import { type LossPoint, type LossSeries, lossSeries, noSeries, stepNear, thinned, valueAt, xOf } from './loss-series.ts';

const w = words.training;

/** Left and right ends of the track above. */
const track = { left: 204, right: 284 };
/** While a script runs the lines are drawn anew this often, not at frame rate. */
const redrawEvery = 15;

function xTicks(scale: Scale, max: number): readonly number[] {
  const last = Math.floor(max);
  const ticks = scale.ticks(6).filter((tick) => Number.isInteger(tick) && tick < last && scale(last) - scale(tick) > 28);
  return [...ticks, last];
}

function useSeries(): LossSeries {
  const reader = useRun((state) => state.reader);
  const loop = useView((state) => placedStep(reader, state.playhead)?.loop ?? -1);
  const tick = useRun((state) => (isLive(state.status) ? Math.floor(state.stepCount / redrawEvery) : -1 - state.stepCount));
  return useMemo(() => (reader && tick !== -1 ? lossSeries(reader, loop) : noSeries), [reader, loop, tick]);
}

export function LossChart() {
  const [place, width] = useWidth<HTMLDivElement>();
  const series = useSeries();
  const reader = useRun((state) => state.reader);
  const playhead = useView((state) => state.playhead);
  const step = placedStep(reader, playhead);
  const right = Math.max(plot.left + 40, width - plot.right);
  const x = useMemo(
    () =>
      scaleLinear()
        .domain([series.byEpoch ? 0 : 1, Math.max(series.byEpoch ? 1 : 2, series.xMax)])
        .range([plot.left, right]),
    [series, right],
  );
  const y = useMemo(() => lossScale(series), [series]);

  const goTo = (event: ReactPointerEvent<HTMLElement>): void => {
    if (!reader || !playhead || series.batch.length === 0) return;
    const pixel = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const near = stepNear(reader, series.loop, x.invert(Math.min(right, Math.max(plot.left, pixel))));
    viewStore.setState({ playing: false });
    if (near !== playhead.step) moveTo(moveSteps(reader, playhead, near - playhead.step));
  };
  const here = step ? x(Math.min(xOf(step, reader?.loops[step.loop], series.byEpoch), series.xMax)) : null;

  return (
    <div
      className="chart"
      ref={place}
      data-testid="loss-chart"
      onPointerDown={(event) => {
        const { left } = event.currentTarget.getBoundingClientRect();
        if (event.clientX - left > right + 8 || event.clientX - left < plot.left - 8) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        goTo(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && goTo(event)}
    >
      <svg width={width} height={height} role="img" aria-label={w.chart}>
        {here !== null && <path className="funnel" d={`M${track.left} 0H${width - track.right}L${here + 0.75} 18H${here - 0.75}Z`} />}
        {series.batch.length > 0 && <Lines series={series} x={x} y={y} right={right} />}
        {here !== null && series.batch.length > 0 && (
          <g className="chart-head">
            <path d={`M${here} 18V${plot.bottom + 5}`} />
            <Dot series={series.mean} x={x} y={y} at={step ? xOf(step, reader?.loops[step.loop], series.byEpoch) : 0} here={here} />
            <Dot series={series.validation} x={x} y={y} at={step ? xOf(step, reader?.loops[step.loop], series.byEpoch) : 0} here={here} />
          </g>
        )}
      </svg>
      {step && series.batch.length > 0 && (
        <Readout series={series} at={xOf(step, reader?.loops[step.loop], series.byEpoch)} batch={step.trainLoss} />
      )}
    </div>
  );
}

interface DotProps {
  readonly series: readonly LossPoint[];
  readonly x: Scale;
  readonly y: Scale;
  readonly at: number;
  readonly here: number;
}
function Dot({ series, y, at, here }: DotProps) {
  const value = valueAt(series, at);
  return value === null || !Number.isFinite(y(value)) ? null : <circle cx={here} cy={y(value)} r={4} />;
}

function Lines({ series, x, y, right }: { readonly series: LossSeries; readonly x: Scale; readonly y: Scale; readonly right: number }) {
  const path = useMemo(() => {
    const draw = line<LossPoint>(
      (point) => x(point.x),
      (point) => y(point.y),
    ).defined((point) => Number.isFinite(y(point.y)));
    const drawn = (points: readonly LossPoint[]): string => draw(thinned(points, x) as LossPoint[]) ?? '';
    return { batch: series.hasBatches ? drawn(series.batch) : '', mean: drawn(series.mean), validation: drawn(series.validation) };
  }, [series, x, y]);
  return (
    <>
      {lossTicks(y).map((tick) => (
        <g key={tick}>
          <path className="chart-grid" d={`M${plot.left} ${Math.round(y(tick)) + 0.5}H${right}`} />
          <text className="chart-tick" x={plot.left - 10} y={y(tick) + 4} textAnchor="end">
            {settingText(tick)}
          </text>
        </g>
      ))}
      {xTicks(x, series.xMax).map((tick) => (
        <text key={tick} className="chart-tick" x={x(tick)} y={height - 6} textAnchor="middle">
          {tick}
        </text>
      ))}
      <path className="line-batch" d={path.batch} />
      <path className="line-mean" d={path.mean} />
      <path className="line-validation" d={path.validation} />
      {series.changes.map((change) => (
        <g key={`${change.name}${change.x}`} className="chart-change" data-testid="hyper-change">
          <title>{`${change.name} ${settingText(change.from)} → ${settingText(change.to)}`}</title>
          <path d={`M${x(change.x)} ${plot.top}V${plot.bottom}`} />
          <text x={Math.min(x(change.x) + 4, right - 72)} y={plot.top + 8}>
            {change.name === 'lr'
              ? w.lrChanged(settingText(change.from), settingText(change.to))
              : `${change.name} ${settingText(change.to)}`}
          </text>
        </g>
      ))}
    </>
  );
}

function Readout({ series, at, batch }: { readonly series: LossSeries; readonly at: number; readonly batch: number | null }) {
  const rows: [string, string, number | null][] = [
    ['mean', series.byEpoch && series.hasBatches ? w.trainMean : w.train, valueAt(series.mean, at)],
  ];
  if (series.validation.length > 0) rows.push(['validation', w.validation, valueAt(series.validation, at)]);
  if (series.hasBatches) rows.push(['batch', w.batch, batch]);
  return (
    <dl className="readout">
      {rows.map(([kind, label, value]) => (
        <div key={kind}>
          <dt>
            <svg width="20" height="4" aria-hidden="true">
              <path className={`line-${kind}`} d="M0 2H20" />
            </svg>
            {label}
          </dt>
          <dd data-testid={`loss-${kind}`}>{value === null ? '' : formatNumber(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
