// The order of batches, samples and splits, and what they draw, against PyTorch.
import { describe, expect, test } from 'vitest';
import { type Observer, observation } from '../../core/autograd/observer.ts';
import { BatchIndices, DataLoader } from '../../core/data/data-loader.ts';
import { randomSplit, TensorDataset } from '../../core/data/dataset.ts';
import { randomSplitIndices, splitLengths } from '../../core/data/random-split.ts';
import { randomSampler, type Sampler, subsetRandomSampler, weightedRandomSampler } from '../../core/data/samplers.ts';
import { defaultGenerator, Generator } from '../../core/random/generator.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { readGolden } from '../golden/read-golden.ts';

interface Golden {
  data_loader: {
    seed: number;
    n: number;
    batch_size: number;
    drop_last: boolean;
    generator_seed: number | null;
    len: number;
    epochs: number[][][];
    rand_after: number;
  }[];
  samplers: { seed: number; sampler: string; passes: number[][]; rand_after: number }[];
  random_split: { seed: number; n: number; lengths: number[]; generator_seed: number | null; indices: number[][]; rand_after: number }[];
}

const golden = readGolden<Golden>('rng.json.gz');

/** The next `torch.rand(1)` tells that nothing more and nothing less was drawn. */
function expectNext(randAfter: number): void {
  expect(Math.fround(defaultGenerator.uniform24())).toBe(Math.fround(randAfter));
}

function seeded(seed: number | null): Generator | null {
  return seed === null ? null : new Generator(seed);
}

test.each(golden.data_loader)('loader of $n by $batch_size, seed $seed, generator $generator_seed, drop_last $drop_last', (entry) => {
  defaultGenerator.manualSeed(entry.seed);
  const generator = seeded(entry.generator_seed);
  const loader = new BatchIndices(entry.n, { batchSize: entry.batch_size, shuffle: true, dropLast: entry.drop_last, generator });
  expect(loader.length).toBe(entry.len);
  for (const expected of entry.epochs) {
    const pass = loader.pass();
    const batches: number[][] = [];
    for (let batch = pass.next(); batch.done !== true; batch = pass.next()) batches.push(batch.value);
    expect(batches).toEqual(expected);
  }
  expectNext(entry.rand_after);
});

function samplerOf(text: string): Sampler {
  const subset = /^SubsetRandomSampler\((\[.*\])\)$/.exec(text);
  if (subset !== null) return subsetRandomSampler(JSON.parse(subset[1]));
  const weighted = /^WeightedRandomSampler\((\[.*\]), (\d+), replacement=(\w+)\)$/.exec(text);
  if (weighted !== null) return weightedRandomSampler(JSON.parse(weighted[1]), Number(weighted[2]), weighted[3] === 'True');
  const samples = /num_samples=(\d+)/.exec(text);
  return randomSampler(10, { replacement: text.includes('replacement=True'), numSamples: samples === null ? null : Number(samples[1]) });
}

test.each(golden.samplers)('$sampler, seed $seed', (entry) => {
  defaultGenerator.manualSeed(entry.seed);
  const sampler = samplerOf(entry.sampler);
  for (const expected of entry.passes) expect([...sampler]).toEqual(expected);
  expectNext(entry.rand_after);
});

test.each(golden.random_split)('random_split of $n into $lengths, seed $seed, generator $generator_seed', (entry) => {
  defaultGenerator.manualSeed(entry.seed);
  expect(randomSplitIndices(entry.n, entry.lengths, seeded(entry.generator_seed)).indices).toEqual(entry.indices);
  expectNext(entry.rand_after);
});

describe('what torch refuses', () => {
  test('lengths that do not add up', () => {
    expect(() => randomSplitIndices(3, [3, 1])).toThrow('Sum of input lengths does not equal the length of the input dataset!');
  });
  test('a fraction beyond 1', () => {
    expect(() => splitLengths(10, [1.5, -0.5])).toThrow('Fraction at index 0 is not between 0 and 1');
  });
  test('an empty part is allowed with a warning', () => {
    expect(splitLengths(1, [0.5, 0.5])).toEqual({
      lengths: [1, 0],
      warnings: ['Length of split at index 1 is 0. This might result in an empty dataset.'],
    });
  });
  test('batch sizes, samplers, empty shuffles', () => {
    expect(() => new BatchIndices(3, { batchSize: 0 })).toThrow('batch_size should be a positive integer value, but got batch_size=0');
    expect(() => new BatchIndices(3, { shuffle: true, sampler: randomSampler(3) })).toThrow(
      'sampler option is mutually exclusive with shuffle',
    );
    expect(() => new BatchIndices(0, { shuffle: true })).toThrow('num_samples should be a positive integer value, but got num_samples=0');
  });
  test('tensors of different lengths', () => {
    const [a, b] = [3, 4].map((n) => Tensor.fromTyped(new Float32Array(n)));
    expect(() => new TensorDataset(a, b)).toThrow('Size mismatch between tensors');
  });
});

test('batches are rows stacked into new tensors, of any dtype and stride', () => {
  const x = Tensor.fromTyped(
    Float32Array.from({ length: 12 }, (_, i) => i),
    { shape: [6, 2] },
  );
  const y = Tensor.fromTyped(BigInt64Array.from({ length: 6 }, (_, i) => BigInt(10 * i)));
  const transposed = Tensor.over(x.storage, 'float32', 'cpu', [2, 6], [1, 2], 0);
  const turned = new TensorDataset(transposed);
  expect(turned.batch([1, 0])[0].toArray()).toEqual([1, 3, 5, 7, 9, 11, 0, 2, 4, 6, 8, 10]);
  const dataset = new TensorDataset(x, y);
  const loader = new DataLoader(randomSplit(dataset, [4, 2], new Generator(0))[0], { batchSize: 3 });
  const seen: number[] = [];
  for (const [rows, labels] of loader) {
    expect(rows.shape[1]).toBe(2);
    expect(labels.dtype).toBe('int64');
    expect(rows.toArray().filter((_, i) => i % 2 === 0)).toEqual(labels.toArray().map((label) => label / 5));
    seen.push(rows.shape[0]);
    rows.release();
    labels.release();
  }
  expect(seen).toEqual([3, 1]);
  expect(() => dataset.batch([6])).toThrow('index 6 is out of bounds for dimension 0 with size 6');
});

test('a pass is reported: start, batches, end; a pass broken off has no end', () => {
  const dataset = new TensorDataset(Tensor.fromTyped(new Float32Array(4)));
  const loader = new DataLoader(dataset, { batchSize: 3 });
  const events: string[] = [];
  observation.observer = { loaderPass: (_: number, event: string) => events.push(event) } as unknown as Observer;
  for (const _ of loader);
  for (const _ of loader) break;
  observation.observer = null;
  expect(events).toEqual(['start', 'batch', 'batch', 'end', 'start', 'batch']);
});
