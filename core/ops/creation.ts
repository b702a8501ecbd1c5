// Ops that make tensors, copy them, or fill them: factories, clone, _to_copy, fill_, copy_.
import { deviceOf } from '../tensor/device.ts';
import { type Device, type DType, defaultDType, isFloating } from '../tensor/dtype.ts';
import { expandable, numelOf, sizesText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Args, OpDescriptor, Overload } from './descriptor.ts';

const OPTIONS = '*, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool? requires_grad=None';

/** `cpu`, `cuda`, `cuda:0`. */
function deviceFrom(name: string | null | undefined, otherwise: Device = 'cpu'): Device {
  if (name === null || name === undefined) return otherwise;
  if (name === 'cpu' || name === 'cpu:0') return 'cpu';
  if (name === 'cuda' || name === 'cuda:0') return 'cuda';
  throw new TorchError(`Invalid device string: '${name}'`);
}

function checkSizes(shape: readonly number[]): void {
  for (const size of shape)
    if (size < 0) throw new TorchError(`Trying to create tensor with negative dimension ${size}: ${sizesText(shape)}`);
}

function finished(out: Tensor, requiresGrad: boolean | null): Tensor {
  if (requiresGrad) {
    if (!isFloating(out.dtype)) throw new TorchError('Only Tensors of floating point and complex dtype can require gradients');
    out.needsGrad = true;
  }
  return out;
}

/** dtype, layout, device, pin_memory, requires_grad from position `at` on. */
function made(
  shape: readonly number[],
  args: Args,
  at: number,
  dtype: DType,
  value: number | bigint | null,
  device: Device = 'cpu',
): Tensor {
  checkSizes(shape);
  const out = Tensor.empty(shape, args[at] ?? dtype, deviceFrom(args[at + 2], device));
  if (value !== null) deviceOf(out).fill(out, value);
  return finished(out, args[at + 4]);
}

function scalarType(value: number | bigint | boolean): DType {
  return typeof value === 'number' ? defaultDType.value : typeof value === 'bigint' ? 'int64' : 'bool';
}
const plain = (value: number | bigint | boolean): number | bigint => (typeof value === 'boolean' ? Number(value) : value);

function sized(name: string, value: number | null): OpDescriptor {
  return {
    name,
    kind: 'file',
    overloads: [
      { schema: `${name}(SymInt[] size, ${OPTIONS}) -> Tensor`, forward: (args) => made(args[0], args, 1, defaultDType.value, value) },
    ],
  };
}
function like(name: string, value: number | null): OpDescriptor {
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: `${name}(Tensor self, ${OPTIONS}, MemoryFormat? memory_format=None) -> Tensor`,
        forward: ([self, dtype, , device, , requiresGrad, format]) => {
          const out = emptyAs(self, dtype ?? self.dtype, deviceFrom(device, self.device), format ?? null);
          if (value !== null) deviceOf(out).fill(out, value);
          return finished(out, requiresGrad);
        },
        inputs: [],
      },
    ],
  };
}

function ramp(out: Tensor, start: number, step: number): Tensor {
  const view = out.typedView();
  const n = out.numel;
  if (view instanceof BigInt64Array) for (let i = 0; i < n; i++) view[i] = BigInt(Math.trunc(start + i * step));
  else for (let i = 0; i < n; i++) view[i] = start + i * step;
  return out;
}

function arange(args: Args, start: number | bigint, end: number | bigint, step: number | bigint, at: number): Tensor {
  const whole = [start, end, step].every((v) => typeof v !== 'number');
  const [a, b, s] = [Number(start), Number(end), Number(step)];
  if (s === 0) throw new TorchError('step must be nonzero');
  if ((s > 0 && b < a) || (s < 0 && b > a)) throw new TorchError('upper bound and lower bound inconsistent with step sign');
  const n = Math.ceil((b - a) / s);
  return finished(ramp(made([n], args, at, whole ? 'int64' : defaultDType.value, null), a, s), args[at + 4]);
}

const linspace: Overload = {
  schema: `linspace(Scalar start, Scalar end, int steps, ${OPTIONS}) -> Tensor`,
  forward: (args) => {
    const n = args[2];
    if (n < 0) throw new TorchError('number of steps must be non-negative');
    const out = made([n], args, 3, defaultDType.value, null);
    const [a, b] = [Number(args[0]), Number(args[1])];
    const single = out.dtype === 'float32';
    const round = single ? Math.fround : (v: number): number => v;
    const step = n > 1 ? round(round(round(b) - round(a)) / (n - 1)) : 0;
    const half = Math.floor(n / 2);
    const view = out.typedView();
    for (let i = 0; i < n; i++) {
      const v = i < half || n === 1 ? round(a) + step * i : round(b) - step * (n - 1 - i);
      view[i] = (view instanceof BigInt64Array ? BigInt(Math.trunc(v)) : v) as never;
    }
    return out;
  },
};

/** Strides without gaps whose dimensions lie in the order of the given ones; broadcast dimensions keep their place. */
function denseStrides(shape: readonly number[], strides: readonly number[]): number[] {
  const order = shape.map((_, d) => shape.length - 1 - d);
  const later = (a: number, b: number): number => {
    if (strides[a] === 0 || strides[b] === 0) return 0;
    return strides[a] !== strides[b] ? strides[a] - strides[b] : shape[a] > shape[b] ? 1 : 0;
  };
  for (let i = 1; i < order.length; i++) {
    for (let at = i, before = i - 1; before >= 0; before--) {
      const c = later(order[before], order[at]);
      if (c < 0) break;
      if (c === 0) continue;
      [order[before], order[at]] = [order[at], order[before]];
      at = before;
    }
  }
  const out = new Array<number>(shape.length);
  let step = 1;
  for (const d of order) {
    out[d] = step;
    step *= Math.max(shape[d], 1);
  }
  return out;
}

/** Row-major, or the layout of the source where it is to be preserved. */
export function emptyAs(self: Tensor, dtype: DType, device: Device, format: string | null): Tensor {
  if (format === 'contiguous' || format === 'contiguous_format' || format === 'torch.contiguous_format' || self.isContiguous)
    return Tensor.empty(self.shape, dtype, device);
  const strides = denseStrides(self.shape, self.strides);
  const flat = Tensor.empty([numelOf(self.shape)], dtype, device);
  const out = Tensor.over(flat.storage, dtype, device, self.shape, strides, 0);
  flat.dispose();
  return out;
}

function copied(self: Tensor, dtype: DType, device: Device, format: string | null): Tensor {
  const out = emptyAs(self, dtype, device, format);
  deviceOf(out).elementwise('a', [self], [], out, self.dtype === 'int64' && dtype !== 'int64' ? 'float64' : self.dtype);
  return out;
}

export const creation: OpDescriptor[] = [
  sized('zeros', 0),
  sized('ones', 1),
  sized('empty', 0),
  like('zeros_like', 0),
  like('ones_like', 1),
  like('empty_like', 0),
  {
    name: 'full',
    kind: 'file',
    overloads: [
      {
        schema: `full(SymInt[] size, Scalar fill_value, ${OPTIONS}) -> Tensor`,
        forward: (args) => made(args[0], args, 2, scalarType(args[1]), plain(args[1])),
      },
    ],
  },
  {
    name: 'full_like',
    kind: 'file',
    overloads: [
      {
        schema: `full_like(Tensor self, Scalar fill_value, ${OPTIONS}, MemoryFormat? memory_format=None) -> Tensor`,
        forward: (args) => made(args[0].shape, args, 2, args[0].dtype, plain(args[1]), args[0].device),
        inputs: [],
      },
    ],
  },
  {
    name: 'arange',
    kind: 'file',
    overloads: [
      { schema: `arange(Scalar end, ${OPTIONS}) -> Tensor`, forward: (args) => arange(args, 0n, args[0], 1n, 1) },
      { schema: `arange.start(Scalar start, Scalar end, ${OPTIONS}) -> Tensor`, forward: (args) => arange(args, args[0], args[1], 1n, 2) },
      {
        schema: `arange.start_step(Scalar start, Scalar end, Scalar step=1, ${OPTIONS}) -> Tensor`,
        forward: (args) => arange(args, args[0], args[1], args[2], 3),
      },
    ],
  },
  { name: 'linspace', kind: 'file', overloads: [linspace] },
  {
    name: 'eye',
    kind: 'file',
    overloads: [
      {
        schema: `eye(SymInt n, ${OPTIONS}) -> Tensor`,
        forward: (args) => diagonalOnes(made([args[0], args[0]], args, 1, defaultDType.value, 0)),
      },
      {
        schema: `eye.m(SymInt n, SymInt m, ${OPTIONS}) -> Tensor`,
        forward: (args) => diagonalOnes(made([args[0], args[1]], args, 2, defaultDType.value, 0)),
      },
    ],
  },
  {
    name: 'clone',
    kind: 'file',
    overloads: [
      {
        schema: 'clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor',
        forward: ([self, format]) => copied(self, self.dtype, self.device, format),
        grad: { name: 'CloneBackward0', backward: (g) => g },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }] }],
  },
  {
    name: 'contiguous',
    kind: 'composite',
    overloads: [
      {
        schema: 'contiguous(Tensor(a) self, *, MemoryFormat memory_format=contiguous_format) -> Tensor(a)',
        forward: ([self], F) => (self.isContiguous ? self : F.clone(self, { memory_format: 'contiguous' })),
      },
    ],
  },
  {
    name: '_to_copy',
    kind: 'file',
    overloads: [
      {
        schema:
          '_to_copy(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, MemoryFormat? memory_format=None) -> Tensor',
        forward: ([self, dtype, , device, , , format]) => copied(self, dtype ?? self.dtype, deviceFrom(device, self.device), format),
        grad: {
          name: 'ToCopyBackward0',
          keep: (args) => ({ _dtype: args[0].dtype, _device: args[0].device }),
          backward: (g, { F, k }) => F._to_copy(g, { dtype: k._dtype, device: k._device }),
        },
      },
    ],
  },
  {
    name: 'to',
    kind: 'composite',
    overloads: [
      {
        schema:
          'to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)',
        forward: ([self, dtype, , copy], F) => (self.dtype === dtype && !copy ? self : F._to_copy(self, { dtype })),
      },
      {
        schema:
          'to.device(Tensor(a) self, Device? device=None, ScalarType? dtype=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)',
        forward: ([self, device, dtype, , copy], F) => {
          const to = deviceFrom(device, self.device);
          const type = dtype ?? self.dtype;
          return self.dtype === type && self.device === to && !copy ? self : F._to_copy(self, { dtype: type, device: to });
        },
      },
      {
        schema:
          'to.other(Tensor(a) self, Tensor other, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)',
        forward: ([self, other, , copy], F) =>
          self.dtype === other.dtype && self.device === other.device && !copy
            ? self
            : F._to_copy(self, { dtype: other.dtype, device: other.device }),
      },
    ],
  },
  {
    name: 'fill_',
    kind: 'file',
    overloads: [
      {
        schema: 'fill_.Tensor(Tensor(a!) self, Tensor value) -> Tensor(a!)',
        forward: ([self, value]) => {
          if (value.shape.length > 0)
            throw new TorchError(`fill_ only supports 0-dimension value tensor but got tensor with ${value.shape.length} dimensions.`);
          deviceOf(self).elementwise('a', [value], [], self, value.dtype);
          return self;
        },
        grad: { name: 'FillBackward3', backward: (g, { F, needs }) => [needs & 1 ? F.zeros_like(g) : null, needs & 2 ? F.sum(g) : null] },
      },
      {
        schema: 'fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)',
        forward: ([self, value]) => {
          deviceOf(self).fill(self, plain(value));
          return self;
        },
        grad: { name: 'FillBackward2', backward: (g, { F }) => F.zeros_like(g) },
      },
    ],
  },
  {
    name: 'fill',
    kind: 'file',
    overloads: [
      {
        schema: 'fill.Tensor(Tensor self, Tensor value) -> Tensor',
        forward: ([self, value], F) => F.fill_(F.empty_like(self), value),
        grad: { name: 'FillBackward1', backward: (g, { F, needs }) => [needs & 1 ? F.zeros_like(g) : null, needs & 2 ? F.sum(g) : null] },
      },
      {
        schema: 'fill.Scalar(Tensor self, Scalar value) -> Tensor',
        forward: ([self, value], F) => F.fill_(F.empty_like(self), value),
        grad: { name: 'FillBackward0', backward: (g, { F }) => F.zeros_like(g) },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [] }] }, { args: [{ tensor: [2, 3] }, 2n] }],
  },
  ...['uniform', 'normal', 'bernoulli', 'random', 'exponential', 'geometric', 'cauchy', 'log_normal'].map(
    (name): OpDescriptor => ({
      name: `_${name}_mark_`,
      kind: 'file',
      // The generators fill from outside; this notes that the old values are gone.
      overloads: [
        {
          schema: `_${name}_mark_(Tensor(a!) self) -> Tensor(a!)`,
          forward: ([self]) => self,
          grad: {
            name: `${name.replace(/(^|_)[a-z]/g, (c) => c.slice(-1).toUpperCase())}Backward0`,
            backward: (g, { F }) => F.zeros_like(g),
          },
        },
      ],
    }),
  ),
  {
    name: 'zero_',
    kind: 'file',
    overloads: [
      {
        schema: 'zero_(Tensor(a!) self) -> Tensor(a!)',
        forward: ([self]) => {
          deviceOf(self).fill(self, 0);
          return self;
        },
        grad: { name: 'ZeroBackward0', backward: (g, { F }) => F.zeros_like(g) },
      },
    ],
  },
  {
    name: 'copy_',
    kind: 'file',
    overloads: [
      {
        schema: 'copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)',
        forward: ([self, src]) => {
          if (!expandable(src.shape, self.shape)) {
            throw new TorchError(
              `The size of tensor a (${self.shape[self.shape.length - 1] ?? 1}) must match the size of tensor b (${src.shape[src.shape.length - 1] ?? 1}) at non-singleton dimension ${self.shape.length - 1}`,
            );
          }
          const from = src.storage === self.storage ? copied(src, src.dtype, src.device, null) : src;
          deviceOf(self).elementwise('a', [from], [], self, from.dtype === 'int64' && self.dtype !== 'int64' ? 'float64' : from.dtype);
          if (from !== src) from.dispose();
          return self;
        },
        // the old values are gone, the new ones come from src
        grad: { name: 'CopyBackwards', backward: (g, { F, needs }) => [needs & 1 ? F.zeros_like(g) : null, needs & 2 ? g : null] },
      },
    ],
  },
];

function diagonalOnes(out: Tensor): Tensor {
  const [n, m] = out.shape;
  const view = out.typedView();
  for (let i = 0; i < Math.min(n, m); i++) view[i * m + i] = (view instanceof BigInt64Array ? 1n : 1) as never;
  return out;
}
