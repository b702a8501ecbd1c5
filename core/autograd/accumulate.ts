// How a gradient gets into `.grad`: taken over where nobody else holds it, copied, or added, as torch does.
import { isContiguous, sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ops } from './funnel.ts';

/** Adds `g` to `variable.grad` and takes over the caller's count of `g`. */
export function accumulate(variable: Tensor, g: Tensor, createGraph: boolean): void {
  const before = variable.grad;
  if (before === null) {
    if (!createGraph && stealable(g, variable)) {
      if (g.base !== null) {
        g.base.release();
        g.base = null;
      }
      variable.takeGrad(g);
      return;
    }
    // A copy in the variable's own layout; where it is recorded, the way torch records it.
    const copy = (
      createGraph
        ? ops.copy_(ops.empty(g.shape, { dtype: g.dtype, device: g.device }), g)
        : ops.clone(g, { memory_format: variable.isContiguous ? 'contiguous' : null })
    ) as Tensor;
    variable.grad = copy;
    if (!copy.inScope) copy.release();
  } else if (createGraph) {
    const sum = ops.add(before, g) as Tensor;
    variable.grad = sum;
    if (!sum.inScope) sum.release();
  } else ops.add_(before, g);
  g.release();
}

/** Nobody else holds it and it lies in memory as the variable's own gradient must. */
function stealable(g: Tensor, variable: Tensor): boolean {
  const held = g.inScope ? 2 : 1;
  if (g.count > held || g.node !== null) return false;
  if (variable.isContiguous ? !g.isContiguous : !(sameShape(g.strides, variable.strides) || isContiguous(g.shape, g.strides))) return false;
  if (g.inScope) {
    g.inScope = false;
    g.count--;
  }
  return true;
}
