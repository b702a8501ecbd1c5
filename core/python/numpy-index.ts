// Fancy indexing: reading and writing through index arrays. Slices, integers and masks were already turned into views and index arrays by the caller.
import type { Tensor } from '../tensor/tensor.ts';
import {
  broadcastShapes,
  elementsOf,
  fresh,
  indexList,
  made,
  NumpyError,
  numbersOf,
  type Shape,
  shapeWords,
  sizeOf,
  storageOf,
  store,
  withStretched,
} from './numpy-array.ts';

/** Where `array[index]` lies: `dims[k]` is the dimension that `indices[k]` indexes, the others are taken whole. */
function places(t: Tensor, dims: readonly number[], indices: readonly Tensor[]): { readonly shape: number[]; readonly at: Int32Array } {
  let common: number[];
  try {
    common = broadcastShapes(indices.map((i) => i.shape));
  } catch {
    const shapes = indices.map((i) => shapeWords(i.shape)).join(' ');
    throw new NumpyError('IndexError', `shape mismatch: indexing arrays could not be broadcast together with shapes ${shapes} `);
  }
  const count = sizeOf(common);
  const picked = new Int32Array(count);
  indices.forEach((index, k) => {
    const dim = dims[k];
    const length = t.shape[dim];
    withStretched(index, common, (stretched) => {
      const values = numbersOf(stretched);
      for (let i = 0; i < count; i++) {
        const value = values[i];
        if (value < -length || value >= length) {
          throw new NumpyError('IndexError', `index ${value} is out of bounds for axis ${dim} with size ${length}`);
        }
        picked[i] += (value < 0 ? value + length : value) * t.strides[dim];
      }
    });
  });
  // Index arrays side by side put their result where they stood, else in front.
  const together = dims.every((d, k) => k === 0 || d === dims[k - 1] + 1);
  const rest = t.shape.map((_, i) => i).filter((i) => !dims.includes(i));
  const before = together ? rest.filter((i) => i < dims[0]) : [];
  const after = rest.filter((i) => !before.includes(i));
  const lengths = (axes: readonly number[]): Shape => axes.map((i) => t.shape[i]);
  const steps = (axes: readonly number[]): Shape => axes.map((i) => t.strides[i]);
  const outer = indexList(lengths(before), steps(before), t.offset);
  const inner = indexList(lengths(after), steps(after), 0);
  const at = new Int32Array(outer.length * count * inner.length);
  let n = 0;
  for (let o = 0; o < outer.length; o++) {
    for (let p = 0; p < count; p++) {
      const base = outer[o] + picked[p];
      for (let i = 0; i < inner.length; i++) at[n++] = base + inner[i];
    }
  }
  return { shape: [...lengths(before), ...common, ...lengths(after)], at };
}

/** A copy of the chosen elements; the caller owns it. */
export function take(t: Tensor, dims: readonly number[], indices: readonly Tensor[]): Tensor {
  const { shape, at } = places(t, dims, indices);
  const out = fresh(t.dtype, shape);
  const from = storageOf(t);
  const to = storageOf(out);
  for (let i = 0; i < at.length; i++) to[out.offset + i] = from[at[i]];
  return out;
}

/** Writes `values`, broadcast, to the chosen elements; of several writes to one element the last stays. */
export function put(t: Tensor, dims: readonly number[], indices: readonly Tensor[], values: Tensor): void {
  const { shape, at } = places(t, dims, indices);
  const same = values.dtype === t.dtype ? null : fresh(t.dtype, values.shape);
  if (same !== null) store(same, elementsOf(values));
  try {
    withFitted(same ?? values, shape, 'shape mismatch: value array of shape', (fitted) => {
      const from = fitted.storage === t.storage ? elementsOf(fitted).slice() : elementsOf(fitted);
      const to = storageOf(t);
      for (let i = 0; i < at.length; i++) to[at[i]] = from[i];
    });
  } finally {
    same?.release();
  }
}

/** `target[...] = values`, broadcast and cast. */
export function assign(target: Tensor, values: Tensor): void {
  withFitted(values, target.shape, 'could not broadcast input array from shape', (fitted) => {
    const data = elementsOf(fitted);
    store(target, values.storage === target.storage ? data.slice() : data);
  });
}

function withFitted(values: Tensor, shape: Shape, message: string, use: (fitted: Tensor) => void): void {
  // Leading ones beyond the target's rank are dropped, as NumPy does on assignment.
  const extra = Math.max(0, values.shape.length - shape.length);
  const own = values.shape.slice(extra);
  const fits =
    values.shape.slice(0, extra).every((d) => d === 1) && own.every((d, i) => d === 1 || d === shape[shape.length - own.length + i]);
  if (!fits) {
    const into = message.startsWith('shape') ? 'could not be broadcast to indexing result of shape' : 'into shape';
    throw new NumpyError('ValueError', `${message} ${shapeWords(values.shape)} ${into} ${shapeWords(shape)}`);
  }
  if (extra === 0) withStretched(values, shape, use);
  else {
    const squeezed = made(values.dtype, own, elementsOf(values));
    try {
      withStretched(squeezed, shape, use);
    } finally {
      squeezed.release();
    }
  }
}

/** One index array per dimension of the non-zero elements, in row-major order; the caller owns them. */
export function nonzero(t: Tensor): Tensor[] {
  const values = numbersOf(t);
  const hits: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) hits.push(i);
  let step = values.length;
  return t.shape.map((length) => {
    step /= length || 1;
    const width = step;
    return made(
      'int64',
      [hits.length],
      hits.map((i) => Math.floor(i / width) % length),
    );
  });
}
