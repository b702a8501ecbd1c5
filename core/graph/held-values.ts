// Copies the values of a recorded tensor out of the heap of whoever records, perhaps another thread (see held-steps.ts). Trusts no address.
import { fromBrain, fromHalf } from '../tensor/half.ts';
import { forEachOffset, type TypedArray } from '../tensor/tensor.ts';
import { type PlanSlot, valueBytes } from './plan.ts';

type Words = Uint16Array;

/** The memory as elements of a type, and a number from each; null for a type there is none of. */
function elements(
  buffer: ArrayBufferLike,
  dtype: string,
): { readonly view: TypedArray | Words; readonly of: (x: number | bigint) => number } | null {
  const same = (x: number | bigint): number => Number(x);
  switch (dtype) {
    case 'float32':
      return { view: new Float32Array(buffer), of: same };
    case 'float64':
      return { view: new Float64Array(buffer), of: same };
    case 'int64':
      return { view: new BigInt64Array(buffer), of: same };
    case 'int32':
      return { view: new Int32Array(buffer), of: same };
    case 'int16':
      return { view: new Int16Array(buffer), of: same };
    case 'int8':
      return { view: new Int8Array(buffer), of: same };
    case 'uint8':
    case 'bool':
      return { view: new Uint8Array(buffer), of: same };
    case 'float16':
      return { view: new Uint16Array(buffer), of: (x) => fromHalf(Number(x)) };
    case 'bfloat16':
      return { view: new Uint16Array(buffer), of: (x) => fromBrain(Number(x)) };
    default:
      return null;
  }
}

/** How much the newest recording holds, as its ticket table says; 0 without one. */
export function heldKiB({ buffer }: WebAssembly.Memory, tableAt: number): number {
  if (tableAt <= 0 || tableAt % 4 !== 0 || tableAt + 4 > buffer.byteLength) return 0;
  return Math.max(0, Atomics.load(new Int32Array(buffer, tableAt, 1), 0));
}

/** Row-major values of the tensor whose address and strides are at `place` of `I32`; null once `ticket` no longer stands at byte `ticketAt`. */
export function heldValues(
  memory: WebAssembly.Memory,
  slot: PlanSlot,
  I32: Int32Array,
  place: number,
  ticketAt: number,
  ticket: number,
): Float32Array | Float64Array | null {
  const { buffer } = memory;
  const address = I32[place] >>> 0;
  const strides = Array.from(I32.subarray(place + 1, place + 1 + slot.shape.length));
  const source = elements(buffer, slot.dtype);
  if (address === 0 || source === null || ticketAt % 4 !== 0 || ticketAt <= 0 || ticketAt + 4 > buffer.byteLength) return null;
  const { view, of } = source;
  const size = view.BYTES_PER_ELEMENT;
  const last = slot.shape.reduce((sum, n, d) => sum + (n - 1) * strides[d], 0);
  if (address % size !== 0 || strides.some((stride) => stride < 0) || address + (last + 1) * size > buffer.byteLength) return null;
  const tickets = new Int32Array(buffer, ticketAt, 1);
  if (Atomics.load(tickets, 0) !== ticket) return null;
  const values = valueBytes(slot.dtype) === 4 ? new Float32Array(slot.numel) : new Float64Array(slot.numel);
  const start = address / size;
  if (slot.dtype === 'float32' && isRowMajor(slot.shape, strides)) values.set((view as Float32Array).subarray(start, start + slot.numel));
  else {
    let i = 0;
    forEachOffset(slot.shape, strides, (offset) => {
      values[i++] = of(view[start + offset]);
    });
  }
  // A read-modify-write: what was copied above cannot come from after it.
  return Atomics.compareExchange(tickets, 0, ticket, ticket) === ticket ? values : null;
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] !== 1 && strides[d] !== step) return false;
    step *= shape[d];
  }
  return true;
}
