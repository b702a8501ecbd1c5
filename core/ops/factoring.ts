// Factorisations: QR, eigenvalues of symmetric matrices, singular values, with derivatives written in ops.
import * as dense from '../tensor/decompositions.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradContext, OpDescriptor, Ops } from './descriptor.ts';
import { batched, columnsOf, type Matrix, near, needMatrix, needSquare, rowsOf, sum2, T, wide } from './matrix-batch.ts';

/** 1 / (x_j - x_i) off the diagonal, 0 on it. */
function gaps(F: Ops, values: Tensor): Tensor {
  const n = columnsOf(values);
  const difference = F.sub(F.unsqueeze(values, -2), F.unsqueeze(values, -1));
  const eye = F.eye(n, { dtype: 'bool', device: values.device });
  return F.masked_fill(F.reciprocal(F.masked_fill(difference, eye, 1)), eye, 0);
}

function eighBackward(_g: Tensor, { F, s: [L, V], grads }: GradContext): Tensor {
  const [gL, gV] = grads;
  const Vt = T(F, V);
  if (gV === null) return F.matmul(F.mul(V, F.unsqueeze(gL, -2)), Vt);
  const inner = F.mul(F.matmul(Vt, gV), gaps(F, L));
  return F.matmul(V, F.matmul(gL === null ? inner : F.add(inner, F.diag_embed(gL)), Vt));
}

/** A = U diag(S) Vh, thin. */
function svdBackward(_g: Tensor, { F, s: [S, U, Vh], grads }: GradContext): Tensor {
  const k = columnsOf(S);
  const [gU, gS, gVh] = grads;
  const [u, vh] = [F.narrow(U, -1, 0, k), F.narrow(Vh, -2, 0, k)];
  if (gU === null && gVh === null) return F.matmul(F.mul(u, F.unsqueeze(gS, -2)), vh);
  const [m, n] = [rowsOf(u), columnsOf(vh)];
  const square = F.mul(S, S);
  const E = gaps(F, square);
  const skew = (t: Tensor): Tensor => F.sub(t, T(F, t));
  const gu = gU === null ? null : F.narrow(gU, -1, 0, k);
  const gv = gVh === null ? null : T(F, F.narrow(gVh, -2, 0, k));
  const left = gu === null ? null : F.mul(F.mul(skew(F.matmul(T(F, u), gu)), E), F.unsqueeze(S, -2));
  const right = gv === null ? null : F.mul(F.mul(F.unsqueeze(S, -1), skew(F.matmul(vh, gv))), E);
  let inner = sum2(F, left, right) as Tensor;
  if (gS !== null) inner = F.add(inner, F.diag_embed(gS));
  let out: Tensor = F.matmul(F.matmul(u, inner), vh);
  const over = F.unsqueeze(S, -2);
  if (gu !== null && m > k) {
    const q = F.div(gu, over);
    out = F.add(out, F.matmul(F.sub(q, F.matmul(u, F.matmul(T(F, u), q))), vh));
  }
  if (gv !== null && n > k) {
    const q = T(F, F.div(gv, over));
    out = F.add(out, F.matmul(u, F.sub(q, F.matmul(F.matmul(q, T(F, vh)), vh))));
  }
  return out;
}

function qrBackward(F: Ops, gQ: Tensor | null, gR: Tensor | null, Q: Tensor, R: Tensor, mode: string): Tensor {
  if (mode === 'r')
    throw new TorchError(
      "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use linalg.qr(A, mode='reduced') if you are going to differentiate through linalg.qr.",
    );
  const [m, k, n] = [rowsOf(Q), columnsOf(Q), columnsOf(R)];
  if (mode === 'complete' && m > n)
    throw new TorchError("The QR decomposition is not differentiable when mode='complete' and nrows > ncols.");
  let inner: Tensor | null = null;
  if (gR !== null) inner = F.matmul(R, T(F, gR));
  if (gQ !== null) inner = sum2(F, inner, F.neg(F.matmul(T(F, gQ), Q)));
  const M = inner as Tensor;
  if (m >= n) {
    // (gQ + Q sym(M)) R⁻ᵀ with sym copying the lower triangle up
    const low = F.tril(M, -1);
    const full = F.add(F.tril(M), T(F, low));
    const right = sum2(F, gQ, F.matmul(Q, full)) as Tensor;
    return T(F, F.linalg_solve_triangular(R, T(F, right), { upper: true }));
  }
  // Wide: A = [X Y] = Q [U V] with V = QᵀY, so V's gradient reaches Q through Y.
  const [V, gV] = [F.narrow(R, -1, k, n - k), gR === null ? null : F.narrow(gR, -1, k, n - k)];
  const viaY = gV === null ? null : F.matmul(F.matmul(Q, V), T(F, gV));
  const gX = qrBackward(F, sum2(F, gQ, viaY), gR === null ? null : F.narrow(gR, -1, 0, k), Q, F.narrow(R, -1, 0, k), 'reduced');
  return F.cat([gX, gV === null ? F.zeros_like(F.matmul(Q, V)) : F.matmul(Q, gV)], -1);
}

/** k orthonormal columns, completed to p. */
function widened(u: Matrix, n: number, k: number, p: number): Matrix {
  if (p === k) return u;
  const out = new Float64Array(n * p);
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) out[i * p + j] = u[i * k + j];
  dense.completeColumns(out, n, p, k);
  return out;
}

export const factorisations: OpDescriptor[] = [
  {
    name: 'linalg_qr',
    kind: 'file',
    overloads: [
      {
        schema: "linalg_qr(Tensor A, str mode='reduced') -> (Tensor Q, Tensor R)",
        forward: ([self, mode]) => {
          needMatrix('linalg.qr', self);
          if (!['reduced', 'complete', 'r'].includes(mode))
            throw new TorchError(`qr received unrecognized mode '${mode}' but expected one of 'reduced' (default), 'r', or 'complete'`);
          const [m, n] = [rowsOf(self), columnsOf(self)];
          const k = mode === 'complete' ? m : Math.min(m, n);
          const out = batched(
            [self],
            [
              [m, k],
              [k, n],
            ],
            ([a]) => {
              const { q, r } = dense.qr(a, m, n);
              const thin = new Float64Array(m * k);
              for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) thin[i * k + j] = q[i * m + j];
              return [thin, r.slice(0, k * n)];
            },
          );
          if (mode === 'r') {
            out[0].dispose();
            out[0] = Tensor.empty([0], self.dtype, self.device);
          }
          return out;
        },
        grad: {
          name: 'LinalgQrBackward0',
          saved: [
            { name: 'Q', output: 0 },
            { name: 'R', output: 1 },
          ],
          keep: (args) => ({ mode: args[1] }),
          partial: true,
          backward: (_g, { F, s: [Q, R], k, grads }) => qrBackward(F, grads[0], grads[1], Q, R, k.mode),
        },
      },
    ],
    samples: [{ args: [{ tensor: [3, 2] }] }, { args: [near] }, { args: [wide] }],
  },
  {
    name: '_linalg_eigh',
    kind: 'file',
    overloads: [
      {
        schema: "_linalg_eigh(Tensor A, str UPLO='L') -> (Tensor eigenvalues, Tensor eigenvectors)",
        forward: ([self, uplo]) => {
          const n = rowsOf(self);
          return batched([self], [[n], [n, n]], ([a]) => {
            const { values, vectors } = dense.eigh(uplo === 'U' || uplo === 'u' ? dense.transpose(a, n, n) : a, n);
            return [values, vectors];
          });
        },
        grad: {
          name: 'LinalgEighBackward0',
          saved: [
            { name: 'eigenvalues', output: 0 },
            { name: 'eigenvectors', output: 1 },
          ],
          partial: true,
          backward: eighBackward,
        },
      },
    ],
  },
  {
    name: 'linalg_eigh',
    kind: 'composite',
    overloads: [
      {
        schema: "linalg_eigh(Tensor self, str UPLO='L') -> (Tensor eigenvalues, Tensor eigenvectors)",
        forward: ([self, uplo], F) => {
          needSquare('linalg.eigh', self);
          return F._linalg_eigh(self, uplo);
        },
      },
    ],
  },
  {
    name: 'linalg_eigvalsh',
    kind: 'composite',
    overloads: [
      {
        schema: "linalg_eigvalsh(Tensor self, str UPLO='L') -> Tensor",
        forward: ([self, uplo], F) => {
          needSquare('linalg.eigvalsh', self);
          return F._linalg_eigh(self, uplo)[0];
        },
      },
    ],
  },
  {
    name: '_linalg_svd',
    kind: 'file',
    overloads: [
      {
        schema: '_linalg_svd(Tensor A, bool full_matrices=False) -> (Tensor U, Tensor S, Tensor Vh)',
        forward: ([self, full]) => {
          needMatrix('linalg.svd', self);
          const [m, n] = [rowsOf(self), columnsOf(self)];
          const k = Math.min(m, n);
          const [p, q] = full ? [m, n] : [k, k];
          return batched([self], [[m, p], [k], [q, n]], ([a]) => {
            const { u, s, v } = dense.svd(a, m, n);
            return [widened(u, m, k, p), s, dense.transpose(widened(v, n, k, q), n, q)];
          });
        },
        grad: {
          name: 'LinalgSvdBackward0',
          saved: [
            { name: 'S', output: 1 },
            { name: 'U', output: 0 },
            { name: 'Vh', output: 2 },
          ],
          keep: (args) => ({ full_matrices: args[1] }),
          partial: true,
          backward: svdBackward,
        },
      },
    ],
  },
  {
    name: 'linalg_svd',
    kind: 'composite',
    overloads: [
      {
        schema: 'linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)',
        forward: ([self, full], F) => F._linalg_svd(self, full),
      },
    ],
  },
  {
    name: 'linalg_svdvals',
    kind: 'composite',
    overloads: [
      { schema: 'linalg_svdvals(Tensor A, *, str? driver=None) -> Tensor', forward: ([self], F) => F._linalg_svd(self, false)[1] },
    ],
    samples: [{ args: [wide] }],
  },
  {
    name: 'svd',
    kind: 'composite',
    overloads: [
      {
        schema: 'svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)',
        forward: ([self, some, uv], F) => {
          const [u, s, vh] = F._linalg_svd(self, !some && uv) as Tensor[];
          return uv ? [u, s, T(F, vh)] : [F.zeros_like(u), s, F.zeros_like(T(F, vh))];
        },
      },
    ],
  },
];
