// What a gradient edge shows of its tensor, as a documented function of the Trace's summary. Knows no drawing and no colour.
import type { TensorSummary } from '../../core/index.ts';

export interface GradientLook {
  /** clamp((log10(rms) + 6) / 6, 0, 1): 1e-6 → 0, 1 → 1. */
  readonly t: number;
  /** Σg / Σ|g| in −1 … 1: which way the tensor leans. 0 for all zeros. */
  readonly s: number;
  /** 1.5 + 6.5 · t, in px at "numbers"; 1.5 where it vanishes. */
  readonly width: number;
  /** rms < 1e-7. */
  readonly vanishing: boolean;
  /** Any NaN or infinity among its elements. */
  readonly nan: boolean;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** The look of one gradient tensor. */
export function gradientLook(summary: TensorSummary): GradientLook {
  const { rms, sum, sumAbs } = summary;
  const vanishing = !(rms >= 1e-7);
  const t = rms > 0 ? clamp((Math.log10(rms) + 6) / 6, 0, 1) : 0;
  // Sums of huge numbers may overflow: then the sign of the sum is all that is known.
  const lean = Number.isFinite(sumAbs) && Number.isFinite(sum) ? sum / sumAbs : Math.sign(sum);
  return {
    t,
    s: sumAbs > 0 ? clamp(lean, -1, 1) : 0,
    width: vanishing ? 1.5 : 1.5 + 6.5 * t,
    vanishing,
    nan: summary.nan > 0 || summary.inf > 0,
  };
}
