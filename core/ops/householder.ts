// Orthogonal factors by Householder reflections, signs as LAPACK's: what orthogonal initialisation and parametrization are made of.
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor } from './descriptor.ts';

/** Row-major numbers of an m × n matrix. */
interface Matrix {
  readonly m: number;
  readonly n: number;
  readonly a: Float64Array;
}

function matrix(t: Tensor, name: string): Matrix {
  if (t.shape.length < 2) throw new TorchError(`${name}: The input tensor A must have at least 2 dimensions.`);
  if (!isFloating(t.dtype)) throw new TorchError(`"${name}" not implemented for '${scalarTypeName(t.dtype)}'`, 'NotImplementedError');
  if (t.shape.length > 2) throw new TorchError(`${name} of batches is not in Nabla yet`, 'NotImplementedError');
  return { m: t.shape[0], n: t.shape[1], a: Float64Array.from(t.toArray()) };
}

/** a ← R with the reflections' vectors below its diagonal; returns their factors τ. */
function factor({ m, n, a }: Matrix): Float64Array {
  const k = Math.min(m, n);
  const tau = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    let below = 0;
    for (let r = i + 1; r < m; r++) below += a[r * n + i] * a[r * n + i];
    if (below === 0) continue;
    const head = a[i * n + i];
    const length = Math.sqrt(head * head + below);
    const beta = head >= 0 ? -length : length;
    tau[i] = (beta - head) / beta;
    for (let r = i + 1; r < m; r++) a[r * n + i] /= head - beta;
    a[i * n + i] = beta;
    reflect(a, n, i, m, tau[i], (r) => (r === i ? 1 : a[r * n + i]), i + 1, n);
  }
  return tau;
}

/** Columns from … to of c ← (I - τ v vᵀ) c, where v begins at row i. */
function reflect(
  c: Float64Array,
  n: number,
  i: number,
  m: number,
  tau: number,
  v: (row: number) => number,
  from: number,
  to: number,
): void {
  for (let j = from; j < to; j++) {
    let dot = 0;
    for (let r = i; r < m; r++) dot += v(r) * c[r * n + j];
    for (let r = i; r < m; r++) c[r * n + j] -= tau * dot * v(r);
  }
}

/** The first n columns of H₁ … H_k; `each` sees the product so far, from the last reflection back. */
function product({ m, n, a }: Matrix, tau: ArrayLike<number>, each?: (i: number, q: Float64Array) => void): Float64Array {
  const q = new Float64Array(m * n);
  for (let i = 0; i < Math.min(m, n); i++) q[i * n + i] = 1;
  for (let i = tau.length - 1; i >= 0; i--) {
    each?.(i, q);
    reflect(q, n, i, m, tau[i], (r) => (r === i ? 1 : a[r * n + i]), 0, n);
  }
  return q;
}

function made(values: Float64Array, shape: readonly number[], like: Tensor): Tensor {
  return Tensor.fromTyped(values, { shape, dtype: like.dtype, device: like.device });
}

export const householder: OpDescriptor[] = [
  {
    name: '_geqrf',
    kind: 'file',
    overloads: [
      {
        schema: '_geqrf(Tensor self) -> (Tensor a, Tensor tau)',
        inputs: [],
        forward: ([self]) => {
          const found = matrix(self, 'geqrf');
          const tau = factor(found);
          return [made(found.a, self.shape, self), made(tau, [tau.length], self)];
        },
      },
    ],
  },
  {
    name: '_orthonormal',
    kind: 'file',
    overloads: [
      {
        schema: '_orthonormal(Tensor self) -> Tensor',
        inputs: [],
        // Q of QR, its columns signed so that R's diagonal is positive.
        forward: ([self]) => {
          const found = matrix(self, 'linalg_qr');
          const tau = factor(found);
          const q = product(found, tau);
          const { n } = found;
          for (let at = 0; at < q.length; at++) {
            const j = at % n;
            q[at] *= Math.sign(found.a[j * n + j]);
          }
          return made(q, self.shape, self);
        },
      },
    ],
  },
  {
    name: '_householder_product',
    kind: 'file',
    overloads: [
      {
        schema: '_householder_product(Tensor input, Tensor tau) -> Tensor',
        forward: ([input, tau]) => made(product(matrix(input, 'linalg.householder_product'), tau.toArray()), input.shape, input),
        grad: {
          name: 'LinalgHouseholderProductBackward0',
          saved: [
            { name: 'input', argument: 0 },
            { name: 'result', output: 0 },
            { name: 'tau', argument: 1 },
          ],
          // G runs back through the reflections; with M the product of those after i: dτ = -(vᵀG)(Mᵀv), dv = -τ(G Mᵀv + M Gᵀv).
          backward: (g, { s: [input, , tau], createGraph }) => {
            if (createGraph)
              throw new TorchError('torch.linalg.householder_product differentiated twice is not in Nabla yet', 'NotImplementedError');
            const found = matrix(input, 'linalg.householder_product');
            const { m, n, a } = found;
            const factors = tau.toArray();
            const after: Float64Array[] = [];
            product(found, factors, (i, q) => {
              after[i] = q.slice();
            });
            const G = Float64Array.from(g.toArray());
            const toInput = new Float64Array(m * n);
            const toTau = new Float64Array(factors.length);
            factors.forEach((t, i) => {
              const v = (r: number): number => (r === i ? 1 : a[r * n + i]);
              const M = after[i];
              const vG = new Float64Array(n);
              const vM = new Float64Array(n);
              for (let r = i; r < m; r++)
                for (let j = 0; j < n; j++) {
                  vG[j] += v(r) * G[r * n + j];
                  vM[j] += v(r) * M[r * n + j];
                }
              for (let j = 0; j < n; j++) toTau[i] -= vG[j] * vM[j];
              for (let r = i + 1; r < m; r++) {
                let sum = 0;
                for (let j = 0; j < n; j++) sum += G[r * n + j] * vM[j] + M[r * n + j] * vG[j];
                toInput[r * n + i] -= t * sum;
              }
              reflect(G, n, i, m, t, v, 0, n);
            });
            return [made(toInput, input.shape, input), made(toTau, tau.shape, tau)];
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [3, 2] }, { tensor: [2] }], rough: true }],
  },
];
