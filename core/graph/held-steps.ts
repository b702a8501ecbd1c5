// The values of large tensors, step by step, where they lie in the heap. Knows blocks, steps and a budget; no tensor, no record.
//
// At level `full` a step holds the block of every storage it records instead of copying it. The first write in place after that moves the storage
// to another block (`Storage.own`), so a held block never changes; what is held by several steps is held once and counted once. The record of a
// step keeps, beside each summary, the address and the strides. Two numbers in its head say whether they still count: a place in the ticket
// table (one for the realm, in the heap, never given back) and a ticket, a number used once. A reader in any thread compares the two, copies, and
// compares again; a step that is let go of has its ticket taken out before its blocks return to the heap. Both sides use read-modify-write
// operations, which no copy can be moved past, so a reused block is never shown as an old value.
//
// What is held counts against the budget of the Trace, whose records come first (a quarter is left for values). Beyond it steps are let go of:
// those not divisible by a stride, which doubles when none is left, so that what stays is spread over the run; the first, the newest few, bookmarked
// and failing ones stay longest. Their blocks serve the next step, so that from then on no fresh memory is touched. Where the program itself
// needs the memory, all of it is given back at once. A file takes the values along (`whole-chunks.ts`).
import { heap } from '../tensor/heap.ts';
import type { HeldBlock, Storage } from '../tensor/storage.ts';

interface HeldStep {
  readonly index: number;
  readonly place: number;
  readonly blocks: readonly HeldBlock[];
  kept: boolean;
}

/** In the ticket table; the first holds no ticket. */
const PLACES = 4096;
/** Newest steps that stay. Few: the memory let go of is then still near. */
const RECENT = 4;
let table = 0;
let lastTicket = 0;
let newest: HeldSteps | null = null;

/** Nobody looks back at what was recorded so far: all values that were held may be overwritten. */
export function letGoOfValues(): void {
  newest?.letGo();
}

/** Address of the ticket table. */
export function ticketTable(): number {
  if (table === 0) {
    const at = heap.reserve(4 * PLACES);
    heap.I32.fill(0, at >>> 2, (at >>> 2) + PLACES);
    table = at;
    heap.giveWay = letGoOfValues;
  }
  return table;
}

export class HeldSteps {
  /** Bytes it may hold. */
  limit = 0;
  /** Of the step under way; 0: nothing of it is held. */
  place = 0;
  ticket = 0;
  #bytes = 0;
  #stride = 1;
  readonly #steps: HeldStep[] = [];
  #blocks: HeldBlock[] = [];
  #refused = false;
  readonly #free: number[] = [];
  #places = 1;

  /** A realm looks back at one recording: the one before lets go. */
  constructor() {
    letGoOfValues();
    newest = this;
    ticketTable();
    this.ticket = ++lastTicket;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Holds a storage for the step under way; false where its values will not be there later. */
  take(storage: Storage): boolean {
    if (this.#refused) return false;
    const block = storage.hold();
    if (block === null) return false;
    if (block.mark === this.ticket) {
      block.release();
      return true;
    }
    if (block.mark === 0) this.#bytes += block.memory;
    block.mark = this.ticket;
    this.#blocks.push(block);
    if (this.place === 0) this.#sit();
    while (this.#bytes > this.limit) {
      if (this.#dropOne()) continue;
      this.forget();
      this.#refused = true;
      return false;
    }
    return true;
  }

  /** The step under way is step `index` of the Trace, and over. */
  close(index: number, kept: boolean): void {
    if (this.place > 0) this.#steps.push({ index, place: this.place, blocks: this.#blocks, kept });
    this.#next();
  }

  /** Holds nothing of the step under way. */
  forget(): void {
    this.#release(this.place, this.#blocks);
    this.#next();
  }

  /** Whether a step stays as long as possible. */
  keep(index: number, kept: boolean): void {
    const step = this.#steps.find((one) => one.index === index);
    if (step !== undefined) step.kept = kept;
  }

  /** The record of this step says no more where its values lie. */
  drop(index: number): void {
    const at = this.#steps.findIndex((one) => one.index === index);
    if (at >= 0) this.#drop(at);
  }

  /** Lets go of everything, the step under way included. */
  letGo(): void {
    while (this.#steps.length > 0) this.#drop(this.#steps.length - 1);
    this.forget();
    this.#refused = true;
  }

  #next(): void {
    // Place 0 tells how much is held, in KiB.
    Atomics.store(heap.I32, table >>> 2, this.#bytes >>> 10);
    this.place = 0;
    this.ticket = ++lastTicket;
    this.#blocks = [];
    this.#refused = false;
  }

  #sit(): void {
    while (this.#free.length === 0 && this.#places === PLACES) this.#dropOne();
    this.place = this.#free.pop() ?? this.#places++;
    Atomics.store(heap.I32, (table >>> 2) + this.place, this.ticket);
  }

  #release(place: number, blocks: readonly HeldBlock[]): void {
    if (place > 0) {
      Atomics.exchange(heap.I32, (table >>> 2) + place, 0);
      this.#free.push(place);
    }
    for (let i = 0; i < blocks.length; i++) if (blocks[i].release()) this.#bytes -= blocks[i].memory;
  }

  #drop(at: number): boolean {
    const [step] = this.#steps.splice(at, 1);
    this.#release(step.place, step.blocks);
    return true;
  }

  /** Lets go of the step that is missed least; false if there is none. */
  #dropOne(): boolean {
    const steps = this.#steps;
    if (steps.length === 0) return false;
    const end = steps.length - RECENT;
    for (let found = true; found; this.#stride *= 2) {
      found = false;
      for (let i = 0; i < end; i++) {
        if (steps[i].kept || steps[i].index === 0) continue;
        if (steps[i].index % this.#stride !== 0) return this.#drop(i);
        found = true;
      }
    }
    const plain = steps.findIndex((step) => !step.kept && step.index > 0);
    return this.#drop(Math.max(plain, 0));
  }
}
