// A Python with our packages and nothing of the session: enough of the `_nabla` module for numpy, pyplot and sklearn.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadPyodide } from 'pyodide';
import { BridgeHost } from '../../core/python/bridge-host.ts';
import { figureBridge } from '../../core/python/figure-bridge.ts';
import { numpyBridge } from '../../core/python/numpy-bridge.ts';
import { mountPackages, type Pyodide, pyodideOptions, sealedModule } from '../../core/python/pyodide-host.ts';

const libraryFolder = new URL('../../core/python/lib', import.meta.url).pathname;

/** Path → text of every Python file of ours. */
export function packages(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(libraryFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.py')) continue;
    const path = join(entry.parentPath, entry.name);
    found[relative(libraryFolder, path).replaceAll('\\', '/')] = readFileSync(path, 'utf8');
  }
  return found;
}

export interface NumpyRealm {
  readonly pyodide: Pyodide;
  readonly host: BridgeHost;
  /** What `display.post` was given so far. */
  readonly shown: { readonly text: string | null; readonly svg: string | null }[];
  /** Runs statements, then gives the str of the last expression's value. */
  run(code: string): string;
}

export async function numpyRealm(): Promise<NumpyRealm> {
  const pyodide = (await loadPyodide(pyodideOptions())) as unknown as Pyodide;
  const host = new BridgeHost(pyodide);
  const shown: { text: string | null; svg: string | null }[] = [];
  mountPackages(pyodide, packages());
  pyodide.registerJsModule(
    '_nabla',
    sealedModule({
      ...numpyBridge(host, pyodide._module),
      attach: (dead: number, deadRoom: number, cell: number, cells: number) => host.attach(dead, deadRoom, cell, cells),
      take: () => host.take(),
      output: () => {},
      display: (json: string) => void shown.push(JSON.parse(json)),
      ...figureBridge(),
    }),
  );
  return { pyodide, host, shown, run: (code) => String(pyodide.runPython(code)) };
}
