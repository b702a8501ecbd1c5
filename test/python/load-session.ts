// A session in this process: Pyodide from node_modules, our packages from the source folder, messages collected.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPyodide } from 'pyodide';
import type { RunRequest, SessionMessage } from '../../core/python/protocol.ts';
import { type Pyodide, pyodideOptions, sealedModule } from '../../core/python/pyodide-host.ts';
import { createSession, type Session, type SessionOptions } from '../../core/python/session.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** `core/python/lib` as the build packs it. */
export function pythonPackages(): Record<string, string> {
  const library = join(root, 'core/python/lib');
  const packages: Record<string, string> = {};
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== '__pycache__') walk(path);
      else if (entry.name.endsWith('.py')) packages[relative(library, path).replaceAll('\\', '/')] = readFileSync(path, 'utf8');
    }
  };
  walk(library);
  return packages;
}

export interface TestRun {
  readonly messages: readonly SessionMessage[];
  readonly stdout: string;
  readonly stderr: string;
  readonly state: string;
  readonly error: Extract<SessionMessage, { type: 'error' }>['error'] | null;
  readonly displays: readonly Extract<SessionMessage, { type: 'display' }>[];
}

export interface TestSession {
  readonly session: Session;
  run(source: string | RunRequest['source'], options?: Partial<RunRequest>): TestRun;
}

export interface TestSessionOptions extends Partial<SessionOptions> {
  /** Packages beside our own, path → text. */
  readonly extraPackages?: Readonly<Record<string, string>>;
  /** Functions of this process that the run's Python may import. */
  readonly host?: { readonly name: string; readonly functions: Parameters<typeof sealedModule>[0] };
}

export async function loadSession({ extraPackages, host, ...options }: TestSessionOptions = {}): Promise<TestSession> {
  const pyodide = (await loadPyodide({
    indexURL: join(root, 'node_modules/pyodide/'),
    ...pyodideOptions(),
  } as never)) as unknown as Pyodide;
  if (host !== undefined) {
    pyodide.registerJsModule(host.name, sealedModule(host.functions));
    pyodide.runPython(`import ${host.name}`);
  }
  let messages: SessionMessage[] = [];
  const session = createSession({
    pyodide,
    packages: { ...pythonPackages(), ...extraPackages },
    post: (m) => messages.push(m),
    now: () => performance.now(),
    ...options,
  });
  let count = 0;
  return {
    session,
    run(source, request = {}) {
      messages = [];
      session.run({
        run: ++count,
        name: 'script.py',
        source: typeof source === 'string' ? { kind: 'script', text: source } : source,
        argv: [],
        device: 'cpu',
        recording: 'off',
        showLastExpression: false,
        folder: {},
        budgetBytes: 64 << 20,
        ...request,
      });
      const text = (stream: string) => messages.map((m) => (m.type === 'output' && m.stream === stream ? m.text : '')).join('');
      const states = messages.flatMap((m) => (m.type === 'state' ? [m.state] : []));
      return {
        messages,
        stdout: text('stdout'),
        stderr: text('stderr'),
        state: states.at(-1) ?? '',
        error: messages.find((m) => m.type === 'error')?.error ?? null,
        displays: messages.filter((m) => m.type === 'display'),
      };
    },
  };
}
