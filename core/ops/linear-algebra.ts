// torch.linalg's decompositions and solvers over batches of matrices, with their derivatives written in ops.

import * as dense from '../tensor/decompositions.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { log } from '../tensor/math.ts';
import { broadcastShapes, numelOf } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradContext, OpDescriptor, Ops } from './descriptor.ts';

type Matrix = dense.Matrix;
const near = { tensor: [2, 2], values: [1.7, 0.4, -0.3, 1.1] } as const;
const wide = { tensor: [2, 3] } as const;

const rowsOf = (t: Tensor): number => t.shape[t.shape.length - 2];
const columnsOf = (t: Tensor): number => t.shape[t.shape.length - 1];

function needMatrix(name: string, t: Tensor): void {
  if (t.shape.length < 2) throw new TorchError(`${name}: The input tensor A must have at least 2 dimensions.`);
  if (!isFloating(t.dtype))
    throw new TorchError(`${name}: Expected a floating point or complex tensor as input. Got ${scalarTypeName(t.dtype)}`);
}
function needSquare(name: string, t: Tensor): void {
  needMatrix(name, t);
  if (rowsOf(t) !== columnsOf(t))
    throw new TorchError(`${name}: A must be batches of square matrices, but they are ${rowsOf(t)} by ${columnsOf(t)} matrices`);
}

/** Runs `each` on every matrix of a batch; its results fill tensors of the shapes given (without the batch). */
function batched(
  inputs: readonly Tensor[],
  shapes: readonly (readonly number[])[],
  each: (matrices: Matrix[], index: number) => readonly ArrayLike<number>[],
  dtypes: readonly Tensor['dtype'][] = [],
): Tensor[] {
  const first = inputs[0];
  const batch = first.shape.slice(0, -2);
  const out = shapes.map((shape, i) => Tensor.empty([...batch, ...shape], dtypes[i] ?? first.dtype, first.device));
  const values = inputs.map((t) => Float64Array.from(t.toTyped() as Float64Array));
  const sizes = inputs.map((t) => rowsOf(t) * columnsOf(t));
  for (let b = 0; b < numelOf(batch); b++) {
    const results = each(
      values.map((v, i) => v.slice(b * sizes[i], (b + 1) * sizes[i])),
      b,
    );
    results.forEach((r, i) => {
      const view = out[i].typedView();
      const n = numelOf(shapes[i]);
      for (let k = 0; k < n; k++) view[b * n + k] = (view instanceof BigInt64Array ? BigInt(r[k]) : r[k]) as never;
    });
  }
  return out;
}

const prefix = (t: Tensor, b: number): string => (t.shape.length > 2 ? `(Batch element ${b}): ` : '');
function singular(name: string, t: Tensor, b: number, zero: number, what: string): TorchError {
  return new TorchError(
    `${name}: ${prefix(t, b)}The ${what === 'inversion' ? 'diagonal element' : 'solver failed because the input matrix is singular.'}${what === 'inversion' ? ` ${zero + 1} is zero, the inversion could not be completed because the input matrix is singular.` : ''}`,
    'LinAlgError',
  );
}

const T = (F: Ops, t: Tensor): Tensor => F.transpose(t, -2, -1);
/** Strictly lower triangle plus half the diagonal. */
const half = (F: Ops, t: Tensor): Tensor => F.sub(F.tril(t), F.mul(F.diag_embed(F.diagonal(t, 0n, -2n, -1n)), 0.5));
const symmetrised = (F: Ops, t: Tensor): Tensor => F.mul(F.add(t, T(F, t)), 0.5);
const sum2 = (F: Ops, a: Tensor | null, b: Tensor | null): Tensor | null => (a === null ? b : b === null ? a : F.add(a, b));

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

function factors(self: Tensor): { sign: number[]; logs: number[]; det: number[] } {
  const n = rowsOf(self);
  const found = { sign: [] as number[], logs: [] as number[], det: [] as number[] };
  batched([self], [[]], ([a]) => {
    const f = dense.lu(a, n, n);
    let [sign, logs, det] = [f.sign, 0, f.sign];
    for (let i = 0; i < n; i++) {
      const d = f.lu[i * n + i];
      sign *= d > 0 ? 1 : d < 0 ? -1 : d;
      logs += log(Math.abs(d));
      det *= d;
    }
    found.sign.push(sign);
    found.logs.push(logs);
    found.det.push(det);
    return [[0]];
  })[0].dispose();
  return found;
}

function perMatrix(self: Tensor, values: readonly number[]): Tensor {
  const out = Tensor.empty(self.shape.slice(0, -2), self.dtype, self.device);
  (out.typedView() as Float64Array).set(values);
  return out;
}

/** The transposed adjugate by minors: the determinant's gradient where there is no inverse. */
function cofactors(F: Ops, self: Tensor): Tensor {
  const n = rowsOf(self);
  if (n === 1) return F.ones_like(self);
  const without = (t: Tensor, dim: number, i: number): Tensor => F.cat([F.narrow(t, dim, 0, i), F.narrow(t, dim, i + 1, n - i - 1)], dim);
  const lines: Tensor[] = [];
  for (let i = 0; i < n; i++) {
    const row: Tensor[] = [];
    for (let j = 0; j < n; j++) {
      const minor = F.linalg_det(without(without(self, -2, i), -1, j));
      row.push((i + j) % 2 === 0 ? minor : F.neg(minor));
    }
    lines.push(F.stack(row, -1));
  }
  return F.stack(lines, -2);
}

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

/** Scaling and squaring around a Taylor sum. */
function matrixExp(a: Matrix, n: number): Matrix {
  let norm = 0;
  for (let i = 0; i < n; i++) {
    let s = 0;
    for (let j = 0; j < n; j++) s += Math.abs(a[i * n + j]);
    norm = Math.max(norm, s);
  }
  let squarings = 0;
  while (norm > 0.25 && squarings < 1000) {
    norm /= 2;
    squarings++;
  }
  const scaled = a.map((v) => v / 2 ** squarings);
  let out = dense.identity(n);
  for (let k = 18; k >= 1; k--) {
    out = dense.multiply(scaled, out, n, n, n).map((v) => v / k);
    for (let i = 0; i < n; i++) out[i * n + i] += 1;
  }
  for (let k = 0; k < squarings; k++) out = dense.multiply(out, out, n, n, n);
  return out;
}

const identityLike = (F: Ops, t: Tensor): Tensor => F.eye(columnsOf(t), { dtype: t.dtype, device: t.device });

export const linearAlgebra: OpDescriptor[] = [
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
  ...(['linalg_det', 'det'] as const).map(
    (name): OpDescriptor => ({
      name,
      kind: name === 'det' ? 'composite' : 'file',
      overloads: [
        name === 'det'
          ? { schema: 'det(Tensor self) -> Tensor', forward: ([self], F) => F.linalg_det(self) }
          : {
              schema: 'linalg_det(Tensor A) -> Tensor',
              forward: ([self]) => {
                needSquare('linalg.det', self);
                return perMatrix(self, factors(self).det);
              },
              grad: {
                name: 'LinalgDetBackward0',
                saved: [
                  { name: 'A', argument: 0 },
                  { name: 'result', output: 0 },
                ],
                // g det(A) A⁻ᵀ
                backward: (g, { F, s: [a, det] }) => {
                  const up = (t: Tensor): Tensor => F.unsqueeze(F.unsqueeze(t, -1), -1);
                  if (det.toArray().includes(0)) return F.mul(up(g), cofactors(F, a));
                  return F.mul(up(F.mul(g, det)), T(F, F.linalg_inv(a)));
                },
              },
            },
      ],
      samples: name === 'det' ? [] : [{ args: [near] }, { args: [{ tensor: [2, 2], values: [1, 2, 2, 4] }], rough: true }],
    }),
  ),
  {
    name: 'linalg_slogdet',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)',
        forward: ([self]) => {
          needSquare('linalg.slogdet', self);
          const { sign, logs } = factors(self);
          return [perMatrix(self, sign), perMatrix(self, logs)];
        },
        grad: {
          name: 'LinalgSlogdetBackward0',
          saved: [{ name: 'A', argument: 0 }],
          partial: true,
          backward: (_g, { F, s: [a], grads }) =>
            grads[1] === null ? F.zeros_like(a) : F.mul(F.unsqueeze(F.unsqueeze(grads[1], -1), -1), T(F, F.linalg_inv(a))),
        },
      },
    ],
    samples: [{ args: [near] }],
  },
  {
    name: 'slogdet',
    kind: 'composite',
    overloads: [{ schema: 'slogdet(Tensor self) -> (Tensor sign, Tensor logabsdet)', forward: ([self], F) => F.linalg_slogdet(self) }],
  },
  {
    name: 'logdet',
    kind: 'composite',
    overloads: [
      {
        schema: 'logdet(Tensor self) -> Tensor',
        forward: ([self], F) => {
          const [sign, logs] = F.linalg_slogdet(self) as Tensor[];
          return F.where(F.eq(F.detach(sign), -1n), NaN, logs);
        },
      },
    ],
  },
  {
    name: 'linalg_cholesky_ex',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)',
        forward: ([self, upper, check]) => {
          needSquare('linalg.cholesky', self);
          const n = rowsOf(self);
          return batched(
            [self],
            [[n, n], []],
            ([a], b) => {
              const { l, bad } = dense.cholesky(upper ? dense.transpose(a, n, n) : a, n);
              if (bad > 0 && check) throw notPositive(self, b, bad);
              return [upper ? dense.transpose(l, n, n) : l, [bad]];
            },
            [self.dtype, 'int32'],
          );
        },
        grad: {
          name: 'LinalgCholeskyExBackward0',
          saved: [{ name: 'L', output: 0 }],
          keep: (args) => ({ upper: args[1] }),
          // sym(L⁻ᵀ Φ(Lᵀ g) L⁻¹)
          backward: (g, { F, s: [saved], k }) => {
            const L = k.upper ? T(F, saved) : saved;
            const phi = half(F, F.tril(F.matmul(T(F, L), k.upper ? T(F, g) : g)));
            const left = F.linalg_solve_triangular(T(F, L), phi, { upper: true });
            return symmetrised(F, F.linalg_solve_triangular(L, left, { upper: false, left: false }));
          },
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
            return [needs & 1 ? gB : null, needs & 2 ? (k.upper ? F.triu(F.matmul(l, gA)) : F.tril(F.matmul(gA, l))) : null];
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
            return k.upper ? F.triu(F.matmul(l, gA)) : F.tril(F.matmul(gA, l));
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
          F.clone(F.detach(a)),
        ],
      },
    ],
  },
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
  {
    name: 'linalg_pinv',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_pinv(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor',
        inputs: [0],
        forward: ([self, atol, rtol]) =>
          pinv(self, atol === null ? null : Number(atol.item()), rtol === null ? null : Number(rtol.item())),
        grad: {
          name: 'LinalgPinvBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          backward: (g, { F, s: [p, a] }) => pinvBackward(F, g, p, a),
        },
      },
      {
        schema: 'linalg_pinv.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor',
        forward: ([self, atol, rtol]) => pinv(self, atol, rtol),
        grad: {
          name: 'LinalgPinvBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          backward: (g, { F, s: [p, a] }) => pinvBackward(F, g, p, a),
        },
      },
      {
        schema: 'linalg_pinv.rcond(Tensor self, float rcond, bool hermitian=False) -> Tensor',
        forward: ([self, rcond]) => pinv(self, null, rcond),
        grad: {
          name: 'LinalgPinvBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          backward: (g, { F, s: [p, a] }) => pinvBackward(F, g, p, a),
        },
      },
    ],
    samples: [{ args: [wide] }, { args: [{ tensor: [3, 2] }] }],
  },
  {
    name: 'pinverse',
    kind: 'composite',
    overloads: [
      { schema: 'pinverse(Tensor self, float rcond=1e-15) -> Tensor', forward: ([self, rcond], F) => F.linalg_pinv(self, { rtol: rcond }) },
    ],
  },
  {
    name: '_linalg_lstsq',
    kind: 'file',
    overloads: [
      {
        schema: '_linalg_lstsq(Tensor self, Tensor b) -> Tensor',
        forward: ([a, b], F) => F.matmul(pinv(a, null, null), b),
        grad: {
          name: 'LinalgLstsqBackward0',
          saved: [
            { name: 'b', argument: 1 },
            { name: 'self', argument: 0 },
            { name: 'solution', output: 0 },
          ],
          backward: (g, { F, s: [b, a], needs }) => {
            const p = F.linalg_pinv(a);
            return [needs & 1 ? pinvBackward(F, F.matmul(g, T(F, b)), p, a) : null, needs & 2 ? F.matmul(T(F, p), g) : null];
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [3, 2] }, { tensor: [3, 2] }] }],
  },
  ...(['linalg_matrix_exp', 'matrix_exp'] as const).map(
    (name): OpDescriptor => ({
      name,
      kind: name === 'matrix_exp' ? 'composite' : 'file',
      overloads: [
        name === 'matrix_exp'
          ? { schema: 'matrix_exp(Tensor self) -> Tensor', forward: ([self], F) => F.linalg_matrix_exp(self) }
          : {
              schema: 'linalg_matrix_exp(Tensor self) -> Tensor',
              forward: ([self]) => {
                needSquare('linalg.matrix_exp', self);
                const n = rowsOf(self);
                return batched([self], [[n, n]], ([a]) => [matrixExp(a, n)])[0];
              },
              grad: {
                name: 'LinalgMatrixExpBackward0',
                saved: [{ name: 'self', argument: 0 }],
                // the upper right block of exp [[Aᵀ, g], [0, Aᵀ]]
                backward: (g, { F, s: [a] }) => {
                  const n = rowsOf(a);
                  const t = T(F, a);
                  const big = F.cat([F.cat([t, g], -1), F.cat([F.zeros_like(t), t], -1)], -2);
                  return F.narrow(F.narrow(F.linalg_matrix_exp(big), -2, 0, n), -1, n, n);
                },
              },
            },
      ],
      samples: name === 'matrix_exp' ? [] : [{ args: [near] }],
    }),
  ),
  {
    name: 'linalg_lu',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_lu(Tensor A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)',
        forward: ([self]) => {
          needMatrix('linalg.lu', self);
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
              const [p, l, u] = [new Float64Array(m * m), new Float64Array(m * k), new Float64Array(k * n)];
              f.rows.forEach((from, to) => {
                p[from * m + to] = 1;
              });
              for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) l[i * k + j] = i === j ? 1 : i > j ? f.lu[i * n + j] : 0;
              for (let i = 0; i < k; i++) for (let j = i; j < n; j++) u[i * n + j] = f.lu[i * n + j];
              return [p, l, u];
            },
          );
        },
        grad: {
          name: 'LinalgLuBackward0',
          saved: [
            { name: 'L', output: 1 },
            { name: 'P', output: 0 },
            { name: 'U', output: 2 },
          ],
          partial: true,
          // P L⁻ᵀ (tril(Lᵀ gL, -1) + triu(gU Uᵀ)) U⁻ᵀ
          backward: (_g, { F, s: [L, P, U], grads }) => {
            if (rowsOf(L) !== columnsOf(U))
              throw new TorchError('the backward of linalg.lu for matrices that are not square is not in Nabla yet', 'NotImplementedError');
            const low = grads[1] === null ? null : F.tril(F.matmul(T(F, L), grads[1]), -1n);
            const high = grads[2] === null ? null : F.triu(F.matmul(grads[2], T(F, U)));
            const inner = sum2(F, low, high) as Tensor;
            const left = F.linalg_solve_triangular(T(F, L), inner, { upper: true, unitriangular: true });
            return F.matmul(P, F.linalg_solve_triangular(T(F, U), left, { upper: false, left: false }));
          },
        },
      },
    ],
    samples: [{ args: [near] }],
  },
  {
    name: '_linalg_lu_factor',
    kind: 'file',
    overloads: [
      {
        schema: '_linalg_lu_factor(Tensor A) -> (Tensor LU, Tensor pivots)',
        forward: ([self]) => {
          needMatrix('linalg.lu_factor', self);
          const [m, n] = [rowsOf(self), columnsOf(self)];
          return batched(
            [self],
            [[m, n], [Math.min(m, n)]],
            ([a]) => {
              const f = dense.lu(a, m, n);
              return [f.lu, f.swaps];
            },
            [self.dtype, 'int32'],
          );
        },
        grad: {
          name: 'LinalgLuFactorExBackward0',
          backward: () => {
            throw new TorchError('the backward of torch.linalg.lu_factor is not in Nabla yet', 'NotImplementedError', [
              'torch.linalg.lu has one.',
            ]);
          },
        },
      },
    ],
  },
];

function notPositive(self: Tensor, b: number, bad: number): TorchError {
  return new TorchError(
    `linalg.cholesky: ${prefix(self, b)}The factorization could not be completed because the input is not positive-definite (the leading minor of order ${bad} is not positive-definite).`,
    'LinAlgError',
  );
}

/** k orthonormal columns, completed to p. */
function widened(u: Matrix, n: number, k: number, p: number): Matrix {
  if (p === k) return u;
  const out = new Float64Array(n * p);
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) out[i * p + j] = u[i * k + j];
  dense.completeColumns(out, n, p, k);
  return out;
}

function pinv(self: Tensor, atol: number | null, rtol: number | null): Tensor {
  needMatrix('linalg.pinv', self);
  const [m, n] = [rowsOf(self), columnsOf(self)];
  const eps = self.dtype === 'float32' ? 2 ** -23 : 2 ** -52;
  const relative = rtol ?? (atol !== null && atol > 0 ? 0 : Math.max(m, n) * eps);
  return batched([self], [[n, m]], ([a]) => {
    const k = Math.min(m, n);
    const { u, s, v } = dense.svd(a, m, n);
    const floor = Math.max(atol ?? 0, relative * (s[0] ?? 0));
    const scaled = v.slice();
    for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) scaled[i * k + j] = s[j] > floor ? v[i * k + j] / s[j] : 0;
    return [dense.multiply(scaled, dense.transpose(u, m, k), n, k, m)];
  })[0];
}

/** Golub and Pereyra's derivative of the pseudoinverse, transposed. */
function pinvBackward(F: Ops, g: Tensor, p: Tensor, a: Tensor): Tensor {
  const [pt, gt] = [T(F, p), T(F, g)];
  const first = F.neg(F.matmul(pt, F.matmul(g, pt)));
  const rows = F.matmul(F.sub(gt, F.matmul(a, F.matmul(p, gt))), F.matmul(p, pt));
  const inner = F.matmul(F.matmul(pt, p), gt);
  return F.add(first, F.add(rows, F.sub(inner, F.matmul(F.matmul(inner, p), a))));
}
