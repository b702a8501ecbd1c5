// `zero_grad` of modules and optimizers: clears gradients and reports it as one event. It knows neither.
import { setAll } from '../tensor/set-all.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { observation } from './observer.ts';

/** Sets every gradient to null, or (when told not to) to zeros in place, apart from its history. */
export function zeroGrad(parameters: readonly Tensor[], setToNone: boolean): void {
  for (let i = 0; i < parameters.length; i++) clearGrad(parameters[i], setToNone);
  if (observation.observer !== null) observation.observer.zeroGrad(parameters);
}

function clearGrad(parameter: Tensor, setToNone: boolean): void {
  const { grad } = parameter;
  if (grad === null) return;
  if (setToNone) {
    parameter.grad = null;
    return;
  }
  if (grad.isLeaf) grad.requiresGrad = false;
  else detachInPlace(grad);
  setAll(grad, 0);
}

/** `Tensor.detach_()`. @throws RuntimeError for a view. */
export function detachInPlace(tensor: Tensor): void {
  if (tensor.base !== null)
    throw new TorchError(
      "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in torch/optim/optimizer.py as the solution.",
    );
  tensor.setHistory(null, 0);
}
