// Spread and length: var, std, norms.
import { deviceOf } from '../tensor/device.ts';
import { type DType, isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { pow } from '../tensor/math.ts';
import { dimMask, reducedShape } from '../tensor/shape.ts';
import { elementStart, forEachOffset, Tensor, wholeView } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradContext, GradRule, OpDescriptor, Ops, Overload } from './descriptor.ts';
import { unsqueezed } from './reduction.ts';

type Dims = readonly number[] | null;

/** For every kept position: all reduced elements as doubles. */
export function perCell(self: Tensor, dims: Dims, keepdim: boolean, dtype: DType, fold: (values: Float64Array) => number): Tensor {
  const mask = dimMask(dims, self.shape.length);
  const out = Tensor.empty(reducedShape(self.shape, mask, keepdim), dtype, self.device);
  const pick = (list: readonly number[], want: boolean): number[] => list.filter((_, d) => mask[d] === want);
  const redShape = pick(self.shape, true);
  const redStrides = pick(self.strides, true);
  const values = new Float64Array(out.numel === 0 ? 0 : self.numel / out.numel);
  const from = wholeView(self.dtype) as Float32Array;
  const to = wholeView(dtype) as Float32Array;
  const base = elementStart(self);
  const at = elementStart(out);
  let cell = 0;
  forEachOffset(pick(self.shape, false), pick(self.strides, false), (offset) => {
    let i = 0;
    forEachOffset(redShape, redStrides, (inner) => {
      values[i++] = from[base + offset + inner];
    });
    to[at + cell++] = fold(values);
  });
  return out;
}

function variance(values: Float64Array, correction: number): number {
  const n = values.length;
  if (n === 0) return NaN;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i];
  mean /= n;
  let s = 0;
  for (let i = 0; i < n; i++) s += (values[i] - mean) * (values[i] - mean);
  return s / Math.max(n - correction, 0);
}

export function spread(self: Tensor, dims: Dims, correction: number, keepdim: boolean, root: boolean): Tensor {
  if (!isFloating(self.dtype)) throw new TorchError('std and var only support floating point and complex dtypes');
  return perCell(self, dims, keepdim, self.dtype, (values) =>
    root ? Math.sqrt(variance(values, correction)) : variance(values, correction),
  );
}

export function count(self: Tensor, dims: Dims): number {
  let n = 1;
  dimMask(dims, self.shape.length).forEach((reduce, d) => {
    if (reduce) n *= self.shape[d];
  });
  return n;
}

/** d var = 2(x - mean)/(n - c) */
export function varBackward(F: Ops, g: Tensor, self: Tensor, dims: Dims, correction: number, keepdim: boolean): Tensor {
  const up = unsqueezed(F, g, dims, keepdim, self.shape.length);
  const mean = dims === null || dims.length === 0 ? F.mean(self) : F.mean(self, dims, true);
  const divisor = count(self, dims) - correction;
  // With no freedom left torch's gradient is NaN too.
  return F.mul(F.mul(up, divisor <= 0 ? NaN : 2 / divisor), F.sub(self, mean));
}

function spreadRule(name: 'Var' | 'Std'): GradRule {
  const saved = [...(name === 'Std' ? [{ name: 'result', output: 0 }] : []), { name: 'self', argument: 0 }];
  return {
    name: `${name}Backward0`,
    saved,
    backward: (g, { F, s, k }: GradContext) => {
      const dims = k.dim as Dims;
      const correction = k._correction as number;
      if (name === 'Var') return varBackward(F, g, s[0], dims, correction, k.keepdim);
      const [result, self] = s;
      const inner = F.masked_fill(F.div(g, F.mul(result, 2n)), F.eq(result, 0n), 0n);
      return varBackward(F, inner, self, dims, correction, k.keepdim);
    },
  };
}

function spreadOp(name: 'var' | 'std'): OpDescriptor {
  const rule = spreadRule(name === 'var' ? 'Var' : 'Std');
  const root = name === 'std';
  const form = (
    schema: string,
    read: (args: readonly unknown[]) => { dim: Dims; correction: number; shown: number | null; keepdim: boolean },
  ): Overload => ({
    schema,
    forward: (args) => {
      const { dim, correction, keepdim } = read(args);
      return spread(args[0], dim, correction, keepdim, root);
    },
    grad: {
      ...rule,
      keep: (args) => {
        const { dim, correction, shown, keepdim } = read(args);
        return { correction: shown, dim, keepdim, _correction: correction };
      },
    },
  });
  return {
    name,
    kind: 'file',
    overloads: [
      form(`${name}(Tensor self, bool unbiased) -> Tensor`, (a) => ({
        dim: null,
        correction: a[1] ? 1 : 0,
        shown: a[1] ? 1 : 0,
        keepdim: false,
      })),
      form(`${name}.dim(Tensor self, int[1]? dim, bool unbiased, bool keepdim=False) -> Tensor`, (a) => ({
        dim: a[1] as Dims,
        correction: a[2] ? 1 : 0,
        shown: a[2] ? 1 : 0,
        keepdim: a[3] as boolean,
      })),
      form(`${name}.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`, (a) => ({
        dim: a[1] as Dims,
        correction: a[2] === null ? 1 : Number(a[2]),
        shown: a[2] === null ? null : Number(a[2]),
        keepdim: a[3] as boolean,
      })),
      form(`${name}.keep(Tensor self, int[1]? dim, *, bool unbiased, bool keepdim=False) -> Tensor`, (a) => ({
        dim: a[1] as Dims,
        correction: a[2] ? 1 : 0,
        shown: a[2] ? 1 : 0,
        keepdim: a[3] as boolean,
      })),
      form(`${name}.positional(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`, (a) => ({
        dim: a[1] as Dims,
        correction: a[2] ? 1 : 0,
        shown: a[2] ? 1 : 0,
        keepdim: a[3] as boolean,
      })),
      form(`${name}.whole(Tensor self, *, bool unbiased=True) -> Tensor`, (a) => ({
        dim: null,
        correction: a[1] ? 1 : 0,
        shown: a[1] ? 1 : 0,
        keepdim: false,
      })),
    ],
    samples: [{ args: [{ tensor: [2, 3] }] }, { args: [{ tensor: [2, 3] }, [1]] }],
  };
}

/** ‖x‖ₚ over the reduced dimensions. */
function vectorNorm(self: Tensor, ord: number, dims: Dims, keepdim: boolean, dtype: DType | null): Tensor {
  const type = dtype ?? self.dtype;
  if (!isFloating(type))
    throw new TorchError(`linalg.vector_norm: Expected a floating point or complex tensor as input. Got ${scalarTypeName(self.dtype)}`);
  if (ord === 2 && self.dtype === type) {
    const mask = dimMask(dims, self.shape.length);
    const out = Tensor.empty(reducedShape(self.shape, mask, keepdim), type, self.device);
    if (type === 'float64') {
      deviceOf(out).reduce('sumsq', self, mask, out);
      deviceOf(out).elementwise(['sqrt', 'a'], [out], [], out, type);
      return out;
    }
    out.dispose();
  }
  return perCell(self, dims, keepdim, type, (x) => {
    let s = ord === -Infinity ? Infinity : 0;
    for (let i = 0; i < x.length; i++) {
      const v = Math.abs(x[i]);
      if (v !== v) return NaN;
      if (ord === Infinity) s = Math.max(s, v);
      else if (ord === -Infinity) s = Math.min(s, v);
      else if (ord === 0) s += v !== 0 ? 1 : 0;
      else if (ord === 1) s += v;
      else if (ord === 2) s += v * v;
      else s += pow(v, ord);
    }
    return ord === 2 ? Math.sqrt(s) : ord === 0 || ord === 1 || !Number.isFinite(ord) ? s : pow(s, 1 / ord);
  });
}

export function normBackward(g: Tensor, { F, s: [result, self], k }: GradContext): Tensor | null {
  const ord = Number(k.ord);
  const rank = self.shape.length;
  const up = unsqueezed(F, g, k.dim, k.keepdim, rank);
  const norm = unsqueezed(F, result, k.dim, k.keepdim, rank);
  if (ord === 0) return null;
  if (ord === 1) return F.mul(F.sgn(self), up);
  if (ord === 2) return F.mul(up, F.masked_fill(F.div(self, norm), F.eq(norm, 0n), 0n));
  if (!Number.isFinite(ord)) {
    const extreme = F._to_copy(F.eq(F.abs(self), norm), { dtype: self.dtype });
    const ties = k.dim === null ? F.sum(extreme) : F.sum(extreme, k.dim, true);
    return F.mul(F.mul(F.sgn(self), extreme), F.div(up, ties));
  }
  if (ord < 1) {
    const slopes = F.masked_fill(F.mul(F.sgn(self), F.pow(F.abs(self), ord - 1)), F.eq(self, 0n), 0n);
    return F.mul(slopes, F.mul(up, F.pow(norm, 1 - ord)));
  }
  if (ord < 2) {
    const slopes = F.mul(F.sgn(self), F.pow(F.abs(self), ord - 1));
    return F.mul(slopes, F.masked_fill(F.div(up, F.pow(norm, ord - 1)), F.eq(norm, 0n), 0n));
  }
  const slopes = F.mul(self, F.pow(F.abs(self), ord - 2));
  return F.mul(slopes, F.masked_fill(F.div(up, F.pow(norm, ord - 1)), F.eq(norm, 0n), 0n));
}

const x = { tensor: [2, 3] } as const;

export const statistics: OpDescriptor[] = [
  spreadOp('var'),
  spreadOp('std'),
  {
    name: 'linalg_vector_norm',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, ord, dim, keepdim, dtype]) => vectorNorm(self, Number(ord), dim, keepdim, dtype),
        grad: {
          name: 'LinalgVectorNormBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ dim: args[2], keepdim: args[3], ord: args[1] }),
          backward: normBackward,
        },
      },
    ],
    samples: [{ args: [x] }, { args: [x, 3, [1]] }],
  },
  {
    name: 'norm',
    kind: 'composite',
    overloads: [
      {
        schema: 'norm(Tensor self, Scalar? p=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, p, dim, keepdim, dtype], F) => F.linalg_vector_norm(self, p ?? 2n, dim, keepdim, { dtype }),
      },
      {
        schema: 'norm.fro(Tensor self, str p, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, p, dim, keepdim, dtype], F) => {
          if (p === 'nuc') return F.linalg_matrix_norm(self, 'nuc', dim ?? [-2, -1], keepdim, { dtype });
          if (p !== 'fro') throw new TorchError(`norm with p='${p}' is not in Nabla yet`, 'NotImplementedError');
          return F.linalg_vector_norm(self, 2n, dim, keepdim, { dtype });
        },
      },
    ],
    samples: [{ args: [x] }],
  },
];
