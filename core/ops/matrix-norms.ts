// Norms of matrices and what follows from singular values: norm, matrix_norm, nuclear norm, rank, condition.
import { dimMask, reducedShape, wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

type Order = number | string;

/** Over the two dimensions: by entries for 'fro', by sums for ±1 and ±inf, by singular values for ±2 and 'nuc'. */
function matrixNorm(F: Ops, self: Tensor, ord: Order, dim: readonly number[], keepdim: boolean): Tensor {
  if (self.shape.length < 2) throw new TorchError(`linalg.matrix_norm: The input tensor A must have at least 2 dimensions.`);
  if (dim.length !== 2) throw new TorchError(`linalg.matrix_norm: dim must be a 2-tuple. Got ${dim.join(', ')}`);
  const rank = self.shape.length;
  const [a, b] = dim.map((d) => wrapDim(d, rank));
  if (a === b) throw new TorchError(`linalg.matrix_norm: dims must be different. Got (${dim.join(', ')})`);
  if (ord === 'fro') return F.linalg_vector_norm(self, 2n, [a, b], keepdim);
  if (ord === 'nuc' || Math.abs(Number(ord)) === 2) {
    const order = [...self.shape.map((_, i) => i).filter((i) => i !== a && i !== b), a, b];
    if (ord !== 'nuc' && Number(ord) > 0 && Math.min(self.shape[a], self.shape[b]) === 0)
      return F.zeros(reducedShape(self.shape, dimMask([a, b], rank), keepdim), { dtype: self.dtype, device: self.device });
    const values = F._linalg_svd(F.permute(self, order), false)[1];
    const folded = ord === 'nuc' ? F.sum(values, [-1], keepdim) : F[Number(ord) > 0 ? 'amax' : 'amin'](values, [-1], keepdim);
    if (!keepdim) return folded;
    const back = order.map((_, i) => order.indexOf(i));
    return F.permute(F.unsqueeze(folded, -1), back);
  }
  if (Math.abs(Number(ord)) !== 1 && Math.abs(Number(ord)) !== Infinity)
    throw new TorchError(`linalg.matrix_norm: Order ${ord} not supported.`);
  // Columns' sums for ±1, rows' for ±inf.
  const [sums, rest] = Math.abs(Number(ord)) === 1 ? [a, b] : [b, a];
  if (Number(ord) > 0 && self.shape[rest] === 0)
    return F.zeros(reducedShape(self.shape, dimMask([a, b], rank), keepdim), { dtype: self.dtype, device: self.device });
  const after = !keepdim && rest > sums ? rest - 1 : rest;
  return F[Number(ord) > 0 ? 'amax' : 'amin'](F.linalg_vector_norm(self, 1n, [sums], keepdim), [after], keepdim);
}

function norm(F: Ops, self: Tensor, ord: Order | null, dim: readonly number[] | null, keepdim: boolean): Tensor {
  if (ord === null) return F.linalg_vector_norm(self, 2n, dim, keepdim);
  if (dim !== null && dim.length === 1 && typeof ord !== 'string') return F.linalg_vector_norm(self, ord, dim, keepdim);
  if (dim === null && self.shape.length === 1 && typeof ord !== 'string') return F.linalg_vector_norm(self, ord, dim, keepdim);
  if (dim === null && self.shape.length !== 2 && self.shape.length !== 1)
    throw new TorchError(
      'linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {0}D.'.replace('{0}', String(self.shape.length)),
    );
  return matrixNorm(F, self, ord, dim ?? [-2, -1], keepdim);
}

const values = (F: Ops, self: Tensor): Tensor => F._linalg_svd(F.detach(self), false)[1];

function matrixRank(F: Ops, self: Tensor, atol: number | null, rtol: number | null): Tensor {
  const [m, n] = self.shape.slice(-2);
  const s = values(F, self);
  const eps = self.dtype === 'float32' ? 2 ** -23 : 2 ** -52;
  const relative = rtol ?? (atol !== null && atol > 0 ? 0 : Math.max(m, n) * eps);
  const floor = F.maximum(F.mul(F.amax(s, [-1], true), relative), F.full([], atol ?? 0, { dtype: self.dtype }));
  return F.sum(F.gt(s, floor), [-1]);
}

const condition = (F: Ops, self: Tensor, p: Order | null): Tensor => {
  if (p === null || p === 2 || p === -2) {
    const s = F._linalg_svd(self, false)[1] as Tensor;
    const k = s.shape[s.shape.length - 1];
    const [large, small] = [F.slice(s, -1, 0, 1), F.slice(s, -1, k - 1, k)];
    return F.squeeze(p === -2 ? F.div(small, large) : F.div(large, small), -1);
  }
  const [inv, info] = F.linalg_inv_ex(self) as Tensor[];
  const flags = F.unsqueeze(F.unsqueeze(F.gt(info, 0n), -1), -1);
  const other = F.masked_fill(inv, flags, Infinity);
  return F.nan_to_num(
    F.mul(matrixNorm(F, self, p, [-2, -1], false), matrixNorm(F, other, p, [-2, -1], false)),
    Infinity,
    Infinity,
    -Infinity,
  );
};

export const matrixNorms: OpDescriptor[] = [
  {
    name: 'linalg_norm',
    kind: 'composite',
    overloads: [
      {
        schema: 'linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, ord, dim, keepdim, dtype], F) =>
          norm(F, dtype === null ? self : F.to(self, dtype), ord === null ? null : Number(ord), dim, keepdim),
      },
      {
        schema: 'linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, ord, dim, keepdim, dtype], F) => norm(F, dtype === null ? self : F.to(self, dtype), ord, dim, keepdim),
      },
    ],
  },
  {
    name: 'linalg_matrix_norm',
    kind: 'composite',
    overloads: [
      {
        schema: 'linalg_matrix_norm(Tensor self, Scalar ord, int[] dim=[-2,-1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, ord, dim, keepdim, dtype], F) =>
          matrixNorm(F, dtype === null ? self : F.to(self, dtype), Number(ord), dim, keepdim),
      },
      {
        schema:
          "linalg_matrix_norm.str_ord(Tensor self, str ord='fro', int[] dim=[-2,-1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
        forward: ([self, ord, dim, keepdim, dtype], F) => matrixNorm(F, dtype === null ? self : F.to(self, dtype), ord, dim, keepdim),
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, 'nuc'] }],
  },
  {
    name: 'nuclear_norm',
    kind: 'composite',
    overloads: [
      {
        schema: 'nuclear_norm(Tensor self, bool keepdim=False) -> Tensor',
        forward: ([self, keepdim], F) => matrixNorm(F, self, 'nuc', [-2, -1], keepdim),
      },
    ],
  },
  {
    name: 'linalg_matrix_rank',
    kind: 'composite',
    overloads: [
      {
        schema: 'linalg_matrix_rank(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor',
        forward: ([self, atol, rtol], F) => matrixRank(F, self, atol, rtol),
      },
      {
        schema: 'linalg_matrix_rank.tol(Tensor self, float tol, bool hermitian=False) -> Tensor',
        forward: ([self, tol], F) => matrixRank(F, self, tol, 0),
      },
    ],
  },
  {
    name: 'linalg_cond',
    kind: 'composite',
    overloads: [
      {
        schema: 'linalg_cond(Tensor self, Scalar? p=None) -> Tensor',
        forward: ([self, p], F) => condition(F, self, p === null ? null : Number(p)),
      },
      { schema: 'linalg_cond.p_str(Tensor self, str p) -> Tensor', forward: ([self, p], F) => condition(F, self, p) },
    ],
  },
];
