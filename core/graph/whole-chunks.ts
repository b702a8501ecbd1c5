// Chunks as a file keeps them: values that lie in the heap are written into their records, as far as a limit allows, and no address is left.
// What it reads was written by the recorder of this realm's memory.
import { heldValues } from './held-values.ts';
import { flavour, layout, type Plan, parsePlan, store, storedBytes, THERE_BYTES } from './plan.ts';
import { SUMMARY_BYTES } from './summary.ts';
import { chunk, record, stepFlag, stepRecord, textRecord } from './trace-records.ts';

/** Bytes of steps that a file takes along with all their values: bookmarked and failing ones, the first, then the newest. */
const LIMIT_BYTES = 2 ** 27;

interface StepAt {
  readonly I32: Int32Array;
  readonly at: number;
  readonly plan: Plan;
}

/** The used bytes of each chunk, as a file keeps them. */
export function wholeChunks(chunks: readonly ArrayBufferLike[], memory: WebAssembly.Memory | null): Uint8Array[] {
  const copies = chunks.map((buffer) => {
    const used = new Int32Array(buffer, 0, 8)[chunk.fields.used];
    const copy = new Int32Array(used >> 2);
    copy.set(new Int32Array(buffer, 0, used >> 2));
    return copy;
  });
  const plans: Plan[] = [];
  const steps: StepAt[] = [];
  for (const I32 of copies)
    for (let at = chunk.headerBytes >> 2; at < I32.length; at += I32[at + 1] >> 2) {
      if (I32[at] === record.plan) plans.push(planAt(I32, at));
      if (I32[at] !== record.step) continue;
      const plan = plans[I32[at + stepRecord.plan]];
      const flags = I32[at + stepRecord.flags];
      if (
        ((flags >> stepFlag.flavourShift) & stepFlag.flavourMask) === flavour.planned &&
        plan.slots.some((slot) => slot.store === store.place)
      )
        steps.push({ I32, at, plan });
    }
  const whole = memory === null ? new Map<Int32Array, Map<number, Int32Array>>() : wholeSteps(steps, memory);
  for (const { I32, at, plan } of steps) forgetPlaces(I32, at, plan);
  return copies.map((I32) => joined(I32, whole.get(I32)));
}

function planAt(I32: Int32Array, at: number): Plan {
  const bytes = new Uint8Array(I32.buffer, (at << 2) + textRecord.headerBytes, I32[at + textRecord.length]);
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return parsePlan(JSON.parse(text));
}

/** Records with all their values, by where the one without them is. */
function wholeSteps(steps: readonly StepAt[], memory: WebAssembly.Memory): Map<Int32Array, Map<number, Int32Array>> {
  const favoured = ({ I32, at }: StepAt): boolean =>
    I32[at + stepRecord.index] === 0 || (I32[at + stepRecord.flags] & (stepFlag.bookmarked | stepFlag.failing)) !== 0;
  const order = [...steps.filter(favoured), ...steps.filter((step) => !favoured(step)).reverse()];
  const found = new Map<Int32Array, Map<number, Int32Array>>();
  let left = LIMIT_BYTES;
  for (const step of order) {
    const bytes = layout(step.plan.slots, flavour.whole).bytes;
    if (bytes > left || step.I32[step.at + stepRecord.eventCount] !== step.plan.events.length) continue;
    const made = wholeStep(step, bytes, memory);
    if (made === null) continue;
    left -= bytes;
    const here = found.get(step.I32) ?? new Map<number, Int32Array>();
    found.set(step.I32, here.set(step.at, made));
  }
  return found;
}

/** The record with its values; null where none of them are there any more. */
function wholeStep({ I32, at, plan }: StepAt, bodyBytes: number, memory: WebAssembly.Memory): Int32Array | null {
  if (I32[at + stepRecord.ticketPlace] === 0) return null;
  const made = new Int32Array((stepRecord.headerBytes + bodyBytes) >> 2);
  const [F32, F64] = [new Float32Array(made.buffer), new Float64Array(made.buffer)];
  const before = layout(plan.slots, flavour.planned);
  const after = layout(plan.slots, flavour.whole);
  const head = stepRecord.headerBytes >> 2;
  made.set(I32.subarray(at, at + head));
  made[1] = made.byteLength;
  made[stepRecord.flags] |= flavour.whole << stepFlag.flavourShift;
  made[stepRecord.ticketPlace] = 0;
  made[stepRecord.ticket] = 0;
  const ticketAt = I32[chunk.fields.tickets] + 4 * I32[at + stepRecord.ticketPlace];
  let any = false;
  plan.slots.forEach((slot, i) => {
    const from = at + head + (before.offsets[i] >> 2);
    const to = head + (after.offsets[i] >> 2);
    const kept = slot.store === store.place ? SUMMARY_BYTES : storedBytes(slot, slot.store);
    made.set(I32.subarray(from, from + (kept >> 2)), to);
    if (slot.store !== store.place) return;
    const values = heldValues(memory, slot, I32, from + (kept >> 2), ticketAt, I32[at + stepRecord.ticket]);
    if (values === null) return;
    any = true;
    made[to + (kept >> 2)] = 1;
    const start = to + ((kept + THERE_BYTES) >> 2);
    if (values instanceof Float32Array) F32.set(values, start);
    else F64.set(values, start >> 1);
  });
  return any ? made : null;
}

/** Addresses say nothing outside this memory, and a recording is the same bytes each time. */
function forgetPlaces(I32: Int32Array, at: number, { slots }: Plan): void {
  I32[at + stepRecord.ticketPlace] = 0;
  I32[at + stepRecord.ticket] = 0;
  const { offsets } = layout(slots, flavour.planned);
  const end = at + (I32[at + 1] >> 2);
  slots.forEach((slot, i) => {
    const start = at + ((stepRecord.headerBytes + offsets[i]) >> 2);
    if (slot.store === store.place)
      I32.fill(0, Math.min(end, start + (SUMMARY_BYTES >> 2)), Math.min(end, start + (storedBytes(slot, slot.store) >> 2)));
  });
}

function joined(I32: Int32Array, whole: ReadonlyMap<number, Int32Array> | undefined): Uint8Array {
  const parts: Int32Array[] = [I32.slice(0, chunk.headerBytes >> 2)];
  for (let at = chunk.headerBytes >> 2; at < I32.length; at += I32[at + 1] >> 2)
    if (I32[at] !== record.dead) parts.push(whole?.get(at) ?? I32.subarray(at, at + (I32[at + 1] >> 2)));
  const out = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    out.set(part, to);
    to += part.length;
  }
  out[chunk.fields.used] = out.byteLength;
  // How often a live reader was told to look again says nothing about the run.
  out[chunk.fields.revision] = 0;
  out[chunk.fields.tickets] = 0;
  return new Uint8Array(out.buffer);
}
