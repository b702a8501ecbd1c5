// Reads a Trace from its chunks: live shared memory, or bytes of a file nobody vouches for. Every length and offset is checked.
import type { Graph, Site } from './graph.ts';
import { heldKiB, heldValues } from './held-values.ts';
import {
  flavour,
  layout,
  type Plan,
  type PlanSlot,
  parsePlan,
  store,
  storedBytes,
  THERE_BYTES,
  TraceFormatError,
  valueBytes,
} from './plan.ts';
import { readSummary, SUMMARY_BYTES, writeSummary } from './summary.ts';
import type { Loop, Payload, Step, TensorSummary, TraceEvent, TraceReader } from './trace.ts';
import { chunk, loopRecord, record, stepFlag, stepRecord, textRecord } from './trace-records.ts';

const nothing: TensorSummary = { count: 0, nan: 0, inf: 0, min: 0, max: 0, mean: 0, std: 0, rms: 0, sum: 0, sumAbs: 0, norm: 0 };
const columns = new Float64Array(11);
const gone = (slot: PlanSlot): Payload => ({ shape: slot.shape, dtype: slot.dtype, summary: nothing, values: null });

interface Source {
  readonly buffer: ArrayBufferLike;
  readonly I32: Int32Array;
  readonly F32: Float32Array;
  readonly F64: Float64Array;
  read: number;
}

type Layout = ReturnType<typeof layout>;

/** One step's payloads, each decoded once, and its events when asked for. */
interface Decoded {
  readonly index: number;
  readonly source: Source;
  readonly at: number;
  readonly plan: Plan;
  readonly read: (slot: number) => Payload | null;
  events: readonly TraceEvent[] | null;
}

interface Hyper {
  readonly optimizer: string;
  readonly hyper: Readonly<Record<string, number>>;
}

/**
 * A reader over `chunks`, which may still grow (in place, or by pushing to the array); `graphs` likewise.
 * `live`: memory is seen before the messages that bring its graphs, so a step whose graph is not here yet is not there yet either.
 * `memory`: the heap that large values lie in while they are held.
 * Throws `TraceFormatError` where the bytes make no sense; nothing outside the chunks and the heap is ever read.
 */
export function traceReaderFromChunks(
  chunks: readonly ArrayBufferLike[],
  graphs: readonly Graph[],
  live = false,
  memory: WebAssembly.Memory | null = null,
): TraceReader {
  return new ChunkReader(chunks, graphs, live, memory);
}

class ChunkReader implements TraceReader {
  readonly #chunks: readonly ArrayBufferLike[];
  readonly graphs: readonly Graph[];
  #sources: Source[] = [];
  #plans: Plan[] = [];
  #hypers: Hyper[] = [];
  #loopAt: { source: Source; at: number }[] = [];
  #stepAt: { source: Source; at: number }[] = [];
  #checkedPlans = new Set<number>();
  /** The step looked at last. */
  #cached: Decoded | null = null;
  readonly #layouts = new Map<number, Layout>();

  /** How to get the values of the payloads handed out that do not carry them. */
  readonly #wholes = new WeakMap<Payload, () => Float32Array | Float64Array | null>();
  readonly #live: boolean;
  readonly #memory: WebAssembly.Memory | null;

  constructor(chunks: readonly ArrayBufferLike[], graphs: readonly Graph[], live: boolean, memory: WebAssembly.Memory | null) {
    this.#chunks = chunks;
    this.#live = live;
    this.#memory = memory;
    this.graphs = graphs;
    this.#scan();
  }

  get revision(): number {
    return this.#chunks.length === 0 ? 0 : Atomics.load(this.#source(0).I32, chunk.fields.revision);
  }

  get sizeBytes(): number {
    let held = 0;
    if (this.#memory !== null && this.#chunks.length > 0)
      held = heldKiB(this.#memory, this.#source(this.#chunks.length - 1).I32[chunk.fields.tickets]);
    return this.#chunks.reduce((sum, buffer) => sum + buffer.byteLength, 1024 * held);
  }

  get stepCount(): number {
    this.#scan();
    return this.#stepAt.length;
  }

  get loops(): readonly Loop[] {
    this.#scan();
    return this.#loopAt.map(({ source, at }, index) => {
      const I32 = source.I32;
      const known = (n: number) => (n < 0 ? null : n);
      return {
        index,
        firstStep: I32[at + loopRecord.firstStep],
        stepCount: I32[at + loopRecord.stepCount],
        backwardSite: { cell: I32[at + loopRecord.backwardCell], line: I32[at + loopRecord.backwardLine] },
        topLevelSite: { cell: I32[at + loopRecord.topCell], line: I32[at + loopRecord.topLine] },
        epochCount: known(I32[at + loopRecord.epochCount]),
        batchesPerEpoch: known(I32[at + loopRecord.batchesPerEpoch]),
      };
    });
  }

  #source(index: number): Source {
    const buffer = this.#chunks[index];
    const known = this.#sources[index];
    if (known !== undefined && known.buffer === buffer) return known;
    if (known !== undefined) this.#forget();
    const where = `chunk ${index}`;
    if (buffer.byteLength < chunk.headerBytes || buffer.byteLength % 8 !== 0)
      throw new TraceFormatError(`${where} has ${buffer.byteLength} bytes`);
    const made: Source = {
      buffer,
      I32: new Int32Array(buffer),
      F32: new Float32Array(buffer),
      F64: new Float64Array(buffer),
      read: chunk.headerBytes,
    };
    if (made.I32[chunk.fields.magic] !== chunk.magic) throw new TraceFormatError(`${where} does not begin as a trace`);
    const version = made.I32[chunk.fields.version];
    if (version < chunk.oldestVersion || version > chunk.version)
      throw new TraceFormatError(`${where} is of version ${version}, this Nabla reads versions ${chunk.oldestVersion} to ${chunk.version}`);
    this.#sources[index] = made;
    return made;
  }

  /** A chunk was replaced by a thinner one: everything is read again. */
  #forget(): void {
    this.#sources = [];
    this.#plans = [];
    this.#hypers = [];
    this.#loopAt = [];
    this.#stepAt = [];
    this.#checkedPlans.clear();
    this.#layouts.clear();
    this.#cached = null;
  }

  #scan(): void {
    for (let i = 0; i < this.#chunks.length; i++)
      if (this.#sources[i] !== undefined && this.#sources[i].buffer !== this.#chunks[i]) this.#forget();
    for (let i = 0; i < this.#chunks.length; i++) {
      const source = this.#source(i);
      const used = Atomics.load(source.I32, chunk.fields.used);
      if (used < chunk.headerBytes || used > source.buffer.byteLength || used % 8 !== 0)
        throw new TraceFormatError(`chunk ${i} says it uses ${used} bytes`);
      while (source.read < used) {
        const at = source.read >> 2;
        const bytes = source.I32[at + 1];
        if (bytes < 16 || bytes % 8 !== 0 || source.read + bytes > used)
          throw new TraceFormatError(`chunk ${i}, byte ${source.read}: a record of ${bytes} bytes`);
        if (this.#live && this.#lacksGraph(source, at)) return;
        this.#take(source, at, bytes, `chunk ${i}, byte ${source.read}`);
        source.read += bytes;
      }
    }
  }

  #lacksGraph({ I32 }: Source, at: number): boolean {
    const plan = I32[at] === record.step ? this.#plans[I32[at + stepRecord.plan]] : undefined;
    return plan !== undefined && plan.graph >= this.graphs.length;
  }

  #take(source: Source, at: number, bytes: number, where: string): void {
    const I32 = source.I32;
    const index = I32[at + 2];
    switch (I32[at]) {
      case record.dead:
        return;
      case record.plan:
        this.#expect(index, this.#plans.length, `${where}: plan`);
        this.#plans.push(parsePlan(this.#json(source, at, bytes, where)));
        return;
      case record.hyper:
        this.#expect(index, this.#hypers.length, `${where}: hyper-parameters`);
        this.#hypers.push(parseHyper(this.#json(source, at, bytes, where)));
        return;
      case record.loop:
        this.#expect(index, this.#loopAt.length, `${where}: loop`);
        if (bytes !== loopRecord.bytes) throw new TraceFormatError(`${where}: a loop of ${bytes} bytes`);
        this.#loopAt.push({ source, at });
        return;
      case record.step: {
        if (bytes < stepRecord.headerBytes) throw new TraceFormatError(`${where}: a step of ${bytes} bytes`);
        // The one open step may be written again.
        if (index !== this.#stepAt.length && index !== this.#stepAt.length - 1)
          throw new TraceFormatError(`${where}: step ${index} after ${this.#stepAt.length} steps`);
        const plan = this.#plans[I32[at + stepRecord.plan]];
        if (plan === undefined) throw new TraceFormatError(`${where}: no plan ${I32[at + stepRecord.plan]}`);
        const kind = flavourOf(I32[at + stepRecord.flags]);
        const body = this.#layout(I32[at + stepRecord.plan], plan, kind).bytes;
        const count = I32[at + stepRecord.eventCount];
        const complete = count === plan.events.length;
        if (
          kind > flavour.whole ||
          count < 0 ||
          count > plan.events.length ||
          (complete && bytes !== stepRecord.headerBytes + body) ||
          bytes > stepRecord.headerBytes + body
        ) {
          throw new TraceFormatError(`${where}: step ${index} does not fit its plan`);
        }
        this.#stepAt[index] = { source, at };
        return;
      }
      default:
        throw new TraceFormatError(`${where}: a record of type ${I32[at]}`);
    }
  }

  #expect(index: number, next: number, what: string): void {
    if (index !== next) throw new TraceFormatError(`${what} ${index} where ${next} should be`);
  }

  #json(source: Source, at: number, bytes: number, where: string): unknown {
    const length = source.I32[at + textRecord.length];
    if (length < 0 || length > bytes - textRecord.headerBytes) throw new TraceFormatError(`${where}: a text of ${length} bytes`);
    const from = new Uint8Array(source.buffer, (at << 2) + textRecord.headerBytes, length);
    let text = '';
    for (let i = 0; i < length; i += 4096) text += String.fromCharCode(...from.subarray(i, Math.min(i + 4096, length)));
    try {
      return JSON.parse(text);
    } catch {
      throw new TraceFormatError(`${where}: text that is no JSON`);
    }
  }

  #place(index: number): { source: Source; at: number } {
    this.#scan();
    const place = this.#stepAt[index];
    if (place === undefined) throw new RangeError(`no step ${index}: the trace has ${this.#stepAt.length}`);
    return place;
  }

  step(index: number): Step {
    const { source, at } = this.#place(index);
    const { I32, F64 } = source;
    const flags = I32[at + stepRecord.flags];
    const byte = at << 2;
    const plan = this.#plans[I32[at + stepRecord.plan]];
    const hyper = this.#hypers[I32[at + stepRecord.hyper]];
    const loop = I32[at + stepRecord.loop];
    const line = I32[at + stepRecord.backwardLine];
    const epoch = I32[at + stepRecord.epoch];
    const batch = I32[at + stepRecord.batch];
    const site: Site | null = line <= 0 ? null : { cell: I32[at + stepRecord.backwardCell], line };
    return {
      index,
      graph: plan.graph,
      loop: loop >= 0 && loop < this.#loopAt.length ? loop : -1,
      epoch: epoch < 0 ? null : epoch,
      batch: batch < 1 ? null : batch,
      closed: (flags & stepFlag.closed) !== 0,
      trainLoss: (flags & stepFlag.train) === 0 ? null : F64[(byte + stepRecord.trainLossByte) >> 3],
      validationLoss: (flags & stepFlag.validation) === 0 ? null : F64[(byte + stepRecord.validationLossByte) >> 3],
      hyper: hyper?.hyper ?? {},
      optimizer: hyper?.optimizer ?? null,
      backwardSite: site,
      firstEvent: F64[(byte + stepRecord.firstEventByte) >> 3],
      eventCount: I32[at + stepRecord.eventCount],
    };
  }

  /** The step's plan, once its node numbers were held against its graph. */
  #planOf(source: Source, at: number): Plan {
    const index = source.I32[at + stepRecord.plan];
    const plan = this.#plans[index];
    if (!this.#checkedPlans.has(index)) {
      const graph = this.graphs[plan.graph];
      if (graph === undefined) throw new TraceFormatError(`no graph ${plan.graph}: there are ${this.graphs.length}`);
      const end = graph.nodes.length;
      if (plan.events.some((event) => event.node >= end) || plan.initial.some(([node]) => node >= end))
        throw new TraceFormatError(`plan ${index} names nodes its graph lacks`);
      this.#checkedPlans.add(index);
    }
    return plan;
  }

  #layout(index: number, plan: Plan, kind: number): Layout {
    const key = index * 4 + kind;
    let known = this.#layouts.get(key);
    if (known === undefined) {
      known = layout(plan.slots, kind);
      this.#layouts.set(key, known);
    }
    return known;
  }

  #decoded(index: number): Decoded {
    const { source, at } = this.#place(index);
    const cached = this.#cached;
    if (cached !== null && cached.index === index && cached.source === source && cached.at === at) return cached;
    const plan = this.#planOf(source, at);
    this.#cached = { index, source, at, plan, read: this.#payloads(source, at, plan), events: null };
    return this.#cached;
  }

  events(step: Step): readonly TraceEvent[] {
    const decoded = this.#decoded(step.index);
    const { plan, source, at } = decoded;
    const count = source.I32[at + stepRecord.eventCount];
    if (decoded.events?.length === count) return decoded.events;
    const some = (slot: number): Payload | null => (slot < 0 ? null : decoded.read(slot));
    const always = (slot: number): Payload => decoded.read(slot) ?? gone(plan.slots[slot]);
    decoded.events = plan.events.slice(0, count).map((event): TraceEvent => {
      switch (event.kind) {
        case 'forward':
          return { kind: 'forward', node: event.node, outputs: event.outputs.map(always) };
        case 'backward':
          return {
            kind: 'backward',
            node: event.node,
            incoming: event.incoming.map(some),
            outgoing: event.outgoing.map(some),
            grad: some(event.grad),
          };
        case 'update':
          return { kind: 'update', node: event.node, before: always(event.before), after: always(event.after) };
        default:
          return event;
      }
    });
    return decoded.events;
  }

  initial(step: Step, node: number): Payload | null {
    const { plan, read } = this.#decoded(step.index);
    for (const [n, slot] of plan.initial) if (n === node) return read(slot);
    return null;
  }

  whole(payload: Payload): readonly number[] | Float32Array | Float64Array | null {
    return payload.values ?? this.#wholes.get(payload)?.() ?? null;
  }

  /** Values in the heap, if the step still held them when they had been copied. */
  #held({ I32 }: Source, at: number, slot: PlanSlot, place: number): Float32Array | Float64Array | null {
    if (this.#memory === null) return null;
    const ticketAt = I32[chunk.fields.tickets] + 4 * I32[at + stepRecord.ticketPlace];
    return heldValues(this.#memory, slot, I32, place, ticketAt, I32[at + stepRecord.ticket]);
  }

  /** Decodes a slot of a step once; null where the record does not hold it (thinned away, or an open step not that far yet). */
  #payloads(source: Source, at: number, plan: Plan): (slot: number) => Payload | null {
    const kind = flavourOf(source.I32[at + stepRecord.flags]);
    const { offsets, stores } = this.#layout(source.I32[at + stepRecord.plan], plan, kind);
    const body = (at << 2) + stepRecord.headerBytes;
    const bytes = source.I32[at + 1];
    const met: Payload[] = [];
    return (index) => {
      if (met[index] !== undefined) return met[index];
      const slot = plan.slots[index];
      if (kind === flavour.empty || !fits(slot, offsets[index], stores[index], bytes)) return null;
      let payload: Payload;
      const start = body + offsets[index];
      if (stores[index] !== store.values) {
        payload = { shape: slot.shape, dtype: slot.dtype, summary: readSummary(source.F64, start >> 3), values: null };
        const place = start + SUMMARY_BYTES;
        if (stores[index] === store.place) this.#wholes.set(payload, () => this.#held(source, at, slot, place >> 2));
        if (stores[index] === store.both && source.I32[place >> 2] === 1) {
          const [from, first] =
            valueBytes(slot.dtype) === 8 ? [source.F64, (place + THERE_BYTES) >> 3] : [source.F32, (place + THERE_BYTES) >> 2];
          this.#wholes.set(payload, () => from.slice(first, first + slot.numel));
        }
      } else {
        const wide = valueBytes(slot.dtype) === 8;
        const from = wide ? source.F64 : source.F32;
        const first = start >> (wide ? 3 : 2);
        const values = new Array<number>(slot.numel);
        for (let i = 0; i < slot.numel; i++) values[i] = from[first + i];
        writeSummary(values, 0, slot.numel, columns, 0);
        payload = { shape: slot.shape, dtype: slot.dtype, summary: readSummary(columns, 0), values };
      }
      met[index] = payload;
      return payload;
    };
  }
}

const flavourOf = (flags: number): number => (flags >> stepFlag.flavourShift) & stepFlag.flavourMask;

/** Whether a slot lies within its record (that of an open step may be cut short). */
function fits(slot: PlanSlot, offset: number, stored: number, recordBytes: number): boolean {
  return stepRecord.headerBytes + offset + storedBytes(slot, stored) <= recordBytes;
}

function parseHyper(json: unknown): Hyper {
  const value = json as { optimizer?: unknown; hyper?: unknown } | null;
  if (
    typeof value !== 'object' ||
    value === null ||
    typeof value.optimizer !== 'string' ||
    typeof value.hyper !== 'object' ||
    value.hyper === null
  ) {
    throw new TraceFormatError('hyper-parameters of an unknown form');
  }
  const hyper: Record<string, number> = {};
  for (const [name, number] of Object.entries(value.hyper)) if (typeof number === 'number' && name !== '__proto__') hyper[name] = number;
  return { optimizer: value.optimizer, hyper };
}
