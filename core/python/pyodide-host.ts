// What the session needs of Pyodide, which the host loads and hands in; mounting our packages; closing the realm.
// It knows no tensor and no run.
import { type NativeFunctions, plainBody } from './native-functions.ts';
import type { PlainValue, PythonInterface } from './python-objects.ts';

/** A Python function as JavaScript sees it. */
export interface PythonFunction {
  (...values: unknown[]): unknown;
  copy(): PythonFunction;
  destroy(): void;
}

/** The part of Pyodide's interface that Nabla uses. */
export interface Pyodide {
  registerJsModule(name: string, module: object): void;
  runPython(code: string): unknown;
  pyimport(name: string): unknown;
  setInterruptBuffer(buffer: Uint8Array | Int32Array | undefined): void;
  readonly FS: {
    mkdirTree(path: string): void;
    writeFile(path: string, data: string | Uint8Array): void;
    readFile(path: string): Uint8Array;
  };
  readonly _module: PythonInterface & {
    _emscripten_stack_get_current(): number;
    _PyUnstable_ThreadState_ResetStackProtection(thread: number): void;
    _PyUnstable_ThreadState_SetStackProtection(thread: number, start: number, sizeBytes: number): number;
  };
}

/**
 * Options every host passes to `loadPyodide` besides where its files are: scripts see no JavaScript globals, and no packages are looked for.
 */
export function pyodideOptions(): { jsglobals: object; env: Record<string, string>; checkAPIVersion: boolean } {
  return {
    jsglobals: Object.create(null),
    env: { HOME: '/script', PYTHONHASHSEED: '0', TZ: 'UTC' },
    checkAPIVersion: false,
  };
}

/**
 * Python counts what its C code has put on WebAssembly's own stack; the JavaScript engine's stack, which it cannot see, is full long before,
 * and that is the end of Python. Where both were filled by recursion in C, 984 KB of the engine's went with 102 to 143 KB of Python's:
 * less is left to scripts than the smallest of these.
 */
const stackBytes = 88_000;

/** Makes endless recursion a RecursionError wherever it happens, until let go: compiling needs more of Python's stack and less of the engine's. */
export function guardStack({ _module: module }: Pyodide, guarded: boolean): void {
  const thread = module._PyThreadState_Get();
  if (guarded) module._PyUnstable_ThreadState_SetStackProtection(thread, module._emscripten_stack_get_current() - stackBytes, stackBytes);
  else module._PyUnstable_ThreadState_ResetStackProtection(thread);
}

export const libraryFolder = '/nabla/lib';

/** Writes our Python packages (`torch/__init__.py` → text) where Python finds them. */
export function mountPackages(pyodide: Pyodide, packages: Readonly<Record<string, string>>): void {
  const made = new Set<string>();
  for (const [path, text] of Object.entries(packages)) {
    const folder = `${libraryFolder}/${path.split('/').slice(0, -1).join('/')}`;
    if (!made.has(folder)) {
      pyodide.FS.mkdirTree(folder);
      made.add(folder);
    }
    pyodide.FS.writeFile(`${libraryFolder}/${path}`, text);
  }
  pyodide.runPython(`import sys; sys.path.insert(0, ${JSON.stringify(libraryFolder)})`);
}

/**
 * A function that Python may hold: without a prototype chain, so that no script climbs from it to the realm's constructors.
 */
function sealed<F extends (...values: never[]) => unknown>(f: F): F {
  Object.setPrototypeOf(f, null);
  return Object.freeze(f);
}

/** An object of sealed functions for `registerJsModule`. */
export function sealedModule(functions: Readonly<Record<string, (...values: never[]) => unknown>>): object {
  const module = Object.create(null) as Record<string, unknown>;
  for (const [name, f] of Object.entries(functions)) module[name] = sealed(f);
  return Object.freeze(module);
}

/**
 * A plain Python module of builtins, imported as `name`; the proxies under them serve the seldom calls that hand over a Python function.
 * The module comes before its functions: reading one off a JavaScript object makes a new proxy each time, which costs more than the call.
 */
export function registerFunctions(
  pyodide: Pyodide,
  natives: NativeFunctions,
  name: string,
  functions: Readonly<Record<string, (...values: never[]) => unknown>>,
): void {
  pyodide.registerJsModule(name, sealedModule(functions));
  pyodide.runPython(`
def start(name, functions):
    import importlib, sys, types
    proxies = importlib.import_module(name)
    module = types.ModuleType(name)
    for function in functions.split():
        setattr(module, function, getattr(proxies, function))
    sys.modules[name] = module
start("${name}", "${Object.keys(functions).join(' ')}")
del start`);
  const { objects } = natives;
  const home = objects.python._PyImport_AddModule(objects.lasting(name));
  const bodies = Object.entries(functions).map(([key, f]) => {
    const through = objects.python._PyObject_GetAttrString(home, objects.lasting(key));
    return [key, plainBody(objects, f as (...values: PlainValue[]) => unknown, through)];
  });
  natives.addTo(name, Object.fromEntries(bodies));
}

/** Powers of a worker or of Node that a realm running scripts needs no more once Python has started. */
const powers = [
  ...[
    'fetch',
    'XMLHttpRequest',
    'WebSocket',
    'WebSocketStream',
    'WebTransport',
    'EventSource',
    'BroadcastChannel',
    'Worker',
    'SharedWorker',
  ],
  ...['importScripts', 'indexedDB', 'caches', 'require', 'module', 'navigator'],
] as const;

/**
 * Takes the ways from a value to code (`x.constructor.constructor('…')`, `eval`) and to the network out of a realm that runs untrusted
 * scripts. For realms that do nothing else: the session's worker, the command line.
 */
export function disarmRealm(): void {
  const samples = [() => 0, async () => 0, function* () {}, async function* () {}];
  for (const sample of samples) {
    const prototype = Object.getPrototypeOf(sample) as object;
    Object.defineProperty(prototype, 'constructor', { value: undefined, configurable: false, writable: false });
  }
  const refused = (): never => {
    throw new EvalError('this realm makes no code from text');
  };
  // Code still asks `x instanceof Function`.
  Object.defineProperty(refused, 'prototype', { value: Function.prototype });
  for (const name of ['eval', 'Function'])
    Object.defineProperty(globalThis, name, { value: refused, configurable: false, writable: false });
  for (const name of powers) {
    for (let object: object | null = globalThis; object !== null; object = Object.getPrototypeOf(object) as object | null)
      Reflect.deleteProperty(object, name);
  }
}
