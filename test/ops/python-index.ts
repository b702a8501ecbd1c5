// `x[…]` taken apart into ops as PyTorch's Python binding does, for golden cases.
import { ops } from '../../core/autograd/funnel.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

type Item = number | null | boolean | Tensor | { slice: (number | null)[] } | { ellipsis: true } | Item[];

export function getItem(x: Tensor, index: Item): Tensor {
  const items = Array.isArray(index) ? index : [index];
  const used = items.reduce<number>(
    (n, item) =>
      n +
      (item instanceof Tensor
        ? item.dtype === 'bool'
          ? item.shape.length
          : 1
        : item === null || (typeof item === 'object' && 'ellipsis' in item)
          ? 0
          : 1),
    0,
  );
  let out = x;
  let dim = 0;
  const tensors: (Tensor | null)[] = [];
  for (const item of items) {
    if (item === null) out = ops.unsqueeze(out, dim++);
    else if (typeof item === 'number') out = ops.select(out, dim, item);
    else if (item instanceof Tensor) {
      if (item.dtype !== 'bool' && item.shape.length === 0) out = ops.select(out, dim, Number(item.item()));
      else {
        while (tensors.length < dim) tensors.push(null);
        tensors.push(item);
        dim += item.dtype === 'bool' ? item.shape.length : 1;
      }
    } else if (Array.isArray(item)) {
      while (tensors.length < dim) tensors.push(null);
      tensors.push(Tensor.from((item as number[]).map((v) => (typeof v === 'boolean' ? v : BigInt(v)))));
      dim++;
    } else if (typeof item === 'object' && 'slice' in item) {
      const [start, stop, step] = item.slice;
      if (start !== null || stop !== null || step !== null) out = ops.slice(out, dim, start ?? 0, stop ?? 9223372036854775807, step ?? 1);
      dim++;
    } else if (typeof item === 'object' && 'ellipsis' in item) dim += x.shape.length - used;
  }
  if (tensors.length > 0) return ops.index(out, tensors);
  return out === x ? ops.alias(x) : out;
}
