// What one step did, as rows and cues without values: from it a Graph and a Plan are made, and the next step is predicted.
// Pure data; a prefix of a track is a track.
import type { Site } from '../autograd/observer.ts';
import type { DType } from '../tensor/dtype.ts';
import type { ScopeCall } from './module-scopes.ts';

/** Where a value comes from. */
export const source = { none: 0, op: 1, leaf: 2, input: 3, inPlace: 4 } as const;

export interface Reference {
  readonly kind: number;
  /** Row in `ops`, `leaves` or `inputs`. */
  readonly row: number;
  /** Output number of the op. */
  readonly output: number;
}

/** A tensor's outside, without its values. */
export interface Face {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly device: string;
}

export interface SavedRow {
  readonly name: string;
  readonly face: Face;
  readonly sizeBytes: number;
  /** What the saved tensor is, where known. Rows with the same `key` are the same tensor. */
  readonly of: Reference | null;
  readonly key: number;
}

export interface NextRow {
  readonly kind: number;
  readonly row: number;
  readonly inputNr: number;
}

/** A forward op with its grad_fn; `name` is '' for a grad_fn whose forward was not seen, `backward` '' for an op that failed. */
export interface OpRow {
  readonly name: string;
  readonly backward: string;
  readonly site: Site;
  readonly scope: ScopeCall | null;
  readonly inputs: readonly Reference[];
  readonly outputs: readonly Face[];
  readonly next: readonly (NextRow | null)[];
  readonly attributes: readonly (readonly [string, string])[];
  readonly saved: readonly SavedRow[];
  readonly error: string | null;
}

export interface LeafRow {
  readonly face: Face;
  /** Id, kept for the run, chosen when the leaf was first met. */
  readonly id: string;
  readonly name: string;
  readonly scope: ScopeCall | null;
  readonly site: Site;
  readonly slot: number;
  readonly parameter: boolean;
}

interface InputRow {
  readonly face: Face;
  readonly name: string;
  readonly slot: number;
}

interface RootRow {
  readonly of: Reference;
  readonly face: Face;
  readonly name: string;
  /** The base of a view and what made it. */
  readonly base: Face | null;
  readonly baseOf: Reference | null;
}

/** One recorded tensor's place in a step's record. */
export interface Slot {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly numel: number;
  readonly store: number;
}

export const cueKind = { op: 0, backwardStart: 1, backward: 2, update: 3, zeroGrad: 4, handUpdate: 5, handZero: 6, failed: 7 } as const;

/** One expected call of the observer: what it must look like to be the same step again, and which slots it fills. */
export class Cue {
  kind = 0;
  /** False where following it could miss something: such a step is always built anew. */
  solid = true;
  name = '';
  backward = '';
  cell = 0;
  line = 0;
  topCell = 0;
  topLine = 0;
  scope: ScopeCall | null = null;
  /** Op row; of a leaf's AccumulateGrad, -1. */
  row = -1;
  /** Leaf row, where it is about one leaf. */
  leaf = -1;
  sourceKind: number[] = [];
  sourceRow: number[] = [];
  sourceOutput: number[] = [];
  /** Slot of a leaf or input met first at this argument, else -1. */
  first: number[] = [];
  /** Forward: outputs. Backward: incoming; -1 for None. */
  slots: number[] = [];
  fresh: boolean[] = [];
  /** Backward: outgoing. */
  outSlots: number[] = [];
  outFresh: boolean[] = [];
  gradSlot = -1;
  gradFresh = false;
  /** Update and zero_grad: leaf rows, their positions among the parameters, slots before and after. */
  leaves: number[] = [];
  positions: number[] = [];
  before: number[] = [];
  after: number[] = [];
  parameterCount = 0;
  /** Sizes of the track before this cue. */
  opCount = 0;
  leafCount = 0;
  inputCount = 0;
  slotCount = 0;
  rootCount = 0;
}

export class StepTrack {
  ops: OpRow[] = [];
  leaves: LeafRow[] = [];
  inputs: InputRow[] = [];
  roots: RootRow[] = [];
  slots: Slot[] = [];
  cues: Cue[] = [];

  /** A copy that stands right before cue `count`. */
  prefix(count: number): StepTrack {
    const copy = new StepTrack();
    const end = count < this.cues.length ? this.cues[count] : null;
    copy.cues = this.cues.slice(0, count);
    copy.ops = this.ops.slice(0, end?.opCount ?? this.ops.length);
    copy.leaves = this.leaves.slice(0, end?.leafCount ?? this.leaves.length);
    copy.inputs = this.inputs.slice(0, end?.inputCount ?? this.inputs.length);
    copy.slots = this.slots.slice(0, end?.slotCount ?? this.slots.length);
    copy.roots = this.roots.slice(0, end?.rootCount ?? this.roots.length);
    return copy;
  }
}
