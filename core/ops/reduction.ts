// Ops that reduce dimensions: sum, mean, prod, amax, var, norm, any, all and their kin.
import { deviceOf, type ReduceKind } from '../tensor/device.ts';
import { type DType, isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { dimMask, reducedShape, wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradContext, OpDescriptor, Ops } from './descriptor.ts';

type Dims = readonly number[] | null;

/** Runs a reduction kernel; `dtype` is the result's type. */
export function reduced(kind: ReduceKind, input: Tensor, dims: Dims, keepdim: boolean, dtype: DType): Tensor {
  const mask = dimMask(dims, input.shape.length);
  const out = Tensor.empty(reducedShape(input.shape, mask, keepdim), dtype, input.device);
  deviceOf(out).reduce(kind, input, mask, out);
  return out;
}

/** A gradient of a reduced result, with the reduced dimensions back as ones. */
export function unsqueezed(F: Ops, g: Tensor, dims: Dims, keepdim: boolean, rank: number): Tensor {
  if (keepdim || dims === null || dims.length === 0 || rank === 0) return g;
  let out = g;
  for (const d of dims.map((dim) => wrapDim(dim, rank)).sort((a, b) => a - b)) out = F.unsqueeze(out, d);
  return out;
}

function sumType(input: Tensor, dtype: DType | null): DType {
  return dtype ?? (isFloating(input.dtype) ? input.dtype : 'int64');
}
function meanType(input: Tensor, dtype: DType | null): DType {
  const type = dtype ?? input.dtype;
  if (!isFloating(type)) {
    throw new TorchError(
      `mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: ${scalarTypeName(type)}`,
      'RuntimeError',
      ['Convert first: x.float().mean().'],
    );
  }
  return type;
}

function converted(F: Ops, input: Tensor, dtype: DType): Tensor {
  return input.dtype === dtype ? input : F._to_copy(input, { dtype });
}

function mean(input: Tensor, dims: Dims, keepdim: boolean, dtype: DType | null): Tensor {
  const type = meanType(input, dtype);
  const total = reduced('sum', input, dims, keepdim, type);
  const n = input.numel / Math.max(total.numel, 1);
  const count = total.numel === 0 ? 0 : n;
  deviceOf(total).elementwise(divideByParam, [total], [count], total, type === 'float32' ? 'float64' : type);
  return total;
}
const divideByParam = ['div', 'a', 'p'] as const;

function broadcastBack(g: Tensor, { F, k }: GradContext): Tensor {
  const sizes = k.self_sym_sizes as number[];
  return F.expand(unsqueezed(F, g, k.dim, k.keepdim, sizes.length), sizes);
}

const x = { tensor: [2, 3] } as const;

function extreme(name: string, kind: 'max' | 'min', grad: string): OpDescriptor {
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: `${name}(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor`,
        forward: ([self, dim, keepdim]) => {
          nonEmpty(name, self, dim);
          return reduced(kind, self, dim, keepdim, self.dtype);
        },
        grad: {
          name: grad,
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ dim: args[1], keepdim: args[2] }),
          // shared evenly among equal extremes
          backward: (g, { F, s: [result, self], k }) => {
            const r = unsqueezed(F, result, k.dim, k.keepdim, self.shape.length);
            const mask = F._to_copy(F.eq(self, r), { dtype: self.dtype });
            const up = unsqueezed(F, g, k.dim, k.keepdim, self.shape.length);
            return F.div(F.mul(mask, up), F.sum(mask, k.dim, true));
          },
        },
      },
    ],
    samples: [
      { args: [x, [1]], rough: true },
      { args: [x], rough: true },
    ],
  };
}

function nonEmpty(name: string, self: Tensor, dim: readonly number[]): void {
  if (self.numel === 0 && dim.length === 0) {
    throw new TorchError(
      `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    );
  }
}

function truth(name: 'any' | 'all'): OpDescriptor {
  const type = (self: Tensor): DType => (self.dtype === 'uint8' ? 'uint8' : 'bool');
  return {
    name,
    kind: 'file',
    overloads: [
      { schema: `${name}(Tensor self) -> Tensor`, forward: ([self]) => reduced(name, self, null, false, type(self)) },
      {
        schema: `${name}.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`,
        forward: ([self, dim, keepdim]) => reduced(name, self, [dim], keepdim, type(self)),
      },
      {
        schema: `${name}.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`,
        forward: ([self, dim, keepdim]) => reduced(name, self, dim, keepdim, type(self)),
      },
    ],
  };
}

export const reductions: OpDescriptor[] = [
  {
    name: 'sum',
    kind: 'file',
    overloads: [
      {
        schema: 'sum(Tensor self, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, dtype]) => reduced('sum', self, null, false, sumType(self, dtype)),
        // every element counts once
        grad: {
          name: 'SumBackward0',
          keep: (args) => ({ self_sym_sizes: args[0].shape }),
          backward: (g, { F, k }) => F.expand(g, k.self_sym_sizes),
        },
      },
      {
        schema: 'sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, dim, keepdim, dtype]) => reduced('sum', self, dim, keepdim, sumType(self, dtype)),
        grad: {
          name: 'SumBackward1',
          keep: (args) => ({ dim: args[1], keepdim: args[2], self_sym_sizes: args[0].shape }),
          backward: broadcastBack,
        },
      },
    ],
    samples: [{ args: [x] }, { args: [x, [1]] }, { args: [x, [0], true] }],
  },
  {
    name: 'nansum',
    kind: 'file',
    overloads: [
      {
        schema: 'nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, dim, keepdim, dtype]) => reduced('nansum', self, dim, keepdim, sumType(self, dtype)),
        grad: {
          name: 'NansumBackward0',
          saved: [{ name: 'self', argument: 0 }],
          keep: (args) => ({ dim: args[1], keepdim: args[2] }),
          backward: (g, { F, s: [self], k }) =>
            F.mul(F.expand(unsqueezed(F, g, k.dim, k.keepdim, self.shape.length), self.shape), F.logical_not(F.isnan(self))),
        },
      },
    ],
    samples: [{ args: [x] }],
  },
  {
    name: 'mean',
    kind: 'file',
    overloads: [
      {
        schema: 'mean(Tensor self, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, dtype], F) => mean(converted(F, self, meanType(self, dtype)), null, false, dtype),
        // g / n each
        grad: {
          name: 'MeanBackward0',
          keep: (args) => ({ self_sym_numel: args[0].numel, self_sym_sizes: args[0].shape }),
          backward: (g, { F, k }) => F.div(F.expand(g, k.self_sym_sizes), BigInt(k.self_sym_numel)),
        },
      },
      {
        schema: 'mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, dim, keepdim, dtype], F) => mean(converted(F, self, meanType(self, dtype)), dim, keepdim, dtype),
        grad: {
          name: 'MeanBackward1',
          keep: (args, out) => ({
            dim: args[1],
            keepdim: args[2],
            self_sym_numel: args[0].numel,
            self_sym_sizes: args[0].shape,
            _count: args[0].numel / Math.max(out.numel, 1),
          }),
          backward: (g, c) => c.F.div(broadcastBack(g, c), BigInt(Math.max(c.k._count, 1))),
        },
      },
    ],
    samples: [{ args: [x] }, { args: [x, [1]] }, { args: [x, [0], true] }],
  },
  {
    name: 'prod',
    kind: 'file',
    overloads: [
      {
        schema: 'prod(Tensor self, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, dtype]) => reduced('prod', self, null, false, sumType(self, dtype)),
        grad: {
          name: 'ProdBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          // the product of the others
          backward: (g, { F, s: [result, self] }) =>
            hasZero(self) ? F.mul(g, F.view(othersProduct(F, F.reshape(self, [-1]), 0), self.shape)) : F.div(F.mul(g, result), self),
        },
      },
      {
        schema: 'prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, dim, keepdim, dtype]) => reduced('prod', self, [dim], keepdim, sumType(self, dtype)),
        grad: {
          name: 'ProdBackward1',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ dim: args[1], keepdim: args[2] }),
          backward: (g, { F, s: [result, self], k }) => {
            const rank = self.shape.length;
            const up = unsqueezed(F, g, [k.dim], k.keepdim, rank);
            if (hasZero(self)) return F.mul(up, rank === 0 ? F.ones_like(self) : othersProduct(F, self, k.dim));
            return F.div(F.mul(up, unsqueezed(F, result, [k.dim], k.keepdim, rank)), self);
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3], low: 0.5, high: 2 }] }, { args: [{ tensor: [2, 3], low: 0.5, high: 2 }, 1n] }],
  },
  extreme('amax', 'max', 'AmaxBackward0'),
  extreme('amin', 'min', 'AminBackward0'),
  truth('any'),
  truth('all'),
  {
    name: 'count_nonzero',
    kind: 'file',
    overloads: [
      {
        schema: 'count_nonzero(Tensor self, int[1]? dim=None) -> Tensor',
        forward: ([self, dim]) => reduced('countNonzero', self, dim, false, 'int64'),
      },
    ],
  },
];

function hasZero(self: Tensor): boolean {
  return self.toArray().includes(0);
}

/** Along `dim`, for each element the product of all others: by slices, so that zeros do no harm. */
function othersProduct(F: Ops, self: Tensor, dim: number): Tensor {
  const n = self.shape[wrapDim(dim, self.shape.length)];
  const parts: Tensor[] = [];
  for (let i = 0; i < n; i++) {
    const rest = [F.narrow(self, dim, 0, i), F.narrow(self, dim, i + 1, n - i - 1)];
    parts.push(F.prod(F.cat(rest, dim), dim, true));
  }
  return F.cat(parts, dim);
}
