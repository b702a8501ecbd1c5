// Products shared out among helper threads: each takes rows (or columns) of the result, so that every element is summed in the same order
// whatever their number. Threads are the host's: it starts them, this tells them what to do. Names no op.
import { heap } from '../../tensor/heap.ts';
import { type Kernels, kernelBinary, kernels, scratchBytes } from './kernels.ts';
import { ARGUMENTS_AT, BLOCK_BYTES, type HelperStart, IDLE, READY, SPINS, STOP } from './thread-loop.ts';

/** From how many products on sharing pays: about a millisecond of work. */
export const shared = { products: 2 ** 24 };

let blocks: number[] = [];
/** The kernels the helpers run; with others chosen they are not asked. */
let owners: Kernels | null = null;

/** Takes `count` helpers into service; `launch` starts a thread that runs `helperLoop`. They stay until `stopHelpers`. */
export function startHelpers(count: number, launch: (start: HelperStart) => void): void {
  stopHelpers();
  owners = kernels();
  const binary = kernelBinary();
  if (owners === null || binary === null || heap.memory.buffer instanceof ArrayBuffer) return;
  for (let i = 0; i < count; i++) {
    const block = heap.alloc(BLOCK_BYTES);
    heap.U8.fill(0, block, block + BLOCK_BYTES);
    blocks.push(block);
    launch({ memory: heap.memory, binary, block });
  }
}

export function stopHelpers(): void {
  for (const block of blocks) {
    Atomics.store(heap.I32, block >>> 2, STOP);
    Atomics.notify(heap.I32, block >>> 2);
  }
  // Their blocks are not given back: a helper may read its own once more.
  blocks = [];
  owners = null;
}

/** One product's operands: pointers in bytes, strides in elements. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: readonly [at: number, rows: number, along: number];
  readonly b: readonly [at: number, along: number, columns: number];
  readonly c: readonly [at: number, rows: number, columns: number];
  readonly alpha: number;
  readonly add: number;
}

/** Computes a product with all helpers; false where it is not worth it or there are none. */
export function sharedProduct(fast: Kernels, item: number, p: Product): boolean {
  if (blocks.length === 0 || fast !== owners || p.m * p.n * p.k < shared.products) return false;
  const parts = shares(p, blocks.length + 1, item);
  const bytes = parts.map((part) => scratchBytes(item, part.m, part.n, part.k));
  const scratch = bytes.map((size) => heap.alloc(size));
  // Memory is all there: no view changes from here on.
  const { I32, F64 } = heap;
  const numbers = parts.map((q, i) => [q.m, q.n, q.k, ...q.a, ...q.b, ...q.c, q.alpha, q.add, scratch[i]]);
  for (let i = 1; i < parts.length; i++) {
    const block = blocks[i - 1];
    F64.set([item === 4 ? 0 : 1, ...numbers[i]], (block + ARGUMENTS_AT) >>> 3);
    Atomics.store(I32, block >>> 2, READY);
    Atomics.notify(I32, block >>> 2);
  }
  const gemm = (item === 4 ? fast.gemm32 : fast.gemm64) as (...args: number[]) => void;
  gemm(...numbers[0]);
  for (let i = 1; i < parts.length; i++) {
    const state = blocks[i - 1] >>> 2;
    for (let spin = 0; spin < SPINS && Atomics.load(I32, state) === READY; spin++);
    while (Atomics.load(I32, state) === READY) Atomics.wait(I32, state, READY);
    if (Atomics.exchange(I32, state + 1, IDLE) !== 0) gemm(...numbers[i]);
  }
  for (let i = 0; i < scratch.length; i++) heap.free(scratch[i], bytes[i]);
  return true;
}

/** Whole tiles of rows for each, or of columns where there are few rows. */
function shares(p: Product, count: number, item: number): Product[] {
  const byRows = p.m >= 16 * count || p.m >= p.n;
  const [size, tile] = byRows ? [p.m, 4] : [p.n, 32 / item];
  const each = Math.ceil(size / count / tile) * tile;
  const parts: Product[] = [];
  for (let at = 0; at < size; at += each) {
    const some = Math.min(each, size - at);
    parts.push(
      byRows
        ? { ...p, m: some, a: [p.a[0] + at * p.a[1] * item, p.a[1], p.a[2]], c: [p.c[0] + at * p.c[1] * item, p.c[1], p.c[2]] }
        : { ...p, n: some, b: [p.b[0] + at * p.b[2] * item, p.b[1], p.b[2]], c: [p.c[0] + at * p.c[2] * item, p.c[1], p.c[2]] },
    );
  }
  return parts;
}
