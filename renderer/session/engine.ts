// One worker with one Python in it, seen from the window: its control block, its interrupt buffer, its messages.
// Knows no store; the client decides what the messages mean.
import { control, pace, type RunRequest, type SessionMessage } from '../../core/index.ts';

/** What the worker is told first. */
export interface BootMessage {
  readonly type: 'boot';
  readonly control: SharedArrayBuffer;
  readonly interrupt: SharedArrayBuffer;
  /** Where the page's own files are. */
  readonly base: string;
}
export interface RunMessage {
  readonly type: 'run';
  readonly request: RunRequest;
}
export type ToWorker = BootMessage | RunMessage;
export type FromWorker = SessionMessage | { readonly type: 'bootFailed'; readonly message: string };

/** The part of a Worker that is used, so that tests can stand in for it. */
export interface WorkerLike {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** SIGINT, as Pyodide's interrupt buffer means it. */
const interruptSignal = 2;

export interface Engine {
  readonly ready: Promise<number>;
  readonly isReady: () => boolean;
  run(request: RunRequest, startPaused: boolean): void;
  resume(): void;
  pause(): void;
  /** Lets one step through, then holds again. */
  step(): void;
  interrupt(): void;
  setHyper(index: number, value: number): void;
  hasOptimizer(): boolean;
  kill(): void;
}

/** Starts a worker; `receive` gets everything it says until it is killed. */
export function startEngine(createWorker: () => WorkerLike, base: string, receive: (message: FromWorker) => void): Engine {
  const controlBlock = new SharedArrayBuffer(control.cells * 4);
  const cells = new Int32Array(controlBlock);
  const interruptBlock = new SharedArrayBuffer(4);
  const interruptCells = new Uint8Array(interruptBlock);
  const worker = createWorker();
  let isReady = false;
  let killed = false;

  const ready = new Promise<number>((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (killed) return;
      if (data.type === 'ready') {
        isReady = true;
        resolve(data.startMs);
      }
      if (data.type === 'bootFailed') reject(new Error(data.message));
      receive(data);
    };
    worker.onerror = (event) => {
      if (killed) return;
      const message = event.message || 'the worker could not be loaded';
      reject(new Error(message));
      receive({ type: 'bootFailed', message });
    };
  });
  // Whoever waits for it hears of the failure; nobody waiting is no error of its own.
  ready.catch(() => {});
  worker.postMessage({ type: 'boot', control: controlBlock, interrupt: interruptBlock, base });

  const wake = (): void => {
    Atomics.notify(cells, control.pace);
    Atomics.notify(cells, control.credits);
    Atomics.notify(cells, control.waiting);
  };

  const setPace = (value: number): void => {
    Atomics.store(cells, control.pace, value);
    wake();
  };

  return {
    ready,
    isReady: () => isReady,
    run(request, startPaused) {
      interruptCells[0] = 0;
      cells.fill(0);
      Atomics.store(cells, control.unit, 1);
      Atomics.store(cells, control.pace, startPaused ? pace.paused : pace.running);
      Atomics.store(cells, control.credits, startPaused ? 1 : 0);
      worker.postMessage({ type: 'run', request });
    },
    resume: () => {
      Atomics.store(cells, control.credits, 0);
      setPace(pace.running);
    },
    pause: () => setPace(pace.paused),
    step() {
      Atomics.store(cells, control.unit, 1);
      Atomics.store(cells, control.pace, pace.paused);
      Atomics.add(cells, control.credits, 1);
      wake();
    },
    interrupt() {
      interruptCells[0] = interruptSignal;
      setPace(pace.running);
    },
    setHyper(index, value) {
      new Float64Array(controlBlock, control.hyperValue * 4, 1)[0] = value;
      Atomics.store(cells, control.hyperName, index);
      Atomics.add(cells, control.hyperRevision, 1);
      wake();
    },
    hasOptimizer: () => Atomics.load(cells, control.hasOptimizer) === 1,
    kill() {
      killed = true;
      worker.terminate();
    },
  };
}
