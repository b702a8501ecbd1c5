// torch's CPU generator itself: raw words, seeds and their limits, state.
import { describe, expect, test } from 'vitest';
import { fillNormal, fillUniform } from '../../core/random/fill.ts';
import { Generator } from '../../core/random/generator.ts';
import { readGolden } from '../golden/read-golden.ts';

interface Raw {
  seed: number | string;
  initial_seed: string;
  first_10: number[];
  at_620_to_629: number[];
}

const golden = readGolden<{ raw_mt19937: Raw[]; bad_seeds: { seed: string; error: { type: string; message: string } | null }[] }>(
  'rng.json.gz',
);

test.each(golden.raw_mt19937.map((entry) => [String(entry.seed), entry] as const))('raw words of seed %s', (seed, entry) => {
  const generator = new Generator(BigInt(seed));
  expect(generator.initialSeed()).toBe(BigInt(entry.initial_seed));
  const words = Array.from({ length: 630 }, () => generator.random32());
  expect(words.slice(0, 10)).toEqual(entry.first_10);
  expect(words.slice(620)).toEqual(entry.at_620_to_629);
});

describe('seeds', () => {
  test.each(golden.bad_seeds.filter((entry) => /^-?\d+$/.test(entry.seed)))('$seed is refused', ({ seed, error }) => {
    expect(() => new Generator(BigInt(seed))).toThrow(expect.objectContaining({ message: error?.message, pythonType: error?.type }));
  });
  test('only the low 32 bits count', () => {
    expect(new Generator(2 ** 32 + 42).random32()).toBe(new Generator(42).random32());
  });
  test('a generator nobody seeded', () => {
    expect(new Generator().initialSeed()).toBe(67280421310721n);
  });
  test('seed() takes what the host calls random', () => {
    const generator = new Generator();
    expect(generator.seed(123n)).toBe(123n);
    expect(generator.random32()).toBe(new Generator(123).random32());
  });
});

test('64 bits are two words, the first one high', () => {
  const pair = new Generator(42);
  const high = pair.random32();
  const low = pair.random32();
  expect(new Generator(42).random64()).toBe((BigInt(high) << 32n) | BigInt(low));
});

test('a state given back repeats the stream, the kept normal included', () => {
  const generator = new Generator(9);
  const one = new Float32Array(1);
  fillNormal(generator, one);
  const state = generator.getState();
  expect(state.length).toBe(5056);
  const first = new Float32Array(20);
  const odd = new Float32Array(3);
  fillNormal(generator, odd);
  fillUniform(generator, first);
  const again = new Float32Array(20);
  const oddAgain = new Float32Array(3);
  const other = new Generator(1).setState(state);
  fillNormal(other, oddAgain);
  fillUniform(other, again);
  expect(again).toEqual(first);
  expect(oddAgain).toEqual(odd);
  expect(other.initialSeed()).toBe(9n);
  expect(() => other.setState(new Uint8Array(7))).toThrow('RNG state is wrong size');
});
