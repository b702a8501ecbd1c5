import { describe, expect, it } from 'vitest';
import { lossScale, lossTicks } from '../../../renderer/training/loss-scale.ts';
import { lossSeries, noSeries, stepNear, thinned, valueAt, xOf } from '../../../renderer/training/loss-series.ts';
import { seedOf } from '../../../renderer/training/seed.ts';
import { fixtureReader } from '../fixture.ts';

const reader = fixtureReader({ epochs: 20, slowFrom: 8 });
const series = lossSeries(reader, 0);

describe('loss series', () => {
  it('stand by epoch, a batch as a part of it', () => {
    expect(series.byEpoch && series.hasBatches).toBe(true);
    expect(series.batch).toHaveLength(100);
    expect(series.mean).toHaveLength(20);
    expect(series.validation).toHaveLength(20);
    expect(xOf(reader.step(61), reader.loops[0])).toBeCloseTo(12.2, 12);
    const epoch3 = [15, 16, 17, 18, 19].map((index) => reader.step(index).trainLoss as number);
    expect(series.mean[3].y).toBeCloseTo(epoch3.reduce((a, b) => a + b) / 5, 12);
    expect(series.validation[3]).toEqual({ x: 3, y: reader.step(19).validationLoss });
  });

  it('mark where the learning rate changed', () => {
    expect(series.changes).toEqual([{ x: 8, name: 'lr', from: 0.1, to: 0.01 }]);
  });

  it('find the step at a place on the axis', () => {
    for (const index of [0, 7, 61, 99]) expect(stepNear(reader, 0, xOf(reader.step(index), reader.loops[0]) + 0.04)).toBe(index);
    expect(stepNear(reader, 0, -5)).toBe(0);
    expect(stepNear(reader, 0, 500)).toBe(99);
  });

  it('say the value at a place: of the last point not after it', () => {
    expect(valueAt(series.mean, 3.9)).toBe(series.mean[3].y);
    expect(valueAt(series.mean, -1)).toBeNull();
  });

  it('keep lows and highs when there are more points than pixels', () => {
    const points = Array.from({ length: 100_000 }, (_, x) => ({ x, y: x === 54_321 ? 99 : x % 7 }));
    const kept = thinned(points, (x) => x / 500);
    expect(kept.length).toBeLessThanOrEqual(402);
    expect(kept.some(({ y }) => y === 99)).toBe(true);
    expect(kept.every((point, at) => at === 0 || point.x >= kept[at - 1].x)).toBe(true);
  });
});

describe('loss scale', () => {
  it('is logarithmic for positive losses, with decades as ticks', () => {
    const scale = lossScale({
      ...noSeries,
      batch: [
        { x: 0, y: 20 },
        { x: 1, y: 0.004 },
      ],
    });
    expect(lossTicks(scale)).toEqual([0.01, 0.1, 1, 10]);
    expect(scale(20)).toBeLessThan(scale(0.004));
  });

  it('is linear where a loss is zero or below, and finite where all are the same', () => {
    const linear = lossScale({
      ...noSeries,
      batch: [
        { x: 0, y: -1 },
        { x: 1, y: 3 },
      ],
    });
    expect(Number.isFinite(linear(0))).toBe(true);
    const flat = lossScale({
      ...noSeries,
      batch: [
        { x: 0, y: 2 },
        { x: 1, y: 2 },
      ],
    });
    expect(Number.isFinite(flat(2))).toBe(true);
    expect(lossTicks(flat).length).toBeGreaterThan(0);
  });
});

describe('seed', () => {
  it('is the last one set before the line that trains, comments aside', () => {
    const cells = ['import torch\ntorch.manual_seed(1)', 'torch.manual_seed(7)\n# torch.manual_seed(8)', 'train()'].map((text, at) => ({
      key: String(at),
      kind: 'code' as const,
      text,
    }));
    expect(seedOf({ kind: 'notebook', cells }, 3)).toBe('7');
    expect(seedOf({ kind: 'notebook', cells }, 1)).toBe('1');
    expect(seedOf({ kind: 'script', cells: [cells[2]] }, 0)).toBeNull();
  });
});
