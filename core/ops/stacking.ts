// Composites that put tensors side by side or cut them apart: stacks, splits, grids, blocks, repeats.
import { deviceOf } from '../tensor/device.ts';
import { promotion } from '../tensor/dtype.ts';
import { broadcastShapes, sizesText, wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { composite } from './composite.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

const x = { tensor: [2, 3] } as const;

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
      throw new TorchError(`torch.${name} requires a tensor with at least ${least} dimension, but got a tensor with ${rank} dimensions!`);
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
    if (t.shape.length > 1)
      throw new TorchError(`torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${sizesText(t.shape)}`);
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

export const stacking: OpDescriptor[] = [
  composite('broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)', ([self, size], F) => F.expand(self, size)),
  composite('broadcast_tensors(Tensor[] tensors) -> Tensor[]', ([tensors], F) => {
    let shape: readonly number[] = [];
    for (const t of tensors) shape = broadcastShapes(shape, t.shape);
    return tensors.map((t: Tensor) => (sizesText(t.shape) === sizesText(shape) ? t : F.expand(t, shape)));
  }),
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
];
