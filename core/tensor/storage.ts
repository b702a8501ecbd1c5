// The bytes behind one or more tensors, with the version counter autograd checks. Counted, never left to a finaliser.
// Who looks back at numbers holds the block they lie in; the first write after that moves the storage to another block.
import type { DType } from './dtype.ts';
import { heap } from './heap.ts';

/** While on, new storage belongs to inference tensors: they are never saved for backward. */
export const inferenceMode: { active: boolean } = { active: false };

/** What was found out about a stretch of a storage's memory while it had one version; who looks decides what `found` is. */
export interface Looked<T> {
  readonly version: number;
  readonly ptr: number;
  readonly count: number;
  readonly dtype: DType;
  readonly found: T;
}

/** A stretch of memory that stays as it is while somebody holds it, whatever becomes of the storage it was. */
export class HeldBlock {
  readonly ptr: number;
  private readonly byteLength: number;
  /** What it takes of the heap. */
  readonly memory: number;
  /** For whoever holds it. */
  mark = 0;
  #holders = 0;
  #storage: Storage | null;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.ptr = storage.ptr;
    this.byteLength = storage.byteLength;
    this.memory = heap.sizeOf(storage.byteLength);
    storage.refs++;
  }

  retain(): this {
    this.#holders++;
    return this;
  }

  /** True when nobody holds it any more. */
  release(): boolean {
    if (--this.#holders > 0) return false;
    const storage = this.#storage;
    if (storage === null) heap.free(this.ptr, this.byteLength);
    else {
      storage.held = null;
      storage.release();
    }
    return true;
  }

  /** The storage goes on elsewhere: the memory is the holders' alone. */
  part(): void {
    this.#storage = null;
  }
}

export class Storage {
  /** Changes when the storage is written while its block is held: never kept across a write. */
  ptr: number;
  readonly byteLength: number;
  /** Grows with every in-place change; shared by all views. */
  version = 0;
  refs = 1;
  /** A recorder's note, good while the version stands. */
  looked: Looked<object> | null = null;
  /** An array outside torch looks at the memory too, so it cannot grow. */
  fixed = false;
  /** The block, where somebody holds it. */
  held: HeldBlock | null = null;
  /** Allocated in inference mode. */
  readonly inference = inferenceMode.active;

  constructor(byteLength: number) {
    this.ptr = heap.alloc(byteLength);
    this.byteLength = byteLength;
  }

  release(): void {
    if (--this.refs === 0) heap.free(this.ptr, this.byteLength);
  }

  /** The block as it is now, for somebody to hold; null where an array outside writes to it unasked. */
  hold(): HeldBlock | null {
    if (this.fixed) return null;
    this.held ??= new HeldBlock(this);
    return this.held.retain();
  }

  /** To be called before every write in place: what is held stays as it is, and what was noted is noted no more. */
  own(): void {
    if (this.held !== null) this.#move();
    this.looked = null;
  }

  /** Goes on in the memory of `other`, which is of the same size and was written in place of this one's; nobody else may use it. */
  takeOver(other: Storage): void {
    const block = this.held;
    if (block === null) heap.free(this.ptr, this.byteLength);
    else this.#part(block);
    this.ptr = other.ptr;
    // Its block is never given back in its name.
    other.refs++;
  }

  #move(): void {
    const ptr = heap.alloc(this.byteLength);
    const block = this.held;
    // Where memory is short, room for the copy may come from what was held.
    if (block === null) {
      heap.free(ptr, this.byteLength);
      return;
    }
    heap.U8.copyWithin(ptr, this.ptr, this.ptr + this.byteLength);
    this.ptr = ptr;
    this.#part(block);
  }

  #part(block: HeldBlock): void {
    this.held = null;
    this.refs--;
    block.part();
  }
}
