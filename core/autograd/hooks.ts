// Hooks: on a tensor's gradient, on leaves after accumulation, retain_grad, and running them in the walk.
import { isFloating } from '../tensor/dtype.ts';
import type { GradNode, Hook, NodePostHook, NodePreHook } from '../tensor/grad-node.ts';
import { handOn, outsideScopes } from '../tensor/scope.ts';
import { sameShape } from '../tensor/shape.ts';
import type { AutogradExtras, Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { AccumulateGrad } from './node.ts';

/** Removes the hook it stands for. */
export type RemoveHook = () => void;

function extrasOf(tensor: Tensor): AutogradExtras {
  tensor.extras ??= { hooks: [], postAccumulate: [], retainsGrad: false };
  return tensor.extras;
}

function added<T>(list: T[], hook: T): RemoveHook {
  list.push(hook);
  return () => {
    const at = list.indexOf(hook);
    if (at >= 0) list.splice(at, 1);
  };
}

/** `Tensor.register_hook`: called with the gradient once it is complete; a returned tensor replaces it and stays the hook's own. */
export function registerHook(tensor: Tensor, hook: Hook): RemoveHook {
  if (!tensor.requiresGrad) throw new TorchError("cannot register a hook on a tensor that doesn't require gradient");
  const node = tensor.gradFn;
  if (node === null) return added(extrasOf(tensor).hooks, hook);
  node.tensorHooks ??= [];
  node.tensorHooks[tensor.outputNr] ??= [];
  return added(node.tensorHooks[tensor.outputNr], hook);
}

/** `Tensor.register_post_accumulate_grad_hook`, leaves only. */
export function registerPostAccumulateGradHook(tensor: Tensor, hook: (tensor: Tensor) => void): RemoveHook {
  if (!tensor.requiresGrad) throw new TorchError("cannot register a hook on a tensor that doesn't require gradient");
  if (!tensor.isLeaf) throw new TorchError('post accumulate grad hooks cannot be registered on non-leaf tensors');
  return added(extrasOf(tensor).postAccumulate, hook);
}

/** `grad_fn.register_prehook`. */
export function registerNodePreHook(node: GradNode, hook: NodePreHook): RemoveHook {
  node.preHooks ??= [];
  return added(node.preHooks, hook);
}

/** `grad_fn.register_hook`. */
export function registerNodeHook(node: GradNode, hook: NodePostHook): RemoveHook {
  node.postHooks ??= [];
  return added(node.postHooks, hook);
}

/** `Tensor.retain_grad()`: a result keeps its gradient, too. */
export function retainGrad(tensor: Tensor): void {
  if (!tensor.requiresGrad) throw new TorchError("can't retain_grad on Tensor that has requires_grad=False");
  const node = tensor.gradFn;
  if (node === null) return;
  node.retained ??= [];
  while (node.retained.length <= tensor.outputNr) node.retained.push(null);
  node.retained[tensor.outputNr] = tensor;
}

/** `Tensor.retains_grad`. */
export function retainsGrad(tensor: Tensor): boolean {
  return tensor.node?.retained?.[tensor.outputNr] === tensor;
}

/** `Tensor.requires_grad_()`. */
export function setRequiresGrad(tensor: Tensor, value: boolean): void {
  if (!tensor.isLeaf) {
    if (value) return;
    throw new TorchError(
      "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
    );
  }
  if (value && !isFloating(tensor.dtype)) throw new TorchError('only Tensors of floating point dtype can require gradients');
  tensor.needsGrad = value;
}

/** Runs the hooks on a node's incoming gradients, in place of which they may put others. */
export function runHooks(node: GradNode, grads: (Tensor | null)[]): void {
  const all = node.tensorHooks;
  if (all === null) return;
  for (let i = 0; i < all.length; i++) {
    for (const hook of [...(all[i] ?? [])]) {
      const g = grads[i];
      if (g === null) continue;
      const result = outsideScopes(() => hook(g)) as Tensor | null | undefined;
      if (result === null || result === undefined || result === g) continue;
      if (!sameShape(result.shape, g.shape)) throw new TorchError("hook 'hook' has changed the size of value");
      grads[i] = result.retain();
      g.release();
    }
  }
}

/** What `register_prehook` put in place of the incoming gradients. */
export function runPreHooks(node: GradNode, grads: (Tensor | null)[]): void {
  for (const hook of [...(node.preHooks ?? [])]) {
    const result = outsideScopes(() => hook(grads.slice()));
    if (!Array.isArray(result)) continue;
    for (let i = 0; i < result.length; i++) {
      const g = result[i];
      if (g === grads[i]) continue;
      if (g !== null) g.retain();
      grads[i]?.release();
      grads[i] = g;
    }
  }
}

/** What `grad_fn.register_hook` put in place of the outgoing gradients. */
export function runPostHooks(node: GradNode, outgoing: (Tensor | null)[], incoming: readonly (Tensor | null)[]): (Tensor | null)[] {
  let out = outgoing;
  for (const hook of [...(node.postHooks ?? [])]) {
    const result = outsideScopes(() => hook(out.slice(), incoming));
    if (!Array.isArray(result)) continue;
    for (const g of result) {
      // The walk's scope holds what a hook made.
      if (g !== null && !g.inScope) handOn(g.retain());
    }
    out = result;
  }
  return out;
}

/** A leaf's gradient after the hooks of its tensor. */
export function leafHooked(node: GradNode, g: Tensor): Tensor {
  if (!(node instanceof AccumulateGrad)) return g;
  let out = g;
  for (const hook of [...(node.variable.extras?.hooks ?? [])]) out = (outsideScopes(() => hook(out)) as Tensor | null | undefined) ?? out;
  return out;
}
