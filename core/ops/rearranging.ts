// Composites over views and joins: stacking, splitting, tiling, turning; and the ops that lay a diagonal or a block into zeros.
import { deviceOf } from '../tensor/device.ts';
import { itemSize, promotion } from '../tensor/dtype.ts';
import { broadcastShapes, inferSize, sizesText, wrapDim } from '../tensor/shape.ts';
import { elementStart, forEachOffset, Tensor, wholeView } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Arg, Args, OpDescriptor, Ops } from './descriptor.ts';
import { inPlaceOf } from './in-place-of.ts';
import { joining } from './joining.ts';
import { over } from './storage-views.ts';

const x = { tensor: [2, 3] } as const;

/** A composite of one overload. */
function composite(
  schema: string,
  forward: (args: Args, F: Ops) => Tensor | Tensor[],
  samples: OpDescriptor['samples'] = [],
): OpDescriptor {
  return { name: /^\w+/.exec(schema)?.[0] as string, kind: 'composite', overloads: [{ schema, forward }], samples };
}

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

/** At least so many dimensions, as NumPy pads them. */
function atLeast(F: Ops, self: Tensor, rank: 1 | 2 | 3): Tensor {
  const n = self.shape.length;
  if (n >= rank) return self;
  if (n === 0) return F.reshape(self, new Array(rank).fill(1));
  if (rank === 2 || n === 1) {
    const row = F.unsqueeze(self, 0);
    return rank === 2 ? row : F.unsqueeze(row, -1);
  }
  return F.unsqueeze(self, -1);
}

function atLeastOp(rank: 1 | 2 | 3): OpDescriptor {
  return {
    name: `atleast_${rank}d`,
    kind: 'composite',
    overloads: [
      { schema: `atleast_${rank}d(Tensor self) -> Tensor`, forward: ([self], F) => atLeast(F, self, rank) },
      {
        schema: `atleast_${rank}d.Sequence(Tensor[] tensors) -> Tensor[]`,
        forward: ([tensors], F) => tensors.map((t: Tensor) => atLeast(F, t, rank)),
      },
    ],
    samples: [{ args: [{ tensor: [2] }] }],
  };
}

function stacked(name: string, rank: 1 | 2 | 3, dim: (first: Tensor) => number): OpDescriptor {
  return composite(
    `${name}(Tensor[] tensors) -> Tensor`,
    ([tensors], F) => {
      if (tensors.length === 0) throw new TorchError(`${name} expects a non-empty TensorList`);
      const list = (tensors as Tensor[]).map((t) => atLeast(F, t, rank));
      return F.cat(list, dim(list[0]));
    },
    [{ args: [[x, x]] }],
  );
}

/** torch.tensor_split: the first parts are one longer. */
function tensorSplit(F: Ops, self: Tensor, sections: number | readonly number[], dim: number): Tensor[] {
  if (self.shape.length === 0) throw new TorchError('tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims');
  const n = self.shape[wrapDim(dim, self.shape.length)];
  if (typeof sections !== 'number') {
    const ends = [...sections, n];
    return ends.map((end, i) => F.slice(self, dim, i === 0 ? 0 : ends[i - 1], end));
  }
  if (sections <= 0) throw new TorchError(`number of sections must be larger than 0, got ${sections}`);
  let at = 0;
  return Array.from({ length: sections }, (_, i) => {
    const size = Math.floor(n / sections) + (i < n % sections ? 1 : 0);
    at += size;
    return F.slice(self, dim, at - size, at);
  });
}

function splitOp(name: 'hsplit' | 'vsplit' | 'dsplit'): OpDescriptor {
  const least = { hsplit: 1, vsplit: 2, dsplit: 3 }[name];
  const run = (F: Ops, self: Tensor, sections: number | readonly number[]): Tensor[] => {
    const rank = self.shape.length;
    if (rank < least)
      throw new TorchError(
        `torch.${name} requires a tensor with at least ${least} dimension${least > 1 ? 's' : ''}, but got a tensor with ${rank} dimensions!`,
      );
    const dim = name === 'vsplit' ? 0 : name === 'dsplit' ? 2 : rank === 1 ? 0 : 1;
    if (typeof sections === 'number' && (sections <= 0 || self.shape[dim] % sections !== 0))
      throw new TorchError(
        `torch.${name} attempted to split along dimension ${dim}, but the size of the dimension ${self.shape[dim]} is not divisible by the split_size ${sections}!`,
      );
    return tensorSplit(F, self, sections, dim);
  };
  return {
    name,
    kind: 'composite',
    overloads: [
      { schema: `${name}.int(Tensor(a) self, int sections) -> Tensor(a)[]`, forward: ([self, n], F) => run(F, self, n) },
      { schema: `${name}.array(Tensor(a) self, int[] indices) -> Tensor(a)[]`, forward: ([self, list], F) => run(F, self, list) },
    ],
  };
}

function repeated(F: Ops, self: Tensor, repeats: number, dim: number | null): Tensor {
  if (repeats < 0) throw new TorchError('Repeats must be non-negative');
  const source = dim === null ? F.flatten(self) : self;
  const d = wrapDim(dim ?? 0, source.shape.length);
  const wide = F.expand(F.unsqueeze(source, d + 1), [...source.shape.slice(0, d + 1), repeats, ...source.shape.slice(d + 1)]);
  return F.flatten(F.clone(wide, { memory_format: 'contiguous' }), d, d + 1);
}

function repeatedBy(F: Ops, self: Tensor, repeats: Tensor, dim: number | null): Tensor {
  const source = dim === null ? F.flatten(self) : self;
  const d = wrapDim(dim ?? 0, source.shape.length);
  const counts = repeats.toArray();
  if (repeats.shape.length > 1) throw new TorchError('repeats must be 0-dim or 1-dim tensor');
  if (counts.some((n) => n < 0)) throw new TorchError('repeats can not be negative');
  const size = source.shape[d];
  if (repeats.shape.length === 0 || repeats.numel === 1) return repeated(F, source, counts[0], d);
  if (counts.length !== size)
    throw new TorchError(
      `repeats must have the same size as input along dim, but got repeats.size(0) = ${counts.length} and input.size(${d}) = ${size}`,
    );
  const index = counts.flatMap((n, i) => new Array<bigint>(n).fill(BigInt(i)));
  return F.index_select(source, d, Tensor.fromTyped(BigInt64Array.from(index), { shape: [index.length], dtype: 'int64' }));
}

function mesh(F: Ops, tensors: readonly Tensor[], indexing: string): Tensor[] {
  if (tensors.length === 0) throw new TorchError('meshgrid expects a non-empty TensorList');
  for (const t of tensors)
    if (t.shape.length > 1) throw new TorchError(`torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${t.shape.length}`);
  if (indexing !== 'ij' && indexing !== 'xy')
    throw new TorchError(`torch.meshgrid: indexing must be one of "xy" or "ij", but received: ${indexing}`);
  // 'xy' swaps the first two sizes: the first vector runs along the columns.
  const axis = (i: number): number => (indexing === 'xy' && tensors.length >= 2 && i < 2 ? 1 - i : i);
  const shape = tensors.map((_, i) => tensors[axis(i)].numel);
  return tensors.map((t, i) =>
    F.expand(
      F.view(
        t,
        shape.map((_, j) => (j === axis(i) ? t.numel : 1)),
      ),
      shape,
    ),
  );
}

/** Index tuples i₁ < i₂ < … (≤ with replacement) of n things as a mask over the grid. */
function combinationMask(F: Ops, n: number, r: number, replacement: boolean): Tensor {
  const range = F.arange(BigInt(n));
  const grids = mesh(F, new Array<Tensor>(r).fill(range), 'ij');
  let mask: Tensor = F.full(new Array(r).fill(n), true, { dtype: 'bool' });
  for (let i = 0; i + 1 < r; i++) mask = F.logical_and(mask, F[replacement ? 'le' : 'lt'](grids[i], grids[i + 1]));
  return mask;
}

function turned(F: Ops, self: Tensor, k: number, dims: readonly number[]): Tensor {
  if (dims.length !== 2) throw new TorchError(`expected total rotation dims == 2, but got dims = ${dims.length}`);
  if (self.shape.length < 2) throw new TorchError(`expected total dims >= 2, but got total dims = ${self.shape.length}`);
  const turns = ((k % 4) + 4) % 4;
  if (turns === 0) return F.clone(self);
  if (turns === 2) return F.flip(self, dims);
  return turns === 1
    ? F.contiguous(F.transpose(F.flip(self, [dims[1]]), dims[0], dims[1]))
    : F.contiguous(F.transpose(F.flip(self, [dims[0]]), dims[0], dims[1]));
}

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

function blocks(F: Ops, tensors: readonly Tensor[]): Tensor {
  const parts: Tensor[] = tensors.map((t, i) => {
    if (t.shape.length > 2)
      throw new TorchError(`torch.block_diag: Input tensors must have 2 or fewer dimensions. Input ${i} has ${t.shape.length} dimensions`);
    return t.shape.length === 2 ? t : F.reshape(t, [1, t.numel]);
  });
  const dtype = parts.reduce((type, t) => promotion(type, t.dtype), parts[0].dtype);
  const total = (d: number): number => parts.reduce((n, t) => n + t.shape[d], 0);
  const out = F.zeros([total(0), total(1)], { dtype, device: parts[0].device }) as Tensor;
  let [r, c] = [0, 0];
  for (const t of parts) {
    const place = F.slice(F.slice(out, 0, r, r + t.shape[0]), 1, c, c + t.shape[1]) as Tensor;
    if (t.numel > 0) deviceOf(out).elementwise('a', [t], [], place, t.dtype);
    r += t.shape[0];
    c += t.shape[1];
  }
  return out;
}

const triangles = joining.filter(({ name }) => name === 'tril' || name === 'triu').map(inPlaceOf);

export const rearranging: OpDescriptor[] = [
  ...triangles,
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
  composite('broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)', ([self, size], F) => F.expand(self, size)),
  composite('broadcast_tensors(Tensor[] tensors) -> Tensor[]', ([tensors], F) => {
    let shape: readonly number[] = [];
    for (const t of tensors) shape = broadcastShapes(shape, t.shape);
    return tensors.map((t: Tensor) => (sizesText(t.shape) === sizesText(shape) ? t : F.expand(t, shape)));
  }),
  composite('tile(Tensor self, SymInt[] dims) -> Tensor', ([self, dims], F) =>
    F.repeat(self, [...new Array(Math.max(self.shape.length - dims.length, 0)).fill(1), ...dims]),
  ),
  {
    name: 'repeat_interleave',
    kind: 'composite',
    overloads: [
      {
        schema: 'repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, int? output_size=None) -> Tensor',
        forward: ([self, n, dim], F) => repeated(F, self, n, dim),
      },
      {
        schema: 'repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, int? output_size=None) -> Tensor',
        forward: ([self, n, dim], F) => repeatedBy(F, self, n, dim),
      },
      {
        schema: 'repeat_interleave.Tensor(Tensor repeats, *, int? output_size=None) -> Tensor',
        forward: ([repeats], F) => repeatedBy(F, F.arange(BigInt(repeats.numel)), repeats, 0),
      },
    ],
    samples: [{ args: [x, 2n, 1n] }],
  },
  stacked('hstack', 1, (first) => (first.shape.length === 1 ? 0 : 1)),
  stacked('vstack', 2, () => 0),
  stacked('dstack', 3, () => 2),
  composite(
    'column_stack(Tensor[] tensors) -> Tensor',
    ([tensors], F) =>
      F.cat(
        tensors.map((t: Tensor) => (t.shape.length <= 1 ? F.reshape(t, [t.numel, 1]) : t)),
        1,
      ),
    [{ args: [[{ tensor: [2] }, x]] }],
  ),
  {
    name: 'tensor_split',
    kind: 'composite',
    overloads: [
      {
        schema: 'tensor_split.sections(Tensor(a) self, SymInt sections, int dim=0) -> Tensor(a)[]',
        forward: ([self, n, dim], F) => tensorSplit(F, self, n, dim),
      },
      {
        schema: 'tensor_split.indices(Tensor(a) self, SymInt[] indices, int dim=0) -> Tensor(a)[]',
        forward: ([self, at, dim], F) => tensorSplit(F, self, at, dim),
      },
      {
        schema: 'tensor_split.tensor_indices_or_sections(Tensor(a) self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor(a)[]',
        forward: ([self, at, dim], F) => tensorSplit(F, self, at.shape.length === 0 ? Number(at.item()) : at.toArray(), dim),
      },
    ],
    samples: [{ args: [x, 2n, 1n] }],
  },
  splitOp('hsplit'),
  splitOp('vsplit'),
  splitOp('dsplit'),
  composite('split_with_sizes(Tensor(a) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]', ([self, sizes, dim], F) =>
    F.split(self, sizes, dim),
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
  atLeastOp(1),
  atLeastOp(2),
  atLeastOp(3),
  composite("meshgrid(Tensor[] tensors, *, str indexing='ij') -> Tensor[]", ([tensors, indexing], F) => mesh(F, tensors, indexing)),
  composite(
    'cartesian_prod(Tensor[] tensors) -> Tensor',
    ([tensors], F) => {
      for (const t of tensors) if (t.shape.length !== 1) throw new TorchError(`Expect a 1D vector, but got shape ${sizesText(t.shape)}`);
      if (tensors.length === 1) return tensors[0];
      return F.stack(
        mesh(F, tensors, 'ij').map((t) => F.flatten(t)),
        1,
      );
    },
    [{ args: [[{ tensor: [2] }, { tensor: [3] }]] }],
  ),
  composite(
    'combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor',
    ([self, r, replacement], F) => {
      if (self.shape.length !== 1) throw new TorchError(`Expect a 1D vector, but got shape ${sizesText(self.shape)}`);
      if (r < 0) throw new TorchError(`Expect a non-negative number, but got ${r}`);
      if (r === 0) return F.empty([0], { dtype: self.dtype, device: self.device });
      const mask = combinationMask(F, self.numel, r, replacement);
      return F.stack(
        mesh(F, new Array<Tensor>(r).fill(self), 'ij').map((t) => F.masked_select(t, mask)),
        1,
      );
    },
    [{ args: [{ tensor: [3] }, 2n] }],
  ),
  {
    name: 'block_diag',
    kind: 'file',
    overloads: [
      {
        schema: 'block_diag(Tensor[] tensors) -> Tensor',
        inputs: [0],
        forward: ([tensors], F) => blocks(F, tensors),
        grad: {
          name: 'BlockDiagBackward0',
          keep: (args) => ({ _shapes: args[0].map((t: Tensor) => t.shape) as never }),
          backward: (g, { F, k }) => {
            let [r, c] = [0, 0];
            return (k._shapes as number[][]).map((shape) => {
              const [n, m] = shape.length === 2 ? shape : [1, shape[0] ?? 1];
              const part = F.slice(F.slice(g, 0, r, r + n), 1, c, c + m);
              r += n;
              c += m;
              return F.reshape(part, shape);
            });
          },
        },
      },
    ],
    samples: [{ args: [[x, { tensor: [2] }]] }],
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
