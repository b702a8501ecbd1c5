// Resizing: nearest, linear and cubic interpolation of one to three dimensions, with and without smoothing.
import { cubicWeights } from '../tensor/cubic.ts';
import type { DType } from '../tensor/dtype.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { sizesText } from '../tensor/shape.ts';
import type { Taps } from '../tensor/spatial-device.ts';
import { notInNabla, TorchError } from '../tensor/torch-error.ts';
import type { Args, OpDescriptor } from './descriptor.ts';
import { type InputLike, linearMap } from './linear-map.ts';
import { perDimension } from './spatial.ts';
import { chosen, tapsOf } from './taps.ts';

/** One dimension of a resize. Positions are computed in the precision of the type, as torch does. */
interface Resize {
  readonly size: number;
  readonly out: number;
  readonly scale: number | null;
  readonly corners: boolean;
  readonly round: (x: number) => number;
}

type Maker = (r: Resize) => Taps;

function step({ size, out, scale, corners, round }: Resize): number {
  if (corners) return out > 1 ? round((size - 1) / (out - 1)) : 0;
  return scale !== null && scale > 0 ? round(1 / scale) : round(size / out);
}

/** Where output i lies in the input. */
function source(r: Resize, i: number): number {
  const { round } = r;
  const s = step(r);
  return r.corners ? round(s * i) : round(round(s * round(i + 0.5)) - 0.5);
}

const nearest: Maker = (r) => chosen(r.size, r.out, (i) => Math.min(Math.floor(r.round(i * step(r))), r.size - 1));
const nearestExact: Maker = (r) =>
  chosen(r.size, r.out, (i) => Math.min(Math.max(Math.floor(r.round(r.round(i + 0.5) * step(r))), 0), r.size - 1));

/** Outputs of the input's size, or twice that, are copied or doubled in torch's backward, whatever factor was given. */
const nearestBack: Maker = (r) =>
  r.out === r.size ? chosen(r.size, r.out, (i) => i) : r.out === 2 * r.size ? chosen(r.size, r.out, (i) => i >> 1) : nearest(r);

const linear: Maker = (r) =>
  tapsOf(r.size, r.out, (i) => {
    if (r.size === r.out) return [[i, 1]];
    const at = r.corners ? source(r, i) : Math.max(source(r, i), 0);
    const low = Math.min(Math.floor(at), r.size - 1);
    const rest = Math.min(Math.max(r.round(at - low), 0), 1);
    return [
      [low, r.round(1 - rest)],
      [Math.min(low + 1, r.size - 1), rest],
    ];
  });

const cubic: Maker = (r) =>
  tapsOf(r.size, r.out, (i) => {
    if (r.size === r.out) return [[i, 1]];
    const at = source(r, i);
    const low = Math.floor(at);
    const weights = cubicWeights(Math.min(Math.max(r.round(at - low), 0), 1), -0.75);
    return weights.map((w, j) => [Math.min(Math.max(low - 1 + j, 0), r.size - 1), r.round(w)]);
  });

/** With smoothing the filter is as wide as the step, and what falls outside is left out of the mean. */
const smoothed =
  (width: number, filter: (x: number) => number): Maker =>
  (r) => {
    const s = step(r);
    const support = s >= 1 ? (width / 2) * s : width / 2;
    const shrink = s >= 1 ? 1 / s : 1;
    return tapsOf(r.size, r.out, (i) => {
      const center = s * (i + 0.5);
      const first = Math.max(Math.trunc(center - support + 0.5), 0);
      const last = Math.min(Math.trunc(center + support + 0.5), r.size);
      const weights = Array.from({ length: last - first }, (_, j) => filter((j + first - center + 0.5) * shrink));
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.map((w, j) => [first + j, total === 0 ? w : w / total]);
    });
  };

const triangle = (x: number): number => Math.max(1 - Math.abs(x), 0);
const keys = (x: number): number => {
  const d = Math.abs(x);
  return d < 1 ? cubicWeights(d, -0.5)[1] : d < 2 ? cubicWeights(d - 1, -0.5)[0] : 0;
};

const exact = (x: number): number => x;
const rounding = (dtype: DType): ((x: number) => number) => (dtype === 'float64' ? exact : Math.fround);

interface Mode {
  readonly name: string;
  readonly title: string;
  readonly n: number;
  readonly make: Maker;
  readonly back?: Maker;
  readonly corners: boolean;
}

const scaleNames: Readonly<Record<number, readonly string[]>> = {
  1: ['scales'],
  2: ['scales_h', 'scales_w'],
  3: ['scales_d', 'scales_h', 'scales_w'],
};

function check(mode: Mode, input: InputLike, goal: readonly number[]): void {
  const { n } = mode;
  const sizes = input.shape.slice(2);
  if (goal.length !== n) throw new TorchError(`It is expected output_size equals to ${n}, but got size ${goal.length}`);
  if (input.shape.length !== n + 2)
    throw new TorchError(`It is expected input_size equals to ${n + 2}, but got size ${input.shape.length}`);
  if (sizes.some((v) => v <= 0) || goal.some((v) => v <= 0)) {
    const text = (values: readonly number[]): string => values.map((v, i) => `${['D', 'H', 'W'].slice(-n)[i]}: ${v}`).join(', ');
    throw new TorchError(`Input and output sizes should be greater than 0, but got input (${text(sizes)}) output (${text(goal)})`);
  }
  if (input.shape.slice(1).some((v) => v === 0))
    throw new TorchError(`Non-empty ${n + 2}D data tensor expected but got a tensor with sizes ${sizesText(input.shape)}`);
  checkType(mode, input);
}

function checkType({ n, make, corners }: Mode, input: InputLike): void {
  if (isFloating(input.dtype) || (input.dtype === 'uint8' && !corners)) return;
  // torch weighs bytes in fixed point.
  if (input.dtype === 'uint8' && n === 2) throw notInNabla('torch.nn.functional.interpolate of uint8');
  const kind = corners ? (make === linear ? 'linear' : 'cubic') : 'nearest';
  // One channel counts as laid out by channels, for which there is a kernel of its own.
  const own = n === 2 && input.shape[1] === 1 && kind !== 'cubic';
  const kernel = own ? `upsample_${corners ? 'bilinear' : 'nearest'}2d_channels_last` : `compute_indices_weights_${kind}`;
  throw new TorchError(`"${kernel}" not implemented for '${scalarTypeName(input.dtype)}'`, 'NotImplementedError');
}

function resize(mode: Mode): OpDescriptor[] {
  const { n } = mode;
  const names = scaleNames[n];
  const at = mode.corners ? 2 : 1;
  const goals = [5, 3, 4].slice(-n);
  const x = { tensor: [1, 2, ...[3, 4, 3].slice(-n)] };
  const tapsBy =
    (make: Maker) =>
    (input: InputLike, settings: Args): Taps[] => {
      const goal = perDimension(settings[0], n);
      check(mode, input, goal);
      const corners = mode.corners && settings[1];
      const round = rounding(input.dtype);
      return goal.map((out, i) => make({ size: input.shape[i + 2], out, scale: settings[at + i] ?? null, corners, round }));
    };
  return linearMap({
    name: mode.name,
    title: mode.title,
    params: `SymInt[${n}] output_size, ${mode.corners ? 'bool align_corners, ' : ''}${names.map((name) => `float? ${name}=None`).join(', ')}`,
    saves: 'sizes',
    keep: (settings: Args) => ({
      output_size: perDimension(settings[0], n),
      ...(mode.corners ? { align_corners: settings[1] } : {}),
      ...Object.fromEntries(names.map((name, i) => [name, settings[at + i] ?? null])),
    }),
    taps: tapsBy(mode.make),
    adjointTaps: mode.back === undefined ? undefined : tapsBy(mode.back),
    samples: mode.corners ? [{ args: [x, goals, false] }, { args: [x, goals, true] }] : [{ args: [x, goals] }],
  });
}

const dims = [1, 2, 3];

export const interpolation: OpDescriptor[] = [
  ...dims.map((n) => ({
    name: `upsample_nearest${n}d`,
    title: `UpsampleNearest${n}D`,
    n,
    make: nearest,
    back: nearestBack,
    corners: false,
  })),
  ...dims.map((n) => ({ name: `_upsample_nearest_exact${n}d`, title: `UpsampleNearestExact${n}D`, n, make: nearestExact, corners: false })),
  { name: 'upsample_linear1d', title: 'UpsampleLinear1D', n: 1, make: linear, corners: true },
  { name: 'upsample_bilinear2d', title: 'UpsampleBilinear2D', n: 2, make: linear, corners: true },
  { name: 'upsample_trilinear3d', title: 'UpsampleTrilinear3D', n: 3, make: linear, corners: true },
  { name: 'upsample_bicubic2d', title: 'UpsampleBicubic2D', n: 2, make: cubic, corners: true },
  { name: '_upsample_bilinear2d_aa', title: 'UpsampleBilinear2DAa', n: 2, make: smoothed(2, triangle), corners: true },
  { name: '_upsample_bicubic2d_aa', title: 'UpsampleBicubic2DAa', n: 2, make: smoothed(4, keys), corners: true },
].flatMap(resize);
