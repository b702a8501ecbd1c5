// Runs golden files in a worker and watches it: a case that hangs or kills Python is a miss, and the next ones go on in a new session.
import type { Worker } from 'node:worker_threads';
import { measuresErrors } from './float32-errors.ts';
import { goldenCases } from './golden-folder.ts';
import type { MatrixCase, Owed, Verdict } from './matrix.ts';
import type { MatrixPath } from './on-path.ts';
import type { WorkerReport, WorkerStart } from './worker.ts';

export interface Miss {
  readonly id: string;
  readonly reason: string;
}

/** A case that agrees by a rule beside the tolerances. */
export interface Owing extends Owed {
  readonly id: string;
}

export interface FileResult {
  readonly file: string;
  readonly total: number;
  readonly misses: readonly Miss[];
  readonly owing: readonly Owing[];
}

export function resultOf(cases: readonly MatrixCase[], verdicts: readonly (Verdict | undefined)[]): Omit<FileResult, 'file'> {
  const misses: Miss[] = [];
  const owing: Owing[] = [];
  for (const [i, { id }] of cases.entries()) {
    const { miss, owes } = verdicts[i] ?? { miss: 'was not answered', owes: null };
    if (miss !== null) misses.push({ id, reason: miss });
    if (owes !== null) owing.push({ id, ...owes });
  }
  return { total: cases.length, misses, owing };
}

export interface Limits {
  readonly caseMs: number;
  readonly fileMs: number;
}

export type StartWorker = (start: WorkerStart) => Worker;

export class MatrixRun {
  #worker: Worker | null = null;
  #interrupt = new Uint8Array(new SharedArrayBuffer(1));

  constructor(
    private readonly start: StartWorker,
    private readonly limits: Limits,
    private readonly path: MatrixPath,
  ) {}

  /** Null where the file is of no kind the matrix knows. */
  async file(folder: string, file: string): Promise<FileResult | null> {
    const cases = goldenCases(folder, file);
    if (cases === null) return null;
    const verdicts: (Verdict | undefined)[] = new Array(cases.length).fill(undefined);
    const endMs = performance.now() + this.limits.fileMs;
    let from = 0;
    let barren = 0;
    while (from < cases.length) {
      const ended = performance.now() > endMs ? 'the time of this file was over' : await this.#stretch(folder, file, from, verdicts, endMs);
      if (ended === null) break;
      // Whatever stopped the session is the fault of the first case it did not answer, unless session after session answers none.
      barren = verdicts[from] === undefined ? barren + 1 : 0;
      from = verdicts.indexOf(undefined);
      if (from < 0) break;
      if (barren < 3) verdicts[from++] = { miss: ended, owes: null };
      else {
        verdicts.fill({ miss: ended, owes: null }, from);
        break;
      }
    }
    return { file, ...resultOf(cases, verdicts) };
  }

  /** How far float32 lies from float64: a line for each operation, the worst first. */
  async errors(folder: string, file: string): Promise<readonly string[]> {
    if (!measuresErrors(file)) return [];
    const worker = this.#worker ?? (await this.#newWorker());
    return new Promise((resolve, reject) => {
      worker.once('message', (report: WorkerReport) => {
        if (report.type === 'errors') resolve(report.lines);
        else reject(new Error(report.type === 'died' ? report.reason : report.type));
      });
      worker.once('error', reject);
      worker.postMessage({ folder, file, from: 0, errors: true });
    });
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = null;
  }

  /** One session's answers from a case on; null at the end of the file, else why it ended before. */
  async #stretch(folder: string, file: string, from: number, verdicts: (Verdict | undefined)[], endMs: number): Promise<string | null> {
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
        if (report.type === 'case') verdicts[report.index] = report.verdict;
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
    const worker = this.start({ interrupt: this.#interrupt, path: this.path });
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
