// The Mersenne Twister MT19937 (Matsumoto, Nishimura 1998): raw 32-bit words, seeded by a word or by an array of words.
// It knows no distribution; torch's and NumPy's generators stand on it.

const SIZE = 624;
const SHIFT = 397;

export class Mt19937 {
  readonly state = new Uint32Array(SIZE);
  /** Words of `state` already handed out; 624 means a new block is due. */
  position = SIZE;

  constructor(seed = 5489) {
    this.seedWord(seed);
  }

  /** init_genrand: `seed` is taken modulo 2^32. */
  seedWord(seed: number): void {
    const s = this.state;
    s[0] = seed >>> 0;
    for (let i = 1; i < SIZE; i++) s[i] = Math.imul(1812433253, s[i - 1] ^ (s[i - 1] >>> 30)) + i;
    this.position = SIZE;
  }

  /** init_by_array: `key` of 32-bit words, at least one. */
  seedArray(key: readonly number[]): void {
    this.seedWord(19650218);
    const s = this.state;
    let i = 1;
    let j = 0;
    for (let k = Math.max(SIZE, key.length); k > 0; k--) {
      s[i] = (s[i] ^ Math.imul(s[i - 1] ^ (s[i - 1] >>> 30), 1664525)) + key[j] + j;
      if (++i >= SIZE) {
        s[0] = s[SIZE - 1];
        i = 1;
      }
      if (++j >= key.length) j = 0;
    }
    for (let k = SIZE - 1; k > 0; k--) {
      s[i] = (s[i] ^ Math.imul(s[i - 1] ^ (s[i - 1] >>> 30), 1566083941)) - i;
      if (++i >= SIZE) {
        s[0] = s[SIZE - 1];
        i = 1;
      }
    }
    s[0] = 0x80000000;
  }

  /** The next word, 0 … 2^32 - 1. */
  next(): number {
    if (this.position >= SIZE) this.twist();
    let y = this.state[this.position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private twist(): void {
    const s = this.state;
    let k = 0;
    for (; k < SIZE - SHIFT; k++) s[k] = s[k + SHIFT] ^ mix(s[k], s[k + 1]);
    for (; k < SIZE - 1; k++) s[k] = s[k + SHIFT - SIZE] ^ mix(s[k], s[k + 1]);
    s[SIZE - 1] = s[SHIFT - 1] ^ mix(s[SIZE - 1], s[0]);
    this.position = 0;
  }
}

function mix(upper: number, lower: number): number {
  const y = (upper & 0x80000000) | (lower & 0x7fffffff);
  return (y >>> 1) ^ (lower & 1 ? 0x9908b0df : 0);
}
