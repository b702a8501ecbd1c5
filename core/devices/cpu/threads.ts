// Work shared out among helper threads: each makes calls of its own, over parts of the result of its own, so that every element is computed in
// the same order whatever their number. Threads are the host's: it starts them, this tells them what to do. Names no op.
import { heap } from '../../tensor/heap.ts';
import { type Kernels, kernelBinary, kernels } from './kernels.ts';
import { moduleOf, type RowLoop } from './row-module.ts';
import { BLOCK_BYTES, CALL_ROOM, CALLS_AT, type HelperStart, IDLE, KERNELS, READY, ROW, SPINS, STARTING, STOP } from './thread-loop.ts';

/** From how many multiplications on sharing pays: about a millisecond of work. */
export const shared = { products: 2 ** 24 };

type Launch = (start: HelperStart) => void;

let blocks: number[] = [];
/** The kernels the helpers run; with others chosen they are not asked. */
let owners: Kernels | null = null;
let offered: { count: number; launch: Launch } | null = null;
let most = Number.POSITIVE_INFINITY;

/** Takes `count` helpers into service; `launch` starts a thread that runs `helperLoop`. They stay until `stopHelpers`. */
export function startHelpers(count: number, launch: Launch): void {
  stopHelpers();
  owners = kernels();
  const binary = kernelBinary();
  if (owners === null || binary === null || heap.memory.buffer instanceof ArrayBuffer) return;
  for (let i = 0; i < count; i++) {
    const block = heap.reserve(BLOCK_BYTES);
    heap.U8.fill(0, block, block + CALLS_AT);
    Atomics.store(heap.I32, block >>> 2, STARTING);
    blocks.push(block);
    launch({ memory: heap.memory, binary, block });
  }
}

/** The same when work is first large enough: for hosts that can start a thread while this one computes. */
export function offerHelpers(count: number, launch: Launch): void {
  stopHelpers();
  offered = { count, launch };
}

/** At most so many threads compute, this one among them; null: all there are. */
export function limitThreads(threads: number | null): void {
  most = threads ?? Number.POSITIVE_INFINITY;
}

export function stopHelpers(): void {
  for (const block of blocks) {
    Atomics.store(heap.I32, block >>> 2, STOP);
    Atomics.notify(heap.I32, block >>> 2);
  }
  blocks = [];
  owners = null;
  offered = null;
}

/** Blocks of the helpers that wait for work of so many multiplications; none where it is not worth it. */
export function helpersFor(fast: Kernels, products: number): readonly number[] {
  if (products < shared.products || most < 2) return [];
  if (blocks.length === 0 && offered !== null) {
    const { count, launch } = offered;
    startHelpers(Math.min(count, most - 1), launch);
  }
  if (blocks.length === 0 || fast !== owners) return [];
  const { I32 } = heap;
  return blocks.slice(0, most - 1).filter((block) => Atomics.load(I32, block >>> 2) === IDLE);
}

/** One call: a kernel's place in KERNELS, then its arguments. */
export type Call = readonly [kernel: number, ...args: number[]];
export const callOf = (name: (typeof KERNELS)[number], ...args: number[]): Call => [KERNELS.indexOf(name), ...args];

const addresses = new WeakMap<RowLoop, number>();
const loops = new Map<number, RowLoop>();

/** A call of a loop made at run time. Its module stays in memory for good: a program has few. */
export function rowCall(loop: RowLoop, ...args: Parameters<RowLoop>): Call {
  const module = moduleOf(loop);
  let at = addresses.get(loop);
  if (at === undefined) {
    at = heap.reserve(module.length);
    heap.U8.set(module, at);
    addresses.set(loop, at);
    loops.set(at, loop);
  }
  return [ROW, at, module.length, ...args];
}

/** Makes the first list's calls here, the others' by one helper each. Allocates nothing: what calls point at stays. */
export function together(fast: Kernels, helpers: readonly number[], lists: readonly (readonly Call[])[]): void {
  const { I32, F64 } = heap;
  const here = (list: readonly Call[]): void => {
    for (const [kernel, ...args] of list) {
      if (kernel === ROW) (loops.get(args[0]) as (...numbers: number[]) => void)(...args.slice(2));
      else (fast[KERNELS[kernel]] as (...numbers: number[]) => void)(...args);
    }
  };
  const asked: number[] = [];
  for (let i = 1; i < lists.length; i++) {
    const numbers = lists[i].flatMap(([kernel, ...args]) => [kernel, args.length, ...args]);
    const block = helpers[i - 1];
    if (block === undefined || numbers.length > CALL_ROOM) continue;
    F64[(block + CALLS_AT) >>> 3] = numbers.length;
    F64.set(numbers, ((block + CALLS_AT) >>> 3) + 1);
    Atomics.store(I32, block >>> 2, READY);
    Atomics.notify(I32, block >>> 2);
    asked.push(i);
  }
  here(lists[0]);
  for (let i = 1; i < lists.length; i++) if (!asked.includes(i)) here(lists[i]);
  for (const i of asked) {
    const state = helpers[i - 1] >>> 2;
    for (let spin = 0; spin < SPINS && Atomics.load(I32, state) === READY; spin++);
    while (Atomics.load(I32, state) === READY) Atomics.wait(I32, state, READY);
    if (Atomics.exchange(I32, state + 1, 0) !== 0) here(lists[i]);
  }
}

/** A kernel by name: called at once, or noted for a thread. */
export type Make = (name: (typeof KERNELS)[number], ...args: number[]) => void;

/**
 * Work on `size` things, in whole tiles, shared out: `work` makes the calls of one part. It takes what memory it needs and gives none back: parts
 * run beside one another.
 */
export function sharedOut(
  fast: Kernels,
  products: number,
  size: number,
  tile: number,
  work: (make: Make, from: number, end: number) => void,
): void {
  const helpers = helpersFor(fast, products);
  if (helpers.length === 0) {
    work((name, ...args) => (fast[name] as (...numbers: number[]) => void)(...args), 0, size);
    return;
  }
  const lists = partsOf(size, helpers.length + 1, tile).map(([from, end]) => {
    const list: Call[] = [];
    work((name, ...args) => void list.push(callOf(name, ...args)), from, end);
    return list;
  });
  together(fast, helpers, lists);
}

/** [from, to) of each of `count` parts of `size`, in whole tiles; fewer where there are not as many. */
export function partsOf(size: number, count: number, tile: number): [from: number, to: number][] {
  const each = Math.ceil(size / count / tile) * tile;
  const parts: [number, number][] = [];
  for (let at = 0; at < size; at += each) parts.push([at, Math.min(size, at + each)]);
  return parts;
}
