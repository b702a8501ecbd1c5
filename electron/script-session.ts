// One script run in this process: Python loaded from the app's own files, the engine beside it, messages handed on as they come.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process'; // loading Python takes the global away
import { setFlagsFromString } from 'node:v8';
import {
  createSession,
  type DeviceChoice,
  decodeScript,
  disarmRealm,
  type RecordingLevel,
  type RunRequest,
  type Session,
  type SessionMessage,
} from '../core/index.ts';
import { unpacked } from './archive.ts';
import { loadPython } from './load-python.ts';
import { offerThreads } from './offer-threads.ts';
import { readScript } from './script-folder.ts';

// Node 20 can run the fused kernels the window runs, but only when told; later ones need no word.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--experimental-wasm-relaxed-simd');

export interface ScriptRun {
  readonly file: string;
  readonly argv: readonly string[];
  readonly device: DeviceChoice;
  readonly recording: RecordingLevel;
  readonly budgetBytes?: number;
  readonly drawing?: RunRequest['drawing'];
  /** Threads that compute; by default one for each processor, up to four. */
  readonly threads?: number;
}

/** A run that cannot start because of the file: one line naming it. */
export class FileFault extends Error {}

/** Reads the file as a run request; throws FileFault. */
export async function requestFor({
  file,
  argv,
  device,
  recording,
  budgetBytes = 512 * 2 ** 20,
  drawing,
  threads,
}: ScriptRun): Promise<RunRequest> {
  const script = await readScript(file);
  const decoded = decodeScript(script.name, script.bytes);
  // The command line names the file as it was given.
  if (!decoded.ok) throw new FileFault(decoded.error.message.replace(script.name, () => file));
  return {
    run: 1,
    name: basename(file),
    source: decoded.source,
    argv,
    device,
    recording,
    showLastExpression: false,
    folder: script.folder,
    budgetBytes,
    drawing,
    threads,
  };
}

/** Runs to the end; `assets` is the folder of the built page, which holds Python's files. */
export async function runScript(assets: string, run: ScriptRun, receive: (message: SessionMessage) => void): Promise<Session> {
  const request = await requestFor(run);
  const packages = JSON.parse(await readFile(join(assets, 'python-lib.json'), 'utf8')) as Record<string, string>;
  const pyodide = await loadPython(unpacked(join(assets, 'pyodide')));
  offerThreads(run.threads);
  disarmRealm();
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const session = createSession({
    pyodide,
    packages,
    post: receive,
    now: () => performance.now(),
    wait: (ms) => void Atomics.wait(cell, 0, 0, ms),
    outputLimit: null,
  });
  session.run(request);
  return session;
}
