// Follows a known track event by event without allocating, or extends a new one; either way the values land in one scratch record.
// Knows steps' insides only: when a step begins and ends is the recorder's affair.
import { observation } from '../autograd/observer.ts';
import type { GradNode } from '../tensor/grad-node.ts';
import { itemSize } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { attributeRows } from './attributes.ts';
import type { ModuleScopes } from './module-scopes.ts';
import { valueBytes } from './plan.ts';
import { Cue, cueKind, type Face, type NextRow, type OpRow, type Reference, type SavedRow, source, type Slot, StepTrack, store } from './step-track.ts';
import { SUMMARY_BYTES } from './summary.ts';
import { copySummary, copyValues, Scratch } from './tensor-columns.ts';
import type { TensorLabels } from './tensor-labels.ts';

/** Tensors up to this many elements are kept whole at level `full`. */
export const WHOLE_LIMIT = 256;

const faceOf = (t: Tensor): Face => ({ shape: t.shape, dtype: t.dtype, device: t.device === 'cuda' ? 'cuda:0' : t.device });
/** torch keeps some kernels apart from what people call: `_mse_loss` runs for `mse_loss`. */
const shownName = (op: string): string => (op.charCodeAt(0) === 95 ? op.slice(1) : op);
const nothing: Reference = { kind: source.none, row: -1, output: 0 };

/** A Python number, or a constant of one element: no node of its own. */
const isConstant = (t: Tensor | null): boolean => t === null || t.wrapped || (t.shape.length === 0 && !t.requiresGrad);

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  const n = a.length;
  if (n !== b.length) return false;
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A closed step as make_dot may still ask for it. */
export interface StepSnapshot {
  readonly track: StepTrack;
  readonly base: number;
  readonly leaves: readonly Tensor[];
  readonly inputs: readonly Tensor[];
}

export class StepWriter {
  track = new StepTrack();
  /** Cue that is expected next; `following` while the track is a known one. */
  cursor = 0;
  following = false;
  /** Rows of this step's ops are `node.tag - base`. */
  base = 0;
  readonly scratch = new Scratch();
  leafTensors: Tensor[] = [];
  inputTensors: Tensor[] = [];
  slotTensors: Tensor[] = [];
  /** Storage version a slot's tensor had when it was written. */
  slotVersions: number[] = [];
  offsets: number[] = [];
  bodyBytes = 0;
  /** Latest slot with the value of a leaf. */
  leafSlots: number[] = [];
  readonly #scopes: ModuleScopes;
  readonly #labels: TensorLabels;
  readonly #wholeLimit: number;
  #savedKey = 0;
  #solid = true;
  /** In a writer that only looks: rows it gave to backward functions, whose tags it must leave alone. */
  #foreignRows: Map<GradNode, number> | null = null;
  /** Slots of gradients: the only ones that a later event may share. */
  readonly #gradientSlots = new Set<number>();

  constructor(scopes: ModuleScopes, labels: TensorLabels, full: boolean) {
    this.#scopes = scopes;
    this.#labels = labels;
    this.#wholeLimit = full ? WHOLE_LIMIT : 0;
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
      this.#gradientSlots.clear();
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
    this.bodyBytes = slots === 0 ? 0 : this.offsets[slots - 1] + this.#slotBytes(this.track.slots[slots - 1]);
    this.slotTensors.length = slots;
    this.slotVersions.length = slots;
    this.leafTensors = this.leafTensors.slice(0, this.track.leaves.length);
    this.leafSlots.length = this.track.leaves.length;
    this.inputTensors.length = this.track.inputs.length;
    this.#gradientSlots.clear();
    for (const cue of this.track.cues) {
      if (cue.kind !== cueKind.backward) continue;
      cue.slots.forEach((slot, i) => cue.fresh[i] && this.#gradientSlots.add(slot));
      cue.outSlots.forEach((slot, i) => cue.outFresh[i] && this.#gradientSlots.add(slot));
      if (cue.gradFresh) this.#gradientSlots.add(cue.gradSlot);
    }
  }

  #slotBytes(slot: Slot): number {
    return slot.store === store.summary ? SUMMARY_BYTES : slot.numel * valueBytes(slot.dtype);
  }

  /** After the track was handed out: goes on with a copy. */
  fork(): void {
    this.leave();
    this.track = this.track.prefix(this.track.cues.length);
    this.offsets = this.offsets.slice();
  }

  /** Names told since a leaf or input was first met. */
  renewNames(): void {
    const { leaves, inputs } = this.track;
    for (let i = 0; i < leaves.length; i++) {
      const name = this.#labels.nameOf(this.leafTensors[i]);
      if (name !== leaves[i].name) leaves[i] = { ...leaves[i], name };
    }
    for (let i = 0; i < inputs.length; i++) {
      const name = this.#labels.nameOf(this.inputTensors[i]);
      if (name !== inputs[i].name) inputs[i] = { ...inputs[i], name };
    }
  }

  /** Starts as a copy of another writer's rows, or of those of a closed step when the roots came from there; then notes `roots`. Changes no tag. */
  lookFrom(other: StepWriter, closed: StepSnapshot | null, roots: readonly Tensor[]): void {
    const tags = roots.map((root) => root.gradFn?.tag ?? -1);
    const inClosed = closed !== null && tags.some((tag) => tag >= closed.base && tag < closed.base + closed.track.ops.length);
    const track = inClosed ? closed.track : other.following ? other.track.prefix(other.cursor) : other.track;
    const whole = track.prefix(track.cues.length);
    whole.roots = [];
    this.track = whole;
    this.base = inClosed ? closed.base : other.base;
    this.leafTensors = (inClosed ? closed.leaves : other.leafTensors).slice(0, whole.leaves.length);
    this.inputTensors = (inClosed ? closed.inputs : other.inputTensors).slice(0, whole.inputs.length);
    this.leafSlots = this.leafTensors.map(() => 0);
    this.bodyBytes = 0;
    this.offsets = [];
    this.#foreignRows = new Map();
    for (const root of roots) if (root.requiresGrad) this.addRoot(root);
    this.renewNames();
  }

  // ---- following a known track -------------------------------------------------------------------------------------------------

  #fill(index: number, t: Tensor): boolean {
    const slot = this.track.slots[index];
    if (t.dtype !== slot.dtype || !sameShape(t.shape, slot.shape)) return false;
    if (slot.store === store.values) {
      copyValues(t, this.scratch, this.offsets[index]);
    } else copySummary(t, this.scratch, this.offsets[index]);
    this.slotTensors[index] = t;
    this.slotVersions[index] = t.storage.version;
    return true;
  }

  #fillAll(tensors: readonly (Tensor | null)[], slots: readonly number[], fresh: readonly boolean[]): boolean {
    const n = tensors.length;
    if (n !== slots.length) return false;
    for (let i = 0; i < n; i++) {
      const t = tensors[i];
      const slot = slots[i];
      if (slot < 0) {
        if (t !== null) return false;
      } else if (t === null) return false;
      else if (fresh[i]) {
        if (!this.#fill(slot, t)) return false;
      } else if (this.slotTensors[slot] !== t || this.slotVersions[slot] !== t.storage.version) return false;
    }
    return true;
  }

  followOp(name: string, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[], node: GradNode): boolean {
    if (!this.following || this.cursor >= this.track.cues.length) return false;
    const cue = this.track.cues[this.cursor];
    if (cue.kind !== cueKind.op || !cue.solid || cue.name !== name || cue.backward !== node.name) return false;
    const site = observation.site.innermost();
    if (site.line !== cue.line || site.cell !== cue.cell || this.#scopes.current() !== cue.scope) return false;
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
            if (!this.#fill(slot, t)) return false;
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
          if (!this.#fill(slot, t)) return false;
          this.inputTensors[row] = t;
          break;
        }
        default:
          // Changed in place: where it comes from is only known to the history.
          return false;
      }
    }
    if (!this.#fillAll(outputs, cue.slots, cue.fresh)) return false;
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
      if (!this.#fillAll(incoming, cue.slots, cue.fresh) || !this.#fillAll(outgoing, cue.outSlots, cue.outFresh)) return false;
    } else {
      const leaf = this.leafTensors[cue.leaf];
      if (variableOf(node) !== leaf || !this.#fillAll(incoming, cue.slots, cue.fresh)) return false;
      const grad = leaf.grad;
      const slot = cue.gradSlot;
      if (grad === null) {
        if (slot >= 0) return false;
      } else if (slot < 0) return false;
      else if (cue.gradFresh) {
        if (!this.#fill(slot, grad)) return false;
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
      if (t !== this.leafTensors[leaf] || this.leafSlots[leaf] !== cue.before[i] || !this.#fill(cue.after[i], t)) return false;
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
    if (leaf.storage !== t.storage || this.leafSlots[cue.leaf] !== cue.before[0] || !this.#fill(cue.after[0], leaf)) return false;
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

  // ---- extending a new track ---------------------------------------------------------------------------------------------------

  #cue(kind: number): Cue {
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

  #push(cue: Cue): void {
    cue.solid = this.#solid;
    this.#solid = true;
    this.track.cues.push(cue);
    this.cursor = this.track.cues.length;
  }

  #newSlot(t: Tensor): number {
    const item = valueBytes(t.dtype);
    const whole = t.numel * item <= SUMMARY_BYTES || t.numel <= this.#wholeLimit;
    const slot: Slot = { shape: t.shape.slice(), dtype: t.dtype, numel: t.numel, store: whole ? store.values : store.summary };
    const index = this.track.slots.length;
    const offset = !whole || item === 8 ? (this.bodyBytes + 7) & ~7 : this.bodyBytes;
    this.track.slots.push(slot);
    this.offsets[index] = offset;
    this.bodyBytes = offset + this.#slotBytes(slot);
    this.scratch.reserve(this.bodyBytes + 8);
    this.#fill(index, t);
    return index;
  }

  /** A gradient that was recorded as outgoing and not changed since is not written twice. */
  #gradientSlot(t: Tensor | null, slots: number[], fresh: boolean[]): void {
    const { slot, isNew } = this.#slotOfGradient(t);
    slots.push(slot);
    fresh.push(isNew);
  }

  #slotOfGradient(t: Tensor | null): { slot: number; isNew: boolean } {
    let slot = -1;
    let isNew = false;
    if (t !== null) {
      for (let i = this.slotTensors.length - 1; i >= 0 && slot < 0; i--) {
        if (this.slotTensors[i] === t && this.slotVersions[i] === t.storage.version && this.#gradientSlots.has(i)) slot = i;
      }
      if (slot < 0) {
        slot = this.#newSlot(t);
        isNew = true;
        this.#gradientSlots.add(slot);
      }
    }
    return { slot, isNew };
  }

  #leaf(t: Tensor, user: OpRow | null, position: number): { row: number; slot: number } {
    const row = this.leafTensors.indexOf(t);
    if (row >= 0) return { row, slot: -1 };
    if (user === null) this.#solid = false;
    const slot = this.#newSlot(t);
    const label = this.#labels.leaf(t, user?.scope ?? null, user, position, this.track.leaves);
    this.leafTensors.push(t);
    this.leafSlots.push(slot);
    this.track.leaves.push({
      face: faceOf(t),
      id: label.id,
      name: label.name,
      parameter: label.parameter,
      scope: user?.scope ?? null,
      site: user?.site ?? observation.site.innermost(),
      slot,
    });
    return { row: this.track.leaves.length - 1, slot };
  }

  #reference(t: Tensor | null, user: OpRow, position: number, first: number[]): Reference {
    first.push(-1);
    if (t === null || isConstant(t)) return nothing;
    const made = t.gradFn;
    if (made !== null) {
      const row = this.rowOf(made);
      return row < 0 ? { kind: source.op, row: this.foreign(made), output: t.outputNr } : { kind: source.op, row, output: t.outputNr };
    }
    if (t.requiresGrad) {
      const leaf = this.#leaf(t, user, position);
      first[position] = leaf.slot;
      return { kind: source.leaf, row: leaf.row, output: 0 };
    }
    let row = this.inputTensors.indexOf(t);
    if (row < 0) {
      const slot = this.#newSlot(t);
      row = this.inputTensors.length;
      first[position] = slot;
      this.inputTensors.push(t);
      this.track.inputs.push({ face: faceOf(t), name: this.#labels.nameOf(t), slot });
    }
    return { kind: source.input, row, output: 0 };
  }

  /** Row of the op that made this grad_fn in this step, -1 if none did. */
  rowOf(node: GradNode): number {
    if (this.#foreignRows !== null) {
      const known = this.#foreignRows.get(node);
      if (known !== undefined) return known;
    }
    const row = node.tag - this.base;
    return node.tag >= 0 && row >= 0 && row < this.track.ops.length ? row : -1;
  }

  #next(node: GradNode): (NextRow | null)[] {
    return node.next.map((edge) => {
      if (edge === null) return null;
      const variable = variableOf(edge.node);
      if (variable !== undefined) return { kind: source.leaf, row: this.#leaf(variable, null, 0).row, inputNr: 0 };
      const row = this.rowOf(edge.node);
      return { kind: source.op, row: row < 0 ? this.foreign(edge.node) : row, inputNr: edge.inputNr };
    });
  }

  /** A row for a grad_fn whose forward this step did not see, and for all such it leads to; its forward side stays empty. */
  foreign(start: GradNode): number {
    const order: GradNode[] = [];
    const open: GradNode[] = [start];
    const met = new Set<GradNode>([start]);
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      order.push(node);
      for (const edge of node.next) {
        if (edge === null || met.has(edge.node) || variableOf(edge.node) !== undefined || this.rowOf(edge.node) >= 0) continue;
        met.add(edge.node);
        open.push(edge.node);
      }
    }
    this.leave();
    const first = this.track.ops.length;
    order.forEach((node, i) => {
      if (this.#foreignRows === null) node.tag = this.base + first + i;
      else this.#foreignRows.set(node, first + i);
      this.track.ops.push(null as never);
    });
    order.forEach((node, i) => {
      const face = node.outputs.map((o): Face => ({ shape: o.shape, dtype: o.dtype, device: o.device === 'cuda' ? 'cuda:0' : o.device }));
      this.track.ops[first + i] = {
        name: '',
        backward: node.name,
        site: { cell: 0, line: 0 },
        scope: null,
        inputs: [],
        outputs: face,
        next: this.#next(node),
        attributes: node.freed ? [] : attributeRows(node),
        saved: this.#saved(node, []),
        error: null,
      };
    });
    return first;
  }

  #saved(node: GradNode, outputs: readonly Tensor[]): SavedRow[] {
    const rows: SavedRow[] = [];
    for (const { name, tensor } of node.saved()) {
      if (tensor === null) continue;
      let of: Reference | null = null;
      const made = tensor.gradFn;
      const leaf = this.leafTensors.indexOf(tensor);
      const input = this.inputTensors.indexOf(tensor);
      const output = outputs.findIndex((o) => o.storage === tensor.storage && sameShape(o.shape, tensor.shape));
      if (leaf >= 0) of = { kind: source.leaf, row: leaf, output: 0 };
      else if (input >= 0) of = { kind: source.input, row: input, output: 0 };
      else if (made !== null && this.rowOf(made) >= 0) of = { kind: source.op, row: this.rowOf(made), output: tensor.outputNr };
      else if (output >= 0) of = { kind: source.op, row: -1, output };
      rows.push({ name, face: faceOf(tensor), sizeBytes: tensor.numel * itemSize(tensor.dtype), of, key: of === null ? this.#savedKey++ : -1 });
    }
    return rows;
  }

  addOp(name: string, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[], node: GradNode): void {
    const cue = this.#cue(cueKind.op);
    cue.name = name;
    cue.backward = node.name;
    cue.scope = this.#scopes.current();
    const row: OpRow & { inputs: Reference[] } = {
      name: shownName(name),
      backward: node.name,
      site: { cell: cue.cell, line: cue.line },
      scope: cue.scope,
      inputs: [],
      outputs: outputs.map(faceOf),
      next: [],
      attributes: attributeRows(node),
      saved: [],
      error: null,
    };
    for (let i = 0; i < inputs.length; i++) {
      const t = inputs[i];
      const made = t === null ? null : t.gradFn;
      if (made === node) {
        row.inputs.push({ kind: source.inPlace, row: -1, output: 0 });
        cue.first.push(-1);
      } else row.inputs.push(this.#reference(t, row, i, cue.first));
    }
    const next = this.#next(node);
    const history = next[0] ?? null;
    row.inputs.forEach((ref, i) => {
      if (ref.kind === source.inPlace) row.inputs[i] = history === null ? nothing : { kind: history.kind, row: history.row, output: history.inputNr };
      cue.sourceKind.push(ref.kind);
      cue.sourceRow.push(ref.row);
      cue.sourceOutput.push(ref.output);
    });
    cue.row = this.track.ops.length;
    node.tag = this.base + cue.row;
    this.track.ops.push({ ...row, next, saved: this.#saved(node, outputs) });
    for (const t of outputs) {
      cue.slots.push(this.#newSlot(t));
      cue.fresh.push(true);
    }
    this.#push(cue);
  }

  addFailed(name: string, inputs: readonly (Tensor | null)[], message: string): void {
    const cue = this.#cue(cueKind.failed);
    cue.name = name;
    cue.scope = this.#scopes.current();
    const row: OpRow & { inputs: Reference[] } = {
      name: shownName(name),
      backward: '',
      site: { cell: cue.cell, line: cue.line },
      scope: cue.scope,
      inputs: [],
      outputs: [],
      next: [],
      attributes: [],
      saved: [],
      error: message,
    };
    inputs.forEach((t, i) => {
      row.inputs.push(this.#reference(t, row, i, cue.first));
    });
    cue.row = this.track.ops.length;
    this.track.ops.push(row);
    this.#push(cue);
  }

  addBackwardStart(roots: readonly Tensor[]): void {
    const cue = this.#cue(cueKind.backwardStart);
    const top = observation.site.topLevel();
    cue.topCell = top.cell;
    cue.topLine = top.line;
    for (const root of roots) {
      const ref = this.addRoot(root);
      cue.sourceRow.push(ref.kind === source.op ? ref.row : -1);
      cue.sourceOutput.push(ref.output);
    }
    this.#push(cue);
  }

  /** Notes an output of the graph, whether or not a backward starts there. */
  addRoot(root: Tensor): Reference {
    const made = root.gradFn;
    let of: Reference;
    if (made !== null) {
      const row = this.rowOf(made);
      of = { kind: source.op, row: row < 0 ? this.foreign(made) : row, output: root.outputNr };
    } else of = { kind: source.leaf, row: this.#leaf(root, null, 0).row, output: 0 };
    const base = root.base;
    const baseMaker = base === null ? null : base.gradFn;
    const baseRow = baseMaker === null ? -1 : this.rowOf(baseMaker);
    this.track.roots.push({
      of,
      face: faceOf(root),
      name: this.#labels.nameOf(root),
      base: base === null ? null : faceOf(base),
      baseOf: base === null || baseRow < 0 ? null : { kind: source.op, row: baseRow, output: base.outputNr },
    });
    return of;
  }

  addBackward(node: GradNode, incoming: readonly (Tensor | null)[], outgoing: readonly (Tensor | null)[]): void {
    const cue = this.#cue(cueKind.backward);
    const variable = variableOf(node);
    if (variable === undefined) {
      const row = this.rowOf(node);
      cue.row = row < 0 ? this.foreign(node) : row;
    } else cue.leaf = this.#leaf(variable, null, 0).row;
    for (const t of incoming) this.#gradientSlot(t, cue.slots, cue.fresh);
    if (variable === undefined) for (const t of outgoing) this.#gradientSlot(t, cue.outSlots, cue.outFresh);
    else {
      const { slot, isNew } = this.#slotOfGradient(variable.grad);
      cue.gradSlot = slot;
      cue.gradFresh = isNew;
    }
    this.#push(cue);
  }

  addUpdate(parameters: readonly Tensor[], changed: readonly boolean[]): void {
    const cue = this.#cue(cueKind.update);
    cue.parameterCount = parameters.length;
    parameters.forEach((t, position) => {
      const leaf = this.leafTensors.indexOf(t);
      if (leaf < 0 || !changed[position]) return;
      const before = this.leafSlots[leaf];
      const after = this.#newSlot(t);
      this.leafSlots[leaf] = after;
      cue.leaves.push(leaf);
      cue.positions.push(position);
      cue.before.push(before);
      cue.after.push(after);
    });
    this.#push(cue);
  }

  addZeroGrad(parameters: readonly Tensor[]): void {
    const cue = this.#cue(cueKind.zeroGrad);
    cue.parameterCount = parameters.length;
    parameters.forEach((t, position) => {
      const leaf = this.leafTensors.indexOf(t);
      if (leaf < 0) return;
      cue.leaves.push(leaf);
      cue.positions.push(position);
    });
    this.#push(cue);
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

  addHandUpdate(leaf: number): void {
    const cue = this.#cue(cueKind.handUpdate);
    cue.leaf = leaf;
    cue.before.push(this.leafSlots[leaf]);
    const after = this.#newSlot(this.leafTensors[leaf]);
    this.leafSlots[leaf] = after;
    cue.after.push(after);
    this.#push(cue);
  }

  addHandZero(leaf: number): void {
    const cue = this.#cue(cueKind.handZero);
    cue.leaf = leaf;
    this.#push(cue);
  }
}

/** The leaf an AccumulateGrad adds to; undefined for every other backward function. */
export function variableOf(node: GradNode): Tensor | undefined {
  return (node as GradNode & { variable?: Tensor }).variable;
}
