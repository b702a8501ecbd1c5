// What the normalisations share: moments, gradients by the device's kernel, and their derivatives once more.
import { deviceOf, type NormLayout } from '../tensor/device.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradContext } from './descriptor.ts';
import { normalizeDoubleBackward } from './normalization-derivatives.ts';

/** Eight bytes a number, whatever the dtype: moments in doubles. */
type Moments = { readonly mean: Float64Array; readonly variance: Float64Array };

export function momentsOf(x: Tensor, layout: NormLayout): Moments {
  const mean = new Float64Array(layout.groups);
  const variance = new Float64Array(layout.groups);
  deviceOf(x).moments(x, layout, mean, variance);
  return { mean, variance };
}

export function inverseRoots(variance: ArrayLike<number>, eps: number): Float64Array {
  const roots = new Float64Array(variance.length);
  for (let i = 0; i < roots.length; i++) roots[i] = 1 / Math.sqrt(variance[i] + eps);
  return roots;
}

export function kept(values: ArrayLike<number>, shape: readonly number[], like: Tensor): Tensor {
  const out = Tensor.empty(shape, like.dtype, like.device);
  (out.typedView() as Float64Array).set(values);
  return out;
}

export function sameTypes(kernel: string, x: Tensor, ...others: (Tensor | null)[]): void {
  if (!isFloating(x.dtype)) throw new TorchError(`"${kernel}" not implemented for '${scalarTypeName(x.dtype)}'`, 'NotImplementedError');
  for (const t of others)
    if (t !== null && t.dtype !== x.dtype) throw new TorchError('mixed dtype (CPU): all inputs must share same datatype.');
}

/** dx, dw, db; one of those not asked for is empty. */
export function gradients(
  g: Tensor,
  x: Tensor,
  layout: NormLayout,
  mean: ArrayLike<number>,
  scale: ArrayLike<number>,
  weight: Tensor | null,
  moving: boolean,
  mask: readonly boolean[],
  weightShape: readonly number[],
): Tensor[] {
  const dx = mask[0] ? Tensor.empty(x.shape, x.dtype, x.device) : null;
  const dw = new Float64Array(layout.period);
  const db = new Float64Array(layout.period);
  deviceOf(x).normalizeBackward(g, x, layout, mean, scale, weight, moving, dx, dw, db);
  const none = (): Tensor => Tensor.empty([0], x.dtype, x.device);
  return [dx ?? none(), mask[1] ? kept(dw, weightShape, x) : none(), mask[2] ? kept(db, weightShape, x) : none()];
}

/** Which of x, weight, bias need a gradient. */
export const maskOf = (needs: number): boolean[] => [(needs & 1) !== 0, (needs & 2) !== 0, (needs & 4) !== 0];
export const masked = (out: readonly Tensor[], needs: number): (Tensor | null)[] => out.map((t, i) => (needs & (1 << i) ? t : null));

/** The double backward of one of the three norms: gradients of (dx, dw, db) given in `grads`. */
export function doubleBackward(
  { F, grads, needs }: GradContext,
  layout: NormLayout,
  [g, x, weight]: readonly (Tensor | null)[],
  fixed: { mean: Tensor; variance: Tensor } | null,
  eps: number,
  rest: number,
): (Tensor | null)[] {
  const [u, v, z] = grads.map((t) => (t === null || t.numel === 0 ? null : t));
  const out = normalizeDoubleBackward({ F, layout, g: g as Tensor, x: x as Tensor, weight, fixed, eps }, u, v, z);
  return [...masked(out as Tensor[], needs), ...new Array<null>(rest).fill(null)];
}
