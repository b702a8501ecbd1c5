// A Plan: the events of steps of one kind and the fixed layout of their records. Also its guarded reading from untrusted JSON.
import { SUMMARY_BYTES } from './summary.ts';

export interface PlanSlot {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly numel: number;
  /** 0: values whole. 1: summary. 2: summary, and where the values lie. */
  readonly store: number;
}

export type PlanEvent =
  | { readonly kind: 'forward'; readonly node: number; readonly outputs: readonly number[] }
  | {
      readonly kind: 'backward';
      readonly node: number;
      readonly incoming: readonly number[];
      readonly outgoing: readonly number[];
      readonly grad: number;
    }
  | { readonly kind: 'update'; readonly node: number; readonly before: number; readonly after: number }
  | { readonly kind: 'zero_grad'; readonly node: number };

export interface Plan {
  readonly graph: number;
  readonly slots: readonly PlanSlot[];
  readonly events: readonly PlanEvent[];
  /** Node and slot of each leaf and input. */
  readonly initial: readonly (readonly [number, number])[];
}

/** How much of a step's payloads a record holds: as planned, summaries wherever they are smaller, nothing, or (in files) values beside every summary. */
export const flavour = { planned: 0, thinned: 1, empty: 2, whole: 3 } as const;

/** How a slot is stored; `both` is a summary, an int32 that says whether the values are there, and the values from 8 bytes on. */
export const store = { values: 0, summary: 1, place: 2, both: 3 } as const;

export const THERE_BYTES = 8;
/** Where a tensor's values lie: the address of the first, then the strides in elements. */
export const placeBytes = (rank: number): number => (4 + 4 * rank + 7) & ~7;

export const valueBytes = (dtype: string): number => (dtype === 'float32' ? 4 : 8);

function storedAs(slot: PlanSlot, kind: number): number {
  if (slot.store === store.place) return kind === flavour.planned ? store.place : kind === flavour.whole ? store.both : store.summary;
  return kind === flavour.thinned && slot.numel * valueBytes(slot.dtype) > SUMMARY_BYTES ? store.summary : slot.store;
}

export function storedBytes(slot: PlanSlot, stored: number): number {
  const values = slot.numel * valueBytes(slot.dtype);
  switch (stored) {
    case store.values:
      return values;
    case store.summary:
      return SUMMARY_BYTES;
    case store.place:
      return SUMMARY_BYTES + placeBytes(slot.shape.length);
    default:
      return SUMMARY_BYTES + THERE_BYTES + values;
  }
}

/** Byte offset of each slot in the body of a record, and the body's length (a multiple of 8). */
export function layout(
  slots: readonly PlanSlot[],
  kind: number,
): { readonly offsets: readonly number[]; readonly stores: readonly number[]; readonly bytes: number } {
  const offsets: number[] = [];
  const stores: number[] = [];
  let at = 0;
  if (kind === flavour.empty) return { offsets, stores, bytes: 0 };
  for (const slot of slots) {
    const item = valueBytes(slot.dtype);
    const stored = storedAs(slot, kind);
    if (stored !== store.values || item === 8) at = (at + 7) & ~7;
    offsets.push(at);
    stores.push(stored);
    at += storedBytes(slot, stored);
  }
  return { offsets, stores, bytes: (at + 7) & ~7 };
}

export class TraceFormatError extends Error {
  constructor(message: string) {
    super(`broken trace: ${message}`);
    this.name = 'TraceFormatError';
  }
}

type Loose = Record<string, unknown>;
const object = (value: unknown, what: string): Loose => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TraceFormatError(`${what} is no object`);
  return value as Loose;
};
const list = (value: unknown, what: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new TraceFormatError(`${what} is no list`);
  return value;
};
const whole = (value: unknown, min: number, end: number, what: string): number => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value >= end)
    throw new TraceFormatError(`${what} is out of range (${String(value)})`);
  return value;
};

const MAX_NUMEL = 2 ** 40;
/** Values kept whole per tensor, at most: what bounds the memory a record can ask of its reader. */
const MAX_VALUES = 1 << 16;

/** Checks a plan read from outside; node numbers are checked against `nodeCount` when the graph is at hand. */
export function parsePlan(json: unknown): Plan {
  const plan = object(json, 'plan');
  const graph = whole(plan.graph, 0, 2 ** 31, 'graph of a plan');
  const slots = list(plan.slots, 'slots').map((entry): PlanSlot => {
    const slot = object(entry, 'slot');
    const shape = list(slot.shape, 'shape').map((d) => whole(d, 0, MAX_NUMEL, 'size of a dimension'));
    const numel = shape.reduce((a, b) => a * b, 1);
    const kind = whole(slot.store, 0, 3, 'store of a slot');
    if (numel > (kind === store.values ? MAX_VALUES : MAX_NUMEL)) throw new TraceFormatError(`a slot of ${numel} values`);
    if (typeof slot.dtype !== 'string' || slot.dtype.length > 16) throw new TraceFormatError('dtype of a slot');
    return { shape, dtype: slot.dtype, numel, store: kind };
  });
  const slotOf = (value: unknown, min: number) => whole(value, min, slots.length, 'slot of an event');
  const node = (value: unknown) => whole(value, 0, 2 ** 31, 'node of an event');
  const events = list(plan.events, 'events').map((entry): PlanEvent => {
    const event = object(entry, 'event');
    switch (event.kind) {
      case 'forward':
        return { kind: 'forward', node: node(event.node), outputs: list(event.outputs, 'outputs').map((s) => slotOf(s, 0)) };
      case 'backward':
        return {
          kind: 'backward',
          node: node(event.node),
          incoming: list(event.incoming, 'incoming').map((s) => slotOf(s, -1)),
          outgoing: list(event.outgoing, 'outgoing').map((s) => slotOf(s, -1)),
          grad: slotOf(event.grad, -1),
        };
      case 'update':
        return { kind: 'update', node: node(event.node), before: slotOf(event.before, 0), after: slotOf(event.after, 0) };
      case 'zero_grad':
        return { kind: 'zero_grad', node: node(event.node) };
      default:
        throw new TraceFormatError(`an event of kind ${String(event.kind)}`);
    }
  });
  const initial = list(plan.initial, 'initial').map((entry): readonly [number, number] => {
    const pair = list(entry, 'initial value');
    return [node(pair[0]), slotOf(pair[1], 0)];
  });
  return { graph, slots, events, initial };
}

/** JSON in ASCII only, so that one character is one byte. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
