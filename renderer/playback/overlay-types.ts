// The Overlay: what a moment of the Trace puts on a Scene. Keyed by graph ids; no DOM, no colours of a theme but the ramp.
import type { TensorSummary } from '../../core/index.ts';

export type Phase = 'forward' | 'backward' | 'optimizer';

/** Where the one playhead stands. `op` counts segments from 0 in its phase; -1 is the phase's very start. */
export interface Playhead {
  readonly step: number;
  readonly phase: Phase;
  readonly op: number;
}

/** What one face shows. `text` is already formatted (U+2212 minus, four decimals). */
export interface FaceOverlay {
  readonly state: 'pending' | 'running' | 'done';
  readonly text: string | null;
  /** Up to 96 cells in −1 … 1 (value / max|value|; longer tensors as means of 16 stretches), null for scalars. */
  readonly cells: readonly number[] | null;
  /** `−0.048 … 0.040`; null for scalars. */
  readonly range: string | null;
  /** Leaf at the optimizer's step: old → new. */
  readonly before: string | null;
  /** Sign of a shown scalar gradient, for its colour; 0 for values. */
  readonly sign: -1 | 0 | 1;
  readonly nan: boolean;
}

/** `t` 0…1 from rms, `s` −1…1 from Σg/Σ|g|; width in px at "numbers". See gradient.ts. */
export interface EdgeOverlay {
  readonly state: 'pending' | 'running' | 'done';
  readonly t: number;
  readonly s: number;
  readonly width: number;
  readonly vanishing: boolean;
  readonly nan: boolean;
  /** Text of the tag beside it while it is the running one. */
  readonly tag: string | null;
  readonly summary: TensorSummary | null;
}

export interface Overlay {
  readonly playhead: Playhead | null;
  /** By graph node id. */
  readonly faces: ReadonlyMap<string, FaceOverlay>;
  /** By graph edge id. Gradient edges always, value edges too (their `width` is 1.5). */
  readonly edges: ReadonlyMap<string, EdgeOverlay>;
}
