// Cubic convolution (Keys): the weights of the four neighbours of a point, and their slopes. Plain numbers.

/** Weights of the neighbours at -1, 0, 1, 2 for a point t of the way from 0 to 1. */
export function cubicWeights(t: number, a: number): number[] {
  const near = (x: number): number => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number): number => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [far(t + 1), near(t), near(1 - t), far(2 - t)];
}

/** d/dt of the weights. */
export function cubicSlopes(t: number, a: number): number[] {
  const near = (x: number): number => (3 * (a + 2) * x - 2 * (a + 3)) * x;
  const far = (x: number): number => (3 * a * x - 10 * a) * x + 8 * a;
  return [far(t + 1), near(t), -near(1 - t), -far(2 - t)];
}

/** d²/dt² of the weights. */
export function cubicCurves(t: number, a: number): number[] {
  const near = (x: number): number => 6 * (a + 2) * x - 2 * (a + 3);
  const far = (x: number): number => 6 * a * x - 10 * a;
  return [far(t + 1), near(t), near(1 - t), far(2 - t)];
}
