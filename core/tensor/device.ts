// What a device can do, as types, and the slot where devices register. Knows no op.
import type { Device as DeviceName, DType } from './dtype.ts';
import type { Expr } from './expr.ts';
import type { Tensor } from './tensor.ts';

export type ReduceKind = 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all' | 'nansum' | 'sumsq' | 'sumabs' | 'countNonzero';

/** Kernels write into tensors that are already allocated; all operands live on the device. */
export interface ComputeDevice {
  readonly name: DeviceName;
  /** out[i] = expr(inputs broadcast to out's shape, params), computed in `compute` (operands are converted to it first). */
  elementwise(expr: Expr, inputs: readonly Tensor[], params: readonly number[], out: Tensor, compute: DType): void;
  fill(out: Tensor, value: number | bigint): void;
  /** Reduces the dimensions where `mask` is true; `out` has the remaining ones, row-major. Sums are held in double. */
  reduce(kind: ReduceKind, input: Tensor, mask: readonly boolean[], out: Tensor): void;
  /** out = alpha · a · b + beta · bias (broadcast, or null), for matrices or batches: [B, M, K] · [B, K, N]. */
  matmul(a: Tensor, b: Tensor, out: Tensor, bias: Tensor | null, beta: number, alpha: number): void;
}

const registered: Partial<Record<DeviceName, ComputeDevice>> = {};

export function registerDevice(device: ComputeDevice): void {
  registered[device.name] = device;
}

/** The device a tensor lives on. */
export function deviceOf(tensor: { readonly device: DeviceName }): ComputeDevice {
  return registered[tensor.device] as ComputeDevice;
}
