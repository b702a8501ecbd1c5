// Nodes of custom functions (`torch.autograd.Function` on the Python side).
import { GradNode, type OutputMeta, SavedTensor } from '../tensor/grad-node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { gradMode } from './modes.ts';
import { gradientEdge, unpack } from './node.ts';
import { observation } from './observer.ts';

/** Gradients of the inputs (one per input, null for none) from those of the outputs. */
type FunctionBackward = (grads: (Tensor | null)[], node: FunctionNode) => (Tensor | null)[];

export class FunctionNode extends GradNode {
  readonly #backward: FunctionBackward;
  /** The walk releases the tensors `backward` returned: they are its to give away. */
  ownsResults = false;

  constructor(name: string, backward: FunctionBackward) {
    super(name, name.replace(/Backward$/, ''));
    this.#backward = backward;
  }

  apply(incoming: (Tensor | null)[]): (Tensor | null)[] {
    const result = this.#backward(incoming.slice(), this);
    const wanted = this.next.length;
    if (result.length < wanted || result.slice(wanted).some((g) => g !== null)) throw this.wrongCount(result.length);
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

/**
 * Makes `outputs` results of a custom function of `inputs`; null where no input requires grad or grad mode is off.
 * `saved` may hold inputs and outputs; non-floating outputs get no history.
 */
export function makeFunctionNode(
  name: string,
  inputs: readonly (Tensor | null)[],
  outputs: readonly Tensor[],
  backward: FunctionBackward,
  saved: readonly (Tensor | null)[] = [],
): FunctionNode | null {
  if (!gradMode.enabled || !inputs.some((t) => t?.requiresGrad)) return null;
  const node = new FunctionNode(name, backward);
  node.connect(inputs.map((t) => (t === null ? null : gradientEdge(t))));
  node.outputs = outputs.map((t): OutputMeta => ({ shape: t.shape, dtype: t.dtype, device: t.device }));
  node.retain();
  node.savedTensors = saved.map((t, i) => new SavedTensor(`saved_${i}`, t, t === null ? -1 : outputs.indexOf(t)));
  outputs.forEach((t, i) => {
    if (t.dtype === 'float32' || t.dtype === 'float64') t.setHistory(node, i);
  });
  if (observation.observer !== null) observation.observer.op(node.op, inputs, outputs, node);
  node.release();
  return node;
}
