// Follows a known track call by call: each `follow…` is true when the call is the expected one, and then its values are written.
// Nothing is allocated here: this is what a step of known structure costs.
import { observation } from '../autograd/observer.ts';
import type { GradNode } from '../tensor/grad-node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { isConstant, StepState, variableOf } from './step-state.ts';
import { cueKind, source } from './step-track.ts';

export class StepFollower extends StepState {
  followOp(name: string, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[], node: GradNode): boolean {
    if (!this.following || this.cursor >= this.track.cues.length) return false;
    const cue = this.track.cues[this.cursor];
    if (cue.kind !== cueKind.op || !cue.solid || cue.name !== name || cue.backward !== node.name) return false;
    const site = observation.site.innermost();
    if (site.line !== cue.line || site.cell !== cue.cell || this.scopes.current() !== cue.scope) return false;
    const n = inputs.length;
    if (n !== cue.sourceKind.length) return false;
    for (let i = 0; i < n; i++) {
      const t = inputs[i];
      const row = cue.sourceRow[i];
      switch (cue.sourceKind[i]) {
        case source.none:
          if (!isConstant(t)) return false;
          break;
        case source.op: {
          const made = t === null ? null : t.gradFn;
          if (made === null || made.tag !== this.base + row || (t as Tensor).outputNr !== cue.sourceOutput[i]) return false;
          break;
        }
        case source.leaf: {
          if (t === null || t !== this.leafTensors[row]) return false;
          const slot = cue.first[i];
          if (slot >= 0) {
            if (!this.fill(slot, t)) return false;
            this.leafSlots[row] = slot;
          }
          break;
        }
        case source.input: {
          if (t === null || t.requiresGrad) return false;
          const slot = cue.first[i];
          if (slot < 0) {
            if (t !== this.inputTensors[row]) return false;
            break;
          }
          for (let j = 0; j < row; j++) if (this.inputTensors[j] === t) return false;
          if (!this.fill(slot, t)) return false;
          this.inputTensors[row] = t;
          break;
        }
        default:
          // Changed in place: where it comes from is only known to the history.
          return false;
      }
    }
    if (outputs.length !== cue.slots.length) return false;
    for (let i = 0; i < outputs.length; i++) if (!this.fill(cue.slots[i], outputs[i])) return false;
    node.tag = this.base + cue.row;
    this.cursor++;
    return true;
  }

  followBackwardStart(roots: readonly Tensor[]): boolean {
    if (!this.following || this.cursor >= this.track.cues.length) return false;
    const cue = this.track.cues[this.cursor];
    if (cue.kind !== cueKind.backwardStart || !cue.solid || roots.length !== cue.sourceRow.length) return false;
    for (let i = 0; i < roots.length; i++) {
      const made = roots[i].gradFn;
      if (made === null || made.tag !== this.base + cue.sourceRow[i] || roots[i].outputNr !== cue.sourceOutput[i]) return false;
    }
    const site = observation.site.innermost();
    if (site.line !== cue.line || site.cell !== cue.cell) return false;
    const top = observation.site.topLevel();
    if (top.line !== cue.topLine || top.cell !== cue.topCell) return false;
    this.cursor++;
    return true;
  }

  followBackward(node: GradNode, incoming: readonly (Tensor | null)[], outgoing: readonly (Tensor | null)[]): boolean {
    if (!this.following || this.cursor >= this.track.cues.length) return false;
    const cue = this.track.cues[this.cursor];
    if (cue.kind !== cueKind.backward || !cue.solid) return false;
    if (cue.row >= 0) {
      if (node.tag !== this.base + cue.row) return false;
      if (!this.fillAll(incoming, cue.slots, cue.fresh) || !this.fillAll(outgoing, cue.outSlots, cue.outFresh)) return false;
    } else {
      const leaf = this.leafTensors[cue.leaf];
      if (variableOf(node) !== leaf || !this.fillAll(incoming, cue.slots, cue.fresh)) return false;
      const grad = leaf.grad;
      const slot = cue.gradSlot;
      if (grad === null) {
        if (slot >= 0) return false;
      } else if (slot < 0) return false;
      else if (cue.gradFresh) {
        if (!this.fillGradient(slot, grad)) return false;
      } else if (this.slotTensors[slot] !== grad || this.slotVersions[slot] !== grad.storage.version) return false;
    }
    this.cursor++;
    return true;
  }

  /** `optimizer.step()` is over: true when the same leaves changed at the same places as expected. */
  followUpdate(parameters: readonly Tensor[]): boolean {
    if (!this.following || this.cursor >= this.track.cues.length) return false;
    const cue = this.track.cues[this.cursor];
    if (cue.kind !== cueKind.update || cue.parameterCount !== parameters.length) return false;
    for (let i = 0; i < cue.leaves.length; i++) {
      const leaf = cue.leaves[i];
      const t = parameters[cue.positions[i]];
      if (t !== this.leafTensors[leaf] || this.leafSlots[leaf] !== cue.before[i] || !this.fill(cue.after[i], t)) return false;
      this.leafSlots[leaf] = cue.after[i];
    }
    this.cursor++;
    return true;
  }

  followZeroGrad(parameters: readonly Tensor[]): boolean {
    if (!this.following || this.cursor >= this.track.cues.length) return false;
    const cue = this.track.cues[this.cursor];
    if (cue.kind !== cueKind.zeroGrad || cue.parameterCount !== parameters.length) return false;
    for (let i = 0; i < cue.leaves.length; i++) if (parameters[cue.positions[i]] !== this.leafTensors[cue.leaves[i]]) return false;
    this.cursor++;
    return true;
  }

  followHandUpdate(t: Tensor): boolean {
    if (!this.following || this.cursor >= this.track.cues.length) return false;
    const cue = this.track.cues[this.cursor];
    if (cue.kind !== cueKind.handUpdate) return false;
    const leaf = this.leafTensors[cue.leaf];
    if (leaf.storage !== t.storage || this.leafSlots[cue.leaf] !== cue.before[0] || !this.fill(cue.after[0], leaf)) return false;
    this.leafSlots[cue.leaf] = cue.after[0];
    this.cursor++;
    return true;
  }

  followHandZero(t: Tensor): boolean {
    if (!this.following || this.cursor >= this.track.cues.length) return false;
    const cue = this.track.cues[this.cursor];
    if (cue.kind !== cueKind.handZero || this.leafTensors[cue.leaf].grad !== t) return false;
    this.cursor++;
    return true;
  }
}
