// The pseudoinverse and least squares.
import * as dense from '../tensor/decompositions.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { batched, columnsOf, needMatrix, rowsOf, T, wide } from './matrix-batch.ts';

function pinv(self: Tensor, atol: number | null, rtol: number | null, hermitian = false): Tensor {
  needMatrix('linalg.pinv', self);
  const [m, n] = [rowsOf(self), columnsOf(self)];
  const eps = self.dtype === 'float32' ? 2 ** -23 : 2 ** -52;
  const relative = rtol ?? (atol !== null && atol > 0 ? 0 : Math.max(m, n) * eps);
  return batched([self], [[n, m]], ([a]) => {
    // Of a symmetric matrix the lower triangle is read.
    if (hermitian) for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) a[i * n + j] = a[j * n + i];
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

export const pseudoInverses: OpDescriptor[] = [
  {
    name: 'linalg_pinv',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_pinv(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor',
        inputs: [0],
        forward: ([self, atol, rtol, hermitian]) =>
          pinv(self, atol === null ? null : Number(atol.item()), rtol === null ? null : Number(rtol.item()), hermitian),
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
        forward: ([self, atol, rtol, hermitian]) => pinv(self, atol, rtol, hermitian),
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
        forward: ([self, rcond, hermitian]) => pinv(self, null, rcond, hermitian),
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
];
