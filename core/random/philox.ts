// torch's CUDA generator: Philox4x32-10 (Salmon et al. 2011), counter-based. Its state is a seed and an offset;
// every kernel call reads blocks at (offset, element) and moves the offset on. Filling is in cuda-fill.ts.
import { DEFAULT_SEED, normalizedSeed } from './seed.ts';

/** High 32 bits of a·b for 32-bit words. */
function high32(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  return (a1 * b1 + Math.floor((a0 * b1 + middle) / 65536)) >>> 0;
}

/** Writes the four words of one block into `out`: key = seed, counter = (offset / 4, subsequence). */
export function philoxBlock(out: Uint32Array, seed: bigint, subsequence: number, offset: number): void {
  let k0 = Number(seed & 0xffffffffn);
  let k1 = Number((seed >> 32n) & 0xffffffffn);
  const counter = Math.floor(offset / 4);
  let c0 = counter >>> 0;
  let c1 = Math.floor(counter / 4294967296) >>> 0;
  let c2 = subsequence >>> 0;
  let c3 = Math.floor(subsequence / 4294967296) >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = high32(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0) >>> 0;
    const high1 = high32(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

export class CudaGenerator {
  readonly device = 'cuda';
  private seedValue = 0n;
  /** Words a thread's stream has moved on since seeding; always a multiple of 4. */
  offset = 0;

  constructor(seed: number | bigint = DEFAULT_SEED) {
    this.manualSeed(seed);
  }

  /** Starts the stream anew. @throws ValueError outside -2^63 … 2^64 - 1. */
  manualSeed(seed: number | bigint): this {
    this.seedValue = normalizedSeed(seed);
    this.offset = 0;
    return this;
  }

  initialSeed(): bigint {
    return this.seedValue;
  }

  /** torch's `seed()`: seeds with a number the host calls random, and returns it. */
  seed(entropy: bigint): bigint {
    this.manualSeed(BigInt.asUintN(64, entropy));
    return this.seedValue;
  }

  /** `get_state()`'s 16 bytes: seed, offset. */
  getState(): Uint8Array {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, this.seedValue, true);
    view.setBigUint64(8, BigInt(this.offset), true);
    return bytes;
  }

  /** @throws RangeError when `bytes` is no state. */
  setState(bytes: Uint8Array): this {
    if (bytes.length !== 16) throw new RangeError(`RNG state is wrong size: ${bytes.length} bytes, not 16`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.seedValue = view.getBigUint64(0, true);
    this.offset = Number(view.getBigUint64(8, true));
    return this;
  }

  clone(): CudaGenerator {
    return new CudaGenerator().setState(this.getState());
  }
}

/** The generator of every call on the GPU device that names none. */
export const defaultCudaGenerator = new CudaGenerator();
