// Diagonals and triangles: laid into zeros, taken out, written over; and self with one of its views replaced.
import { deviceOf } from '../tensor/device.ts';
import { sizesText, wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { composite } from './composite.ts';
import type { Arg, Args, OpDescriptor, Ops } from './descriptor.ts';
import { inPlaceOf } from './in-place-of.ts';
import { joining } from './joining.ts';

const x = { tensor: [2, 3] } as const;

function laidDiagonal(F: Ops, self: Tensor, offset: number, dim1: number, dim2: number): Tensor {
  const rank = self.shape.length + 1;
  const [a, b] = [wrapDim(dim1, rank), wrapDim(dim2, rank)];
  if (a === b) throw new TorchError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  const n = self.shape[self.shape.length - 1] + Math.abs(offset);
  const shape = self.shape.slice(0, -1);
  for (const d of [a, b].sort((p, q) => p - q)) shape.splice(d, 0, n);
  const out = F.zeros(shape, { dtype: self.dtype, device: self.device });
  const line = F.diagonal(out, BigInt(offset), BigInt(a), BigInt(b)) as Tensor;
  deviceOf(out).elementwise('a', [self], [], line, self.dtype);
  return out;
}

/** self with `src` written over one of its views. */
function scattered(
  name: string,
  params: string,
  view: (F: Ops, self: Tensor, rest: Args) => Tensor,
  grad: string,
  keep: (rest: Args) => Record<string, never>,
): OpDescriptor {
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: `${name}(Tensor self, Tensor src, ${params}) -> Tensor`,
        forward: ([self, src, ...rest], F) => {
          const out = F.clone(self, { memory_format: 'contiguous' }) as Tensor;
          const part = view(F, out, rest);
          if (sizesText(part.shape) !== sizesText(src.shape))
            throw new TorchError(
              name === 'slice_scatter'
                ? `expected src to have a size equal to the slice of self. src size = ${sizesText(src.shape)}, slice size = ${sizesText(part.shape)}`
                : `expected src to have a size equal to the slice of self. src size = ${sizesText(src.shape)}, slice size = ${sizesText(part.shape)}`,
            );
          deviceOf(out).elementwise('a', [src], [], part, src.dtype);
          return out;
        },
        grad: {
          name: grad,
          keep: ([, , ...rest]) => ({ ...keep(rest), _rest: rest as never }),
          backward: (g, { F, k, needs }) => {
            const part = view(F, g, k._rest as Args);
            const rest = k._rest as Arg[];
            return [needs & 1 ? F[name](g, F.zeros_like(part), ...rest) : null, needs & 2 ? part : null];
          },
        },
      },
    ],
    samples: [],
  };
}

const triangles = joining.filter(({ name }) => name === 'tril' || name === 'triu').map(inPlaceOf);

export const diagonals: OpDescriptor[] = [
  ...triangles,
  {
    name: 'diag_embed',
    kind: 'file',
    overloads: [
      {
        schema: 'diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor',
        forward: ([self, offset, a, b], F) => laidDiagonal(F, self, offset, a, b),
        grad: {
          name: 'DiagEmbedBackward0',
          keep: (args) => ({ dim1: args[2], dim2: args[3], offset: args[1] }),
          backward: (g, { F, k }) => F.diagonal(g, BigInt(k.offset), BigInt(k.dim1), BigInt(k.dim2)),
        },
      },
    ],
    samples: [{ args: [x, 1n] }],
  },
  {
    name: 'diagonal_copy',
    kind: 'file',
    overloads: [
      {
        schema: 'diagonal_copy(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor',
        forward: ([self, offset, a, b], F) =>
          F.clone(F.diagonal(self, BigInt(offset), BigInt(a), BigInt(b)), { memory_format: 'contiguous' }),
        grad: {
          name: 'DiagonalBackward0_copy',
          keep: (args) => ({ dim1: args[2], dim2: args[3], offset: args[1], self_sym_sizes: args[0].shape }),
          backward: (g, { F, k }) =>
            F.diagonal_scatter(
              F.zeros(k.self_sym_sizes, { dtype: g.dtype, device: g.device }),
              g,
              BigInt(k.offset),
              BigInt(k.dim1),
              BigInt(k.dim2),
            ),
        },
      },
    ],
    samples: [{ args: [x] }],
  },
  composite('diag(Tensor self, int diagonal=0) -> Tensor', ([self, k], F) => {
    if (self.shape.length === 1) return F.diag_embed(self, BigInt(k));
    if (self.shape.length !== 2) throw new TorchError(`diag(): Supports 1D or 2D tensors. Got ${self.shape.length}D`);
    return F.diagonal_copy(self, BigInt(k));
  }),
  composite('diagflat(Tensor self, int offset=0) -> Tensor', ([self, k], F) => F.diag_embed(F.view(F.contiguous(self), [-1]), BigInt(k))),
  composite('linalg_diagonal(Tensor(a) self, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor(a)', ([self, k, a, b], F) =>
    F.diagonal(self, BigInt(k), BigInt(a), BigInt(b)),
  ),
  {
    ...scattered(
      'diagonal_scatter',
      'int offset=0, int dim1=0, int dim2=1',
      (F, self, [k, a, b]) => F.diagonal(self, BigInt(k), BigInt(a), BigInt(b)),
      'DiagonalScatterBackward0',
      ([offset, dim1, dim2]) => ({ dim1, dim2, offset }) as never,
    ),
    samples: [{ args: [x, { tensor: [2] }] }],
  },
  {
    ...scattered(
      'select_scatter',
      'int dim, SymInt index',
      (F, self, [dim, index]) => F.select(self, BigInt(dim), BigInt(index)),
      'SelectScatterBackward0',
      ([dim, index]) => ({ dim, index }) as never,
    ),
    samples: [{ args: [x, { tensor: [3] }, 0n, 1n] }],
  },
  {
    ...scattered(
      'slice_scatter',
      'int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1',
      (F, self, [dim, start, end, step]) => F.slice(self, dim, start, end, step),
      'SliceScatterBackward0',
      ([dim, start, end, step]) => ({ dim, end, start, step }) as never,
    ),
    samples: [{ args: [x, { tensor: [2, 1] }, 1n, 1n, 2n] }],
  },
  {
    name: 'narrow_copy',
    kind: 'file',
    overloads: [
      {
        schema: 'narrow_copy(Tensor self, int dim, SymInt start, SymInt length) -> Tensor',
        forward: ([self, dim, start, length], F) => F.clone(F.narrow(self, dim, start, length)),
        grad: {
          name: 'NarrowCopyBackward0',
          keep: (args) => ({ dim: args[1], length: args[3], self_sym_sizes: args[0].shape, start: args[2] }),
          backward: (g, { F, k }) => F.slice_backward(g, k.self_sym_sizes, k.dim, k.start, k.start + k.length, 1),
        },
      },
    ],
  },
  composite('fill_diagonal_(Tensor self, Scalar fill_value, bool wrap=False) -> Tensor', ([self, value, wrap], F) => {
    const rank = self.shape.length;
    if (rank < 2) throw new TorchError('dimensions must larger than 1');
    if (rank > 2 && self.shape.some((n: number) => n !== self.shape[0]))
      throw new TorchError('all dimensions of input must be of equal length');
    const [n, m] = self.shape;
    const step = self.strides.reduce((a: number, b: number) => a + b, 0);
    let size = Math.min(...self.shape);
    // In a tall matrix the diagonal may begin again below a free row.
    if (wrap && rank === 2 && n > m + 1 && self.isContiguous) size = Math.ceil((n * m) / (m + 1));
    F.fill_(F.as_strided(self, [size], [step], self.offset), value);
    return self;
  }),
];
