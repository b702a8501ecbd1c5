// Rows that compare, choose and clamp.
import { cTypeName, scalarTypeName } from '../tensor/dtype.ts';
import type { Binary, Expr } from '../tensor/expr.ts';
import { broadcastShapes } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Args, GradContext, GradRule, OpDescriptor } from './descriptor.ts';
import { onlyWholes } from './kernel-types.ts';
import { type RowForm, row, toNumber } from './row.ts';

function compare(name: string, primitive: Binary): OpDescriptor[] {
  const title = name[0].toUpperCase() + name.slice(1);
  // In place the values become 0 and 1, and nothing flows back. A logical op keeps the history, as in torch.
  const grad: GradRule = {
    name: `${title}Backward1`,
    backward: (g, { F, needs }) => [F.zeros_like(g), needs & 2 ? F.zeros_like(g) : null],
  };
  return row({
    name,
    forms: [
      {
        overload: 'Tensor',
        params: 'Tensor self, Tensor other',
        expr: [primitive, 'a', 'b'],
        result: 'bool',
        grad: name.startsWith('logical') ? undefined : grad,
      },
    ],
    inPlace: true,
  });
}

/** Halves where both are equal: max(a, a) has two equal ways down. */
function extremum(name: string, grad: string, mine: 'ge' | 'le', F0: 'maximum' | 'minimum'): OpDescriptor[] {
  const strict = mine === 'ge' ? 'lt' : 'gt';
  return row({
    name,
    forms: [
      {
        params: 'Tensor self, Tensor other',
        expr: [F0, 'a', 'b'],
        grad: {
          name: grad,
          saved: [
            { name: 'other', argument: 1 },
            { name: 'self', argument: 0 },
          ],
          // g where mine is larger, g/2 at ties
          backward: (g, { F, s: [b, a], needs }) => [
            needs & 1 ? F.masked_fill(F.where(F.eq(a, b), F.div(g, 2n), g), F[strict](a, b), 0n) : null,
            needs & 2 ? F.masked_fill(F.where(F.eq(a, b), F.div(g, 2n), g), F[strict](b, a), 0n) : null,
          ],
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [2, 3] }], rough: true }],
  });
}

function clampExpr(args: { 1: unknown; 2: unknown }): Expr {
  const low = args[1] !== null && args[1] !== undefined;
  const high = args[2] !== null && args[2] !== undefined;
  return low && high ? clampBoth : low ? clampLow : clampHigh;
}
const clampBoth: Expr = ['minimum', ['maximum', 'a', 'p'], 'q'];
const clampLow: Expr = ['maximum', 'a', 'p'];
const clampHigh: Expr = ['minimum', 'a', 'q'];

function needBound(args: { 1: unknown; 2: unknown }): void {
  if ((args[1] ?? null) === null && (args[2] ?? null) === null)
    throw new TorchError("torch.clamp: At least one of 'min' or 'max' must not be None");
}

/** g inside the bounds, and at them. */
function clampBackward(g: Tensor, { F, s, k }: GradContext): Tensor {
  const [a] = s;
  const min = k.min;
  const max = k.max;
  if (min !== null && max !== null) return F.where(F.logical_and(F.ge(a, min), F.le(a, max)), g, 0n);
  return min !== null ? F.where(F.ge(a, min), g, 0n) : F.where(F.le(a, max), g, 0n);
}

/** A bound for each element. */
function boundTensor(form: 'min' | 'max'): RowForm {
  const [kept, cut] = form === 'min' ? (['ge', 'lt'] as const) : (['le', 'gt'] as const);
  return {
    overload: 'Tensor',
    params: `Tensor self, Tensor ${form}`,
    expr: [form === 'min' ? 'maximum' : 'minimum', 'a', 'b'],
    grad: {
      name: form === 'min' ? 'ClampMinBackward1' : 'ClampMaxBackward1',
      saved: [
        { name: form, argument: 1 },
        { name: 'self', argument: 0 },
      ],
      // g to whichever of the two the result is
      backward: (g, { F, s: [bound, a], needs }) => [
        needs & 1 ? F.where(F[kept](a, bound), g, 0n) : null,
        needs & 2 ? F.where(F[cut](a, bound), g, 0n) : null,
      ],
    },
  };
}

function bounded(name: string, form: 'both' | 'min' | 'max'): OpDescriptor[] {
  const params = form === 'both' ? 'Tensor self, Scalar? min=None, Scalar? max=None' : `Tensor self, Scalar ${form}`;
  const wide = (args: { [i: number]: unknown }): [unknown, unknown, unknown] =>
    form === 'both' ? [args[0], args[1], args[2]] : form === 'min' ? [args[0], args[1], null] : [args[0], null, args[1]];
  return row({
    name,
    forms: [
      {
        params,
        expr: (args) => clampExpr(wide(args)),
        scalars: (args) =>
          wide(args)
            .slice(1)
            .map((v) => (v === null || v === undefined ? 0 : toNumber(v as number))),
        promoting: form === 'both' ? [1, 2] : [1],
        check: (args) => needBound(wide(args)),
        grad: {
          name: form === 'both' ? 'ClampBackward1' : form === 'min' ? 'ClampMinBackward0' : 'ClampMaxBackward0',
          saved: [{ name: 'self', argument: 0 }],
          keep: (args) => (form === 'both' ? { max: args[2] ?? null, min: args[1] ?? null } : { [form]: args[1] }),
          backward: (g, c) =>
            clampBackward(g, form === 'both' ? c : { ...c, k: form === 'min' ? { min: c.k.min, max: null } : { min: null, max: c.k.max } }),
        },
      },
      ...(form === 'both'
        ? [
            {
              overload: 'Tensor',
              params: 'Tensor self, Tensor? min=None, Tensor? max=None',
              expr: ((args: { 1: unknown; 2: unknown }) =>
                args[1] && args[2]
                  ? ['minimum', ['maximum', 'a', 'b'], 'c']
                  : args[1]
                    ? ['maximum', 'a', 'b']
                    : ['minimum', 'a', 'b']) as never,
              check: needBound as never,
              grad: {
                name: 'ClampBackward0',
                saved: [
                  { name: 'max', argument: 2 },
                  { name: 'min', argument: 1 },
                  { name: 'self', argument: 0 },
                ],
                // g to whichever of x, min, max the result is
                backward: (g: Tensor, { F, s: [max, min, a], needs }: GradContext) => {
                  const zero = 0n;
                  if (min && max) {
                    const inside = F.logical_and(F.ge(a, min), F.le(a, max));
                    return [
                      needs & 1 ? F.where(inside, g, zero) : null,
                      needs & 2 ? F.where(F.logical_and(F.lt(min, max), F.lt(a, min)), g, zero) : null,
                      needs & 4 ? F.where(F.logical_or(F.gt(a, max), F.lt(max, min)), g, zero) : null,
                    ];
                  }
                  if (min)
                    return [needs & 1 ? F.where(F.ge(a, min), g, zero) : null, needs & 2 ? F.where(F.lt(a, min), g, zero) : null, null];
                  return [needs & 1 ? F.where(F.le(a, max), g, zero) : null, null, needs & 4 ? F.where(F.gt(a, max), g, zero) : null];
                },
              },
            },
          ]
        : [boundTensor(form)]),
    ],
    inPlace: true,
    samples:
      form === 'both'
        ? [{ args: [{ tensor: [2, 3] }, -0.5, 0.5], rough: true }]
        : [
            { args: [{ tensor: [2, 3] }, 0.1], rough: true },
            { args: [{ tensor: [2, 3] }, { tensor: [3] }], rough: true },
          ],
  });
}

const bitNot: Expr = ['sub', ['neg', 'a'], 1];
const bitNotBool: Expr = ['not', 'a'];

export const comparison: OpDescriptor[] = [
  ...compare('eq', 'eq'),
  ...compare('ne', 'ne'),
  ...compare('lt', 'lt'),
  ...compare('le', 'le'),
  ...compare('gt', 'gt'),
  ...compare('ge', 'ge'),
  ...compare('logical_and', 'and'),
  ...compare('logical_or', 'or'),
  ...compare('logical_xor', 'xor'),
  ...row({
    name: 'bitwise_and',
    forms: [
      { overload: 'Tensor', params: 'Tensor self, Tensor other', expr: ['bitand', 'a', 'b'], check: onlyWholes('bitwise_and_cpu', true) },
    ],
    inPlace: true,
  }),
  ...row({
    name: 'bitwise_or',
    forms: [
      { overload: 'Tensor', params: 'Tensor self, Tensor other', expr: ['bitor', 'a', 'b'], check: onlyWholes('bitwise_or_cpu', true) },
    ],
    inPlace: true,
  }),
  ...row({
    name: 'bitwise_xor',
    forms: [
      { overload: 'Tensor', params: 'Tensor self, Tensor other', expr: ['bitxor', 'a', 'b'], check: onlyWholes('bitwise_xor_cpu', true) },
    ],
    inPlace: true,
  }),
  ...row({
    name: 'bitwise_not',
    forms: [
      {
        params: 'Tensor self',
        expr: (args) => (args[0].dtype === 'bool' ? bitNotBool : bitNot),
        check: onlyWholes('bitwise_not_cpu', true),
      },
    ],
    inPlace: true,
  }),
  ...extremum('maximum', 'MaximumBackward0', 'ge', 'maximum'),
  ...extremum('minimum', 'MinimumBackward0', 'le', 'minimum'),
  ...bounded('clamp', 'both'),
  ...bounded('clamp_min', 'min'),
  ...bounded('clamp_max', 'max'),
  ...row({
    name: 'where',
    forms: [
      {
        overload: 'self',
        params: 'Tensor condition, Tensor self, Tensor other',
        expr: ['select', 'a', 'b', 'c'],
        inputs: [1, 2],
        check: (args) => {
          if (args[0].dtype !== 'bool')
            throw new TorchError(
              `where expected condition to be a boolean tensor, but got a tensor with dtype ${scalarTypeName(args[0].dtype)}`,
            );
        },
        // g goes where the value came from
        grad: {
          name: 'WhereBackward0',
          saved: [{ name: 'condition', argument: 0 }],
          backward: (g, { F, s, needs }) => [needs & 1 ? F.where(s[0], g, 0n) : null, needs & 2 ? F.where(s[0], 0n, g) : null],
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3], dtype: 'bool', values: [1, 0, 1, 0, 1, 1] }, { tensor: [2, 3] }, { tensor: [3] }] }],
  }),
  ...row({
    name: 'masked_fill',
    forms: [
      {
        overload: 'Scalar',
        params: 'Tensor self, Tensor mask, Scalar value',
        expr: ['select', 'b', 'p', 'a'],
        scalars: (args) => [toNumber(args[2])],
        result: 'same',
        inputs: [0],
        check: maskCheck as never,
        // nothing where it was filled
        grad: {
          name: 'MaskedFillBackward0',
          saved: [{ name: 'mask', argument: 1 }],
          backward: (g, { F, s }) => F.masked_fill(g, s[0], 0n),
        },
      },
      {
        overload: 'Tensor',
        params: 'Tensor self, Tensor mask, Tensor value',
        expr: ['select', 'b', 'c', 'a'],
        result: 'same',
        inputs: [0, 2],
        check: maskAndValueCheck,
        grad: {
          name: 'MaskedFillBackward1',
          saved: [{ name: 'mask', argument: 1 }],
          backward: (g, { F, s, needs }) => [needs & 1 ? F.masked_fill(g, s[0], 0n) : null, needs & 2 ? F.sum(F.where(s[0], g, 0n)) : null],
        },
      },
    ],
    inPlace: true,
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [2, 3], dtype: 'bool', values: [1, 0, 0, 0, 1, 1] }, 0.5] }],
  }),
];

function maskAndValueCheck(args: Args): void {
  const rank = (args[2] as Tensor).shape.length;
  if (rank > 0) throw new TorchError(`masked_fill_ only supports a 0-dimensional value tensor, but got tensor with ${rank} dimension(s).`);
  maskCheck(args as never);
}

function maskCheck(args: { 0: Tensor; 1: Tensor }): void {
  broadcastShapes(args[1].shape, args[0].shape);
  if (args[1].dtype !== 'bool')
    throw new TorchError(`masked_fill_ only supports boolean masks, but got mask with dtype ${cTypeName(args[1].dtype)}`);
}
