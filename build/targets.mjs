// The bundles: what goes into each, for which runtime. Knows Vite; decides nothing about freshness.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative, sep } from 'node:path';
import { recordLesson } from './lesson.mjs';
import { filesBelow, out, root } from './project.mjs';

const shared = ['package-lock.json', 'build/targets.mjs', 'build/project.mjs'];
const pyodideFiles = ['pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide-lock.json'];

/** name → inputs (paths whose change makes it stale) and the function that makes it. */
export const targets = {
  page: { inputs: [...shared, 'core', 'renderer', 'electron/host.ts'], make: makePage },
  pyodide: { inputs: [...shared], make: makePyodide },
  python: { inputs: [...shared, 'core/python/lib'], make: makePython },
  browserHost: { inputs: [...shared, 'electron'], make: makeBrowserHost },
  desktop: { inputs: [...shared, 'electron', 'core', 'renderer/graph', 'renderer/playback'], make: makeDesktop },
  cli: { inputs: [...shared, 'electron', 'core', 'renderer/graph', 'renderer/playback'], make: makeCli },
  // Last: it runs what the others made.
  lesson: { inputs: [...shared, 'build/lesson.mjs', 'electron', 'core'], make: () => recordLesson() },
};

const quiet = { configFile: false, logLevel: 'warn', clearScreen: false, root };

async function makePage(vite) {
  const { default: react } = await import('@vitejs/plugin-react');
  const destination = join(out, 'renderer');
  for (const stale of ['assets', 'index.html']) rmSync(join(destination, stale), { recursive: true, force: true });
  await vite.build({
    ...quiet,
    root: join(root, 'renderer'),
    base: '/',
    publicDir: false,
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      outDir: destination,
      emptyOutDir: false,
      target: 'chrome108',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4096,
    },
  });
}

/** The Python runtime, as it is on npm: hosts serve it from their own origin. */
function makePyodide() {
  const from = join(root, 'node_modules/pyodide');
  const to = join(out, 'renderer/pyodide');
  mkdirSync(to, { recursive: true });
  for (const file of pyodideFiles) copyFileSync(join(from, file), join(to, file));
}

/** The packages a script imports (`torch`, `numpy`, …): one JSON of path → text. */
export function pythonPackages() {
  const folder = join(root, 'core/python/lib');
  const texts = {};
  for (const path of filesBelow(folder)) {
    if (path.endsWith('.py')) texts[relative(folder, path).split(sep).join('/')] = readFileSync(path, 'utf8');
  }
  return texts;
}

function makePython() {
  mkdirSync(join(out, 'renderer'), { recursive: true });
  writeFileSync(join(out, 'renderer/python-lib.json'), JSON.stringify(pythonPackages()));
}

async function makeBrowserHost(vite) {
  await vite.build({
    ...quiet,
    publicDir: false,
    build: {
      outDir: join(out, 'renderer'),
      emptyOutDir: false,
      target: 'chrome108',
      reportCompressedSize: false,
      lib: {
        entry: join(root, 'electron/browser-host.ts'),
        formats: ['iife'],
        name: 'nablaBrowserHost',
        fileName: () => 'browser-host.js',
      },
    },
  });
}

/** Main and preload are CommonJS: a sandboxed preload knows nothing else, and main then starts on every runtime. */
async function makeDesktop(vite) {
  for (const entry of ['main', 'preload']) {
    if (existsSync(join(root, `electron/${entry}.ts`))) await bundleForNode(vite, entry, 'electron', 'cjs', 'node16');
  }
}

async function makeCli(vite) {
  for (const entry of ['cli', 'lesson', 'compute-thread']) {
    if (existsSync(join(root, `electron/${entry}.ts`))) await bundleForNode(vite, entry, 'cli', 'es', 'node20');
  }
}

/** One self-contained file: everything but Node and Electron themselves goes in. */
export async function bundleForNode(vite, entry, folder, format, target, source = `electron/${entry}.ts`) {
  const extension = format === 'cjs' ? 'cjs' : 'mjs';
  await vite.build({
    ...quiet,
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: join(root, source),
      outDir: join(out, folder),
      emptyOutDir: false,
      target,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        external: ['electron', /^node:/, ...builtinModules],
        output: { format, entryFileNames: `${entry}.${extension}`, codeSplitting: false },
      },
    },
  });
}
