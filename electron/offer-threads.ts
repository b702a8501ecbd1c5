// Offers the engine this machine's other processors. The threads start when work is first large enough and keep no process alive.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { offerHelpers } from '../core/index.ts';

/** More share too little each. */
const most = 4;

/** `threads` in all, this one among them; by default one for each processor, up to four. */
export function offerThreads(threads = Math.min(availableParallelism(), most)): void {
  offerHelpers(threads - 1, (workerData) => {
    const worker = new Worker(new URL('./compute-thread.mjs', import.meta.url), { workerData });
    // A thread that cannot start is never given work.
    worker.on('error', () => {});
    worker.unref();
  });
}
