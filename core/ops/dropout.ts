// Dropout in all forms, composed as torch does: a noise tensor from the generator's stream, then a product.
import { deviceOf } from '../tensor/device.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import type { Expr } from '../tensor/expr.ts';
import { pythonFloat } from '../tensor/format-number.ts';
import { draws } from '../tensor/random-slot.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { emptyAs } from './creation.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

/** selu's negative limit, λα. */
const ALPHA = 1.7580993408473766;

function step(t: Tensor, expr: Expr, value: number): void {
  deviceOf(t).elementwise(expr, [t], [value], t, t.dtype);
}

/** 0 and 1, one number per channel where features go as a whole; drawn in memory order. */
function noise(input: Tensor, keep: number, features: boolean): Tensor {
  if (features && input.shape.length < 2) throw new TorchError('Feature dropout requires at least 2 dimensions in the input');
  const out = features
    ? Tensor.empty(
        input.shape.map((n, d) => (d < 2 ? n : 1)),
        input.dtype,
        input.device,
      )
    : emptyAs(input, input.dtype, input.device, null);
  draws().bernoulli(out, keep);
  return out;
}

function dropped(F: Ops, input: Tensor, p: number, train: boolean, features: boolean, alpha: boolean, inPlace: boolean): Tensor {
  if (!(p >= 0 && p <= 1))
    throw new TorchError(`dropout probability has to be between 0 and 1, but got ${pythonFloat(p).replace(/\.0$/, '')}`);
  if (p === 0 || !train || input.numel === 0) return input;
  const times = inPlace ? F.mul_ : F.mul;
  if (p === 1) {
    const zero = Tensor.empty([], input.dtype, input.device);
    deviceOf(zero).fill(zero, 0);
    return times(input, zero);
  }
  const mask = noise(input, 1 - p, features);
  if (!isFloating(input.dtype))
    throw new TorchError(`result type Float can't be cast to the desired output type ${scalarTypeName(input.dtype)}`);
  if (!alpha) {
    step(mask, ['div', 'a', 'p'], 1 - p);
    return times(input, mask);
  }
  // Dropped values go to -λα, then mean and spread are put back.
  const a = 1 / Math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p));
  const shift = Tensor.empty(mask.shape, mask.dtype, mask.device);
  deviceOf(shift).elementwise(['add', 'a', 'p'], [mask], [-1], shift, mask.dtype);
  step(shift, ['mul', 'a', 'p'], ALPHA * a);
  step(shift, ['add', 'a', 'p'], ALPHA * a * p);
  step(mask, ['mul', 'a', 'p'], a);
  const scaled = times(input, mask);
  return inPlace ? F.add_(scaled, shift) : F.add(scaled, shift);
}

function forms(name: string, features: boolean, alpha: boolean): OpDescriptor[] {
  return [
    {
      name,
      kind: 'composite',
      overloads: [
        {
          schema: `${name}(Tensor input, float p, bool train) -> Tensor`,
          forward: ([input, p, train], F) => dropped(F, input, p, train, features, alpha, false),
        },
      ],
    },
    {
      name: `${name}_`,
      kind: 'composite',
      overloads: [
        {
          schema: `${name}_(Tensor(a!) self, float p, bool train) -> Tensor(a!)`,
          forward: ([input, p, train], F) => dropped(F, input, p, train, features, alpha, true),
        },
      ],
    },
  ];
}

export const dropouts: OpDescriptor[] = [
  ...forms('dropout', false, false),
  ...forms('feature_dropout', true, false),
  ...forms('alpha_dropout', false, true),
  ...forms('feature_alpha_dropout', true, true),
  {
    name: 'native_dropout',
    kind: 'file',
    overloads: [
      {
        schema: 'native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)',
        forward: ([input, p, train]) => {
          const out = emptyAs(input, input.dtype, input.device, null);
          const mask = emptyAs(input, 'bool', input.device, null);
          const drops = train !== false && p > 0;
          if (!drops || p === 1) deviceOf(mask).fill(mask, drops ? 0 : 1);
          else draws().bernoulli(mask, 1 - p);
          deviceOf(out).elementwise(['mul', ['mul', 'a', 'b'], 'p'], [input, mask], [drops && p < 1 ? 1 / (1 - p) : 1], out, input.dtype);
          return [out, mask];
        },
        grad: {
          name: 'NativeDropoutBackward0',
          saved: [{ name: 'result1', output: 1 }],
          keep: (args) => ({ p: args[1], _drops: args[2] !== false }),
          backward: (g, { F, s, k }) => F.mul(F.mul(g, s[0]), k._drops && k.p < 1 ? 1 / (1 - k.p) : 1),
        },
      },
    ],
  },
];
