// Losses between prediction and target, element by element: binary cross entropies, smooth_l1, huber, kl_div.

import { isFloating, resultType, scalarTypeName } from '../tensor/dtype.ts';
import { broadcastShapes, numelOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Args, GradRule, OpDescriptor, Ops } from './descriptor.ts';
import { refuseType } from './kernel-types.ts';

/** torch's guard against division by zero, a single-precision constant there. */
const EPSILON = Math.fround(1e-12);

function reduce(F: Ops, each: Tensor, reduction: number): Tensor {
  return reduction === 0 ? F._to_copy(each) : reduction === 1 ? F.mean(each) : F.sum(each);
}

/** The share of each element in the mean. */
export function share(F: Ops, g: Tensor, n: number, reduction: number): Tensor {
  return reduction === 1 ? F.div(g, BigInt(Math.max(n, 1))) : g;
}

interface PairLoss {
  readonly name: string;
  readonly params: string;
  readonly grad: string;
  /** Positions of weight tensors, if any. */
  readonly weights?: readonly (readonly [name: string, position: number])[];
  readonly reductionAt: number;
  readonly keep?: GradRule['keep'];
  readonly check?: (args: Args) => void;
  readonly each: (F: Ops, x: Tensor, t: Tensor, args: Args) => Tensor;
  /** ∂/∂x of each element; for the target too where the loss is even in x - t. */
  readonly slope: (F: Ops, x: Tensor, t: Tensor, k: Record<string, unknown>, weights: readonly (Tensor | null)[]) => Tensor;
  readonly even: boolean;
  /** ∂/∂t of each element, where it is no mirror of the slope. */
  readonly targetSlope?: (F: Ops, x: Tensor, t: Tensor, weights: readonly (Tensor | null)[]) => Tensor;
}

/** Raises where an argument without a derivative asks for one. */
export function constant(op: string, name: string, t: Tensor | null): void {
  if (t?.requiresGrad)
    throw new TorchError(
      `The function '${op}' is not differentiable with respect to argument '${name}'. This input cannot have requires_grad True.`,
    );
}

function broadcastNumel(a: Tensor, b: Tensor): number {
  return numelOf(broadcastShapes(a.shape, b.shape));
}

function pairLoss(loss: PairLoss): OpDescriptor {
  const weights = loss.weights ?? [];
  return {
    name: loss.name,
    kind: 'file',
    overloads: [
      {
        schema: `${loss.name}(Tensor self, Tensor target, ${loss.params}) -> Tensor`,
        inputs: [0, 1],
        forward: (args, F) => {
          loss.check?.(args);
          for (const [name, position] of weights) constant(loss.name, name, args[position]);
          return reduce(F, loss.each(F, args[0], args[1], args), args[loss.reductionAt]);
        },
        grad: {
          name: loss.grad,
          saved: [
            { name: 'self', argument: 0 },
            { name: 'target', argument: 1 },
            ...weights.map(([name, argument]) => ({ name, argument })),
          ],
          keep: (args, out, needs) => ({ ...loss.keep?.(args, out, needs), reduction: args[loss.reductionAt] }),
          backward: (g, { F, s, k, needs }) => {
            const shared = share(F, g, broadcastNumel(s[0], s[1]), k.reduction);
            const each = needs & 1 || loss.even ? F.mul(shared, loss.slope(F, s[0], s[1], k, s.slice(2))) : null;
            if (!(needs & 2)) return [each, null];
            return [each, loss.targetSlope === undefined ? F.neg(each) : F.mul(shared, loss.targetSlope(F, s[0], s[1], s.slice(2)))];
          },
        },
      },
    ],
    samples: [
      {
        args: [
          { tensor: [2, 3], low: 0.2, high: 0.8 },
          { tensor: [2, 3], low: 0.2, high: 0.8 },
        ],
        rough: loss.even,
      },
    ],
  };
}

const unit = (args: Args): void => {
  const [x, t] = args as [Tensor, Tensor];
  if (!isFloating(t.dtype) || t.dtype !== x.dtype)
    throw new TorchError(`Found dtype ${scalarTypeName(t.dtype)} but expected ${scalarTypeName(x.dtype)}`);
  for (const v of x.toArray()) if (!(v >= 0 && v <= 1)) throw new TorchError('all elements of input should be between 0 and 1');
};

export const pairLosses: OpDescriptor[] = [
  pairLoss({
    name: 'binary_cross_entropy',
    params: 'Tensor? weight=None, int reduction=Mean',
    grad: 'BinaryCrossEntropyBackward0',
    weights: [['weight', 2]],
    reductionAt: 3,
    even: false,
    check: unit,
    // -w (t ln x + (1-t) ln(1-x)), logarithms held above -100
    each: (F, x, t, args) => {
      const sum = F.sub(F.mul(F.sub(t, 1n), F.clamp_min(F.log1p(F.neg(x)), -100)), F.mul(t, F.clamp_min(F.log(x), -100)));
      return args[2] === null ? sum : F.mul(sum, args[2]);
    },
    slope: (F, x, t, _k, [weight]) => {
      const slope = F.div(F.sub(x, t), F.clamp_min(F.mul(F.rsub(x, 1n), x), EPSILON));
      return weight === null ? slope : F.mul(slope, weight);
    },
    targetSlope: (F, x, _t, [weight]) => {
      const slope = F.sub(F.log(F.rsub(x, 1n)), F.log(x));
      return weight === null ? slope : F.mul(slope, weight);
    },
  }),
  pairLoss({
    name: 'binary_cross_entropy_with_logits',
    params: 'Tensor? weight=None, Tensor? pos_weight=None, int reduction=Mean',
    grad: 'BinaryCrossEntropyWithLogitsBackward0',
    weights: [
      ['weight', 2],
      ['pos_weight', 3],
    ],
    reductionAt: 4,
    even: false,
    // (1-t) x - (1 + (p-1) t) ln σ(x)
    each: (F, x, t, args) => {
      const logs = F.log_sigmoid(x);
      const scaled = args[3] === null ? logs : F.mul(F.add(F.mul(F.sub(args[3], 1n), t), 1n), logs);
      const loss = F.sub(F.mul(F.rsub(t, 1n), x), scaled);
      return args[2] === null ? loss : F.mul(loss, args[2]);
    },
    slope: (F, x, t, _k, [weight, pos]) => {
      const s = F.sigmoid(x);
      const slope = pos === null ? F.sub(s, t) : F.sub(F.mul(F.rsub(F.add(t, 0n), F.add(F.mul(pos, t), 1n)), s), F.mul(pos, t));
      return weight === null ? slope : F.mul(slope, weight);
    },
    targetSlope: (F, x, _t, [weight, pos]) => {
      const slope = pos === null ? F.neg(x) : F.sub(F.log_sigmoid(F.neg(x)), F.mul(pos, F.log_sigmoid(x)));
      return weight === null ? slope : F.mul(slope, weight);
    },
  }),
  pairLoss({
    name: 'smooth_l1_loss',
    params: 'int reduction=Mean, float beta=1.0',
    grad: 'SmoothL1LossBackward0',
    reductionAt: 2,
    even: true,
    keep: (args) => ({ beta: args[3] }),
    // d²/2β within β, |d| - β/2 beyond
    each: (F, x, t, args) => {
      const compute = resultType([x, t]);
      if (!isFloating(compute)) refuseType('smooth_l1_cpu', compute);
      const d = F.abs(F.sub(x, t));
      const beta = args[3];
      if (beta < 0) throw new TorchError('smooth_l1_loss does not support negative values for beta.');
      return F.where(F.lt(d, beta), F.div(F.mul(F.mul(d, d), 0.5), beta), F.sub(d, 0.5 * beta));
    },
    slope: (F, x, t, k) => {
      const d = F.sub(x, t);
      const beta = k.beta as number;
      return F.where(F.le(d, -beta), -1, F.where(F.ge(d, beta), F.ones_like(d), F.div(d, beta)));
    },
  }),
  pairLoss({
    name: 'huber_loss',
    params: 'int reduction=Mean, float delta=1.0',
    grad: 'HuberLossBackward0',
    reductionAt: 2,
    even: true,
    keep: (args) => ({ delta: args[3] }),
    // d²/2 within δ, δ(|d| - δ/2) beyond
    each: (F, x, t, args) => {
      const d = F.abs(F.sub(x, t));
      const delta = args[3];
      if (delta <= 0) throw new TorchError('huber_loss does not support non-positive values for delta.');
      return F.where(F.le(d, delta), F.mul(F.mul(d, d), 0.5), F.mul(F.sub(d, 0.5 * delta), delta));
    },
    slope: (F, x, t, k) => {
      const delta = k.delta as number;
      return F.clamp(F.sub(x, t), -delta, delta);
    },
  }),
  {
    name: 'kl_div',
    kind: 'composite',
    overloads: [
      {
        schema: 'kl_div(Tensor self, Tensor target, int reduction=Mean, *, bool log_target=False) -> Tensor',
        forward: ([x, t, reduction, logTarget], F) => {
          const each = logTarget ? F.mul(F.exp(t), F.sub(t, x)) : F.sub(F.xlogy(t, t), F.mul(t, x));
          return reduction === 0 ? each : reduction === 1 ? F.mean(each) : F.sum(each);
        },
      },
    ],
  },
];
