// The words between a window (or the command line) and a session that runs a script. Plain values only.
import type { Graph, Site } from '../graph/graph.ts';
import type { ShownOutput } from '../graph/shown-output.ts';

export interface CodeCell {
  readonly kind: 'code';
  readonly text: string;
}
export interface MarkdownCell {
  readonly kind: 'markdown';
  readonly text: string;
}
/** A plain script is one code cell, number 0. In a notebook cells are numbered from 1 over the code cells only, as `In [1]`. */
export type Source =
  | { readonly kind: 'script'; readonly text: string }
  | { readonly kind: 'notebook'; readonly cells: readonly (CodeCell | MarkdownCell)[] };

export type DeviceChoice = 'cpu' | 'gpu';
export type RecordingLevel = 'off' | 'summary' | 'full';

export interface RunRequest {
  readonly run: number;
  readonly name: string;
  readonly source: Source;
  readonly argv: readonly string[];
  readonly device: DeviceChoice;
  readonly recording: RecordingLevel;
  /** Show a cell's last expression as Jupyter does (the window: yes, the command line: no). */
  readonly showLastExpression: boolean;
  /** The script's folder, relative path → bytes; read-only to the script. */
  readonly folder: Readonly<Record<string, Uint8Array>>;
  readonly budgetBytes: number;
  /** Threads that compute, at most; without it as many as the host has started. Results do not depend on it. */
  readonly threads?: number;
  /** What every make_dot call of the run shows at least, whatever the script asked. */
  readonly drawing?: { readonly showAttrs: boolean; readonly showSaved: boolean };
}

export interface ScriptError {
  /** Python class, as `RuntimeError`. */
  readonly type: string;
  /** First line is torch's own where torch has one. */
  readonly message: string;
  /** As Python prints it, the script's own lines only. */
  readonly traceback: string;
  /** Innermost script line. */
  readonly site: Site | null;
  /** Every script line on the way, outermost first. */
  readonly sites: readonly Site[];
  /** What to do, in plain words; rule, op and shapes. */
  readonly notes: readonly string[];
}

export type RunState = 'starting' | 'running' | 'paused' | 'finished' | 'failed' | 'stopped';

export type SessionMessage =
  | { readonly type: 'ready'; readonly startMs: number }
  | { readonly type: 'state'; readonly run: number; readonly state: RunState; readonly site: Site | null }
  | { readonly type: 'cell'; readonly run: number; readonly cell: number; readonly state: 'running' | 'finished' | 'failed' }
  /** Text in arrival order, many prints joined into one message; and what a cell shows besides. */
  | (ShownOutput & { readonly run: number })
  | { readonly type: 'graph'; readonly run: number; readonly index: number; readonly graph: Graph }
  /** New shared memory that the Trace now also lives in; the reader is built from all chunks so far. `memory`: the heap that large values lie in, where it is shared. */
  | {
      readonly type: 'trace';
      readonly run: number;
      readonly chunks: readonly SharedArrayBuffer[];
      readonly memory: WebAssembly.Memory | null;
    }
  | { readonly type: 'error'; readonly run: number; readonly error: ScriptError };

/**
 * The control block: an Int32Array over shared memory, written by the window, waited on by the session (`Atomics.wait`).
 * The session blocks at `loss.backward()`, `optimizer.step()` and, when asked, at each op.
 */
export const control = {
  /** One of `pace`. The session waits while it is `paused`. */
  pace: 0,
  /** How many stops are still to be let through while paused: 1 = one step, decremented by the session. */
  credits: 1,
  /** What a credit buys: 0 an op, 1 a step, 2 an epoch. */
  unit: 2,
  /** Raised by the window with each hyper-parameter change; `hyperName` and the float64 at `hyperValue` say which. */
  hyperRevision: 3,
  /** Index into `hyperNames`. */
  hyperName: 4,
  /** Two cells: the float64's bits. */
  hyperValue: 6,
  /** Written by the session: 1 while it waits. */
  waiting: 8,
  /** Written by the session: 1 when the running script has an optimizer whose hyper-parameters can be changed. */
  hasOptimizer: 9,
  cells: 16,
} as const;

export const pace = { running: 0, paused: 1 } as const;
export const hyperNames = ['lr', 'momentum', 'weight_decay', 'dampening'] as const;
