// Distances: dist, cdist, and renorm, which pulls rows into a ball.
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { pow } from '../tensor/math.ts';
import { broadcastShapes, numelOf, wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

/** ‖difference‖ₚ of one pair of rows. */
function distance(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, n: number, p: number): number {
  if (p === 2 && a instanceof Float32Array) return euclideanSingle(a, i, b, j, n);
  let s = 0;
  for (let k = 0; k < n; k++) {
    const d = Math.abs(a[i + k] - b[j + k]);
    if (d !== d) return NaN;
    s = p === 2 ? s + d * d : p === 1 ? s + d : p === 0 ? s + (d === 0 ? 0 : 1) : p === Infinity ? Math.max(s, d) : s + pow(d, p);
  }
  return p === 2 ? Math.sqrt(s) : p === 0 || p === 1 || p === Infinity ? s : pow(s, 1 / p);
}

/** In single precision every step is rounded, as torch's kernel does: a distance is often printed next to a tie. */
function euclideanSingle(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, n: number): number {
  let s = 0;
  for (let k = 0; k < n; k++) {
    const d = Math.fround(a[i + k] - b[j + k]);
    s = Math.fround(s + Math.fround(d * d));
  }
  return Math.sqrt(s);
}

function pairwise(a: Tensor, b: Tensor, p: number): Tensor {
  const [n, m, width] = [a.shape[a.shape.length - 2], b.shape[b.shape.length - 2], a.shape[a.shape.length - 1]];
  const batch = a.shape.slice(0, -2);
  const out = Tensor.empty([...batch, n, m], a.dtype, a.device);
  const [x, y, view] = [a.toTyped() as Float64Array, b.toTyped() as Float64Array, out.typedView() as Float64Array];
  for (let c = 0; c < numelOf(batch); c++)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) view[(c * n + i) * m + j] = distance(x, (c * n + i) * width, y, (c * m + j) * width, width, p);
  return out;
}

/** ∂‖d‖ₚ/∂d times g, d the differences; 0 where the distance is 0. */
function slopes(F: Ops, g: Tensor, d: Tensor, norm: Tensor, p: number): Tensor {
  if (p === 0) return F.zeros_like(d);
  if (p === 1) return F.mul(g, F.sgn(d));
  const zero = F.eq(norm, 0n);
  if (p === 2) return F.masked_fill(F.mul(g, F.div(d, norm)), zero, 0n);
  if (p === Infinity) return F.mul(F.mul(g, F.sgn(d)), F.eq(F.abs(d), norm));
  return F.masked_fill(F.mul(g, F.mul(F.sgn(d), F.div(F.pow(F.abs(d), p - 1), F.pow(norm, p - 1)))), F.logical_or(zero, F.eq(d, 0n)), 0n);
}

function cdist(F: Ops, a: Tensor, b: Tensor, p: number, mode: string | null): Tensor {
  for (const [t, name] of [
    [a, 'X1'],
    [b, 'X2'],
  ] as const) {
    if (t.shape.length < 2) throw new TorchError(`cdist only supports at least 2D tensors, ${name} got: ${t.shape.length}D`);
    if (!isFloating(t.dtype)) throw new TorchError(`cdist only supports floating-point dtypes, ${name} got: ${scalarTypeName(t.dtype)}`);
  }
  const width = a.shape[a.shape.length - 1];
  if (width !== b.shape[b.shape.length - 1])
    throw new TorchError(`X1 and X2 must have the same number of columns. X1: ${width} X2: ${b.shape[b.shape.length - 1]}`);
  if (p < 0) throw new TorchError('cdist only supports non-negative p values');
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [n, m] = [a.shape[a.shape.length - 2], b.shape[b.shape.length - 2]];
  const byProduct =
    mode === 'use_mm_for_euclid_dist' || ((mode === null || mode === 'use_mm_for_euclid_dist_if_necessary') && (n > 25 || m > 25));
  if (p !== 2 || !byProduct) return F._cdist_forward(a, b, p);
  const spread = (t: Tensor, rows: number): Tensor =>
    batch.length + 2 === t.shape.length && numelOf(batch) === numelOf(t.shape.slice(0, -2)) ? t : F.expand(t, [...batch, rows, width]);
  return F.view(F._euclidean_dist(spread(a, n), spread(b, m)), [...batch, n, m]);
}

const rows = { tensor: [2, 3] } as const;

function distances(name: string, grad: string): OpDescriptor {
  const withP = name === '_cdist_forward';
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: withP ? `${name}(Tensor x1, Tensor x2, float p) -> Tensor` : `${name}(Tensor x1, Tensor x2) -> Tensor`,
        forward: ([a, b, p], F) => {
          const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
          const spread = (t: Tensor): Tensor => F.expand(t, [...batch, ...t.shape.slice(-2)]);
          return pairwise(spread(a), spread(b), p ?? 2);
        },
        grad: {
          name: grad,
          saved: [
            { name: 'result', output: 0 },
            { name: withP ? 'self' : 'x1', argument: 0 },
            { name: withP ? 'x2' : 'x2', argument: 1 },
          ],
          keep: (args) => (withP ? { p: args[2] } : {}),
          backward: (g, { F, s: [norm, a, b], k, needs }) => {
            const d = F.sub(F.unsqueeze(a, -2), F.unsqueeze(b, -3));
            const each = slopes(F, F.unsqueeze(g, -1), d, F.unsqueeze(norm, -1), k.p ?? 2);
            return [needs & 1 ? F.sum(each, [-2]) : null, needs & 2 ? F.neg(F.sum(each, [-3])) : null];
          },
        },
      },
    ],
    samples: [{ args: [rows, { tensor: [4, 3] }, ...(withP ? [2] : [])] }, ...(withP ? [{ args: [rows, { tensor: [4, 3] }, 3] }] : [])],
  };
}

export const distanceOps: OpDescriptor[] = [
  distances('_cdist_forward', 'CdistBackward0'),
  distances('_euclidean_dist', 'EuclideanDistBackward0'),
  {
    name: 'cdist',
    kind: 'composite',
    overloads: [
      {
        schema: "cdist(Tensor x1, Tensor x2, float p=2, str? compute_mode='use_mm_for_euclid_dist_if_necessary') -> Tensor",
        forward: ([a, b, p, mode], F) => cdist(F, a, b, p, mode),
      },
    ],
  },
  {
    name: 'dist',
    kind: 'file',
    overloads: [
      {
        schema: 'dist(Tensor self, Tensor other, Scalar p=2) -> Tensor',
        forward: ([a, b, p], F) => F.norm(F.sub(a, b), p),
        grad: {
          name: 'DistBackward0',
          saved: [
            { name: 'other', argument: 1 },
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ p: args[2] }),
          backward: (g, { F, s: [b, norm, a], k, needs }) => {
            const each = slopes(F, g, F.sub(a, b), norm, Number(k.p));
            return [needs & 1 ? each : null, needs & 2 ? F.neg(each) : null];
          },
        },
      },
    ],
    samples: [{ args: [rows, rows] }, { args: [rows, { tensor: [3] }, 3n] }],
  },
  {
    name: 'renorm',
    kind: 'file',
    overloads: [
      {
        schema: 'renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor',
        forward: ([self, p, dim, maxnorm], F) => {
          if (self.shape.length < 2) throw new TorchError(`renorm: input needs at least 2 dimensions, got ${self.shape.length} dimensions`);
          return F.mul(self, scale(F, self, p, dim, maxnorm));
        },
        grad: {
          name: 'RenormBackward0',
          saved: [{ name: 'self', argument: 0 }],
          keep: (args) => ({ dim: args[2], maxnorm: args[3], p: args[1] }),
          // the scale's own slope where a row was pulled in
          backward: (g, { F, s: [self], k }) => {
            const d = wrapDim(k.dim, self.shape.length);
            const others = self.shape.map((_, i) => i).filter((i) => i !== d);
            const norm = F.linalg_vector_norm(self, k.p, others, true) as Tensor;
            const along = F.sum(F.mul(self, g), others, true);
            const one = F.ones_like(norm);
            const ofNorm = slopes(F, along, self, norm, Number(k.p));
            const inverse = F.reciprocal(F.add(norm, 1e-7));
            const pulled = F.mul(F.mul(F.sub(g, F.mul(inverse, ofNorm)), inverse), k.maxnorm);
            return F.where(F.gt(F.mul(one, norm), k.maxnorm), pulled, g);
          },
        },
      },
    ],
    samples: [{ args: [rows, 2n, 0n, 1] }],
  },
];

/** maxnorm / ‖row‖ where that is longer, else 1. */
function scale(F: Ops, self: Tensor, p: number, dim: number, maxnorm: number): Tensor {
  const d = wrapDim(dim, self.shape.length);
  const norm = F.linalg_vector_norm(
    self,
    p,
    self.shape.map((_, i) => i).filter((i) => i !== d),
    true,
  );
  return F.where(F.gt(norm, maxnorm), F.mul(F.reciprocal(F.add(norm, 1e-7)), maxnorm), 1n);
}
