// The losses of one training loop as lines to draw: each batch, the mean of each epoch, the validation loss, and where a hyper-parameter changed.
// Pure, over one TraceReader; reading goes on where it left off.
import type { Loop, Step, TraceReader } from '../../core/index.ts';

export interface LossPoint {
  /** Epochs (with the batch as a fraction) where the loop has epochs, else steps of the loop from 1. */
  readonly x: number;
  readonly y: number;
}
export interface HyperChange {
  readonly x: number;
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface LossSeries {
  readonly loop: number;
  readonly byEpoch: boolean;
  /** Several steps an epoch: only then does a batch's loss differ from its epoch's. */
  readonly hasBatches: boolean;
  readonly batch: readonly LossPoint[];
  readonly mean: readonly LossPoint[];
  readonly validation: readonly LossPoint[];
  readonly changes: readonly HyperChange[];
  readonly xMax: number;
}

export const noSeries: LossSeries = {
  loop: -1,
  byEpoch: false,
  hasBatches: false,
  batch: [],
  mean: [],
  validation: [],
  changes: [],
  xMax: 1,
};

/** Whether a loop has come past its first epoch: before that its steps are all there is to count. */
export function countsEpochs(reader: TraceReader, loopIndex: number): boolean {
  const { first, count } = stepsOf(reader, loopIndex);
  return count > 0 && (reader.step(first + count - 1).epoch ?? 0) > 0;
}

/** Where a step stands on the x axis of its loop. */
export function xOf(step: Step, loop: Loop | undefined, byEpoch = true): number {
  if (step.epoch === null || !byEpoch) return step.index - (loop?.firstStep ?? 0) + 1;
  const batches = loop?.batchesPerEpoch ?? null;
  return step.batch === null || batches === null || batches <= 1 ? step.epoch : step.epoch + (step.batch - 1) / batches;
}

/** Loop of a step: its own, else all steps that belong to none. */
export function stepsOf(reader: TraceReader, loop: number): { readonly first: number; readonly count: number } {
  const found = reader.loops[loop];
  if (!found) return { first: 0, count: reader.loops.length === 0 ? reader.stepCount : 0 };
  return { first: found.firstStep, count: Math.min(found.stepCount, reader.stepCount - found.firstStep) };
}

export function lossSeries(reader: TraceReader, loopIndex: number): LossSeries {
  const loop = reader.loops[loopIndex];
  const { first, count } = stepsOf(reader, loopIndex);
  const batch: LossPoint[] = [];
  const mean: LossPoint[] = [];
  const validation: LossPoint[] = [];
  const changes: HyperChange[] = [];
  const byEpoch = countsEpochs(reader, loopIndex);
  let hasBatches = false;
  let xMax = 1;
  let epoch: number | null = null;
  let [sum, seen] = [0, 0];
  let [validationSum, validationSeen] = [0, 0];
  let before: Readonly<Record<string, number>> | null = null;

  const closeEpoch = (): void => {
    if (epoch === null || !byEpoch) return;
    if (seen > 0) mean.push({ x: epoch, y: sum / seen });
    if (validationSeen > 0) validation.push({ x: epoch, y: validationSum / validationSeen });
    if (seen > 1) hasBatches = true;
    [sum, seen, validationSum, validationSeen] = [0, 0, 0, 0];
  };

  for (let index = first; index < first + count; index += 1) {
    const step = reader.step(index);
    const x = xOf(step, loop, byEpoch);
    xMax = Math.max(xMax, x);
    if (step.epoch !== epoch) {
      closeEpoch();
      epoch = step.epoch;
    }
    if (step.trainLoss !== null && Number.isFinite(step.trainLoss)) {
      batch.push({ x, y: step.trainLoss });
      sum += step.trainLoss;
      seen += 1;
    }
    if (step.validationLoss !== null && Number.isFinite(step.validationLoss)) {
      if (!byEpoch) validation.push({ x, y: step.validationLoss });
      validationSum += step.validationLoss;
      validationSeen += 1;
    }
    for (const [name, to] of Object.entries(step.hyper)) {
      const from = before?.[name];
      if (from !== undefined && from !== to) changes.push({ x, name, from, to });
    }
    before = step.hyper;
  }
  closeEpoch();
  return { loop: loopIndex, byEpoch, hasBatches, batch, mean: byEpoch ? mean : batch, validation, changes, xMax };
}

/** The step of a loop nearest to a place on its x axis; steps of a loop stand in order. */
export function stepNear(reader: TraceReader, loopIndex: number, x: number): number {
  const loop = reader.loops[loopIndex];
  const { first, count } = stepsOf(reader, loopIndex);
  const byEpoch = countsEpochs(reader, loopIndex);
  let [low, high] = [first, Math.max(first, first + count - 1)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xOf(reader.step(middle), loop, byEpoch) < x) low = middle + 1;
    else high = middle;
  }
  const nearerBefore = low > first && x - xOf(reader.step(low - 1), loop, byEpoch) < xOf(reader.step(low), loop, byEpoch) - x;
  return nearerBefore ? low - 1 : low;
}

/** At most two points a pixel column, its lowest and highest: what a line of a million points looks like. */
export function thinned(points: readonly LossPoint[], pixelOf: (x: number) => number): readonly LossPoint[] {
  if (points.length < 3000) return points;
  const kept: LossPoint[] = [];
  for (let start = 0; start < points.length; ) {
    const column = Math.floor(pixelOf(points[start].x));
    let [low, high] = [points[start], points[start]];
    let end = start;
    for (; end < points.length && Math.floor(pixelOf(points[end].x)) === column; end += 1) {
      if (points[end].y < low.y) low = points[end];
      if (points[end].y > high.y) high = points[end];
    }
    kept.push(...(low.x <= high.x ? [low, high] : [high, low]));
    start = end;
  }
  return kept;
}

/** The value of a line at an x: of the last point not after it. */
export function valueAt(points: readonly LossPoint[], x: number): number | null {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].x <= x) low = middle + 1;
    else high = middle;
  }
  return low > 0 ? points[low - 1].y : null;
}
