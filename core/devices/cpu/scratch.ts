// What WebAssembly's convolutions prepare: scratch memory, sizes with the rim, the geometry of windows. Names no op.
import { heap } from '../../tensor/heap.ts';
import type { Windows } from './columns.ts';
import type { Make } from './threads.ts';

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

export function setWindows(make: Make, w: Windows, padded: readonly number[]): void {
  make('setWindows', ...w.kernel, w.out[1], w.out[2], ...w.stride, ...w.dilation, ...padded);
}

/** Sizes with the rim; rows in as many parts of one length as windows step over pixels. */
export function paddedSize(w: Windows): number[] {
  const [D, H, W] = w.size.map((n, i) => n + 2 * w.padding[i]);
  return [D, H, Math.ceil(W / w.stride[2]) * w.stride[2]];
}

/** The image is as windows read it. */
export function isRimless(w: Windows): boolean {
  return w.stride[2] === 1 && w.padding.every((p) => p === 0);
}

/** The image at `from` with its rim, or without: `name` pads or crops. */
export function rim(
  make: Make,
  name: 'pad32' | 'pad64' | 'crop32' | 'crop64',
  from: number,
  to: number,
  channels: number,
  w: Windows,
): void {
  make(name, from, to, channels, w.size[0], w.size[1], w.size[2], w.padding[0], w.padding[1], w.padding[2], w.stride[2]);
}
