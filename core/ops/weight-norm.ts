// Weight normalisation: a weight as length times direction, and the lengths of a weight's slices.
import { wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

/** The norm of each slice along `dim`, in a shape that broadcasts; dim -1 is one norm of all. */
function normExcept(F: Ops, v: Tensor, p: number, dim: number): Tensor {
  const rank = v.shape.length;
  if (dim === -1) return F.linalg_vector_norm(v, p);
  const d = wrapDim(dim, rank);
  const shape = v.shape.map((n, i) => (i === d ? n : 1));
  if (d === 0) return F.view(F._norm(F.view(F.contiguous(v), [v.shape[0], -1]), p, [1]), shape);
  if (d === rank - 1) return F.view(F._norm(F.view(F.contiguous(v), [-1, v.shape[d]]), p, [0]), shape);
  return F.transpose(normExcept(F, F.transpose(v, 0n, BigInt(d)), p, 0), 0n, BigInt(d));
}

function others(v: Tensor, dim: number): number[] {
  return v.shape.flatMap((_, i) => (i === dim ? [] : [i]));
}

const sample = [{ tensor: [3, 4] }, { tensor: [3, 1], low: 0.5, high: 1.5 }] as const;

export const weightNorms: OpDescriptor[] = [
  {
    name: '_weight_norm_interface',
    kind: 'file',
    overloads: [
      {
        schema: '_weight_norm_interface(Tensor v, Tensor g, int dim=0) -> (Tensor, Tensor)',
        forward: ([v, g, dim], F) => {
          const norms = F.linalg_vector_norm(v, 2n, others(v, dim), true);
          return [F.mul(v, F.div(g, norms)), norms];
        },
        grad: {
          name: 'WeightNormInterfaceBackward0',
          saved: [
            { name: 'g', argument: 1 },
            { name: 'result1', output: 1 },
            { name: 'v', argument: 0 },
          ],
          keep: (args) => ({ dim: args[2] }),
          // w = g v/n: (g/n)(G - v Σ(G v)/n²) for v, Σ(G v)/n for g
          backward: (up, { F, s: [g, norms, v], k, createGraph }) => {
            const dims = others(v, k.dim);
            const n = createGraph ? F.linalg_vector_norm(v, 2n, dims, true) : norms;
            const along = F.sum(F.mul(up, v), dims, true);
            return [F.mul(F.div(g, n), F.sub(up, F.mul(v, F.div(along, F.mul(n, n))))), F.div(along, n)];
          },
        },
      },
    ],
  },
  {
    name: 'norm_except_dim',
    kind: 'composite',
    overloads: [
      {
        schema: 'norm_except_dim(Tensor v, int pow=2, int dim=0) -> Tensor',
        forward: ([v, p, dim], F) => normExcept(F, v, p, dim),
      },
    ],
  },
  {
    name: '_weight_norm',
    kind: 'composite',
    overloads: [
      {
        schema: '_weight_norm(Tensor v, Tensor g, int dim=0) -> Tensor',
        forward: ([v, g, dim], F) => {
          if (v.device !== g.device) throw new TorchError('weight_norm: expected v and g to be on the same device');
          if (dim === 0 || dim === v.shape.length - 1) return F._weight_norm_interface(F.contiguous(v), F.contiguous(g), dim)[0];
          return F.mul(v, F.div(g, normExcept(F, v, 2, dim)));
        },
      },
    ],
    samples: [{ args: [...sample] }, { args: [{ tensor: [3, 4] }, { tensor: [1, 4], low: 0.5, high: 1.5 }, 1n] }],
  },
];
