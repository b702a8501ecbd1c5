// Where the writing of a step stands: its track, the tensors of its rows and slots, and the scratch record their values land in.
import type { GradNode } from '../tensor/grad-node.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { HeldSteps } from './held-steps.ts';
import type { ModuleScopes } from './module-scopes.ts';
import { store, storedBytes } from './plan.ts';
import { cueKind, type Slot, StepTrack } from './step-track.ts';
import { SUMMARY_BYTES } from './summary.ts';
import { copyKnownSummary, copyValues, Scratch } from './tensor-columns.ts';

export class StepState {
  track = new StepTrack();
  /** Cue that is expected next; `following` while the track is a known one. */
  cursor = 0;
  following = false;
  /** Rows of this step's ops are `node.tag - base`. */
  base = 0;
  readonly scratch = new Scratch();
  leafTensors: Tensor[] = [];
  inputTensors: Tensor[] = [];
  /** Tensors of gradients' slots, and the storage version each had when it was written. */
  slotTensors: Tensor[] = [];
  slotVersions: number[] = [];
  offsets: number[] = [];
  bodyBytes = 0;
  /** Latest slot with the value of a leaf. */
  leafSlots: number[] = [];
  /** Slots of gradients: the only ones that a later event may share. */
  protected readonly gradientSlots = new Set<number>();
  /** In a writer that only looks: rows it gave to backward functions, whose tags it must leave alone. */
  protected foreignRows: Map<GradNode, number> | null = null;
  protected readonly scopes: ModuleScopes;
  /** Where the values of large tensors are held rather than copied. */
  readonly held: HeldSteps | null;

  constructor(scopes: ModuleScopes, held: HeldSteps | null) {
    this.scopes = scopes;
    this.held = held;
  }

  /** Ready for the next step, expected to be like `track` (null: nothing is known). Leaves keep their tensors for comparison. */
  begin(track: StepTrack | null, offsets: readonly number[], bodyBytes: number, leaves: readonly Tensor[]): void {
    this.base += this.track.ops.length;
    this.cursor = 0;
    this.following = track !== null;
    if (track === null) {
      this.track = new StepTrack();
      this.offsets = [];
      this.bodyBytes = 0;
      this.leafTensors = [];
      this.leafSlots = [];
      this.inputTensors = [];
      this.slotTensors = [];
      this.slotVersions = [];
      this.gradientSlots.clear();
    } else if (track !== this.track || this.leafTensors !== leaves) {
      this.track = track;
      this.offsets = offsets as number[];
      this.bodyBytes = bodyBytes;
      this.leafTensors = leaves as Tensor[];
      this.scratch.reserve(bodyBytes);
    }
  }

  get isEmpty(): boolean {
    return this.following ? this.cursor === 0 : this.track.cues.length === 0;
  }

  /** From a known track to a new one with the same beginning. */
  leave(): void {
    if (!this.following) return;
    const cursor = this.cursor;
    this.track = this.track.prefix(cursor);
    this.following = false;
    const slots = this.track.slots.length;
    this.offsets = this.offsets.slice(0, slots);
    this.bodyBytes = slots === 0 ? 0 : this.offsets[slots - 1] + bytesOf(this.track.slots[slots - 1]);
    this.slotTensors.length = slots;
    this.slotVersions.length = slots;
    this.leafTensors = this.leafTensors.slice(0, this.track.leaves.length);
    this.leafSlots.length = this.track.leaves.length;
    this.inputTensors.length = this.track.inputs.length;
    this.gradientSlots.clear();
    for (const cue of this.track.cues) {
      if (cue.kind !== cueKind.backward) continue;
      for (let i = 0; i < cue.slots.length; i++) if (cue.fresh[i]) this.gradientSlots.add(cue.slots[i]);
      for (let i = 0; i < cue.outSlots.length; i++) if (cue.outFresh[i]) this.gradientSlots.add(cue.outSlots[i]);
      if (cue.gradFresh) this.gradientSlots.add(cue.gradSlot);
    }
  }

  /** After the track was handed out: goes on with a copy. */
  fork(): void {
    this.leave();
    this.track = this.track.prefix(this.track.cues.length);
    this.offsets = this.offsets.slice();
  }

  /** Writes the value of a slot. */
  protected fill(index: number, t: Tensor): boolean {
    const slot = this.track.slots[index];
    if (t.dtype !== slot.dtype || !sameShape(t.shape, slot.shape)) return false;
    const offset = this.offsets[index];
    if (slot.store === store.values) {
      copyValues(t, this.scratch, offset);
      return true;
    }
    copyKnownSummary(t, this.scratch, offset);
    if (slot.store === store.place) this.#writePlace(t, (offset + SUMMARY_BYTES) >> 2);
    return true;
  }

  /** Where the tensor's values lie from now on; address 0 where they are not held. */
  #writePlace(t: Tensor, at: number): void {
    const { I32 } = this.scratch;
    I32[at] = this.held?.take(t.storage) === true ? t.dataPtr : 0;
    for (let d = 0; d < t.strides.length; d++) I32[at + 1 + d] = t.strides[d];
  }

  /** As `fill`, for a gradient: a later event may show the same one. */
  protected fillGradient(index: number, t: Tensor): boolean {
    this.slotTensors[index] = t;
    this.slotVersions[index] = t.storage.version;
    return this.fill(index, t);
  }

  protected fillAll(tensors: readonly (Tensor | null)[], slots: readonly number[], fresh: readonly boolean[]): boolean {
    const n = tensors.length;
    if (n !== slots.length) return false;
    for (let i = 0; i < n; i++) {
      const t = tensors[i];
      const slot = slots[i];
      if (slot < 0) {
        if (t !== null) return false;
      } else if (t === null) return false;
      else if (fresh[i]) {
        if (!this.fillGradient(slot, t)) return false;
      } else if (this.slotTensors[slot] !== t || this.slotVersions[slot] !== t.storage.version) return false;
    }
    return true;
  }

  /** Row of the op that made this grad_fn in this step, -1 if none did. */
  rowOf(node: GradNode): number {
    if (this.foreignRows !== null) {
      const known = this.foreignRows.get(node);
      if (known !== undefined) return known;
    }
    const row = node.tag - this.base;
    return node.tag >= 0 && row >= 0 && row < this.track.ops.length ? row : -1;
  }

  /** A leaf of this step that shares this tensor's storage, or -1. */
  leafSharing(t: Tensor): number {
    const n = this.following ? Math.min(this.leafTensors.length, this.knownLeaves) : this.leafTensors.length;
    for (let i = 0; i < n; i++) if (this.leafTensors[i].storage === t.storage) return i;
    return -1;
  }

  /** A leaf of this step whose gradient this tensor is, or -1. */
  leafWithGrad(t: Tensor): number {
    const n = this.following ? Math.min(this.leafTensors.length, this.knownLeaves) : this.leafTensors.length;
    for (let i = 0; i < n; i++) if (this.leafTensors[i].grad === t) return i;
    return -1;
  }

  /** Leaves met so far in this step. */
  get knownLeaves(): number {
    if (!this.following) return this.track.leaves.length;
    return this.cursor < this.track.cues.length ? this.track.cues[this.cursor].leafCount : this.track.leaves.length;
  }
}

export const bytesOf = (slot: Slot): number => storedBytes(slot, slot.store);

/** A Python number, or a constant of one element: no node of its own. */
export const isConstant = (t: Tensor | null): boolean => t === null || t.wrapped || (t.shape.length === 0 && !t.requiresGrad);

/** The leaf an AccumulateGrad adds to; undefined for every other backward function. */
export function variableOf(node: GradNode): Tensor | undefined {
  return (node as GradNode & { variable?: Tensor }).variable;
}
