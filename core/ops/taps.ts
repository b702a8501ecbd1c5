// Linear maps along one dimension as lists of taps: windows, chosen elements, weighted neighbours.
import type { Taps } from '../tensor/spatial-device.ts';

/** Output i reads the inputs listed by `at(i)`: pairs of index and weight. */
export function tapsOf(size: number, n: number, at: (i: number) => readonly (readonly [number, number])[], divisor?: Float64Array): Taps {
  const start = new Int32Array(n + 1);
  const index: number[] = [];
  const weight: number[] = [];
  for (let i = 0; i < n; i++) {
    for (const [from, w] of at(i)) {
      index.push(from);
      weight.push(w);
    }
    start[i + 1] = index.length;
  }
  return { size, start, index: Int32Array.from(index), weight: Float64Array.from(weight), divisor };
}

/** Output i is input at(i). */
export function chosen(size: number, n: number, at: (i: number) => number): Taps {
  return tapsOf(size, n, (i) => [[at(i), 1]]);
}

/** Output i is the sum of the inputs from(i) … to(i) - 1, divided by by(i). */
export function averaged(size: number, n: number, from: (i: number) => number, to: (i: number) => number, by: (i: number) => number): Taps {
  const taps = (i: number): [number, number][] => {
    const list: [number, number][] = [];
    for (let j = from(i); j < to(i); j++) list.push([j, 1]);
    return list;
  };
  return tapsOf(
    size,
    n,
    taps,
    Float64Array.from({ length: n }, (_, i) => by(i)),
  );
}
