// The kinds of backward nodes: one per op that ran, AccumulateGrad at leaves, custom functions. The walk is in backward.ts.
import type { Args, CompiledOverload, CompiledRule, CompiledSaved, GradContext, Ops } from '../ops/descriptor.ts';
import { type AttributeValue, type Edge, freedMessage, GradNode, type SavedHooks, SavedTensor } from '../tensor/grad-node.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { pythonText } from './attribute-text.ts';
import { modifiedInPlace } from './in-place.ts';
import { gradMode } from './modes.ts';

export type { AttributeValue, Edge };
export { GradNode, SavedTensor };

/** The op functions formulas call; the funnel, which makes them, hands them in. */
export const formulaOps: { F: Ops } = { F: {} };

type Kept = Record<string, AttributeValue | readonly number[] | undefined>;

/** A saved tensor for use: checked for in-place changes; an output comes back with its history while that may be needed. */
export function unpack(node: GradNode, slot: SavedTensor): Tensor | null {
  const tensor = slot.tensor;
  if (tensor === null) return slot.hooks === null ? null : unpackHooked(node, slot);
  if (tensor.storage.version !== slot.version) throw modifiedInPlace(node, slot);
  if (slot.outputNr < 0 || !gradMode.enabled) return tensor;
  const out = Tensor.over(tensor.storage, tensor.dtype, tensor.device, tensor.shape, tensor.strides, tensor.offset);
  out.setHistory(node, slot.outputNr);
  return out;
}

/** What the unpack hook gives, with the history the saved tensor had. */
function unpackHooked(node: GradNode, slot: SavedTensor): Tensor {
  const given = (slot.hooks as SavedHooks).unpack(slot.packed);
  const out = Tensor.over(given.storage, given.dtype, given.device, given.shape, given.strides, given.offset);
  given.release();
  if (slot.outputNr >= 0) {
    if (gradMode.enabled) out.setHistory(node, slot.outputNr);
  } else if (slot.edge !== null) {
    if (slot.edge.node instanceof AccumulateGrad) {
      out.needsGrad = true;
      out.accumulator = slot.edge.node;
    } else out.setHistory(slot.edge.node, slot.edge.inputNr);
  }
  return out;
}

const nothing: (Tensor | null)[] = [];

/** The node of an op of the table. */
export class OpNode extends GradNode {
  readonly rule: CompiledRule;
  readonly overload: CompiledOverload;
  readonly needs: number;
  readonly kept: Kept | null;

  constructor(rule: CompiledRule, overload: CompiledOverload, needs: number, kept: Kept | null) {
    super(rule.name, overload.op);
    this.rule = rule;
    this.overload = overload;
    this.needs = needs;
    this.kept = kept;
  }

  /** Keeps what the rule names; `self` replaces argument 0 where that was changed in place. */
  save(args: Args, outputs: readonly Tensor[], self: Tensor | null): void {
    const specs = this.rule.saved;
    const list = this.rule.savedList;
    if (specs.length === 0 && list === null) return;
    // Lists of known length are written out: one that grows takes far more memory than it needs.
    if (list === null && specs.length === 1) this.savedTensors = [this.#slot(specs[0], args, outputs, self)];
    else if (list === null && specs.length === 2)
      this.savedTensors = [this.#slot(specs[0], args, outputs, self), this.#slot(specs[1], args, outputs, self)];
    else this.savedTensors = specs.map((spec) => this.#slot(spec, args, outputs, self));
    if (list !== null)
      for (const tensor of args[list.argument] as (Tensor | null)[]) this.savedTensors.push(new SavedTensor(list.name, tensor ?? null, -1));
  }

  #slot(spec: CompiledSaved, args: Args, outputs: readonly Tensor[], self: Tensor | null): SavedTensor {
    let tensor: Tensor | null = null;
    if ((spec.when & this.needs) !== 0) {
      if (spec.output >= 0) tensor = outputs[spec.output];
      else tensor = spec.argument === 0 && self !== null ? self : (args[spec.argument] ?? null);
    }
    return new SavedTensor(spec.name, tensor, spec.output);
  }

  apply(incoming: (Tensor | null)[]): (Tensor | null)[] {
    let first: Tensor | null = incoming[0];
    if (incoming.length > 1) for (let i = 0; first === null && i < incoming.length; i++) first = incoming[i];
    if (first === null) return this.next.map(() => null);
    this.checkAlive();
    const slots = this.savedTensors;
    const s = slots === null ? nothing : slots.length === 1 ? [unpack(this, slots[0])] : slots.map((slot) => unpack(this, slot));
    const context: GradContext = {
      F: formulaOps.F,
      s: s as Tensor[],
      k: this.kept,
      needs: this.needs,
      grads: incoming,
      createGraph: gradMode.enabled,
    };
    const result = this.rule.backward(incoming[0] ?? first, context);
    return (Array.isArray(result) ? result : [result]) as (Tensor | null)[];
  }

  override attributes(): [string, AttributeValue][] {
    const rows: [string, AttributeValue][] = [];
    if (this.freed) throw new TorchError(freedMessage);
    for (const spec of this.rule.saved) {
      const slot = this.savedTensors?.find((saved) => saved.name === spec.name);
      rows.push([spec.name, slot === undefined ? null : slot.hooks === null ? slot.tensor : unpack(this, slot)]);
    }
    const list = this.rule.savedList;
    if (list !== null)
      rows.push([
        list.name,
        (this.savedTensors ?? [])
          .filter((slot) => slot.name === list.name)
          .map((slot) => (slot.hooks === null ? slot.tensor : unpack(this, slot))),
      ]);
    for (const [key, value] of Object.entries(this.kept ?? {})) {
      if (key.startsWith('_') || value === undefined) continue;
      const type = this.overload.parsed.params.find((p) => p.name === key)?.type;
      rows.push([
        key,
        value instanceof Tensor
          ? value
          : Array.isArray(value) && value[0] instanceof Tensor
            ? (value as Tensor[])
            : pythonText(value, type),
      ]);
    }
    return rows.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  }
}

/** Adds what arrives to the leaf's `.grad`. Holds the leaf while some node points here. */
export class AccumulateGrad extends GradNode {
  readonly variable: Tensor;

  constructor(variable: Tensor) {
    super('AccumulateGrad', 'accumulate_grad', Number.MAX_SAFE_INTEGER);
    this.variable = variable;
    this.outputs = [variable];
  }

  apply(): (Tensor | null)[] {
    return [];
  }

  override retain(): this {
    if (this.count++ === 0) {
      this.variable.retain();
      this.tag = -1;
    }
    return this;
  }

  override release(): void {
    if (--this.count === 0) this.variable.release();
  }

  override attributes(): [string, AttributeValue][] {
    return [];
  }
}

/** Where gradients of `tensor` go: its node, or the leaf's accumulator; null if it needs none. */
export function gradientEdge(tensor: Tensor): Edge | null {
  if (!tensor.requiresGrad) return null;
  const node = tensor.gradFn;
  if (node !== null) return node.edge(tensor.outputNr);
  let accumulator = tensor.accumulator;
  if (accumulator === null) {
    accumulator = new AccumulateGrad(tensor);
    tensor.accumulator = accumulator;
  }
  return accumulator.edge(0);
}
