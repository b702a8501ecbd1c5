// The 16-bit floating types as words: exact conversions both ways, rounding to nearest, ties to even. Knows no tensor.

/** Set once a tensor of such a type was made: until then nobody need look for one. */
export const halves: { seen: boolean } = { seen: false };

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);
const TINY = 2 ** -24;

/** The number a float16 word stands for. */
export function fromHalf(word: number): number {
  const exponent = (word >>> 10) & 31;
  const fraction = word & 1023;
  if (exponent === 0) return (word & 0x8000 ? -fraction : fraction) * TINY;
  bits[0] = ((word & 0x8000) << 16) | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  return float[0];
}

/** The float16 word nearest to `x` rounded to float32, as torch's kernels round. */
export function toHalf(x: number): number {
  float[0] = x;
  const b = bits[0];
  const sign = (b >>> 16) & 0x8000;
  const size = b & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x47800000) return sign | 0x7c00;
  // What rounds up beyond the largest carries into the exponent and becomes infinity.
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  const scaled = Math.abs(float[0]) / TINY;
  const down = Math.floor(scaled);
  const rest = scaled - down;
  return sign | (rest > 0.5 || (rest === 0.5 && down & 1) ? down + 1 : down);
}

/** The number a bfloat16 word stands for. */
export function fromBrain(word: number): number {
  bits[0] = word << 16;
  return float[0];
}

/** The bfloat16 word nearest to `x` rounded to float32. */
export function toBrain(x: number): number {
  float[0] = x;
  const b = bits[0];
  if ((b & 0x7fffffff) > 0x7f800000) return 0x7fc0;
  return (b + 0x7fff + ((b >>> 16) & 1)) >>> 16;
}

type HalfType = 'float16' | 'bfloat16';

/** `x` rounded to the type, as a number. */
export function roundTo(dtype: HalfType, x: number): number {
  return dtype === 'float16' ? fromHalf(toHalf(x)) : fromBrain(toBrain(x));
}

/** All words as float32 numbers: a copy. */
export function decoded(dtype: HalfType, words: Uint16Array): Float32Array {
  const out = new Float32Array(words.length);
  const read = dtype === 'float16' ? fromHalf : fromBrain;
  for (let i = 0; i < words.length; i++) out[i] = read(words[i]);
  return out;
}

/** Words that read and write as numbers, so that code written for typed arrays holds for them; not fast. `slice` gives a Float32Array. */
export function halfView(dtype: HalfType, words: Uint16Array): Float32Array {
  halves.seen = true;
  const [read, write] = dtype === 'float16' ? [fromHalf, toHalf] : [fromBrain, toBrain];
  const methods: Record<PropertyKey, unknown> = {
    fill: (value: number, from?: number, to?: number) => {
      words.fill(write(value), from, to);
      return view;
    },
    set: (values: ArrayLike<number>, at = 0) => {
      for (let i = 0; i < values.length; i++) words[at + i] = write(values[i]);
    },
    copyWithin: (to: number, from: number, end?: number) => {
      words.copyWithin(to, from, end);
      return view;
    },
    slice: (from?: number, to?: number) => decoded(dtype, words.subarray(from, to)),
    subarray: (from?: number, to?: number) => halfView(dtype, words.subarray(from, to)),
    *[Symbol.iterator]() {
      for (let i = 0; i < words.length; i++) yield read(words[i]);
    },
  };
  const view = new Proxy(words, {
    get(_, key) {
      if (typeof key === 'string') {
        if (key === 'length') return words.length;
        const index = Number(key);
        if (index === index) return index < words.length ? read(words[index]) : undefined;
      }
      const method = methods[key];
      // Other methods of typed arrays work on a copy.
      return method !== undefined ? method : Reflect.get(decoded(dtype, words), key).bind(decoded(dtype, words));
    },
    set(_, key, value) {
      words[Number(key)] = write(Number(value));
      return true;
    },
  }) as unknown as Float32Array;
  return view;
}
