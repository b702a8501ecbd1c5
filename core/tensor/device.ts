// What a device can do, as types, and the slot where devices register. Knows no op.
import type { Device as DeviceName, DType } from './dtype.ts';
import type { Expr } from './expr.ts';
import type { SpatialDevice } from './spatial-device.ts';
import type { Tensor } from './tensor.ts';

export type ReduceKind = 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all' | 'nansum' | 'sumsq' | 'sumabs' | 'countNonzero';

/** A row-major tensor seen as [outer, groups, inner]; position p of [groups, inner] takes weight ⌊p / step⌋ mod period. */
export interface NormLayout {
  readonly outer: number;
  readonly groups: number;
  readonly inner: number;
  readonly step: number;
  readonly period: number;
}

/** One direction of one LSTM layer: input [T, B, I], weights and biases for the input and the hidden state, everything row-major. */
export interface LstmLayer {
  readonly input: Tensor;
  readonly weights: readonly [Tensor, Tensor];
  readonly biases: readonly [Tensor, Tensor];
  readonly hx: Tensor;
  readonly cx: Tensor;
  readonly reverse: boolean;
  readonly output: Tensor;
  readonly hy: Tensor;
  readonly cy: Tensor;
  /** What the backward needs of each step: [T, B, 4H] and [T, B, H]. */
  readonly gates: Tensor;
  readonly cells: Tensor;
}

/** Where the gradients go; null where none is wanted. */
export interface LstmLayerGradients {
  readonly input: Tensor | null;
  readonly weights: readonly (Tensor | null)[];
  readonly biases: readonly (Tensor | null)[];
  readonly hx: Tensor;
  readonly cx: Tensor;
}

/** Queries [B, H, T, D] looking at keys and values [B, H', S, D], H a multiple of H'; the mask [B, H, T, S] is added to the scores. */
export interface Attention {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly mask: Tensor | null;
  readonly causal: boolean;
  readonly scale: number;
  readonly output: Tensor;
  /** [B, H, T]: what the weights of a row were divided by, as a logarithm. */
  readonly logSums: Tensor;
}

export interface AttentionGradients {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
}

/** Kernels write into tensors that are already allocated; all operands live on the device. */
export interface ComputeDevice extends SpatialDevice {
  readonly name: DeviceName;
  /** out[i] = expr(inputs broadcast to out's shape, params), computed in `compute` (operands are converted to it first). */
  elementwise(expr: Expr, inputs: readonly Tensor[], params: readonly number[], out: Tensor, compute: DType): void;
  fill(out: Tensor, value: number | bigint): void;
  /** Reduces the dimensions where `mask` is true; `out` has the remaining ones, row-major. Sums are held in double. */
  reduce(kind: ReduceKind, input: Tensor, mask: readonly boolean[], out: Tensor): void;
  /** out = alpha · a · b + beta · bias (broadcast, or null), for matrices or batches: [B, M, K] · [B, K, N]. */
  matmul(a: Tensor, b: Tensor, out: Tensor, bias: Tensor | null, beta: number, alpha: number): void;
  /** out = softmax (or its logarithm) of each line along dimension `dim`; out is row-major, float32 or float64 as the input. */
  softmax(input: Tensor, out: Tensor, dim: number, logarithm: boolean): void;
  attention(a: Attention): void;
  /** From the gradient of the output. */
  attentionBackward(a: Attention, given: Tensor, out: AttentionGradients): void;
  lstmLayer(layer: LstmLayer): void;
  /** From the gradients of output, hy and cy (null: none). */
  lstmLayerBackward(layer: LstmLayer, given: readonly (Tensor | null)[], out: LstmLayerGradients): void;
  /** Mean and biased variance of each group. */
  moments(x: Tensor, layout: NormLayout, mean: Float64Array, variance: Float64Array): void;
  /** out = (x - mean) · scale · weight + bias, group by group. */
  normalize(
    x: Tensor,
    layout: NormLayout,
    mean: ArrayLike<number>,
    scale: ArrayLike<number>,
    weight: Tensor | null,
    bias: Tensor | null,
    out: Tensor,
  ): void;
  /** Gradients of `normalize`, added up for weight and bias; with `moving` the moments are x's own. */
  normalizeBackward(
    g: Tensor,
    x: Tensor,
    layout: NormLayout,
    mean: ArrayLike<number>,
    scale: ArrayLike<number>,
    weight: Tensor | null,
    moving: boolean,
    toX: Tensor | null,
    toWeight: Float64Array,
    toBias: Float64Array,
  ): void;
}

const registered: Partial<Record<DeviceName, ComputeDevice>> = {};

export function registerDevice(device: ComputeDevice): void {
  registered[device.name] = device;
}

/** The device a tensor lives on. */
export function deviceOf(tensor: { readonly device: DeviceName }): ComputeDevice {
  return registered[tensor.device] as ComputeDevice;
}
