// Ops that pick elements by index tensors or masks, and put them back: index, index_put_, gather, scatter, index_select.
import { deviceOf } from '../tensor/device.ts';
import { broadcastShapes, broadcastStrides, wrapDim } from '../tensor/shape.ts';
import { elementStart, offsetsOf, Tensor, wholeView } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradRule, OpDescriptor, Ops } from './descriptor.ts';
import { nonzero, put, type Selection, selection, take } from './selection.ts';

export function copyOf(self: Tensor): Tensor {
  const out = Tensor.empty(self.shape, self.dtype, self.device);
  deviceOf(out).elementwise('a', [self], [], out, self.dtype);
  return out;
}

const putGrad = {
  name: 'IndexPutBackward0',
  savedList: { name: 'indices', argument: 1 },
  keep: (args: { [i: number]: never }) => ({ accumulate: args[3] }),
  // the new values' gradient is read where they went; the old values' is gone there, unless added to
  backward: (g: Tensor, { F, s, k, needs }: { F: Ops; s: readonly Tensor[]; k: { accumulate: boolean }; needs: number }) => [
    needs & 1 ? (k.accumulate ? g : F.index_put(g, s, F.zeros([], { dtype: g.dtype, device: g.device }), false)) : null,
    needs & 2 ? F.index(g, s) : null,
  ],
};

export function checkGather(name: string, self: Tensor, index: Tensor, dim: number): number {
  if (index.dtype !== 'int64' && index.dtype !== 'int32' && index.numel > 0)
    throw new TorchError(`${name}(): Expected dtype int32/int64 for index`);
  if (index.numel > 0 && Math.max(index.shape.length, 1) !== Math.max(self.shape.length, 1))
    throw new TorchError('Index tensor must have the same number of dimensions as input tensor');
  return wrapDim(dim, self.shape.length);
}

/** Offsets into `t` of the positions that `index` names along `dim`. */
export function along(t: Tensor, index: Tensor, dim: number): Int32Array {
  const strides = t.strides.map((s, d) => (d === dim ? 0 : s));
  const base = offsetsOf(index.shape, strides);
  const values = index.toArray();
  const size = t.shape[dim] ?? 1;
  const step = t.strides[dim] ?? 0;
  for (let i = 0; i < base.length; i++) {
    if (values[i] < 0 || values[i] >= size)
      throw new TorchError(`index ${values[i]} is out of bounds for dimension ${dim} with size ${size}`);
    base[i] += values[i] * step;
  }
  return base;
}

function scatter(self: Tensor, dim: number, index: Tensor, src: Tensor | number, accumulate: boolean): Tensor {
  const d = checkGather('scatter', self, index, dim);
  const to = along(self, index, d);
  const view = wholeView(self.dtype) as Float32Array;
  const at = elementStart(self);
  if (typeof src === 'number') {
    for (let i = 0; i < to.length; i++) view[at + to[i]] = (self.dtype === 'int64' ? BigInt(src) : src) as number;
    return self;
  }
  if (src.dtype !== self.dtype) throw new TorchError('scatter(): Expected self.dtype to be equal to src.dtype');
  const from = offsetsOf(index.shape, src.strides);
  const start = elementStart(src);
  for (let i = 0; i < to.length; i++) {
    if (accumulate) view[at + to[i]] += view[start + from[i]];
    else view[at + to[i]] = view[start + from[i]];
  }
  return self;
}

export function selectRows(self: Tensor, dim: number, index: Tensor, name = ''): Selection {
  const d = wrapDim(dim, self.shape.length);
  if (index.shape.length > 1) throw new TorchError('index_select(): Index is supposed to be a vector', 'IndexError');
  if (index.dtype !== 'int64' && index.dtype !== 'int32') throw new TorchError('index_select(): Expected dtype int32 or int64 for index');
  const size = self.shape[d] ?? 1;
  for (const value of index.toArray())
    if (value < 0 || value >= size)
      throw new TorchError(
        name === '' ? 'index out of range in self' : `${name}(): index ${value} is out of bounds for dimension ${d} with size ${size}`,
        'IndexError',
      );
  const flat = index.shape.length === 0 ? Tensor.over(index.storage, index.dtype, index.device, [1], [1], index.offset) : index;
  const found =
    self.shape.length === 0 ? { shape: [], offsets: new Int32Array(1) } : selection(self, [...new Array<null>(d).fill(null), flat]);
  if (flat !== index) flat.dispose();
  return found;
}

function reduceName(reduce: string): string {
  if (reduce === 'add') return 'sum';
  if (reduce === 'multiply') return 'prod';
  throw new TorchError('reduce argument must be either add or multiply.');
}

/** torch records such an op, and refuses only its backward. */
export function noGradient(name: string): GradRule {
  return {
    name: 'NotImplemented',
    backward: () => {
      throw new TorchError(`derivative for aten::${name} is not implemented`);
    },
  };
}

export const indexing: OpDescriptor[] = [
  {
    name: 'index',
    kind: 'file',
    overloads: [
      {
        schema: 'index.Tensor(Tensor self, Tensor?[] indices) -> Tensor',
        inputs: [0],
        forward: ([self, indices]) => take(self, selection(self, indices)),
        grad: {
          name: 'IndexBackward0',
          savedList: { name: 'indices', argument: 1 },
          keep: (args) => ({ self_sym_sizes: args[0].shape }),
          backward: (g, { F, s, k }) => F.index_put(F.zeros(k.self_sym_sizes, { dtype: g.dtype, device: g.device }), s, g, true),
        },
      },
    ],
  },
  {
    name: 'index_put_',
    kind: 'file',
    overloads: [
      {
        schema: 'index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)',
        inputs: [0, 2],
        forward: ([self, indices, values, accumulate]) => {
          const own = values.storage === self.storage ? copyOf(values) : values;
          put(self, selection(self, indices), own, accumulate);
          if (own !== values) own.dispose();
          return self;
        },
        grad: putGrad as never,
      },
    ],
  },
  {
    name: 'index_put',
    kind: 'file',
    overloads: [
      {
        schema: 'index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor',
        inputs: [0, 2],
        forward: ([self, indices, values, accumulate]) => {
          const out = copyOf(self);
          put(out, selection(out, indices), values, accumulate);
          return out;
        },
        grad: putGrad as never,
      },
    ],
  },
  {
    name: 'index_select',
    kind: 'file',
    overloads: [
      {
        schema: 'index_select(Tensor self, int dim, Tensor index) -> Tensor',
        inputs: [0],
        forward: ([self, dim, index]) => take(self, selectRows(self, dim, index)),
        grad: {
          name: 'IndexSelectBackward0',
          saved: [{ name: 'index', argument: 2 }],
          keep: (args) => ({ dim: args[1], self_sym_sizes: args[0].shape }),
          backward: (g, { F, s, k }) =>
            F.index_add(F.zeros(k.self_sym_sizes, { dtype: g.dtype, device: g.device }), BigInt(k.dim), s[0], g),
        },
      },
    ],
  },
  {
    name: 'index_add',
    kind: 'file',
    overloads: [
      {
        schema: 'index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor',
        inputs: [0, 3],
        forward: ([self, dim, index, source, alpha], F) => {
          const out = copyOf(self);
          const values = Number(alpha) === 1 ? source : F.mul(source, alpha);
          put(out, selectRows(out, dim, index), values, true);
          return out;
        },
        grad: {
          name: 'IndexAddBackward0',
          saved: [{ name: 'index', argument: 2 }],
          keep: (args) => ({ alpha: args[4], dim: args[1] }),
          backward: (g, { F, s, k, needs }) => {
            const picked = needs & 2 ? F.index_select(g, BigInt(k.dim), s[0]) : null;
            return [needs & 1 ? g : null, picked === null || Number(k.alpha) === 1 ? picked : F.mul(picked, k.alpha)];
          },
        },
      },
    ],
  },
  {
    name: 'gather',
    kind: 'file',
    overloads: [
      {
        schema: 'gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor',
        inputs: [0],
        forward: ([self, dim, index]) => {
          const d = checkGather('gather', self, index, dim);
          return take(self, { shape: index.shape.slice(), offsets: along(self, index, d) });
        },
        grad: {
          name: 'GatherBackward0',
          saved: [
            { name: 'index', argument: 2 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ dim: args[1], sparse_grad: args[3] }),
          backward: (g, { F, s, k }) => F.scatter_add(F.zeros(s[1].shape, { dtype: g.dtype, device: g.device }), BigInt(k.dim), s[0], g),
        },
      },
    ],
  },
  {
    name: 'scatter_add',
    kind: 'file',
    overloads: [
      {
        schema: 'scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor',
        inputs: [0, 3],
        forward: ([self, dim, index, src]) => scatter(copyOf(self), dim, index, src, true),
        grad: {
          name: 'ScatterAddBackward0',
          saved: [{ name: 'index', argument: 2 }],
          keep: (args) => ({ dim: args[1] }),
          backward: (g, { F, s, k, needs }) => [needs & 1 ? g : null, needs & 2 ? F.gather(g, BigInt(k.dim), s[0]) : null],
        },
      },
    ],
  },
  {
    name: 'scatter',
    kind: 'file',
    overloads: [
      {
        schema: 'scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor',
        inputs: [0, 3],
        forward: ([self, dim, index, src]) => scatter(copyOf(self), dim, index, src, false),
        grad: {
          name: 'ScatterBackward0',
          saved: [{ name: 'index', argument: 2 }],
          keep: (args) => ({ dim: args[1] }),
          backward: (g, { F, s, k, needs }) => [
            needs & 1 ? F.scatter(g, BigInt(k.dim), s[0], 0n) : null,
            needs & 2 ? F.gather(g, BigInt(k.dim), s[0]) : null,
          ],
        },
      },
      {
        schema: 'scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor',
        inputs: [0],
        forward: ([self, dim, index, value]) => scatter(copyOf(self), dim, index, Number(value), false),
        grad: {
          name: 'ScatterBackward1',
          saved: [{ name: 'index', argument: 2 }],
          keep: (args) => ({ dim: args[1] }),
          backward: (g, { F, s, k }) => F.scatter(g, BigInt(k.dim), s[0], 0n),
        },
      },
      {
        schema: 'scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor',
        inputs: [0, 3],
        forward: ([self, dim, index, src, reduce], F) => F.scatter_reduce(self, BigInt(dim), index, src, reduceName(reduce)),
        grad: noGradient('scatter'),
      },
      {
        schema: 'scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor',
        inputs: [0],
        forward: ([self, dim, index, value, reduce], F) =>
          F.scatter_reduce(self, BigInt(dim), index, F.full(index.shape, value, { dtype: self.dtype }), reduceName(reduce)),
        grad: noGradient('scatter'),
      },
    ],
  },
  {
    name: 'nonzero',
    kind: 'file',
    overloads: [
      {
        schema: 'nonzero(Tensor self) -> Tensor',
        forward: ([self]) => {
          const found = nonzero(self);
          const n = self.shape.length === 0 ? (Number(self.item()) === 0 ? 0 : 1) : found[0].length;
          const out = Tensor.empty([n, found.length], 'int64', self.device);
          const view = out.typedView() as BigInt64Array;
          for (let i = 0; i < n; i++) for (let d = 0; d < found.length; d++) view[i * found.length + d] = BigInt(found[d][i]);
          return out;
        },
      },
    ],
  },
  {
    name: 'masked_select',
    kind: 'file',
    overloads: [
      {
        schema: 'masked_select(Tensor self, Tensor mask) -> Tensor',
        inputs: [0],
        forward: ([self, mask], F) => {
          const shape = broadcastShapes(self.shape, mask.shape);
          const wide = Tensor.over(
            self.storage,
            self.dtype,
            self.device,
            shape,
            broadcastStrides(self.shape, self.strides, shape),
            self.offset,
          );
          const wideMask = F.expand(mask, shape);
          const taken = take(wide, selection(wide, [wideMask])) as Tensor;
          const out = taken.shape.length === 0 ? F.reshape(taken, [taken.numel]) : taken;
          wide.dispose();
          return out;
        },
        grad: {
          name: 'MaskedSelectBackward0',
          saved: [
            { name: 'mask', argument: 1 },
            { name: 'self', argument: 0 },
          ],
          backward: (g, { F, s: [mask, self] }) => {
            const shape = broadcastShapes(self.shape, mask.shape);
            if (shape.length === 0) return F.masked_fill(F.sum(g), F.logical_not(mask), 0n);
            return F.index_put(F.zeros(shape, { dtype: g.dtype, device: g.device }), [F.expand(mask, shape)], g, true);
          },
        },
      },
    ],
  },
  {
    name: 'alias',
    kind: 'file',
    overloads: [
      {
        schema: 'alias(Tensor(a) self) -> Tensor(a)',
        forward: ([self]) => Tensor.over(self.storage, self.dtype, self.device, self.shape, self.strides, self.offset),
        grad: { name: 'AliasBackward0', backward: (g) => g },
      },
    ],
  },
];
