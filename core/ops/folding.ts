// Images as columns of windows and back: im2col, col2im; pixels and channels traded for each other.
import { deviceOf } from '../tensor/device.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { sizesText } from '../tensor/shape.ts';
import type { WindowGeometry } from '../tensor/spatial-device.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Args, OpDescriptor } from './descriptor.ts';
import { perDimension, rowMajor } from './spatial.ts';

/** kernel, dilation, padding, stride: the order of the schemas. */
function geometry(args: Args): WindowGeometry {
  const [kernel, dilation, padding, stride] = args.map((v, i) => {
    if (v.length !== 2)
      throw new TorchError(`It is expected ${['kernel_size', 'dilation', 'padding', 'stride'][i]} equals to 2, but got size ${v.length}`);
    return v as number[];
  });
  const both = (name: string, axis: string, values: readonly number[]): string =>
    `${name} ${axis}_height: ${values[0]} ${axis}_width: ${values[1]}`;
  const bad = (values: readonly number[]): boolean => values.some((v) => v <= 0);
  if (bad(kernel)) throw new TorchError(both('kernel size should be greater than zero, but got', 'kernel', kernel));
  if (bad(dilation)) throw new TorchError(both('dilation should be greater than zero, but got', 'dilation', dilation));
  if (padding.some((v) => v < 0)) throw new TorchError(both('padding should be non-negative, but got', 'pad', padding));
  if (bad(stride)) throw new TorchError(both('stride should be greater than zero, but got', 'stride', stride));
  return { kernel, dilation, padding, stride };
}

function blocks(size: readonly number[], g: WindowGeometry): number[] {
  return size.map((n, i) => Math.floor((n + 2 * g.padding[i] - g.dilation[i] * (g.kernel[i] - 1) - 1) / g.stride[i]) + 1);
}

const tuple = (values: readonly number[]): string => `(${values.join(', ')})`;

function describe(g: WindowGeometry): string {
  return `kernel_size=${tuple(g.kernel)}, dilation=${tuple(g.dilation)}, padding=${tuple(g.padding)}`;
}

function floating(name: string, t: Tensor): void {
  if (!isFloating(t.dtype)) throw new TorchError(`"${name}" not implemented for '${scalarTypeName(t.dtype)}'`, 'NotImplementedError');
}

/** A batch of one where there is none. */
function asBatch(t: Tensor, rank: number): Tensor {
  const x = rowMajor(t);
  return x.shape.length === rank ? x : Tensor.over(x.storage, x.dtype, x.device, [1, ...x.shape], [x.numel, ...x.strides], x.offset);
}

function toColumns(args: Args): Tensor {
  const [self, ...rest] = args;
  const g = geometry(rest);
  const rank = self.shape.length;
  const spatial = self.shape.slice(-2);
  if (rank === 2) throw new TorchError('Dimension out of range (expected to be in range of [-2, 1], but got 2)', 'IndexError');
  if ((rank !== 3 && rank !== 4) || self.shape.slice(rank - 3).some((n: number) => n === 0))
    throw new TorchError(
      `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${sizesText(self.shape)}`,
    );
  const out = blocks(spatial, g);
  if (out.some((n) => n < 1))
    throw new TorchError(
      `Given input with spatial size ${tuple(spatial)}, ${describe(g)}, calculated shape of the array of sliding blocks as ${tuple(out)}, but its components must be at least one.`,
    );
  floating('im2col_out_cpu', self);
  const shape = [self.shape[rank - 3] * g.kernel[0] * g.kernel[1], out[0] * out[1]];
  const result = Tensor.empty(rank === 4 ? [self.shape[0], ...shape] : shape, self.dtype, self.device);
  deviceOf(result).columns(asBatch(self, 4), asBatch(result, 3), g);
  return result;
}

function fromColumns(args: Args): Tensor {
  const [self, size, ...rest] = args;
  const g = geometry(rest);
  const goal = perDimension(size, 2);
  const rank = self.shape.length;
  if ((rank !== 2 && rank !== 3) || self.shape.slice(rank - 2).some((n: number) => n === 0))
    throw new TorchError(
      `Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ${sizesText(self.shape)}`,
    );
  const window = g.kernel[0] * g.kernel[1];
  const rows = self.shape[rank - 2];
  if (rows % window !== 0)
    throw new TorchError(
      `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${rows} and kernel_size=${tuple(g.kernel)}.`,
    );
  const counts = blocks(goal, g);
  const settings = `Given output_size=${tuple(goal)}, ${describe(g)}, stride=${tuple(g.stride)}`;
  if (self.shape[rank - 1] !== counts[0] * counts[1])
    throw new TorchError(
      `${settings}, expected size of input's dimension 2 to match the calculated number of sliding blocks ${counts[0]} * ${counts[1]} = ${counts[0] * counts[1]}, but got input.size(2)=${self.shape[rank - 1]}.`,
    );
  if (counts.some((n) => n < 1))
    throw new TorchError(
      `${settings}, calculated shape of the array of sliding blocks as ${tuple(counts)}, which is too small (non-positive)`,
    );
  floating('col2im_out_cpu', self);
  const shape = [rows / window, ...goal];
  const result = Tensor.empty(rank === 3 ? [self.shape[0], ...shape] : shape, self.dtype, self.device);
  deviceOf(result).columnsAdjoint(asBatch(self, 3), asBatch(result, 4), g);
  return result;
}

const params = 'int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride';
const keep = (args: Args): Record<string, readonly number[]> => ({
  kernel_size: perDimension(args[0], 2),
  dilation: perDimension(args[1], 2),
  padding: perDimension(args[2], 2),
  stride: perDimension(args[3], 2),
});

/** [..., a·f·f, h, w] and [..., a, h·f, w·f]: the same pixels, read channel by channel or side by side. */
function shuffled(self: Tensor, shape: readonly number[], split: readonly number[], order: readonly number[]): Tensor {
  const out = Tensor.empty(shape, self.dtype, self.device);
  const x = rowMajor(self);
  const strides = new Array<number>(split.length);
  for (let d = split.length - 1, step = 1; d >= 0; d--) {
    strides[d] = step;
    step *= split[d];
  }
  const view = Tensor.over(
    x.storage,
    x.dtype,
    x.device,
    order.map((d) => split[d]),
    order.map((d) => strides[d]),
    x.offset,
  );
  const goal = Tensor.over(out.storage, out.dtype, out.device, view.shape, rowStrides(view.shape), out.offset);
  deviceOf(out).elementwise('a', [view], [], goal, self.dtype);
  return out;
}

function rowStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let d = shape.length - 1, step = 1; d >= 0; d--) {
    strides[d] = step;
    step *= Math.max(shape[d], 1);
  }
  return strides;
}

function pixelShuffle(self: Tensor, f: number): Tensor {
  const rank = self.shape.length;
  if (rank < 3) throw new TorchError(`pixel_shuffle expects input to have at least 3 dimensions, but got input with ${rank} dimension(s)`);
  if (f <= 0) throw new TorchError(`pixel_shuffle expects a positive upscale_factor, but got ${f}`);
  const [c, h, w] = self.shape.slice(-3);
  if (c % (f * f) !== 0)
    throw new TorchError(
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${c} is not divisible by ${f * f}`,
    );
  const lead = self.shape.slice(0, -3);
  const n = lead.reduce((a, b) => a * b, 1);
  return shuffled(self, [...lead, c / (f * f), h * f, w * f], [n, c / (f * f), f, f, h, w], [0, 1, 4, 2, 5, 3]);
}

function pixelUnshuffle(self: Tensor, f: number): Tensor {
  const rank = self.shape.length;
  if (rank < 3)
    throw new TorchError(`pixel_unshuffle expects input to have at least 3 dimensions, but got input with ${rank} dimension(s)`);
  if (f <= 0) throw new TorchError(`pixel_unshuffle expects a positive downscale_factor, but got ${f}`);
  const [c, h, w] = self.shape.slice(-3);
  for (const [name, size, at] of [
    ['height', h, -2],
    ['width', w, -1],
  ] as const)
    if (size % f !== 0)
      throw new TorchError(
        `pixel_unshuffle expects ${name} to be divisible by downscale_factor, but input.size(${at})=${size} is not divisible by ${f}`,
      );
  const lead = self.shape.slice(0, -3);
  const n = lead.reduce((a, b) => a * b, 1);
  return shuffled(self, [...lead, c * f * f, h / f, w / f], [n, c, h / f, f, w / f, f], [0, 1, 3, 5, 2, 4]);
}

function channelShuffle(self: Tensor, groups: number): Tensor {
  if (self.shape.length <= 2)
    throw new TorchError(`channel_shuffle expects input with > 2 dims, but got input with sizes ${sizesText(self.shape)}`);
  const [n, c, ...rest] = self.shape;
  if (groups <= 0) throw new TorchError(`Number of groups to divide channels in must be positive. Value of groups:${groups}`);
  if (c % groups !== 0) throw new TorchError(`Number of channels must be divisible by groups. Got ${c} channels and ${groups} groups.`);
  const plane = rest.reduce((a, b) => a * b, 1);
  return shuffled(self, self.shape, [n, groups, c / groups, plane], [0, 2, 1, 3]);
}

export const folding: OpDescriptor[] = [
  {
    name: 'im2col',
    kind: 'file',
    overloads: [
      {
        schema: `im2col(Tensor self, ${params}) -> Tensor`,
        forward: (args, _F) => toColumns(args),
        grad: {
          name: 'Im2ColBackward0',
          keep: (args) => ({
            ...keep(args.slice(1)),
            self_sym_argsize_minus_1: args[0].shape.at(-1),
            self_sym_argsize_minus_2: args[0].shape.at(-2),
          }),
          backward: (g, { F, k }) =>
            F.col2im(g, [k.self_sym_argsize_minus_2, k.self_sym_argsize_minus_1], k.kernel_size, k.dilation, k.padding, k.stride),
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 2, 4, 5] }, [2, 3], [1, 2], [1, 0], [2, 1]] }],
  },
  {
    name: 'col2im',
    kind: 'file',
    overloads: [
      {
        schema: `col2im(Tensor self, SymInt[2] output_size, ${params}) -> Tensor`,
        forward: (args, _F) => fromColumns(args),
        grad: {
          name: 'Col2ImBackward0',
          keep: (args) => keep(args.slice(2)),
          backward: (g, { F, k }) => F.im2col(g, k.kernel_size, k.dilation, k.padding, k.stride),
        },
      },
    ],
    samples: [{ args: [{ tensor: [8, 6] }, [3, 4], [2, 2], [1, 1], [0, 0], [1, 1]] }],
  },
  {
    name: 'pixel_shuffle',
    kind: 'file',
    overloads: [
      {
        schema: 'pixel_shuffle(Tensor self, int upscale_factor) -> Tensor',
        forward: ([self, f], _F) => pixelShuffle(self, f),
        grad: {
          name: 'PixelShuffleBackward0',
          keep: (args) => ({ upscale_factor: args[1] }),
          backward: (g, { F, k }) => F.pixel_unshuffle(g, k.upscale_factor),
        },
      },
    ],
    samples: [{ args: [{ tensor: [1, 8, 2, 3] }, 2n] }],
  },
  {
    name: 'pixel_unshuffle',
    kind: 'file',
    overloads: [
      {
        schema: 'pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor',
        forward: ([self, f], _F) => pixelUnshuffle(self, f),
        grad: {
          name: 'PixelUnshuffleBackward0',
          keep: (args) => ({ downscale_factor: args[1] }),
          backward: (g, { F, k }) => F.pixel_shuffle(g, k.downscale_factor),
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 4, 6] }, 2n] }],
  },
  {
    name: 'channel_shuffle',
    kind: 'file',
    overloads: [
      {
        schema: 'channel_shuffle(Tensor self, SymInt groups) -> Tensor',
        forward: ([self, groups], _F) => channelShuffle(self, groups),
        // Back by the other factor of the channels.
        grad: {
          name: 'ChannelShuffleBackward0',
          keep: (args) => ({ groups: args[1], _back: args[0].shape[1] / args[1] }),
          backward: (g, { F, k }) => F.channel_shuffle(g, k._back),
        },
      },
    ],
    samples: [{ args: [{ tensor: [1, 6, 2, 2] }, 3n] }],
  },
];
