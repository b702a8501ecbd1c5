// One WebAssembly.Memory for all tensors of a realm, behind a free list by size class. Knows no tensor: it hands out bytes.
import { TorchError } from './torch-error.ts';

const PAGE = 65536;
/** Requests up to here are rounded to 16 bytes, larger ones to a quarter of their power of two. */
const SMALL = 1024;
const FIRST = 1024;

/** Class index: 0…64 for small sizes, then four per power of two. */
function classOf(bytes: number): number {
  if (bytes <= SMALL) return (bytes + 15) >>> 4 || 1;
  const power = 31 - Math.clz32(bytes - 1);
  return 65 + (power - 10) * 4 + (((bytes - 1) >>> (power - 2)) & 3);
}
function classSize(index: number): number {
  if (index < 65) return index << 4;
  const power = 10 + ((index - 65) >> 2);
  return 2 ** (power - 2) * (5 + ((index - 65) & 3));
}

export class Heap {
  /** Views over the whole memory, refreshed when it grows: index with `ptr >>> 2` and so on. Never keep them across an allocation. */
  F32!: Float32Array;
  F64!: Float64Array;
  I32!: Int32Array;
  U8!: Uint8Array;
  I8!: Int8Array;
  I16!: Int16Array;
  U16!: Uint16Array;
  I64!: BigInt64Array;
  /** Bytes a run may hold at once; more raises torch's out-of-memory message. */
  limitBytes = 3 * 2 ** 29;
  /** Asked when memory is short: lets go of what is kept only to be looked at later. */
  giveWay: (() => void) | null = null;
  #memory: WebAssembly.Memory | null = null;
  #free: number[][] = [];
  #top = FIRST;
  #end = 0;
  #live = 0;

  /** Uses a memory handed in (shared with other threads). Only before the first allocation. */
  attach(memory: WebAssembly.Memory): void {
    if (this.#memory === memory) return;
    if (this.#top !== FIRST) throw new Error('The heap already holds tensors: attach a memory before the first one.');
    this.#memory = memory;
    this.#refresh();
  }

  get memory(): WebAssembly.Memory {
    if (this.#memory === null) this.#create();
    return this.#memory as WebAssembly.Memory;
  }

  /** Bytes handed out, rounded to their size classes. */
  get liveBytes(): number {
    return this.#live;
  }

  /** A block of at least `bytes`, 16-byte aligned, not cleared. */
  alloc(bytes: number): number {
    if (bytes > this.limitBytes) throw outOfMemory(bytes);
    const index = classOf(bytes);
    const size = classSize(index);
    if (this.#live + size > this.limitBytes) {
      this.giveWay?.();
      if (this.#live + size > this.limitBytes) throw outOfMemory(bytes);
    }
    const list = this.#free[index];
    if (list !== undefined && list.length > 0) {
      this.#live += size;
      return list.pop() as number;
    }
    const ptr = this.#top;
    if (ptr + size > this.#end && !this.#grow(ptr + size)) {
      this.giveWay?.();
      const given = this.#free[index]?.pop();
      if (given === undefined) throw outOfMemory(bytes);
      this.#live += size;
      return given;
    }
    this.#top = ptr + size;
    this.#live += size;
    return ptr;
  }

  /** What a block of `bytes` takes. */
  sizeOf(bytes: number): number {
    return classSize(classOf(bytes));
  }

  /** A block for good: in no count, never given back. */
  reserve(bytes: number): number {
    const ptr = this.alloc(bytes);
    this.#live -= classSize(classOf(bytes));
    return ptr;
  }

  /** Gives back a block that `alloc(bytes)` returned. */
  free(ptr: number, bytes: number): void {
    const index = classOf(bytes);
    const list = this.#free[index];
    if (list === undefined) this.#free[index] = [ptr];
    else list.push(ptr);
    this.#live -= classSize(index);
  }

  f32(ptr: number, n: number): Float32Array {
    return this.F32.subarray(ptr >>> 2, (ptr >>> 2) + n);
  }
  f64(ptr: number, n: number): Float64Array {
    return this.F64.subarray(ptr >>> 3, (ptr >>> 3) + n);
  }
  i32(ptr: number, n: number): Int32Array {
    return this.I32.subarray(ptr >>> 2, (ptr >>> 2) + n);
  }
  u8(ptr: number, n: number): Uint8Array {
    return this.U8.subarray(ptr, ptr + n);
  }
  i8(ptr: number, n: number): Int8Array {
    return this.I8.subarray(ptr, ptr + n);
  }
  i16(ptr: number, n: number): Int16Array {
    return this.I16.subarray(ptr >>> 1, (ptr >>> 1) + n);
  }
  u16(ptr: number, n: number): Uint16Array {
    return this.U16.subarray(ptr >>> 1, (ptr >>> 1) + n);
  }
  i64(ptr: number, n: number): BigInt64Array {
    return this.I64.subarray(ptr >>> 3, (ptr >>> 3) + n);
  }

  #create(): void {
    for (const maximum of [32768, 16384, 8192]) {
      try {
        this.#memory = new WebAssembly.Memory({ initial: 64, maximum, shared: true });
        break;
      } catch {
        // No room for so large a reservation, or no shared memory here: try less.
      }
    }
    this.#memory ??= new WebAssembly.Memory({ initial: 64, maximum: 32768 });
    this.#refresh();
  }

  #grow(needed: number): boolean {
    const memory = this.memory;
    if (needed <= this.#end) return true;
    const wanted = Math.max(needed, Math.min(this.#end * 1.5, this.#end + 2 ** 27));
    for (const target of [wanted, needed]) {
      try {
        memory.grow(Math.ceil((target - this.#end) / PAGE));
        this.#refresh();
        return true;
      } catch {
        // Not that much: try what is needed.
      }
    }
    return false;
  }

  #refresh(): void {
    const buffer = (this.#memory as WebAssembly.Memory).buffer;
    this.F32 = new Float32Array(buffer);
    this.F64 = new Float64Array(buffer);
    this.I32 = new Int32Array(buffer);
    this.U8 = new Uint8Array(buffer);
    this.I8 = new Int8Array(buffer);
    this.I16 = new Int16Array(buffer);
    this.U16 = new Uint16Array(buffer);
    this.I64 = new BigInt64Array(buffer);
    this.#end = buffer.byteLength;
  }
}

function outOfMemory(bytes: number): TorchError {
  return new TorchError(`DefaultCPUAllocator: not enough memory: you tried to allocate ${bytes} bytes.`, 'RuntimeError', [
    'Use smaller tensors or a smaller batch, or let go of tensors you no longer need.',
  ]);
}

/** The realm's heap. */
export const heap = new Heap();
