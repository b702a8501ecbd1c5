// torch.optim.SGD: options, their checks in torch's words, and the walk over the groups. The arithmetic is in sgd-update.ts.
import type { Tensor } from '../tensor/tensor.ts';
import { notInNabla, TorchError } from '../tensor/torch-error.ts';
import { Optimizer, type Options, type OptionValue, type ParamsLike, scalarOption, stateLike } from './optimizer.ts';
import { sgdUpdate } from './sgd-update.ts';

export interface SGDOptions {
  lr?: number | Tensor;
  momentum?: number;
  dampening?: number;
  weight_decay?: number;
  nesterov?: boolean;
  maximize?: boolean;
  foreach?: boolean | null;
  differentiable?: boolean;
  fused?: boolean | null;
}

function shown(value: OptionValue): string {
  return String(typeof value === 'number' || typeof value === 'string' ? value : scalarOption(value));
}

/** The options with torch's defaults, checked. @throws ValueError, RuntimeError as torch. */
export function sgdDefaults(options: SGDOptions): Options {
  const defaults: Options = {
    lr: options.lr ?? 1e-3,
    momentum: options.momentum ?? 0,
    dampening: options.dampening ?? 0,
    weight_decay: options.weight_decay ?? 0,
    nesterov: options.nesterov ?? false,
    maximize: options.maximize ?? false,
    foreach: options.foreach ?? null,
    differentiable: options.differentiable ?? false,
    fused: options.fused ?? null,
  };
  const { lr, momentum, dampening, weight_decay } = defaults;
  if (typeof lr === 'object' && (lr as Tensor).numel !== 1) throw new TorchError('Tensor lr must be 1-element', 'ValueError');
  if (scalarOption(lr) < 0) throw new TorchError(`Invalid learning rate: ${shown(lr)}`, 'ValueError');
  if ((momentum as number) < 0) throw new TorchError(`Invalid momentum value: ${shown(momentum)}`, 'ValueError');
  if ((weight_decay as number) < 0) throw new TorchError(`Invalid weight_decay value: ${shown(weight_decay)}`, 'ValueError');
  if (defaults.nesterov && ((momentum as number) <= 0 || dampening !== 0)) {
    throw new TorchError('Nesterov momentum requires a momentum and zero dampening', 'ValueError');
  }
  if (defaults.fused && defaults.differentiable) throw new TorchError('`fused` does not support `differentiable`');
  if (defaults.fused && defaults.foreach) throw new TorchError('`fused` and `foreach` cannot be `True` together.');
  return defaults;
}

/** v ← μ·v + (1 − τ)·g, θ ← θ − γ·v, where g includes λ·θ (weight decay); Nesterov takes g + μ·v. */
export class SGD extends Optimizer {
  readonly name = 'SGD';
  private readonly hyper = { lr: 0, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };

  constructor(params: ParamsLike, options: SGDOptions = {}) {
    super(params, sgdDefaults(options));
  }

  protected update(): void {
    const hyper = this.hyper;
    for (const group of this.paramGroups) {
      if (group.differentiable === true) throw notInNabla('torch.optim.SGD with differentiable=True');
      hyper.lr = scalarOption(group.lr);
      hyper.momentum = scalarOption(group.momentum);
      hyper.dampening = scalarOption(group.dampening);
      hyper.weightDecay = scalarOption(group.weight_decay);
      hyper.nesterov = group.nesterov === true;
      hyper.maximize = group.maximize === true;
      const params = group.params;
      for (let i = 0; i < params.length; i++) {
        const param = params[i];
        const grad = param.grad;
        if (grad === null) continue;
        if (hyper.momentum === 0) {
          sgdUpdate(param, grad, null, false, hyper);
          continue;
        }
        let entry = this.state.get(param);
        const fresh = entry === undefined;
        if (entry === undefined) {
          entry = { momentum_buffer: stateLike(param) };
          this.state.set(param, entry);
        }
        sgdUpdate(param, grad, entry.momentum_buffer as Tensor, fresh, hyper);
      }
    }
  }
}
