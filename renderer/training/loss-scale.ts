// The loss chart's vertical scale, its ticks and its measures. Pure.
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import type { LossSeries } from './loss-series.ts';

export const height = 116;
/** Where the lines are drawn: `right` counts from the right edge. */
export const plot = { left: 64, right: 284, top: 24, bottom: 92 };

export type Scale = ScaleContinuousNumeric<number, number>;

/** Logarithmic where all losses are positive and not all the same. */
export function lossScale(series: LossSeries): Scale {
  const values = [...series.batch, ...series.mean, ...series.validation].map((point) => point.y).filter(Number.isFinite);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (values.length === 0) [low, high] = [0.1, 1];
  const range = [plot.bottom, plot.top];
  if (low > 0) {
    const decades = Math.log10(high / low);
    if (decades < 0.7) [low, high] = [low / 10 ** ((0.7 - decades) / 2), high * 10 ** ((0.7 - decades) / 2)];
    return scaleLog().domain([low, high]).range(range);
  }
  return scaleLinear()
    .domain([low, high === low ? low + 1 : high])
    .nice(4)
    .range(range);
}

/** Decades where there are at least two, else what the scale proposes. */
export function lossTicks(scale: Scale): readonly number[] {
  const [low, high] = scale.domain();
  if (low > 0) {
    const decades: number[] = [];
    for (let power = Math.ceil(Math.log10(low) - 1e-9); power <= Math.floor(Math.log10(high) + 1e-9); power += 1) decades.push(10 ** power);
    if (decades.length > 5) return decades.filter((_, at) => (decades.length - 1 - at) % Math.ceil(decades.length / 4) === 0);
    if (decades.length >= 2) return decades;
    return spaced(scale.ticks(4), scale, 14);
  }
  return scale.ticks(4);
}

function spaced(ticks: readonly number[], scale: Scale, gap: number): readonly number[] {
  const kept: number[] = [];
  for (const tick of [...ticks].reverse())
    if (kept.length === 0 || Math.abs(scale(tick) - scale(kept[kept.length - 1])) >= gap) kept.push(tick);
  return kept;
}
