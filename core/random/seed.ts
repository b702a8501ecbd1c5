// The rule by which torch takes a seed: any integer from -2^63 to 2^64 - 1, negative ones modulo 2^64.
import { TorchError } from '../tensor/torch-error.ts';

/** The seed torch gives a generator nobody seeded. */
export const DEFAULT_SEED = 67280421310721n;

/** The seed as torch reports it (`initial_seed`), 0 … 2^64 - 1. @throws ValueError beyond 64 bits. */
export function normalizedSeed(seed: number | bigint): bigint {
  const value = typeof seed === 'bigint' ? seed : BigInt(Math.trunc(seed));
  if (value < -(1n << 63n) || value >= 1n << 64n) {
    throw new TorchError('Overflow when unpacking long long', 'ValueError', ['A seed is an integer from -2**63 to 2**64 - 1.']);
  }
  return BigInt.asUintN(64, value);
}
