// Rewrites a chunk with less in it: middle steps lose values for summaries, then payloads altogether. Events and losses stay.
import { flavour, layout, type Plan, type PlanSlot, store, storedBytes, valueBytes } from './plan.ts';
import { writeSummary } from './summary.ts';
import { chunk, loopRecord, record, stepFlag, stepRecord } from './trace-records.ts';

const kindOf = (flags: number): number => (flags >> stepFlag.flavourShift) & stepFlag.flavourMask;

/** One way from a fuller body to a thinner one: stretches that stay as they are, in bytes, and slots to be summed up. */
interface Thinning {
  readonly bytes: number;
  readonly copies: readonly { readonly from: number; readonly to: number; words: number }[];
  readonly sums: readonly { readonly slot: PlanSlot; readonly from: number; readonly to: number }[];
}

function thinning(slots: readonly PlanSlot[], before: number, after: number): Thinning {
  const old = layout(slots, before);
  const now = layout(slots, after);
  const copies: { from: number; to: number; words: number }[] = [];
  const sums: { slot: PlanSlot; from: number; to: number }[] = [];
  if (after === flavour.empty) return { bytes: 0, copies, sums };
  slots.forEach((slot, i) => {
    const from = old.offsets[i];
    const to = now.offsets[i];
    if (old.stores[i] === store.values && now.stores[i] === store.summary) {
      sums.push({ slot, from, to });
      return;
    }
    // What says where values lie begins with a summary.
    const words = storedBytes(slot, now.stores[i]) >> 2;
    const last = copies[copies.length - 1];
    if (last !== undefined && from - last.from === to - last.to) last.words = ((from - last.from) >> 2) + words;
    else copies.push({ from, to, words });
  });
  return { bytes: now.bytes, copies, sums };
}

/** A new chunk of exactly the bytes it needs. The first step and bookmarked or failing ones are copied whole. `moved` hears where loops went, `lost` which steps lost values. */
export function thinnedChunk(
  I32: Int32Array,
  F32: Float32Array,
  used: number,
  kind: number,
  plans: readonly Plan[],
  moved: (loop: number, at: number) => void,
  lost: (step: number) => void,
): SharedArrayBuffer {
  const spared = (at: number): boolean => {
    const flags = I32[at + stepRecord.flags];
    return I32[at + stepRecord.index] === 0 || (flags & (stepFlag.bookmarked | stepFlag.failing)) !== 0 || kindOf(flags) >= kind;
  };
  const known = new Map<number, Thinning>();
  const thinningOf = (at: number): Thinning => {
    const plan = I32[at + stepRecord.plan];
    const before = kindOf(I32[at + stepRecord.flags]);
    let found = known.get(plan * 4 + before);
    if (found === undefined) {
      found = thinning(plans[plan].slots, before, kind);
      known.set(plan * 4 + before, found);
    }
    return found;
  };
  const bytesOf = (at: number): number => {
    if (I32[at] === record.dead) return 0;
    if (I32[at] !== record.step || spared(at)) return I32[at + 1];
    return stepRecord.headerBytes + thinningOf(at).bytes;
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
      to[into + stepRecord.ticketPlace] = 0;
      lost(I32[at + stepRecord.index]);
      const { copies, sums } = thinningOf(at);
      const body = at + (stepRecord.headerBytes >> 2);
      const target = into + (stepRecord.headerBytes >> 2);
      for (const { from, to: there, words } of copies) {
        const start = body + (from >> 2);
        to.set(I32.subarray(start, start + words), target + (there >> 2));
      }
      for (const { slot, from, to: there } of sums) {
        const wide = valueBytes(slot.dtype) === 8;
        const start = body + (from >> 2);
        writeSummary(wide ? from64 : F32, wide ? start >> 1 : start, slot.numel, toF64, (target + (there >> 2)) >> 1);
      }
    }
    into += bytes >> 2;
  }
  return buffer;
}
