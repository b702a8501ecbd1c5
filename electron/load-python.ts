// Python without Node: Pyodide is loaded as in a bare JavaScript shell, so that it takes no file system, no processes and no sockets of
// Node's into its runtime. What it never held, no script can climb to. Knows no session.
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pyodideOptions, type SessionOptions } from '../core/index.ts';

type Python = SessionOptions['pyodide'];

/**
 * Loads Python from `files`, a folder with Pyodide's own files, and takes Node's `process` out of this realm for good: import it from
 * `node:process` instead. Must be the first to import Pyodide here: it looks around once.
 */
export async function loadPython(files: string): Promise<Python> {
  const fileBytes = (path: string) => readFileSync(join(files, basename(path)));
  const shell = {
    read: (path: string) => fileBytes(path).toString('utf8'),
    readbuffer: (path: string) => new Uint8Array(fileBytes(path)),
    load: () => undefined,
    // Randomness from `crypto`, as in a worker; a shell would ask a program for it.
    WorkerGlobalScope: class {},
  };
  Object.assign(globalThis, shell);
  // Not every Electron's Node has it in the open.
  if (globalThis.crypto === undefined) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
  Object.defineProperty(globalThis, 'process', { value: undefined, configurable: false, writable: false });
  const { loadPyodide } = (await import(/* @vite-ignore */ pathToFileURL(join(files, 'pyodide.mjs')).href)) as typeof import('pyodide');
  const python = await loadPyodide({ ...pyodideOptions(), indexURL: pathToFileURL(join(files, '/')).href });
  for (const name of Object.keys(shell)) Reflect.deleteProperty(globalThis, name);
  // It would import Node's sockets by itself.
  Reflect.deleteProperty((python as unknown as { _api: object })._api, 'initializeNodeSockFS');
  return python as unknown as Python;
}
