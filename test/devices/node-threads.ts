// Helper threads for tests: worker threads of Node that run the engine's helper loop.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import { kernels } from '../../core/devices/cpu/kernels.ts';
import type { HelperStart } from '../../core/devices/cpu/thread-loop.ts';
import { helpersFor, startHelpers, stopHelpers } from '../../core/devices/cpu/threads.ts';

/** Runs `work` with `count` helpers beside this thread, all of them there. */
export async function withHelpers<T>(root: string, count: number, work: () => T): Promise<T> {
  const text = readFileSync(join(root, 'core/devices/cpu/thread-loop.ts'), 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  const flag = process.versions.v8.startsWith('11.')
    ? "import { setFlagsFromString } from 'node:v8';\nsetFlagsFromString('--experimental-wasm-relaxed-simd');\n"
    : '';
  const code = `import { workerData } from 'node:worker_threads';\n${flag}${outputText}\nhelperLoop(workerData);`;
  const workers: Worker[] = [];
  startHelpers(count, (start: HelperStart) => {
    workers.push(new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData: start }));
  });
  const fast = kernels();
  while (fast !== null && helpersFor(fast, Number.POSITIVE_INFINITY).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  try {
    return work();
  } finally {
    stopHelpers();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
