// Rewrites a chunk with less in it: middle steps lose values for summaries, then payloads altogether. Events and losses stay.
import { flavour, layout, type Plan, valueBytes } from './plan.ts';
import { SUMMARY_BYTES, writeSummary } from './summary.ts';
import { chunk, loopRecord, record, stepFlag, stepRecord } from './trace-records.ts';

const kindOf = (flags: number): number => (flags >> stepFlag.flavourShift) & stepFlag.flavourMask;

/** A new chunk of exactly the bytes it needs. The first step and bookmarked or failing ones are copied whole. `moved` hears where loops went. */
export function thinnedChunk(
  I32: Int32Array,
  F32: Float32Array,
  used: number,
  kind: number,
  plans: readonly Plan[],
  moved: (loop: number, at: number) => void,
): SharedArrayBuffer {
  const spared = (at: number): boolean => {
    const flags = I32[at + stepRecord.flags];
    return I32[at + stepRecord.index] === 0 || (flags & (stepFlag.bookmarked | stepFlag.failing)) !== 0 || kindOf(flags) >= kind;
  };
  const bytesOf = (at: number): number => {
    if (I32[at] === record.dead) return 0;
    if (I32[at] !== record.step || spared(at)) return I32[at + 1];
    return stepRecord.headerBytes + layout(plans[I32[at + stepRecord.plan]].slots, kind).bytes;
  };
  let total = chunk.headerBytes;
  for (let at = chunk.headerBytes >> 2; at < used >> 2; at += I32[at + 1] >> 2) total += bytesOf(at);
  const buffer = new SharedArrayBuffer(total);
  const to = new Int32Array(buffer);
  const toF64 = new Float64Array(buffer);
  const from64 = new Float64Array(F32.buffer);
  to.set(I32.subarray(0, chunk.headerBytes >> 2));
  to[chunk.fields.used] = total;
  let into = chunk.headerBytes >> 2;
  for (let at = chunk.headerBytes >> 2; at < used >> 2; at += I32[at + 1] >> 2) {
    const bytes = bytesOf(at);
    if (bytes === 0) continue;
    if (I32[at] === record.loop) moved(I32[at + loopRecord.index], into);
    if (I32[at] !== record.step || spared(at)) to.set(I32.subarray(at, at + (bytes >> 2)), into);
    else {
      to.set(I32.subarray(at, at + (stepRecord.headerBytes >> 2)), into);
      to[into + 1] = bytes;
      const flags = I32[at + stepRecord.flags];
      to[into + stepRecord.flags] = (flags & ~(stepFlag.flavourMask << stepFlag.flavourShift)) | (kind << stepFlag.flavourShift);
      const slots = plans[I32[at + stepRecord.plan]].slots;
      if (kind === flavour.thinned) {
        const old = layout(slots, kindOf(flags));
        const now = layout(slots, kind);
        const oldBody = (at << 2) + stepRecord.headerBytes;
        const body = (into << 2) + stepRecord.headerBytes;
        slots.forEach((slot, i) => {
          const source = oldBody + old.offsets[i];
          const target = body + now.offsets[i];
          const wide = valueBytes(slot.dtype) === 8;
          if (old.stores[i] === 0 && now.stores[i] === 1) {
            writeSummary(wide ? from64 : F32, wide ? source >> 3 : source >> 2, slot.numel, toF64, target >> 3);
          } else {
            const words = (old.stores[i] === 1 ? SUMMARY_BYTES : slot.numel * valueBytes(slot.dtype)) >> 2;
            for (let w = 0; w < words; w++) to[(target >> 2) + w] = I32[(source >> 2) + w];
          }
        });
      }
    }
    into += bytes >> 2;
  }
  return buffer;
}
