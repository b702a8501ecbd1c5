// Writes the Trace into shared memory, chunk by chunk, and keeps it under its budget. Knows bytes and plans, no tensors.

import { type HeldSteps, ticketTable } from './held-steps.ts';
import { asciiJson, flavour, type Plan } from './plan.ts';
import type { Scratch } from './tensor-columns.ts';
import type { Loop } from './trace.ts';
import { chunk, loopRecord, record, stepFlag, stepRecord, textRecord } from './trace-records.ts';
import { thinnedChunk } from './trace-thinning.ts';

interface StepEntry {
  readonly index: number;
  readonly plan: number;
  readonly loop: number;
  readonly epoch: number;
  readonly batch: number;
  readonly flags: number;
  readonly hyper: number;
  readonly eventCount: number;
  readonly backwardCell: number;
  readonly backwardLine: number;
  readonly trainLoss: number;
  readonly firstEvent: number;
  readonly ticketPlace: number;
  readonly ticket: number;
}

interface Chunk {
  readonly buffer: SharedArrayBuffer;
  readonly I32: Int32Array;
  readonly F32: Float32Array;
  readonly F64: Float64Array;
  used: number;
  thinned: number;
}

const FIRST_CHUNK = 1 << 18;
const LARGEST_CHUNK = 1 << 23;

export class TraceRing {
  /** All chunks in order; an entry is replaced when it is thinned. */
  readonly buffers: SharedArrayBuffer[] = [];
  readonly plans: Plan[] = [];
  /** No room even with every middle step thinned: nothing more is written. */
  full = false;
  readonly #chunks: Chunk[] = [];
  readonly #budget: number;
  readonly #held: HeldSteps | null;
  readonly #announce: (chunks: readonly SharedArrayBuffer[]) => void;
  readonly #loops: { chunk: number; at: number }[] = [];
  #hyperCount = 0;
  #total = 0;
  #lastChunk = -1;
  #lastAt = -1;

  /** `held`: values of the steps that lie outside, in the same budget. */
  constructor(budgetBytes: number, announce: (chunks: readonly SharedArrayBuffer[]) => void, held: HeldSteps | null) {
    this.#budget = Math.max(budgetBytes, 1 << 16);
    this.#announce = announce;
    this.#held = held;
    if (held !== null) held.limit = this.#budget;
  }

  get sizeBytes(): number {
    return this.#total;
  }

  /** The chunk to write `bytes` into; null when the budget is spent. */
  #room(bytes: number): Chunk | null {
    const last = this.#chunks.length - 1;
    if (last >= 0 && this.#chunks[last].used + bytes <= this.#chunks[last].buffer.byteLength) return this.#chunks[last];
    if (this.full) return null;
    const usual = Math.min(LARGEST_CHUNK, Math.max(1 << 13, this.#budget >> 4), FIRST_CHUNK << Math.min(5, this.#chunks.length));
    const size = Math.max(usual, bytes + chunk.headerBytes);
    if (this.#total + size > this.#own) this.#thin(size, this.#own);
    if (this.#total + size > this.#budget) {
      this.full = true;
      return null;
    }
    const buffer = new SharedArrayBuffer(size);
    const made = views(buffer);
    made.I32[chunk.fields.magic] = chunk.magic;
    made.I32[chunk.fields.version] = chunk.version;
    made.I32[chunk.fields.number] = this.#chunks.length;
    made.I32[chunk.fields.used] = chunk.headerBytes;
    if (this.#held !== null) made.I32[chunk.fields.tickets] = ticketTable();
    this.#chunks.push(made);
    this.buffers.push(buffer);
    this.#total += size;
    if (this.#held !== null) this.#held.limit = this.#budget - this.#total;
    this.#announce(this.buffers);
    return made;
  }

  /** What the records may take before they are thinned: all, or three quarters where values are held beside them. */
  get #own(): number {
    return this.#held !== null && this.#held.bytes > 0 ? this.#budget - (this.#budget >> 2) : this.#budget;
  }

  #commit(target: Chunk, bytes: number): void {
    target.used += bytes;
    Atomics.store(target.I32, chunk.fields.used, target.used);
    this.#touch();
  }

  #touch(): void {
    const first = this.#chunks[0].I32;
    Atomics.store(first, chunk.fields.revision, first[chunk.fields.revision] + 1);
  }

  #text(type: number, index: number, value: unknown): boolean {
    const text = asciiJson(value);
    const bytes = (textRecord.headerBytes + text.length + 7) & ~7;
    const target = this.#room(bytes);
    if (target === null) return false;
    const at = target.used >> 2;
    target.I32[at] = type;
    target.I32[at + 1] = bytes;
    target.I32[at + textRecord.index] = index;
    target.I32[at + textRecord.length] = text.length;
    const into = new Uint8Array(target.buffer, target.used + textRecord.headerBytes, text.length);
    for (let i = 0; i < text.length; i++) into[i] = text.charCodeAt(i);
    this.#commit(target, bytes);
    return true;
  }

  /** Number of the new plan, -1 when the budget is spent. */
  addPlan(plan: Plan): number {
    if (!this.#text(record.plan, this.plans.length, plan)) return -1;
    return this.plans.push(plan) - 1;
  }

  /** Number of this optimizer with these hyper-parameters, -1 when the budget is spent. */
  addHyper(optimizer: string, hyper: Readonly<Record<string, number>>): number {
    return this.#text(record.hyper, this.#hyperCount, { optimizer, hyper }) ? this.#hyperCount++ : -1;
  }

  addLoop(loop: Loop): void {
    const target = this.#room(loopRecord.bytes);
    if (target === null) return;
    const at = target.used >> 2;
    target.I32[at] = record.loop;
    target.I32[at + 1] = loopRecord.bytes;
    target.I32[at + loopRecord.index] = loop.index;
    this.#loops[loop.index] = { chunk: this.#chunks.length - 1, at };
    this.#writeLoop(target.I32, at, loop);
    this.#commit(target, loopRecord.bytes);
  }

  patchLoop(loop: Loop): void {
    const place = this.#loops[loop.index];
    if (place === undefined) return;
    this.#writeLoop(this.#chunks[place.chunk].I32, place.at, loop);
    this.#touch();
  }

  /** The one field that changes with every step. */
  patchLoopSteps(index: number, stepCount: number): void {
    const place = this.#loops[index];
    if (place !== undefined) this.#chunks[place.chunk].I32[place.at + loopRecord.stepCount] = stepCount;
  }

  #writeLoop(I32: Int32Array, at: number, loop: Loop): void {
    I32[at + loopRecord.firstStep] = loop.firstStep;
    I32[at + loopRecord.stepCount] = loop.stepCount;
    I32[at + loopRecord.backwardCell] = loop.backwardSite.cell;
    I32[at + loopRecord.backwardLine] = loop.backwardSite.line;
    I32[at + loopRecord.topCell] = loop.topLevelSite.cell;
    I32[at + loopRecord.topLine] = loop.topLevelSite.line;
    I32[at + loopRecord.epochCount] = loop.epochCount ?? -1;
    I32[at + loopRecord.batchesPerEpoch] = loop.batchesPerEpoch ?? -1;
  }

  /** Appends a step; its body is the first `bodyBytes` of the scratch record. False when the budget is spent. */
  addStep(entry: StepEntry, scratch: Scratch, bodyBytes: number): boolean {
    const bytes = stepRecord.headerBytes + bodyBytes;
    const target = this.#room(bytes);
    if (target === null) return false;
    const { I32, F64, used } = target;
    const at = used >> 2;
    I32[at] = record.step;
    I32[at + 1] = bytes;
    writeHead(I32, F64, at, entry);
    const words = bodyBytes >> 2;
    const to = (used + stepRecord.headerBytes) >> 2;
    const from = scratch.I32;
    // A loop beats set() up to a few hundred words.
    if (words < 256) for (let i = 0; i < words; i++) I32[to + i] = from[i];
    else I32.set(from.subarray(0, words), to);
    this.#lastChunk = this.#chunks.length - 1;
    this.#lastAt = at;
    this.#commit(target, bytes);
    return true;
  }

  /** Writes the head of the last step again: more of its events have come, no more of its values. */
  amendLastStep(entry: StepEntry): void {
    if (this.#lastChunk < 0) return;
    const { I32, F64 } = this.#chunks[this.#lastChunk];
    const bookmarked = I32[this.#lastAt + stepRecord.flags] & stepFlag.bookmarked;
    writeHead(I32, F64, this.#lastAt, entry);
    I32[this.#lastAt + stepRecord.flags] |= bookmarked;
    this.#touch();
  }

  /** Whether the last step's values are kept for good: it failed, or somebody marked it. */
  get lastStepKept(): boolean {
    return this.#lastChunk >= 0 && isKept(this.#chunks[this.#lastChunk].I32[this.#lastAt + stepRecord.flags]);
  }

  /** Takes back the last step, which was still open, so that it can be written again. */
  dropLastStep(): void {
    if (this.#lastChunk < 0) return;
    this.#chunks[this.#lastChunk].I32[this.#lastAt] = record.dead;
    this.#lastChunk = -1;
    this.#touch();
  }

  patchValidation(loss: number | null): void {
    if (this.#lastChunk < 0) return;
    const { I32, F64 } = this.#chunks[this.#lastChunk];
    const flags = I32[this.#lastAt + stepRecord.flags];
    F64[((this.#lastAt << 2) + stepRecord.validationLossByte) >> 3] = loss ?? 0;
    I32[this.#lastAt + stepRecord.flags] = loss === null ? flags & ~stepFlag.validation : flags | stepFlag.validation;
    this.#touch();
  }

  /** Marks a step so that its values are kept; false if there is no such step. */
  bookmark(index: number, on: boolean): boolean {
    for (const { I32, used } of this.#chunks) {
      for (let at = chunk.headerBytes >> 2; at < used >> 2; at += I32[at + 1] >> 2) {
        if (I32[at] !== record.step || I32[at + stepRecord.index] !== index) continue;
        const flags = I32[at + stepRecord.flags];
        I32[at + stepRecord.flags] = on ? flags | stepFlag.bookmarked : flags & ~stepFlag.bookmarked;
        this.#held?.keep(index, isKept(I32[at + stepRecord.flags]));
        return true;
      }
    }
    return false;
  }

  /** Thins chunks from the middle outwards until `needed` bytes fit: first to summaries, then to losses alone. */
  #thin(needed: number, budget: number): void {
    const end = this.#chunks.length - 1;
    const order = Array.from({ length: Math.max(0, end) }, (_, i) => i).sort((a, b) => Math.abs(a - end / 2) - Math.abs(b - end / 2));
    for (const kind of [flavour.thinned, flavour.empty]) {
      for (const i of order) {
        if (this.#total + needed <= budget) return;
        const old = this.#chunks[i];
        if (old.thinned >= kind || i === this.#lastChunk) continue;
        const made = views(
          thinnedChunk(
            old.I32,
            old.F32,
            old.used,
            kind,
            this.plans,
            (index, at) => {
              this.#loops[index] = { chunk: i, at };
            },
            (step) => this.#held?.drop(step),
          ),
        );
        made.used = made.buffer.byteLength;
        made.thinned = kind;
        this.#chunks[i] = made;
        this.buffers[i] = made.buffer;
        this.#total += made.buffer.byteLength - old.buffer.byteLength;
      }
    }
  }
}

const isKept = (flags: number): boolean => (flags & (stepFlag.bookmarked | stepFlag.failing)) !== 0;

function writeHead(I32: Int32Array, F64: Float64Array, at: number, entry: StepEntry): void {
  I32[at + stepRecord.index] = entry.index;
  I32[at + stepRecord.plan] = entry.plan;
  I32[at + stepRecord.loop] = entry.loop;
  I32[at + stepRecord.epoch] = entry.epoch;
  I32[at + stepRecord.batch] = entry.batch;
  I32[at + stepRecord.flags] = entry.flags;
  I32[at + stepRecord.hyper] = entry.hyper;
  I32[at + stepRecord.eventCount] = entry.eventCount;
  I32[at + stepRecord.backwardCell] = entry.backwardCell;
  I32[at + stepRecord.backwardLine] = entry.backwardLine;
  I32[at + stepRecord.ticketPlace] = entry.ticketPlace;
  I32[at + stepRecord.ticket] = entry.ticket;
  const byte = at << 2;
  F64[(byte + stepRecord.trainLossByte) >> 3] = entry.trainLoss;
  F64[(byte + stepRecord.validationLossByte) >> 3] = 0;
  F64[(byte + stepRecord.firstEventByte) >> 3] = entry.firstEvent;
}

function views(buffer: SharedArrayBuffer): Chunk {
  return {
    buffer,
    I32: new Int32Array(buffer),
    F32: new Float32Array(buffer),
    F64: new Float64Array(buffer),
    used: chunk.headerBytes,
    thinned: 0,
  };
}
