// Extends a track with what was not expected: rows, cues and slots for the calls of a step met for the first time.
// Knows steps' insides only: when a step begins and ends is the recorder's affair.
import { observation } from '../autograd/observer.ts';
import { itemSize } from '../tensor/dtype.ts';
import type { GradNode } from '../tensor/grad-node.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { attributeRows } from './attributes.ts';
import type { HeldSteps } from './held-steps.ts';
import type { ModuleScopes } from './module-scopes.ts';
import { StepRows } from './step-rows.ts';
import { isConstant, variableOf } from './step-state.ts';
import { cueKind, type Face, type NextRow, type OpRow, type Reference, type SavedRow, type StepTrack, source } from './step-track.ts';
import type { TensorLabels } from './tensor-labels.ts';

/** Tensors up to this many elements are kept whole at level `full`, and where a copy takes less time than summing them up. */
const WHOLE_LIMIT = 256;
const QUICK_LIMIT = 64;

const faceOf = (t: Tensor): Face => ({ shape: t.shape, dtype: t.dtype, device: t.device === 'cuda' ? 'cuda:0' : t.device });
/** torch keeps some kernels apart from what people call: `_mse_loss` runs for `mse_loss`. */
const shownName = (op: string): string => (op.charCodeAt(0) === 95 ? op.slice(1) : op);
const nothing: Reference = { kind: source.none, row: -1, output: 0 };

/** A closed step as make_dot may still ask for it. */
export interface StepSnapshot {
  readonly track: StepTrack;
  readonly base: number;
  readonly leaves: readonly Tensor[];
  readonly inputs: readonly Tensor[];
}

export class StepWriter extends StepRows {
  readonly #labels: TensorLabels;
  #savedKey = 0;

  /** `held`: at level `full`, where values too large for the record are held. */
  constructor(scopes: ModuleScopes, labels: TensorLabels, held: HeldSteps | null) {
    super(scopes, held === null ? QUICK_LIMIT : WHOLE_LIMIT, held);
    this.#labels = labels;
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
    this.foreignRows = new Map();
    for (const root of roots) if (root.requiresGrad) this.addRoot(root);
    this.renewNames();
  }

  #leaf(t: Tensor, user: OpRow | null, position: number): { row: number; slot: number } {
    const row = this.leafTensors.indexOf(t);
    if (row >= 0) return { row, slot: -1 };
    if (user === null) this.solid = false;
    const slot = this.newSlot(t);
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
      const slot = this.newSlot(t);
      row = this.inputTensors.length;
      first[position] = slot;
      this.inputTensors.push(t);
      this.track.inputs.push({ face: faceOf(t), name: this.#labels.nameOf(t), slot });
    }
    return { kind: source.input, row, output: 0 };
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
      if (this.foreignRows === null) node.tag = this.base + first + i;
      else this.foreignRows.set(node, first + i);
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
      rows.push({
        name,
        face: faceOf(tensor),
        sizeBytes: tensor.numel * itemSize(tensor.dtype),
        of,
        key: of === null ? this.#savedKey++ : -1,
      });
    }
    return rows;
  }

  addOp(name: string, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[], node: GradNode): void {
    const cue = this.cue(cueKind.op);
    cue.name = name;
    cue.backward = node.name;
    cue.scope = this.scopes.current();
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
      if (ref.kind === source.inPlace)
        row.inputs[i] = history === null ? nothing : { kind: history.kind, row: history.row, output: history.inputNr };
      cue.sourceKind.push(ref.kind);
      cue.sourceRow.push(ref.row);
      cue.sourceOutput.push(ref.output);
    });
    cue.row = this.track.ops.length;
    node.tag = this.base + cue.row;
    this.track.ops.push({ ...row, next, saved: this.#saved(node, outputs) });
    for (const t of outputs) {
      cue.slots.push(this.newSlot(t));
      cue.fresh.push(true);
    }
    this.push(cue);
  }

  addFailed(name: string, inputs: readonly (Tensor | null)[], message: string): void {
    const cue = this.cue(cueKind.failed);
    cue.name = name;
    cue.scope = this.scopes.current();
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
    this.push(cue);
  }

  addBackwardStart(roots: readonly Tensor[]): void {
    const cue = this.cue(cueKind.backwardStart);
    const top = observation.site.topLevel();
    cue.topCell = top.cell;
    cue.topLine = top.line;
    for (const root of roots) {
      const ref = this.addRoot(root);
      cue.sourceRow.push(ref.kind === source.op ? ref.row : -1);
      cue.sourceOutput.push(ref.output);
    }
    this.push(cue);
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
    const cue = this.cue(cueKind.backward);
    const variable = variableOf(node);
    if (variable === undefined) {
      const row = this.rowOf(node);
      cue.row = row < 0 ? this.foreign(node) : row;
    } else cue.leaf = this.#leaf(variable, null, 0).row;
    for (const t of incoming) this.gradientSlot(t, cue.slots, cue.fresh);
    if (variable === undefined) for (const t of outgoing) this.gradientSlot(t, cue.outSlots, cue.outFresh);
    else {
      const { slot, isNew } = this.slotOfGradient(variable.grad);
      cue.gradSlot = slot;
      cue.gradFresh = isNew;
    }
    this.push(cue);
  }

  addUpdate(parameters: readonly Tensor[], changed: readonly boolean[]): void {
    const cue = this.cue(cueKind.update);
    cue.parameterCount = parameters.length;
    parameters.forEach((t, position) => {
      const leaf = this.leafTensors.indexOf(t);
      if (leaf < 0 || !changed[position]) return;
      const before = this.leafSlots[leaf];
      const after = this.newSlot(t);
      this.leafSlots[leaf] = after;
      cue.leaves.push(leaf);
      cue.positions.push(position);
      cue.before.push(before);
      cue.after.push(after);
    });
    this.push(cue);
  }

  addZeroGrad(parameters: readonly Tensor[]): void {
    const cue = this.cue(cueKind.zeroGrad);
    cue.parameterCount = parameters.length;
    parameters.forEach((t, position) => {
      const leaf = this.leafTensors.indexOf(t);
      if (leaf < 0) return;
      cue.leaves.push(leaf);
      cue.positions.push(position);
    });
    this.push(cue);
  }

  addHandUpdate(leaf: number): void {
    const cue = this.cue(cueKind.handUpdate);
    cue.leaf = leaf;
    cue.before.push(this.leafSlots[leaf]);
    const after = this.newSlot(this.leafTensors[leaf]);
    this.leafSlots[leaf] = after;
    cue.after.push(after);
    this.push(cue);
  }

  addHandZero(leaf: number): void {
    const cue = this.cue(cueKind.handZero);
    cue.leaf = leaf;
    this.push(cue);
  }
}
