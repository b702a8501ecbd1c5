// NumPy's legacy RandomState (`np.random.seed`, `np.random.rand` …): MT19937, the polar method for normals, masked rejection for integers.
// Works on plain and typed arrays; NumPy's arrays are made from them elsewhere.
import { TorchError } from '../tensor/torch-error.ts';
import { beta, binomial, poisson, standardGamma } from './legacy-distributions.ts';
import { Mt19937 } from './mt19937.ts';
import { roundedLog } from './rounded-log.ts';

export class RandomState {
  private readonly twister = new Mt19937();
  private keptGauss: number | null = null;

  constructor(seed: number | readonly number[]) {
    this.seed(seed);
  }

  /** `np.random.seed(seed)`: an integer 0 … 2^32 - 1, or an array of such. @throws ValueError. */
  seed(seed: number | readonly number[]): void {
    const words = typeof seed === 'number' ? [seed] : seed;
    for (const word of words) {
      if (!Number.isInteger(word) || word < 0 || word > 0xffffffff) {
        throw new TorchError(`Seed must be between 0 and 2**32 - 1`, 'ValueError');
      }
    }
    if (typeof seed === 'number') this.twister.seedWord(seed);
    else {
      if (words.length === 0) throw new TorchError('Seed must be non-empty', 'ValueError');
      this.twister.seedArray(words);
    }
    this.keptGauss = null;
  }

  /** The state as `get_state()` gives it: key words, position, kept normal. */
  getState(): { key: Uint32Array; position: number; keptGauss: number | null } {
    return { key: this.twister.state.slice(), position: this.twister.position, keptGauss: this.keptGauss };
  }

  setState(state: { key: Uint32Array; position: number; keptGauss: number | null }): void {
    this.twister.state.set(state.key);
    this.twister.position = state.position;
    this.keptGauss = state.keptGauss;
  }

  next32(): number {
    return this.twister.next();
  }

  private next64(): bigint {
    const upper = this.twister.next();
    return (BigInt(upper) << 32n) | BigInt(this.twister.next());
  }

  /** Uniform in [0, 1), 53 bits of two words. */
  random(): number {
    const a = this.twister.next() >>> 5;
    const b = this.twister.next() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  /** `rand`, `random_sample`: n uniforms. */
  randomSample(n: number): Float64Array {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = this.random();
    return out;
  }

  /** One standard normal: Marsaglia's polar method, the second of a pair kept. */
  gauss(): number {
    if (this.keptGauss !== null) {
      const kept = this.keptGauss;
      this.keptGauss = null;
      return kept;
    }
    let x1: number;
    let x2: number;
    let r2: number;
    do {
      x1 = 2 * this.random() - 1;
      x2 = 2 * this.random() - 1;
      r2 = x1 * x1 + x2 * x2;
    } while (r2 >= 1 || r2 === 0);
    const f = Math.sqrt((-2 * roundedLog(r2)) / r2);
    this.keptGauss = f * x1;
    return f * x2;
  }

  /** `randn`, `standard_normal`. */
  standardNormal(n: number): Float64Array {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = this.gauss();
    return out;
  }

  /** `normal(loc, scale)`. */
  normal(n: number, loc = 0, scale = 1): Float64Array {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = loc + scale * this.gauss();
    return out;
  }

  /** `uniform(low, high)`. */
  uniform(n: number, low = 0, high = 1): Float64Array {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = low + (high - low) * this.random();
    return out;
  }

  /** `exponential(scale)`. */
  exponential(n: number, scale = 1): Float64Array {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = scale * -roundedLog(1 - this.random());
    return out;
  }

  /**
   * `randint(low, high, n)`: integers low ≤ v < high by masked rejection; `bits` is the dtype's width (np.int64 by default).
   * Ranges above 2^53 lose nothing: values come as bigint. @throws ValueError when the range is empty.
   */
  randint(n: number, low: bigint, high: bigint, bits: 8 | 16 | 32 | 64 = 64): bigint[] {
    if (low >= high) throw new TorchError('low >= high', 'ValueError');
    const range = high - 1n - low;
    const out = new Array<bigint>(n);
    if (range === 0n) return out.fill(low);
    if (bits === 8 || bits === 16) return this.narrowIntegers(out, low, Number(range), bits);
    if (range <= 0xffffffffn) {
      const limit = Number(range);
      const mask = maskOf(limit);
      for (let i = 0; i < n; i++) out[i] = low + BigInt(range === 0xffffffffn ? this.next32() : this.bounded32(limit, mask));
      return out;
    }
    let mask = range;
    for (let shift = 1n; shift < 64n; shift *= 2n) mask |= mask >> shift;
    for (let i = 0; i < n; i++) {
      let value: bigint;
      do value = this.next64() & mask;
      while (value > range);
      out[i] = low + value;
    }
    return out;
  }

  /** 8- and 16-bit integers share the bytes of one word within a call. */
  private narrowIntegers(out: bigint[], low: bigint, range: number, bits: 8 | 16): bigint[] {
    const mask = maskOf(range);
    const all = 2 ** bits - 1;
    let buffer = 0;
    let left = 0;
    for (let i = 0; i < out.length; i++) {
      let value: number;
      do {
        if (left === 0) {
          buffer = this.next32();
          left = 32 / bits - 1;
        } else {
          buffer >>>= bits;
          left--;
        }
        value = range === all ? buffer & all : buffer & mask;
      } while (value > range);
      out[i] = low + BigInt(value);
    }
    return out;
  }

  private bounded32(limit: number, mask: number): number {
    let value: number;
    do value = (this.next32() & mask) >>> 0;
    while (value > limit);
    return value;
  }

  /** random_interval: 0 … max by masked rejection. */
  private interval(max: number): number {
    if (max === 0) return 0;
    if (max <= 0xffffffff) return this.bounded32(max, maskOf(max));
    return Number(this.randint(1, 0n, BigInt(max) + 1n)[0]);
  }

  /** `shuffle`: in place, through `swap(i, j)`; rows of a 2-D array are swapped whole by the caller. */
  shuffle(n: number, swap: (i: number, j: number) => void): void {
    for (let i = n - 1; i > 0; i--) {
      const j = this.interval(i);
      if (i !== j) swap(i, j);
    }
  }

  /** `permutation(n)`, also the row order of `permutation(array)`. */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    this.shuffle(n, (i, j) => {
      const kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    });
    return order;
  }

  /** `choice(n, size, replace, p)`: indices. @throws ValueError as NumPy. */
  choice(n: number, size: number, replace = true, p: readonly number[] | null = null): number[] {
    if (n <= 0 && size > 0) throw new TorchError('a must be greater than 0 unless no samples are taken', 'ValueError');
    if (p !== null) return this.weightedChoice(n, size, replace, p);
    if (replace) return this.randint(size, 0n, BigInt(n)).map(Number);
    if (size > n) throw new TorchError("Cannot take a larger sample than population when 'replace=False'", 'ValueError');
    return this.permutation(n).slice(0, size);
  }

  private weightedChoice(n: number, size: number, replace: boolean, p: readonly number[]): number[] {
    if (p.length !== n) throw new TorchError("'a' and 'p' must have same size", 'ValueError');
    if (p.some((value) => value < 0)) throw new TorchError('Probabilities are not non-negative', 'ValueError');
    const total = p.reduce((sum, value) => sum + value, 0);
    if (Math.abs(total - 1) > 1.5e-8) throw new TorchError('Probabilities do not sum to 1', 'ValueError');
    if (replace) {
      const cdf = cumulative(p);
      return Array.from(this.randomSample(size), (u) => searchRight(cdf, u));
    }
    if (size > n) throw new TorchError("Cannot take a larger sample than population when 'replace=False'", 'ValueError');
    if (p.filter((value) => value > 0).length < size) throw new TorchError('Fewer non-zero entries in p than size', 'ValueError');
    const weights = [...p];
    const found: number[] = [];
    while (found.length < size) {
      const draws = this.randomSample(size - found.length);
      for (const index of found) weights[index] = 0;
      const cdf = cumulative(weights);
      const fresh = new Set<number>();
      for (const u of draws) fresh.add(searchRight(cdf, u));
      found.push(...fresh); // unique, in the order of their first draw
    }
    return found;
  }

  /** `gamma(shape, scale)`. */
  gamma(n: number, shape: number, scale = 1): Float64Array {
    return repeated(n, () => scale * standardGamma(this, shape));
  }

  /** `beta(a, b)`. */
  beta(n: number, a: number, b: number): Float64Array {
    return repeated(n, () => beta(this, a, b));
  }

  /** `binomial(trials, p)`. @throws NotImplementedError where trials·min(p, 1 - p) > 30. */
  binomial(n: number, trials: number, p: number): number[] {
    return Array.from(repeated(n, () => binomial(this, trials, p)));
  }

  /** `poisson(lam)`. @throws NotImplementedError from 10 on. */
  poisson(n: number, lam: number): number[] {
    return Array.from(repeated(n, () => poisson(this, lam)));
  }
}

function repeated(n: number, draw: () => number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = draw();
  return out;
}

function maskOf(max: number): number {
  let mask = max;
  for (let shift = 1; shift < 32; shift *= 2) mask |= mask >>> shift;
  return mask >>> 0;
}

function cumulative(p: readonly number[]): number[] {
  let sum = 0;
  const cdf = p.map((value) => {
    sum += value;
    return sum;
  });
  return cdf.map((value) => value / sum);
}

/** The first index whose value exceeds `u`. */
function searchRight(cdf: readonly number[], u: number): number {
  let low = 0;
  let high = cdf.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cdf[middle] <= u) low = middle + 1;
    else high = middle;
  }
  return low;
}
