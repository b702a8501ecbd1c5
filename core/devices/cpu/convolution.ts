// Convolutions of the CPU: windows laid out as a matrix, then matrix products, sample by sample and group by group. Names no op.
import { itemSize } from '../../tensor/dtype.ts';
import { numelOf } from '../../tensor/shape.ts';
import type { ConvolutionGeometry, WindowGeometry } from '../../tensor/spatial-device.ts';
import { elementStart, Tensor, wholeView } from '../../tensor/tensor.ts';
import { columnsToImage, type FloatView, imageToColumns, three, type Windows } from './columns.ts';
import { matmul } from './matmul.ts';
import { windowConvolution, windowInputGradient, windowWeightGradient } from './windows.ts';

/** One group of a convolution seen from its input's side. */
function windowsOf(input: readonly number[], weight: readonly number[], out: readonly number[], g: ConvolutionGeometry): Windows {
  return {
    channels: weight[1],
    size: three(input.slice(2), 1),
    kernel: three(weight.slice(2), 1),
    out: three(out.slice(2), 1),
    stride: three(g.stride, 1),
    padding: three(g.padding, 0),
    dilation: three(g.dilation, 1),
  };
}

/** A 1×1 kernel at every position: the image is its own column matrix. */
function isPlain(w: Windows): boolean {
  return w.kernel.every((k) => k === 1) && w.stride.every((s) => s === 1) && w.padding.every((p) => p === 0);
}

/** A row-major matrix somewhere in a tensor's storage. */
function matrix(t: Tensor, offset: number, rows: number, columns: number): Tensor {
  return Tensor.over(t.storage, t.dtype, t.device, [rows, columns], [columns, 1], offset);
}

function multiply(a: Tensor, b: Tensor, out: Tensor, bias: Tensor | null): void {
  matmul(a, b, out, bias, bias === null ? 0 : 1, 1);
  a.dispose();
  b.dispose();
  out.dispose();
}

/** Calls `visit` for each sample and group. */
function forEachGroup(samples: number, groups: number, visit: (n: number, g: number) => void): void {
  for (let n = 0; n < samples; n++) for (let g = 0; g < groups; g++) visit(n, g);
}

export function convolution(input: Tensor, weight: Tensor, bias: Tensor | null, out: Tensor, geometry: ConvolutionGeometry): void {
  if (out.numel === 0) return;
  const { groups } = geometry;
  const w = windowsOf(input.shape, weight.shape, out.shape, geometry);
  if (!isPlain(w) && windowConvolution(input, weight, bias, out, w, groups)) return;
  const O = weight.shape[0] / groups;
  const K = numelOf(weight.shape.slice(1));
  const L = numelOf(w.out);
  const image = w.channels * numelOf(w.size);
  const columns = isPlain(w) ? null : Tensor.empty([K, L], input.dtype, input.device);
  forEachGroup(input.shape[0], groups, (n, g) => {
    const from = (n * groups + g) * image;
    if (columns !== null) imageToColumns(wholeView(input.dtype) as FloatView, elementStart(input) + from, elementStart(columns), w);
    const b = columns === null ? matrix(input, input.offset + from, K, L) : columns.alias();
    const a = matrix(weight, weight.offset + g * O * K, O, K);
    const added = bias === null ? null : Tensor.over(bias.storage, bias.dtype, bias.device, [O, 1], [1, 1], bias.offset + g * O);
    multiply(a, b, matrix(out, out.offset + (n * groups + g) * O * L, O, L), added);
    added?.dispose();
  });
  columns?.dispose();
}

export function convolutionInputGrad(grad: Tensor, weight: Tensor, bias: Tensor | null, out: Tensor, geometry: ConvolutionGeometry): void {
  if (out.numel === 0) return;
  const { groups } = geometry;
  const w = windowsOf(out.shape, weight.shape, grad.shape, geometry);
  const O = weight.shape[0] / groups;
  const K = numelOf(weight.shape.slice(1));
  const L = numelOf(w.out);
  const plane = numelOf(w.size);
  const image = w.channels * plane;
  const plain = isPlain(w);
  if (!plain && windowInputGradient(grad, weight, out, w, groups)) {
    if (bias !== null) addToChannels(out, bias, plane);
    return;
  }
  const columns = plain ? null : Tensor.empty([K, L], grad.dtype, grad.device);
  const start = elementStart(out);
  if (!plain) (wholeView(out.dtype) as FloatView).fill(0, start, start + out.numel);
  forEachGroup(grad.shape[0], groups, (n, g) => {
    const to = (n * groups + g) * image;
    const turned = Tensor.over(weight.storage, weight.dtype, weight.device, [K, O], [1, K], weight.offset + g * O * K);
    const b = matrix(grad, grad.offset + (n * groups + g) * O * L, O, L);
    multiply(turned, b, columns === null ? matrix(out, out.offset + to, K, L) : columns.alias(), null);
    if (columns !== null) columnsToImage(wholeView(out.dtype) as FloatView, elementStart(columns), start + to, w);
  });
  columns?.dispose();
  if (bias !== null) addToChannels(out, bias, plane);
}

function addToChannels(out: Tensor, bias: Tensor, plane: number): void {
  const view = wholeView(out.dtype) as FloatView;
  const [N, C] = out.shape;
  const b = bias.storage.ptr / itemSize(bias.dtype) + bias.offset;
  let at = elementStart(out);
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      const value = view[b + c * bias.strides[0]];
      for (let i = 0; i < plane; i++) view[at++] += value;
    }
  }
}

export function convolutionWeightGrad(grad: Tensor, input: Tensor, out: Tensor, geometry: ConvolutionGeometry): void {
  if (out.numel === 0) return;
  if (grad.numel === 0) {
    (out.typedView() as FloatView).fill(0);
    return;
  }
  const { groups } = geometry;
  const w = windowsOf(input.shape, out.shape, grad.shape, geometry);
  if (windowWeightGradient(grad, input, out, w, groups)) return;
  const O = out.shape[0] / groups;
  const K = numelOf(out.shape.slice(1));
  const L = numelOf(w.out);
  const image = w.channels * numelOf(w.size);
  const plain = isPlain(w);
  const columns = plain ? null : Tensor.empty([K, L], input.dtype, input.device);
  forEachGroup(input.shape[0], groups, (n, g) => {
    const from = (n * groups + g) * image;
    if (columns !== null) imageToColumns(wholeView(input.dtype) as FloatView, elementStart(input) + from, elementStart(columns), w);
    const source = columns ?? input;
    // The columns, read the other way round.
    const turned = Tensor.over(source.storage, source.dtype, source.device, [L, K], [1, L], columns === null ? input.offset + from : 0);
    const sum = matrix(out, out.offset + g * O * K, O, K);
    multiply(matrix(grad, grad.offset + (n * groups + g) * O * L, O, L), turned, sum, n === 0 ? null : sum);
  });
  columns?.dispose();
}

function windowsOfColumns(image: Tensor, g: WindowGeometry): Windows {
  const size = image.shape.slice(2);
  const out = size.map((n, i) => Math.floor((n + 2 * g.padding[i] - g.dilation[i] * (g.kernel[i] - 1) - 1) / g.stride[i]) + 1);
  return {
    channels: image.shape[1],
    size: three(size, 1),
    kernel: three(g.kernel, 1),
    out: three(out, 1),
    stride: three(g.stride, 1),
    padding: three(g.padding, 0),
    dilation: three(g.dilation, 1),
  };
}

export function columns(input: Tensor, out: Tensor, geometry: WindowGeometry): void {
  const w = windowsOfColumns(input, geometry);
  const view = wholeView(input.dtype) as FloatView;
  const image = numelOf(input.shape.slice(1));
  const made = numelOf(out.shape.slice(1));
  for (let n = 0; n < input.shape[0]; n++) imageToColumns(view, elementStart(input) + n * image, elementStart(out) + n * made, w);
}

export function columnsAdjoint(from: Tensor, out: Tensor, geometry: WindowGeometry): void {
  const w = windowsOfColumns(out, geometry);
  const view = wholeView(out.dtype) as FloatView;
  const start = elementStart(out);
  view.fill(0, start, start + out.numel);
  const image = numelOf(out.shape.slice(1));
  const given = numelOf(from.shape.slice(1));
  for (let n = 0; n < out.shape[0]; n++) columnsToImage(view, elementStart(from) + n * given, start + n * image, w);
}
