// torch's CUDA generator: Philox blocks exact, uniforms exact, normals within 1e-5 (a real GPU's sine is no better).
import { expect, test } from 'vitest';
import { fillBernoulli, fillNormal, fillRandom, fillUniform, randperm } from '../../core/random/fill.ts';
import { CudaGenerator, philoxBlock } from '../../core/random/philox.ts';
import { type GoldenTensor, readGolden } from '../golden/read-golden.ts';
import { draw } from './torch-programs.ts';

interface Cuda {
  philox_blocks: { seed: number | string; subsequence: number; offset: number; uint32: number[] }[];
  published: { seed: number; calls: string; values: number[][] }[];
  streams: { seed: number | string; program: string[]; out: GoldenTensor[]; offset_after: number }[];
}

const golden = readGolden<{ cuda: Cuda }>('rng.json.gz').cuda;

test.each(golden.philox_blocks)('block of seed $seed, subsequence $subsequence, offset $offset', (entry) => {
  const out = new Uint32Array(4);
  philoxBlock(out, BigInt(entry.seed), entry.subsequence, entry.offset);
  expect(Array.from(out)).toEqual(entry.uint32);
});

test.each(golden.streams)('$seed: $program', ({ seed, program, out, offset_after }) => {
  const generator = new CudaGenerator(BigInt(seed));
  for (const [i, expression] of program.entries()) {
    const drawn = Array.from(draw(expression, generator) as Float32Array);
    const expected = out[i].data.map((value) => Math.fround(Number(value)));
    if (expression.startsWith('torch.rand(')) expect(drawn).toEqual(expected);
    else for (const [k, value] of drawn.entries()) expect(Math.abs(value - expected[k])).toBeLessThan(1e-5);
  }
  expect(generator.offset).toBe(offset_after);
});

test('what public listings show for seed 42', () => {
  for (const { calls, values } of golden.published) {
    const generator = new CudaGenerator(42);
    for (const row of values) {
      const out = new Float32Array(row.length);
      if (calls.startsWith('randn')) fillNormal(generator, out);
      else fillUniform(generator, out);
      for (const [k, value] of row.entries()) expect(Math.abs(out[k] - value)).toBeLessThan(6e-5);
    }
  }
});

test('float64, integers and masks stay in their ranges and move the offset', () => {
  const generator = new CudaGenerator(3);
  const normal = new Float64Array(1000);
  fillNormal(generator, normal);
  expect(Math.abs(normal.reduce((a, b) => a + b) / 1000)).toBeLessThan(0.2);
  const integers = new BigInt64Array(1000);
  fillRandom(generator, integers, -5, 5);
  expect(integers.every((value) => value >= -5n && value < 5n)).toBe(true);
  const mask = new Uint8Array(1000);
  fillBernoulli(generator, mask, 0.25);
  expect(Math.abs(mask.reduce((a, b) => a + b, 0) - 250)).toBeLessThan(60);
  expect(generator.offset).toBe(12);
  expect(() => randperm(generator, 5)).toThrow('is not in Nabla yet');
});
