// Determinants, their logarithms, and the matrix exponential.
import * as dense from '../tensor/decompositions.ts';
import { log } from '../tensor/math.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { batched, type Matrix, near, needSquare, rowsOf, T } from './matrix-batch.ts';

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

export const determinants: OpDescriptor[] = [
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
];
