// Images sampled at the points of a grid, and grids made by affine maps.
import { deviceOf } from '../tensor/device.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { sizesText } from '../tensor/shape.ts';
import type { GridGeometry } from '../tensor/spatial-device.ts';
import { Tensor } from '../tensor/tensor.ts';
import { notInNabla, TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops, Sample } from './descriptor.ts';
import { rowMajor } from './spatial.ts';

const modes = ['bilinear', 'nearest', 'bicubic'] as const;
const paddings = ['zeros', 'border', 'reflection'] as const;

function geometry(mode: number, padding: number, alignCorners: boolean): GridGeometry {
  return { interpolation: modes[mode], padding: paddings[padding], alignCorners };
}

function check(input: Tensor, grid: Tensor, mode: number): void {
  const [x, g] = [sizesText(input.shape), sizesText(grid.shape)];
  const rank = input.shape.length;
  if (input.shape[0] !== grid.shape[0])
    throw new TorchError(
      `grid_sampler(): expected grid and input to have same batch size, but got input with sizes ${x} and grid with sizes ${g}`,
    );
  if (grid.shape[grid.shape.length - 1] !== rank - 2)
    throw new TorchError(`grid_sampler(): expected grid to have size ${rank - 2} in last dimension, but got grid with sizes ${g}`);
  for (let d = 2; d < rank; d++)
    if (input.shape[d] === 0)
      throw new TorchError(
        `grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes ${x} with dimension ${d} being empty`,
      );
  if ((rank !== 4 && rank !== 5) || rank !== grid.shape.length)
    throw new TorchError(
      `grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got input with sizes ${x} and grid with sizes ${g}`,
    );
  if (rank === 5 && mode === 2) throw new TorchError('grid_sampler(): bicubic interpolation only supports 4D input');
  if (!isFloating(input.dtype))
    throw new TorchError(
      `"grid_sampler_${rank - 2}d_cpu_kernel_impl" not implemented for '${scalarTypeName(input.dtype)}'`,
      'NotImplementedError',
    );
  if (grid.dtype !== input.dtype)
    throw new TorchError(`expected scalar type ${scalarTypeName(input.dtype)} but found ${scalarTypeName(grid.dtype)}`);
}

const params = 'int interpolation_mode, int padding_mode, bool align_corners';

function sampler(n: number, samples: readonly Sample[]): OpDescriptor[] {
  const name = `grid_sampler_${n}d`;
  return [
    {
      name,
      kind: 'file',
      overloads: [
        {
          schema: `${name}(Tensor input, Tensor grid, ${params}) -> Tensor`,
          forward: ([input, grid, mode, padding, corners], _F) => {
            check(input, grid, mode);
            const out = Tensor.empty([input.shape[0], input.shape[1], ...grid.shape.slice(1, -1)], input.dtype, input.device);
            deviceOf(out).gridSample(rowMajor(input), rowMajor(grid), out, geometry(mode, padding, corners));
            return out;
          },
          grad: {
            name: `GridSampler${n}DBackward0`,
            saved: [
              { name: 'input', argument: 0 },
              { name: 'grid', argument: 1 },
            ],
            keep: (args) => ({ interpolation_mode: args[2], padding_mode: args[3], align_corners: args[4] }),
            backward: (g, { F, s: [input, grid], k, needs }) => {
              const mask = [(needs & 1) !== 0, (needs & 2) !== 0];
              const grads = F[`${name}_backward`](g, input, grid, k.interpolation_mode, k.padding_mode, k.align_corners, mask);
              return mask.map((wanted, i) => (wanted ? grads[i] : null));
            },
          },
        },
      ],
      samples,
    },
    {
      name: `${name}_backward`,
      kind: 'file',
      overloads: [
        {
          schema: `${name}_backward(Tensor grad_output, Tensor input, Tensor grid, ${params}, bool[2] output_mask) -> (Tensor, Tensor)`,
          forward: ([g, input, grid, mode, padding, corners, mask], _F) => {
            const grads = [input, grid].map((t, i) => Tensor.empty(mask[i] ? t.shape : [0], t.dtype, t.device));
            const [x, points] = [rowMajor(input), rowMajor(grid)];
            const wanted = grads.map((t, i) => (mask[i] ? t : null));
            deviceOf(g).gridSampleBackward(rowMajor(g), x, points, wanted[0], wanted[1], geometry(mode, padding, corners));
            return grads;
          },
          grad: {
            name: `GridSampler${n}DBackwardBackward0`,
            partial: true,
            saved: [
              { name: 'grad_output', argument: 0 },
              { name: 'input', argument: 1 },
              { name: 'grid', argument: 2 },
            ],
            keep: (args) => ({ interpolation_mode: args[3], padding_mode: args[4], align_corners: args[5] }),
            backward: (_g, { F, s: [g, input, grid], k, needs, grads: [alongInput, alongGrid] }) => {
              const settings = [k.interpolation_mode, k.padding_mode, k.align_corners];
              const found = F[`${name}_double_backward`](alongInput, alongGrid, g, input, grid, ...settings);
              // The nearest pixel's gradient does not depend on the image.
              return found.map((t: Tensor, i: number) => (needs & (1 << i) && !(i === 1 && k.interpolation_mode === 1) ? t : null));
            },
          },
        },
      ],
    },
    {
      name: `${name}_double_backward`,
      kind: 'file',
      overloads: [
        {
          schema: `${name}_double_backward(Tensor? along_input, Tensor? along_grid, Tensor grad_output, Tensor input, Tensor grid, ${params}) -> (Tensor, Tensor, Tensor)`,
          forward: ([alongInput, alongGrid, g, input, grid, mode, padding, corners], _F) => {
            const [gradOut, inputOut, gridOut] = [g, input, grid].map((t) => Tensor.empty(t.shape, t.dtype, t.device));
            const [up, x, points] = [g, input, grid].map(rowMajor);
            const [V, U] = [alongInput, alongGrid].map((t) => (t === null ? null : rowMajor(t)));
            const twice = { alongInput: V, alongGrid: U, gradOut, inputOut, gridOut };
            deviceOf(g).gridSampleTwice(up, x, points, twice, geometry(mode, padding, corners));
            return [gradOut, inputOut, gridOut];
          },
          grad: {
            name: `GridSampler${n}DDoubleBackwardBackward0`,
            backward: () => {
              throw notInNabla('The third derivative of torch.nn.functional.grid_sample');
            },
          },
        },
      ],
    },
  ];
}

/** Coordinates of `steps` points -1 … 1: at the corners' middles, or with half a pixel between them and the edge. Rounded as torch rounds. */
function line(F: Ops, like: Tensor, steps: number, corners: boolean): Tensor {
  const points = steps <= 1 ? F.zeros([steps], place(like)) : F.linspace(-1, 1, BigInt(steps), place(like));
  return corners || steps <= 1 ? points : F.div(F.mul(points, BigInt(steps - 1)), BigInt(steps));
}

const place = (like: Tensor): { dtype: Tensor['dtype']; device: Tensor['device'] } => ({ dtype: like.dtype, device: like.device });

/** x, y (and z) of every point of the grid, each [1, points, 1]. */
function coordinates(F: Ops, like: Tensor, size: readonly number[], corners: boolean): Tensor[] {
  const sizes = size.slice(2);
  return sizes.map((_, i) => {
    const d = sizes.length - 1 - i;
    const along = F.view(
      line(F, like, sizes[d], corners),
      sizes.map((n, other) => (other === d ? n : 1)),
    );
    return F.reshape(F.expand(along, sizes), [1, -1, 1]);
  });
}

const image = { tensor: [1, 2, 3, 4] } as const;
const points = { tensor: [1, 2, 2, 2], low: -1.3, high: 1.2 } as const;

export const grids: OpDescriptor[] = [
  ...sampler(2, [
    { args: [image, points, 0n, 0n, false] },
    { args: [image, points, 0n, 2n, true] },
    { args: [image, points, 2n, 0n, false] },
    { args: [image, points, 2n, 1n, true] },
    { args: [image, points, 1n, 1n, false] },
  ]),
  ...sampler(3, [{ args: [{ tensor: [1, 2, 2, 3, 3] }, { tensor: [1, 1, 2, 2, 3], low: -1.2, high: 1.2 }, 0n, 1n, false] }]),
  {
    name: 'grid_sampler',
    kind: 'composite',
    overloads: [
      {
        schema: `grid_sampler(Tensor input, Tensor grid, ${params}) -> Tensor`,
        forward: ([input, grid, mode, padding, corners], F) =>
          F[input.shape.length === 5 ? 'grid_sampler_3d' : 'grid_sampler_2d'](input, grid, mode, padding, corners),
      },
    ],
  },
  {
    name: 'affine_grid_generator',
    kind: 'file',
    overloads: [
      {
        schema: 'affine_grid_generator(Tensor theta, SymInt[] size, bool align_corners) -> Tensor',
        // every point (x, y, 1) times the transposed matrix, term by term as torch rounds it
        forward: ([theta, size, corners], F) => {
          const n = size.length - 2;
          const column = (d: number): Tensor => F.unsqueeze(F.select(theta, 2, d), 1);
          const terms = coordinates(F, theta, size, corners).map((x, d) => F.mul(x, column(d)));
          const sum = [...terms.slice(1), column(n)].reduce((total, term) => F.add(total, term), terms[0]);
          return F.view(sum, [size[0], ...size.slice(2), n]);
        },
        grad: {
          name: 'AffineGridGeneratorBackward0',
          keep: (args) => ({ size: args[1], align_corners: args[2] }),
          backward: (g, { F, k }) => {
            const n = k.size.length - 2;
            const flat = F.reshape(g, [k.size[0], -1, n]);
            const columns = coordinates(F, g, k.size, k.align_corners);
            const base = F.cat([...columns, F.ones_like(columns[0])], 2);
            return F.transpose(F.bmm(F.transpose(F.expand(base, [k.size[0], base.shape[1], n + 1]), 1, 2), flat), 1, 2);
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 2, 3] }, [2, 1, 3, 2], false] }, { args: [{ tensor: [1, 3, 4] }, [1, 1, 2, 3, 2], true] }],
  },
];
