// One execution: what it recorded, printed and showed, and how it stands. Written by session messages only.
// Knows nothing of workers: whoever receives a message hands it to `receive`.
import { createStore } from 'zustand/vanilla';
import type {
  DotCall,
  Graph,
  RunState as Progress,
  RunRequest,
  ScriptError,
  SessionMessage,
  ShownOutput,
  Site,
  TraceReader,
} from '../../core/index.ts';

export type Output =
  | { readonly kind: 'text'; readonly stream: 'stdout' | 'stderr'; readonly text: string; readonly droppedLines: number }
  | { readonly kind: 'result'; readonly text: string }
  | { readonly kind: 'figure'; readonly svg: string }
  | { readonly kind: 'dot'; readonly call: number };

export interface CellRun {
  readonly state: 'waiting' | 'running' | 'finished' | 'failed';
  readonly outputs: readonly Output[];
}

/** `empty`: nothing has run; `opened`: a recording read from a file. */
export type RunStatus = 'empty' | 'opened' | Progress;

export interface RunStoreState {
  /** Number of the run everything below belongs to; messages of other runs are stale. */
  readonly run: number;
  readonly status: RunStatus;
  readonly request: RunRequest | null;
  readonly site: Site | null;
  readonly cells: ReadonlyMap<number, CellRun>;
  readonly graphs: readonly Graph[];
  readonly dotCalls: readonly DotCall[];
  readonly chunks: readonly ArrayBufferLike[];
  /** The engine's heap, where large values lie while they are held. */
  readonly memory: WebAssembly.Memory | null;
  readonly reader: TraceReader | null;
  /**
   * What the reader said when it was last looked at. It reads memory that grows under it, so views must ask here:
   * a snapshot that changes by itself while it is drawn is drawn for ever.
   */
  readonly revision: number;
  readonly stepCount: number;
  readonly loopCount: number;
  readonly sizeBytes: number;
  readonly error: ScriptError | null;
  /** True when the engine had to be ended; what was recorded is kept. */
  readonly replaced: boolean;
  readonly hasOptimizer: boolean;
  readonly engine: 'starting' | 'ready' | 'failed';
  readonly engineStartMs: number | null;
}

const freshRun = {
  request: null,
  site: null,
  cells: new Map<number, CellRun>(),
  graphs: [],
  dotCalls: [],
  chunks: [],
  memory: null,
  reader: null,
  revision: 0,
  stepCount: 0,
  loopCount: 0,
  sizeBytes: 0,
  error: null,
  replaced: false,
  hasOptimizer: false,
} satisfies Partial<RunStoreState>;

export const runStore = createStore<RunStoreState>(() => ({
  run: 0,
  status: 'empty',
  engine: 'starting',
  engineStartMs: null,
  ...freshRun,
}));

/** A cell keeps its last characters; a print of a million lines must not fill the window. */
export const outputLimit = 120_000;

const noRun: CellRun = { state: 'waiting', outputs: [] };

function withCell(cells: ReadonlyMap<number, CellRun>, cell: number, change: (run: CellRun) => CellRun): ReadonlyMap<number, CellRun> {
  return new Map(cells).set(cell, change(cells.get(cell) ?? noRun));
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Joins prints of one stream; what outgrows the limit is cut at the front, at a line's end, and counted. */
export function appendText(outputs: readonly Output[], stream: 'stdout' | 'stderr', text: string): readonly Output[] {
  const last = outputs.at(-1);
  const joined = last?.kind === 'text' && last.stream === stream;
  let all = joined ? last.text + text : text;
  let droppedLines = joined ? last.droppedLines : 0;
  if (all.length > outputLimit) {
    const end = all.indexOf('\n', all.length - outputLimit);
    const cut = end < 0 ? all.length - outputLimit : end + 1;
    droppedLines += countLines(all.slice(0, cut));
    all = all.slice(cut);
  }
  const output: Output = { kind: 'text', stream, text: all, droppedLines };
  return joined ? [...outputs.slice(0, -1), output] : [...outputs, output];
}

/** What a message changes; nothing where it is stale. */
export function afterMessage(state: RunStoreState, message: SessionMessage): Partial<RunStoreState> {
  if (message.type === 'ready') return { engine: 'ready', engineStartMs: message.startMs };
  if (message.run !== state.run) return {};
  switch (message.type) {
    case 'state':
      return { status: message.state, site: message.site ?? (message.state === 'finished' ? null : state.site) };
    case 'cell':
      return { cells: withCell(state.cells, message.cell, (cell) => ({ ...cell, state: message.state })) };
    case 'output':
      return {
        cells: withCell(state.cells, message.cell, (cell) => ({
          ...cell,
          outputs: appendText(cell.outputs, message.stream, message.text),
        })),
      };
    case 'display': {
      const shown: Output[] = [];
      let dotCalls = state.dotCalls;
      if (message.dot) {
        shown.push({ kind: 'dot', call: dotCalls.length });
        dotCalls = [...dotCalls, message.dot];
      } else if (message.svg !== null) shown.push({ kind: 'figure', svg: message.svg });
      else if (message.text !== null) shown.push({ kind: 'result', text: message.text });
      return { dotCalls, cells: withCell(state.cells, message.cell, (cell) => ({ ...cell, outputs: [...cell.outputs, ...shown] })) };
    }
    case 'graph': {
      const graphs = [...state.graphs];
      graphs[message.index] = message.graph;
      return { graphs };
    }
    case 'trace':
      return { chunks: message.chunks, memory: message.memory };
    case 'error':
      return { error: message.error };
  }
}

/** The one door for session messages. */
export function receive(message: SessionMessage): void {
  runStore.setState((state) => afterMessage(state, message));
}

/** Forgets the last run and begins the next; its number is the request's. */
export function beginRun(request: RunRequest): void {
  runStore.setState({ ...freshRun, cells: new Map(), run: request.run, request, status: 'starting' });
}

/** The reader and what it says now, for `setState`. */
export function lookedAt(reader: TraceReader): Pick<RunStoreState, 'reader' | 'revision' | 'stepCount' | 'loopCount' | 'sizeBytes'> {
  const { revision, stepCount, sizeBytes } = reader;
  return { reader, revision, stepCount, loopCount: reader.loops.length, sizeBytes };
}

/** Shows a recording that came from a file. */
export function openRecording(
  run: number,
  reader: TraceReader,
  chunks: readonly ArrayBufferLike[],
  outputs: readonly ShownOutput[] = [],
): void {
  runStore.setState({ ...freshRun, cells: new Map(), run, status: 'opened', graphs: reader.graphs, chunks, ...lookedAt(reader) });
  for (const output of outputs) receive({ ...output, run });
}

/** What stands below the cells, as a recording keeps it. */
export function shownOutputs({ cells, dotCalls }: Pick<RunStoreState, 'cells' | 'dotCalls'>): ShownOutput[] {
  const shown: ShownOutput[] = [];
  for (const [cell, { outputs }] of [...cells].sort(([a], [b]) => a - b)) {
    for (const output of outputs) {
      if (output.kind === 'text') shown.push({ type: 'output', cell, stream: output.stream, text: output.text });
      else
        shown.push({
          type: 'display',
          cell,
          text: output.kind === 'result' ? output.text : null,
          svg: output.kind === 'figure' ? output.svg : null,
          dot: output.kind === 'dot' ? dotCalls[output.call] : null,
        });
    }
  }
  return shown;
}

export function clearRun(run: number): void {
  runStore.setState({ ...freshRun, cells: new Map(), run, status: 'empty' });
}

export function isLive(status: RunStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused';
}
