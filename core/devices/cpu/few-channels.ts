// Convolutions of few output channels in WebAssembly, float32: nothing is packed but the weights. Names no op.
import { heap } from '../../tensor/heap.ts';
import { numelOf } from '../../tensor/shape.ts';
import { elementStart, type Tensor } from '../../tensor/tensor.ts';
import type { Windows } from './columns.ts';
import type { Kernels } from './kernels.ts';
import { paddedSize, rim, Scratch, setWindows } from './scratch.ts';
import { sharedOut } from './threads.ts';

/** Channels (of a group) up to which packing windows costs more than it saves: forward, and for the weights' gradient. */
const FORWARD = 16;
const GRADIENT = 32;
/** Elements of an image's samples walked at a time. */
const WALKED = 2048;

/** Rows in whole vectors, or nearly. */
export function fewForward(w: Windows, O: number): boolean {
  const width = w.out[2];
  return w.stride[2] === 1 && width >= 16 && O <= FORWARD && (O <= 4 || Math.ceil(width / 8) * 8 <= 1.2 * width);
}

/** out = weights · windows + bias, where `fewForward`. */
export function fewConvolution(
  fast: Kernels,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  out: Tensor,
  w: Windows,
  groups: number,
): void {
  const O = weight.shape[0] / groups;
  const K = numelOf(weight.shape.slice(1));
  const L = numelOf(w.out);
  const size = paddedSize(w);
  const plane = w.channels * numelOf(w.size);
  const scratch = new Scratch();
  const shifts = bias === null ? 0 : scratch.take(4 * weight.shape[0]);
  const rimless = w.padding.every((p) => p === 0);
  if (bias !== null)
    for (let o = 0; o < weight.shape[0]; o++) heap.F32[(shifts >>> 2) + o] = heap.F32[elementStart(bias) + o * bias.strides[0]];
  const [from, weights, to] = [input.dataPtr, weight.dataPtr, out.dataPtr];
  sharedOut(fast, input.shape[0] * groups * O * K * L, input.shape[0], 1, (make, first, last) => {
    const packed = scratch.take(4 * K * (O + 4));
    const padded = rimless ? 0 : scratch.take(4 * w.channels * numelOf(size));
    setWindows(make, w, size);
    for (let g = 0; g < groups; g++) {
      make('packFew', O, K, weights + 4 * g * O * K, packed);
      for (let n = first; n < last; n++) {
        const at = n * groups + g;
        const image = from + 4 * at * plane;
        if (!rimless) rim(make, 'pad32', image, padded, w.channels, w);
        const shift = bias === null ? 0 : shifts + 4 * g * O;
        make('convolveFew', O, K, L / w.out[2], w.out[2], rimless ? image : padded, to + 4 * at * O * L, shift, packed);
      }
    }
  });
  scratch.release();
}

/** Elements from the first window to the last, over the padded image. */
function spanOf(w: Windows, size: readonly number[]): number {
  return ((w.out[0] - 1) * size[1] + w.out[1] - 1) * size[2] + w.out[2];
}

/** Few gaps between the rows. */
export function fewGradient(w: Windows, O: number): boolean {
  return O <= GRADIENT && w.stride.every((s) => s === 1) && spanOf(w, paddedSize(w)) <= 1.2 * numelOf(w.out);
}

/**
 * The weights' gradient, where `fewGradient`. False where a number came out that is not finite: an infinity between two rows met a zero, so
 * the packed product must tell.
 */
export function fewWeightGradient(fast: Kernels, grad: Tensor, input: Tensor, out: Tensor, w: Windows, groups: number): boolean {
  const O = out.shape[0] / groups;
  const K = numelOf(out.shape.slice(1));
  const L = numelOf(w.out);
  const size = paddedSize(w);
  const [image, plane] = [w.channels * numelOf(size), w.channels * numelOf(w.size)];
  const span = Math.ceil(spanOf(w, size) / 8) * 8;
  const samples = input.shape[0];
  const each = Math.min(samples, Math.max(1, Math.floor(WALKED / span)));
  const scratch = new Scratch();
  const [x0, g0, c0] = [input.dataPtr, grad.dataPtr, out.dataPtr];
  heap.U8.fill(0, c0, c0 + 4 * out.numel);
  sharedOut(fast, samples * groups * O * K * L, O, 2, (make, from, end) => {
    const some = end - from;
    const even = some + (some & 1);
    const [gBytes, imageBytes] = [4 * each * even * span, 4 * each * image + 32];
    const [laid, padded] = [scratch.take(gBytes), scratch.take(imageBytes)];
    heap.U8.fill(0, laid, laid + gBytes);
    heap.U8.fill(0, padded + imageBytes - 32, padded + imageBytes);
    setWindows(make, w, size);
    for (let g = 0; g < groups; g++) {
      for (let n = 0; n < samples; n += each) {
        const count = Math.min(each, samples - n);
        for (let i = 0; i < count; i++) {
          const at = (n + i) * groups + g;
          rim(make, 'pad32', x0 + 4 * at * plane, padded + 4 * i * image, w.channels, w);
          make('layOver', g0 + 4 * (at * O + from) * L, laid + 4 * i * even * span, some, L / w.out[2], w.out[2], span);
        }
        make('gradientFew', count, some, even, span, K, laid, padded, 4 * image, c0 + 4 * (g * O + from) * K);
      }
    }
  });
  scratch.release();
  return Number.isFinite(fast.foldRun32(4, out.dataPtr, out.numel, 0));
}
