// LU: the factors apart, in one matrix, unpacked, and systems solved with them; derivatives written in ops.
import * as dense from '../tensor/decompositions.ts';
import { numelOf } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { composite } from './composite.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { batched, columnsOf, type Matrix, near, needMatrix, needSquare, prefix, rowsOf, sum2, T, wide } from './matrix-batch.ts';

const tall = { tensor: [3, 2], values: [1.7, 0.4, -0.3, 1.1, 0.9, 0.2] } as const;

function needPivot(pivot: boolean): void {
  if (!pivot) throw new TorchError('linalg.lu_factor: LU without pivoting is not implemented on the CPU');
}

/** P with A = P L U from LAPACK's pivots, which count from 1. */
function permutations(pivots: Tensor, m: number, like: Tensor): Tensor {
  const batch = pivots.shape.slice(0, -1);
  const [n, found] = [columnsOf(pivots), pivots.toArray()];
  const values = new Float64Array(numelOf(batch) * m * m);
  for (let b = 0; b < numelOf(batch); b++) {
    const rows = Array.from({ length: m }, (_, i) => i);
    for (let i = 0; i < n; i++) {
      const p = found[b * n + i] - 1;
      [rows[i], rows[p]] = [rows[p], rows[i]];
    }
    rows.forEach((from, to) => {
      values[(b * m + from) * m + to] = 1;
    });
  }
  return Tensor.fromTyped(values, { shape: [...batch, m, m], dtype: like.dtype, device: like.device });
}

/** L and U out of one matrix. */
function apart(lu: Matrix, m: number, n: number): [Matrix, Matrix] {
  const k = Math.min(m, n);
  const [l, u] = [new Float64Array(m * k), new Float64Array(k * n)];
  for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) l[i * k + j] = i === j ? 1 : i > j ? lu[i * n + j] : 0;
  for (let i = 0; i < k; i++) for (let j = i; j < n; j++) u[i * n + j] = lu[i * n + j];
  return [l, u];
}

/**
 * With X = PᵀA = LU and the square block X₁ = L₁U₁: gX₁ = L₁⁻ᵀ (tril(L₁ᵀgL₁, -1) + triu(gU₁U₁ᵀ)) U₁⁻ᵀ, where the columns right of the block
 * (U₂ = L⁻¹X₂) take gU₂U₂ᵀ from the first term and the rows below it (L₂ = X₂U⁻¹) take L₂ᵀgL₂ from the second.
 */
function luBackward(F: Ops, gL: Tensor | null, gU: Tensor | null, P: Tensor, L: Tensor, U: Tensor): Tensor {
  const [m, n] = [rowsOf(L), columnsOf(U)];
  const k = Math.min(m, n);
  const [L1, U1] = [F.narrow(L, -2, 0, k), F.narrow(U, -1, 0, k)];
  let low = gL === null ? null : F.matmul(T(F, L1), F.narrow(gL, -2, 0, k));
  let high = gU === null ? null : F.matmul(F.narrow(gU, -1, 0, k), T(F, U1));
  if (n > k && gU !== null) low = sum2(F, low, F.neg(F.matmul(F.narrow(gU, -1, k, n - k), T(F, F.narrow(U, -1, k, n - k))))) as Tensor;
  if (m > k && gL !== null) high = sum2(F, high, F.neg(F.matmul(T(F, F.narrow(L, -2, k, m - k)), F.narrow(gL, -2, k, m - k)))) as Tensor;
  const inner = sum2(F, low === null ? null : F.tril(low, -1n), high === null ? null : F.triu(high)) as Tensor;
  const onLeft = (t: Tensor): Tensor => F.linalg_solve_triangular(T(F, L1), t, { upper: true, unitriangular: true });
  const onRight = (t: Tensor): Tensor => F.linalg_solve_triangular(T(F, U1), t, { upper: false, left: false });
  let out = onRight(onLeft(inner));
  if (n > k) {
    const right = gU === null ? F.zeros_like(F.narrow(U, -1, k, n - k)) : onLeft(F.narrow(gU, -1, k, n - k));
    out = F.cat([out, right], -1);
  }
  if (m > k) {
    const below = gL === null ? F.zeros_like(F.narrow(L, -2, k, m - k)) : onRight(F.narrow(gL, -2, k, m - k));
    out = F.cat([out, below], -2);
  }
  return F.matmul(P, out);
}

/** A gradient of both factors in one matrix. */
function together(F: Ops, gL: Tensor | null, gU: Tensor | null, m: number, n: number): Tensor {
  const k = Math.min(m, n);
  const low = gL === null ? null : F.constant_pad_nd(F.tril(gL, -1n), [0, n - k], 0);
  const high = gU === null ? null : F.constant_pad_nd(F.triu(gU), [0, 0, 0, m - k], 0);
  return sum2(F, low, high) as Tensor;
}

function factored(name: string, self: Tensor, check: boolean): Tensor[] {
  needMatrix(name, self);
  const [m, n] = [rowsOf(self), columnsOf(self)];
  return batched(
    [self],
    [[m, n], [Math.min(m, n)], []],
    ([a], b) => {
      const f = dense.lu(a, m, n);
      if (check && f.zero >= 0)
        throw new TorchError(
          `${prefix(self, b)}torch.linalg.lu_factor: U[${f.zero + 1},${f.zero + 1}] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)`,
        );
      return [f.lu, f.swaps, [f.zero + 1]];
    },
    [self.dtype, 'int32', 'int32'],
  );
}

/** X with A X = B (Aᵀ X = B) from A = P L U. */
function solveWith(F: Ops, LU: Tensor, pivots: Tensor, B: Tensor, left: boolean, adjoint: boolean): Tensor {
  if (!left) return T(F, solveWith(F, LU, pivots, T(F, B), true, !adjoint));
  const P = permutations(pivots, rowsOf(LU), LU);
  const lower = (t: Tensor): Tensor => F.linalg_solve_triangular(adjoint ? T(F, LU) : LU, t, { upper: adjoint, unitriangular: true });
  const upper = (t: Tensor): Tensor => F.linalg_solve_triangular(adjoint ? T(F, LU) : LU, t, { upper: !adjoint });
  return adjoint ? F.matmul(P, lower(upper(B))) : upper(lower(F.matmul(T(F, P), B)));
}

/** The gradient of both factors, for systems with A on the left. */
function solveBackward(F: Ops, g: Tensor, LU: Tensor, pivots: Tensor, X: Tensor, adjoint: boolean): Tensor {
  const n = rowsOf(LU);
  const P = permutations(pivots, n, LU);
  const eye = F.eye(n, { dtype: LU.dtype, device: LU.device });
  const [L, U] = [F.add(F.tril(LU, -1n), eye), F.triu(LU)];
  if (!adjoint) {
    // Y = UX, X = U⁻¹Y: gY = U⁻ᵀg, gU = -gY Xᵀ, gL = -L⁻ᵀgY Yᵀ
    const gY = F.linalg_solve_triangular(T(F, U), g, { upper: false });
    const gL = F.matmul(F.linalg_solve_triangular(T(F, L), gY, { upper: true, unitriangular: true }), F.matmul(T(F, X), T(F, U)));
    return F.neg(F.add(F.tril(gL, -1n), F.triu(F.matmul(gY, T(F, X)))));
  }
  // Z = PᵀX, W = LᵀZ = U⁻ᵀB: gW = L⁻¹Pᵀg, gL = -Z gWᵀ, gU = -W (U⁻¹gW)ᵀ
  const Z = F.matmul(T(F, P), X);
  const gW = F.linalg_solve_triangular(L, F.matmul(T(F, P), g), { upper: false, unitriangular: true });
  const gB = F.linalg_solve_triangular(U, gW, { upper: true });
  return F.neg(F.add(F.tril(F.matmul(Z, T(F, gW)), -1n), F.triu(F.matmul(F.matmul(T(F, L), Z), T(F, gB)))));
}

export const lowerUpper: OpDescriptor[] = [
  {
    name: 'linalg_lu',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_lu(Tensor A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)',
        forward: ([self, pivot]) => {
          needMatrix('linalg.lu', self);
          needPivot(pivot);
          const [m, n] = [rowsOf(self), columnsOf(self)];
          const k = Math.min(m, n);
          return batched(
            [self],
            [
              [m, m],
              [m, k],
              [k, n],
            ],
            ([a]) => {
              const f = dense.lu(a, m, n);
              const p = new Float64Array(m * m);
              f.rows.forEach((from, to) => {
                p[from * m + to] = 1;
              });
              return [p, ...apart(f.lu, m, n)];
            },
          );
        },
        grad: {
          name: 'LinalgLuBackward0',
          constant: [0],
          saved: [
            { name: 'L', output: 1 },
            { name: 'P', output: 0 },
            { name: 'U', output: 2 },
          ],
          keep: (args) => ({ pivot: args[1] }),
          partial: true,
          backward: (_g, { F, s: [L, P, U], grads }) => luBackward(F, grads[1], grads[2], P, L, U),
        },
      },
    ],
    samples: [{ args: [near] }, { args: [wide] }, { args: [tall] }],
  },
  {
    name: 'linalg_lu_factor_ex',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False) -> (Tensor LU, Tensor pivots, Tensor info)',
        forward: ([self, pivot, check]) => {
          needPivot(pivot);
          return factored('linalg.lu_factor', self, check);
        },
        grad: {
          name: 'LinalgLuFactorExBackward0',
          saved: [
            { name: 'LU', output: 0 },
            { name: 'pivots', output: 1 },
          ],
          keep: (args) => ({ pivot: args[1] }),
          backward: (g, { F, s: [LU, pivots] }) => {
            const [m, n] = [rowsOf(LU), columnsOf(LU)];
            const k = Math.min(m, n);
            const eye = F.eye(m, k, { dtype: LU.dtype, device: LU.device });
            const L = F.add(F.tril(F.narrow(LU, -1, 0, k), -1n), eye);
            const [gL, gU] = [F.tril(F.narrow(g, -1, 0, k), -1n), F.triu(F.narrow(g, -2, 0, k))];
            return luBackward(F, gL, gU, permutations(pivots, m, LU), L, F.triu(F.narrow(LU, -2, 0, k)));
          },
        },
      },
    ],
    samples: [{ args: [near] }, { args: [wide] }, { args: [tall] }],
  },
  composite('linalg_lu_factor(Tensor A, *, bool pivot=True) -> (Tensor LU, Tensor pivots)', ([self, pivot], F) =>
    F.linalg_lu_factor_ex(self, { pivot, check_errors: true }).slice(0, 2),
  ),
  composite(
    '_lu_with_info(Tensor self, bool pivot=True, bool check_errors=True) -> (Tensor LU, Tensor pivots, Tensor info)',
    ([self, pivot, check], F) => F.linalg_lu_factor_ex(self, { pivot, check_errors: check }),
  ),
  {
    name: 'lu_unpack',
    kind: 'file',
    overloads: [
      {
        schema:
          'lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True) -> (Tensor P, Tensor L, Tensor U)',
        inputs: [0],
        forward: ([self, pivots, data, order]) => {
          const [m, n] = [rowsOf(self), columnsOf(self)];
          const k = Math.min(m, n);
          const none = (): Tensor => Tensor.empty([0], self.dtype, self.device);
          const P = order ? permutations(pivots, m, self) : none();
          const shapes = [
            [m, k],
            [k, n],
          ];
          return data ? [P, ...batched([self], shapes, ([a]) => apart(a, m, n))] : [P, none(), none()];
        },
        grad: {
          name: 'LuUnpackBackward0',
          constant: [0],
          keep: ([self]) => ({ LU_data_sym_argsize_minus_1: columnsOf(self), LU_data_sym_argsize_minus_2: rowsOf(self) }),
          partial: true,
          backward: (_g, { F, k, grads }) => together(F, grads[1], grads[2], k.LU_data_sym_argsize_minus_2, k.LU_data_sym_argsize_minus_1),
        },
      },
    ],
  },
  {
    name: 'linalg_lu_solve',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False) -> Tensor',
        inputs: [0, 2],
        forward: ([LU, pivots, B, left, adjoint], F) => {
          needSquare('torch.linalg.lu_solve', LU);
          if (pivots.dtype !== 'int32') throw new TorchError('linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32');
          const [n, m] = [rowsOf(LU), left ? rowsOf(B) : columnsOf(B)];
          if (n !== m)
            throw new TorchError(
              `linalg.lu_solve: Incompatible shapes of A and B for the equation ${left ? 'AX = B' : 'XA = B'} (${n}x${n} and ${rowsOf(B)}x${columnsOf(B)})`,
            );
          return solveWith(F, LU, pivots, B, left, adjoint);
        },
        grad: {
          name: 'LinalgLuSolveBackward0',
          saved: [
            { name: 'LU', argument: 0 },
            { name: 'pivots', argument: 1 },
            { name: 'result', output: 0, when: 1 },
          ],
          keep: (args) => ({ adjoint: args[4], left: args[3] }),
          backward: (g, { F, s: [LU, pivots, X], k, needs }) => {
            const turned = (t: Tensor): Tensor => (k.left ? t : T(F, t));
            const adjoint = k.left ? k.adjoint : !k.adjoint;
            return [
              needs & 1 ? solveBackward(F, turned(g), LU, pivots, turned(X), adjoint) : null,
              needs & 2 ? F.linalg_lu_solve(LU, pivots, g, { left: k.left, adjoint: !k.adjoint }) : null,
            ];
          },
        },
      },
    ],
    samples: [true, false].flatMap((left) =>
      [true, false].map((adjoint) => ({
        args: [near, { tensor: [2], dtype: 'int32', values: [2, 2] } as const, { tensor: [2, 2] } as const],
        kwargs: { left, adjoint },
      })),
    ),
  },
  composite('lu_solve(Tensor self, Tensor LU_data, Tensor LU_pivots) -> Tensor', ([B, LU, pivots], F) => F.linalg_lu_solve(LU, pivots, B)),
];
