// The bytes behind one or more tensors, with the version counter autograd checks. Counted, never left to a finaliser.
import { heap } from './heap.ts';

export class Storage {
  readonly ptr: number;
  readonly byteLength: number;
  /** Grows with every in-place change; shared by all views. */
  version = 0;
  refs = 1;

  constructor(byteLength: number) {
    this.ptr = heap.alloc(byteLength);
    this.byteLength = byteLength;
  }

  release(): void {
    if (--this.refs === 0) heap.free(this.ptr, this.byteLength);
  }
}
