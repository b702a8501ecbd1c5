// torch.optim.Adam and AdamW (Kingma, Ba 2015; Loshchilov, Hutter 2019): options, checks in torch's words, and the update.
import { F } from '../autograd/funnel.ts';
import { noGrad } from '../autograd/modes.ts';
import type { Expr } from '../tensor/expr.ts';
import { pow } from '../tensor/math.ts';
import { outsideScopes, scope } from '../tensor/scope.ts';
import { Tensor } from '../tensor/tensor.ts';
import { notInNabla, TorchError } from '../tensor/torch-error.ts';
import { Optimizer, type Options, type ParamGroup, type ParamState, type ParamsLike, scalarOption, stateLike } from './optimizer.ts';
import { applyRule, type TensorUpdate, type UpdateRule } from './update-rule.ts';

export interface AdamOptions {
  lr?: number | Tensor;
  betas?: readonly [number, number];
  eps?: number;
  weight_decay?: number;
  amsgrad?: boolean;
  maximize?: boolean;
  foreach?: boolean | null;
  capturable?: boolean;
  differentiable?: boolean;
  fused?: boolean | null;
  decoupled_weight_decay?: boolean;
}

/** The options with torch's defaults, checked. @throws ValueError as torch. */
export function adamDefaults(options: AdamOptions, weightDecay = 0, decoupled = false): Options {
  const betas = options.betas ?? [0.9, 0.999];
  const defaults: Options = {
    lr: options.lr ?? 1e-3,
    betas,
    eps: options.eps ?? 1e-8,
    weight_decay: options.weight_decay ?? weightDecay,
    amsgrad: options.amsgrad ?? false,
    maximize: options.maximize ?? false,
    foreach: options.foreach ?? null,
    capturable: options.capturable ?? false,
    differentiable: options.differentiable ?? false,
    fused: options.fused ?? null,
    decoupled_weight_decay: options.decoupled_weight_decay ?? decoupled,
  };
  if (!(scalarOption(defaults.lr) >= 0)) throw new TorchError(`Invalid learning rate: ${scalarOption(defaults.lr)}`, 'ValueError');
  if (!((defaults.eps as number) >= 0)) throw new TorchError(`Invalid epsilon value: ${defaults.eps}`, 'ValueError');
  for (const [i, beta] of betas.entries()) {
    if (!(beta >= 0 && beta < 1)) throw new TorchError(`Invalid beta parameter at index ${i}: ${beta}`, 'ValueError');
  }
  if (!((defaults.weight_decay as number) >= 0)) throw new TorchError(`Invalid weight_decay value: ${defaults.weight_decay}`, 'ValueError');
  return defaults;
}

/** m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², θ ← θ − γ·m̂ / (√v̂ + ε). */
export class Adam extends Optimizer {
  readonly name: string = 'Adam';

  constructor(params: ParamsLike, options: AdamOptions = {}, weightDecay = 0, decoupled = false) {
    super(params, adamDefaults(options, weightDecay, decoupled));
  }

  protected update(): void {
    for (const group of this.paramGroups) {
      if (group.differentiable === true) throw notInNabla(`torch.optim.${this.name} with differentiable=True`);
      for (const param of group.params) {
        if (param.grad !== null) adamUpdate(param, param.grad, this.stateOf(param, group.amsgrad === true), group);
      }
    }
  }

  private stateOf(param: Tensor, amsgrad: boolean): ParamState {
    let entry = this.state.get(param);
    if (entry === undefined) {
      entry = {
        step: outsideScopes(() => Tensor.fromTyped(new Float32Array(1), { shape: [] })),
        exp_avg: stateLike(param),
        exp_avg_sq: stateLike(param),
      };
      if (amsgrad) entry.max_exp_avg_sq = stateLike(param);
      this.state.set(param, entry);
    }
    return entry;
  }
}

/** Adam with the decay applied to the parameter itself, 0.01 by default. */
export class AdamW extends Adam {
  override readonly name: string = 'AdamW';

  constructor(params: ParamsLike, options: AdamOptions = {}) {
    super(params, options, 0.01, true);
  }
}

/** Op by op as torch writes it. */
const adamInHalf: TensorUpdate = (param, given, [average, square, largest], [lr, beta1, beta2, eps], t, { maximize, decay, shrink }) => {
  noGrad(() =>
    scope(() => {
      let grad = maximize ? (F.neg(given) as Tensor) : given;
      if (shrink !== 1) F.mul_(param, shrink);
      if (decay !== 0) grad = F.add(grad, param, { alpha: decay }) as Tensor;
      F.lerp_(average, grad, 1 - beta1);
      F.mul_(square, beta2);
      F.addcmul_(square, grad, grad, { value: 1 - beta2 });
      if (largest != null) F.copy_(largest, F.maximum(largest, square));
      const root = Math.sqrt(1 - pow(beta2, t));
      const denominator = F.add(F.div(F.sqrt(largest ?? square), root), eps) as Tensor;
      F.addcdiv_(param, average, denominator, { value: -lr / (1 - pow(beta1, t)) });
    }),
  );
};

const averaged: Expr = ['add', 'a', ['mul', 'p', ['sub', 'b', 'a']]];
const squared: Expr = ['add', ['mul', 'a', 'p'], ['mul', ['mul', 'q', 'b'], 'b']];
const larger: Expr = ['select', ['gt', 'b', 'a'], 'b', 'a'];
const stepped: Expr = ['sub', 'a', ['div', ['mul', 'p', 'b'], ['add', ['div', ['sqrt', 'c'], 'q'], 'r']]];

/** `hyper`: lr, β₁, β₂, ε; the third state tensor is there with amsgrad. */
export const adamRule: UpdateRule = {
  inHalf: adamInHalf,
  inRows(device, param, grad, [average, square, largest], [lr, beta1, beta2, eps], t) {
    if (average === null || square === null) return;
    device.elementwise(averaged, [average, grad], [1 - beta1], average, 'float64');
    device.elementwise(squared, [square, grad], [beta2, 1 - beta2], square, 'float64');
    if (largest != null) device.elementwise(larger, [largest, square], [], largest, 'float64');
    const numbers = [lr / (1 - pow(beta1, t)), Math.sqrt(1 - pow(beta2, t)), eps];
    device.elementwise(stepped, [param, average, largest ?? square], numbers, param, 'float64');
  },
  update(p, g, [average, square, largest], [lr, beta1, beta2, eps], t) {
    if (average === null || square === null) return;
    const stepSize = lr / (1 - pow(beta1, t));
    const root = Math.sqrt(1 - pow(beta2, t));
    for (let i = 0; i < p.length; i++) {
      average[i] += (1 - beta1) * (g[i] - average[i]);
      square[i] = square[i] * beta2 + (1 - beta2) * g[i] * g[i];
      let used = square[i];
      if (largest != null) {
        if (used > largest[i]) largest[i] = used;
        used = largest[i];
      }
      p[i] -= (stepSize * average[i]) / (Math.sqrt(used) / root + eps);
    }
  },
};

function adamUpdate(param: Tensor, grad: Tensor, state: ParamState, group: ParamGroup): void {
  const lr = scalarOption(group.lr);
  const decay = group.weight_decay as number;
  const decoupled = group.decoupled_weight_decay === true;
  const [beta1, beta2] = group.betas as readonly [number, number];
  const tensors = [state.exp_avg, state.exp_avg_sq, state.max_exp_avg_sq ?? null] as (Tensor | null)[];
  const common = { maximize: group.maximize === true, decay: decoupled ? 0 : decay, shrink: decoupled ? 1 - lr * decay : 1 };
  applyRule(adamRule, { param, grad, step: state.step as Tensor, state: tensors }, common, [lr, beta1, beta2, group.eps as number]);
}
