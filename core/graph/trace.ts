// What a Trace says, read through one interface whatever holds it (ring in shared memory, JSON, .nabla file).
import type { Graph, Site } from './graph.ts';

/** Over all elements. `norm` is Euclidean; `sumAbs` = Σ|x|; NaN and infinities are counted and left out of the rest. */
export interface TensorSummary {
  readonly count: number;
  readonly nan: number;
  readonly inf: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly rms: number;
  readonly sum: number;
  readonly sumAbs: number;
  readonly norm: number;
}

/** A tensor as recorded: always summed up, with its values where it was small and the budget allows. `TraceReader.whole` may have those of a large one. */
export interface Payload {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly summary: TensorSummary;
  /** Row-major, or null where only the summary was kept. */
  readonly values: readonly number[] | null;
}

/** `node` indexes the nodes of the step's Graph. */
export type TraceEvent =
  | { readonly kind: 'forward'; readonly node: number; readonly outputs: readonly Payload[] }
  /** `incoming` per output of the forward op; `outgoing` per `next` slot of the backward node. AccumulateGrad: `grad` is the leaf's `.grad` afterwards. */
  | {
      readonly kind: 'backward';
      readonly node: number;
      readonly incoming: readonly (Payload | null)[];
      readonly outgoing: readonly (Payload | null)[];
      readonly grad: Payload | null;
    }
  /** A leaf changed by the optimizer, or in place under no_grad. */
  | { readonly kind: 'update'; readonly node: number; readonly before: Payload; readonly after: Payload }
  | { readonly kind: 'zero_grad'; readonly node: number };

export interface Step {
  /** From 0 in the run; people see it from 1. */
  readonly index: number;
  /** Index into `graphs`. */
  readonly graph: number;
  /** Index into `loops`, -1 where it belongs to none. */
  readonly loop: number;
  /** Within its loop, from 0 as in the script; null where unknown. */
  readonly epoch: number | null;
  /** Within its epoch, from 1; null where unknown. */
  readonly batch: number | null;
  /** False for the one open step at the end. */
  readonly closed: boolean;
  readonly trainLoss: number | null;
  /** Mean validation loss met after this step and before the next, null if none. */
  readonly validationLoss: number | null;
  readonly hyper: Readonly<Record<string, number>>;
  /** How its update was made: the optimizer's class, 'by hand', or null. */
  readonly optimizer: string | null;
  readonly backwardSite: Site | null;
  /** Values leaves and inputs had when first used in this step, by node index. */
  readonly firstEvent: number;
  readonly eventCount: number;
}

/** Consecutive steps with the same backward line, top-level line and leaves. */
export interface Loop {
  readonly index: number;
  readonly firstStep: number;
  readonly stepCount: number;
  readonly backwardSite: Site;
  readonly topLevelSite: Site;
  readonly epochCount: number | null;
  readonly batchesPerEpoch: number | null;
}

export interface TraceReader {
  readonly graphs: readonly Graph[];
  readonly loops: readonly Loop[];
  readonly stepCount: number;
  step(index: number): Step;
  /** Events of one step in the order they happened. */
  events(step: Step): readonly TraceEvent[];
  /** Value a leaf or input node had when the step first used it; null where not recorded. */
  initial(step: Step, node: number): Payload | null;
  /** All values of a payload this reader gave, row-major; null where only its summary is left. Made anew at each call. */
  whole(payload: Payload): readonly number[] | Float32Array | Float64Array | null;
  /** Grows when anything was written: lets a view poll cheaply. */
  readonly revision: number;
  readonly sizeBytes: number;
}
