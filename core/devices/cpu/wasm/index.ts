// AssemblyScript. The door of the WebAssembly kernels: what TypeScript calls, by element type. Pointers are byte addresses in the shared heap.
import { copy } from './copies.ts';
import { foldBlocks, foldRows, foldRun, sumColumns } from './folds.ts';
import { addWindows, convolveDirect, gemm, windowGradient } from './gemm.ts';
import { moments, normalize, normalizeBackward } from './normalize.ts';
import { maxPool, scatter } from './pooling.ts';
import { crop, pad, turnWeights } from './windows.ts';

export { attend32, attendBackward32 } from './attention.ts';
export { convolveFew, gradientFew, layOut, packFew, sumsFew } from './few.ts';
export { inputGradientFive } from './five-wide.ts';
export { lstmBackward32, lstmForward32, packRight32 } from './recurrent.ts';
export { addSideBySide, apart, layOutSideBySide, packSideBySide, sideBySide } from './side-by-side.ts';
export { smallProduct } from './small.ts';
export { softmaxColumns32, softmaxRows32, softmaxSums32 } from './softmax.ts';
export { deviations32, statistics32, statisticsOfIntegers } from './statistics.ts';
export { setWindows } from './windows.ts';

export function clear(to: usize, bytes: usize): void {
  memory.fill(to, 0, bytes);
}

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
  gemm<f32>(m, n, k, a, ar, ak, b, bk, bj, c, cr, cj, alpha, add, false, false, scratch);
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
  gemm<f64>(m, n, k, a, ar, ak, b, bk, bj, c, cr, cj, alpha, add, false, false, scratch);
}

export function convolve32(m: i32, n: i32, k: i32, weight: usize, image: usize, c: usize, add: bool, again: bool, scratch: usize): void {
  gemm<f32>(m, n, k, weight, k, 1, image, 0, 0, c, n, 1, 1, add, true, again, scratch);
}

export function convolve64(m: i32, n: i32, k: i32, weight: usize, image: usize, c: usize, add: bool, again: bool, scratch: usize): void {
  gemm<f64>(m, n, k, weight, k, 1, image, 0, 0, c, n, 1, 1, add, true, again, scratch);
}

export function convolveDirect32(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  step: i32,
  inner: i32,
  outer: i32,
  along: i32,
  image: usize,
  c: usize,
  add: bool,
  scratch: usize,
): void {
  convolveDirect<f32>(m, n, k, a, step, inner, outer, along, image, c, add, scratch);
}

export function windowGradient32(
  samples: i32,
  outputs: i32,
  positions: i32,
  first: i32,
  taps: i32,
  g: usize,
  gSample: i32,
  image: usize,
  imageSample: i32,
  c: usize,
  ldc: i32,
  scratch: usize,
): void {
  windowGradient<f32>(samples, outputs, positions, first, taps, g, gSample, image, imageSample, c, ldc, scratch);
}

export function convolveDirect64(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  step: i32,
  inner: i32,
  outer: i32,
  along: i32,
  image: usize,
  c: usize,
  add: bool,
  scratch: usize,
): void {
  convolveDirect<f64>(m, n, k, a, step, inner, outer, along, image, c, add, scratch);
}

export function windowGradient64(
  samples: i32,
  outputs: i32,
  positions: i32,
  first: i32,
  taps: i32,
  g: usize,
  gSample: i32,
  image: usize,
  imageSample: i32,
  c: usize,
  ldc: i32,
  scratch: usize,
): void {
  windowGradient<f64>(samples, outputs, positions, first, taps, g, gSample, image, imageSample, c, ldc, scratch);
}

export function pad32(
  from: usize,
  to: usize,
  channels: i32,
  sizeD: i32,
  sizeH: i32,
  sizeW: i32,
  padD: i32,
  padH: i32,
  padW: i32,
  strideW: i32,
): void {
  pad<f32>(from, to, channels, sizeD, sizeH, sizeW, padD, padH, padW, strideW);
}

export function pad64(
  from: usize,
  to: usize,
  channels: i32,
  sizeD: i32,
  sizeH: i32,
  sizeW: i32,
  padD: i32,
  padH: i32,
  padW: i32,
  strideW: i32,
): void {
  pad<f64>(from, to, channels, sizeD, sizeH, sizeW, padD, padH, padW, strideW);
}

export function turnWeights32(from: usize, to: usize, outputs: i32, inputs: i32, taps: i32): void {
  turnWeights<f32>(from, to, outputs, inputs, taps);
}

export function turnWeights64(from: usize, to: usize, outputs: i32, inputs: i32, taps: i32): void {
  turnWeights<f64>(from, to, outputs, inputs, taps);
}

export function addWindows32(
  taps: i32,
  outputs: i32,
  rows: i32,
  width: i32,
  weight: usize,
  step: i32,
  g: usize,
  image: usize,
  together: i32,
  columns: usize,
  scratch: usize,
): void {
  addWindows<f32>(taps, outputs, rows, width, weight, step, g, image, together, columns, scratch);
}

export function addWindows64(
  taps: i32,
  outputs: i32,
  rows: i32,
  width: i32,
  weight: usize,
  step: i32,
  g: usize,
  image: usize,
  together: i32,
  columns: usize,
  scratch: usize,
): void {
  addWindows<f64>(taps, outputs, rows, width, weight, step, g, image, together, columns, scratch);
}

export function crop32(
  from: usize,
  to: usize,
  channels: i32,
  sizeD: i32,
  sizeH: i32,
  sizeW: i32,
  padD: i32,
  padH: i32,
  padW: i32,
  strideW: i32,
): void {
  crop<f32>(from, to, channels, sizeD, sizeH, sizeW, padD, padH, padW, strideW);
}

export function crop64(
  from: usize,
  to: usize,
  channels: i32,
  sizeD: i32,
  sizeH: i32,
  sizeW: i32,
  padD: i32,
  padH: i32,
  padW: i32,
  strideW: i32,
): void {
  crop<f64>(from, to, channels, sizeD, sizeH, sizeW, padD, padH, padW, strideW);
}

export function foldRun32(kind: i32, from: usize, n: i32, start: f64): f64 {
  return foldRun<f32>(kind, from, n, start);
}

export function sumColumns32(from: usize, rows: i32, stride: i32, width: i32, to: usize, scratch: usize): void {
  sumColumns<f32>(from, rows, stride, width, to, scratch);
}

export function foldRun64(kind: i32, from: usize, n: i32, start: f64): f64 {
  return foldRun<f64>(kind, from, n, start);
}

export function sumColumns64(from: usize, rows: i32, stride: i32, width: i32, to: usize, scratch: usize): void {
  sumColumns<f64>(from, rows, stride, width, to, scratch);
}

export function maxPool32(
  input: usize,
  out: usize,
  places: usize,
  planes: i32,
  D: i32,
  H: i32,
  W: i32,
  outD: i32,
  outH: i32,
  outW: i32,
  ranges: usize,
  dz: i32,
  dy: i32,
  dx: i32,
  inner0: i32,
  inner1: i32,
  stride: i32,
): void {
  maxPool<f32>(input, out, places, planes, D, H, W, outD, outH, outW, ranges, dz, dy, dx, inner0, inner1, stride);
}

export function maxPool64(
  input: usize,
  out: usize,
  places: usize,
  planes: i32,
  D: i32,
  H: i32,
  W: i32,
  outD: i32,
  outH: i32,
  outW: i32,
  ranges: usize,
  dz: i32,
  dy: i32,
  dx: i32,
  inner0: i32,
  inner1: i32,
  stride: i32,
): void {
  maxPool<f64>(input, out, places, planes, D, H, W, outD, outH, outW, ranges, dz, dy, dx, inner0, inner1, stride);
}

export function scatter32(values: usize, places: usize, out: usize, planes: i32, count: i32, plane: i32, add: bool): f64 {
  return <f64>scatter<f32>(values, places, out, planes, count, plane, add);
}

export function scatter64(values: usize, places: usize, out: usize, planes: i32, count: i32, plane: i32, add: bool): f64 {
  return <f64>scatter<f64>(values, places, out, planes, count, plane, add);
}

export function moments32(x: usize, outer: i32, groups: i32, inner: i32, first: i32, end: i32, mean: usize, variance: usize): void {
  moments<f32>(x, outer, groups, inner, first, end, mean, variance);
}

export function moments64(x: usize, outer: i32, groups: i32, inner: i32, first: i32, end: i32, mean: usize, variance: usize): void {
  moments<f64>(x, outer, groups, inner, first, end, mean, variance);
}

export function normalize32(
  x: usize,
  out: usize,
  outer: i32,
  groups: i32,
  inner: i32,
  step: i32,
  period: i32,
  mean: usize,
  scale: usize,
  weight: usize,
  bias: usize,
  first: i32,
  end: i32,
): void {
  normalize<f32>(x, out, outer, groups, inner, step, period, mean, scale, weight, bias, first, end);
}

export function normalize64(
  x: usize,
  out: usize,
  outer: i32,
  groups: i32,
  inner: i32,
  step: i32,
  period: i32,
  mean: usize,
  scale: usize,
  weight: usize,
  bias: usize,
  first: i32,
  end: i32,
): void {
  normalize<f64>(x, out, outer, groups, inner, step, period, mean, scale, weight, bias, first, end);
}

export function normalizeBackward32(
  g: usize,
  x: usize,
  to: usize,
  outer: i32,
  groups: i32,
  inner: i32,
  step: i32,
  period: i32,
  mean: usize,
  scale: usize,
  weight: usize,
  moving: bool,
  toWeight: usize,
  toBias: usize,
  first: i32,
  end: i32,
): void {
  normalizeBackward<f32>(g, x, to, outer, groups, inner, step, period, mean, scale, weight, moving, toWeight, toBias, first, end);
}

export function normalizeBackward64(
  g: usize,
  x: usize,
  to: usize,
  outer: i32,
  groups: i32,
  inner: i32,
  step: i32,
  period: i32,
  mean: usize,
  scale: usize,
  weight: usize,
  moving: bool,
  toWeight: usize,
  toBias: usize,
  first: i32,
  end: i32,
): void {
  normalizeBackward<f64>(g, x, to, outer, groups, inner, step, period, mean, scale, weight, moving, toWeight, toBias, first, end);
}

export function copy1(
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  from: usize,
  f0: i32,
  f1: i32,
  f2: i32,
  f3: i32,
  to: usize,
  t0: i32,
  t1: i32,
  t2: i32,
  t3: i32,
): void {
  copy<u8>(n0, n1, n2, n3, from, f0, f1, f2, f3, to, t0, t1, t2, t3);
}

export function copy2(
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  from: usize,
  f0: i32,
  f1: i32,
  f2: i32,
  f3: i32,
  to: usize,
  t0: i32,
  t1: i32,
  t2: i32,
  t3: i32,
): void {
  copy<u16>(n0, n1, n2, n3, from, f0, f1, f2, f3, to, t0, t1, t2, t3);
}

export function copy4(
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  from: usize,
  f0: i32,
  f1: i32,
  f2: i32,
  f3: i32,
  to: usize,
  t0: i32,
  t1: i32,
  t2: i32,
  t3: i32,
): void {
  copy<u32>(n0, n1, n2, n3, from, f0, f1, f2, f3, to, t0, t1, t2, t3);
}

export function copy8(
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  from: usize,
  f0: i32,
  f1: i32,
  f2: i32,
  f3: i32,
  to: usize,
  t0: i32,
  t1: i32,
  t2: i32,
  t3: i32,
): void {
  copy<u64>(n0, n1, n2, n3, from, f0, f1, f2, f3, to, t0, t1, t2, t3);
}

export function foldRows32(kind: i32, from: usize, rows: i32, stride: i32, n: i32, start: f64, to: usize): void {
  foldRows<f32>(kind, from, rows, stride, n, start, to);
}

export function foldRows64(kind: i32, from: usize, rows: i32, stride: i32, n: i32, start: f64, to: usize): void {
  foldRows<f64>(kind, from, rows, stride, n, start, to);
}

export function foldBlocks32(kind: i32, from: usize, n: i32, block: i32, first: i32, end: i32, start: f64, to: usize): void {
  foldBlocks<f32>(kind, from, n, block, first, end, start, to);
}

export function foldBlocks64(kind: i32, from: usize, n: i32, block: i32, first: i32, end: i32, start: f64, to: usize): void {
  foldBlocks<f64>(kind, from, n, block, first, end, start, to);
}
