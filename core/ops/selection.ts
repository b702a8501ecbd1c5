// What index tensors and masks select of a tensor: where the elements lie, taking them, putting others there.
import { scalarTypeName } from '../tensor/dtype.ts';
import { broadcastShapes, broadcastStrides, contiguousStrides, expandable, numelOf, sizesText } from '../tensor/shape.ts';
import { elementStart, offsetsOf, Tensor, wholeView } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';

/** Coordinates where a mask is true, one list per dimension. */
export function nonzero(mask: Tensor): number[][] {
  const values = mask.toTyped();
  const strides = contiguousStrides(mask.shape);
  const found: number[][] = mask.shape.map(() => []);
  for (let i = 0; i < values.length; i++) {
    if (Number(values[i]) === 0) continue;
    let rest = i;
    for (let d = 0; d < strides.length; d++) {
      const c = Math.floor(rest / strides[d]);
      found[d].push(c);
      rest -= c * strides[d];
    }
  }
  return found;
}

export interface Selection {
  readonly shape: number[];
  /** Offset in elements within the storage's view of each selected element, row-major in `shape`. */
  readonly offsets: Int32Array;
}

/** What `self[indices]` selects; null entries take a dimension whole, missing ones too. */
export function selection(self: Tensor, indices: readonly (Tensor | null)[]): Selection {
  const lists: (number[] | null)[] = [];
  const shapes: (readonly number[])[] = [];
  for (const index of indices) {
    if (index === null) {
      lists.push(null);
      shapes.push([]);
    } else if (index.dtype === 'bool' || index.dtype === 'uint8') {
      for (let d = 0; d < index.shape.length; d++) {
        if (index.shape[d] !== self.shape[lists.length + d]) {
          throw new TorchError(
            `The shape of the mask ${sizesText(index.shape)} at index ${d} does not match the shape of the indexed tensor ${sizesText(self.shape)} at index ${lists.length + d}`,
            'IndexError',
          );
        }
      }
      for (const found of nonzero(index)) {
        lists.push(found);
        shapes.push([found.length]);
      }
    } else {
      if (index.dtype !== 'int64' && index.dtype !== 'int32')
        throw new TorchError('tensors used as indices must be long, int, byte or bool tensors', 'IndexError');
      lists.push(index.toArray());
      shapes.push(index.shape);
    }
  }
  if (lists.length > self.shape.length) throw new TorchError(`too many indices for tensor of dimension ${self.shape.length}`, 'IndexError');
  while (lists.length < self.shape.length) {
    lists.push(null);
    shapes.push([]);
  }
  const taken = lists.flatMap((list, d) => (list === null ? [] : [d]));
  let common: readonly number[] = [];
  try {
    for (const d of taken) common = broadcastShapes(common, shapes[d]);
  } catch {
    throw new TorchError(
      `shape mismatch: indexing tensors could not be broadcast together with shapes ${taken.map((d) => sizesText(shapes[d])).join(', ')}`,
      'IndexError',
    );
  }
  const picked = new Float64Array(numelOf(common));
  for (const d of taken) {
    const list = lists[d] as number[];
    const size = self.shape[d];
    const order = offsetsOf(common, broadcastStrides(shapes[d], contiguousStrides(shapes[d]), common));
    for (let i = 0; i < order.length; i++) {
      const value = list[order[i]];
      if (value < -size || value >= size)
        throw new TorchError(`index ${value} is out of bounds for dimension ${d} with size ${size}`, 'IndexError');
      picked[i] += (value < 0 ? value + size : value) * self.strides[d];
    }
  }
  const adjacent = taken.length > 0 && taken[taken.length - 1] - taken[0] === taken.length - 1;
  const before: number[] = [];
  const after: number[] = [];
  for (let d = 0; d < lists.length; d++) if (lists[d] === null) (adjacent && d < taken[0] ? before : after).push(d);
  const dims = (list: number[]): Int32Array =>
    offsetsOf(
      list.map((d) => self.shape[d]),
      list.map((d) => self.strides[d]),
    );
  const [outer, inner] = [dims(before), dims(after)];
  const offsets = new Int32Array(outer.length * picked.length * inner.length);
  let at = 0;
  for (let i = 0; i < outer.length; i++)
    for (let j = 0; j < picked.length; j++) for (let k = 0; k < inner.length; k++) offsets[at++] = outer[i] + picked[j] + inner[k];
  return { shape: [...before.map((d) => self.shape[d]), ...common, ...after.map((d) => self.shape[d])], offsets };
}

/** The selected elements as a new tensor. */
export function take(self: Tensor, { shape, offsets }: Selection): Tensor {
  const out = Tensor.empty(shape, self.dtype, self.device);
  const view = wholeView(self.dtype);
  const from = elementStart(self);
  const to = elementStart(out);
  for (let i = 0; i < offsets.length; i++) view[to + i] = view[from + offsets[i]] as never;
  return out;
}

/** Writes or adds `values` (broadcast to the selection) into `self`. */
export function put(self: Tensor, { shape, offsets }: Selection, values: Tensor, accumulate: boolean): void {
  if (values.dtype !== self.dtype) {
    throw new TorchError(
      `Index put requires the source and destination dtypes match, got ${scalarTypeName(self.dtype)} for the destination and ${scalarTypeName(values.dtype)} for the source.`,
    );
  }
  if (!expandable(values.shape, shape)) {
    throw new TorchError(
      `shape mismatch: value tensor of shape ${sizesText(values.shape)} cannot be broadcast to indexing result of shape ${sizesText(shape)}`,
    );
  }
  const view = wholeView(self.dtype) as Float32Array;
  const from = elementStart(values);
  const to = elementStart(self);
  const order = offsetsOf(shape, broadcastStrides(values.shape, values.strides, shape));
  if (accumulate) for (let i = 0; i < offsets.length; i++) view[to + offsets[i]] += view[from + order[i]];
  else for (let i = 0; i < offsets.length; i++) view[to + offsets[i]] = view[from + order[i]];
}
