// Composites over views: moved, turned, flattened and unfolded dimensions.
import { deviceOf } from '../tensor/device.ts';
import { itemSize } from '../tensor/dtype.ts';
import { inferSize, sizesText, wrapDim } from '../tensor/shape.ts';
import { elementStart, forEachOffset, Tensor, wholeView } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { composite } from './composite.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { over } from './storage-views.ts';

const x = { tensor: [2, 3] } as const;

function moved(F: Ops, self: Tensor, from: readonly number[], to: readonly number[]): Tensor {
  const rank = self.shape.length;
  if (from.length !== to.length)
    throw new TorchError(
      `movedim: Invalid source or destination dims: source (${sizesText(from)} dims) should contain the same number of dims as destination (${sizesText(to)} dims)`,
    );
  const a = from.map((d) => wrapDim(d, rank));
  const b = to.map((d) => wrapDim(d, rank));
  for (const [list, name, given] of [
    [a, 'source', from],
    [b, 'destination', to],
  ] as const)
    if (new Set(list).size < list.length) throw new TorchError(`movedim: repeated dim in \`${name}\` (${sizesText(given)})`);
  if (rank === 0) return F.alias(self);
  const order = new Array<number>(rank).fill(-1);
  b.forEach((d, i) => {
    order[d] = a[i];
  });
  const rest = self.shape.map((_, i) => i).filter((i) => !a.includes(i));
  return F.permute(
    self,
    order.map((d) => (d < 0 ? (rest.shift() as number) : d)),
  );
}

function turned(F: Ops, self: Tensor, k: number, dims: readonly number[]): Tensor {
  if (dims.length !== 2) throw new TorchError(`expected total rotation dims == 2, but got dims = ${dims.length}`);
  if (self.shape.length < 2) throw new TorchError(`expected total dims >= 2, but got total dims = ${self.shape.length}`);
  const [one, two] = dims.map((d) => (d < 0 ? d + self.shape.length : d));
  if (one === two) throw new TorchError(`expected rotation dims to be different, but got dim0 = ${dims[0]} and dim1 = ${dims[1]}`);
  const turns = ((k % 4) + 4) % 4;
  if (turns === 0) return F.clone(self);
  if (turns === 2) return F.flip(self, dims);
  return turns === 1
    ? F.contiguous(F.transpose(F.flip(self, [dims[1]]), dims[0], dims[1]))
    : F.contiguous(F.transpose(F.flip(self, [dims[0]]), dims[0], dims[1]));
}

function unfolded(self: Tensor, dim: number, size: number, step: number): Tensor {
  const rank = self.shape.length;
  const d = wrapDim(dim, rank);
  const n = rank === 0 ? 1 : self.shape[d];
  if (size > n) throw new TorchError(`maximum size for tensor at dimension ${d} is ${n} but size is ${size}`);
  if (step <= 0) throw new TorchError(`step is ${step} but must be > 0`);
  if (rank === 0) return over(self, [size], [1]);
  const [shape, strides] = [self.shape.slice(), self.strides.slice()];
  shape[d] = Math.floor((n - size) / step) + 1;
  strides[d] = step * self.strides[d];
  return over(self, [...shape, size], [...strides, self.strides[d]]);
}

export const rearranging: OpDescriptor[] = [
  ...(['movedim', 'moveaxis'] as const).map(
    (name): OpDescriptor => ({
      name,
      kind: 'composite',
      overloads: [
        {
          schema: `${name}.int(Tensor(a) self, int source, int destination) -> Tensor(a)`,
          forward: ([self, a, b], F) => moved(F, self, [a], [b]),
        },
        {
          schema: `${name}.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)`,
          forward: ([self, a, b], F) => moved(F, self, a, b),
        },
      ],
      samples: name === 'movedim' ? [{ args: [{ tensor: [2, 3, 2] }, 0n, 2n] }] : [],
    }),
  ),
  composite('ravel(Tensor(a) self) -> Tensor(a)', ([self], F) => F.view(F.contiguous(self), [-1]), [{ args: [x] }]),
  composite('adjoint(Tensor(a) self) -> Tensor(a)', ([self], F) => {
    if (self.shape.length < 2)
      throw new TorchError(`tensor.adjoint() is only supported on matrices or batches of matrices. Got ${self.shape.length}-D tensor.`);
    return F.transpose(self, -2, -1);
  }),
  composite('unflatten(Tensor(a) self, int dim, SymInt[] sizes) -> Tensor(a)', ([self, dim, sizes], F) => {
    const d = wrapDim(dim, self.shape.length);
    if (sizes.length === 0) throw new TorchError('unflatten: sizes must be non-empty');
    let size: number[];
    try {
      size = inferSize(sizes, self.shape[d]);
    } catch {
      throw new TorchError(
        `unflatten: Provided sizes ${sizesText(sizes)} don't multiply up to the size of dim ${d} (${self.shape[d]}) in the input tensor`,
      );
    }
    return F.view(self, [...self.shape.slice(0, d), ...size, ...self.shape.slice(d + 1)]);
  }),
  composite('tile(Tensor self, SymInt[] dims) -> Tensor', ([self, dims], F) =>
    F.repeat(self, [...new Array(Math.max(self.shape.length - dims.length, 0)).fill(1), ...dims]),
  ),
  composite('fliplr(Tensor self) -> Tensor', ([self], F) => {
    if (self.shape.length < 2) throw new TorchError('Input must be >= 2-d.');
    return F.flip(self, [1]);
  }),
  composite('flipud(Tensor self) -> Tensor', ([self], F) => {
    if (self.shape.length < 1) throw new TorchError('Input must be >= 1-d.');
    return F.flip(self, [0]);
  }),
  {
    name: 'rot90',
    kind: 'file',
    overloads: [
      {
        schema: 'rot90(Tensor self, int k=1, int[] dims=[0,1]) -> Tensor',
        forward: ([self, k, dims], F) => turned(F, self, k, dims),
        grad: {
          name: 'Rot90Backward0',
          keep: (args) => ({ dims: args[2], k: args[1] }),
          backward: (g, { F, k }) => F.rot90(g, BigInt(-k.k), k.dims),
        },
      },
    ],
    samples: [{ args: [x, 1n, [0n, 1n]] }],
  },
  {
    name: 'unfold',
    kind: 'file',
    overloads: [
      {
        schema: 'unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)',
        forward: ([self, dim, size, step]) => unfolded(self, dim, size, step),
        grad: {
          name: 'UnfoldBackward0',
          keep: (args) => ({ dimension: args[1], self_sym_sizes: args[0].shape, size: args[2], step: args[3] }),
          backward: (g, { F, k }) => F.unfold_backward(g, k.self_sym_sizes, k.dimension, k.size, k.step),
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 5] }, 1n, 3n, 1n] }],
  },
  {
    name: 'unfold_backward',
    kind: 'file',
    overloads: [
      {
        schema: 'unfold_backward(Tensor grad_in, SymInt[] input_sizes, int dim, int size, int step) -> Tensor',
        forward: ([g, sizes, dim, size, step]) => {
          const out = Tensor.empty(sizes, g.dtype, g.device);
          deviceOf(out).fill(out, 0);
          const places = unfolded(out, dim, size, step);
          const [view, from, to] = [wholeView(g.dtype) as Float64Array, elementStart(g), elementStart(places)];
          const at: number[] = [];
          forEachOffset(g.shape, g.strides, (offset) => at.push(from + offset));
          let i = 0;
          forEachOffset(places.shape, places.strides, (offset) => {
            view[to + offset] += view[at[i++]];
          });
          places.dispose();
          return out;
        },
        grad: {
          name: 'UnfoldBackwardBackward0',
          keep: (args) => ({ dim: args[2], size: args[3], step: args[4] }),
          backward: (h, { F, k }) => F.unfold(h, k.dim, k.size, k.step),
        },
      },
    ],
  },
  {
    name: '_view_dtype',
    kind: 'file',
    overloads: [
      {
        schema: '_view_dtype(Tensor self, ScalarType dtype) -> Tensor',
        inputs: [],
        forward: ([self, dtype]) => {
          if (itemSize(self.dtype) !== itemSize(dtype))
            throw new TorchError('Tensor.view(dtype) to another item size is not in Nabla yet', 'NotImplementedError');
          return Tensor.over(self.storage, dtype, self.device, self.shape, self.strides, self.offset);
        },
      },
    ],
  },
];
