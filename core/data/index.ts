// The folder's door: datasets, samplers, loaders.
export { BatchIndices, DataLoader, type LoaderOptions } from './data-loader.ts';
export { type Dataset, gatherRows, randomSplit, Subset, TensorDataset } from './dataset.ts';
export { isPlaygroundKind, type PlaygroundKind, playgroundData } from './playground.ts';
export { randomSplitIndices, splitLengths } from './random-split.ts';
export {
  batchSampler,
  drawInt64,
  multinomial,
  type RandomSamplerOptions,
  randomSampler,
  type Sampler,
  sequentialSampler,
  subsetRandomSampler,
  weightedRandomSampler,
} from './samplers.ts';
