// Pooling by maximum, fixed and adaptive, and unpooling: values with their places, gradients that go back to those places.
import { deviceOf } from '../tensor/device.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { numelOf, sizesText } from '../tensor/shape.ts';
import type { WindowRange } from '../tensor/spatial-device.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Args, GradRule, OpDescriptor, Ops, Sample } from './descriptor.ts';
import { adaptiveFrom, adaptiveTo, type PoolSettings, poolSettings, poolSizes, slidingWindows } from './pool-windows.ts';
import { perDimension, rowMajor } from './spatial.ts';

function largest(self: Tensor, out: readonly number[], windows: readonly WindowRange[]): [Tensor, Tensor] {
  const shape = [...self.shape.slice(0, self.shape.length - out.length), ...out];
  const indices = Tensor.empty(shape, 'int64', self.device);
  const values = Tensor.empty(shape, self.dtype, self.device);
  if (isFloating(self.dtype)) deviceOf(values).maxPool(rowMajor(self), values, indices, windows);
  else {
    // Whole numbers by way of doubles.
    const [from, to] = [self, values].map((t) => Tensor.empty(t.shape, 'float64', t.device));
    deviceOf(from).elementwise('a', [self], [], from, 'float64');
    deviceOf(from).maxPool(from, to, indices, windows);
    deviceOf(from).elementwise('a', [to], [], values, 'float64');
  }
  return [values, indices];
}

/** The values at `indices` of each plane: the transpose of putting them there. */
function gathered(F: Ops, g: Tensor, indices: Tensor, n: number): Tensor {
  const flat = [...indices.shape.slice(0, indices.shape.length - n), -1];
  return F.view(F.gather(F.view(F.contiguous(g), flat), BigInt(-1), F.view(indices, flat)), indices.shape);
}

/** `name_backward(grad, self, indices)`: gradients back to where the maxima were. */
function backwardOp(name: string, title: string, n: number): OpDescriptor {
  return {
    name: `${name}_backward`,
    kind: 'file',
    overloads: [
      {
        schema: `${name}_backward(Tensor grad_output, Tensor self, Tensor indices) -> Tensor`,
        inputs: [0, 1],
        forward: ([g, self, indices], _F) => {
          const out = Tensor.empty(self.shape, g.dtype, g.device);
          deviceOf(out).scatterPlanes(rowMajor(g), rowMajor(indices), out, n, true);
          return out;
        },
        grad: {
          name: `${title}BackwardBackward0`,
          saved: [{ name: 'indices', argument: 2 }],
          keep: (args) => ({ _sizes: args[1].shape }),
          backward: (g, { F, s: [indices], k, needs }) => [
            needs & 1 ? gathered(F, g, indices, n) : null,
            needs & 2 ? F.zeros(k._sizes, { dtype: g.dtype, device: g.device }) : null,
          ],
        },
      },
    ],
  };
}

function poolGrad(name: string, title: string, keep?: GradRule['keep']): GradRule {
  return {
    name: `${title}Backward0`,
    saved: [
      { name: 'self', argument: 0 },
      { name: 'result1', output: 1 },
    ],
    keep,
    backward: (g, { F, s: [self, indices] }) => F[`${name}_backward`](g, self, indices),
  };
}

const params = (n: number): string =>
  `int[${n}] kernel_size, int[${n}]? stride=[], int[${n}] padding=0, int[${n}] dilation=1, bool ceil_mode=False`;

/** torch's list attributes: one number per dimension, empty where none was given. */
export function each(value: number | readonly number[] | null, n: number): number[] {
  return value === null || (typeof value !== 'number' && value.length === 0) ? [] : perDimension(value, n);
}

function settingsOf(name: string, n: number, args: Args): PoolSettings {
  const [, kernel, stride, padding, dilation, ceil] = args;
  return poolSettings(name, n, kernel, stride, padding, dilation, ceil);
}

function sliding(n: number, samples: readonly Sample[]): OpDescriptor[] {
  const name = `max_pool${n}d_with_indices`;
  const title = `MaxPool${n}DWithIndices`;
  return [
    {
      name,
      kind: 'file',
      overloads: [
        {
          schema: `${name}(Tensor self, ${params(n)}) -> (Tensor, Tensor)`,
          forward: (args, _F) => {
            const [self] = args;
            const s = settingsOf(`max_pool${n}d`, n, args);
            if (self.shape.length !== n + 1 && self.shape.length !== n + 2)
              throw new TorchError(`non-empty ${n + 1}D or ${n + 2}D (batch mode) tensor expected for input`);
            if (self.dtype === 'bool') throw new TorchError(`"max_pool${n}d" not implemented for 'Bool'`, 'NotImplementedError');
            const out = poolSizes(self.shape, s);
            return largest(self, out, slidingWindows(self.shape.slice(-n), out, s));
          },
          grad: poolGrad(name, title, (args) => ({
            kernel_size: each(args[1], n),
            stride: each(args[2], n),
            padding: each(args[3], n),
            dilation: each(args[4], n),
            ceil_mode: args[5],
          })),
        },
      ],
    },
    backwardOp(name, title, n),
    {
      name: `max_pool${n}d`,
      kind: 'composite',
      overloads: [
        {
          schema: `max_pool${n}d(Tensor self, ${params(n)}) -> Tensor`,
          forward: ([self, kernel, stride, padding, dilation, ceil], F) => F[name](self, kernel, stride, padding, dilation, ceil)[0],
        },
      ],
      samples,
    },
  ];
}

function checkLine(self: Tensor, kernel: number, stride: number, padding: number, dilation: number, ceil: boolean): void {
  const say = (text: string): TorchError => new TorchError(`max_pool1d() ${text}`);
  if (self.shape.length !== 2 && self.shape.length !== 3)
    throw new TorchError(
      `max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:${sizesText(self.shape)}`,
    );
  if (kernel <= 0) throw say(`kernel_size must be greater than zero, but got ${kernel}`);
  if (stride <= 0) throw say(`stride must be greater than zero, but got ${stride}`);
  if (padding < 0) throw say(`padding must be non-negative, but got ${padding}`);
  if (padding > Math.floor(kernel / 2))
    throw say(`padding should be at most half of kernel size, but got padding=${padding} and kernel_size=${kernel}`);
  if (dilation <= 0) throw say(`dilation must be greater than zero, but got ${dilation}`);
  const size = self.shape[self.shape.length - 1];
  let out = Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1 + (ceil ? stride - 1 : 0)) / stride) + 1;
  if (ceil && (out - 1) * stride >= size + padding) out--;
  if (out <= 0) throw say(`Invalid computed output size: ${out}`);
}

/** One dimension is two, the first of size 1. */
const line: OpDescriptor[] = [false, true].map((withIndices) => {
  const name = withIndices ? 'max_pool1d_with_indices' : 'max_pool1d';
  return {
    name,
    kind: 'composite',
    overloads: [
      {
        schema: `${name}(Tensor self, ${params(1)}) -> ${withIndices ? '(Tensor, Tensor)' : 'Tensor'}`,
        forward: ([self, kernel, stride, padding, dilation, ceil], F) => {
          const [k, p, d] = [each(kernel, 1)[0], each(padding, 1)[0], each(dilation, 1)[0]];
          const step = each(stride, 1)[0] ?? k;
          if (withIndices) checkRange('max_pool1d', self);
          else checkLine(self, k, step, p, d, ceil);
          const both = F.max_pool2d_with_indices(F.unsqueeze(self, -2), [1, k], [1, step], [0, p], [1, d], ceil);
          return withIndices ? both.map((t: Tensor) => F.squeeze(t, -2)) : F.squeeze(both[0], -2);
        },
      },
    ],
    samples: withIndices ? undefined : [{ args: [{ tensor: [2, 2, 5] }, [2], [2], [1], [1], false] }],
  };
});

function checkAdaptive(self: Tensor, out: readonly number[], n: number): void {
  const name = `adaptive_max_pool${n}d`;
  const rank = self.shape.length;
  if (rank !== n + 1 && rank !== n + 2)
    throw new TorchError(`${name}(): Expected ${n + 1}D or ${n + 2}D tensor, but got: ${sizesText(self.shape)}`);
  for (let d = rank === n + 2 ? 1 : 0; d < rank; d++)
    if (self.shape[d] === 0)
      throw new TorchError(
        `${name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${sizesText(self.shape)} with dimension ${d} being empty`,
      );
  if (out.length !== n) throw new TorchError(`${name}(): internal error: output_size.size() must be ${n}`);
  if (!isFloating(self.dtype)) throw new TorchError(`"${name}" not implemented for '${scalarTypeName(self.dtype)}'`, 'NotImplementedError');
}

function adaptive(n: number): OpDescriptor[] {
  const name = `adaptive_max_pool${n}d`;
  const title = `AdaptiveMaxPool${n}D`;
  return [
    {
      name,
      kind: 'file',
      overloads: [
        {
          schema: `${name}(Tensor self, int[${n}] output_size) -> (Tensor, Tensor)`,
          forward: ([self, goal], _F) => {
            const out = perDimension(goal, n);
            checkAdaptive(self, out, n);
            const windows = self.shape.slice(-n).map((size: number, i: number) => ({
              from: Int32Array.from({ length: out[i] }, (_, o) => adaptiveFrom(size, out[i], o)),
              to: Int32Array.from({ length: out[i] }, (_, o) => adaptiveTo(size, out[i], o)),
              step: 1,
            }));
            return largest(self, out, windows);
          },
          grad: poolGrad(name, title),
        },
      ],
    },
    backwardOp(name, title, n),
  ];
}

const adaptiveLine: OpDescriptor = {
  name: 'adaptive_max_pool1d',
  kind: 'composite',
  overloads: [
    {
      schema: 'adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)',
      forward: ([self, goal], F) => {
        checkRange('adaptive_max_pool1d', self);
        return F.adaptive_max_pool2d(F.unsqueeze(self, -2), [1, oneSize('adaptive_max_pool1d', goal)]).map((t: Tensor) => F.squeeze(t, -2));
      },
    },
  ],
};

export function oneSize(name: string, goal: number | readonly number[], parameter = 'output_size'): number {
  const list = perDimension(goal, 1);
  if (list.length !== 1) throw new TorchError(`${name}() argument '${parameter}' should contain one int (got ${list.length})`);
  return list[0];
}

/** Ops on lines name the argument they check. */
export function checkRange(name: string, self: Tensor): void {
  if (self.shape.length !== 2 && self.shape.length !== 3)
    throw new TorchError(
      `Expected 2 to 3 dimensions, but got ${self.shape.length}-dimensional tensor for argument #1 'self' (while checking arguments for ${name})`,
    );
}

function unpool(n: number): OpDescriptor {
  const name = `max_unpool${n}d`;
  const extra = n === 3 ? ', int[3] stride, int[3] padding' : '';
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: `${name}(Tensor self, Tensor indices, SymInt[${n}] output_size${extra}) -> Tensor`,
        inputs: [0],
        forward: ([self, indices, goal], _F) => {
          const rank = self.shape.length;
          if (indices.dtype !== 'int64')
            throw new TorchError(`elements in indices should be type int64 but got: ${scalarTypeName(indices.dtype)}`);
          if (rank !== n + 1 && rank !== n + 2)
            throw new TorchError(
              `Input to max_unpooling${n}d should be a ${n + 1}d or ${n + 2}d Tensor, but got a tensor with ${rank} dimensions.`,
            );
          if (sizesText(self.shape) !== sizesText(indices.shape))
            throw new TorchError(
              `Expected shape of indices to be same as that of the input tensor (${sizesText(self.shape)}) but got indices tensor with shape: ${sizesText(indices.shape)}`,
            );
          const out = Tensor.empty([...self.shape.slice(0, rank - n), ...goal], self.dtype, self.device);
          const place = deviceOf(out).scatterPlanes(rowMajor(self), rowMajor(indices), out, n, false);
          if (place !== -1) throw new TorchError(`Found an invalid max index: ${place} (output volumes are of size ${goal.join('x')})`);
          return out;
        },
        grad: {
          name: `MaxUnpool${n}DBackward0`,
          saved: [{ name: 'indices', argument: 1 }],
          backward: (g, { F, s: [indices] }) => gathered(F, g, indices, n),
        },
      },
    ],
  };
}

const sample = (shape: number[], ...rest: Sample['args']): Sample => ({
  args: [{ tensor: shape, values: Array.from({ length: numelOf(shape) }, (_, i) => ((i * 37) % 101) / 25 - 2) }, ...rest],
});

export const maxPooling: OpDescriptor[] = [
  ...line,
  ...sliding(2, [sample([1, 2, 4, 5], [2, 3], [2, 1], [1, 1], [1, 1], true), sample([2, 5, 5], [2, 2], [], [0, 0], [2, 2], false)]),
  ...sliding(3, [sample([1, 1, 3, 4, 4], [2, 2, 2], [1, 2, 2], [1, 0, 1], [1, 1, 1], false)]),
  adaptiveLine,
  ...adaptive(2),
  ...adaptive(3),
  unpool(2),
  unpool(3),
];
