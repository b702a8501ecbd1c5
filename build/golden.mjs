// `npm run -s golden -- DIR [FILE…]`: runs test/golden/matrix as it is written, without a bundle; this file is its worker's entry too.
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker } from 'node:worker_threads';
import { ensureInstalled } from './install.mjs';
import { root } from './project.mjs';

ensureInstalled();
const { createServer } = await import('vite');
const server = await createServer({
  configFile: false,
  root,
  logLevel: 'error',
  appType: 'custom',
  cacheDir: undefined,
  server: { middlewareMode: true, hmr: false, watch: null, ws: false },
  optimizeDeps: { noDiscovery: true, include: [] },
});
const load = (path) => server.ssrLoadModule(`/test/golden/matrix/${path}`);

if (isMainThread) {
  const from = process.env.INIT_CWD ?? process.cwd();
  const words = process.argv
    .slice(2)
    .map((word, i) => (i === 0 && !word.startsWith('-') && !isAbsolute(word) ? resolve(from, word) : word));
  const start = (workerData) => new Worker(fileURLToPath(import.meta.url), { workerData });
  const { main } = await load('main.ts');
  process.exit(await main(words, start));
} else {
  const { work } = await load('worker.ts');
  await work();
}
