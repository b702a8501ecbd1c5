// Fills typed arrays in memory order exactly as torch's kernels fill tensors, from its CPU or CUDA generator.
// Knows no tensor: factories.ts does. An array's type is the tensor's dtype; `bool` is a Uint8Array and says so.
import type { DType } from '../tensor/dtype.ts';
import { log1p } from '../tensor/math.ts';
import { notInNabla } from '../tensor/torch-error.ts';
import { fillBernoulliCuda, fillExponentialCuda, fillIntegersCuda, fillNormalCuda, fillUniformCuda } from './cuda-fill.ts';
import { fusedMultiplyAdd } from './fused-multiply-add.ts';
import type { Generator } from './generator.ts';
import { fillNormalBlocks, standardNormal } from './normal.ts';
import type { CudaGenerator } from './philox.ts';

export type AnyGenerator = Generator | CudaGenerator;
export type FloatArray = Float32Array | Float64Array;
export type FillArray = FloatArray | BigInt64Array | Int32Array | Uint8Array | Int8Array | Int16Array;

/** `uniform_(from, to)`; float32 elements have 24 random bits, float64 53. */
export function fillUniform(generator: AnyGenerator, out: FloatArray, from = 0, to = 1): void {
  if (generator.device === 'cuda') {
    fillUniformCuda(generator, out, from, to);
    return;
  }
  const n = out.length;
  if (out instanceof Float32Array) {
    // torch's kernel does u·(to - from) + from in one fused step: rounded once, by the store.
    const low = Math.fround(from);
    const range = Math.fround(Math.fround(to) - low);
    for (let i = 0; i < n; i++) out[i] = generator.uniform24() * range + low;
  } else if (from === 0 && to === 1) {
    for (let i = 0; i < n; i++) out[i] = generator.uniform53();
  } else {
    const range = to - from;
    for (let i = 0; i < n; i++) out[i] = fusedMultiplyAdd(generator.uniform53(), range, from);
  }
}

/** `normal_(mean, std)` of a contiguous tensor: pairs below 16 elements, blocks of 16 from there on. */
export function fillNormal(generator: AnyGenerator, out: FloatArray, mean = 0, std = 1): void {
  if (generator.device === 'cuda') fillNormalCuda(generator, out, mean, std);
  else if (out.length >= 16) fillNormalBlocks(generator, out, mean, std);
  else fillNormalPairs(generator, out, mean, std);
}

/** `normal_` of a tensor that is not contiguous: pairs whatever the length. */
export function fillNormalPairs(generator: AnyGenerator, out: FloatArray, mean: number, std: number): void {
  if (generator.device === 'cuda') fillNormalCuda(generator, out, mean, std);
  else for (let i = 0; i < out.length; i++) out[i] = fusedMultiplyAdd(standardNormal(generator), std, mean);
}

const DIGITS: Record<DType, bigint> = {
  float32: 1n << 24n,
  float64: 1n << 53n,
  int64: (1n << 63n) - 1n,
  int32: (1n << 31n) - 1n,
  uint8: 255n,
  bool: 1n,
  float16: 1n << 11n,
  bfloat16: 1n << 8n,
  int8: 127n,
  int16: (1n << 15n) - 1n,
};

/** The largest integer `random_()` without bounds gives a dtype; floats stay where every integer is exact. */
export function largestRandom(dtype: DType): bigint {
  return DIGITS[dtype];
}

/** `random_(from, to)`, `randint`: integers from ≤ v < to, v = draw mod range: one word below a range of 2^28, two from there on. */
export function fillRandom(generator: AnyGenerator, out: FillArray, from: number | bigint, to: number | bigint): void {
  const base = BigInt(from);
  const range = BigInt(to) - base;
  const big = out instanceof BigInt64Array;
  if (generator.device === 'cuda') {
    fillIntegersCuda(generator, out.length, base, range, (i, value) => {
      if (big) out[i] = value;
      else out[i] = Number(value);
    });
  } else if (range < 1n << 28n) {
    const modulus = Number(range);
    const start = Number(base);
    for (let i = 0; i < out.length; i++) {
      const value = (generator.random32() % modulus) + start;
      if (big) out[i] = BigInt(value);
      else out[i] = value;
    }
  } else {
    for (let i = 0; i < out.length; i++) {
      const value = (generator.random64() % range) + base;
      if (big) out[i] = BigInt.asIntN(64, value);
      else out[i] = Number(value);
    }
  }
}

/** `random_()` without bounds: 0 … the dtype's largest; float64 and int64 take two words, the others one. */
export function fillRandomAll(generator: AnyGenerator, out: FillArray, dtype: DType): void {
  if (generator.device === 'cuda') {
    fillRandom(generator, out, 0n, DIGITS[dtype] + 1n);
    return;
  }
  const range = DIGITS[dtype] + 1n;
  if (out instanceof BigInt64Array) for (let i = 0; i < out.length; i++) out[i] = BigInt.asIntN(64, generator.random64() % range);
  else if (dtype === 'float64') for (let i = 0; i < out.length; i++) out[i] = Number(generator.random64() % range);
  else {
    const modulus = Number(range);
    for (let i = 0; i < out.length; i++) out[i] = generator.random32() % modulus;
  }
}

/** `random_(-2^63, None)`: all 64 bits. */
export function fillRandom64(generator: Generator, out: BigInt64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = BigInt.asIntN(64, generator.random64());
}

/** `bernoulli_(p)`, dropout's mask: one float64 uniform an element, whatever the dtype; 1 where u < p. */
export function fillBernoulli(generator: AnyGenerator, out: FillArray, p: number): void {
  if (generator.device === 'cuda') {
    const mask = new Uint8Array(out.length);
    fillBernoulliCuda(generator, mask, out instanceof Float64Array, () => p);
    for (let i = 0; i < out.length; i++) put(out, i, mask[i]);
  } else for (let i = 0; i < out.length; i++) put(out, i, generator.uniform53() < p ? 1 : 0);
}

/** `torch.bernoulli(probabilities)`: the uniforms have the probabilities' precision. */
export function fillBernoulliFrom(generator: AnyGenerator, out: FillArray, probabilities: FloatArray): void {
  const single = probabilities instanceof Float32Array;
  if (generator.device === 'cuda') {
    const mask = new Uint8Array(out.length);
    fillBernoulliCuda(generator, mask, !single, (i) => probabilities[i]);
    for (let i = 0; i < out.length; i++) put(out, i, mask[i]);
    return;
  }
  for (let i = 0; i < out.length; i++) {
    const u = single ? generator.uniform24() : generator.uniform53();
    put(out, i, u < probabilities[i] ? 1 : 0);
  }
}

function put(out: FillArray, i: number, value: number): void {
  if (out instanceof BigInt64Array) out[i] = BigInt(value);
  else out[i] = value;
}

/** `exponential_(rate)`: -log(1 - u) / rate with a float64 u. */
export function fillExponential(generator: AnyGenerator, out: FloatArray, rate = 1): void {
  if (generator.device === 'cuda') fillExponentialCuda(generator, out, rate);
  else for (let i = 0; i < out.length; i++) out[i] = (-1 / rate) * log1p(-generator.uniform53());
}

/** `torch.randperm(n)`: 0 … n - 1 shuffled (Fisher-Yates from the front, word mod what is left). @throws NotImplementedError on cuda. */
export function randperm(generator: AnyGenerator, n: number): number[] {
  if (generator.device === 'cuda') throw notInNabla("torch.randperm(device='cuda')");
  const order = new Array<number>(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = 0; i < n - 1; i++) {
    const j = i + (generator.random32() % (n - i));
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  return order;
}
