// Loss modules. Each tells the observer what it returned, and whether that was a validation.
import { ops } from '../autograd/funnel.ts';
import { gradMode } from '../autograd/modes.ts';
import { observation } from '../autograd/observer.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { calls, Module } from './module.ts';

export type Reduction = 'none' | 'mean' | 'sum';

/** torch's numbers for reductions. @throws ValueError. */
export function reductionNumber(reduction: string): number {
  const number = ['none', 'mean', 'sum'].indexOf(reduction);
  if (number < 0) throw new TorchError(`${reduction} is not a valid value for reduction`, 'ValueError');
  return number;
}

abstract class Loss extends Module {
  readonly reduction: Reduction;
  protected readonly number: number;
  #name = '';

  constructor(reduction: Reduction = 'mean') {
    super();
    this.reduction = reduction;
    this.number = reductionNumber(reduction);
  }

  override call(input: Tensor, target: Tensor): Tensor {
    const validation = !gradMode.enabled || !calls.lastTraining;
    const training = calls.lastTraining;
    const loss = super.call(input, target);
    calls.lastTraining = training; // a loss module is not the model whose mode counts
    const observer = observation.observer;
    if (observer !== null) {
      if (this.#name === '') this.#name = `${this.type}#${this.key}`;
      observer.loss(this.#name, loss, validation);
    }
    return loss;
  }
}

/** Mean (or sum, or list) of (x − y)². */
export class MSELoss extends Loss {
  readonly type: string = 'MSELoss';

  forward(input: Tensor, target: Tensor): Tensor {
    return ops.mse_loss(input, target, this.number);
  }
}

/** Mean (or sum, or list) of |x − y|. */
export class L1Loss extends Loss {
  readonly type: string = 'L1Loss';

  forward(input: Tensor, target: Tensor): Tensor {
    return ops.l1_loss(input, target, this.number);
  }
}
