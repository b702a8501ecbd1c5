// Rows: add, sub, mul, div, pow and their kin.
import { isFloating } from '../tensor/dtype.ts';
import type { Expr } from '../tensor/expr.ts';
import { log } from '../tensor/math.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradContext, GradRule, OpDescriptor } from './descriptor.ts';
import { type RowForm, row, toNumber } from './row.ts';

const two = [
  { args: [{ tensor: [2, 3] }, { tensor: [2, 3] }] },
  { args: [{ tensor: [2, 3] }, { tensor: [3] }] },
  { args: [{ tensor: [2, 1] }, { tensor: [1, 3] }] },
];
const positive = { tensor: [2, 3], low: 0.5, high: 2 } as const;

/** g times a Scalar; nothing where that is 1. */
function times(F: GradContext['F'], g: Tensor, alpha: number | bigint): Tensor {
  return Number(alpha) === 1 ? g : F.mul(g, alpha);
}
const isOne = (alpha: number | bigint): boolean => alpha === 1n || alpha === 1;
const addScaled: Expr = ['add', 'a', ['mul', 'p', 'b']];
const subScaled: Expr = ['sub', 'a', ['mul', 'p', 'b']];
const plain: Record<'add' | 'sub' | 'rsub', Expr> = { add: ['add', 'a', 'b'], sub: ['sub', 'a', 'b'], rsub: ['sub', 'b', 'a'] };
const keepAlpha = (args: { 2: number | bigint }): { alpha: number | bigint } => ({ alpha: args[2] });
const fromParam: Expr = ['sub', 'p', 'a'];
const fromParamScaled: Expr = ['sub', 'p', ['mul', 'q', 'a']];
const fromScaled: Expr = ['sub', 'b', ['mul', 'p', 'a']];
const tensorPair = 'Tensor self, Tensor other';

const addGrad: GradRule = {
  name: 'AddBackward0',
  keep: keepAlpha as never,
  // d(a + αb) = (g, αg)
  backward: (g, { F, k, needs }) => [needs & 1 ? g : null, needs & 2 ? times(F, g, k.alpha) : null],
};
const subGrad: GradRule = {
  name: 'SubBackward0',
  keep: keepAlpha as never,
  // d(a - αb) = (g, -αg)
  backward: (g, { F, k, needs }) => [needs & 1 ? g : null, needs & 2 ? times(F, F.neg(g), k.alpha) : null],
};
const mulGrad: GradRule = {
  name: 'MulBackward0',
  saved: [
    { name: 'other', argument: 1, when: 1 },
    { name: 'self', argument: 0, when: 2 },
  ],
  // d(ab) = (gb, ga)
  backward: (g, { F, s, needs }) => [needs & 1 ? F.mul(g, s[0]) : null, needs & 2 ? F.mul(g, s[1]) : null],
};
const divGrad: GradRule = {
  name: 'DivBackward0',
  saved: [
    { name: 'other', argument: 1 },
    { name: 'self', argument: 0, when: 2 },
  ],
  // d(a/b) = (g/b, -g·(a/b)/b)
  backward: (g, { F, s, needs }) => [needs & 1 ? F.div(g, s[0]) : null, needs & 2 ? F.mul(F.neg(g), F.div(F.div(s[1], s[0]), s[0])) : null],
};
const divModeGrad: GradRule = {
  name: 'DivBackward2',
  saved: [
    { name: 'other', argument: 1 },
    { name: 'self', argument: 0, when: 2 },
  ],
  keep: (args) => ({ rounding_mode: args[2] }),
  // piecewise constant
  backward: (g, { F, s, needs, k }) => {
    if (k.rounding_mode === null) return divGrad.backward(g, { F, s, needs, k, grads: [], createGraph: false });
    return [needs & 1 ? F.zeros_like(g) : null, needs & 2 ? F.zeros_like(s[0]) : null];
  },
};

function noBoolSub(args: { 0: Tensor; 1: Tensor }): void {
  if (args[0].dtype === 'bool' && args[1].dtype === 'bool') {
    throw new TorchError(
      'Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.',
    );
  }
}

const number = 'Tensor self, Scalar other';
const scaledNumber: RowForm['scalars'] = (args) => [toNumber(args[1]) * toNumber(args[2])];
const addNumber: RowForm = {
  overload: 'Scalar',
  native: true,
  params: `${number}, Scalar alpha=1`,
  expr: ['add', 'a', 'p'],
  scalars: scaledNumber,
  promoting: [1],
  grad: { name: 'AddBackward1', backward: (g) => g },
};
const subNumber: RowForm = {
  overload: 'Scalar',
  native: true,
  params: `${number}, Scalar alpha=1`,
  expr: ['sub', 'a', 'p'],
  scalars: scaledNumber,
  promoting: [1],
  grad: { name: 'SubBackward1', backward: (g) => g },
};
const mulNumber: RowForm = {
  overload: 'Scalar',
  native: true,
  params: number,
  expr: ['mul', 'a', 'p'],
  scalars: (args) => [toNumber(args[1])],
  promoting: [1],
  grad: { name: 'MulBackward1', keep: (args) => ({ other: args[1] }), backward: (g, { F, k }) => F.mul(g, k.other) },
};
const divNumber: RowForm = {
  overload: 'Scalar',
  native: true,
  params: number,
  expr: ['div', 'a', 'p'],
  scalars: (args) => [toNumber(args[1])],
  promoting: [1],
  result: 'float',
  grad: { name: 'DivBackward1', keep: (args) => ({ other: args[1] }), backward: (g, { F, k }) => F.div(g, k.other) },
};

/** Whole numbers cannot be divided by zero. */
function noZeroDivisor(args: { 1: Tensor }, compute: string): void {
  if (isFloating(compute as never)) return;
  const b = args[1];
  const values = b.toTyped();
  for (let i = 0; i < values.length; i++) if (Number(values[i]) === 0) throw new TorchError('ZeroDivisionError');
}

function noZeroScalar(args: { 1: number | bigint }, compute: string): void {
  if (!isFloating(compute as never) && Number(args[1]) === 0) throw new TorchError('ZeroDivisionError');
}

function divExpr(mode: string | null): Expr {
  if (mode === null || mode === undefined) return divides;
  if (mode === 'floor') return floorDivides;
  if (mode === 'trunc') return truncDivides;
  throw new TorchError(`div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '${mode}'`);
}
const divides: Expr = ['div', 'a', 'b'];
const floorDivides: Expr = ['floordiv', 'a', 'b'];
const truncDivides: Expr = ['truncdiv', 'a', 'b'];
const aPowB: Expr = ['pow', 'a', 'b'];
const aPowP: Expr = ['pow', 'a', 'p'];
const square: Expr = ['mul', 'a', 'a'];
const cube: Expr = ['mul', ['mul', 'a', 'a'], 'a'];
const pPowA: Expr = ['pow', 'p', 'a'];

const powScalarGrad: GradRule = {
  name: 'PowBackward0',
  saved: [{ name: 'self', argument: 0 }],
  keep: (args) => ({ exponent: args[1] }),
  // d(aⁿ) = g·n·aⁿ⁻¹
  backward: (g, { F, s, k }) => {
    const n = Number(k.exponent);
    return n === 0 ? F.zeros_like(g) : F.mul(g, F.mul(F.pow(s[0], n - 1), n));
  },
};
const powTensorGrad: GradRule = {
  name: 'PowBackward1',
  saved: [
    { name: 'exponent', argument: 1 },
    { name: 'result', output: 0, when: 2 },
    { name: 'self', argument: 0 },
  ],
  // d(aᵇ) = (g·b·aᵇ⁻¹, 0 where b = 0; g·aᵇ·ln a, 0 where a = 0 and b ≥ 0)
  backward: (g, { F, s: [b, result, a], needs }) => [
    needs & 1 ? F.where(F.eq(b, 0), 0, F.mul(g, F.mul(b, F.pow(a, F.sub(b, 1))))) : null,
    needs & 2 ? F.mul(g, F.where(F.logical_and(F.eq(a, 0), F.ge(b, 0)), 0, F.mul(result, F.log(a)))) : null,
  ],
};
const powBaseGrad: GradRule = {
  name: 'PowBackward2',
  saved: [
    { name: 'exponent', argument: 1 },
    { name: 'result', output: 0 },
  ],
  keep: (args) => ({ self: args[0] }),
  // d(cᵇ) = g·cᵇ·ln c
  backward: (g, { F, s, k }) => {
    const c = Number(k.self);
    if (c === 0) return [F.where(F.ge(s[0], 0), F.zeros_like(g), F.mul(g, F.mul(s[1], -Infinity)))];
    return [F.mul(g, F.mul(s[1], log(c)))];
  },
};

function noNegativePower(args: { 0: Tensor; 1: number | bigint }, compute: string): void {
  if (!isFloating(compute as never) && Number(args[1]) < 0) throw new TorchError('Integers to negative integer powers are not allowed.');
}

export const arithmetic: OpDescriptor[] = [
  ...row({
    name: 'add',
    forms: [
      addNumber,
      {
        overload: 'Tensor',
        params: `${tensorPair}, *, Scalar alpha=1`,
        expr: (args) => (isOne(args[2]) ? plain.add : addScaled),
        scalars: (args) => (isOne(args[2]) ? [] : [toNumber(args[2])]),
        grad: addGrad,
      },
    ],
    inPlace: true,
    samples: two,
  }),
  ...row({
    name: 'sub',
    forms: [
      subNumber,
      {
        overload: 'Tensor',
        params: `${tensorPair}, *, Scalar alpha=1`,
        expr: (args) => (isOne(args[2]) ? plain.sub : subScaled),
        scalars: (args) => (isOne(args[2]) ? [] : [toNumber(args[2])]),
        grad: subGrad,
        check: noBoolSub as never,
      },
    ],
    inPlace: true,
    samples: two,
  }),
  ...row({
    name: 'rsub',
    forms: [
      {
        overload: 'Scalar',
        params: 'Tensor self, Scalar other, Scalar alpha=1',
        expr: (args) => (isOne(args[2]) ? fromParam : fromParamScaled),
        scalars: (args) => [toNumber(args[1]), toNumber(args[2])],
        promoting: [1],
        grad: { name: 'RsubBackward1', keep: keepAlpha as never, backward: (g, { F, k }) => times(F, F.neg(g), k.alpha) },
      },
      {
        overload: 'Tensor',
        params: `${tensorPair}, *, Scalar alpha=1`,
        expr: (args) => (isOne(args[2]) ? plain.rsub : fromScaled),
        scalars: (args) => (isOne(args[2]) ? [] : [toNumber(args[2])]),
        // d(b - αa) = (-αg, g)
        grad: {
          name: 'RsubBackward0',
          keep: keepAlpha as never,
          backward: (g, { F, k, needs }) => [needs & 1 ? times(F, F.neg(g), k.alpha) : null, needs & 2 ? g : null],
        },
        check: noBoolSub as never,
      },
    ],
    samples: two,
  }),
  ...row({
    name: 'mul',
    forms: [mulNumber, { overload: 'Tensor', params: tensorPair, expr: ['mul', 'a', 'b'], grad: mulGrad }],
    inPlace: true,
    samples: two,
  }),
  ...row({
    name: 'div',
    forms: [
      divNumber,
      { overload: 'Tensor', params: tensorPair, expr: divides, result: 'float', grad: divGrad },
      {
        overload: 'Tensor_mode',
        params: `${tensorPair}, *, str? rounding_mode`,
        expr: (args) => divExpr(args[2]),
        grad: divModeGrad,
        check: noZeroDivisor as never,
      },
    ],
    inPlace: true,
    samples: [{ args: [{ tensor: [2, 3] }, positive] }, { args: [{ tensor: [2, 3] }, { tensor: [3], low: 0.5, high: 2 }] }],
  }),
  ...row({ name: 'floor_divide', forms: [{ params: tensorPair, expr: floorDivides, check: noZeroDivisor as never }], inPlace: true }),
  ...row({
    name: 'remainder',
    forms: [
      {
        overload: 'Scalar',
        params: 'Tensor self, Scalar other',
        expr: ['remainder', 'a', 'p'],
        scalars: (args) => [toNumber(args[1])],
        promoting: [1],
        check: noZeroScalar as never,
        grad: { name: 'RemainderBackward0', backward: (g) => g },
      },
      {
        overload: 'Tensor',
        params: tensorPair,
        expr: ['remainder', 'a', 'b'],
        check: noZeroDivisor as never,
        // the whole multiples taken off are constant
        grad: {
          name: 'RemainderBackward1',
          saved: [
            { name: 'other', argument: 1, when: 2 },
            { name: 'self', argument: 0, when: 2 },
          ],
          backward: (g, { F, s, needs }) => [
            needs & 1 ? g : null,
            needs & 2 ? F.mul(F.neg(g), F.div(s[1], s[0], { rounding_mode: 'floor' })) : null,
          ],
        },
      },
    ],
    inPlace: true,
  }),
  ...row({
    name: 'fmod',
    forms: [
      {
        overload: 'Scalar',
        params: 'Tensor self, Scalar other',
        expr: ['fmod', 'a', 'p'],
        scalars: (args) => [toNumber(args[1])],
        promoting: [1],
        check: noZeroScalar as never,
        grad: { name: 'FmodBackward0', backward: (g) => g },
      },
      {
        overload: 'Tensor',
        params: tensorPair,
        expr: ['fmod', 'a', 'b'],
        check: noZeroDivisor as never,
        // the whole multiples taken off are constant
        grad: {
          name: 'FmodBackward1',
          saved: [
            { name: 'other', argument: 1, when: 2 },
            { name: 'self', argument: 0, when: 2 },
          ],
          backward: (g, { F, s, needs }) => [
            needs & 1 ? g : null,
            needs & 2 ? F.mul(F.neg(g), F.div(s[1], s[0], { rounding_mode: 'trunc' })) : null,
          ],
        },
      },
    ],
    inPlace: true,
  }),
  ...powers(),
];

function powers(): OpDescriptor[] {
  return row({
    name: 'pow',
    forms: [
      {
        overload: 'Tensor_Scalar',
        params: 'Tensor self, Scalar exponent',
        expr: (args) => (Number(args[1]) === 2 ? square : Number(args[1]) === 3 ? cube : aPowP),
        scalars: (args) => [toNumber(args[1])],
        promoting: [1],
        grad: powScalarGrad,
        check: noNegativePower as never,
      },
      {
        overload: 'Scalar',
        params: 'Scalar self, Tensor exponent',
        expr: pPowA,
        scalars: (args) => [toNumber(args[0])],
        promoting: [0],
        grad: powBaseGrad,
      },
      { overload: 'Tensor_Tensor', params: 'Tensor self, Tensor exponent', expr: aPowB, grad: powTensorGrad },
    ],
    inPlace: true,
    samples: [
      { args: [{ tensor: [2, 3] }, 2n] },
      { args: [positive, 2.5] },
      { args: [positive, { tensor: [2, 3] }] },
      { args: [2, { tensor: [2, 3] }] },
    ],
  });
}
