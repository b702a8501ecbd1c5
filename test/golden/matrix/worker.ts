// The matrix in a thread of its own: answers the cases of a file from one index on, and says so case by case.
import { parentPort, workerData } from 'node:worker_threads';
import { goldenCases } from './golden-folder.ts';
import { judged } from './matrix.ts';
import { openMatrixSession } from './session.ts';

export interface WorkerOrder {
  readonly folder: string;
  readonly file: string;
  readonly from: number;
}

export type WorkerReport =
  | { readonly type: 'ready' }
  | { readonly type: 'case'; readonly index: number; readonly miss: string | null }
  | { readonly type: 'end' }
  | { readonly type: 'died'; readonly reason: string };

export async function work(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('the matrix works in a thread of its own');
  const post = (report: WorkerReport) => port.postMessage(report);
  const session = await openMatrixSession(workerData.interrupt);
  port.on('message', ({ folder, file, from }: WorkerOrder) => {
    try {
      const cases = (goldenCases(folder, file) ?? []).slice(from);
      session.answer(
        cases.map(({ job }) => job),
        (answer, i) => post({ type: 'case', index: from + i, miss: judged(cases[i], answer) }),
      );
      post({ type: 'end' });
    } catch (error) {
      post({ type: 'died', reason: (error as Error).message.split('\n')[0] });
    }
  });
  post({ type: 'ready' });
}
