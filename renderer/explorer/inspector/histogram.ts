// Bins of a tensor's values for the inspector. Pure.

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** A round number not below `x` (1, 2, 5 × a power of ten, halves between). */
export function roundedUp(x: number): number {
  if (x <= 0 || !Number.isFinite(x)) return 1;
  const power = 10 ** Math.floor(Math.log10(x));
  for (const step of [1, 1.5, 2, 3, 4, 5, 6, 8, 10]) if (step * power >= x * (1 - 1e-9)) return step * power;
  return 10 * power;
}

/** Values of both signs are binned evenly around zero, others between their least and greatest. NaN and infinities are left out. */
export function bins(values: ArrayLike<number>, wanted = 12): readonly Bin[] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  if (low > high) return [];
  if (low < 0 && high > 0) {
    high = roundedUp(Math.max(-low, high));
    low = -high;
  } else if (low === high) {
    const room = low === 0 ? 1 : Math.abs(low) / 2;
    [low, high] = [low - room, high + room];
  }
  const width = (high - low) / wanted;
  const counts = new Array<number>(wanted).fill(0);
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i])) counts[Math.min(wanted - 1, Math.floor((values[i] - low) / width))] += 1;
  return counts.map((count, at) => ({ from: low + at * width, to: low + (at + 1) * width, count }));
}
