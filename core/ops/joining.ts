// Ops that put tensors together or rearrange copies: cat, stack, flip, repeat, tril, triu, diagonal, roll.
import { deviceOf } from '../tensor/device.ts';
import { type DType, promotion } from '../tensor/dtype.ts';
import { sameShape, sizesText, wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

function part(out: Tensor, dim: number, start: number, size: number): Tensor {
  const shape = out.shape.slice();
  shape[dim] = size;
  return Tensor.over(out.storage, out.dtype, out.device, shape, out.strides, out.offset + start * out.strides[dim]);
}

function commonType(tensors: readonly Tensor[]): DType {
  return tensors.reduce((type, t) => promotion(type, t.dtype), tensors[0].dtype);
}

function cat(tensors: readonly Tensor[], dim: number): Tensor {
  if (tensors.length === 0) throw new TorchError('torch.cat(): expected a non-empty list of Tensors', 'ValueError');
  tensors.forEach((t, i) => {
    if (t.shape.length === 0) throw new TorchError(`zero-dimensional tensor (at position ${i}) cannot be concatenated`);
  });
  // torch lets [0]-shaped tensors join anything.
  const real = tensors.filter((t) => !(t.shape.length === 1 && t.shape[0] === 0));
  const first = real[0] ?? tensors[0];
  const d = wrapDim(dim, first.shape.length);
  let total = 0;
  real.forEach((t) => {
    const i = tensors.indexOf(t);
    if (t.shape.length !== first.shape.length)
      throw new TorchError(`Tensors must have same number of dimensions: got ${first.shape.length} and ${t.shape.length}`);
    for (let k = 0; k < t.shape.length; k++) {
      if (k !== d && t.shape[k] !== first.shape[k]) {
        throw new TorchError(
          `Sizes of tensors must match except in dimension ${d}. Expected size ${first.shape[k]} but got size ${t.shape[k]} for tensor number ${i} in the list.`,
        );
      }
    }
    total += t.shape[d];
  });
  const shape = first.shape.slice();
  shape[d] = real.length === 0 ? 0 : total;
  const out = Tensor.empty(shape, commonType(tensors), first.device);
  let at = 0;
  for (const t of real) {
    const target = part(out, d, at, t.shape[d]);
    deviceOf(out).elementwise('a', [t], [], target, t.dtype === 'int64' && out.dtype !== 'int64' ? 'float64' : t.dtype);
    target.dispose();
    at += t.shape[d];
  }
  return out;
}

function triangle(self: Tensor, diagonal: number, lower: boolean): Tensor {
  if (self.shape.length < 2) throw new TorchError(`${lower ? 'tril' : 'triu'}: input tensor must have at least 2 dimensions`);
  const out = Tensor.empty(self.shape, self.dtype, self.device);
  deviceOf(out).elementwise('a', [self], [], out, self.dtype);
  const [n, m] = self.shape.slice(-2);
  const view = out.typedView();
  const zero = (view instanceof BigInt64Array ? 0n : 0) as never;
  for (let i = 0; i < out.numel; i++) {
    const column = i % m;
    const line = Math.floor(i / m) % n;
    if (lower ? column - line > diagonal : column - line < diagonal) view[i] = zero;
  }
  return out;
}

function flipped(self: Tensor, dims: readonly number[]): Tensor {
  const rank = self.shape.length;
  const mask = new Set(dims.map((d) => wrapDim(d, rank)));
  const out = Tensor.empty(self.shape, self.dtype, self.device);
  // The output walked backwards along the flipped dimensions, so its offset is at their ends.
  let offset = 0;
  const strides = out.strides.map((s, d) => {
    if (!mask.has(d)) return s;
    offset += Math.max(self.shape[d] - 1, 0) * s;
    return -s;
  });
  out.storage.refs++;
  const target = new Tensor(out.storage, out.dtype, out.device, out.shape, strides, offset, out.numel, false);
  deviceOf(out).elementwise('a', [self], [], target, self.dtype);
  target.dispose();
  return out;
}

export const joining: OpDescriptor[] = [
  {
    name: 'cat',
    kind: 'file',
    overloads: [
      {
        schema: 'cat(Tensor[] tensors, int dim=0) -> Tensor',
        inputs: [0],
        forward: ([tensors, dim]) => cat(tensors, dim),
        grad: {
          name: 'CatBackward0',
          keep: (args) => ({
            dim: args[1],
            _sizes: args[0].map((t: Tensor) =>
              t.shape.length === 1 && t.shape[0] === 0 ? null : t.shape[wrapDim(args[1], t.shape.length)],
            ),
          }),
          backward: (g, { F, k }) => {
            let at = 0;
            return (k._sizes as (number | null)[]).map((size) => {
              if (size === null) return F.zeros([0], { dtype: g.dtype, device: g.device });
              at += size;
              return F.narrow(g, k.dim, at - size, size);
            });
          },
        },
      },
    ],
  },
  {
    name: 'stack',
    kind: 'file',
    overloads: [
      {
        schema: 'stack(Tensor[] tensors, int dim=0) -> Tensor',
        inputs: [0],
        forward: ([tensors, dim]) => {
          if (tensors.length === 0) throw new TorchError('stack expects a non-empty TensorList');
          const first = tensors[0] as Tensor;
          const d = wrapDim(dim, first.shape.length + 1);
          (tensors as Tensor[]).forEach((t, i) => {
            if (!sameShape(t.shape, first.shape))
              throw new TorchError(
                `stack expects each tensor to be equal size, but got ${sizesText(first.shape)} at entry 0 and ${sizesText(t.shape)} at entry ${i}`,
              );
          });
          const shape = [...first.shape.slice(0, d), tensors.length, ...first.shape.slice(d)];
          const out = Tensor.empty(shape, commonType(tensors), first.device);
          const rest = out.strides.filter((_, i) => i !== d);
          (tensors as Tensor[]).forEach((t, i) => {
            const target = Tensor.over(out.storage, out.dtype, out.device, first.shape, rest, i * out.strides[d]);
            deviceOf(out).elementwise('a', [t], [], target, t.dtype === 'int64' && out.dtype !== 'int64' ? 'float64' : t.dtype);
            target.dispose();
          });
          return out;
        },
        grad: { name: 'StackBackward0', keep: (args) => ({ dim: args[1] }), backward: (g, { F, k }) => F.unbind(g, k.dim) },
      },
    ],
  },
  {
    name: 'flip',
    kind: 'file',
    overloads: [
      {
        schema: 'flip(Tensor self, int[] dims) -> Tensor',
        forward: ([self, dims]) => flipped(self, dims),
        grad: { name: 'FlipBackward0', keep: (args) => ({ dims: args[1] }), backward: (g, { F, k }) => F.flip(g, k.dims) },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, [1]] }],
  },
  {
    name: 'tril',
    kind: 'file',
    overloads: [
      {
        schema: 'tril(Tensor self, SymInt diagonal=0) -> Tensor',
        forward: ([self, diagonal]) => triangle(self, diagonal, true),
        grad: { name: 'TrilBackward0', keep: (args) => ({ diagonal: args[1] }), backward: (g, { F, k }) => F.tril(g, k.diagonal) },
      },
    ],
    samples: [{ args: [{ tensor: [3, 3] }] }],
  },
  {
    name: 'triu',
    kind: 'file',
    overloads: [
      {
        schema: 'triu(Tensor self, SymInt diagonal=0) -> Tensor',
        forward: ([self, diagonal]) => triangle(self, diagonal, false),
        grad: { name: 'TriuBackward0', keep: (args) => ({ diagonal: args[1] }), backward: (g, { F, k }) => F.triu(g, k.diagonal) },
      },
    ],
    samples: [{ args: [{ tensor: [3, 3] }, 1n] }],
  },
  {
    name: 'repeat',
    kind: 'file',
    overloads: [
      {
        schema: 'repeat(Tensor self, SymInt[] repeats) -> Tensor',
        forward: ([self, repeats]) => {
          const lead = repeats.length - self.shape.length;
          if (lead < 0) throw new TorchError('Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor');
          const padded = [...new Array(lead).fill(1), ...self.shape];
          const sizes = padded.map((n, i) => n * repeats[i]);
          const bad = sizes.find((n) => n < 0);
          if (bad !== undefined) throw new TorchError(`Trying to create tensor with negative dimension ${bad}: ${sizesText(sizes)}`);
          const out = Tensor.empty(
            padded.map((n, i) => n * repeats[i]),
            self.dtype,
            self.device,
          );
          // Seen as [r₀, n₀, r₁, n₁, …], with the input's strides 0 along every r.
          const shape = padded.flatMap((n, i) => [repeats[i], n]);
          const from = padded.flatMap((_, i) => [0, i < lead ? 0 : self.strides[i - lead]]);
          const to = padded.flatMap((n, i) => [out.strides[i] * n, out.strides[i]]);
          const source = Tensor.over(self.storage, self.dtype, self.device, shape, from, self.offset);
          const target = Tensor.over(out.storage, out.dtype, out.device, shape, to, 0);
          deviceOf(out).elementwise('a', [source], [], target, self.dtype);
          source.dispose();
          target.dispose();
          return out;
        },
        grad: {
          name: 'RepeatBackward0',
          keep: (args) => ({ repeats: args[1], self_sym_sizes: args[0].shape }),
          backward: (g, { F, k }) => {
            const sizes = k.self_sym_sizes as number[];
            const lead = k.repeats.length - sizes.length;
            const padded = [...new Array(lead).fill(1), ...sizes];
            const split = F.reshape(
              g,
              padded.flatMap((n, i) => [k.repeats[i], n]),
            );
            const dims = padded.map((_, i) => 2 * i);
            return padded.length === 0 ? g : F.reshape(F.sum(split, dims), sizes);
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, [2, 1, 2]] }],
  },
  {
    name: 'diagonal',
    kind: 'file',
    overloads: [
      {
        schema: 'diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)',
        forward: ([self, offset, dim1, dim2]) => {
          const rank = self.shape.length;
          const [a, b] = [wrapDim(dim1, rank), wrapDim(dim2, rank)];
          if (a === b) throw new TorchError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
          const size =
            offset >= 0
              ? Math.max(Math.min(self.shape[a], self.shape[b] - offset), 0)
              : Math.max(Math.min(self.shape[a] + offset, self.shape[b]), 0);
          const start = size === 0 ? 0 : offset >= 0 ? offset * self.strides[b] : -offset * self.strides[a];
          const keep = (list: readonly number[], last: number): number[] => [...list.filter((_, i) => i !== a && i !== b), last];
          return Tensor.over(
            self.storage,
            self.dtype,
            self.device,
            keep(self.shape, size),
            keep(self.strides, self.strides[a] + self.strides[b]),
            self.offset + start,
          );
        },
        grad: {
          name: 'DiagonalBackward0',
          keep: (args) => ({ dim1: args[2], dim2: args[3], offset: args[1], self_sym_sizes: args[0].shape }),
          backward: (g, { F, k }) => {
            const out = F.zeros(k.self_sym_sizes, { dtype: g.dtype, device: g.device }) as Tensor;
            const view = F.diagonal(out, BigInt(k.offset), BigInt(k.dim1), BigInt(k.dim2)) as Tensor;
            return F.as_strided_scatter(out, g, view.shape, view.strides, view.offset);
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [3, 3] }] }],
  },
  {
    name: 'roll',
    kind: 'file',
    overloads: [
      {
        schema: 'roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor',
        forward: ([self, shifts, dims], F) => rolled(F, self, shifts, dims),
        grad: {
          name: 'RollBackward0',
          keep: (args) => ({ dims: args[2], shifts: args[1] }),
          backward: (g, { F, k }) =>
            F.roll(
              g,
              (k.shifts as number[]).map((n) => -n),
              k.dims,
            ),
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, [1], [1]] }],
  },
];

function rolled(F: Ops, self: Tensor, shifts: readonly number[], dims: readonly number[]): Tensor {
  if (dims.length === 0) return F.view(rolled(F, F.reshape(self, [-1]), shifts, [0]), self.shape);
  if (dims.length !== shifts.length)
    throw new TorchError(`shifts and dimensions must align. shifts: ${shifts.length}, dims:${dims.length}`);
  let out = F.clone(self) as Tensor;
  dims.forEach((dim, i) => {
    const size = self.shape[wrapDim(dim, self.shape.length)];
    if (size === 0) return;
    const shift = ((shifts[i] % size) + size) % size;
    if (shift !== 0) out = F.cat([F.narrow(out, dim, size - shift, shift), F.narrow(out, dim, 0, size - shift)], dim);
  });
  return out;
}
