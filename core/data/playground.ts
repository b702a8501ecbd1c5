// The data sets of TensorFlow Playground (Smilkov, Carter 2016): points around the origin with a class of −1 or 1, or a value to predict.
// Each follows its published recipe; the draws come from the generator given, so a seed repeats them.
import type { Generator } from '../random/index.ts';
import { cos, log, sin } from '../tensor/math.ts';

export type PlaygroundKind = 'circle' | 'xor' | 'gaussian' | 'spiral' | 'plane' | 'multi_gaussian';

type Point = readonly [x: number, y: number, label: number];
type Uniform = (low: number, high: number) => number;
type Maker = (count: number, noise: number, uniform: Uniform) => Point[];

/** How far points lie from the origin: classes within 5, regressions within a square of 6. */
const RADIUS = 5;
const SQUARE = 6;

/** x, y, label of each point, row-major; `noise` goes from 0 to 0.5, as the page's slider. Two-class sets have two halves of count / 2, rounded down. */
export function playgroundData(kind: PlaygroundKind, count: number, noise: number, generator: Generator): Float64Array {
  return Float64Array.from(makers[kind](count, noise, (low, high) => low + (high - low) * generator.uniform53()).flat());
}

export function isPlaygroundKind(name: string): name is PlaygroundKind {
  return Object.hasOwn(makers, name);
}

/** One normal by Marsaglia's polar method. */
function gauss(mean: number, variance: number, uniform: Uniform): number {
  for (;;) {
    const a = uniform(-1, 1);
    const b = uniform(-1, 1);
    const s = a * a + b * b;
    if (s > 0 && s <= 1) return mean + Math.sqrt(variance) * a * Math.sqrt((-2 * log(s)) / s);
  }
}

/** Two halves: `make(i, n)` for each i of the first, then of the second. */
function halves(count: number, first: (i: number, n: number) => Point, second: (i: number, n: number) => Point): Point[] {
  const n = Math.floor(count / 2);
  return [...Array.from({ length: n }, (_, i) => first(i, n)), ...Array.from({ length: n }, (_, i) => second(i, n))];
}

/** A point of a square whose label is what lies where noise would carry it. */
function scattered(
  radius: number,
  noise: number,
  uniform: Uniform,
  shift: (v: number) => number,
  label: (x: number, y: number) => number,
): Point {
  const x = shift(uniform(-radius, radius));
  const y = shift(uniform(-radius, radius));
  return [x, y, label(x + uniform(-radius, radius) * noise, y + uniform(-radius, radius) * noise)];
}

const same = (v: number): number => v;

/** Centres of the hills and hollows of the second regression, with their signs. */
const hills: readonly Point[] = [
  [-4, 2.5, 1],
  [0, 2.5, -1],
  [4, 2.5, 1],
  [-4, -2.5, -1],
  [0, -2.5, 1],
  [4, -2.5, -1],
];

const makers: Record<PlaygroundKind, Maker> = {
  circle(count, noise, uniform) {
    const ring = (low: number, high: number) => (): Point => {
      const r = uniform(low, high);
      const angle = uniform(0, 2 * Math.PI);
      const x = r * sin(angle);
      const y = r * cos(angle);
      const dx = uniform(-RADIUS, RADIUS) * noise;
      const dy = uniform(-RADIUS, RADIUS) * noise;
      return [x, y, Math.sqrt((x + dx) ** 2 + (y + dy) ** 2) < RADIUS * 0.5 ? 1 : -1];
    };
    return halves(count, ring(0, RADIUS * 0.5), ring(RADIUS * 0.7, RADIUS));
  },
  xor(count, noise, uniform) {
    const gap = (v: number) => v + (v > 0 ? 0.3 : -0.3);
    return Array.from({ length: count }, () => scattered(RADIUS, noise, uniform, gap, (x, y) => (x * y >= 0 ? 1 : -1)));
  },
  gaussian(count, noise, uniform) {
    const variance = 0.5 + (noise / 0.5) * 3.5;
    const cloud = (centre: number, label: number) => (): Point => [
      gauss(centre, variance, uniform),
      gauss(centre, variance, uniform),
      label,
    ];
    return halves(count, cloud(2, 1), cloud(-2, -1));
  },
  spiral(count, noise, uniform) {
    const arm =
      (turn: number, label: number) =>
      (i: number, n: number): Point => {
        const r = (i / n) * RADIUS;
        const t = ((1.75 * i) / n) * 2 * Math.PI + turn;
        return [r * sin(t) + uniform(-1, 1) * noise, r * cos(t) + uniform(-1, 1) * noise, label];
      };
    return halves(count, arm(0, 1), arm(Math.PI, -1));
  },
  plane(count, noise, uniform) {
    return Array.from({ length: count }, () => scattered(SQUARE, noise, uniform, same, (x, y) => (x + y) / 10));
  },
  multi_gaussian(count, noise, uniform) {
    const height = (x: number, y: number): number => {
      let label = 0;
      for (const [cx, cy, sign] of hills) {
        const here = sign * Math.max(0, 1 - Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) / 2);
        if (Math.abs(here) > Math.abs(label)) label = here;
      }
      return label;
    };
    return Array.from({ length: count }, () => scattered(SQUARE, noise, uniform, same, height));
  },
};
