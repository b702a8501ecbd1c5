// Convolutions of small images in WebAssembly, float32: eight samples side by side are one image eight times as wide, whose rows are whole vectors.
// Names no op.
import { numelOf } from '../../tensor/shape.ts';
import type { Windows } from './columns.ts';
import { type Few, fewConvolution, fewForward, fewGradient, fewWeightGradient } from './few-channels.ts';
import type { Kernels } from './kernels.ts';
import { isRimless, paddedSize, rim, Scratch, setWindows } from './scratch.ts';
import { sharedOut } from './threads.ts';

const SIDE = 8;
/** Elements of eight images up to which they stay in the second cache. */
const SMALL = 1 << 16;

/** Eight samples of `few` as one: only their rows may step over pixels. */
function joined(few: Few): Few {
  const last = (values: readonly number[]): number[] => [values[0], values[1], values[2] * SIDE];
  const { size, out, padding, dilation } = few.w;
  const stride = [few.w.stride[0], few.w.stride[1], 1];
  const w: Windows = { ...few.w, size: last(size), out: last(out), stride, padding: last(padding), dilation: last(dilation) };
  return { ...few, samples: few.samples / SIDE, w };
}

function isSmall({ samples, outputs, w }: Few): boolean {
  return samples % SIDE === 0 && SIDE * Math.max(w.channels * numelOf(paddedSize(w)), outputs * numelOf(w.out)) <= SMALL;
}

/** Rows of single samples are short. */
export function forwardSideBySide(few: Few): boolean {
  return isSmall(few) && few.w.stride[2] === 1 && few.w.out[2] < 28 && fewForward(joined(few).w, few.outputs);
}

export function gradientSideBySide(few: Few): boolean {
  return isSmall(few) && few.w.stride[2] === 1 && few.w.out[2] < 28 && fewGradient(joined(few).w, few.outputs);
}

export function inputGradientSideBySide(few: Few): boolean {
  return isSmall(few);
}

/** Eight samples of `plane` elements side by side, in scratch memory. */
function lay(fast: Kernels, scratch: Scratch, from: number, samples: number, plane: number): number {
  const to = scratch.take(4 * samples * plane);
  for (let n = 0; n < samples; n += SIDE) fast.sideBySide(from + 4 * n * plane, 4 * plane, to + 4 * n * plane, plane);
  return to;
}

function layBack(fast: Kernels, from: number, to: number, samples: number, plane: number): void {
  for (let n = 0; n < samples; n += SIDE) fast.apart(from + 4 * n * plane, to + 4 * n * plane, 4 * plane, plane);
}

/** Elements of a sample: of the image, of what comes out. */
function planes({ groups, outputs, w }: Few): [image: number, out: number] {
  return [groups * w.channels * numelOf(w.size), groups * outputs * numelOf(w.out)];
}

/** Where `forwardSideBySide`: as `fewConvolution`. */
export function convolutionSideBySide(fast: Kernels, few: Few, image: number, weights: number, bias: number, out: number): void {
  const scratch = new Scratch();
  const [from, to] = planes(few);
  const laid = scratch.take(4 * few.samples * to);
  fewConvolution(fast, joined(few), lay(fast, scratch, image, few.samples, from), weights, bias, laid);
  layBack(fast, laid, out, few.samples, to);
  scratch.release();
}

/** Where `gradientSideBySide`: as `fewWeightGradient`. */
export function weightGradientSideBySide(fast: Kernels, few: Few, grad: number, image: number, out: number): boolean {
  const scratch = new Scratch();
  const laid = lay(fast, scratch, image, few.samples, planes(few)[0]);
  const done = fewWeightGradient(fast, joined(few), grad, laid, out, SIDE);
  scratch.release();
  return done;
}

/** The gradient for the input, where `inputGradientSideBySide`: products are added to the pixels they belong to as they come. */
export function inputGradientOfJoined(fast: Kernels, few: Few, grad: number, weights: number, out: number): void {
  const scratch = new Scratch();
  const [image, from] = planes(few);
  const { samples, groups, outputs: O, w } = joined(few);
  const K = w.channels * numelOf(w.kernel);
  const [L, width] = [numelOf(few.w.out), few.w.out[2]];
  const size = paddedSize(w);
  const [plane, padded] = [4 * w.channels * numelOf(w.size), 4 * w.channels * numelOf(size)];
  const up = lay(fast, scratch, grad, few.samples, from);
  const laid = scratch.take(4 * few.samples * image);
  const rimless = isRimless(w);
  sharedOut(fast, few.samples * groups * O * K * L, samples, 1, (make, first, end) => {
    const packed = scratch.take(128 + 4 * K + 4 * (K + 3) * O);
    const sum = rimless ? 0 : scratch.take(padded);
    setWindows(make, w, size);
    for (let g = 0; g < groups; g++) {
      make('packSideBySide', O, K, weights + 4 * g * O * K, packed);
      for (let n = first; n < end; n++) {
        const at = n * groups + g;
        const to = laid + at * plane;
        make('clear', rimless ? to : sum, padded);
        make('addSideBySide', O, K, L / width, width, SIDE * few.w.stride[2], up + 4 * SIDE * at * O * L, rimless ? to : sum, packed);
        if (!rimless) rim(make, 'crop32', sum, to, w.channels, w);
      }
    }
  });
  layBack(fast, laid, out, few.samples, image);
  scratch.release();
}
