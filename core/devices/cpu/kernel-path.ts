// Where a host says which kernels compute, and from which sizes on. Names no op.
import { chooseKernels, type KernelPath, kernelPath } from './kernels.ts';
import { shared } from './threads.ts';
import { wide } from './wide.ts';

const usual = { wide: { ...wide }, shared: { ...shared } };

/**
 * Takes a path, or (null) the fastest this host can run; gives the one taken, which is slower where the host cannot run it. With `everySize`
 * its kernels compute all they can, however small and whether or not it pays, and helper threads share every product: so tests drive them.
 */
export function setKernelPath(path: KernelPath | null, everySize = false): KernelPath {
  Object.assign(wide, usual.wide);
  Object.assign(shared, usual.shared);
  if (everySize) {
    for (const name of Object.keys(wide) as (keyof typeof wide)[]) wide[name] = 0;
    shared.products = 1;
  }
  chooseKernels(path);
  return kernelPath();
}
