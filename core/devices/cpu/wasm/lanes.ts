// AssemblyScript. What the kernels ask of a SIMD lane, once for float32 and float64. The relaxed binary fuses multiply and add.

export function fma<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}
