// A session: one Python on one engine, running scripts and notebooks one at a time and posting what happens.
// It knows no window; Pyodide, the clock, waiting and shared memory are handed in.
import { observation } from '../autograd/observer.ts';
import { limitThreads } from '../devices/cpu/threads.ts';
import type { DotCall } from '../graph/graph.ts';
import { createBridge } from './bridge.ts';
import { isInterrupt } from './bridge-host.ts';
import { NativeFunctions } from './native-functions.ts';
import { nativeModules } from './native-modules.ts';
import { nativeOps } from './native-ops.ts';
import { OutputStream, outputLimit } from './output-stream.ts';
import { Pauses } from './pauses.ts';
import type { RunRequest, RunState, ScriptError, SessionMessage } from './protocol.ts';
import { mountPackages, type Pyodide, type PythonFunction, registerFunctions } from './pyodide-host.ts';
import { PythonObjects } from './python-objects.ts';
import { ScriptFrames } from './script-frames.ts';
import { SessionRecording } from './session-recording.ts';
import { TensorObjects } from './tensor-objects.ts';

export interface SessionOptions {
  /** From `loadPyodide(pyodideOptions())`. */
  readonly pyodide: Pyodide;
  /** Our Python packages, path → text, as the build packs `core/python/lib`. */
  readonly packages: Readonly<Record<string, string>>;
  post(message: SessionMessage): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Blocks this thread for up to `ms`; waits on the control block where there is one. Without it the session spins. */
  wait?(ms: number): void;
  /** Int32Array over shared memory, `control.cells` long. */
  readonly control?: Int32Array;
  /** One byte of shared memory: 2 asks the script to stop. */
  readonly interrupt?: Uint8Array;
  /** Characters of output kept per cell from the head and from the tail; null keeps everything. */
  readonly outputLimit?: number | null;
  /** Milliseconds from the host's start until now, for `ready`. */
  readonly startMs?: number;
}

export interface Session {
  /** Runs to the end; posts as it goes. Never throws. */
  run(request: RunRequest): void;
  /** Files the last run wrote or changed, by path relative to its folder. */
  writtenFiles(): Record<string, Uint8Array>;
  /** Every make_dot call of the last run, shown or not, in order. */
  dotCalls(): readonly DotCall[];
}

interface Runtime {
  begin: PythonFunction;
  run_cell: PythonFunction;
  end: PythonFunction;
  clear: PythonFunction;
  written: PythonFunction;
  flush: PythonFunction;
  readonly sources_address: number;
}

const scriptFolder = '/script';

/** Starts the Python side; posts `ready`. */
export function createSession(options: SessionOptions): Session {
  const { pyodide, post, now } = options;
  const began = now();
  let run = 0;
  let cell = 0;
  let site = (): { cell: number; line: number } => ({ cell: 0, line: 0 });
  const wait = options.wait ?? ((ms: number) => spin(now, ms));
  let recording: SessionRecording | null = null;
  const interrupted = () => options.interrupt !== undefined && options.interrupt[0] !== 0;
  const state = (value: RunState, at = value === 'paused' ? site() : null) => post({ type: 'state', run, state: value, site: at });

  const output = new OutputStream(
    (stream, text) => post({ type: 'output', run, cell, stream, text }),
    options.outputLimit === undefined ? outputLimit : options.outputLimit,
  );
  const pauses = new Pauses(options.control ?? null, {
    wait,
    interrupted,
    paused: (isPaused) => {
      if (isPaused) {
        runtime.flush();
        recording?.flush();
      }
      state(isPaused ? 'paused' : 'running');
    },
    setHyper: (name, value) => bridge.setHyper(name, value),
  });
  const bridge = createBridge(pyodide, {
    now,
    pauses,
    sleep: wait,
    output: (stream, text) => output.write(stream === 2 ? 'stderr' : 'stdout', text),
    display: (text, svg, dot) => post({ type: 'display', run, cell, text, svg, dot }),
  });

  mountPackages(pyodide, options.packages);
  const objects = new PythonObjects(pyodide._module);
  const natives = new NativeFunctions(objects);
  registerFunctions(pyodide, natives, '_nabla', bridge.functions);
  const ops = nativeOps(bridge.host, pauses, natives, new TensorObjects(objects, bridge.host.tensors));
  const modules = nativeModules(natives, bridge.calls);
  natives.addTo('_nabla', { ...ops.bodies, ...modules.bodies });
  const runtime = startRuntime(pyodide);
  bridge.host.flush = runtime.flush;
  if (options.interrupt !== undefined) pyodide.setInterruptBuffer(options.interrupt);
  const frames = new ScriptFrames(objects, runtime.sources_address);
  observation.site = frames;
  site = () => observation.site.innermost();
  post({ type: 'ready', startMs: (options.startMs ?? 0) + now() - began });

  return {
    run(request) {
      run = request.run;
      cell = 0;
      state('starting');
      if (options.interrupt !== undefined) options.interrupt[0] = 0;
      recording = new SessionRecording(request, post, bridge, (text) => output.write('stderr', text));
      let ended: RunState = 'failed';
      try {
        runtime.clear();
        writeFolder(pyodide, request.folder);
        bridge.begin(request.device);
        limitThreads(request.threads ?? null);
        pauses.begin();
        const notebook = request.source.kind === 'notebook';
        runtime.begin(JSON.stringify({ name: request.name, argv: request.argv, notebook, recording: request.recording === 'off' ? 0 : 1 }));
        recording.begin();
        state('running');
        ended = 'finished';
        for (const { number, text } of cellsOf(request)) {
          cell = number;
          post({ type: 'cell', run, cell, state: 'running' });
          frames.forget();
          const said = runtime.run_cell(text, number, request.name, request.showLastExpression) as string;
          output.end();
          recording.flush();
          if (said !== '') ended = failed(said);
          post({ type: 'cell', run, cell, state: ended === 'finished' ? 'finished' : 'failed' });
          if (said !== '') break;
        }
      } catch (error) {
        output.end();
        ended = interrupted() || isInterrupt(error) ? 'stopped' : 'failed';
        if (ended === 'failed') postError(insideError(error));
      } finally {
        recording.end(ended === 'failed');
        cleanUp();
      }
      state(ended);
    },
    dotCalls: () => bridge.dotCalls(),
    writtenFiles() {
      const files: Record<string, Uint8Array> = {};
      for (const path of JSON.parse(runtime.written() as string) as string[]) files[path] = pyodide.FS.readFile(`${scriptFolder}/${path}`);
      return files;
    },
  };

  function failed(said: string): RunState {
    const error = JSON.parse(said) as Omit<ScriptError, 'site'>;
    if (error.type === 'KeyboardInterrupt') return 'stopped';
    if (error.type === 'SystemExit' && (error.message === '' || error.message === '0' || error.message === 'False')) return 'finished';
    postError({ ...error, site: error.sites.at(-1) ?? null });
    return 'failed';
  }

  function postError(error: ScriptError): void {
    post({ type: 'error', run, error });
  }

  function cleanUp(): void {
    if (options.interrupt !== undefined) options.interrupt[0] = 0;
    for (let tries = 0; tries < 3; tries++) {
      try {
        runtime.end();
        break;
      } catch {
        // A late stop struck the clean-up: go on with it.
      }
    }
    frames.forget();
    bridge.end();
    ops.forget();
    modules.forget();
  }
}

const runtimeNames = ['begin', 'run_cell', 'end', 'clear', 'written', 'flush', 'sources_address'] as const;

function startRuntime(pyodide: Pyodide): Runtime {
  const module = pyodide.pyimport('nabla_runtime.start') as Runtime;
  return Object.fromEntries(runtimeNames.map((name) => [name, module[name]])) as unknown as Runtime;
}

/** The code cells with their numbers: from 1 in a notebook, 0 for a script. */
function cellsOf({ source }: RunRequest): { number: number; text: string }[] {
  if (source.kind === 'script') return [{ number: 0, text: source.text }];
  return source.cells.filter((cell) => cell.kind === 'code').map((cell, i) => ({ number: i + 1, text: cell.text }));
}

function writeFolder(pyodide: Pyodide, folder: Readonly<Record<string, Uint8Array>>): void {
  for (const [path, bytes] of Object.entries(folder)) {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
    if (parts.length === 0) continue;
    pyodide.FS.mkdirTree([scriptFolder, ...parts.slice(0, -1)].join('/'));
    pyodide.FS.writeFile([scriptFolder, ...parts].join('/'), bytes);
  }
}

function insideError(error: unknown): ScriptError {
  const message = error instanceof Error ? error.message : String(error);
  return {
    type: 'RuntimeError',
    message: `Nabla went wrong inside: ${message.trim().split('\n').at(-1)}`,
    traceback: message,
    site: null,
    sites: [],
    notes: [],
  };
}

function spin(now: () => number, ms: number): void {
  for (const end = now() + ms; now() < end; );
}
