// Batches of matrices: checks, shapes, and running a function of one matrix over all.
import type * as dense from '../tensor/decompositions.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { numelOf } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Ops } from './descriptor.ts';

export type Matrix = dense.Matrix;

export const near = { tensor: [2, 2], values: [1.7, 0.4, -0.3, 1.1] } as const;

export const wide = { tensor: [2, 3] } as const;

export const rowsOf = (t: Tensor): number => t.shape[t.shape.length - 2];

export const columnsOf = (t: Tensor): number => t.shape[t.shape.length - 1];

export function needMatrix(name: string, t: Tensor): void {
  if (t.shape.length < 2) throw new TorchError(`${name}: The input tensor A must have at least 2 dimensions.`);
  if (!isFloating(t.dtype))
    throw new TorchError(`${name}: Expected a floating point or complex tensor as input. Got ${scalarTypeName(t.dtype)}`);
}

export function needSquare(name: string, t: Tensor): void {
  needMatrix(name, t);
  if (rowsOf(t) !== columnsOf(t))
    throw new TorchError(`${name}: A must be batches of square matrices, but they are ${rowsOf(t)} by ${columnsOf(t)} matrices`);
}

/** Runs `each` on every matrix of a batch; its results fill tensors of the shapes given (without the batch). */
export function batched(
  inputs: readonly Tensor[],
  shapes: readonly (readonly number[])[],
  each: (matrices: Matrix[], index: number) => readonly ArrayLike<number>[],
  dtypes: readonly Tensor['dtype'][] = [],
): Tensor[] {
  const first = inputs[0];
  const batch = first.shape.slice(0, -2);
  const out = shapes.map((shape, i) => Tensor.empty([...batch, ...shape], dtypes[i] ?? first.dtype, first.device));
  const values = inputs.map((t) => Float64Array.from(t.toTyped() as Float64Array));
  const sizes = inputs.map((t) => rowsOf(t) * columnsOf(t));
  for (let b = 0; b < numelOf(batch); b++) {
    const results = each(
      values.map((v, i) => v.slice(b * sizes[i], (b + 1) * sizes[i])),
      b,
    );
    results.forEach((r, i) => {
      const view = out[i].typedView();
      const n = numelOf(shapes[i]);
      for (let k = 0; k < n; k++) view[b * n + k] = (view instanceof BigInt64Array ? BigInt(r[k]) : r[k]) as never;
    });
  }
  return out;
}

export const prefix = (t: Tensor, b: number): string => (t.shape.length > 2 ? `(Batch element ${b}): ` : '');

export const T = (F: Ops, t: Tensor): Tensor => F.transpose(t, -2, -1);

export const sum2 = (F: Ops, a: Tensor | null, b: Tensor | null): Tensor | null => (a === null ? b : b === null ? a : F.add(a, b));
