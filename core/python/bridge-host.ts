// What every part of the bridge shares: tables, shared memory with Python, errors on their way to Python.
// It knows no op; the parts (`bridge-*.ts`, `numpy-bridge.ts`) add their functions on top.

import { TensorTable } from './handles.ts';
import { NodeTable } from './node-table.ts';
import type { Pyodide, PythonFunction } from './pyodide-host.ts';

/** Results of a hot call that are no handle. Handles are positive. */
export const result = { error: -1, none: -2, many: -3, json: -4, same: -5 } as const;

/** Functions of one part, by the name Python calls them. Hot ones take and return numbers. */
export type BridgeFunctions = Record<string, (...values: never[]) => unknown>;

const cellOut = 8;

export class BridgeHost {
  readonly tensors = new TensorTable();
  readonly nodes = new NodeTable();
  /** Seldom used functions, reached through `invoke(name, json)`. They take and return plain values. */
  readonly asked = new Map<string, (...values: never[]) => unknown>();
  readonly #module: Pyodide['_module'];
  #dead = 0;
  #deadRoom = 0;
  #drained = 0;
  #cell = 0;
  #room = 0;
  #taken = '';
  /** Calls back into Python to hand on printed text; set by the session. */
  flush: PythonFunction | null = null;
  /** Milliseconds; set by the session. */
  now: () => number = () => 0;
  #flushed = 0;

  constructor(pyodide: Pyodide) {
    this.#module = pyodide._module;
  }

  attach(dead: number, deadRoom: number, cell: number, cells: number): void {
    this.#deadRoom = deadRoom;
    this.#dead = dead >> 2;
    this.#cell = cell >> 2;
    this.#room = cells - cellOut;
  }

  /** At the start of every call: lets go of what Python let go of, and hands on text that has waited. */
  enter(): void {
    const dead = this.#dead;
    let memory = this.#module.HEAP32;
    if (memory[dead] > 0) {
      // What is dropped may let go of Python objects, which queue more behind, or drain a full queue from within.
      while (this.#drained < memory[dead]) {
        const number = memory[dead + ++this.#drained];
        if (number > 0) this.tensors.drop(number);
        else this.nodes.letGo(-number);
        memory = this.#module.HEAP32;
      }
      memory[dead] = 0;
      this.#drained = 0;
    }
    if (memory[this.#cell] !== 0) this.#flushLate();
  }

  /** Python let go of a tensor's handle. It is dropped at the next call: what it holds may run Python, which is busy. */
  letGo(handle: number): void {
    const memory = this.#module.HEAP32;
    const count = ++memory[this.#dead];
    memory[this.#dead + count] = handle;
    if (count === this.#deadRoom) this.enter();
  }

  #flushLate(): void {
    const now = this.now();
    if (now - this.#flushed < 40) return;
    this.#flushed = now;
    this.flush?.();
  }

  /** Several results: handles (0 for None) in the shared cell. */
  many(handles: readonly number[]): number {
    if (handles.length > this.#room) return this.json({ handles });
    const memory = this.#module.HEAP32;
    const at = this.#cell;
    memory[at + cellOut - 1] = handles.length;
    for (let i = 0; i < handles.length; i++) memory[at + cellOut + i] = handles[i];
    return result.many;
  }

  /** Plain numbers in the shared cell; returns how many. */
  numbers(values: readonly number[]): number {
    const memory = this.#module.HEAP32;
    const at = this.#cell + cellOut;
    for (let i = 0; i < values.length; i++) memory[at + i] = values[i];
    return values.length;
  }

  readNumbers(count: number): number[] {
    const at = this.#cell + cellOut;
    return Array.from(this.#module.HEAP32.subarray(at, at + count));
  }

  /** Python's memory, valid until it grows. */
  bytes(address: number, count: number): Uint8Array {
    return this.#module.HEAPU8.subarray(address, address + count);
  }

  /** int32 values in Python's memory, valid until it grows. */
  integers(address: number, count: number): Int32Array {
    return this.#module.HEAP32.subarray(address >> 2, (address >> 2) + count);
  }

  /** A plain result that Python fetches with `take()`. */
  json(value: unknown): number {
    this.#taken = JSON.stringify(value, plain);
    return result.json;
  }

  /** An error that Python fetches with `take()` and raises. */
  fail(error: unknown): number {
    this.#taken = JSON.stringify(describeError(error));
    return result.error;
  }

  take(): string {
    return this.#taken;
  }

  /** A hot function: errors become -1. */
  guard<A extends never[]>(f: (...values: A) => unknown): (...values: A) => unknown {
    return (...values: A) => {
      try {
        this.enter();
        return f(...values);
      } catch (error) {
        return this.fail(error);
      }
    };
  }

  clear(): void {
    this.tensors.clear();
    this.nodes.clear();
  }
}

/** JSON has no NaN, no infinities and no 64-bit integers: they travel as `{"$": "nan"}` and `{"$i": "…"}`. */
export function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return { $: String(value) };
  if (typeof value === 'bigint') return { $i: String(value) };
  return value;
}

/** Thrown where a Python function called by the engine raised: the exception itself waits on Python's side. */
export class PythonRaised extends Error {
  constructor() {
    super('a Python function raised');
    this.name = 'PythonRaised';
  }
}

/** Pyodide's error for a stop that struck inside Python. */
export const isInterrupt = (error: unknown): boolean => (error as { type?: string } | null)?.type === 'KeyboardInterrupt';

const pythonNames = /^(?:[A-Z]\w*(?:Error|Warning|Exception|Iteration|Interrupt))$/;

function describeError(error: unknown): { type: string; message: string; notes: readonly string[] } {
  if (error instanceof Error) {
    const { pythonType, notes } = error as { pythonType?: string; notes?: readonly string[] };
    if (pythonType !== undefined) return { type: pythonType, message: error.message, notes: notes ?? [] };
    if (error.constructor !== TypeError && error.constructor !== RangeError && error.name !== 'Error' && pythonNames.test(error.name)) {
      return { type: error.name, message: error.message, notes: notes ?? [] };
    }
    return {
      type: 'RuntimeError',
      message: `Nabla went wrong inside: ${error.message}`,
      notes: [`Please report this: ${(error.stack ?? '').split('\n').slice(1, 4).join(' ').trim()}`],
    };
  }
  return { type: 'RuntimeError', message: String(error), notes: [] };
}
