// Operations with a backward of their own, written in TypeScript: torch.autograd.Function as one definition and one function.
import { deviceOf } from '../tensor/device.ts';
import { scope } from '../tensor/scope.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { type FunctionNode, makeFunctionNode } from './function-node.ts';
import { ops } from './funnel.ts';
import { gradMode, noGrad } from './modes.ts';

/** What `forward` leaves for `backward`; `state` takes whatever is no tensor. */
export class FunctionContext<State extends object = Record<string, unknown>> {
  readonly state = {} as State;
  /** One entry an argument; false for what is no tensor. */
  needsInputGrad: readonly boolean[] = [];
  /** Whether `backward` gets zeros for outputs nobody used (the default), or null. */
  materializeGrads = true;
  node: FunctionNode | null = null;
  toSave: readonly (Tensor | null)[] = [];
  dirty: readonly Tensor[] = [];
  constant: readonly Tensor[] = [];

  /** Keeps inputs and outputs for backward: checked for in-place changes, freed with the graph. */
  saveForBackward(...tensors: (Tensor | null)[]): void {
    this.toSave = tensors;
  }

  /** What was saved. @throws RuntimeError where it was changed in place or freed. */
  get savedTensors(): readonly (Tensor | null)[] {
    return this.node === null ? this.toSave : this.node.savedForUse();
  }

  /** Inputs that forward changes in place; each must be among its results. */
  markDirty(...tensors: Tensor[]): void {
    this.dirty = tensors;
  }

  /** Results without a gradient. */
  markNonDifferentiable(...tensors: Tensor[]): void {
    this.constant = tensors;
  }
}

type Gradients = Tensor | null | readonly (Tensor | null)[];

export interface FunctionDefinition<A extends readonly unknown[], R extends Tensor | readonly Tensor[], State extends object> {
  /** The class name; the node is called `nameBackward`. */
  readonly name: string;
  /** Runs unrecorded. */
  forward(context: FunctionContext<State>, ...args: A): R;
  /** Gradients of the arguments, null where there is none, from those of the results. Recorded under `createGraph`. */
  backward(context: FunctionContext<State>, ...grads: (Tensor | null)[]): Gradients;
  /** `backward` is not recorded: a second gradient is refused. */
  readonly onceDifferentiable?: boolean;
}

/** Makes the function of a definition. Its results belong to the caller. */
export function customFunction<
  A extends readonly unknown[],
  R extends Tensor | readonly Tensor[],
  State extends object = Record<string, unknown>,
>(definition: FunctionDefinition<A, R, State>): (...args: A) => R {
  return (...args) => {
    const context = new FunctionContext<State>();
    context.needsInputGrad = args.map((a) => a instanceof Tensor && a.requiresGrad);
    const inputs = args.map((a) => (a instanceof Tensor ? a : null));
    const result = scope(() => {
      const made = noGrad(() => definition.forward(context, ...args));
      const single = made instanceof Tensor;
      const outputs = (single ? [made] : [...(made as readonly Tensor[])]).map((t) => fresh(t, inputs, context.dirty));
      context.node = makeFunctionNode(
        `${definition.name}Backward`,
        inputs,
        outputs,
        (grads) => run(definition, context, outputs.length, grads),
        {
          saved: context.toSave,
          dirty: context.dirty,
          constant: context.constant,
        },
      );
      context.toSave = [];
      return single ? outputs[0] : outputs;
    });
    return result as R;
  };
}

/** A returned input becomes a tensor of its own, unless it was changed in place. */
function fresh(t: Tensor, inputs: readonly (Tensor | null)[], dirty: readonly Tensor[]): Tensor {
  if (!inputs.includes(t) || dirty.includes(t)) return t;
  return noGrad(() => ops.detach(t) as Tensor);
}

function run<A extends readonly unknown[], R extends Tensor | readonly Tensor[], State extends object>(
  definition: FunctionDefinition<A, R, State>,
  context: FunctionContext<State>,
  count: number,
  incoming: readonly (Tensor | null)[],
): (Tensor | null)[] {
  const node = context.node as FunctionNode;
  const grads: (Tensor | null)[] = [];
  for (let i = 0; i < count; i++) grads.push(incoming[i] ?? (context.materializeGrads ? zerosFor(node, i) : null));
  const body = (): Gradients => definition.backward(context, ...grads);
  const recorded = gradMode.enabled && definition.onceDifferentiable === true;
  const made = recorded ? noGrad(body) : body();
  const list = Array.isArray(made) ? (made as readonly (Tensor | null)[]) : [made as Tensor | null];
  return recorded && grads.some((g) => g?.requiresGrad) ? list.map(refusing) : [...list];
}

function zerosFor(node: FunctionNode, output: number): Tensor {
  const { shape, dtype, device } = node.outputs[output];
  const zeros = Tensor.empty(shape, dtype, device);
  deviceOf(zeros).fill(zeros, 0);
  return zeros;
}

/** The gradient as the result of a function that has no gradient. */
function refusing(g: Tensor | null): Tensor | null {
  if (g === null) return null;
  const source = ops.detach(g) as Tensor;
  source.requiresGrad = true;
  const out = ops.detach(g) as Tensor;
  makeFunctionNode('DelayedErrorBackward', [source], [out], () => {
    throw new TorchError('trying to differentiate twice a function that was marked with @once_differentiable');
  });
  return out;
}
