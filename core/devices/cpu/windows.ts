// Convolutions in WebAssembly: windows are read from the padded image as the product is packed, never laid out whole. Names no op.
import { itemSize } from '../../tensor/dtype.ts';
import { heap } from '../../tensor/heap.ts';
import { numelOf } from '../../tensor/shape.ts';
import { elementStart, type Tensor } from '../../tensor/tensor.ts';
import type { FloatView, Windows } from './columns.ts';
import { type Few, fewConvolution, fewForward, fewGradient, fewWeightGradient } from './few-channels.ts';
import { directBytes, type Kernels, kernels, scratchBytes } from './kernels.ts';
import { isRimless, paddedSize, rim, Scratch, setWindows } from './scratch.ts';
import {
  convolutionSideBySide,
  forwardSideBySide,
  gradientSideBySide,
  inputGradientOfJoined,
  inputGradientSideBySide,
  weightGradientSideBySide,
} from './side-by-side.ts';
import { sharedOut } from './threads.ts';
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
  const few = { samples: input.shape[0], groups, outputs: O, w };
  const sideBySide = item === 4 && forwardSideBySide(few);
  if (sideBySide || (item === 4 && fewForward(w, O))) {
    const convolve = sideBySide ? convolutionSideBySide : fewConvolution;
    convolve(fast, few, input.dataPtr, weight.dataPtr, bias === null ? 0 : bias.dataPtr, out.dataPtr);
    return true;
  }
  if (bias !== null) spreadBias(bias, out, L);
  const rows: Rows = { at: weight.dataPtr, step: K, inner: K, outer: 0, along: 1 };
  each(fast, few, input.dataPtr, rows, out.dataPtr, item, bias === null ? 0 : 1);
  return true;
}

/** Where the weights lie: element (i, k) of a group at i · step + (k / inner) · outer + (k % inner) · along, in elements. */
interface Rows {
  readonly at: number;
  readonly step: number;
  readonly inner: number;
  readonly outer: number;
  readonly along: 1 | -1;
}

/** Positions up to which packing weights costs more than it saves. */
const DIRECT = 64;

/** Weights [O, K] times the windows of every group and sample: samples shared out, or channels where there are few samples. */
function each(fast: Kernels, few: Few, input: number, rows: Rows, out: number, item: number, add: number): void {
  const { samples, groups, outputs: O, w } = few;
  const [K, L] = [w.channels * numelOf(w.kernel), numelOf(w.out)];
  const scratch = new Scratch();
  const size = paddedSize(w);
  const image = w.channels * numelOf(w.size) * item;
  const rimless = isRimless(w) && mayOverread(input + samples * groups * image);
  const byChannels = samples < 4;
  const [packed, direct] = item === 4 ? (['convolve32', 'convolveDirect32'] as const) : (['convolve64', 'convolveDirect64'] as const);
  sharedOut(fast, samples * groups * O * L * K, byChannels ? O : samples, byChannels ? 4 : 1, (make, from, end) => {
    const [first, last, channel, channels] = byChannels ? [0, samples, from, end - from] : [from, end, 0, O];
    const panels = scratch.take(L <= DIRECT ? directBytes(item, K) : scratchBytes(item, channels, L, K));
    const padded = rimless ? 0 : scratch.take(w.channels * numelOf(size) * item + 64);
    setWindows(make, w, size);
    for (let g = 0; g < groups; g++) {
      const a = rows.at + (g * O * K + channel * rows.step) * item;
      for (let n = first; n < last; n++) {
        const at = input + (n * groups + g) * image;
        if (!rimless) rim(make, item === 4 ? 'pad32' : 'pad64', at, padded, w.channels, w);
        const of = rimless ? at : padded;
        const c = out + ((n * groups + g) * O + channel) * L * item;
        if (L <= DIRECT) make(direct, channels, L, K, a, rows.step, rows.inner, rows.outer, rows.along, of, c, add, panels);
        else make(packed, channels, L, K, a, of, c, add, n > first ? 1 : 0, panels);
      }
    }
  });
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
  const back = { ...w, channels: O, size: w.out, out: w.size, padding };
  const few = grad.dtype === 'float32' && fewForward(back, C);
  const small = { samples: grad.shape[0], groups, outputs: O, w };
  // Eighths of an operation a cycle; packing a window's element and adding a column's take about 0.6 and 1.2.
  const turning = taps * O * to * (few ? C / 8 : Math.ceil(C / 4) / 2 + 0.6);
  const adding = taps * C * from * (O / 8 + 1.2);
  if (grad.dtype === 'float32' && isFiveWide(w)) fiveWideGradient(fast, small, grad.dataPtr, weight.dataPtr, out.dataPtr);
  else if (grad.dtype === 'float32' && inputGradientSideBySide(small) && !(canTurn && few))
    inputGradientOfJoined(fast, small, grad.dataPtr, weight.dataPtr, out.dataPtr);
  else if (canTurn && turning < adding) turnedGradient(fast, grad, weight, out, back, groups);
  else addedGradient(fast, grad, weight, out, w, groups);
  return true;
}

/** Flat kernels five wide over few channels, from pixel to pixel; rows of windows are of twelves. */
function isFiveWide(w: Windows): boolean {
  const flat = w.kernel[0] === 1 && w.size[0] === 1 && w.kernel[2] === 5 && w.out[2] % 12 === 0;
  return flat && w.channels <= 4 && [...w.stride, ...w.dilation].every((s) => s === 1) && w.padding.every((p) => p === 0);
}

/** The gradient for the input, where `isFiveWide`; samples shared out. */
function fiveWideGradient(fast: Kernels, { samples, groups, outputs: O, w }: Few, grad: number, weight: number, out: number): void {
  const [C, high, L, image] = [w.channels, w.kernel[1], numelOf(w.out), w.channels * numelOf(w.size)];
  sharedOut(fast, samples * groups * O * C * 5 * high * L, samples, 1, (make, from, end) => {
    for (let at = from * groups; at < end * groups; at++) {
      const a = weight + 4 * (at % groups) * O * C * 5 * high;
      make('inputGradientFive', O, C, high, w.out[1], w.out[2], a, grad + 4 * at * O * L, out + 4 * at * image);
    }
  });
}

/** Where the stride is 1: the convolution of the gradient, padded by what the kernel reaches beyond it, with the weights turned. */
function turnedGradient(fast: Kernels, grad: Tensor, weight: Tensor, out: Tensor, back: Windows, groups: number): void {
  const O = back.channels;
  const C = weight.shape[1];
  const taps = numelOf(back.kernel);
  const item = itemSize(grad.dtype);
  const few = { samples: grad.shape[0], groups, outputs: C, w: back };
  if (numelOf(back.out) <= DIRECT) {
    const rows: Rows = { at: weight.dataPtr + (taps - 1) * item, step: taps, inner: taps, outer: C * taps, along: -1 };
    each(fast, few, grad.dataPtr, rows, out.dataPtr, item, 0);
    return;
  }
  const bytes = weight.numel * item;
  const turned = heap.alloc(bytes);
  const turn = item === 4 ? fast.turnWeights32 : fast.turnWeights64;
  for (let g = 0; g < groups; g++) turn(weight.dataPtr + g * O * C * taps * item, turned + g * O * C * taps * item, O, C, taps);
  if (item === 4 && fewForward(back, C)) fewConvolution(fast, few, grad.dataPtr, turned, 0, out.dataPtr);
  else each(fast, few, grad.dataPtr, { at: turned, step: O * taps, inner: O * taps, outer: 0, along: 1 }, out.dataPtr, item, 0);
  heap.free(turned, bytes);
}

/** Elements of the column matrix that stay in the second cache until they are added up. */
const COLUMNS = 1 << 16;

/** Any stride: the gradient of the column matrix, added up into the padded image; samples shared out, or channels where there are few samples. */
function addedGradient(fast: Kernels, grad: Tensor, weight: Tensor, out: Tensor, w: Windows, groups: number): void {
  const O = weight.shape[0] / groups;
  const taps = numelOf(w.kernel);
  const L = numelOf(w.out);
  const item = itemSize(grad.dtype);
  const single = item === 4;
  const width = w.out[2];
  const size = paddedSize(w);
  const rimless = isRimless(w);
  const scratch = new Scratch();
  const samples = grad.shape[0];
  const byChannels = samples < 4;
  // However many channels a thread has: what is added up in what order must not depend on it.
  const rows = Math.min(L / width, Math.ceil(COLUMNS / (w.channels * taps * width)));
  const [up, weights, to] = [grad.dataPtr, weight.dataPtr, out.dataPtr];
  sharedOut(fast, samples * groups * O * w.channels * taps * L, byChannels ? w.channels : samples, 1, (make, from, end) => {
    const [first, last, channel, channels] = byChannels ? [0, samples, from, end - from] : [from, end, 0, w.channels];
    const K = channels * taps;
    const panels = scratch.take(scratchBytes(item, K, rows * width, O));
    const columns = scratch.take(K * rows * width * item);
    const image = channels * numelOf(size) * item;
    const padded = rimless ? 0 : scratch.take(image);
    setWindows(make, w, size);
    for (let at = first * groups; at < last * groups; at++) {
      const target = to + (at * w.channels + channel) * numelOf(w.size) * item;
      const sum = rimless ? target : padded;
      const a = weights + ((at % groups) * O * w.channels + channel) * taps * item;
      make('clear', sum, image);
      const name = single ? 'addWindows32' : 'addWindows64';
      make(name, K, O, L / width, width, a, w.channels * taps, up + at * O * L * item, sum, rows, columns, panels);
      if (!rimless) rim(make, single ? 'crop32' : 'crop64', padded, target, channels, w);
    }
  });
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
  const few = { samples, groups, outputs: O, w };
  const sideBySide = item === 4 && gradientSideBySide(few);
  if (sideBySide || (item === 4 && fewGradient(w, O))) {
    const gradient = sideBySide ? weightGradientSideBySide : fewWeightGradient;
    if (gradient(fast, few, grad.dataPtr, input.dataPtr, out.dataPtr)) return true;
  }
  const size = paddedSize(w);
  const plane = numelOf(w.size);
  const channels = samples * groups * w.channels;
  const scratch = new Scratch();
  let image = input.dataPtr;
  if (!isRimless(w) || !mayOverread(image + channels * plane * item)) {
    const padded = scratch.take(channels * numelOf(size) * item + 64);
    rim(
      (name, ...args) => (fast[name] as (...numbers: number[]) => void)(...args),
      item === 4 ? 'pad32' : 'pad64',
      image,
      padded,
      channels,
      w,
    );
    image = padded;
  }
  const group = w.channels * numelOf(size);
  const [g0, c0] = [grad.dataPtr, out.dataPtr];
  sharedOut(fast, O * groups * K * L * samples, K, 32 / item, (make, from, end) => {
    const panels = scratch.take(scratchBytes(item, O, end - from, samples * L));
    setWindows(make, w, size);
    for (let g = 0; g < groups; g++) {
      const up = g0 + g * O * L * item;
      const to = c0 + (g * O * K + from) * item;
      const name = item === 4 ? 'windowGradient32' : 'windowGradient64';
      const [of, ofSample] = [image + g * group * item, groups * group];
      make(name, samples, O, L, from, end - from, up, groups * O * L, of, ofSample, to, K, panels);
    }
  });
  scratch.release();
  return true;
}
