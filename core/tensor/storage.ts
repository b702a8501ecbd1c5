// The bytes behind one or more tensors, with the version counter autograd checks. Counted, never left to a finaliser.
import { heap } from './heap.ts';

/** While on, new storage belongs to inference tensors: they are never saved for backward. */
export const inferenceMode: { active: boolean } = { active: false };

export class Storage {
  readonly ptr: number;
  readonly byteLength: number;
  /** Grows with every in-place change; shared by all views. */
  version = 0;
  refs = 1;
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
