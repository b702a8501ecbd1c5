// Ops that show the same elements another way: no copies. And the composites over them.
import { deviceOf } from '../tensor/device.ts';
import { tensorTypeName } from '../tensor/dtype.ts';
import { expandable, inferSize, numelOf, sameShape, sizesText, viewStrides, wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor } from './descriptor.ts';

const END = 9223372036854775807;

function over(t: Tensor, shape: readonly number[], strides: readonly number[], offset = t.offset): Tensor {
  return Tensor.over(t.storage, t.dtype, t.device, shape, strides, offset);
}

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

function sliced(self: Tensor, dim: number, start: number | null, end: number | null, step: number): Tensor {
  if (self.shape.length === 0) throw new TorchError('slice() cannot be applied to a 0-dim tensor.', 'IndexError');
  const d = wrapDim(dim, self.shape.length);
  if (step <= 0) throw new TorchError('slice step must be positive');
  const size = self.shape[d];
  const clip = (v: number): number => Math.min(Math.max(v < 0 ? v + size : v, 0), size);
  const from = clip(start ?? 0);
  const to = Math.max(clip(end ?? END), from);
  const shape = self.shape.slice();
  const strides = self.strides.slice();
  shape[d] = Math.ceil((to - from) / step);
  strides[d] *= step;
  return over(self, shape, strides, self.offset + from * self.strides[d]);
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

function splitSizes(self: Tensor, dim: number, size: number): number[] {
  const total = self.shape[wrapDim(dim, self.shape.length)];
  const sizes: number[] = [];
  for (let at = 0; at < total; at += size) sizes.push(Math.min(size, total - at));
  return sizes.length === 0 ? [0] : sizes;
}

function pieces(self: Tensor, dim: number, sizes: readonly number[]): Tensor[] {
  let at = 0;
  return sizes.map((size) => {
    const piece = sliced(self, dim, at, at + size, 1);
    at += size;
    return piece;
  });
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
  {
    name: '_squeeze_result',
    kind: 'file',
    overloads: [
      {
        // What matmul does to its own result in place: the same graph as squeeze_.
        schema: '_squeeze_result(Tensor self, int dim) -> Tensor',
        forward: ([self, dim]) => squeezed(self, [dim]),
        grad: {
          name: 'SqueezeBackward4',
          keep: (args) => ({ dim: args[1], self_sym_sizes: args[0].shape }),
          backward: (g, { F, k }) => F.reshape(g, k.self_sym_sizes),
        },
      },
    ],
  },
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
        grad: { name: 'TBackward0', backward: (g, { F }) => F.t(g) },
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
        forward: ([self, dim]) => {
          const rank = self.shape.length;
          const d = wrapDim(dim, rank + 1);
          const stride = d < rank ? self.shape[d] * self.strides[d] : 1;
          return over(
            self,
            [...self.shape.slice(0, d), 1, ...self.shape.slice(d)],
            [...self.strides.slice(0, d), stride, ...self.strides.slice(d)],
          );
        },
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
    name: 'select',
    kind: 'file',
    overloads: [
      {
        schema: 'select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)',
        forward: ([self, dim, index]) => {
          if (self.shape.length === 0) throw new TorchError('select() cannot be applied to a 0-dim tensor.', 'IndexError');
          const d = wrapDim(dim, self.shape.length);
          const size = self.shape[d];
          if (index < -size || index >= size)
            throw new TorchError(
              `select(): index ${index} out of range for tensor of size ${sizesText(self.shape)} at dimension ${d}`,
              'IndexError',
            );
          const at = index < 0 ? index + size : index;
          const shape = self.shape.slice();
          const strides = self.strides.slice();
          shape.splice(d, 1);
          strides.splice(d, 1);
          return over(self, shape, strides, self.offset + at * self.strides[d]);
        },
        grad: {
          name: 'SelectBackward0',
          keep: (args) => ({ dim: args[1], index: args[2], self_sym_sizes: args[0].shape }),
          backward: (g, { F, k }) => F.select_backward(g, k.self_sym_sizes, k.dim, k.index),
        },
      },
    ],
    samples: [{ args: [x, 1n, 1n] }],
  },
  {
    name: 'slice',
    kind: 'file',
    overloads: [
      {
        schema: 'slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)',
        forward: ([self, dim, start, end, step]) => sliced(self, dim, start, end, step),
        grad: {
          name: 'SliceBackward0',
          keep: (args) => ({ dim: args[1], end: args[3] ?? END, self_sym_sizes: args[0].shape, start: args[2] ?? 0, step: args[4] }),
          backward: (g, { F, k }) => F.slice_backward(g, k.self_sym_sizes, k.dim, k.start, k.end, k.step),
        },
      },
    ],
    samples: [{ args: [x, 1n, 1n, 3n, 1n] }, { args: [{ tensor: [5] }, 0n, null, null, 2n] }],
  },
  {
    name: 'select_backward',
    kind: 'file',
    overloads: [
      {
        schema: 'select_backward(Tensor grad_output, SymInt[] input_sizes, int dim, SymInt index) -> Tensor',
        forward: ([g, sizes, dim, index]) => {
          const out = Tensor.empty(sizes, g.dtype, g.device);
          deviceOf(out).fill(out, 0);
          const d = wrapDim(dim, sizes.length);
          const at = index < 0 ? index + sizes[d] : index;
          write(
            out,
            g,
            sizes.filter((_: number, i: number) => i !== d),
            out.strides.filter((_, i) => i !== d),
            at * out.strides[d],
          );
          return out;
        },
        grad: {
          name: 'SelectBackwardBackward0',
          keep: (args) => ({ dim: args[2], index: args[3] }),
          backward: (h, { F, k }) => F.select(h, BigInt(k.dim), BigInt(k.index)),
        },
      },
    ],
  },
  {
    name: 'slice_backward',
    kind: 'file',
    overloads: [
      {
        schema: 'slice_backward(Tensor grad_output, SymInt[] input_sizes, int dim, SymInt start, SymInt end, SymInt step) -> Tensor',
        forward: ([g, sizes, dim, start, end, step]) => {
          const out = Tensor.empty(sizes, g.dtype, g.device);
          deviceOf(out).fill(out, 0);
          const part = sliced(out, dim, start, end, step);
          deviceOf(out).elementwise('a', [g], [], part, g.dtype);
          part.dispose();
          return out;
        },
        grad: {
          name: 'SliceBackwardBackward0',
          keep: (args) => ({ dim: args[2], end: args[4], start: args[3], step: args[5] }),
          backward: (h, { F, k }) => F.slice(h, k.dim, k.start, k.end, k.step),
        },
      },
    ],
  },
  {
    name: 'as_strided',
    kind: 'file',
    overloads: [
      {
        schema: 'as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)',
        forward: ([self, size, stride, offset]) => over(self, size, stride, offset ?? self.offset),
        grad: {
          name: 'AsStridedBackward0',
          keep: (args) => ({
            size: args[1],
            storage_offset: args[3] ?? null,
            stride: args[2],
            _sizes: args[0].shape,
            _offset: (args[3] ?? args[0].offset) - args[0].offset,
          }),
          backward: (g, { F, k }) => F._as_strided_accumulate(g, k._sizes, k.size, k.stride, k._offset),
        },
      },
    ],
    samples: [{ args: [x, [2, 2], [1, 2]] }],
  },
  {
    name: '_as_strided_accumulate',
    kind: 'file',
    overloads: [
      {
        schema: '_as_strided_accumulate(Tensor grad, SymInt[] sizes, SymInt[] size, SymInt[] stride, SymInt offset) -> Tensor',
        forward: ([g, sizes, size, stride, offset], F) => {
          const out = F.zeros(sizes, { dtype: g.dtype, device: g.device }) as Tensor;
          const values = g.toArray();
          const target = out.typedView() as Float32Array;
          let i = 0;
          const walk = (d: number, at: number): void => {
            if (d === size.length) target[at] += values[i++];
            else for (let j = 0; j < size[d]; j++) walk(d + 1, at + j * stride[d]);
          };
          walk(0, offset);
          return out;
        },
        grad: {
          name: 'AsStridedBackwardBackward0',
          keep: (args) => ({ _size: args[2], _stride: args[3], _offset: args[4] }),
          backward: (h, { F, k }) => F.as_strided(F.contiguous(h), k._size, k._stride, k._offset),
        },
      },
    ],
  },
  {
    name: 'as_strided_scatter',
    kind: 'file',
    overloads: [
      {
        schema: 'as_strided_scatter(Tensor self, Tensor src, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor',
        forward: ([self, src, size, stride, offset]) => {
          const out = Tensor.empty(self.shape, self.dtype, self.device);
          deviceOf(out).elementwise('a', [self], [], out, self.dtype);
          write(out, src, size, stride, offset ?? 0);
          return out;
        },
        grad: {
          name: 'AsStridedScatterBackward0',
          keep: (args) => ({ _size: args[2], _stride: args[3], _offset: args[4] ?? 0, _sizes: args[0].shape }),
          backward: (h, { F, k, needs }) => [
            needs & 1
              ? F.as_strided_scatter(h, F.zeros(k._size, { dtype: h.dtype, device: h.device }), k._size, k._stride, k._offset)
              : null,
            needs & 2 ? F.as_strided(F.contiguous(h), k._size, k._stride, k._offset) : null,
          ],
        },
      },
    ],
  },
  {
    name: 'detach',
    kind: 'file',
    overloads: [{ schema: 'detach(Tensor self) -> Tensor', forward: ([self]) => over(self, self.shape, self.strides) }],
  },
  {
    name: 'narrow',
    kind: 'composite',
    overloads: [
      {
        schema: 'narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)',
        forward: ([self, dim, start, length], F) => {
          if (self.shape.length === 0) throw new TorchError('narrow() cannot be applied to a 0-dim tensor.');
          if (length < 0) throw new TorchError('narrow(): length must be non-negative.');
          const size = self.shape[wrapDim(dim, self.shape.length)];
          if (start < -size || start > size)
            throw new TorchError(`start out of range (expected to be in range of [${-size}, ${size}], but got ${start})`, 'IndexError');
          const from = start < 0 ? start + size : start;
          if (from + length > size) throw new TorchError(`start (${from}) + length (${length}) exceeds dimension size (${size}).`);
          return F.slice(self, dim, from, from + length, 1);
        },
      },
    ],
  },
  {
    name: 'unbind',
    kind: 'file',
    overloads: [
      {
        schema: 'unbind.int(Tensor(a) self, int dim=0) -> Tensor(a)[]',
        forward: ([self, dim]) => {
          if (self.shape.length === 0) throw new TorchError('Dimension specified as 0 but tensor has no dimensions', 'IndexError');
          const d = wrapDim(dim, self.shape.length);
          const shape = self.shape.filter((_: number, i: number) => i !== d);
          const strides = self.strides.filter((_: number, i: number) => i !== d);
          return Array.from({ length: self.shape[d] }, (_, i) => over(self, shape, strides, self.offset + i * self.strides[d]));
        },
        grad: {
          name: 'UnbindBackward0',
          keep: (args, out) => ({ dim: args[1], _shape: out.shape }),
          backward: (_g, { F, k, grads }) =>
            F.stack(
              filled(F, grads, () => k._shape),
              k.dim,
            ),
        },
      },
    ],
  },
  {
    name: 'split',
    kind: 'file',
    overloads: [
      {
        schema: 'split.Tensor(Tensor(a) self, SymInt split_size, int dim=0) -> Tensor(a)[]',
        forward: ([self, size, dim]) => {
          if (size < 0) throw new TorchError(`split expects split_size be non-negative, but got split_size=${size}`);
          return pieces(self, dim, splitSizes(self, dim, size));
        },
        grad: {
          name: 'SplitBackward0',
          keep: (args) => ({ dim: args[2], self_sym_sizes: args[0].shape, split_size: args[1] }),
          backward: (_g, { F, k, grads }) => F.cat(filledSplit(F, grads, k.self_sym_sizes, k.dim, null, k.split_size), k.dim),
        },
      },
      {
        schema: 'split.sizes(Tensor(a) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]',
        forward: ([self, sizes, dim]) => withSizes(self, sizes, dim),
        grad: {
          name: 'SplitWithSizesBackward0',
          keep: (args) => ({ dim: args[2], self_sym_sizes: args[0].shape, split_sizes: args[1] }),
          backward: (_g, { F, k, grads }) => F.cat(filledSplit(F, grads, k.self_sym_sizes, k.dim, k.split_sizes, 0), k.dim),
        },
      },
    ],
  },
  {
    name: 'chunk',
    kind: 'composite',
    overloads: [
      {
        schema: 'chunk(Tensor(a) self, int chunks, int dim=0) -> Tensor(a)[]',
        forward: ([self, chunks, dim], F) => {
          if (self.shape.length === 0) throw new TorchError('chunk expects at least a 1-dimensional tensor');
          if (chunks <= 0) throw new TorchError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
          const size = self.shape[wrapDim(dim, self.shape.length)];
          return F.split(self, Math.max(Math.ceil(size / chunks), 1), dim);
        },
      },
    ],
  },
  {
    name: 'sum_to_size',
    kind: 'composite',
    overloads: [
      {
        schema: 'sum_to_size(Tensor self, SymInt[] size) -> Tensor',
        forward: ([self, size], F) => {
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

function write(out: Tensor, src: Tensor, shape: readonly number[], strides: readonly number[], offset: number): void {
  const part = over(out, shape, strides, out.offset + offset);
  deviceOf(out).elementwise('a', [src], [], part, src.dtype);
  part.dispose();
}

function withSizes(self: Tensor, sizes: readonly number[], dim: number): Tensor[] {
  const d = wrapDim(dim, self.shape.length);
  if (sizes.reduce((a, b) => a + b, 0) !== self.shape[d]) {
    throw new TorchError(
      `split_with_sizes expects split_sizes to sum exactly to ${self.shape[d]} (input tensor's size at dimension ${dim}), but got split_sizes=${sizesText(sizes)}`,
    );
  }
  return pieces(self, dim, sizes);
}

type Functions = Parameters<NonNullable<OpDescriptor['overloads'][0]['grad']>['backward']>[1]['F'];

function filled(F: Functions, grads: readonly (Tensor | null)[], shape: (i: number) => readonly number[]): Tensor[] {
  const known = grads.find((g) => g !== null) as Tensor;
  return grads.map((g, i) => g ?? F.zeros(shape(i), { dtype: known.dtype, device: known.device }));
}

function filledSplit(
  F: Functions,
  grads: readonly (Tensor | null)[],
  sizes: readonly number[],
  dim: number,
  parts: readonly number[] | null,
  size: number,
): Tensor[] {
  const d = wrapDim(dim, sizes.length);
  return filled(F, grads, (i) => sizes.map((n, j) => (j !== d ? n : parts !== null ? parts[i] : Math.min(size, n - i * size))));
}
