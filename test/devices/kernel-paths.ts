// Runs a test on every kernel path this host has. Node 20 keeps relaxed SIMD behind a flag that may be set while it runs.
import { setFlagsFromString } from 'node:v8';
import { chooseKernels, type KernelPath, kernelPath } from '../../core/devices/cpu/kernels.ts';

if (process.versions.v8.startsWith('11.')) setFlagsFromString('--experimental-wasm-relaxed-simd');

export const fastPaths: readonly KernelPath[] = ['plain', 'relaxed'];

/** What `work` gives when `path` computes; throws where this host cannot run it. */
export function on<T>(path: KernelPath, work: () => T): T {
  chooseKernels(path);
  if (kernelPath() !== path) throw new Error(`this host cannot run the ${path} kernels`);
  try {
    return work();
  } finally {
    chooseKernels(null);
  }
}
