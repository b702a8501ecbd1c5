// How torch's CUDA kernels fill an array from Philox: blocks of 256 threads, four (float64: two) elements a thread and turn.
// Real GPUs use fast sine and fused steps, so normals agree to about 1e-5; uniforms are exact.
import { cos, log, sin } from '../tensor/math.ts';
import { type CudaGenerator, philoxBlock } from './philox.ts';

const BLOCK_THREADS = 256;
/** Blocks a GPU keeps resident (108 processors with 8 each, an A100's). Only calls of more elements than threads depend on it. */
const RESIDENT_BLOCKS = 864;

type Numbers = { [index: number]: number; readonly length: number };

const words = new Uint32Array(4);

/** Calls `write(element, words, which)` for every element: its block of words and its place in it. Moves the offset on. */
function forEachElement(generator: CudaGenerator, n: number, perBlock: 2 | 4, write: (element: number, which: number) => void): void {
  if (n === 0) return;
  const threads = BLOCK_THREADS * Math.min(Math.ceil(n / BLOCK_THREADS), RESIDENT_BLOCKS);
  const turns = Math.floor((n - 1) / (threads * perBlock)) + 1;
  const seed = generator.initialSeed();
  for (let turn = 0; turn < turns; turn++) {
    const start = turn * threads * perBlock;
    for (let thread = 0; thread < threads && start + thread < n; thread++) {
      philoxBlock(words, seed, thread, generator.offset + 4 * turn);
      for (let which = 0; which < perBlock; which++) {
        const element = start + thread + which * threads;
        if (element < n) write(element, which);
      }
    }
  }
  generator.offset += 4 * turns;
}

const round = Math.fround;

/** Uniform in (0, 1] as curand draws it. */
function uniform(which: number, single: boolean): number {
  if (single) return round(round(words[which]) * 2 ** -32 + 2 ** -33);
  const low = (words[2 * which] ^ (words[2 * which + 1] << 21)) >>> 0;
  return ((words[2 * which + 1] >>> 11) * 4294967296 + low) * 2 ** -53 + 2 ** -54;
}

/** Uniform in [from, to): 1 becomes `from`, as torch turns curand's interval round. */
export function fillUniformCuda(generator: CudaGenerator, out: Float32Array | Float64Array, from: number, to: number): void {
  const single = out instanceof Float32Array;
  const low = single ? round(from) : from;
  const range = single ? round(round(to) - low) : to - low;
  const top = single ? round(to) : to;
  forEachElement(generator, out.length, single ? 4 : 2, (element, which) => {
    const value = uniform(which, single) * range + low;
    out[element] = (single ? round(value) : value) === top ? low : value;
  });
}

export function fillNormalCuda(generator: CudaGenerator, out: Float32Array | Float64Array, mean: number, std: number): void {
  const single = out instanceof Float32Array;
  forEachElement(generator, out.length, single ? 4 : 2, (element, which) => {
    const pair = which & 2;
    let radius: number;
    let angle: number;
    if (single) {
      const u = round(round(words[pair]) * 2 ** -32 + 2 ** -33);
      angle = round(round(words[pair + 1]) * round(2 ** -32 * 2 * Math.PI) + round(2 ** -33 * 2 * Math.PI));
      radius = round(Math.sqrt(round(-2 * round(log(u)))));
    } else {
      radius = Math.sqrt(-2 * log(uniform(0, false)));
      angle = 2 * Math.PI * uniform(1, false);
    }
    const wave = which & 1 ? cos(angle) : sin(angle);
    out[element] = radius * (single ? round(wave) : wave) * std + mean;
  });
}

/** Integers base … base + range - 1. */
export function fillIntegersCuda(
  generator: CudaGenerator,
  n: number,
  base: bigint,
  range: bigint,
  write: (element: number, value: bigint) => void,
): void {
  if (range < 1n << 28n) {
    forEachElement(generator, n, 4, (element, which) => write(element, (BigInt(words[which]) % range) + base));
    return;
  }
  forEachElement(generator, n, 2, (element, which) => {
    const draw = (BigInt(words[2 * which]) << 32n) | BigInt(words[2 * which + 1]);
    write(element, (draw % range) + base);
  });
}

/** 1 where a uniform of the array's precision falls below `p`. */
export function fillBernoulliCuda(generator: CudaGenerator, out: Numbers, double: boolean, p: (element: number) => number): void {
  forEachElement(generator, out.length, double ? 2 : 4, (element, which) => {
    out[element] = uniform(which, !double) <= p(element) ? 1 : 0;
  });
}

export function fillExponentialCuda(generator: CudaGenerator, out: Float32Array | Float64Array, rate: number): void {
  const single = out instanceof Float32Array;
  const half = single ? 2 ** -24 : 2 ** -53;
  forEachElement(generator, out.length, single ? 4 : 2, (element, which) => {
    const u = uniform(which, single);
    out[element] = (-1 / rate) * (u >= 1 - half ? -half : log(u));
  });
}
