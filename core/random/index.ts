// The folder's door: generators, fills, random tensors. Loading it gives ops their draws.
import { randomFills } from '../tensor/random-slot.ts';
import { bernoulli_, uniform_ } from './factories.ts';

randomFills.current = { bernoulli: (out, p) => void bernoulli_(out, p), uniform: (out, from, to) => void uniform_(out, from, to) };

export { cauchy_, geometric_, logNormal_ } from './distributions.ts';
export {
  bernoulli,
  bernoulli_,
  exponential_,
  type FactoryOptions,
  generatorFor,
  manualSeed,
  normal,
  normal_,
  rand,
  randint,
  randn,
  random_,
  randperm,
  uniform_,
} from './factories.ts';
export {
  type AnyGenerator,
  type FillArray,
  type FloatArray,
  fillBernoulli,
  fillBernoulliFrom,
  fillExponential,
  fillNormal,
  fillRandom,
  fillRandomAll,
  fillUniform,
  randperm as randpermIndices,
} from './fill.ts';
export { defaultGenerator, Generator } from './generator.ts';
export { Mt19937 } from './mt19937.ts';
export { CudaGenerator, defaultCudaGenerator, philoxBlock } from './philox.ts';
export { RandomState } from './random-state.ts';
export { DEFAULT_SEED, normalizedSeed } from './seed.ts';
