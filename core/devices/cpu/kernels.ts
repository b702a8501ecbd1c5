// The WebAssembly kernels: which binary this host can run, over the heap's memory. Names no op, knows no tensor.
import { heap } from '../../tensor/heap.ts';
import { plainBinary, relaxedBinary } from './wasm-binaries.ts';

/** Strides are in elements, pointers in bytes; `scratch` is 16-byte aligned and as long as the kernel's own function here says. */
export interface Kernels {
  readonly gemm32: Gemm;
  readonly gemm64: Gemm;
}
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

/** Which path computes. */
export function kernelPath(): KernelPath {
  kernels();
  return path;
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
