// The WebAssembly kernels: which binary this host can run, over the heap's memory. Names no op, knows no tensor.
import { heap } from '../../tensor/heap.ts';
import { plainBinary, relaxedBinary } from './wasm-binaries.ts';

/** Strides are in elements, pointers in bytes; `scratch` is 16-byte aligned and as long as the kernel's own function here says. */
export interface Kernels {
  readonly gemm32: Gemm;
  readonly gemm64: Gemm;
  /** c = alpha · a · b + beta · bias (address 0: none) in float32, too small to pack, in the reference's bits. */
  readonly smallProduct: (
    ...args: [
      ...[m: number, n: number, k: number],
      ...[a: number, rowsOfA: number, alongA: number, b: number, alongB: number, columnsOfB: number],
      ...[c: number, rowsOfC: number, columnsOfC: number, bias: number, rowsOfBias: number, columnsOfBias: number],
      ...[alpha: number, beta: number],
    ]
  ) => void;
  /** The geometry of the convolution kernels below, over an image that is padded already: kernel, out H and W, stride, dilation, size. */
  readonly setWindows: (...sizes: number[]) => void;
  /** c [m, n] = weight [m, k] · windows [k, n], or += it. `again`: weight, geometry and scratch are those of the call before. */
  readonly convolve32: Convolve;
  readonly convolve64: Convolve;
  /** The same for n of up to 64: element (i, k) of the weights lies i · step + (k / inner) · outer + (k % inner) · along elements behind `weight`. */
  readonly convolveDirect32: ConvolveDirect;
  readonly convolveDirect64: ConvolveDirect;
  readonly windowGradient32: WindowGradient;
  readonly windowGradient64: WindowGradient;
  readonly pad32: Pad;
  readonly pad64: Pad;
  readonly crop32: Pad;
  readonly crop64: Pad;
  /** image += weights [outputs, step] turned (of each the first `taps`) · g [outputs, rows · width], some rows at a time. */
  readonly addWindows32: AddWindows;
  readonly addWindows64: AddWindows;
  readonly turnWeights32: TurnWeights;
  readonly turnWeights64: TurnWeights;
  /** See wasm/five-wide.ts. */
  readonly inputGradientFive: (
    ...args: [outputs: number, inputs: number, high: number, rows: number, width: number, weight: number, g: number, image: number]
  ) => void;
  /** Convolutions of few output channels: see wasm/few.ts. */
  readonly packFew: (outputs: number, taps: number, width: number, weight: number, scratch: number) => void;
  readonly convolveFew: (
    ...args: [
      ...[outputs: number, taps: number, tapsInRow: number, rows: number, width: number, inside: number, outside: number],
      ...[image: number, c: number, bias: number, scratch: number],
    ]
  ) => void;
  readonly layOut: (from: number, to: number, outputs: number, rows: number, width: number) => void;
  readonly gradientFew: (
    ...args: [
      ...[samples: number, outputs: number, taps: number, rows: number, run: number],
      ...[g: number, gSample: number, image: number, sampleBytes: number, sums: number],
    ]
  ) => void;
  readonly sumsFew: (outputs: number, taps: number, sums: number, c: number) => void;
  /** Eight images side by side: see wasm/side-by-side.ts. */
  readonly sideBySide: (from: number, step: number, to: number, count: number) => void;
  readonly layOutSideBySide: (from: number, step: number, to: number, outputs: number, positions: number) => void;
  readonly apart: (from: number, to: number, step: number, count: number) => void;
  readonly packSideBySide: (outputs: number, taps: number, weight: number, scratch: number) => void;
  readonly addSideBySide: (
    ...args: [outputs: number, taps: number, rows: number, width: number, step: number, g: number, image: number, scratch: number]
  ) => void;
  /** Zeros. */
  readonly clear: (to: number, bytes: number) => void;
  /** Folds a run of numbers: kinds are 0 sum, 1 max, 2 min, 3 sum of squares, 4 sum of absolute values. */
  readonly foldRun32: FoldRun;
  readonly foldRun64: FoldRun;
  /** Runs folded into numbers side by side; one long run, block by block, into float64. */
  readonly foldRows32: (...numbers: number[]) => void;
  readonly foldRows64: (...numbers: number[]) => void;
  readonly foldBlocks32: (...numbers: number[]) => void;
  readonly foldBlocks64: (...numbers: number[]) => void;
  /** Sums down columns; `scratch` holds 8 bytes a column. */
  readonly sumColumns32: SumColumns;
  readonly sumColumns64: SumColumns;
  /** Seven float64 at `to`: NaNs, infinities, and of the finite numbers least, largest, sum, of sizes, of squares. */
  readonly statistics32: (from: number, n: number, to: number) => void;
  /** Softmax of rows; the largest number of each and its sum of 2^24 · e^(x - largest); the same of columns: see wasm/softmax.ts. */
  readonly softmaxRows32: (from: number, to: number, rows: number, width: number) => void;
  readonly softmaxSums32: (from: number, rows: number, width: number, to: number) => void;
  readonly softmaxColumns32: (
    ...args: [from: number, to: number, rows: number, stride: number, width: number, tops: number, sums: number]
  ) => void;
  /** The largest value of each window and its place in its plane: see wasm/pooling.ts. */
  readonly maxPool32: MaxPool;
  readonly maxPool64: MaxPool;
  /** Values put (or added) at their places in planes of zeros; -1, or the first place that lies outside. */
  readonly scatter32: Scatter;
  readonly scatter64: Scatter;
  /** Five float64 at `to`: least, largest, sum, of sizes, of squares, of int64. */
  readonly statisticsOfIntegers: (from: number, n: number, to: number) => void;
  /** The right operand [k, n] of the products below in panels: `packedBytes`. */
  readonly packRight32: (k: number, n: number, b: number, bk: number, bj: number, to: number) => void;
  /** An LSTM layer through time and back, for some rows of its batch: see wasm/recurrent.ts. `scratch`: `productScratch`. */
  readonly lstmForward32: LstmForward;
  readonly lstmBackward32: LstmBackward;
  /** Attention of one head, float32, and back: see wasm/attention.ts. */
  readonly attend32: (...numbers: number[]) => void;
  readonly attendBackward32: (...numbers: number[]) => void;
  /** Normalisation over groups, for some of them: see wasm/normalize.ts. */
  readonly moments32: (...numbers: number[]) => void;
  readonly moments64: (...numbers: number[]) => void;
  readonly normalize32: (...numbers: number[]) => void;
  readonly normalize64: (...numbers: number[]) => void;
  readonly normalizeBackward32: (...numbers: number[]) => void;
  readonly normalizeBackward64: (...numbers: number[]) => void;
  /** Elements of so many bytes moved between two layouts of four dimensions: see wasm/copies.ts. */
  readonly copy1: (...numbers: number[]) => void;
  readonly copy2: (...numbers: number[]) => void;
  readonly copy4: (...numbers: number[]) => void;
  readonly copy8: (...numbers: number[]) => void;
  /** Two float64 at `to`: finite deviations from `centre` added up, and their squares. */
  readonly deviations32: (from: number, n: number, centre: number, to: number) => void;
}
type Convolve = (
  ...args: [
    ...[m: number, n: number, k: number, weight: number, image: number, c: number],
    ...[add: number, again: number, scratch: number],
  ]
) => void;
type ConvolveDirect = (
  ...args: [
    ...[m: number, n: number, k: number, weight: number, step: number, inner: number, outer: number, along: number],
    ...[image: number, c: number, add: number, scratch: number],
  ]
) => void;
type WindowGradient = (
  ...args: [
    ...[samples: number, outputs: number, positions: number, first: number, taps: number],
    ...[g: number, gSample: number, image: number, imageSample: number, c: number, ldc: number, scratch: number],
  ]
) => void;
type Pad = (
  ...args: [
    ...[from: number, to: number, channels: number, D: number, H: number, W: number],
    ...[padD: number, padH: number, padW: number, strideW: number],
  ]
) => void;
type FoldRun = (kind: number, from: number, n: number, start: number) => number;
type SumColumns = (from: number, rows: number, stride: number, width: number, to: number, scratch: number) => void;
type MaxPool = (
  ...args: [
    ...[input: number, out: number, places: number, planes: number, D: number, H: number, W: number],
    ...[outD: number, outH: number, outW: number, ranges: number, dz: number, dy: number, dx: number],
    ...[inner0: number, inner1: number, stride: number],
  ]
) => void;
type Scatter = (values: number, places: number, out: number, planes: number, count: number, plane: number, add: boolean) => number;
type AddWindows = (
  ...args: [
    ...[taps: number, outputs: number, rows: number, width: number, weight: number, step: number],
    ...[g: number, image: number, together: number, columns: number, scratch: number],
  ]
) => void;
type TurnWeights = (from: number, to: number, outputs: number, inputs: number, taps: number) => void;
type LstmForward = (
  ...args: [
    ...[steps: number, batch: number, hidden: number, reverse: number, first: number, rows: number, packed: number],
    ...[hx: number, cx: number, gates: number, cells: number, output: number, scratch: number],
  ]
) => void;
type LstmBackward = (
  ...args: [
    ...[steps: number, batch: number, hidden: number, reverse: number, first: number, rows: number, packed: number],
    ...[cx: number, gates: number, cells: number, gy: number, slopes: number, dh: number, dc: number, scratch: number],
  ]
) => void;
type Gemm = (
  ...args: [
    ...[m: number, n: number, k: number],
    ...[a: number, rowsOfA: number, alongA: number, b: number, alongB: number, columnsOfB: number],
    ...[c: number, rowsOfC: number, columnsOfC: number, alpha: number, add: number, scratch: number],
  ]
) => void;

/** `relaxed` fuses multiply and add where the processor does; `plain` gives the same bits everywhere; `reference` is TypeScript alone. */
export type KernelPath = 'relaxed' | 'plain' | 'reference';

// Held from the start: a realm that runs scripts may lose its globals.
const { Module, Instance, validate } = WebAssembly;
let loaded: Kernels | null | undefined;
let path: KernelPath = 'reference';

/** The kernels, or null where the TypeScript reference computes. */
export function kernels(): Kernels | null {
  return loaded === undefined ? chooseKernels(null) : loaded;
}

/** Bytes of scratch memory the blocked products need: a block of a (144 × 256), one of b (256 × 1024), the padding of their last panels, one tile, offsets of taps. */
export function scratchBytes(item: number, m: number, n: number, k: number): number {
  return 1184 + item * Math.min(k, 256) * (Math.min(m, 144) + 4 + Math.min(n, 1024) + 8);
}

/** Bytes of a right operand [k, n] in float32 panels. */
export function packedBytes(k: number, n: number): number {
  return 4 * k * Math.ceil(n / 8) * 8;
}

/** Bytes of scratch memory a product with such an operand needs: a tile and a block of its left operand. */
export function productScratch(m: number, k: number): number {
  return 128 + 4 * Math.min(k, 256) * (Math.min(m, 144) + 4);
}

/** The same for `convolveDirect`. */
export function directBytes(item: number, k: number): number {
  return 1184 + item * (4 * 256 + 64 * Math.min(k, 256));
}

/** Which path computes. */
export function kernelPath(): KernelPath {
  kernels();
  return path;
}

/** The binary that computes, for threads that are to compute alike; null for the reference. */
export function kernelBinary(): Uint8Array<ArrayBuffer> | null {
  const now = kernelPath();
  return now === 'reference' ? null : fromBase64(now === 'relaxed' ? relaxedBinary : plainBinary);
}

/** Takes one path, or (null) the fastest this host can run; what it cannot run falls to the next slower one. */
export function chooseKernels(wanted: KernelPath | null): Kernels | null {
  loaded = null;
  path = 'reference';
  for (const [name, text] of [['relaxed', relaxedBinary] as const, ['plain', plainBinary] as const]) {
    if (wanted === 'reference' || (wanted === 'plain' && name === 'relaxed')) continue;
    const bytes = fromBase64(text);
    if (!validate(bytes)) continue;
    try {
      loaded = new Instance(new Module(bytes), { env: { memory: heap.memory } }).exports as unknown as Kernels;
      path = name;
      break;
    } catch {
      // A policy without WebAssembly, or memory that is not shared: the reference computes.
    }
  }
  return loaded;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Core has no host's decoder. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array((digits.length * 3) >> 2);
  let bits = 0;
  for (let i = 0, at = 0; i < digits.length; i++) {
    bits = (bits << 6) | alphabet.indexOf(digits[i]);
    if ((i & 3) !== 0) bytes[at++] = bits >> (6 - 2 * (i & 3));
  }
  return bytes;
}
