// Views of a part of a tensor: select, slice, narrow, unbind, split, chunk, and what takes their gradients back.
import { deviceOf } from '../tensor/device.ts';
import { sizesText, wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { over, write } from './storage-views.ts';

/** torch's end of an open slice. */
const END = 9223372036854775807;

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

function withSizes(self: Tensor, sizes: readonly number[], dim: number): Tensor[] {
  const d = wrapDim(dim, self.shape.length);
  if (sizes.reduce((a, b) => a + b, 0) !== self.shape[d]) {
    throw new TorchError(
      `split_with_sizes expects split_sizes to sum exactly to ${self.shape[d]} (input tensor's size at dimension ${dim}), but got split_sizes=${sizesText(sizes)}`,
    );
  }
  return pieces(self, dim, sizes);
}

function filled(F: Ops, grads: readonly (Tensor | null)[], shape: (i: number) => readonly number[]): Tensor[] {
  const known = grads.find((g) => g !== null) as Tensor;
  return grads.map((g, i) => g ?? F.zeros(shape(i), { dtype: known.dtype, device: known.device }));
}

function filledSplit(
  F: Ops,
  grads: readonly (Tensor | null)[],
  sizes: readonly number[],
  dim: number,
  parts: readonly number[] | null,
  size: number,
): Tensor[] {
  const d = wrapDim(dim, sizes.length);
  return filled(F, grads, (i) => sizes.map((n, j) => (j !== d ? n : parts !== null ? parts[i] : Math.min(size, n - i * size))));
}

const x = { tensor: [2, 3] } as const;

export const slicing: OpDescriptor[] = [
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
];
