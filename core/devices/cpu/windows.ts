// Convolutions in WebAssembly: windows are read from the padded image as the product is packed, never laid out whole. Names no op.
import { itemSize } from '../../tensor/dtype.ts';
import { heap } from '../../tensor/heap.ts';
import { numelOf } from '../../tensor/shape.ts';
import { elementStart, type Tensor } from '../../tensor/tensor.ts';
import type { FloatView, Windows } from './columns.ts';
import { fewConvolution, fewForward, fewGradient, fewWeightGradient } from './few-channels.ts';
import { type Kernels, kernels, scratchBytes } from './kernels.ts';
import { paddedSize, Scratch, setWindows } from './scratch.ts';
import { wide } from './wide.ts';

/** Vectors at the end of an image reach a little past it: up to 64 bytes that must exist. */
function mayOverread(end: number): boolean {
  return end + 64 <= heap.memory.buffer.byteLength;
}

/** out = bias, spread over the positions of each channel. */
function spreadBias(bias: Tensor, out: Tensor, positions: number): void {
  const view = (out.dtype === 'float32' ? heap.F32 : heap.F64) as FloatView;
  const b = elementStart(bias);
  let at = elementStart(out);
  const [N, O] = out.shape;
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      view.fill(view[b + o * bias.strides[0]], at, at + positions);
      at += positions;
    }
  }
}

/** The forward pass of row-major operands; false where the reference should compute. */
export function windowConvolution(input: Tensor, weight: Tensor, bias: Tensor | null, out: Tensor, w: Windows, groups: number): boolean {
  const O = weight.shape[0] / groups;
  const K = numelOf(weight.shape.slice(1));
  const L = numelOf(w.out);
  const fast = O * K * L * input.shape[0] < wide.windows ? null : kernels();
  if (fast === null) return false;
  const item = itemSize(input.dtype);
  if (item === 4 && fewForward(w, O)) {
    fewConvolution(fast, input, weight, bias, out, w, groups);
    return true;
  }
  if (bias !== null) spreadBias(bias, out, L);
  const weights = elementStart(weight) * item;
  each(fast, elementStart(input) * item, input.shape[0], groups, w, item, O, L, K, (image, n, g, convolve, scratch) => {
    const to = (elementStart(out) + (n * groups + g) * O * L) * item;
    convolve(O, L, K, weights + g * O * K * item, image, to, bias === null ? 0 : 1, n > 0 ? 1 : 0, scratch);
  });
  return true;
}

/** Calls `run` for each group and its samples in turn with the padded image of that group. */
function each(
  fast: Kernels,
  input: number,
  samples: number,
  groups: number,
  w: Windows,
  item: number,
  O: number,
  L: number,
  K: number,
  run: (image: number, n: number, g: number, convolve: Kernels['convolve32'], scratch: number) => void,
): void {
  const scratch = new Scratch();
  const panels = scratch.take(scratchBytes(item, O, L, K));
  const size = paddedSize(w);
  const plane = numelOf(w.size);
  const rimless = w.padding.every((p) => p === 0) && mayOverread(input + samples * groups * w.channels * plane * item);
  const padded = rimless ? 0 : scratch.take(w.channels * numelOf(size) * item + 64);
  const [convolve, pad] = item === 4 ? [fast.convolve32, fast.pad32] : [fast.convolve64, fast.pad64];
  setWindows(fast, w, size);
  for (let g = 0; g < groups; g++) {
    for (let n = 0; n < samples; n++) {
      const image = input + (n * groups + g) * w.channels * plane * item;
      if (!rimless) pad(image, padded, w.channels, w.size[0], w.size[1], w.size[2], w.padding[0], w.padding[1], w.padding[2]);
      run(rimless ? image : padded, n, g, convolve, panels);
    }
  }
  scratch.release();
}

/** The gradient for the input; `w` are the windows of the forward pass. False where the reference should compute. */
export function windowInputGradient(grad: Tensor, weight: Tensor, out: Tensor, w: Windows, groups: number): boolean {
  const O = weight.shape[0] / groups;
  const C = w.channels;
  const taps = numelOf(w.kernel);
  const [from, to] = [numelOf(w.out), numelOf(w.size)];
  const fast = O * C * taps * from * grad.shape[0] < wide.windows ? null : kernels();
  if (fast === null) return false;
  const padding = w.kernel.map((k, i) => w.dilation[i] * (k - 1) - w.padding[i]);
  const canTurn = w.stride.every((s) => s === 1) && padding.every((p) => p >= 0);
  // Eighths of an operation a cycle; packing a window's element and adding a column's take about 0.6 and 1.2.
  const turning = taps * O * to * (Math.ceil(C / 4) / 2 + 0.6);
  const adding = taps * C * from * (O / 8 + 1.2);
  if (canTurn && turning < adding)
    turnedGradient(fast, grad, weight, out, { ...w, channels: O, size: w.out, out: w.size, padding }, groups);
  else addedGradient(fast, grad, weight, out, w, groups);
  return true;
}

/** Where the stride is 1: the convolution of the gradient, padded by what the kernel reaches beyond it, with the weights turned. */
function turnedGradient(fast: Kernels, grad: Tensor, weight: Tensor, out: Tensor, back: Windows, groups: number): void {
  const O = back.channels;
  const C = weight.shape[1];
  const taps = numelOf(back.kernel);
  const L = numelOf(back.out);
  const item = itemSize(grad.dtype);
  const bytes = weight.numel * item;
  const turned = heap.alloc(bytes);
  const turn = item === 4 ? fast.turnWeights32 : fast.turnWeights64;
  for (let g = 0; g < groups; g++)
    turn(elementStart(weight) * item + g * O * C * taps * item, turned + g * O * C * taps * item, O, C, taps);
  each(fast, elementStart(grad) * item, grad.shape[0], groups, back, item, C, L, O * taps, (image, n, g, convolve, scratch) => {
    const to = (elementStart(out) + (n * groups + g) * C * L) * item;
    convolve(C, L, O * taps, turned + g * O * C * taps * item, image, to, 0, n > 0 ? 1 : 0, scratch);
  });
  heap.free(turned, bytes);
}

/** Any stride: the gradient of the column matrix, added up into the padded image. */
function addedGradient(fast: Kernels, grad: Tensor, weight: Tensor, out: Tensor, w: Windows, groups: number): void {
  const O = weight.shape[0] / groups;
  const K = numelOf(weight.shape.slice(1));
  const L = numelOf(w.out);
  const item = itemSize(grad.dtype);
  const [gemm, addColumns, crop] =
    item === 4 ? [fast.gemm32, fast.addColumns32, fast.crop32] : [fast.gemm64, fast.addColumns64, fast.crop64];
  const size = paddedSize(w);
  const [image, plane] = [w.channels * numelOf(size), w.channels * numelOf(w.size)];
  const rimless = w.padding.every((p) => p === 0);
  const scratch = new Scratch();
  const panels = scratch.take(scratchBytes(item, K, L, O));
  const columns = scratch.take(K * L * item);
  const padded = rimless ? 0 : scratch.take(image * item);
  setWindows(fast, w, size);
  for (let n = 0; n < grad.shape[0]; n++) {
    for (let g = 0; g < groups; g++) {
      const at = n * groups + g;
      const weights = (elementStart(weight) + g * O * K) * item;
      gemm(K, L, O, weights, 1, K, (elementStart(grad) + at * O * L) * item, L, 1, columns, L, 1, 1, 0, panels);
      const target = (elementStart(out) + at * plane) * item;
      const sum = rimless ? target : padded;
      heap.U8.fill(0, sum, sum + image * item);
      addColumns(columns, sum, K, L);
      if (!rimless) crop(padded, target, w.channels, w.size[0], w.size[1], w.size[2], w.padding[0], w.padding[1], w.padding[2]);
    }
  }
  scratch.release();
}

/** The gradient for the weights; false where the reference should compute. */
export function windowWeightGradient(grad: Tensor, input: Tensor, out: Tensor, w: Windows, groups: number): boolean {
  const O = out.shape[0] / groups;
  const K = numelOf(out.shape.slice(1));
  const L = numelOf(w.out);
  const samples = input.shape[0];
  const fast = O * K * L * samples < wide.windows ? null : kernels();
  if (fast === null) return false;
  const item = itemSize(input.dtype);
  if (item === 4 && fewGradient(w, O) && fewWeightGradient(fast, grad, input, out, w, groups)) return true;
  const size = paddedSize(w);
  const plane = numelOf(w.size);
  const channels = samples * groups * w.channels;
  const scratch = new Scratch();
  const panels = scratch.take(scratchBytes(item, K, O, samples * L));
  let image = elementStart(input) * item;
  if (w.padding.some((p) => p !== 0) || !mayOverread(image + channels * plane * item)) {
    const padded = scratch.take(channels * numelOf(size) * item + 64);
    const pad = item === 4 ? fast.pad32 : fast.pad64;
    pad(image, padded, channels, w.size[0], w.size[1], w.size[2], w.padding[0], w.padding[1], w.padding[2]);
    image = padded;
  }
  setWindows(fast, w, size);
  const group = w.channels * numelOf(size);
  const gradient = item === 4 ? fast.windowGradient32 : fast.windowGradient64;
  for (let g = 0; g < groups; g++) {
    const from = (elementStart(grad) + g * O * L) * item;
    const to = (elementStart(out) + g * O * K) * item;
    gradient(samples, O, L, K, from, groups * O * L, image + g * group * item, groups * group, to, panels);
  }
  scratch.release();
  return true;
}
