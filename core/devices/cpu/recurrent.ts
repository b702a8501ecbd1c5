// One direction of one LSTM layer on the CPU, forward and backward through time, around the matrix product. Names no op.
import type { LstmLayer, LstmLayerGradients } from '../../tensor/device.ts';
import { exp, tanh } from '../../tensor/math.ts';
import { elementStart, Tensor, wholeView } from '../../tensor/tensor.ts';
import { type Kernels, kernels, packedBytes, productScratch } from './kernels.ts';
import { matmul } from './matmul.ts';
import { reduce } from './reduce.ts';
import { Scratch } from './scratch.ts';
import { type Make, sharedOut } from './threads.ts';
import { wide } from './wide.ts';

/** Views made on the way, let go together. */
class Views {
  readonly #made: Tensor[] = [];

  of(t: Tensor, shape: readonly number[], strides: readonly number[], start = 0): Tensor {
    const view = Tensor.over(t.storage, t.dtype, t.device, shape, strides, t.offset + start);
    this.#made.push(view);
    return view;
  }
  fresh(shape: readonly number[], like: Tensor): Tensor {
    const made = Tensor.empty(shape, like.dtype, like.device);
    this.#made.push(made);
    return made;
  }
  transposed(t: Tensor): Tensor {
    return this.of(t, [t.shape[1], t.shape[0]], [t.strides[1], t.strides[0]]);
  }
  release(): void {
    for (const t of this.#made) t.dispose();
  }
}

const sigmoid = (x: number): number => 1 / (1 + exp(-x));
const floats = (t: Tensor): Float32Array => wholeView(t.dtype) as Float32Array;
const at = (t: Tensor): number => elementStart(t);

/** gates and cells are filled for the backward: the gates after their functions [T, B, 4H], the cell states [T, B, H]. */
export function lstmLayer(layer: LstmLayer): void {
  const { input, weights, biases, hx, cx, reverse, output, gates, cells } = layer;
  const [steps, batch, size] = input.shape;
  const hidden = hx.shape[1];
  const width = 4 * hidden;
  const views = new Views();
  const bias = views.fresh([width], hx);
  for (let j = 0, H = floats(bias), b = at(bias), x = at(biases[0]), y = at(biases[1]); j < width; j++) H[b + j] = H[x + j] + H[y + j];
  // All input products at once, then one recurrent product a step.
  const rows = steps * batch;
  matmul(views.of(input, [rows, size], [size, 1]), views.transposed(weights[0]), views.of(gates, [rows, width], [width, 1]), bias, 1, 1);
  const fast = fastFor(hx);
  if (fast !== null) stepsForward(fast, layer);
  const recurrent = views.transposed(weights[1]);
  let h = hx;
  let c = at(cx);
  for (let s = fast === null ? 0 : steps; s < steps; s++) {
    const t = reverse ? steps - 1 - s : s;
    const gate = views.of(gates, [batch, width], [width, 1], t * batch * width);
    matmul(h, recurrent, gate, gate, 1, 1);
    h = views.of(output, [batch, hidden], [hidden, 1], t * batch * hidden);
    const cell = at(cells) + t * batch * hidden;
    step(floats(gate), at(gate), c, cell, at(h), batch, hidden);
    c = cell;
  }
  keepLast(layer);
  views.release();
}

/** hy and cy are the last step's states. */
function keepLast({ hy, cy, output, cells, reverse }: LstmLayer): void {
  const n = hy.numel;
  const last = reverse ? 0 : output.numel - n;
  const H = floats(hy);
  H.copyWithin(at(hy), at(output) + last, at(output) + last + n);
  H.copyWithin(at(cy), at(cells) + last, at(cells) + last + n);
}

/** The kernels, where they have the type and the states are large enough. */
function fastFor(hx: Tensor): Kernels | null {
  return hx.dtype === 'float32' && hx.numel >= wide.cells ? kernels() : null;
}

/** All steps in WebAssembly, rows of the batch shared out among threads. */
function stepsForward(fast: Kernels, layer: LstmLayer): void {
  const { hx, cx, gates, cells, output } = layer;
  const [steps, batch, hidden] = output.shape;
  inSteps(fast, layer, hidden, 4 * hidden, [1, hidden], (make, reverse, first, rows, packed, scratch) => {
    const states = [hx, cx, gates, cells, output].map((t) => t.dataPtr);
    make('lstmForward32', steps, batch, hidden, reverse, first, rows, packed, ...states, scratch);
  });
}

/** Calls `work` for runs of the batch's rows, with the recurrent weights packed as the right operand [k, n] of each step's product. */
function inSteps(
  fast: Kernels,
  { weights, reverse, output }: LstmLayer,
  k: number,
  n: number,
  strides: readonly [number, number],
  work: (make: Make, reverse: number, first: number, rows: number, packed: number, scratch: number) => void,
): void {
  const [steps, batch] = output.shape;
  const scratch = new Scratch();
  const packed = scratch.take(packedBytes(k, n));
  fast.packRight32(k, n, weights[1].dataPtr, ...strides, packed);
  sharedOut(fast, steps * batch * k * n, batch, 4, (make, first, end) => {
    work(make, reverse ? 1 : 0, first, end - first, packed, scratch.take(productScratch(end - first, k)));
  });
  scratch.release();
}

/** Gates in place become i, f, g, o; c' = f c + i g, h = o tanh c'. */
function step(H: Float32Array, gate: number, before: number, cell: number, h: number, batch: number, hidden: number): void {
  for (let b = 0; b < batch; b++) {
    const row = gate + b * 4 * hidden;
    for (let j = 0; j < hidden; j++) {
      const i = sigmoid(H[row + j]);
      const f = sigmoid(H[row + hidden + j]);
      const g = tanh(H[row + 2 * hidden + j]);
      const o = sigmoid(H[row + 3 * hidden + j]);
      const k = b * hidden + j;
      const c = f * H[before + k] + i * g;
      H[row + j] = i;
      H[row + hidden + j] = f;
      H[row + 2 * hidden + j] = g;
      H[row + 3 * hidden + j] = o;
      H[cell + k] = c;
      H[h + k] = o * tanh(c);
    }
  }
}

/** Gradients of everything the layer reads, from those of output, hy and cy. */
export function lstmLayerBackward(layer: LstmLayer, given: readonly (Tensor | null)[], out: LstmLayerGradients): void {
  const { input, weights, hx, cx, reverse, output, gates, cells } = layer;
  const [steps, batch, size] = input.shape;
  const hidden = hx.shape[1];
  const width = 4 * hidden;
  const n = batch * hidden;
  const views = new Views();
  const slopes = views.fresh([steps * batch, width], hx);
  const before = views.fresh([steps * batch, hidden], hx);
  const H = floats(hx);
  const [gy, ghy, gcy] = given;
  const [dh, dc] = [at(out.hx), at(out.cx)];
  for (let k = 0; k < n; k++) {
    H[dh + k] = ghy === null ? 0 : H[at(ghy) + k];
    H[dc + k] = gcy === null ? 0 : H[at(gcy) + k];
  }
  const first = reverse ? steps - 1 : 0;
  H.copyWithin(at(before) + first * n, at(hx), at(hx) + n);
  if (reverse) H.copyWithin(at(before), at(output) + n, at(output) + steps * n);
  else H.copyWithin(at(before) + n, at(output), at(output) + (steps - 1) * n);
  const fast = fastFor(hx);
  if (fast !== null) stepsBackward(fast, layer, gy, slopes, out);
  for (let s = fast === null ? steps - 1 : -1; s >= 0; s--) {
    const t = reverse ? steps - 1 - s : s;
    const last = s === 0 ? -1 : reverse ? t + 1 : t - 1;
    const y = gy === null ? -1 : at(gy) + t * n;
    const [c, c0] = [at(cells) + t * n, last < 0 ? at(cx) : at(cells) + last * n];
    stepBack(H, at(gates) + t * batch * width, at(slopes) + t * batch * width, c, c0, y, dh, dc, batch, hidden);
    const slope = views.of(slopes, [batch, width], [width, 1], t * batch * width);
    matmul(slope, weights[1], out.hx, null, 0, 1);
  }
  const rows = steps * batch;
  if (out.input !== null) matmul(slopes, weights[0], views.of(out.input, [rows, size], [size, 1]), null, 0, 1);
  const across = views.transposed(slopes);
  if (out.weights[0] !== null) matmul(across, views.of(input, [rows, size], [size, 1]), out.weights[0], null, 0, 1);
  if (out.weights[1] !== null) matmul(across, before, out.weights[1], null, 0, 1);
  for (const bias of out.biases) if (bias !== null) reduce('sum', slopes, [true, false], bias);
  views.release();
}

function stepsBackward(fast: Kernels, layer: LstmLayer, gy: Tensor | null, slopes: Tensor, out: LstmLayerGradients): void {
  const { cx, gates, cells, output } = layer;
  const [steps, batch, hidden] = output.shape;
  inSteps(fast, layer, 4 * hidden, hidden, [hidden, 1], (make, reverse, first, rows, packed, scratch) => {
    const states = [cx.dataPtr, gates.dataPtr, cells.dataPtr, gy === null ? 0 : gy.dataPtr, slopes.dataPtr, out.hx.dataPtr, out.cx.dataPtr];
    make('lstmBackward32', steps, batch, hidden, reverse, first, rows, packed, ...states, scratch);
  });
}

/** dh and dc hold the gradients of this step's h and c, dc then those of the step before. */
function stepBack(
  H: Float32Array,
  gate: number,
  slope: number,
  cell: number,
  before: number,
  gy: number,
  dh: number,
  dc: number,
  batch: number,
  hidden: number,
): void {
  for (let b = 0; b < batch; b++) {
    const row = b * 4 * hidden;
    for (let j = 0; j < hidden; j++) {
      const k = b * hidden + j;
      const r = gate + row + j;
      const [i, f, g, o] = [H[r], H[r + hidden], H[r + 2 * hidden], H[r + 3 * hidden]];
      const up = H[dh + k] + (gy < 0 ? 0 : H[gy + k]);
      const tc = tanh(H[cell + k]);
      const d = H[dc + k] + up * o * (1 - tc * tc);
      const w = slope + row + j;
      H[w] = d * g * i * (1 - i);
      H[w + hidden] = d * H[before + k] * f * (1 - f);
      H[w + 2 * hidden] = d * i * (1 - g * g);
      H[w + 3 * hidden] = up * tc * o * (1 - o);
      H[dc + k] = d * f;
    }
  }
}
