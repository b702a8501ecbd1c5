// The bytes behind one or more tensors, with the version counter autograd checks. Counted, never left to a finaliser.
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

export class Storage {
  readonly ptr: number;
  readonly byteLength: number;
  /** Grows with every in-place change; shared by all views. */
  version = 0;
  refs = 1;
  /** A recorder's note, good while the version stands. */
  looked: Looked<object> | null = null;
  /** An array outside torch looks at the memory too, so it cannot grow. */
  fixed = false;
  /** Allocated in inference mode. */
  readonly inference = inferenceMode.active;

  constructor(byteLength: number) {
    this.ptr = heap.alloc(byteLength);
    this.byteLength = byteLength;
  }

  release(): void {
    if (--this.refs === 0) heap.free(this.ptr, this.byteLength);
  }
}
