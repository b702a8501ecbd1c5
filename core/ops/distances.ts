// Distances and similarities between rows: pairwise_distance, cosine_similarity, pdist; and the bilinear form.
import { deviceOf } from '../tensor/device.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { broadcastShapes, sameShape, wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { normBackward } from './statistics.ts';

function cosine(F: Ops, x1: Tensor, x2: Tensor, dim: number, eps: number): Tensor {
  if (!isFloating(x1.dtype) || !isFloating(x2.dtype))
    throw new TorchError(
      `expected common dtype to be floating point, yet common dtype is ${scalarTypeName(isFloating(x1.dtype) ? x2.dtype : x1.dtype)}`,
    );
  const shape = broadcastShapes(x1.shape, x2.shape);
  const same = sameShape(x1.shape, x2.shape);
  const [a, b] = same ? [x1, x2] : [F.expand(x1, shape), F.expand(x2, shape)];
  const scaled = (x: Tensor): Tensor => {
    const norm = F.clone(F.linalg_vector_norm(x, 2n, [dim], true)) as Tensor;
    // Held above eps without history, as torch does.
    deviceOf(norm).elementwise(['maximum', 'a', 'p'], [norm], [eps], norm, norm.dtype);
    return F.div(x, norm);
  };
  return F.sum(F.mul(scaled(a), scaled(b)), [dim]);
}

/** The upper triangle's pairs (i, j), row by row. */
function pairs(n: number, device: Tensor['device']): [Tensor, Tensor] {
  const first: bigint[] = [];
  const second: bigint[] = [];
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      first.push(BigInt(i));
      second.push(BigInt(j));
    }
  return [Tensor.fromTyped(BigInt64Array.from(first), { device }), Tensor.fromTyped(BigInt64Array.from(second), { device })];
}

/** Sizes with a 1 put in at each of `dims`, which count in the result. */
function spread(F: Ops, t: Tensor, dims: readonly number[]): Tensor {
  let out = t;
  for (const d of [...dims].sort((a, b) => a - b)) out = F.unsqueeze(out, BigInt(d));
  return out;
}

function gathered(F: Ops, t: Tensor, expanded: readonly number[], shape: readonly number[]): Tensor {
  const kept = shape.map((_, d) => d).filter((d) => expanded.includes(d));
  const summed = kept.length > 0 ? F.sum(t, kept) : t;
  return summed;
}

function bilinear(F: Ops, x1: Tensor, x2: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  if (x1.shape.length !== x2.shape.length)
    throw new TorchError(`bilinear(): input dimensions do not match: got ${x1.shape.length} and ${x2.shape.length}`);
  const last = x1.shape.length - 1;
  for (let d = 0; d < last; d++)
    if (x1.shape[d] !== x2.shape[d])
      throw new TorchError(`bilinear(): input batch dimensions do not match at dim ${d}: got ${x1.shape[d]} and ${x2.shape[d]}`);
  if (x1.shape[last] !== weight.shape[1])
    throw new TorchError(`bilinear(): input1 size does not match weight size: got ${x1.shape[last]} but expected ${weight.shape[1]}`);
  if (x2.shape[last] !== weight.shape[2])
    throw new TorchError(`bilinear(): input2 size does not match weight size: got ${x2.shape[last]} but expected ${weight.shape[2]}`);
  if (bias !== null && bias.shape[0] !== weight.shape[0])
    throw new TorchError(`bilinear(): bias size does not match weight size: got ${bias.shape[0]} but expected ${weight.shape[0]}`);
  const flat = (x: Tensor): Tensor => F.reshape(x, [-1, x.shape[last]]);
  const product = F._trilinear(flat(x1), weight, flat(x2), [1, 3], [0], [1, 2], [2, 3]) as Tensor;
  const out = F.reshape(product, [...x1.shape.slice(0, last), weight.shape[0]]);
  return bias === null ? out : F.add(out, bias);
}

const rows = { tensor: [3, 4] } as const;

export const distances: OpDescriptor[] = [
  {
    name: '_norm',
    kind: 'file',
    overloads: [
      {
        schema: '_norm(Tensor self, Scalar p, int[1] dim, bool keepdim=False) -> Tensor',
        forward: ([x, p, dim, keepdim], F) => F.linalg_vector_norm(x, p, dim, keepdim),
        grad: {
          name: 'NormBackward1',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ dim: args[2], keepdim: args[3], p: args[1] }),
          backward: (g, c) => normBackward(g, { ...c, k: { ...c.k, ord: c.k.p } }),
        },
      },
    ],
  },
  {
    name: 'pairwise_distance',
    kind: 'composite',
    overloads: [
      {
        schema: 'pairwise_distance(Tensor x1, Tensor x2, float p=2, float eps=1e-06, bool keepdim=False) -> Tensor',
        // ‖x₁ - x₂ + eps‖ over the last dimension
        forward: ([x1, x2, p, eps, keepdim], F) =>
          F._norm(F.add(F.sub(x1, x2), eps), p, [Math.max(x1.shape.length, x2.shape.length) - 1], keepdim),
      },
    ],
    samples: [{ args: [rows, rows] }, { args: [rows, rows, 3] }],
  },
  {
    name: 'cosine_similarity',
    kind: 'composite',
    overloads: [
      {
        schema: 'cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor',
        forward: ([x1, x2, dim, eps], F) => cosine(F, x1, x2, wrapDim(dim, Math.max(x1.shape.length, x2.shape.length)), eps),
      },
    ],
    samples: [{ args: [rows, rows] }],
  },
  {
    name: '_pdist_forward',
    kind: 'file',
    overloads: [
      {
        schema: '_pdist_forward(Tensor self, float p=2) -> Tensor',
        forward: ([x, p], F) => {
          const [i, j] = pairs(x.shape[0], x.device);
          return F.linalg_vector_norm(F.sub(F.index_select(x, 0n, i), F.index_select(x, 0n, j)), p, [1]);
        },
        grad: {
          name: 'PdistBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ p: args[1] }),
          backward: (g, c) => {
            const { F, s } = c;
            const [i, j] = pairs(s[1].shape[0], s[1].device);
            const difference = F.sub(F.index_select(s[1], 0n, i), F.index_select(s[1], 0n, j)) as Tensor;
            if (c.k.p === 0) return F.zeros_like(s[1]);
            const each = normBackward(g, { ...c, s: [s[0], difference], k: { ord: c.k.p, dim: [1], keepdim: false } });
            const count = s[1].shape[0];
            return F.sub(F.embedding_dense_backward(each, i, count, -1, false), F.embedding_dense_backward(each, j, count, -1, false));
          },
        },
      },
    ],
  },
  {
    name: 'pdist',
    kind: 'composite',
    overloads: [
      {
        schema: 'pdist(Tensor self, float p=2) -> Tensor',
        forward: ([x, p], F) => {
          if (x.shape.length !== 2) throw new TorchError(`pdist only supports 2D tensors, got: ${x.shape.length}D`);
          if (!isFloating(x.dtype)) throw new TorchError('pdist only supports floating-point dtypes');
          if (p < 0) throw new TorchError('pdist only supports non-negative p values');
          return F._pdist_forward(F.contiguous(x), p);
        },
      },
    ],
    samples: [{ args: [rows] }],
  },
  {
    name: '_trilinear',
    kind: 'file',
    overloads: [
      {
        schema:
          '_trilinear(Tensor i1, Tensor i2, Tensor i3, int[] expand1, int[] expand2, int[] expand3, int[] sumdim, int unroll_dim=1) -> Tensor',
        inputs: [0, 1, 2],
        forward: ([a, b, c, expandA, expandB, expandC, sumdim], F) =>
          F.sum(F.mul(F.mul(spread(F, a, expandA), spread(F, b, expandB)), spread(F, c, expandC)), sumdim),
        grad: {
          name: 'TrilinearBackward0',
          saved: [
            { name: 'i1', argument: 0 },
            { name: 'i2', argument: 1 },
            { name: 'i3', argument: 2 },
          ],
          keep: (args) => ({ expand1: args[3], expand2: args[4], expand3: args[5], sumdim: args[6] }),
          // each factor takes the gradient times the other two
          backward: (g, { F, s: [i1, i2, i3], k, needs }) => {
            const [a, b, c] = [spread(F, i1, k.expand1), spread(F, i2, k.expand2), spread(F, i3, k.expand3)];
            const up = spread(F, g, k.sumdim);
            const shape = a.shape;
            return [
              needs & 1 ? gathered(F, F.mul(F.mul(up, b), c), k.expand1, shape) : null,
              needs & 2 ? gathered(F, F.mul(F.mul(up, a), c), k.expand2, shape) : null,
              needs & 4 ? gathered(F, F.mul(F.mul(up, a), b), k.expand3, shape) : null,
            ];
          },
        },
      },
    ],
  },
  {
    name: 'bilinear',
    kind: 'composite',
    overloads: [
      {
        schema: 'bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor',
        forward: ([x1, x2, weight, bias], F) => bilinear(F, x1, x2, weight, bias),
      },
    ],
    samples: [{ args: [{ tensor: [3, 2] }, rows, { tensor: [2, 2, 4] }, { tensor: [2] }] }],
  },
];
