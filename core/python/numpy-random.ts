// numpy.random's legacy functions on arrays, over NumPy's own generator. The generator's maths lives in core/random.
import { RandomState } from '../random/random-state.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ArrayType, bytesOf, indexList, made, NumpyError, numbersOf, type Shape, sizeOf, storageOf } from './numpy-array.ts';

/** Rows of a generator in a table: 0 is the module's own (`np.random.seed`), others are RandomState objects. */
export class RandomStates {
  readonly #states: RandomState[] = [];
  readonly #firstSeed: number;

  /** NumPy starts from the system's entropy; Nabla from `firstSeed`, so that a run can be repeated. */
  constructor(firstSeed: number) {
    this.#firstSeed = firstSeed;
  }

  get(at: number): RandomState {
    this.#states[0] ??= new RandomState(this.#firstSeed);
    return this.#states[at];
  }

  /** A new generator; returns its place. */
  add(): number {
    this.get(0);
    this.#states.push(new RandomState(this.#firstSeed));
    return this.#states.length - 1;
  }

  clear(): void {
    this.#states.length = 0;
  }
}

/** Draws of one of the continuous distributions, row-major. */
export function draw(state: RandomState, name: string, a: number, b: number, shape: Shape): Tensor {
  const n = sizeOf(shape);
  switch (name) {
    case 'random':
      return made('float64', shape, state.randomSample(n));
    case 'standard_normal':
      return made('float64', shape, state.standardNormal(n));
    case 'normal':
      if (b < 0) throw new NumpyError('ValueError', 'scale < 0');
      return made('float64', shape, state.normal(n, a, b));
    case 'uniform':
      return made('float64', shape, state.uniform(n, a, b));
    case 'exponential':
      if (a < 0) throw new NumpyError('ValueError', 'scale < 0');
      return made('float64', shape, state.exponential(n, a));
    case 'gamma':
      if (a < 0) throw new NumpyError('ValueError', 'shape < 0');
      if (b < 0) throw new NumpyError('ValueError', 'scale < 0');
      return made('float64', shape, state.gamma(n, a, b));
    case 'beta':
      if (a <= 0) throw new NumpyError('ValueError', 'a <= 0');
      if (b <= 0) throw new NumpyError('ValueError', 'b <= 0');
      return made('float64', shape, state.beta(n, a, b));
    case 'binomial':
      return made('int64', shape, state.binomial(n, a, b));
    case 'poisson':
      return made('int64', shape, state.poisson(n, a));
    default:
      throw new NumpyError('NotImplementedError', `numpy.random.${name} is not in Nabla yet`);
  }
}

export function drawIntegers(state: RandomState, low: number | bigint, high: number | bigint, dtype: ArrayType, shape: Shape): Tensor {
  const bits = (bytesOf(dtype) * 8) as 8 | 16 | 32 | 64;
  return made(dtype, shape, BigInt64Array.from(state.randint(sizeOf(shape), BigInt(low), BigInt(high), bits)));
}

/** Shuffles along the first axis, in place. */
export function shuffle(state: RandomState, t: Tensor): void {
  const rows = t.shape.slice(1);
  const within = indexList(rows, t.strides.slice(1), 0);
  const data = storageOf(t);
  state.shuffle(t.shape[0], (i, j) => {
    const a = t.offset + i * t.strides[0];
    const b = t.offset + j * t.strides[0];
    for (const k of within) {
      const kept = data[a + k];
      data[a + k] = data[b + k];
      data[b + k] = kept;
    }
  });
}

/** A shuffled order 0 … n - 1. */
export function permutation(state: RandomState, n: number): Tensor {
  return made('int64', [n], state.permutation(n));
}

/** Indices chosen from 0 … n - 1; `p` null: all alike. */
export function choice(state: RandomState, n: number, replace: boolean, p: Tensor | null, shape: Shape): Tensor {
  return made('int64', shape, state.choice(n, sizeOf(shape), replace, p === null ? null : Array.from(numbersOf(p))));
}
