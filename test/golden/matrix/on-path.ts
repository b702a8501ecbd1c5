// The kernels on which the matrix runs: one path for every size, and how many threads. Without a path: what a host takes by itself.
import { fileURLToPath } from 'node:url';
import { setKernelPath } from '../../../core/devices/cpu/kernel-path.ts';
import type { KernelPath } from '../../../core/devices/cpu/kernels.ts';
import '../../devices/kernel-paths.ts';
import { withHelpers } from '../../devices/node-threads.ts';

export interface MatrixPath {
  readonly path: KernelPath | null;
  readonly threads: number;
}

export const kernelPaths: readonly KernelPath[] = ['reference', 'plain', 'relaxed'];
export const usualPath: MatrixPath = { path: null, threads: 1 };

export function pathText({ path, threads }: MatrixPath): string {
  const kernels = path === null ? '' : path === 'reference' ? 'TypeScript alone' : `${path} kernels for every size`;
  return [kernels, threads === 1 ? '' : `${threads} threads`].filter(Boolean).join(', ');
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What `work` gives on that path; throws where this host cannot run it. */
export async function onPath<T>({ path, threads }: MatrixPath, work: () => T): Promise<T> {
  const taken = setKernelPath(path, path !== null);
  if (path !== null && taken !== path) throw new Error(`this host cannot run the ${path} kernels`);
  try {
    return threads === 1 ? work() : await withHelpers(root, threads - 1, work);
  } finally {
    setKernelPath(null);
  }
}
