// Where an axis has ticks and what they say, as matplotlib's AutoLocator, ScalarFormatter and LogLocator choose. No drawing here.
import { log } from '../tensor/math.ts';
import type { AxisSpec } from './figure-spec.ts';
import { LOWER, RAISE } from './figure-text.ts';

interface Tick {
  readonly at: number;
  /** Empty for a minor tick. A raised exponent stands between RAISE and LOWER. */
  readonly label: string;
  readonly minor: boolean;
}

export interface Ticks {
  readonly ticks: readonly Tick[];
  /** What all labels were divided by, as `1e6`; empty: nothing. */
  readonly factor: string;
}

const floorLog10 = (x: number): number => {
  let n = Math.floor(log(x) / Math.LN10);
  // Exact at powers of ten, whatever the logarithm's last bit.
  if (powerOfTen(n + 1) <= x) n++;
  else if (powerOfTen(n) > x) n--;
  return n;
};
const powerOfTen = (n: number): number => Number(`1e${n}`);

/** Ticks of an axis `length` points long whose labels take about `labelLength` each. */
export function ticksOf(axis: AxisSpec, length: number, labelLength: number): Ticks {
  const low = Math.min(...axis.limits);
  const high = Math.max(...axis.limits);
  if (axis.ticks !== null) {
    const inside = axis.ticks.flatMap((at, i) =>
      at !== null && at >= low - 1e-9 * (high - low) && at <= high + 1e-9 * (high - low) ? [{ at, i }] : [],
    );
    const plain = scalarLabels(
      inside.map((tick) => tick.at),
      low,
      high,
    );
    const labels = axis.tickLabels;
    return {
      ticks: inside.map(({ at, i }, k) => ({ at, label: labels === null ? plain.labels[k] : (labels[i] ?? ''), minor: false })),
      factor: labels === null ? plain.factor : '',
    };
  }
  if (axis.scale === 'log') return { ticks: logTicks(low, high), factor: '' };
  const places = linearTicks(low, high, Math.max(1, Math.min(9, Math.floor(length / labelLength))));
  const { labels, factor } = scalarLabels(places, low, high);
  return { ticks: places.map((at, i) => ({ at, label: labels[i], minor: false })), factor };
}

/** Steps of 1, 2, 2.5 or 5 times a power of ten; at most `bins` intervals. */
export function linearTicks(low: number, high: number, bins: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const middle = Math.abs(low + high) / 2;
  const offset = middle / span < 100 ? 0 : Math.sign(low + high) * powerOfTen(floorLog10(middle));
  const scale = floorLog10(span / bins);
  const steps = [0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10, 20].map((step) => step * powerOfTen(scale));
  const raw = span / bins;
  let at = steps.findIndex((step) => step >= raw);
  if (at < 0) at = steps.length - 1;
  const from = low - offset;
  const to = high - offset;
  for (; at >= 0; at--) {
    const step = steps[at];
    const ticks: number[] = [];
    for (let n = Math.floor(from / step - 1e-10); n <= Math.ceil(to / step + 1e-10); n++) {
      const tick = n * step;
      if (tick >= from - 1e-10 * span && tick <= to + 1e-10 * span) ticks.push(tick + offset);
    }
    if (ticks.length >= 2) return ticks;
  }
  return [low, high];
}

/** Labels with as many decimals as the ticks need; very large or small ones share a power of ten. */
function scalarLabels(ticks: readonly number[], low: number, high: number): { readonly labels: string[]; readonly factor: string } {
  if (ticks.length === 0) return { labels: [], factor: '' };
  const largest = Math.max(...ticks.map(Math.abs));
  let power = 0;
  if (largest > 0) {
    const magnitude = floorLog10(largest);
    if (magnitude <= -5 || magnitude >= 6) power = magnitude;
  }
  const values = ticks.map((tick) => tick / powerOfTen(power));
  const spread =
    Math.max(...values, low / powerOfTen(power), high / powerOfTen(power)) -
    Math.min(...values, low / powerOfTen(power), high / powerOfTen(power));
  const order = spread > 0 ? floorLog10(spread) : 0;
  let decimals = Math.max(0, 3 - order);
  const threshold = 1e-3 * powerOfTen(order);
  while (decimals >= 0 && values.every((value) => Math.abs(value - Number(value.toFixed(decimals))) < threshold)) decimals--;
  return {
    labels: values.map((value) => signed(value.toFixed(Math.max(0, decimals + 1)))),
    factor: power === 0 ? '' : signed(`1e${power}`),
  };
}

/** The typographic minus; no sign on a zero. */
export function signed(text: string): string {
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text.replaceAll('-', '\u2212');
}

function logTicks(low: number, high: number): Tick[] {
  if (!(low > 0)) return [];
  const first = floorLog10(low);
  const last = floorLog10(high);
  const decades = Math.max(1, Math.ceil((last - first) / 9));
  const ticks: Tick[] = [];
  // Fewer than two decades in view: the steps between are named too.
  const few = decadesWithin(low, high) < 2;
  for (let n = first; n <= last + 1; n++) {
    for (let k = 1; k <= 9; k++) {
      const at = k * powerOfTen(n);
      if (at < low * (1 - 1e-12) || at > high * (1 + 1e-12)) continue;
      if (k === 1) ticks.push({ at, label: (n - first) % decades === 0 ? `10${RAISE}${n}${LOWER}` : '', minor: false });
      else if (decades === 1) ticks.push({ at, label: few ? `${k}×10${RAISE}${n}${LOWER}` : '', minor: true });
    }
  }
  return ticks;
}

function decadesWithin(low: number, high: number): number {
  let count = 0;
  for (let n = floorLog10(low); powerOfTen(n) <= high; n++) if (powerOfTen(n) >= low) count++;
  return count;
}
