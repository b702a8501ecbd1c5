// Rounding to bfloat16: float32 with the lower half of its bits gone, ties to even.

const bits = new Uint32Array(1);
const value = new Float32Array(bits.buffer);

/** The bfloat16 nearest to `x` (rounded to float32 first, as a conversion from float32 is). */
export function toBfloat16(x: number): number {
  value[0] = x;
  if (Number.isNaN(x)) return x;
  bits[0] = (bits[0] + 0x7fff + ((bits[0] >>> 16) & 1)) & 0xffff0000;
  return value[0];
}
