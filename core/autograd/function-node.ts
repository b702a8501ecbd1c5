// Nodes of custom functions (`torch.autograd.Function` in Python, `customFunction` in TypeScript).
import { isFloating } from '../tensor/dtype.ts';
import { GradNode, type OutputMeta, SavedTensor } from '../tensor/grad-node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { checkInPlace } from './in-place.ts';
import { gradMode } from './modes.ts';
import { gradientEdge, unpack } from './node.ts';
import { observation } from './observer.ts';
import { rebase } from './view-history.ts';

/** Gradients of the inputs (one per input, null for none) from those of the outputs. */
type FunctionBackward = (grads: (Tensor | null)[], node: FunctionNode) => (Tensor | null)[];

export class FunctionNode extends GradNode {
  readonly #backward: FunctionBackward;

  constructor(name: string, backward: FunctionBackward) {
    super(name, name.replace(/Backward$/, ''));
    this.#backward = backward;
  }

  apply(incoming: (Tensor | null)[]): (Tensor | null)[] {
    const result = this.#backward(incoming.slice(), this);
    const wanted = this.next.length;
    if (result.length < wanted || result.slice(wanted).some((g) => g !== null)) {
      if (this.ownsResults) for (const g of result) g?.release();
      throw this.wrongCount(result.length);
    }
    return result;
  }

  wrongCount(got: number): TorchError {
    return new TorchError(`function ${this.name} returned an incorrect number of gradients (expected ${this.next.length}, got ${got})`);
  }

  /** `ctx.saved_tensors`, checked for in-place changes and for having been freed. */
  savedForUse(): (Tensor | null)[] {
    this.checkAlive();
    return (this.savedTensors ?? []).map((slot) => unpack(this, slot));
  }
}

export interface FunctionMarks {
  /** Inputs and outputs kept for backward. */
  readonly saved?: readonly (Tensor | null)[];
  /** Inputs that forward changed in place; each must be an output. */
  readonly dirty?: readonly Tensor[];
  /** Outputs without a gradient. */
  readonly constant?: readonly Tensor[];
}

/**
 * Makes `outputs` results of a custom function of `inputs`; null where no input requires grad or grad mode is off.
 * Integer and constant outputs get no history.
 */
export function makeFunctionNode(
  name: string,
  inputs: readonly (Tensor | null)[],
  outputs: readonly Tensor[],
  backward: FunctionBackward,
  marks: FunctionMarks = {},
): FunctionNode | null {
  const { saved = [], dirty = [], constant = [] } = marks;
  const recorded = gradMode.enabled && inputs.some((t) => t?.requiresGrad);
  for (const t of dirty) {
    if (!outputs.includes(t))
      throw new TorchError(
        'Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified inplace must all be outputs of the Function.',
      );
    checkInPlace(t, recorded);
    t.storage.version++;
  }
  if (!recorded) return null;
  const node = new FunctionNode(name, backward);
  node.connect(inputs.map((t) => (t === null ? null : gradientEdge(t))));
  node.outputs = outputs.map((t): OutputMeta => ({ shape: t.shape, dtype: t.dtype, device: t.device }));
  node.retain();
  outputs.forEach((t, i) => {
    if (!isFloating(t.dtype) || constant.includes(t)) return;
    if (dirty.includes(t)) rebase(t, node);
    else t.setHistory(node, i);
  });
  try {
    node.savedTensors = saved.map((t, i) => new SavedTensor(`saved_${i}`, t, t === null ? -1 : outputs.indexOf(t)));
    if (observation.observer !== null) observation.observer.op(node.op, inputs, outputs, node);
  } finally {
    node.release();
  }
  return node;
}
