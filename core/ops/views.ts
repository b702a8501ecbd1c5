// Ops that show all elements another way: no copies. And the composites over them.
import { tensorTypeName } from '../tensor/dtype.ts';
import { expandable, inferSize, numelOf, sameShape, sizesText, viewStrides, wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradRule, OpDescriptor } from './descriptor.ts';
import { over, turned } from './storage-views.ts';

function viewed(self: Tensor, size: readonly number[]): Tensor {
  const shape = inferSize(size, self.numel);
  const strides = viewStrides(self.shape, self.strides, shape);
  if (strides === null) {
    throw new TorchError(
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
    );
  }
  return over(self, shape, strides);
}

const backToSizes = { keep: (args: { 0: Tensor }) => ({ self_sym_sizes: args[0].shape }) } as const;

function transposed(self: Tensor, dim0: number, dim1: number): Tensor {
  const shape = self.shape.slice();
  const strides = self.strides.slice();
  [shape[dim0], shape[dim1]] = [shape[dim1], shape[dim0]];
  [strides[dim0], strides[dim1]] = [strides[dim1], strides[dim0]];
  return over(self, shape, strides);
}

function squeezed(self: Tensor, dims: readonly number[] | null): Tensor {
  const drop = dims === null ? null : dims.map((d) => wrapDim(d, self.shape.length));
  const shape: number[] = [];
  const strides: number[] = [];
  self.shape.forEach((size, d) => {
    if (size === 1 && (drop === null || drop.includes(d))) return;
    shape.push(size);
    strides.push(self.strides[d]);
  });
  return over(self, shape, strides);
}

function expanded(self: Tensor, size: readonly number[]): Tensor {
  const lead = size.length - self.shape.length;
  if (lead < 0) {
    throw new TorchError(
      `expand(${tensorTypeName(self.dtype, self.device)}{${sizesText(self.shape)}}, size=${sizesText(size)}): the number of sizes provided (${size.length}) must be greater or equal to the number of dimensions in the tensor (${self.shape.length})`,
    );
  }
  const shape: number[] = [];
  const strides: number[] = [];
  for (let i = 0; i < size.length; i++) {
    const own = i < lead ? 1 : self.shape[i - lead];
    const stride = i < lead ? 0 : self.strides[i - lead];
    let wanted = size[i];
    if (wanted === -1) {
      if (i < lead) throw new TorchError(`The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${i}`);
      wanted = own;
    }
    if (own !== wanted && own !== 1) {
      throw new TorchError(
        `The expanded size of the tensor (${wanted}) must match the existing size (${own}) at non-singleton dimension ${i}.  Target sizes: ${sizesText(size)}.  Tensor sizes: ${sizesText(self.shape)}`,
      );
    }
    shape.push(wanted);
    strides.push(own === wanted ? stride : 0);
  }
  return over(self, shape, strides);
}

function unsqueezed(self: Tensor, dim: number): Tensor {
  const rank = self.shape.length;
  const d = wrapDim(dim, rank + 1);
  const stride = d < rank ? self.shape[d] * self.strides[d] : 1;
  return over(
    self,
    [...self.shape.slice(0, d), 1, ...self.shape.slice(d)],
    [...self.strides.slice(0, d), stride, ...self.strides.slice(d)],
  );
}

/** What torch does to a tensor's own sizes in place (`squeeze_`): a tensor over the same elements that is no view of the first. */
function resized(
  name: string,
  params: string,
  forward: (self: Tensor, rest: readonly unknown[]) => Tensor,
  grad: GradRule,
): OpDescriptor[] {
  return [
    {
      name,
      kind: 'file',
      overloads: [{ schema: `${name}(${params}) -> Tensor`, forward: ([self, ...rest]) => forward(self, rest), grad }],
    },
  ];
}

const x = { tensor: [2, 3] } as const;

export const views: OpDescriptor[] = [
  {
    name: 'view',
    kind: 'file',
    overloads: [
      {
        schema: 'view(Tensor(a) self, SymInt[] size) -> Tensor(a)',
        forward: ([self, size]) => viewed(self, size),
        grad: { name: 'ViewBackward0', ...(backToSizes as object), backward: (g, { F, k }) => F.reshape(g, k.self_sym_sizes) },
      },
    ],
    samples: [{ args: [x, [3, 2]] }],
  },
  {
    name: '_unsafe_view',
    kind: 'file',
    overloads: [
      {
        schema: '_unsafe_view(Tensor self, SymInt[] size) -> Tensor',
        forward: ([self, size]) => viewed(self, size),
        grad: { name: 'UnsafeViewBackward0', ...(backToSizes as object), backward: (g, { F, k }) => F.reshape(g, k.self_sym_sizes) },
      },
    ],
  },
  {
    name: '_reshape_alias',
    kind: 'file',
    overloads: [
      {
        schema: '_reshape_alias(Tensor(a) self, SymInt[] size, SymInt[] stride) -> Tensor(a)',
        forward: ([self, size, stride]) => over(self, size, stride),
        grad: { name: 'ReshapeAliasBackward0', ...(backToSizes as object), backward: (g, { F, k }) => F.reshape(g, k.self_sym_sizes) },
      },
    ],
  },
  ...resized('_squeeze_result', 'Tensor self, int dim', (self, [dim]) => squeezed(self, dim === null ? null : [dim as number]), {
    name: 'SqueezeBackward4',
    keep: (args) => ({ dim: args[1], self_sym_sizes: args[0].shape }),
    backward: (g, { F, k }) => F.reshape(g, k.self_sym_sizes),
  }),
  ...resized('_squeeze_all_result', 'Tensor self', (self) => squeezed(self, null), {
    name: 'SqueezeBackward3',
    keep: (args) => ({ self_sym_sizes: args[0].shape }),
    backward: (g, { F, k }) => F.reshape(g, k.self_sym_sizes),
  }),
  ...resized('_unsqueeze_result', 'Tensor self, int dim', (self, [dim]) => unsqueezed(self, dim as number), {
    name: 'UnsqueezeBackward1',
    keep: (args) => ({ dim: args[1] }),
    backward: (g, { F, k }) => F.squeeze(g, BigInt(k.dim)),
  }),
  ...resized(
    '_transpose_result',
    'Tensor self, int dim0, int dim1',
    (self, [a, b]) => transposed(self, wrapDim(a as number, self.shape.length), wrapDim(b as number, self.shape.length)),
    {
      name: 'TransposeBackward1',
      keep: (args) => ({ dim0: args[1], dim1: args[2] }),
      backward: (g, { F, k }) => F.transpose(g, k.dim0, k.dim1),
    },
  ),
  ...resized(
    '_t_result',
    'Tensor self',
    (self) => (self.shape.length < 2 ? over(self, self.shape, self.strides) : transposed(self, 0, 1)),
    {
      name: 'TBackward1',
      backward: (g, { F }) => F.t(g),
    },
  ),
  {
    name: 'reshape',
    kind: 'composite',
    overloads: [
      {
        schema: 'reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)',
        forward: ([self, shape], F) => {
          const size = inferSize(shape, self.numel);
          if (self.isContiguous) return F.view(self, size);
          const strides = viewStrides(self.shape, self.strides, size);
          return strides !== null
            ? F._reshape_alias(self, size, strides)
            : F._unsafe_view(F.clone(self, { memory_format: 'contiguous' }), size);
        },
      },
    ],
    samples: [{ args: [x, [3, 2]] }],
  },
  {
    name: 'flatten',
    kind: 'composite',
    overloads: [
      {
        schema: 'flatten(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)',
        forward: ([self, startDim, endDim], F) => {
          const rank = self.shape.length;
          const from = wrapDim(startDim, rank);
          const to = wrapDim(endDim, rank);
          if (from > to) throw new TorchError('flatten() has invalid args: start_dim cannot come after end_dim');
          if (rank === 0) return F.reshape(self, [1]);
          if (from === to) return self;
          return F.reshape(self, [...self.shape.slice(0, from), numelOf(self.shape.slice(from, to + 1)), ...self.shape.slice(to + 1)]);
        },
      },
    ],
  },
  {
    name: 't',
    kind: 'file',
    overloads: [
      {
        schema: 't(Tensor(a) self) -> Tensor(a)',
        forward: ([self]) => {
          if (self.shape.length > 2) throw new TorchError(`t() expects a tensor with <= 2 dimensions, but self is ${self.shape.length}D`);
          return self.shape.length < 2
            ? over(self, self.shape, self.strides)
            : over(self, [self.shape[1], self.shape[0]], [self.strides[1], self.strides[0]]);
        },
        grad: { name: 'TBackward0', backward: (g, { F, createGraph }) => (g.shape.length === 2 ? turned(F, g, createGraph) : F.t(g)) },
      },
    ],
    samples: [{ args: [x] }],
  },
  {
    name: 'transpose',
    kind: 'file',
    overloads: [
      {
        schema: 'transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)',
        forward: ([self, dim0, dim1]) => {
          const [a, b] = [wrapDim(dim0, self.shape.length), wrapDim(dim1, self.shape.length)];
          return self.shape.length === 0 ? over(self, self.shape, self.strides) : transposed(self, a, b);
        },
        grad: {
          name: 'TransposeBackward0',
          keep: (args) => ({ dim0: args[1], dim1: args[2] }),
          backward: (g, { F, k }) => F.transpose(g, k.dim0, k.dim1),
        },
      },
    ],
    samples: [{ args: [x, 0n, 1n] }],
  },
  {
    name: 'permute',
    kind: 'file',
    overloads: [
      {
        schema: 'permute(Tensor(a) self, int[] dims) -> Tensor(a)',
        forward: ([self, dims]) => {
          const rank = self.shape.length;
          if (dims.length !== rank) {
            throw new TorchError(
              `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${rank} is not equal to len(dims) = ${dims.length}`,
            );
          }
          const order = (dims as number[]).map((d) => wrapDim(d, rank));
          if (new Set(order).size !== rank) throw new TorchError('permute(): duplicate dims are not allowed.');
          return over(
            self,
            order.map((d) => self.shape[d]),
            order.map((d) => self.strides[d]),
          );
        },
        grad: {
          name: 'PermuteBackward0',
          keep: (args) => ({ dims: args[1] }),
          backward: (g, { F, k }) => {
            const inverse: number[] = [];
            (k.dims as number[]).forEach((d, i) => {
              inverse[wrapDim(d, k.dims.length)] = i;
            });
            return F.permute(g, inverse);
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3, 2] }, [2, 0, 1]] }],
  },
  {
    name: 'squeeze',
    kind: 'file',
    overloads: [
      {
        schema: 'squeeze(Tensor(a) self) -> Tensor(a)',
        forward: ([self]) => squeezed(self, null),
        grad: { name: 'SqueezeBackward0', ...(backToSizes as object), backward: (g, { F, k }) => F.view(g, k.self_sym_sizes) },
      },
      {
        schema: 'squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)',
        forward: ([self, dim]) => squeezed(self, [dim]),
        grad: {
          name: 'SqueezeBackward1',
          keep: (args) => ({ dim: args[1], self_sym_sizes: args[0].shape }),
          backward: (g, { F, k }) => F.reshape(g, k.self_sym_sizes),
        },
      },
      {
        schema: 'squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)',
        forward: ([self, dim]) => squeezed(self, dim),
        grad: {
          name: 'SqueezeBackward2',
          keep: (args) => ({ dim: args[1], self_sym_sizes: args[0].shape }),
          backward: (g, { F, k }) => F.reshape(g, k.self_sym_sizes),
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 1, 3] }] }, { args: [{ tensor: [2, 1, 3] }, 1n] }],
  },
  {
    name: 'unsqueeze',
    kind: 'file',
    overloads: [
      {
        schema: 'unsqueeze(Tensor(a) self, int dim) -> Tensor(a)',
        forward: ([self, dim]) => unsqueezed(self, dim),
        grad: { name: 'UnsqueezeBackward0', keep: (args) => ({ dim: args[1] }), backward: (g, { F, k }) => F.squeeze(g, BigInt(k.dim)) },
      },
    ],
    samples: [{ args: [x, 1n] }],
  },
  {
    name: 'expand',
    kind: 'file',
    overloads: [
      {
        schema: 'expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)',
        forward: ([self, size]) => expanded(self, size),
        grad: { name: 'ExpandBackward0', ...(backToSizes as object), backward: (g, { F, k }) => F.sum_to_size(g, k.self_sym_sizes) },
      },
    ],
    samples: [{ args: [{ tensor: [3, 1] }, [2, 3, 4]] }],
  },
  {
    name: 'sum_to_size',
    kind: 'composite',
    overloads: [
      {
        schema: 'sum_to_size(Tensor self, SymInt[] size) -> Tensor',
        forward: ([self, size], F) => {
          if (size.length === 0) return F.sum(self);
          if (sameShape(self.shape, size)) return self;
          if (!expandable(size, self.shape))
            throw new TorchError(`size {${sizesText(size)}} is not expandable to size {${sizesText(self.shape)}}.`);
          const lead = self.shape.length - size.length;
          const dims: number[] = [];
          for (let d = 0; d < self.shape.length; d++) if (d < lead || (size[d - lead] === 1 && self.shape[d] !== 1)) dims.push(d);
          const summed = dims.length > 0 ? F.sum(self, dims, true) : self;
          return lead > 0 ? F.view(summed, size) : summed;
        },
      },
    ],
  },
];
