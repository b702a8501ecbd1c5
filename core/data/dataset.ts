// Datasets of tensors: rows by index, and whole batches gathered into new tensors as torch's default_collate stacks them.
import type { Generator } from '../random/generator.ts';
import { itemSize } from '../tensor/dtype.ts';
import { heap } from '../tensor/heap.ts';
import { forEachOffset, Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { randomSplitIndices } from './random-split.ts';

/** What a DataLoader draws batches from. */
export interface Dataset {
  readonly length: number;
  /** The rows at `indices`, one new tensor per column, which the caller owns. */
  batch(indices: readonly number[]): Tensor[];
}

/** A new contiguous tensor of the rows of `tensor` at `indices` (negative ones count from the end). @throws IndexError. */
export function gatherRows(tensor: Tensor, indices: ArrayLike<number>): Tensor {
  const rows = tensor.shape[0];
  const out = Tensor.empty([indices.length, ...tensor.shape.slice(1)], tensor.dtype, tensor.device);
  const size = itemSize(tensor.dtype);
  const width = rows === 0 ? 0 : tensor.numel / rows;
  const from = tensor.dataPtr;
  const to = out.dataPtr;
  const whole = tensor.isContiguous;
  const inner = tensor.shape.slice(1);
  const innerStrides = tensor.strides.slice(1);
  const bytes = heap.U8;
  const narrow = whole && size === 4 && width === 1;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] < 0 ? indices[i] + rows : indices[i];
    if (!(index >= 0 && index < rows)) {
      out.dispose();
      throw new TorchError(`index ${indices[i]} is out of bounds for dimension 0 with size ${rows}`, 'IndexError');
    }
    if (narrow) heap.I32[(to >>> 2) + i] = heap.I32[(from >>> 2) + index];
    else if (whole) bytes.copyWithin(to + i * width * size, from + index * width * size, from + (index + 1) * width * size);
    else {
      let at = to + i * width * size;
      const start = from + index * tensor.strides[0] * size;
      forEachOffset(inner, innerStrides, (offset) => {
        bytes.copyWithin(at, start + offset * size, start + (offset + 1) * size);
        at += size;
      });
    }
  }
  return out;
}

/** torch's TensorDataset: row i is row i of every tensor. Holds one count of each. */
export class TensorDataset implements Dataset {
  readonly tensors: readonly Tensor[];
  readonly length: number;

  /** @throws AssertionError when the first sizes differ. */
  constructor(...tensors: Tensor[]) {
    if (tensors.some((tensor) => tensor.shape[0] !== tensors[0].shape[0]))
      throw new TorchError('Size mismatch between tensors', 'AssertionError');
    this.tensors = tensors.map((tensor) => tensor.retain());
    this.length = tensors[0].shape[0];
  }

  batch(indices: readonly number[]): Tensor[] {
    return this.tensors.map((tensor) => gatherRows(tensor, indices));
  }

  dispose(): void {
    for (const tensor of this.tensors) tensor.release();
  }
}

/** torch's Subset: some rows of another dataset. */
export class Subset implements Dataset {
  readonly dataset: Dataset;
  readonly indices: readonly number[];

  constructor(dataset: Dataset, indices: readonly number[]) {
    this.dataset = dataset;
    this.indices = indices;
  }

  get length(): number {
    return this.indices.length;
  }

  batch(indices: readonly number[]): Tensor[] {
    return this.dataset.batch(indices.map((i) => this.indices[i]));
  }
}

/** torch's random_split: lengths, or fractions that add up to 1. @throws ValueError. */
export function randomSplit(dataset: Dataset, lengths: readonly number[], generator: Generator | null = null): Subset[] {
  return randomSplitIndices(dataset.length, lengths, generator).indices.map((indices) => new Subset(dataset, indices));
}
