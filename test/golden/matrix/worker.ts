// The matrix in a thread of its own: answers the cases of a file from one index on, and says so case by case.
import { parentPort, workerData } from 'node:worker_threads';
import { errorText, float32Errors } from './float32-errors.ts';
import { goldenCases } from './golden-folder.ts';
import { type Verdict, verdictOn } from './matrix.ts';
import { type MatrixPath, onPath } from './on-path.ts';
import { openMatrixSession } from './session.ts';

export interface WorkerOrder {
  readonly folder: string;
  readonly file: string;
  readonly from: number;
  /** Not the cases, but how far float32 lies from float64 in them. */
  readonly errors?: boolean;
}

export type WorkerReport =
  | { readonly type: 'ready' }
  | { readonly type: 'case'; readonly index: number; readonly verdict: Verdict }
  | { readonly type: 'errors'; readonly lines: readonly string[] }
  | { readonly type: 'end' }
  | { readonly type: 'died'; readonly reason: string };

/** What a worker is started with: `interrupt` is the byte that asks its Python to stop. */
export interface WorkerStart {
  readonly interrupt: Uint8Array;
  readonly path: MatrixPath;
}

export async function work(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('the matrix works in a thread of its own');
  const post = (report: WorkerReport) => port.postMessage(report);
  const { interrupt, path } = workerData as WorkerStart;
  const session = await openMatrixSession(interrupt);
  port.on('message', async ({ folder, file, from, errors }: WorkerOrder) => {
    try {
      if (errors) {
        post({ type: 'errors', lines: await onPath(path, () => float32Errors(session, folder, file).map(errorText)) });
        return;
      }
      const cases = (goldenCases(folder, file) ?? []).slice(from);
      const jobs = cases.map(({ job }) => job);
      await onPath(path, () =>
        session.answer(jobs, (answer, i) => post({ type: 'case', index: from + i, verdict: verdictOn(cases[i], answer) })),
      );
      post({ type: 'end' });
    } catch (error) {
      post({ type: 'died', reason: (error as Error).message.split('\n')[0] });
    }
  });
  post({ type: 'ready' });
}
