// Medians: how everything in the benchmark is timed.

/** Median milliseconds of `work`, warmed up, over at least five calls and `least` milliseconds. */
export function medianMs(work: () => unknown, least = 250): number {
  for (let i = 0; i < 3; i++) work();
  const times: number[] = [];
  const start = performance.now();
  while (times.length < 5 || (performance.now() - start < least && times.length < 10_000)) {
    const from = performance.now();
    work();
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1];
}

/** Median milliseconds of `work`, already warm, over about `least` milliseconds. */
export function shortMedianMs(work: () => unknown, least: number): number {
  const times: number[] = [];
  const start = performance.now();
  while (times.length === 0 || performance.now() - start < least) {
    const from = performance.now();
    work();
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1];
}
