// torch's CPU generator: MT19937 seeded with the low 32 bits of the seed, plus the one normal it keeps for the next call.
// It hands out words and uniforms; how tensors are filled from them is in fill.ts.
import { TorchError } from '../tensor/torch-error.ts';
import { Mt19937 } from './mt19937.ts';
import { DEFAULT_SEED, normalizedSeed } from './seed.ts';

const STATE_BYTES = 5056;

export class Generator {
  readonly device = 'cpu';
  private readonly twister = new Mt19937();
  private seedValue = 0n;
  /** Second normal of the last Box-Muller pair, kept across calls and dtypes until the next seeding. */
  keptNormal: number | null = null;

  constructor(seed: number | bigint = DEFAULT_SEED) {
    this.manualSeed(seed);
  }

  /** Starts the stream anew. @throws ValueError outside -2^63 … 2^64 - 1. */
  manualSeed(seed: number | bigint): this {
    this.seedValue = normalizedSeed(seed);
    this.twister.seedWord(Number(this.seedValue & 0xffffffffn));
    this.keptNormal = null;
    return this;
  }

  /** The seed last set, 0 … 2^64 - 1. */
  initialSeed(): bigint {
    return this.seedValue;
  }

  /** torch's `seed()`: seeds with a number the host calls random, and returns it. */
  seed(entropy: bigint): bigint {
    this.manualSeed(BigInt.asUintN(64, entropy));
    return this.seedValue;
  }

  /** The next 32-bit word. */
  random32(): number {
    return this.twister.next();
  }

  /** Two words, the first one high. */
  random64(): bigint {
    const upper = this.twister.next();
    return (BigInt(upper) << 32n) | BigInt(this.twister.next());
  }

  /** Uniform in [0, 1) with 24 bits, as float32 tensors get it: one word. */
  uniform24(): number {
    return (this.twister.next() & 0xffffff) * 2 ** -24;
  }

  /** Uniform in [0, 1) with 53 bits, as float64 tensors get it: the low 53 bits of two words. */
  uniform53(): number {
    const upper = this.twister.next() & 0x1fffff;
    return (upper * 4294967296 + this.twister.next()) * 2 ** -53;
  }

  /** The state in torch's own layout: `get_state()`'s 5,056 bytes. */
  getState(): Uint8Array {
    const bytes = new Uint8Array(STATE_BYTES);
    const view = new DataView(bytes.buffer);
    const fresh = this.twister.position >= 624;
    view.setBigUint64(0, this.seedValue, true);
    view.setInt32(8, fresh ? 1 : 625 - this.twister.position, true);
    view.setInt32(12, 1, true); // seeded
    view.setBigUint64(16, fresh ? 0n : BigInt(this.twister.position), true);
    for (let i = 0; i < 624; i++) view.setBigUint64(24 + 8 * i, BigInt(this.twister.state[i]), true);
    if (this.keptNormal !== null) {
      view.setFloat64(5024, this.keptNormal, true);
      view.setInt32(5040, 1, true);
    }
    return bytes;
  }

  /** @throws RangeError when `bytes` is no state. */
  setState(bytes: Uint8Array): this {
    if (bytes.length !== STATE_BYTES) throw new RangeError(`RNG state is wrong size: ${bytes.length} bytes, not ${STATE_BYTES}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const left = view.getInt32(8, true);
    const next = Number(view.getBigUint64(16, true));
    if (left < 1 || left > 624 || next > 624) throw new TorchError('Invalid mt19937 state');
    this.seedValue = view.getBigUint64(0, true);
    this.twister.position = left === 1 ? 624 : next;
    for (let i = 0; i < 624; i++) this.twister.state[i] = Number(view.getBigUint64(24 + 8 * i, true) & 0xffffffffn);
    this.keptNormal = view.getInt32(5040, true) !== 0 ? view.getFloat64(5024, true) : null;
    return this;
  }

  clone(): Generator {
    return new Generator().setState(this.getState());
  }
}

/** The generator of every CPU call that names none. */
export const defaultGenerator = new Generator();
