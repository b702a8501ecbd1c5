// AssemblyScript. The door of the WebAssembly kernels: what TypeScript calls, by element type. All pointers are byte addresses in the shared heap.
import { gemm } from './gemm.ts';

export function gemm32(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  ar: i32,
  ak: i32,
  b: usize,
  bk: i32,
  bj: i32,
  c: usize,
  cr: i32,
  cj: i32,
  alpha: f32,
  add: bool,
  scratch: usize,
): void {
  gemm<f32>(m, n, k, a, ar, ak, b, bk, bj, c, cr, cj, alpha, add, scratch);
}

export function gemm64(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  ar: i32,
  ak: i32,
  b: usize,
  bk: i32,
  bj: i32,
  c: usize,
  cr: i32,
  cj: i32,
  alpha: f64,
  add: bool,
  scratch: usize,
): void {
  gemm<f64>(m, n, k, a, ar, ak, b, bk, bj, c, cr, cj, alpha, add, scratch);
}
