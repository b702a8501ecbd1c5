// torch's DataLoader without worker processes: which indices make up each batch, what a pass draws, and the batches themselves.
// Reports passes to the observer.
import { observation } from '../autograd/observer.ts';
import { defaultGenerator, type Generator } from '../random/generator.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Dataset } from './dataset.ts';
import { batchSampler, drawInt64, randomSampler, type Sampler, sequentialSampler } from './samplers.ts';

export interface LoaderOptions {
  batchSize?: number;
  shuffle?: boolean;
  dropLast?: boolean;
  sampler?: Sampler | null;
  generator?: Generator | null;
}

let loaders = 0;

/** The index side of a DataLoader over `n` items, for any language's datasets. */
export class BatchIndices {
  readonly sampler: Sampler;
  private readonly batches: Iterable<number[]> & { readonly length: number };
  private readonly generator: Generator | null;

  /** @throws ValueError as torch. */
  constructor(n: number, options: LoaderOptions = {}) {
    if (options.sampler != null && options.shuffle === true)
      throw new TorchError('sampler option is mutually exclusive with shuffle', 'ValueError');
    this.generator = options.generator ?? null;
    this.sampler = options.sampler ?? (options.shuffle === true ? randomSampler(n, { generator: this.generator }) : sequentialSampler(n));
    this.batches = batchSampler(this.sampler, options.batchSize ?? 1, options.dropLast ?? false);
  }

  /** Batches in a pass. */
  get length(): number {
    return this.batches.length;
  }

  /** Begins a pass: one int64 (the workers' base seed) is drawn at once, the order when the first batch is asked for. */
  pass(): Iterator<number[]> {
    drawInt64(this.generator ?? defaultGenerator);
    return this.batches[Symbol.iterator]();
  }
}

export class DataLoader implements Iterable<Tensor[]> {
  readonly dataset: Dataset;
  readonly indices: BatchIndices;
  /** Identity in the observer's reports. */
  readonly id = loaders++;

  constructor(dataset: Dataset, options: LoaderOptions = {}) {
    this.dataset = dataset;
    this.indices = new BatchIndices(dataset.length, options);
  }

  /** Batches in a pass. */
  get length(): number {
    return this.indices.length;
  }

  /** A pass: every batch is new tensors, which belong to the caller. */
  [Symbol.iterator](): Iterator<Tensor[]> {
    const pass = this.indices.pass();
    observation.observer?.loaderPass(this.id, 'start');
    return {
      next: () => {
        const batch = pass.next();
        if (batch.done === true) {
          observation.observer?.loaderPass(this.id, 'end');
          return { done: true, value: undefined };
        }
        observation.observer?.loaderPass(this.id, 'batch');
        return { done: false, value: this.dataset.batch(batch.value) };
      },
    };
  }
}
