// Inverses and solutions: inv, solve, Cholesky and triangular systems, with derivatives written in ops.
import * as dense from '../tensor/decompositions.ts';
import { scalarTypeName } from '../tensor/dtype.ts';
import { broadcastShapes } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { batched, columnsOf, near, needSquare, prefix, rowsOf, T, wide } from './matrix-batch.ts';

function singular(name: string, t: Tensor, b: number, zero: number, what: string): TorchError {
  return new TorchError(
    `${name}: ${prefix(t, b)}The ${what === 'inversion' ? 'diagonal element' : 'solver failed because the input matrix is singular.'}${what === 'inversion' ? ` ${zero + 1} is zero, the inversion could not be completed because the input matrix is singular.` : ''}`,
    'LinAlgError',
  );
}

/** Strictly lower triangle plus half the diagonal. */
const half = (F: Ops, t: Tensor): Tensor => F.sub(F.tril(t), F.mul(F.diag_embed(F.diagonal(t, 0n, -2n, -1n)), 0.5));

const symmetrised = (F: Ops, t: Tensor): Tensor => F.mul(F.add(t, T(F, t)), 0.5);

function inverse(name: string, self: Tensor, check: boolean): Tensor[] {
  const n = rowsOf(self);
  return batched(
    [self],
    [[n, n], []],
    ([a], b) => {
      const f = dense.lu(a, n, n);
      if (f.zero >= 0 && check) throw singular(name, self, b, f.zero, 'inversion');
      return [dense.solveFactored(f, n, dense.identity(n), n), [f.zero + 1]];
    },
    [self.dtype, 'int32'],
  );
}

/** Solves AX = B; B's batch broadcast to A's and A's to B's. */
function solved(a: Tensor, b: Tensor, vector: boolean, check: boolean, F: Ops): Tensor {
  const n = rowsOf(a);
  const rhs = vector ? F.unsqueeze(b, -1) : b;
  const batch = broadcastShapes(a.shape.slice(0, -2), rhs.shape.slice(0, -2));
  const [x, y] = [F.expand(a, [...batch, n, n]), F.expand(rhs, [...batch, ...rhs.shape.slice(-2)])];
  const m = columnsOf(y);
  const out = batched([x, y], [[n, m]], ([p, q], i) => {
    const f = dense.lu(p, n, n);
    if (f.zero >= 0 && check) throw singular('torch.linalg.solve', a, i, f.zero, 'solver');
    return [dense.solveFactored(f, n, q, m)];
  })[0];
  return vector ? F.squeeze(out, -1) : out;
}

/** torch takes b as a vector where it is one, or a batch of them. */
const isVector = (a: Tensor, b: Tensor): boolean =>
  b.shape.length === 1 || (a.shape.length - 1 === b.shape.length && b.shape.every((n, i) => n === a.shape[i]));

const outer = (F: Ops, g: Tensor, x: Tensor, vector: boolean): Tensor =>
  vector ? F.mul(F.unsqueeze(g, -1), F.unsqueeze(x, -2)) : F.matmul(g, T(F, x));

const identityLike = (F: Ops, t: Tensor): Tensor => F.eye(columnsOf(t), { dtype: t.dtype, device: t.device });

function notPositive(self: Tensor, b: number, bad: number, name = 'linalg.cholesky'): TorchError {
  return new TorchError(
    `${name}: ${prefix(self, b)}The factorization could not be completed because the input is not positive-definite (the leading minor of order ${bad} is not positive-definite).`,
    'LinAlgError',
  );
}

/** sym(L⁻ᵀ Φ(Lᵀ g) L⁻¹) */
function choleskyBackward(F: Ops, g: Tensor, saved: Tensor, upper: boolean): Tensor {
  const L = upper ? T(F, saved) : saved;
  const phi = half(F, F.tril(F.matmul(T(F, L), upper ? T(F, g) : g)));
  const left = F.linalg_solve_triangular(T(F, L), phi, { upper: true });
  return symmetrised(F, F.linalg_solve_triangular(L, left, { upper: false, left: false }));
}

/** L and the order of the first minor that is not positive, for each matrix; `check` names who raises. */
function choleskyOf(self: Tensor, upper: boolean, check: string | null): Tensor[] {
  const n = rowsOf(self);
  return batched(
    [self],
    [[n, n], []],
    ([a], b) => {
      const { l, bad } = dense.cholesky(upper ? dense.transpose(a, n, n) : a, n);
      if (bad > 0 && check !== null) throw notPositive(self, b, bad, check);
      return [upper ? dense.transpose(l, n, n) : l, [bad]];
    },
    [self.dtype, 'int32'],
  );
}

export const solvers: OpDescriptor[] = [
  {
    name: 'linalg_inv_ex',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)',
        forward: ([self, check]) => {
          needSquare('linalg.inv', self);
          return inverse('linalg.inv_ex', self, check);
        },
        grad: {
          name: 'LinalgInvExBackward0',
          saved: [{ name: 'inverse', output: 0 }],
          // -A⁻ᵀ g A⁻ᵀ
          backward: (g, { F, s: [inv] }) => F.neg(F.matmul(T(F, inv), F.matmul(g, T(F, inv)))),
        },
      },
    ],
    samples: [{ args: [near] }],
  },
  {
    name: 'linalg_inv',
    kind: 'composite',
    overloads: [
      {
        schema: 'linalg_inv(Tensor A) -> Tensor',
        forward: ([self], F) => {
          needSquare('linalg.inv', self);
          const [inv, info] = F.linalg_inv_ex(self) as Tensor[];
          const bad = info.toArray().findIndex((v) => v !== 0);
          if (bad >= 0) throw singular('linalg.inv', self, bad, info.toArray()[bad] - 1, 'inversion');
          return inv;
        },
      },
    ],
  },
  {
    name: 'inverse',
    kind: 'composite',
    overloads: [{ schema: 'inverse(Tensor self) -> Tensor', forward: ([self], F) => F.linalg_inv(self) }],
  },
  {
    name: '_linalg_solve_ex',
    kind: 'file',
    overloads: [
      {
        schema: '_linalg_solve_ex(Tensor A, Tensor B, bool check_errors=True) -> Tensor',
        forward: ([a, b, check], F) => solved(a, b, isVector(a, b), check, F),
        grad: {
          name: 'LinalgSolveExBackward0',
          saved: [
            { name: 'A', argument: 0 },
            { name: 'result', output: 0, when: 1 },
          ],
          keep: (args) => ({ _vector: isVector(args[0], args[1]) }),
          // gB = A⁻ᵀ g, gA = -gB Xᵀ
          backward: (g, { F, s: [a, x], k, needs }) => {
            const gB = k._vector ? F.squeeze(F._linalg_solve_ex(T(F, a), F.unsqueeze(g, -1)), -1) : F._linalg_solve_ex(T(F, a), g);
            return [needs & 1 ? F.neg(outer(F, gB, x, k._vector)) : null, needs & 2 ? gB : null];
          },
        },
      },
    ],
    samples: [{ args: [near, wide] }, { args: [near, { tensor: [2] }] }],
  },
  {
    name: 'linalg_solve',
    kind: 'composite',
    overloads: [
      {
        schema: 'linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor',
        forward: ([a, b, left], F) => {
          needSquare('linalg.solve', a);
          if (a.dtype !== b.dtype)
            throw new TorchError(
              `linalg.solve: Expected A and B to have the same dtype, but found A of type ${scalarTypeName(a.dtype)} and B of type ${scalarTypeName(b.dtype)} instead`,
            );
          if (!left && isVector(a, b))
            throw new TorchError(
              'linalg.solve: Vector broadcasting of the left hand side is not supported for left=False. In this case linalg.solve is equivalent to B / A.squeeze(-1)',
            );
          if (!left) return T(F, F._linalg_solve_ex(T(F, a), T(F, b)));
          const n = isVector(a, b) ? columnsOf(b) : rowsOf(b);
          if (n !== rowsOf(a))
            throw new TorchError(
              `linalg.solve: Incompatible shapes of A and B for the equation AX = B (${rowsOf(a)}x${columnsOf(a)} and ${n}x${isVector(a, b) ? 1 : columnsOf(b)})`,
            );
          return F._linalg_solve_ex(a, b);
        },
      },
    ],
  },
  {
    name: 'linalg_solve_ex',
    kind: 'composite',
    overloads: [
      {
        schema: 'linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)',
        forward: ([a, b, left, check], F) => {
          needSquare('linalg.solve', a);
          const n = rowsOf(a);
          const x = left ? F._linalg_solve_ex(a, b, check) : T(F, F._linalg_solve_ex(T(F, a), T(F, b), check));
          return [x, batched([a], [[]], ([p]) => [[dense.lu(p, n, n).zero + 1]], ['int32'])[0]];
        },
      },
    ],
    samples: [{ args: [near, wide] }],
  },
  {
    name: 'linalg_cholesky_ex',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)',
        forward: ([self, upper, check]) => {
          needSquare('linalg.cholesky', self);
          return choleskyOf(self, upper, check ? 'linalg.cholesky' : null);
        },
        grad: {
          name: 'LinalgCholeskyExBackward0',
          saved: [{ name: 'L', output: 0 }],
          keep: (args) => ({ upper: args[1] }),
          backward: (g, { F, s: [L], k }) => choleskyBackward(F, g, L, k.upper),
        },
      },
    ],
  },
  {
    name: 'linalg_cholesky',
    kind: 'composite',
    overloads: [
      {
        schema: 'linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor',
        forward: ([self, upper], F) => {
          const [L, info] = F.linalg_cholesky_ex(self, { upper }) as Tensor[];
          const found = info.toArray();
          const bad = found.findIndex((v) => v !== 0);
          if (bad >= 0) throw notPositive(self, bad, found[bad]);
          return L;
        },
      },
    ],
  },
  {
    name: 'cholesky',
    kind: 'file',
    overloads: [
      {
        schema: 'cholesky(Tensor self, bool upper=False) -> Tensor',
        forward: ([self, upper]) => {
          needSquare('cholesky', self);
          const [L, info] = choleskyOf(self, upper, 'cholesky');
          info.dispose();
          return L;
        },
        grad: {
          name: 'CholeskyBackward0',
          saved: [{ name: 'result', output: 0 }],
          keep: (args) => ({ upper: args[1] }),
          backward: (g, { F, s: [L], k }) => choleskyBackward(F, g, L, k.upper),
        },
      },
    ],
  },
  {
    name: 'cholesky_solve',
    kind: 'file',
    overloads: [
      {
        schema: 'cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor',
        forward: ([b, l, upper], F) => {
          const L = upper ? T(F, l) : l;
          return F.linalg_solve_triangular(T(F, L), F.linalg_solve_triangular(L, b, { upper: false }), { upper: true });
        },
        grad: {
          name: 'CholeskySolveBackward0',
          saved: [
            { name: 'input2', argument: 1 },
            { name: 'result', output: 0 },
          ],
          keep: (args) => ({ upper: args[2] }),
          backward: (g, { F, s: [l, x], k, needs }) => {
            const gB = F.cholesky_solve(g, l, k.upper);
            const both = F.matmul(gB, T(F, x));
            const gA = F.neg(F.add(both, T(F, both)));
            return [needs & 1 ? gB : null, needs & 2 ? (k.upper ? F.matmul(l, gA) : F.matmul(gA, l)) : null];
          },
        },
      },
    ],
  },
  {
    name: 'cholesky_inverse',
    kind: 'file',
    overloads: [
      {
        schema: 'cholesky_inverse(Tensor self, bool upper=False) -> Tensor',
        forward: ([l, upper], F) => F.cholesky_solve(identityLike(F, l), l, upper),
        grad: {
          name: 'CholeskyInverseBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ upper: args[1] }),
          backward: (g, { F, s: [inv, l], k }) => {
            const gA = F.neg(F.matmul(inv, F.matmul(F.add(g, T(F, g)), inv)));
            return k.upper ? F.matmul(l, gA) : F.matmul(gA, l);
          },
        },
      },
    ],
  },
  {
    name: 'linalg_solve_triangular',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor',
        forward: ([a, b, upper, left, unit], F) => {
          needSquare('linalg.solve_triangular', a);
          if (!left) return T(F, F.linalg_solve_triangular(T(F, a), T(F, b), { upper: !upper, unitriangular: unit }));
          const n = rowsOf(a);
          const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
          const [x, y] = [F.expand(a, [...batch, n, n]), F.expand(b, [...batch, ...b.shape.slice(-2)])];
          const m = columnsOf(b);
          return batched([x, y], [[n, m]], ([t, rhs]) => {
            dense.solveTriangular(t, n, rhs, m, upper, unit);
            return [rhs];
          })[0];
        },
        grad: {
          name: 'LinalgSolveTriangularBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ left: args[3], unitriangular: args[4], upper: args[2] }),
          // gB = A⁻ᵀ g (or g A⁻ᵀ), gA = the triangle of -gB Xᵀ (or -Xᵀ gB)
          backward: (g, { F, s: [x, a], k, needs }) => {
            const gB = F.linalg_solve_triangular(T(F, a), g, { upper: !k.upper, left: k.left, unitriangular: k.unitriangular });
            const full = F.neg(k.left ? F.matmul(gB, T(F, x)) : F.matmul(T(F, x), gB));
            const edge = k.unitriangular ? 1n : 0n;
            return [needs & 1 ? (k.upper ? F.triu(full, edge) : F.tril(full, -edge)) : null, needs & 2 ? gB : null];
          },
        },
      },
    ],
    samples: [{ args: [near, wide], kwargs: { upper: true } }],
  },
  {
    name: 'triangular_solve',
    kind: 'composite',
    overloads: [
      {
        schema:
          'triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)',
        forward: ([b, a, upper, transpose, unit], F) => [
          F.linalg_solve_triangular(transpose ? T(F, a) : a, b, { upper: upper !== transpose, unitriangular: unit }),
          F.clone(a),
        ],
      },
    ],
  },
];
