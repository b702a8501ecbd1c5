// TensorFlow Playground's recipes: where points lie, what they are labelled, and that a seed repeats them.
import { expect, test } from 'vitest';
import { type PlaygroundKind, playgroundData } from '../../core/data/index.ts';
import { Generator } from '../../core/random/index.ts';

const kinds: PlaygroundKind[] = ['circle', 'xor', 'gaussian', 'spiral', 'plane', 'multi_gaussian'];

function rows(kind: PlaygroundKind, count: number, noise: number, seed = 1): [number, number, number][] {
  const flat = playgroundData(kind, count, noise, new Generator(seed));
  return Array.from({ length: flat.length / 3 }, (_, i) => [flat[3 * i], flat[3 * i + 1], flat[3 * i + 2]]);
}

test.each(kinds)('%s: as many points as asked, repeated by the seed', (kind) => {
  expect(rows(kind, 200, 0.3)).toHaveLength(200);
  expect(rows(kind, 50, 0.3)).toEqual(rows(kind, 50, 0.3));
  expect(rows(kind, 50, 0.3, 1)).not.toEqual(rows(kind, 50, 0.3, 2));
});

test('without noise every label follows from where its point lies', () => {
  for (const [x, y, label] of rows('circle', 300, 0)) expect(label).toBe(Math.hypot(x, y) < 2.5 ? 1 : -1);
  for (const [x, y, label] of rows('xor', 300, 0)) {
    expect(label).toBe(x * y >= 0 ? 1 : -1);
    expect(Math.min(Math.abs(x), Math.abs(y))).toBeGreaterThanOrEqual(0.3);
  }
  for (const [x, y, label] of rows('plane', 300, 0)) expect(label).toBeCloseTo((x + y) / 10, 12);
  for (const [x, y, label] of rows('multi_gaussian', 300, 0)) {
    expect(Math.abs(label)).toBeLessThanOrEqual(1);
    if (Math.hypot(x + 4, y - 2.5) < 0.5) expect(label).toBeGreaterThan(0.7);
    if (Math.abs(x) > 5.99) expect(Math.abs(label)).toBeLessThan(0.01);
  }
});

test('the spirals are two arms, half a turn apart', () => {
  const points = rows('spiral', 20, 0);
  for (let i = 0; i < 10; i++) {
    expect(points[i][2]).toBe(1);
    expect(points[10 + i][0]).toBeCloseTo(-points[i][0], 10);
    expect(points[10 + i][1]).toBeCloseTo(-points[i][1], 10);
  }
});
