// The order in which torch's samplers hand out indices, and what each draws from which generator and when.
// Lazy like torch's iterators: a draw happens only when the pass gets there. Knows no dataset.
import { fillExponential, randperm } from '../random/fill.ts';
import { defaultGenerator, Generator } from '../random/generator.ts';
import { TorchError } from '../tensor/torch-error.ts';

/** torch's `torch.empty((), dtype=torch.int64).random_()`: 63 bits. */
export function drawInt64(generator: Generator): bigint {
  return generator.random64() & 0x7fffffffffffffffn;
}

/** A sampler is an iterable of indices that can be passed over again. */
export interface Sampler extends Iterable<number> {
  readonly length: number;
}

export function sequentialSampler(n: number): Sampler {
  return {
    length: n,
    *[Symbol.iterator]() {
      for (let i = 0; i < n; i++) yield i;
    },
  };
}

export interface RandomSamplerOptions {
  replacement?: boolean;
  numSamples?: number | null;
  generator?: Generator | null;
}

/**
 * `RandomSampler`. Without a generator each pass draws a seed from the default one and shuffles with a new generator; with one, that generator shuffles.
 * At the end of a pass one more permutation is drawn for the (possibly empty) rest. @throws ValueError unless samples are asked for.
 */
export function randomSampler(n: number, options: RandomSamplerOptions = {}): Sampler {
  const length = options.numSamples ?? n;
  if (!Number.isInteger(length) || length <= 0) {
    throw new TorchError(`num_samples should be a positive integer value, but got num_samples=${length}`, 'ValueError');
  }
  return {
    length,
    *[Symbol.iterator]() {
      const generator = options.generator ?? new Generator(drawInt64(defaultGenerator));
      if (options.replacement === true) {
        for (let block = 0; block < Math.floor(length / 32); block++) yield* integers(generator, n, 32);
        yield* integers(generator, n, length % 32);
        return;
      }
      for (let pass = 0; pass < Math.floor(length / n); pass++) yield* randperm(generator, n);
      yield* randperm(generator, n).slice(0, length % n);
    },
  };
}

/** `torch.randint(n, (count,))`: all drawn before the first is handed out. */
function integers(generator: Generator, n: number, count: number): number[] {
  return Array.from({ length: count }, () => (n < 2 ** 28 ? generator.random32() % n : Number(generator.random64() % BigInt(n))));
}

/** `SubsetRandomSampler`. */
export function subsetRandomSampler(indices: readonly number[], generator: Generator | null = null): Sampler {
  return {
    length: indices.length,
    *[Symbol.iterator]() {
      for (const i of randperm(generator ?? defaultGenerator, indices.length)) yield indices[i];
    },
  };
}

/** `WeightedRandomSampler`: float64 weights through `multinomial`. */
export function weightedRandomSampler(
  weights: readonly number[],
  numSamples: number,
  replacement = true,
  generator: Generator | null = null,
): Sampler {
  return {
    length: numSamples,
    *[Symbol.iterator]() {
      yield* multinomial(generator ?? defaultGenerator, weights, numSamples, replacement);
    },
  };
}

/** `torch.multinomial` of float64 weights: the largest weight / exponential without replacement, else uniforms looked up in the cumulative sums. */
export function multinomial(generator: Generator, weights: readonly number[], numSamples: number, replacement: boolean): number[] {
  const n = weights.length;
  if (numSamples <= 0) throw new TorchError('cannot sample n_sample <= 0 samples');
  if (!replacement && numSamples > n) throw new TorchError('cannot sample n_sample > prob_dist.size(-1) samples without replacement');
  if (weights.some((w) => !(w >= 0 && w < Infinity)))
    throw new TorchError('probability tensor contains either `inf`, `nan` or element < 0');
  if (!replacement || numSamples === 1) {
    const q = new Float64Array(n);
    fillExponential(generator, q);
    const keys = weights.map((w, i) => w / q[i]);
    const order = keys.map((_, i) => i).sort((a, b) => keys[b] - keys[a] || a - b);
    return order.slice(0, numSamples);
  }
  const sums = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    total += weights[i];
    sums[i] = total;
  }
  if (!(total > 0)) throw new TorchError('invalid multinomial distribution (sum of probabilities <= 0)');
  for (let i = 0; i < n; i++) sums[i] /= total;
  sums[n - 1] = 1;
  return Array.from({ length: numSamples }, () => {
    const u = generator.uniform53();
    let low = 0;
    let high = n;
    while (low < high) {
      const middle = low + ((high - low) >> 1);
      if (sums[middle] < u) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

/** `BatchSampler`: lists of `batchSize` indices, the last one shorter unless dropped. @throws ValueError for a batch size that is no positive integer. */
export function batchSampler(sampler: Sampler, batchSize: number, dropLast: boolean): Iterable<number[]> & { readonly length: number } {
  if (!Number.isInteger(batchSize) || batchSize <= 0) {
    throw new TorchError(`batch_size should be a positive integer value, but got batch_size=${batchSize}`, 'ValueError');
  }
  return {
    get length() {
      return dropLast ? Math.floor(sampler.length / batchSize) : Math.ceil(sampler.length / batchSize);
    },
    *[Symbol.iterator]() {
      let batch: number[] = [];
      for (const index of sampler) {
        batch.push(index);
        if (batch.length === batchSize) {
          yield batch;
          batch = [];
        }
      }
      if (batch.length > 0 && !dropLast) yield batch;
    },
  };
}
