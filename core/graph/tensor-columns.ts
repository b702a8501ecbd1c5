// Copies what a tensor holds into a step's scratch record: whole, or as a summary. The only place here that reads the heap.
import { isDense, type TensorStatistics, tensorStatistics } from '../devices/cpu/statistics.ts';
import { heap } from '../tensor/heap.ts';
import type { Looked } from '../tensor/storage.ts';
import { forEachOffset, type Tensor } from '../tensor/tensor.ts';
import { writeColumns, writeSummary } from './summary.ts';

/** One growable buffer seen as float32 and float64; offsets in bytes. */
export class Scratch {
  F32 = new Float32Array(4096);
  F64 = new Float64Array(this.F32.buffer);
  I32 = new Int32Array(this.F32.buffer);
  bytes = this.F32.byteLength;

  reserve(bytes: number): void {
    if (bytes <= this.bytes) return;
    let size = this.bytes;
    while (size < bytes) size *= 2;
    const grown = new Float32Array(size / 4);
    grown.set(this.F32);
    this.F32 = grown;
    this.F64 = new Float64Array(grown.buffer);
    this.I32 = new Int32Array(grown.buffer);
    this.bytes = size;
  }
}

/** Tensors above this size are copied by the platform, and summed up by the device, in one pass. */
const NARROW = 256;

function copyFew(from: Float32Array, start: number, count: number, target: Float32Array, to: number): void {
  for (let i = 0; i < count; i++) target[to + i] = from[start + i];
}

function copyRows(t: Tensor, start: number, target: Float32Array, offset: number): void {
  const from = heap.F32;
  const rows = t.shape[0];
  const width = t.shape[1];
  const down = t.strides[0];
  const across = t.strides[1];
  let to = offset;
  for (let i = 0; i < rows; i++) {
    let at = start + i * down;
    for (let j = 0; j < width; j++, at += across) target[to++] = from[at];
  }
}

/** The tensor's elements as numbers, row-major: float32 at 4 bytes, everything else as float64. Room was reserved. */
export function copyValues(t: Tensor, scratch: Scratch, offset: number): void {
  if (t.dtype === 'float32') {
    const start = (t.storage.ptr >>> 2) + t.offset;
    if (t.isContiguous && t.numel <= NARROW) copyFew(heap.F32, start, t.numel, scratch.F32, offset >>> 2);
    else if (t.isContiguous) scratch.F32.set(heap.f32(t.dataPtr, t.numel), offset >>> 2);
    else if (t.shape.length === 2) copyRows(t, start, scratch.F32, offset >>> 2);
    else {
      const target = scratch.F32;
      const from = heap.F32;
      let to = offset >>> 2;
      forEachOffset(t.shape, t.strides, (at) => {
        target[to++] = from[start + at];
      });
    }
    return;
  }
  const target = scratch.F64;
  const values = t.dtype === 'float64' && t.isContiguous ? heap.f64(t.dataPtr, t.numel) : t.toTyped();
  let to = offset >>> 3;
  for (let i = 0; i < values.length; i++) target[to++] = Number(values[i]);
}

function copySummary(t: Tensor, scratch: Scratch, offset: number): void {
  const gathered = t.numel > NARROW ? tensorStatistics(t) : null;
  if (gathered !== null) writeColumns(scratch.F64, offset >>> 3, gathered);
  else if (t.dtype === 'float32' && t.isContiguous) writeSummary(heap.F32, t.dataPtr >>> 2, t.numel, scratch.F64, offset >>> 3);
  else {
    const values = t.toTyped();
    writeSummary(values instanceof BigInt64Array ? Array.from(values, Number) : values, 0, values.length, scratch.F64, offset >>> 3);
  }
}

/**
 * The tensor's summary at `offset`. Memory that did not change is not looked at twice: a parameter at the start of a step has the numbers it had
 * after the last update, a transposed gradient those of the gradient. Memory that an array outside shares is: it changes unasked.
 */
export function copyKnownSummary(t: Tensor, scratch: Scratch, offset: number): void {
  const { storage, numel, dtype } = t;
  if (numel <= NARROW || storage.fixed) {
    copySummary(t, scratch, offset);
    return;
  }
  const ptr = t.dataPtr;
  let known = storage.looked as Looked<TensorStatistics> | null;
  const same = known !== null && known.version === storage.version && known.ptr === ptr && known.count === numel && known.dtype === dtype;
  if (!same || !isDense(t)) {
    const found = tensorStatistics(t);
    if (found === null) {
      copySummary(t, scratch, offset);
      return;
    }
    known = { version: storage.version, ptr, count: numel, dtype, found };
    storage.looked = known;
  }
  writeColumns(scratch.F64, offset >>> 3, (known as Looked<TensorStatistics>).found);
}

/** The single number of a one-element tensor. */
export function scalarOf(t: Tensor): number {
  if (t.dtype === 'float32') return heap.F32[t.dataPtr >>> 2];
  return Number(t.item());
}
