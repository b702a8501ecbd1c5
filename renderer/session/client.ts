// The window's side of running scripts: one engine at work, one warm spare, and the run store fed from both shared memory and messages.
// The only part of the window that starts or ends workers.
import { hyperNames, type RunRequest, traceReaderFromChunks } from '../../core/index.ts';
import type { SessionControl } from '../state/app.ts';
import { documentStore, sourceOf } from '../state/document-store.ts';
import { beginRun, isLive, lookedAt, receive, runStore } from '../state/run-store.ts';
import { notify, viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { type Engine, type FromWorker, startEngine, type WorkerLike } from './engine.ts';

/** A script has this long to end by itself once interrupted. */
export const stopGraceMs = 500;
/** Between two looks at a running script's memory. */
const pullPauseMs = 60;
/** The spare starts when the window has come to rest. */
const spareDelayMs = 1500;

export interface SessionClientOptions {
  readonly createWorker: () => WorkerLike;
  readonly base: string;
  /** Calls back once before the next frame. */
  readonly nextFrame: (callback: () => void) => void;
}

export interface SessionClient extends SessionControl {
  /** Starts Python; called when the first screen stands. */
  warmUp(): void;
  /** Every run and every opened recording gets a number; answers to older ones are stale. */
  nextRunNumber(): number;
}

export function createSessionClient({ createWorker, base, nextFrame }: SessionClientOptions): SessionClient {
  let current: Engine | null = null;
  let spare: Engine | null = null;
  let lastRun = 0;
  /** The run in which the engine itself failed. */
  let broken = 0;
  let pulling = false;
  /** Number of chunks and graphs the present reader was built from. */
  let readFrom = '';

  const start = (): Engine => {
    const engine: Engine = startEngine(createWorker, base, (message) => {
      if (engine === current) hear(message);
    });
    return engine;
  };

  const takeOver = (): Engine => {
    current = spare ?? start();
    spare = null;
    const taken = current;
    taken.ready.then(
      (startMs) => {
        runStore.setState({ engine: 'ready', engineStartMs: startMs });
        setTimeout(() => {
          if (current === taken && !spare) spare = start();
        }, spareDelayMs);
      },
      (error: Error) => {
        runStore.setState({ engine: 'failed' });
        notify('error', `${words.status.engineFailed}: ${error.message}`);
      },
    );
    if (!taken.isReady()) runStore.setState({ engine: 'starting' });
    return taken;
  };

  const hear = (message: FromWorker): void => {
    if (message.type === 'bootFailed') return;
    receive(message);
    if (message.type === 'trace' || message.type === 'graph') pull();
    if (message.type === 'error' && message.error.message.startsWith('Nabla went wrong inside')) broken = message.run;
    if (message.type === 'state' && !isLive(message.state)) {
      pull();
      // Python may be past running anything: the next run gets another.
      if (broken === message.run) {
        current?.kill();
        takeOver();
      }
    }
  };

  /** Brings the run store up to what shared memory holds now. */
  const pull = (): void => {
    const { chunks, memory, graphs, reader, revision } = runStore.getState();
    if (chunks.length === 0) return;
    const from = `${lastRun}/${chunks.length}/${graphs.length}`;
    let now = reader;
    if (from !== readFrom || !now) {
      now = traceReaderFromChunks(chunks, graphs, true, memory);
      readFrom = from;
    }
    const hasOptimizer = current?.hasOptimizer() ?? false;
    if (now !== reader || now.revision !== revision || hasOptimizer !== runStore.getState().hasOptimizer) {
      runStore.setState({ ...lookedAt(now), hasOptimizer });
    }
  };

  const pullWhileLive = (): void => {
    if (pulling) return;
    pulling = true;
    const tick = (): void => {
      pull();
      if (!isLive(runStore.getState().status)) pulling = false;
      // Drawing takes its time from the script where cores are few.
      else setTimeout(() => nextFrame(tick), pullPauseMs);
    };
    nextFrame(tick);
  };

  const replaceEngine = (run: number): void => {
    if (run !== lastRun || !isLive(runStore.getState().status)) return;
    current?.kill();
    runStore.setState({ replaced: true });
    receive({ type: 'state', run, state: 'stopped', site: null });
    pull();
    takeOver();
  };

  return {
    warmUp: () => {
      if (!current) takeOver();
    },
    nextRunNumber: () => {
      lastRun += 1;
      return lastRun;
    },
    run({ paused = false } = {}) {
      const state = documentStore.getState();
      if (state.cells.every((cell) => cell.kind === 'markdown' || cell.text.trim() === '')) {
        notify('error', words.errors.emptyScript);
        return;
      }
      if (isLive(runStore.getState().status)) return;
      lastRun += 1;
      readFrom = '';
      const view = viewStore.getState();
      const request: RunRequest = {
        run: lastRun,
        name: state.name || words.app.untitled,
        source: sourceOf(state),
        argv: [],
        device: view.device,
        recording: view.recording,
        showLastExpression: true,
        folder: state.folder,
        budgetBytes: state.settings.traceBudgetBytes,
      };
      beginRun(request);
      viewStore.setState({ playing: false, following: true, playhead: null, dotCall: null, selection: null, litLine: null, notice: null });
      const engine = current ?? takeOver();
      engine.ready.then(
        () => {
          if (request.run !== lastRun || current !== engine || runStore.getState().status === 'stopped') return;
          engine.run(request, paused);
          pullWhileLive();
        },
        (error: Error) => {
          if (request.run !== lastRun) return;
          receive({ type: 'state', run: request.run, state: 'stopped', site: null });
          notify('error', words.errors.runFailed(error.message));
        },
      );
    },
    pause: () => current?.pause(),
    resume: () => {
      viewStore.setState({ following: true });
      current?.resume();
    },
    step: () => {
      viewStore.setState({ following: true });
      current?.step();
    },
    stop() {
      if (!isLive(runStore.getState().status)) return;
      const run = lastRun;
      if (!current?.isReady()) {
        receive({ type: 'state', run, state: 'stopped', site: null });
        return;
      }
      current.interrupt();
      setTimeout(() => replaceEngine(run), stopGraceMs);
    },
    setHyper(name, value) {
      const index = (hyperNames as readonly string[]).indexOf(name);
      if (index >= 0) current?.setHyper(index, value);
    },
  };
}
