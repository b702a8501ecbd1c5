// The session's worker: loads Python from the app's own files, then runs one script after another. The engine lives here and nowhere else.
import { control, createSession, disarmRealm, type Pyodide, pyodideOptions, type RunRequest, startHelpers } from '../../core/index.ts';
import type { FromWorker, ToWorker } from './engine.ts';

const scope = self as unknown as { onmessage: ((event: MessageEvent<ToWorker>) => void) | null; postMessage(message: FromWorker): void };

let run: ((request: RunRequest) => void) | null = null;

/** One for each processor beside this thread's, up to three. They must start before a run keeps this thread busy, and while Python loads. */
function startThreads(): void {
  startHelpers(Math.min(navigator.hardwareConcurrency, 4) - 1, (start) =>
    new Worker(new URL('./thread.ts', import.meta.url), { type: 'module' }).postMessage(start),
  );
}

async function boot(base: string, controlBlock: SharedArrayBuffer, interrupt: SharedArrayBuffer): Promise<void> {
  const files = new URL('pyodide/', base).href;
  startThreads();
  const [{ loadPyodide }, packages] = await Promise.all([
    import(/* @vite-ignore */ `${files}pyodide.mjs`) as Promise<typeof import('pyodide')>,
    fetch(new URL('python-lib.json', base)).then((response) => {
      if (!response.ok) throw new Error(`python-lib.json: ${response.status}`);
      return response.json() as Promise<Record<string, string>>;
    }),
  ]);
  // Its typings leave out the module whose memory the session reads.
  const pyodide = (await loadPyodide({ ...pyodideOptions(), indexURL: files })) as unknown as Pyodide;
  disarmRealm();
  const cells = new Int32Array(controlBlock);
  const session = createSession({
    pyodide,
    packages,
    post: (message) => scope.postMessage(message),
    now: () => performance.now(),
    // Whatever the window writes there also wakes a waiting session.
    wait: (ms) => void Atomics.wait(cells, control.pace, Atomics.load(cells, control.pace), ms),
    control: cells,
    interrupt: new Uint8Array(interrupt),
    startMs: performance.now(),
  });
  run = (request) => session.run(request);
}

scope.onmessage = ({ data }) => {
  if (data.type === 'boot') {
    boot(data.base, data.control, data.interrupt).catch((error: unknown) => {
      scope.postMessage({ type: 'bootFailed', message: error instanceof Error ? error.message : String(error) });
    });
    return;
  }
  run?.(data.request);
};
