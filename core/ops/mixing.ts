// Rows of two and three operands beyond arithmetic: atan2, lerp, addcmul, addcdiv, xlogy; and outer.
import { cTypeName, type DType, isFloating } from '../tensor/dtype.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Args, GradRule, OpDescriptor } from './descriptor.ts';
import { refuseType } from './kernel-types.ts';
import { row, toNumber } from './row.ts';

const pair = [
  {
    args: [
      { tensor: [2, 3], low: 0.5, high: 2 },
      { tensor: [2, 3], low: 0.5, high: 2 },
    ],
  },
] as const;
const three = [{ args: [{ tensor: [2, 3] }, { tensor: [2, 3] }, { tensor: [3], low: 0.5, high: 2 }] }] as const;

/** What the backward of addcmul and addcdiv needs. */
const keepsFactors: Pick<GradRule, 'saved' | 'keep'> = {
  saved: [
    { name: 'tensor1', argument: 1 },
    { name: 'tensor2', argument: 2 },
  ],
  keep: (args) => ({ value: args[3] }),
};

function lerpTypes([start, end]: Args, compute: DType): void {
  if (start.dtype !== end.dtype) {
    throw new TorchError(`expected dtype ${cTypeName(start.dtype)} for \`end\` but got dtype ${cTypeName(end.dtype)}`);
  }
  if (!isFloating(compute)) refuseType('lerp_kernel_scalar', compute);
}

export const mixing: OpDescriptor[] = [
  ...row({
    name: 'atan2',
    forms: [
      {
        params: 'Tensor self, Tensor other',
        expr: ['atan2', 'a', 'b'],
        result: 'float',
        grad: {
          name: 'Atan2Backward0',
          saved: [
            { name: 'other', argument: 1 },
            { name: 'self', argument: 0 },
          ],
          // (g b, -g a) / (a² + b²)
          backward: (g, { F, s: [b, a], needs }) => {
            const part = F.div(g, F.add(F.mul(a, a), F.mul(b, b)));
            return [needs & 1 ? F.mul(part, b) : null, needs & 2 ? F.mul(part, F.neg(a)) : null];
          },
        },
      },
    ],
    inPlace: true,
    samples: pair,
  }),
  ...row({
    name: 'lerp',
    forms: [
      {
        overload: 'Scalar',
        params: 'Tensor self, Tensor end, Scalar weight',
        expr: ['add', 'a', ['mul', 'p', ['sub', 'b', 'a']]],
        scalars: (args) => [toNumber(args[2])],
        check: lerpTypes,
        // (1-w)g, wg
        grad: {
          name: 'LerpBackward0',
          keep: (args) => ({ weight: args[2] }),
          backward: (g, { F, k, needs }) => [
            needs & 1 ? F.mul(g, 1 - Number(k.weight)) : null,
            needs & 2 ? F.mul(g, Number(k.weight)) : null,
          ],
        },
      },
      {
        overload: 'Tensor',
        params: 'Tensor self, Tensor end, Tensor weight',
        expr: ['add', 'a', ['mul', 'c', ['sub', 'b', 'a']]],
        grad: {
          name: 'LerpBackward1',
          saved: [
            { name: 'end', argument: 1 },
            { name: 'self', argument: 0 },
            { name: 'weight', argument: 2 },
          ],
          backward: (g, { F, s: [end, a, w], needs }) => [
            needs & 1 ? F.mul(g, F.rsub(w, 1n)) : null,
            needs & 2 ? F.mul(g, w) : null,
            needs & 4 ? F.mul(g, F.sub(end, a)) : null,
          ],
        },
      },
    ],
    inPlace: true,
    samples: [...three, { args: [{ tensor: [2, 3] }, { tensor: [2, 3] }, 0.3] }],
  }),
  ...row({
    name: 'addcmul',
    forms: [
      {
        params: 'Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1',
        expr: ['add', 'a', ['mul', ['mul', 'p', 'b'], 'c']],
        scalars: (args) => [toNumber(args[3])],
        grad: {
          name: 'AddcmulBackward0',
          ...keepsFactors,
          // g, gvc, gvb
          backward: (g, { F, s: [b, c], k, needs }) => [
            needs & 1 ? g : null,
            needs & 2 ? F.mul(g, F.mul(c, k.value)) : null,
            needs & 4 ? F.mul(g, F.mul(b, k.value)) : null,
          ],
        },
      },
    ],
    inPlace: true,
    samples: three,
  }),
  ...row({
    name: 'addcdiv',
    forms: [
      {
        params: 'Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1',
        expr: ['add', 'a', ['div', ['mul', 'p', 'b'], 'c']],
        scalars: (args) => [toNumber(args[3])],
        result: 'float',
        grad: {
          name: 'AddcdivBackward0',
          ...keepsFactors,
          // g, gv/c, -gvb/c²
          backward: (g, { F, s: [b, c], k, needs }) => [
            needs & 1 ? g : null,
            needs & 2 ? F.mul(g, F.div(F.mul(F.ones_like(c), k.value), c)) : null,
            needs & 4 ? F.mul(F.neg(g), F.div(F.mul(b, k.value), F.mul(c, c))) : null,
          ],
        },
      },
    ],
    inPlace: true,
    samples: three,
  }),
  ...row({
    name: 'xlogy',
    forms: [
      {
        overload: 'Tensor',
        params: 'Tensor self, Tensor other',
        expr: ['select', ['isnan', 'b'], 'b', ['select', ['eq', 'a', 0], 0, ['mul', 'a', ['log', 'b']]]],
        result: 'float',
        grad: {
          name: 'XlogyBackward0',
          saved: [
            { name: 'other', argument: 1 },
            { name: 'self', argument: 0 },
          ],
          // g ln b (0 where a = 0 and b ≤ 0), g a/b
          backward: (g, { F, s: [b, a], needs }) => [
            needs & 1 ? F.mul(g, F.log(F.masked_fill(b, F.logical_and(F.eq(a, 0n), F.le(b, 0n)), 1n))) : null,
            needs & 2 ? F.div(F.mul(g, a), b) : null,
          ],
        },
      },
    ],
    samples: pair,
  }),
  {
    name: 'outer',
    kind: 'composite',
    overloads: [{ schema: 'outer(Tensor self, Tensor vec2) -> Tensor', forward: ([a, b], F) => F.mul(F.view(a, [a.shape[0], 1]), b) }],
    samples: [{ args: [{ tensor: [2] }, { tensor: [3] }] }],
  },
];
