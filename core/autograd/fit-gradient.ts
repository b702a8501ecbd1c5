// A gradient in the shape, type and device of the tensor it is for: the one place where broadcasting is undone.
import { deviceOf } from '../tensor/device.ts';
import { isHalf } from '../tensor/dtype.ts';
import type { GradNode } from '../tensor/grad-node.ts';
import { expandable, sameShape, sizesText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { direct, ops } from './funnel.ts';
import { gradMode } from './modes.ts';

/** What `from` sends to input `inputNr` of `to`. @throws RuntimeError where the shapes cannot meet. */
export function fitted(g: Tensor, from: GradNode, to: GradNode, inputNr: number, index: number): Tensor {
  const meta = to.outputs[inputNr];
  if (meta === undefined) return g;
  let out = g;
  if (!sameShape(out.shape, meta.shape)) {
    if (!expandable(meta.shape, out.shape)) {
      throw new TorchError(
        `Function ${from.name} returned an invalid gradient at index ${index} - got ${sizesText(out.shape)} but expected shape compatible with ${sizesText(meta.shape)}`,
      );
    }
    out = sumTo(out, meta.shape);
  }
  if (out.dtype !== meta.dtype) out = ops._to_copy(out, { dtype: meta.dtype });
  if (out.device !== meta.device) out = ops._to_copy(out, { device: meta.device });
  return out;
}

const sumOver = direct('sum', 'dim_IntList');
const viewAs = direct('view');

function sumTo(g: Tensor, shape: readonly number[]): Tensor {
  const lead = g.shape.length - shape.length;
  if (!gradMode.enabled && !isHalf(g.dtype)) {
    // Nothing is recorded: one pass of the device, no op.
    const out = Tensor.empty(shape, g.dtype, g.device);
    const mask = g.shape.map((size, d) => d < lead || (shape[d - lead] === 1 && size !== 1));
    deviceOf(out).reduce('sum', g, mask, out);
    return out;
  }
  const dims: number[] = [];
  for (let d = 0; d < g.shape.length; d++) if (d < lead || (shape[d - lead] === 1 && g.shape[d] !== 1)) dims.push(d);
  const summed = dims.length > 0 ? sumOver(g, dims, true, null) : g;
  return lead > 0 ? viewAs(summed, shape) : summed;
}
