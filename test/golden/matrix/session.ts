// One Python session that answers jobs, one after the other, in this thread.
import { readdirSync, readFileSync } from 'node:fs';
import { loadSession } from '../../python/load-session.ts';
import type { Answer, Job } from './matrix.ts';

export interface MatrixSession {
  /** Answers every job in turn. Throws where Python itself dies; what was answered before has been told. */
  answer(jobs: readonly Job[], onAnswer: (answer: Answer, index: number) => void): void;
}

/** The Python side, as packages to mount. */
function sessionPackages(): Record<string, string> {
  const folder = new URL('session/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.py'));
  return Object.fromEntries(names.map((name) => [`golden_matrix/${name}`, readFileSync(new URL(name, folder), 'utf8')]));
}

/** JSON keeps no sign of zero: it crosses as text. */
const jsonOf = (job: Job) => JSON.stringify(job, (_, value) => (Object.is(value, -0) ? '-0.0' : value));

/** `interrupt`: one byte of shared memory; 2 ends the case that is running. */
export async function openMatrixSession(interrupt?: Uint8Array): Promise<MatrixSession> {
  let next: () => string = () => '';
  let done: (text: string) => void = () => {};
  const session = await loadSession({
    outputLimit: null,
    interrupt,
    extraPackages: sessionPackages(),
    host: { name: '_golden', functions: { next: () => next(), done: (text: string) => done(text) } },
  });
  return {
    answer(jobs, onAnswer) {
      for (let from = 0; from < jobs.length; ) {
        const { device } = jobs[from];
        const other = jobs.findIndex((job, i) => i > from && job.device !== device);
        const to = other < 0 ? jobs.length : other;
        let index = from - 1;
        next = () => (++index < to ? jsonOf(jobs[index]) : '');
        done = (text) => onAnswer(JSON.parse(text) as Answer, index);
        const run = session.run('import golden_matrix\ngolden_matrix.work()', { device: device ?? 'cpu' });
        if (index < to) throw new Error(run.error?.message ?? 'the session ended');
        from = to;
      }
    },
  };
}
