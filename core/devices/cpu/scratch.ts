// What WebAssembly's convolutions prepare: scratch memory, sizes with the rim, the geometry of windows. Names no op.
import { heap } from '../../tensor/heap.ts';
import type { Windows } from './columns.ts';
import type { Kernels } from './kernels.ts';

/** Scratch blocks, given back together. */
export class Scratch {
  readonly #blocks: [number, number][] = [];
  take(bytes: number): number {
    const ptr = heap.alloc(bytes);
    this.#blocks.push([ptr, bytes]);
    return ptr;
  }
  release(): void {
    for (const [ptr, bytes] of this.#blocks) heap.free(ptr, bytes);
  }
}

export function setWindows(fast: Kernels, w: Windows, padded: readonly number[]): void {
  fast.setWindows(...w.kernel, w.out[1], w.out[2], ...w.stride, ...w.dilation, ...padded);
}

/** Sizes with the rim. */
export function paddedSize(w: Windows): number[] {
  return w.size.map((n, i) => n + 2 * w.padding[i]);
}
