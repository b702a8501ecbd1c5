// Runs golden files in a worker and watches it: a case that hangs or kills Python is a miss, and the next ones go on in a new session.
import type { Worker } from 'node:worker_threads';
import { goldenCases } from './golden-folder.ts';
import type { WorkerReport } from './worker.ts';

export interface Miss {
  readonly id: string;
  readonly reason: string;
}

export interface FileResult {
  readonly file: string;
  readonly total: number;
  readonly misses: readonly Miss[];
}

export interface Limits {
  readonly caseMs: number;
  readonly fileMs: number;
}

/** Starts the worker: `interrupt` is the byte that asks its Python to stop. */
export type StartWorker = (interrupt: Uint8Array) => Worker;

export class MatrixRun {
  #worker: Worker | null = null;
  #interrupt = new Uint8Array(new SharedArrayBuffer(1));

  constructor(
    private readonly start: StartWorker,
    private readonly limits: Limits,
  ) {}

  /** Null where the file is of no kind the matrix knows. */
  async file(folder: string, file: string): Promise<FileResult | null> {
    const cases = goldenCases(folder, file);
    if (cases === null) return null;
    const reasons: (string | null | undefined)[] = new Array(cases.length).fill(undefined);
    const endMs = performance.now() + this.limits.fileMs;
    let from = 0;
    let barren = 0;
    while (from < cases.length) {
      const ended = performance.now() > endMs ? 'the time of this file was over' : await this.#stretch(folder, file, from, reasons, endMs);
      if (ended === null) break;
      // Whatever stopped the session is the fault of the first case it did not answer, unless session after session answers none.
      barren = reasons[from] === undefined ? barren + 1 : 0;
      from = reasons.indexOf(undefined);
      if (from < 0) break;
      if (barren < 3) reasons[from++] = ended;
      else {
        reasons.fill(ended, from);
        break;
      }
    }
    const misses = cases.flatMap(({ id }, i) => (reasons[i] === null ? [] : [{ id, reason: reasons[i] ?? 'was not answered' }]));
    return { file, total: cases.length, misses };
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = null;
  }

  /** One session's answers from a case on; null at the end of the file, else why it ended before. */
  async #stretch(
    folder: string,
    file: string,
    from: number,
    reasons: (string | null | undefined)[],
    endMs: number,
  ): Promise<string | null> {
    const worker = this.#worker ?? (await this.#newWorker());
    const ended = await new Promise<string | null>((resolve) => {
      let sinceMs = performance.now();
      const watch = setInterval(() => {
        const now = performance.now();
        const lateMs = Math.max(now - sinceMs - this.limits.caseMs, now - endMs);
        if (lateMs > 5_000) end(`took more than ${this.limits.caseMs / 1000} s and did not stop`);
        else if (lateMs > 0) this.#interrupt[0] = 2;
      }, 250);
      const onReport = (report: WorkerReport) => {
        sinceMs = performance.now();
        if (report.type === 'case') reasons[report.index] = report.miss;
        else if (report.type === 'end') end(null);
        else if (report.type === 'died') end(`Python died: ${report.reason}`);
      };
      const onError = (error: Error) => end(`Python died: ${error.message.split('\n')[0]}`);
      const end = (reason: string | null) => {
        clearInterval(watch);
        worker.off('message', onReport).off('error', onError);
        resolve(reason);
      };
      worker.on('message', onReport).on('error', onError);
      worker.postMessage({ folder, file, from });
    });
    if (ended !== null) await this.end();
    return ended;
  }

  #newWorker(): Promise<Worker> {
    this.#interrupt[0] = 0;
    const worker = this.start(this.#interrupt);
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.once('message', () => resolve(worker));
      worker.once('error', (error) => {
        this.#worker = null;
        reject(error);
      });
    });
  }
}
