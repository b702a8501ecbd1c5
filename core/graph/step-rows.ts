// The ends of a track where it grows: the next cue, and slots for values not seen before.
import { observation } from '../autograd/observer.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { HeldSteps } from './held-steps.ts';
import type { ModuleScopes } from './module-scopes.ts';
import { store, valueBytes } from './plan.ts';
import { StepFollower } from './step-follower.ts';
import { bytesOf } from './step-state.ts';
import { Cue, type Slot } from './step-track.ts';
import { SUMMARY_BYTES } from './summary.ts';

export class StepRows extends StepFollower {
  /** Of the next cue: see `Cue.solid`. */
  protected solid = true;
  readonly #wholeLimit: number;

  /** Tensors of up to `wholeLimit` elements are kept whole. */
  constructor(scopes: ModuleScopes, wholeLimit: number, held: HeldSteps | null) {
    super(scopes, held);
    this.#wholeLimit = wholeLimit;
  }

  protected cue(kind: number): Cue {
    this.leave();
    const track = this.track;
    const cue = new Cue();
    cue.kind = kind;
    cue.opCount = track.ops.length;
    cue.leafCount = track.leaves.length;
    cue.inputCount = track.inputs.length;
    cue.slotCount = track.slots.length;
    cue.rootCount = track.roots.length;
    const site = observation.site.innermost();
    cue.cell = site.cell;
    cue.line = site.line;
    return cue;
  }

  protected push(cue: Cue): void {
    cue.solid = this.solid;
    this.solid = true;
    this.track.cues.push(cue);
    this.cursor = this.track.cues.length;
  }

  protected newSlot(t: Tensor): number {
    const item = valueBytes(t.dtype);
    const whole = t.numel * item <= SUMMARY_BYTES || t.numel <= this.#wholeLimit;
    const stored = whole ? store.values : this.held === null ? store.summary : store.place;
    const slot: Slot = { shape: t.shape.slice(), dtype: t.dtype, numel: t.numel, store: stored };
    const index = this.track.slots.length;
    const offset = !whole || item === 8 ? (this.bodyBytes + 7) & ~7 : this.bodyBytes;
    this.track.slots.push(slot);
    this.offsets[index] = offset;
    this.bodyBytes = offset + bytesOf(slot);
    this.scratch.reserve(this.bodyBytes + 8);
    this.fill(index, t);
    return index;
  }

  /** A gradient that was recorded as outgoing and not changed since is not written twice. */
  protected gradientSlot(t: Tensor | null, slots: number[], fresh: boolean[]): void {
    const { slot, isNew } = this.slotOfGradient(t);
    slots.push(slot);
    fresh.push(isNew);
  }

  protected slotOfGradient(t: Tensor | null): { slot: number; isNew: boolean } {
    let slot = -1;
    let isNew = false;
    if (t !== null) {
      for (let i = this.slotTensors.length - 1; i >= 0 && slot < 0; i--) {
        if (this.slotTensors[i] === t && this.slotVersions[i] === t.storage.version && this.gradientSlots.has(i)) slot = i;
      }
      if (slot < 0) {
        slot = this.newSlot(t);
        isNew = true;
        this.gradientSlots.add(slot);
        this.slotTensors[slot] = t;
        this.slotVersions[slot] = t.storage.version;
      }
    }
    return { slot, isNew };
  }
}
