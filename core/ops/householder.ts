// Orthogonal factors by Householder reflections, signs as LAPACK's: what orthogonal initialisation and parametrization are made of.
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { composite } from './composite.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

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
    name: 'linalg_householder_product',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_householder_product(Tensor input, Tensor tau) -> Tensor',
        forward: ([input, tau]) => {
          const [m, n] = needReflections(input, tau);
          const k = tau.shape[tau.shape.length - 1];
          const [all, factors] = [Float64Array.from(input.toArray()), tau.toArray()];
          const out = new Float64Array(all.length);
          for (let b = 0; b < all.length / (m * n || 1); b++) {
            const a = all.slice(b * m * n, (b + 1) * m * n);
            out.set(product({ m, n, a }, factors.slice(b * k, (b + 1) * k)), b * m * n);
          }
          return made(out, input.shape, input);
        },
        grad: {
          name: 'LinalgHouseholderProductBackward0',
          saved: [
            { name: 'input', argument: 0 },
            { name: 'result', output: 0 },
            { name: 'tau', argument: 1 },
          ],
          // In doubles throughout: reflection after reflection, roundings would add up.
          backward: (g, { F, s: [input, , tau] }) => {
            if (input.dtype === 'float64') return reflectionsBackward(F, g, input, tau);
            const [wide, narrow] = [{ dtype: 'float64' }, { dtype: input.dtype }];
            return reflectionsBackward(F, F._to_copy(g, wide), F._to_copy(input, wide), F._to_copy(tau, wide)).map((t) =>
              t === null ? null : F._to_copy(t, narrow),
            );
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [3, 2] }, { tensor: [2] }] }, { args: [{ tensor: [2, 3, 3] }, { tensor: [2, 2] }] }],
  },
  composite('orgqr(Tensor self, Tensor input2) -> Tensor', ([self, tau], F) => F.linalg_householder_product(self, tau)),
];

function needReflections(input: Tensor, tau: Tensor): [number, number] {
  const name = 'torch.linalg.householder_product';
  if (input.shape.length < 2) throw new TorchError(`${name}: input must have at least 2 dimensions.`);
  const [m, n] = input.shape.slice(-2);
  if (m < n) throw new TorchError(`${name}: input.shape[-2] must be greater than or equal to input.shape[-1]`);
  if (n < tau.shape[tau.shape.length - 1]) throw new TorchError(`${name}: input.shape[-1] must be greater than or equal to tau.shape[-1]`);
  if (input.dtype !== tau.dtype)
    throw new TorchError(`${name}: tau dtype ${scalarTypeName(tau.dtype)} does not match input dtype ${scalarTypeName(input.dtype)}`);
  return [m, n];
}

/** G runs back through the reflections; with M the product of those after i: dτ = -(vᵀG)(Mᵀv), dv = -τ(G Mᵀv + M Gᵀv). */
function reflectionsBackward(F: Ops, g: Tensor, input: Tensor, tau: Tensor): (Tensor | null)[] {
  const [m, n] = input.shape.slice(-2);
  const k = tau.shape[tau.shape.length - 1];
  if (input.numel === 0 || k === 0) return [null, null];
  const options = { dtype: input.dtype, device: input.device };
  const unit = F.add(F.tril(input, -1n), F.eye(m, n, options)) as Tensor;
  const v = (i: number): Tensor => F.narrow(unit, -1, i, 1);
  const t = (i: number): Tensor => F.unsqueeze(F.narrow(tau, -1, i, 1), -1n);
  const turned = (c: Tensor, i: number): Tensor => F.sub(c, F.mul(t(i), F.matmul(v(i), F.matmul(F.transpose(v(i), -2, -1), c))));
  const after: Tensor[] = [];
  let M: Tensor = F.expand(F.eye(m, n, options), input.shape);
  for (let i = k - 1; i >= 0; i--) {
    after[i] = M;
    M = turned(M, i);
  }
  let G = g;
  const [toInput, toTau]: Tensor[][] = [[], []];
  for (let i = 0; i < k; i++) {
    const vG = F.matmul(F.transpose(v(i), -2, -1), G);
    const vM = F.matmul(F.transpose(v(i), -2, -1), after[i]);
    toTau.push(F.neg(F.sum(F.mul(vG, vM), [-2, -1])));
    const both = F.add(F.matmul(G, F.transpose(vM, -2, -1)), F.matmul(after[i], F.transpose(vG, -2, -1)));
    toInput.push(F.neg(F.mul(t(i), both)));
    G = turned(G, i);
  }
  const columns = toInput.length < n ? [...toInput, F.zeros_like(F.narrow(input, -1, k, n - k))] : toInput;
  return [F.tril(F.cat(columns, -1), -1n), F.stack(toTau, -1)];
}
