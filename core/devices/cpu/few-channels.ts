// Convolutions of few output channels in WebAssembly, float32: nothing is packed but the weights. Names no op.
import { heap } from '../../tensor/heap.ts';
import { numelOf } from '../../tensor/shape.ts';
import type { Windows } from './columns.ts';
import type { Kernels } from './kernels.ts';
import { isRimless, paddedSize, rim, Scratch, setWindows } from './scratch.ts';
import { sharedOut } from './threads.ts';

/** Channels (of a group) up to which packing windows costs more than it saves: forward, and for the weights' gradient. */
const FORWARD = 16;
const GRADIENT = 32;
/** Elements of an image's samples walked at a time. */
const WALKED = 1024;

/** A convolution seen from its input's side: windows of one group's image, output channels of a group. */
export interface Few {
  readonly samples: number;
  readonly groups: number;
  readonly outputs: number;
  readonly w: Windows;
}

/** Rows in whole vectors, or nearly. */
export function fewForward(w: Windows, outputs: number): boolean {
  const width = w.out[2];
  return width >= 16 && outputs <= FORWARD && (outputs <= 4 || Math.ceil(width / 8) * 8 <= 1.2 * width);
}

/** out = weights · windows + bias (0: none), where `fewForward`; all are addresses. */
export function fewConvolution(fast: Kernels, few: Few, image: number, weights: number, bias: number, out: number): void {
  const { samples, groups, outputs: O, w } = few;
  const K = w.channels * numelOf(w.kernel);
  const L = numelOf(w.out);
  const width = w.out[2];
  const size = paddedSize(w);
  const plane = w.channels * numelOf(w.size);
  const rows = [w.padding[1] * size[2], (w.padding[1] + w.size[1]) * size[2]];
  const scratch = new Scratch();
  const rimless = isRimless(w);
  sharedOut(fast, samples * groups * O * K * L, samples, 1, (make, first, last) => {
    const packed = scratch.take(4 * K * (O + 4));
    const padded = rimless ? 0 : scratch.take(4 * w.channels * numelOf(size));
    setWindows(make, w, size);
    for (let g = 0; g < groups; g++) {
      make('packFew', O, K, width, weights + 4 * g * O * K, packed);
      for (let n = first; n < last; n++) {
        const at = n * groups + g;
        const from = image + 4 * at * plane;
        if (!rimless) rim(make, 'pad32', from, padded, w.channels, w);
        const to = out + 4 * at * O * L;
        make(
          'convolveFew',
          O,
          K,
          K / w.kernel[1],
          L / width,
          width,
          ...rows,
          rimless ? from : padded,
          to,
          bias && bias + 4 * g * O,
          packed,
        );
      }
    }
  });
  scratch.release();
}

/** Rows in whole vectors, or nearly. */
export function fewGradient(w: Windows, outputs: number): boolean {
  const width = w.out[2];
  return outputs <= GRADIENT && Math.ceil(width / 4) * 4 <= 1.2 * width;
}

/**
 * The weights' gradient, where `fewGradient`; all are addresses. False where a number came out that is not finite: an infinity behind a row met
 * a zero, so the packed product must tell. `side`: how many samples lie side by side in each image; those of `grad` do not yet.
 */
export function fewWeightGradient(fast: Kernels, few: Few, grad: number, image: number, out: number, side: 1 | 8 = 1): boolean {
  const { samples, groups, outputs: O, w } = few;
  const K = w.channels * numelOf(w.kernel);
  const L = numelOf(w.out);
  const width = w.out[2];
  const rows = L / width;
  const run = Math.ceil(width / 4) * 4;
  const size = paddedSize(w);
  const plane = w.channels * numelOf(w.size);
  const rimless = run === width && isRimless(w);
  const scratch = new Scratch();
  sharedOut(fast, samples * groups * O * K * L, O, 4, (make, from, end) => {
    const some = end - from;
    const each = Math.min(samples, Math.max(1, Math.floor(WALKED / (rows * run))));
    const [g4, x4] = [4 * (some + (some & 1)) * rows * run, 4 * w.channels * numelOf(size)];
    const bytes = 16 * (K + 4) * (some + 1);
    const [sums, laid, images] = [scratch.take(bytes), scratch.take(each * g4), rimless ? 0 : scratch.take(each * x4 + 16)];
    if (!rimless) heap.U8.fill(0, images + each * x4, images + each * x4 + 16);
    setWindows(make, w, size);
    for (let g = 0; g < groups; g++) {
      make('clear', sums, bytes);
      for (let n = 0; n < samples; n += each) {
        const count = Math.min(each, samples - n);
        for (let i = 0; i < count; i++) {
          const at = (n + i) * groups + g;
          if (!rimless) rim(make, 'pad32', image + 4 * at * plane, images + i * x4, w.channels, w);
          const up = grad + 4 * ((side * (n + i) * groups + g) * O + from) * (L / side);
          if (side === 1) make('layOut', up, laid + i * g4, some, rows, width);
          else make('layOutSideBySide', up, (4 * groups * O * L) / side, laid + i * g4, some, L / side);
        }
        const over = rimless ? [image + 4 * (n * groups + g) * plane, 4 * groups * plane] : [images, x4];
        make('gradientFew', count, some, K, rows, run, laid, g4, ...over, sums);
      }
      make('sumsFew', some, K, sums, out + 4 * (g * O + from) * K);
    }
  });
  scratch.release();
  return run === width || Number.isFinite(fast.foldRun32(4, out, groups * O * K, 0));
}
