// Random tensors: which generator draws, memory order, versions, and torch's refusals.
import { beforeEach, describe, expect, test } from 'vitest';
import {
  bernoulli,
  bernoulli_,
  CudaGenerator,
  defaultCudaGenerator,
  defaultGenerator,
  exponential_,
  Generator,
  manualSeed,
  normal,
  normal_,
  rand,
  randint,
  randn,
  random_,
  randperm,
  uniform_,
} from '../../core/random/index.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { type GoldenTensor, readGolden } from '../golden/read-golden.ts';

const programs = readGolden<{ torch: { group: string; seed: number; program: string[]; out: GoldenTensor[] }[] }>('rng.json.gz').torch;

function expected(group: string, seed: number, i: number): number[] {
  const entry = programs.find((one) => one.group === group && one.seed === seed);
  return (entry as { out: GoldenTensor[] }).out[i].data.map((value) => Math.fround(Number(value)));
}

beforeEach(() => {
  manualSeed(42);
});

test('manual_seed seeds both devices; the device picks the generator', () => {
  expect(randn([1]).toArray()).toEqual([Math.fround(0.33669036626815796)]);
  expect(randn([1], { device: 'cuda' }).toArray()[0]).toBeCloseTo(0.194, 4);
  expect(randn([1], { device: 'cuda' }).toArray()[0]).toBeCloseTo(0.1391, 4);
  expect([defaultGenerator.initialSeed(), defaultCudaGenerator.initialSeed()]).toEqual([42n, 42n]);
});

test('shapes, dtypes, requires_grad, versions', () => {
  const a = rand([2, 3], { dtype: 'float64', requiresGrad: true });
  expect([a.shape, a.dtype, a.requiresGrad, a.isLeaf, a.storage.version]).toEqual([[2, 3], 'float64', true, true, 0]);
  expect(randn([]).shape).toEqual([]);
  expect(rand([0]).numel).toBe(0);
  expect(randint(0, 10, [4]).dtype).toBe('int64');
  expect(randperm(5).toArray().sort()).toEqual([0, 1, 2, 3, 4]);
  const before = a.storage.version;
  uniform_(a);
  expect(a.storage.version).toBe(before + 1);
});

test('a tensor that is not contiguous is filled in memory order', () => {
  manualSeed(0);
  const wide = Tensor.empty([5, 8], 'float32', 'cpu');
  wide.typedView().fill(7 as never);
  const every = Tensor.over(wide.storage, 'float32', 'cpu', [5, 4], [8, 2], 0);
  uniform_(every);
  const entry = programs.find((one) => one.group === 'non_contiguous' && one.seed === 0 && one.program[0].includes('uniform_'));
  expect(every.toArray()).toEqual((entry as { out: GoldenTensor[] }).out[0].data.map((value) => Math.fround(Number(value))));
  expect(wide.toArray().filter((_, i) => i % 2 === 1)).toEqual(new Array(20).fill(7));
  manualSeed(0);
  const tall = Tensor.empty([5, 4], 'float32', 'cpu');
  const turned = Tensor.over(tall.storage, 'float32', 'cpu', [4, 5], [1, 4], 0);
  normal_(turned);
  const normals = programs.find((one) => one.group === 'non_contiguous' && one.seed === 0 && one.program[0].includes('normal_'));
  expect(turned.toArray()).toEqual((normals as { out: GoldenTensor[] }).out[0].data.map((value) => Math.fround(Number(value))));
});

test('normal with tensors of means and deviations', () => {
  manualSeed(0);
  const arange = (from: number, to: number): Tensor => Tensor.fromTyped(Float32Array.from({ length: to - from }, (_, i) => from + i));
  expect(normal(1.5, 2, [3]).toArray()).toEqual(expected('normal', 0, 0));
  expect(normal(arange(0, 4), arange(1, 5)).toArray()).toEqual(expected('normal', 0, 1));
  for (const [i, value] of normal(arange(0, 17), 0.1).toArray().entries())
    expect(Math.abs(value - expected('normal', 0, 2)[i])).toBeLessThan(2e-6);
});

test('bernoulli', () => {
  manualSeed(0);
  const p = Tensor.fromTyped(new Float32Array([0, 0.1, 0.5, 0.9, 1]));
  expect(bernoulli(p).toArray()).toEqual(expected('bernoulli', 0, 0));
  expect(bernoulli_(Tensor.empty([12], 'float32', 'cpu'), 0.3).toArray()).toEqual(expected('bernoulli', 0, 1));
});

test('a generator of its own leaves the default alone', () => {
  const state = defaultGenerator.getState();
  expect(rand([3], { generator: new Generator(5) }).toArray()).toEqual(rand([3], { generator: new Generator(5) }).toArray());
  expect(defaultGenerator.getState()).toEqual(state);
});

describe('what torch refuses', () => {
  const empty = (dtype: 'float32' | 'int64' | 'uint8' | 'int32' = 'float32'): Tensor => Tensor.empty([2], dtype, 'cpu');
  const expanded = (): Tensor => Tensor.over(empty().storage, 'float32', 'cpu', [3, 2], [0, 1], 0);
  test.each<[() => unknown, string, string]>([
    [() => randn([3], { dtype: 'int64' }), 'NotImplementedError', `"normal_kernel_cpu" not implemented for 'Long'`],
    [() => rand([3], { dtype: 'int64' }), 'NotImplementedError', `"check_uniform_bounds" not implemented for 'Long'`],
    [() => randint(5, 5, [2]), 'RuntimeError', "random_ expects 'from' to be less than 'to', but got from=5 >= to=5"],
    [() => randint(0, 300, [2], { dtype: 'uint8' }), 'RuntimeError', 'to - 1 is out of bounds for unsigned char'],
    [() => randint(0, 2 ** 33, [2], { dtype: 'int32' }), 'RuntimeError', 'to - 1 is out of bounds for int'],
    [() => random_(empty('uint8'), -1, 3), 'RuntimeError', 'from is out of bounds for unsigned char'],
    [() => normal_(empty(), 0, -1), 'RuntimeError', 'normal expects std >= 0.0, but found std -1'],
    [() => uniform_(empty(), 3, 2), 'RuntimeError', 'uniform_ expects to return a [from, to) range, but found from=3 > to=2'],
    [() => bernoulli_(empty(), 2), 'RuntimeError', 'bernoulli_ expects p to be in [0, 1], but got p=2'],
    [() => exponential_(empty(), -1), 'RuntimeError', 'exponential_ expects lambda > 0.0, but found lambda=-1'],
    [
      () => exponential_(empty('int64')),
      'RuntimeError',
      'Exponential distribution is a continuous probability distribution. dtype must be a floating point but you specified Long',
    ],
    [() => rand([-1]), 'RuntimeError', 'Trying to create tensor with negative dimension -1: [-1]'],
    [() => randperm(-1), 'RuntimeError', 'Trying to create tensor with negative dimension -1: [-1]'],
    [
      () => normal_(expanded()),
      'RuntimeError',
      'unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.',
    ],
    [() => rand([2], { generator: new CudaGenerator(1) }), 'RuntimeError', "Expected a 'cpu' device type for generator but found 'cuda'"],
    [
      () => rand([2], { device: 'cuda', generator: new Generator(1) }),
      'RuntimeError',
      "Expected a 'cuda' device type for generator but found 'cpu'",
    ],
  ])('%s', (run, pythonType, message) => {
    expect(run).toThrow(expect.objectContaining({ pythonType, message }));
  });
});
