// Rows of one operand: exp, log, trigonometry, rounding, activations.

import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, SavedSpec } from './descriptor.ts';
import { onlyFloats } from './kernel-types.ts';
import { row, toNumber, unary } from './row.ts';

const self: readonly SavedSpec[] = [{ name: 'self', argument: 0 }];
const result: readonly SavedSpec[] = [{ name: 'result', output: 0 }];
const above = [{ args: [{ tensor: [2, 3], low: 0.3, high: 2 }] }];
const inside = [{ args: [{ tensor: [2, 3], low: -0.8, high: 0.8 }] }];
const rough = [{ args: [{ tensor: [2, 3] }], rough: true }];

export const unaryRows: OpDescriptor[] = [
  ...unary(
    'neg',
    ['neg', 'a'],
    { name: 'NegBackward0', backward: (g, { F }) => F.neg(g) },
    {
      result: 'same',
      check: (args) => {
        if (args[0].dtype === 'bool')
          throw new TorchError(
            'Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.',
          );
      },
    },
  ),
  ...unary(
    'abs',
    ['abs', 'a'],
    { name: 'AbsBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.sgn(s[0])) },
    { result: 'same', samples: rough },
  ),
  ...unary('sign', ['sign', 'a'], { name: 'SignBackward0', backward: (g, { F }) => F.zeros_like(g) }, { result: 'same' }),
  ...unary('sgn', ['sign', 'a'], { name: 'SgnBackward0', saved: self, backward: (g, { F }) => F.zeros_like(g) }, { result: 'same' }),
  ...unary(
    'sqrt',
    ['sqrt', 'a'],
    { name: 'SqrtBackward0', saved: result, backward: (g, { F, s }) => F.div(g, F.mul(2n, s[0])) },
    { samples: above },
  ),
  ...unary(
    'rsqrt',
    ['rsqrt', 'a'],
    { name: 'RsqrtBackward0', saved: result, backward: (g, { F, s }) => F.mul(F.mul(-0.5, g), F.pow(s[0], 3n)) },
    { samples: above },
  ),
  ...unary('exp', ['exp', 'a'], { name: 'ExpBackward0', saved: result, backward: (g, { F, s }) => F.mul(g, s[0]) }),
  ...unary('exp2', ['exp2', 'a'], { name: 'Exp2Backward0', saved: result, backward: (g, { F, s }) => F.mul(F.mul(g, s[0]), Math.LN2) }),
  ...unary('expm1', ['expm1', 'a'], { name: 'Expm1Backward0', saved: result, backward: (g, { F, s }) => F.mul(g, F.add(s[0], 1n)) }),
  ...unary('log', ['log', 'a'], { name: 'LogBackward0', saved: self, backward: (g, { F, s }) => F.div(g, s[0]) }, { samples: above }),
  ...unary(
    'log2',
    ['log2', 'a'],
    { name: 'Log2Backward0', saved: self, backward: (g, { F, s }) => F.div(g, F.mul(s[0], 0.6931471805599453)) },
    { samples: above },
  ),
  ...unary(
    'log10',
    ['log10', 'a'],
    { name: 'Log10Backward0', saved: self, backward: (g, { F, s }) => F.div(g, F.mul(s[0], 2.3025850929940456)) },
    { samples: above },
  ),
  ...unary(
    'log1p',
    ['log1p', 'a'],
    { name: 'Log1PBackward0', saved: self, backward: (g, { F, s }) => F.div(g, F.add(s[0], 1n)) },
    { samples: above },
  ),
  ...unary('sin', ['sin', 'a'], { name: 'SinBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.cos(s[0])) }),
  ...unary('cos', ['cos', 'a'], { name: 'CosBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.neg(F.sin(s[0]))) }),
  ...unary(
    'tan',
    ['tan', 'a'],
    { name: 'TanBackward0', saved: result, backward: (g, { F, s }) => F.mul(g, F.add(F.pow(s[0], 2n), 1n)) },
    { samples: inside },
  ),
  ...unary(
    'asin',
    ['asin', 'a'],
    { name: 'AsinBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.rsqrt(F.rsub(F.mul(s[0], s[0]), 1n))) },
    { samples: inside },
  ),
  ...unary(
    'acos',
    ['acos', 'a'],
    { name: 'AcosBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.neg(F.rsqrt(F.rsub(F.mul(s[0], s[0]), 1n)))) },
    { samples: inside },
  ),
  ...unary('atan', ['atan', 'a'], {
    name: 'AtanBackward0',
    saved: self,
    backward: (g, { F, s }) => F.div(g, F.add(F.mul(s[0], s[0]), 1n)),
  }),
  ...unary('sinh', ['sinh', 'a'], { name: 'SinhBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.cosh(s[0])) }),
  ...unary('cosh', ['cosh', 'a'], { name: 'CoshBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.sinh(s[0])) }),
  ...unary('asinh', ['asinh', 'a'], {
    name: 'AsinhBackward0',
    saved: self,
    backward: (g, { F, s }) => F.mul(g, F.rsqrt(F.add(F.pow(s[0], 2n), 1n))),
  }),
  ...unary(
    'acosh',
    ['acosh', 'a'],
    { name: 'AcoshBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.rsqrt(F.sub(F.pow(s[0], 2n), 1n))) },
    { samples: [{ args: [{ tensor: [2, 3], low: 1.3, high: 3 }] }] },
  ),
  ...unary(
    'atanh',
    ['atanh', 'a'],
    { name: 'AtanhBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.reciprocal(F.rsub(F.pow(s[0], 2n), 1n))) },
    { samples: inside },
  ),
  // tanh' = 1 - tanh²; an op of its own, as its derivative shows in double backward graphs
  ...unary('tanh', ['tanh', 'a'], { name: 'TanhBackward0', saved: result, backward: (g, { F, s }) => F.tanh_backward(g, s[0]) }),
  ...row({
    name: 'tanh_backward',
    forms: [
      {
        params: 'Tensor grad_output, Tensor output',
        expr: ['mul', 'a', ['sub', 1, ['mul', 'b', 'b']]],
        grad: {
          name: 'TanhBackwardBackward0',
          saved: [
            { name: 'grad_output', argument: 0, when: 2 },
            { name: 'output', argument: 1 },
          ],
          // d(g(1-t²)) = (h(1-t²), -2·h·g·t)
          backward: (h, { F, s, needs }) => [
            needs & 1 ? F.tanh_backward(h, s[1]) : null,
            needs & 2 ? F.mul(F.mul(h, -2n), F.mul(s[1], s[0])) : null,
          ],
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [2, 3] }] }],
  }),
  ...unary('sigmoid', ['sigmoid', 'a'], {
    name: 'SigmoidBackward0',
    saved: result,
    backward: (g, { F, s }) => F.sigmoid_backward(g, s[0]),
  }),
  ...row({
    name: 'sigmoid_backward',
    forms: [
      {
        params: 'Tensor grad_output, Tensor output',
        expr: ['mul', 'a', ['mul', ['sub', 1, 'b'], 'b']],
        grad: {
          name: 'SigmoidBackwardBackward0',
          saved: [
            { name: 'grad_output', argument: 0, when: 2 },
            { name: 'output', argument: 1 },
          ],
          // d(g·s(1-s)) = (h·s(1-s), h·g·(1-2s))
          backward: (h, { F, s, needs }) => [
            needs & 1 ? F.sigmoid_backward(h, s[1]) : null,
            needs & 2 ? F.mul(F.mul(h, s[0]), F.rsub(F.mul(s[1], 2n), 1n)) : null,
          ],
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [2, 3] }] }],
  }),
  ...unary(
    'relu',
    ['select', ['le', 'a', 0], 0, 'a'],
    { name: 'ReluBackward0', saved: result, backward: (g, { F, s }) => F.threshold_backward(g, s[0], 0n) },
    { result: 'same', samples: rough },
  ),
  ...row({
    name: 'threshold_backward',
    forms: [
      {
        params: 'Tensor grad_output, Tensor self, Scalar threshold',
        expr: ['select', ['le', 'b', 'p'], 0, 'a'],
        scalars: (args) => [toNumber(args[2])],
        // the gate passes or not; it has no slope itself
        grad: {
          name: 'ThresholdBackwardBackward0',
          saved: [{ name: 'self', argument: 1 }],
          keep: (args) => ({ threshold: args[2] }),
          backward: (h, { F, s, k, needs }) => [
            needs & 1 ? F.threshold_backward(h, s[0], k.threshold) : null,
            needs & 2 ? F.zeros_like(h) : null,
          ],
        },
      },
    ],
  }),
  ...unary(
    'reciprocal',
    ['div', 1, 'a'],
    { name: 'ReciprocalBackward0', saved: result, backward: (g, { F, s }) => F.mul(F.neg(g), F.mul(s[0], s[0])) },
    { samples: above },
  ),
  ...unary('erf', ['erf', 'a'], {
    name: 'ErfBackward0',
    saved: self,
    backward: (g, { F, s }) => F.mul(F.mul(F.exp(F.neg(F.pow(s[0], 2n))), 2 / Math.sqrt(Math.PI)), g),
  }),
  ...unary('erfc', ['erfc', 'a'], {
    name: 'ErfcBackward0',
    saved: self,
    backward: (g, { F, s }) => F.mul(F.mul(F.exp(F.neg(F.pow(s[0], 2n))), -2 / Math.sqrt(Math.PI)), g),
  }),
  ...unary('floor', ['floor', 'a'], { name: 'FloorBackward0', backward: (g, { F }) => F.zeros_like(g) }, { result: 'same' }),
  ...unary('ceil', ['ceil', 'a'], { name: 'CeilBackward0', backward: (g, { F }) => F.zeros_like(g) }, { result: 'same' }),
  ...unary('trunc', ['trunc', 'a'], { name: 'TruncBackward0', backward: (g, { F }) => F.zeros_like(g) }, { result: 'same' }),
  ...unary(
    'frac',
    ['sub', 'a', ['trunc', 'a']],
    { name: 'FracBackward0', backward: (g) => g },
    { result: 'same', check: onlyFloats('frac_cpu') },
  ),
  ...row({
    name: 'round',
    forms: [
      { params: 'Tensor self', expr: ['round', 'a'], grad: { name: 'RoundBackward0', backward: (g, { F }) => F.zeros_like(g) } },
      {
        overload: 'decimals',
        params: 'Tensor self, *, int decimals',
        expr: ['div', ['round', ['mul', 'a', 'p']], 'p'],
        scalars: (args) => [10 ** args[1]],
        grad: { name: 'RoundBackward1', keep: (args) => ({ decimals: args[1] }), backward: (g, { F }) => F.zeros_like(g) },
      },
    ],
    inPlace: true,
  }),
  {
    name: 'square',
    kind: 'composite',
    overloads: [{ schema: 'square(Tensor self) -> Tensor', forward: ([self], F) => F.pow(self, 2n) }],
    samples: [{ args: [{ tensor: [2, 3] }] }],
  },
  {
    name: 'square_',
    kind: 'composite',
    overloads: [{ schema: 'square_(Tensor(a!) self) -> Tensor(a!)', forward: ([self], F) => F.pow_(self, 2n) }],
  },
  ...unary('isnan', ['isnan', 'a'], undefined, { result: 'bool' }),
  ...unary('isinf', ['isinf', 'a'], undefined, { result: 'bool' }),
  ...unary('isfinite', ['not', ['or', ['isnan', 'a'], ['isinf', 'a']]], undefined, { result: 'bool' }),
  ...row({ name: 'logical_not', forms: [{ params: 'Tensor self', expr: ['not', 'a'], result: 'bool' }], inPlace: true }),
];
