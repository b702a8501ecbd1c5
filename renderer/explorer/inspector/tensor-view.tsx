// A recorded tensor: one number, or a strip or heatmap, a histogram and its summary. Draws; computes only bins.
import { useMemo } from 'react';
import type { Payload } from '../../../core/index.ts';
import { cellColour, edgeColour } from '../../graph/theme.ts';
import { formatNumber, formatSigned } from '../../playback/number-format.ts';
import { useRun, useTheme } from '../../state/use-stores.ts';
import { words } from '../../state/words.ts';
import { shapeText } from '../../ui/number-text.ts';
import { Heatmap } from './heatmap.tsx';
import { bins } from './histogram.ts';

const w = words.inspector;
const chartWidth = 272;
const barHeight = 44;

interface TensorViewProps {
  readonly title: string;
  readonly payload: Payload;
  /** Gradients say their sign in colour and text. */
  readonly signed?: boolean;
  readonly testId?: string;
  readonly note?: string;
}

export function TensorView({ title, payload, signed = false, testId, note }: TensorViewProps) {
  const { summary, shape } = payload;
  const reader = useRun((state) => state.reader);
  const values = useMemo(() => payload.values ?? reader?.whole(payload) ?? null, [payload, reader]);
  const scalar = summary.count === 1;
  const number = scalar ? (values ? values[0] : summary.sum) : null;
  return (
    <section className="tensor-view">
      <h3>
        {title}
        <span className="mono">{shapeText(shape)}</span>
      </h3>
      {number !== null ? (
        <div className="tensor-number mono" data-sign={signed ? Math.sign(number) : undefined} data-testid={testId}>
          {signed ? formatSigned(number) : formatNumber(number)}
        </div>
      ) : (
        <>
          <span className="visually-hidden" data-testid={testId}>
            {Array.from((values ?? [summary.min, summary.max]).slice(0, 16), formatNumber).join(' ')}
          </span>
          {values && (values.length <= 64 ? <Strip values={Array.from(values)} /> : <Heatmap values={values} shape={shape} />)}
          {values && values.length > 1 ? <Histogram values={values} /> : <p className="inspector-note">{w.summaryOnly}</p>}
          <div className="tensor-stats mono">
            <span>{`${w.mean} ${formatNumber(summary.mean)}`}</span>
            <span>{`${w.std} ${formatNumber(summary.std)}`}</span>
            <span>{`${w.norm} ${formatNumber(summary.norm)}`}</span>
          </div>
          <div className="tensor-stats mono">
            <span>{`${w.min} ${formatNumber(summary.min)}`}</span>
            <span>{`${w.max} ${formatNumber(summary.max)}`}</span>
          </div>
        </>
      )}
      {(summary.nan > 0 || summary.inf > 0) && (
        <div className="tensor-bad mono">
          {[summary.nan > 0 ? w.nan(summary.nan) : '', summary.inf > 0 ? w.inf(summary.inf) : ''].filter(Boolean).join(', ')}
        </div>
      )}
      {note && <p className="inspector-note">{note}</p>}
    </section>
  );
}

function Strip({ values }: { readonly values: readonly number[] }) {
  const theme = useTheme();
  const greatest = Math.max(...values.map((value) => (Number.isFinite(value) ? Math.abs(value) : 0))) || 1;
  const width = chartWidth / values.length;
  return (
    <svg className="tensor-strip" width={chartWidth} height="14" aria-hidden="true">
      {values.map((value, at) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: cells stand in the tensor's order.
          key={at}
          x={at * width}
          width={Math.max(1, width - (width > 4 ? 1.5 : 0))}
          height="14"
          rx={width > 6 ? 2 : 0}
          fill={Number.isFinite(value) ? cellColour(value / greatest, theme) : 'var(--err)'}
        />
      ))}
    </svg>
  );
}

function Histogram({ values }: { readonly values: ArrayLike<number> }) {
  const theme = useTheme();
  const found = useMemo(() => bins(values), [values]);
  if (found.length === 0) return null;
  const [low, high] = [found[0].from, found[found.length - 1].to];
  const most = Math.max(...found.map((bin) => bin.count));
  const width = chartWidth / found.length;
  const greatest = Math.max(Math.abs(low), Math.abs(high));
  const zero = low < 0 && high > 0;
  return (
    <svg
      className="tensor-histogram"
      width={chartWidth}
      height={barHeight + 22}
      role="img"
      aria-label={`${formatNumber(low)} … ${formatNumber(high)}`}
    >
      {zero && <path className="histogram-zero" d={`M${chartWidth / 2} 0V${barHeight}`} />}
      {found.map((bin, at) => {
        const height = bin.count === 0 ? 0 : Math.max(2, (bin.count / most) * (barHeight - 2));
        return (
          <rect
            key={bin.from}
            x={at * width + 1}
            y={barHeight - height}
            width={width - 2}
            height={height}
            rx="1"
            fill={edgeColour((bin.from + bin.to) / 2 / greatest, theme)}
          />
        );
      })}
      <path className="histogram-base" d={`M0 ${barHeight + 0.5}H${chartWidth}`} />
      <text x="0" y={barHeight + 17}>
        {formatNumber(low)}
      </text>
      {zero && (
        <text x={chartWidth / 2} y={barHeight + 17} textAnchor="middle">
          0
        </text>
      )}
      <text x={chartWidth} y={barHeight + 17} textAnchor="end">
        {formatNumber(high)}
      </text>
    </svg>
  );
}
