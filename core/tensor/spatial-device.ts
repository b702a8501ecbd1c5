// What a device does with windows over the last dimensions: convolution, pooling, resampling. Types only; knows no op.
import type { Tensor } from './tensor.ts';

/** Windows that slide over the last dimensions: one number a dimension. */
export interface WindowGeometry {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

/** The kernel's size is the weight's. */
export interface ConvolutionGeometry {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** Along one dimension: output i looks at from[i], from[i] + step, … below to[i]. */
export interface WindowRange {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly step: number;
}

/** A linear map along one dimension: output i = Σ weight[t] · input[index[t]] for t in start[i] … start[i + 1] - 1. */
export interface Taps {
  readonly size: number;
  readonly start: Int32Array;
  readonly index: Int32Array;
  readonly weight: Float64Array;
  /** Where given, output i is divided by divisor[i] afterwards. */
  readonly divisor?: Float64Array;
}

export type GridInterpolation = 'bilinear' | 'nearest' | 'bicubic';
export type GridPadding = 'zeros' | 'border' | 'reflection';
export interface GridGeometry {
  readonly interpolation: GridInterpolation;
  readonly padding: GridPadding;
  readonly alignCorners: boolean;
}

/** Directions in which the two gradients of a grid sample are taken (null: not at all), and where the results go. */
export interface GridTwice {
  readonly alongInput: Tensor | null;
  readonly alongGrid: Tensor | null;
  readonly gradOut: Tensor;
  readonly inputOut: Tensor;
  readonly gridOut: Tensor;
}

/** All tensors are row-major and of one floating type, indices int64. */
export interface SpatialDevice {
  /** input [N, C, …], weight [O, C/groups, …kernel], out [N, O, …]. */
  convolution(input: Tensor, weight: Tensor, bias: Tensor | null, out: Tensor, geometry: ConvolutionGeometry): void;
  /** The adjoint in the input, which is also the transposed convolution: grad [N, O, …], out [N, C, …]; bias adds to out's channels. */
  convolutionInputGrad(grad: Tensor, weight: Tensor, bias: Tensor | null, out: Tensor, geometry: ConvolutionGeometry): void;
  /** The adjoint in the weight: out [O, C/groups, …kernel]. */
  convolutionWeightGrad(grad: Tensor, input: Tensor, out: Tensor, geometry: ConvolutionGeometry): void;
  /** Windows as columns: input [N, C, …] to out [N, C · kernel, positions]. */
  columns(input: Tensor, out: Tensor, geometry: WindowGeometry): void;
  /** Adds columns [N, C · kernel, positions] up into out [N, C, …]. */
  columnsAdjoint(columns: Tensor, out: Tensor, geometry: WindowGeometry): void;
  /** The largest of each window (NaN counts as largest, the first wins) and its place within the plane. */
  maxPool(input: Tensor, out: Tensor, indices: Tensor, windows: readonly WindowRange[]): void;
  /** out is cleared; each value goes, or with `add` is added, to its place within the plane of `rank` last dimensions. Returns a place that lies outside, or -1. */
  scatterPlanes(values: Tensor, indices: Tensor, out: Tensor, rank: number, add: boolean): number;
  /** Applies one map per dimension to the last ones; null leaves a dimension as it is. */
  resample(input: Tensor, out: Tensor, taps: readonly (Taps | null)[]): void;
  /** The transpose of `resample`: from out's shape back to the input's. */
  resampleAdjoint(grad: Tensor, out: Tensor, taps: readonly (Taps | null)[]): void;
  /** out[n, c, p…] = input[n, c] at grid[n, p…], places in -1 … 1. */
  gridSample(input: Tensor, grid: Tensor, out: Tensor, geometry: GridGeometry): void;
  /** Gradients of `gridSample`; null where not wanted. */
  gridSampleBackward(
    grad: Tensor,
    input: Tensor,
    grid: Tensor,
    inputGrad: Tensor | null,
    gridGrad: Tensor | null,
    geometry: GridGeometry,
  ): void;
  /** The gradients' gradients, by `grad`, `input` and `grid`. */
  gridSampleTwice(grad: Tensor, input: Tensor, grid: Tensor, twice: GridTwice, geometry: GridGeometry): void;
}
