// `npm run bench [-- --only NAME] [-- --json FILE]`: bundles the benchmarks as the app is bundled and runs them in a process of their own.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './bundle.mjs';
import { ensureInstalled } from './install.mjs';
import { fail, out, readOr, root, say } from './project.mjs';
import { bundleForNode } from './targets.mjs';

ensureInstalled();
try {
  await build({ names: ['pyodide', 'python'], quiet: true });
  await bundleForNode(await import('vite'), 'bench', 'bench', 'es', 'node20', 'test/bench/bench.ts');
} catch (error) {
  fail(`the build failed: ${error.message ?? error}`);
}
const { status } = spawnSync(
  process.execPath,
  [join(out, 'bench/bench.mjs'), root, join(out, 'renderer'), installPeers(), ...process.argv.slice(2)],
  { stdio: 'inherit', cwd: process.env.INIT_CWD ?? process.cwd() },
);
process.exit(status ?? 1);

/** The other engines, in a folder of the benchmark's own: nothing else needs them. Without a registry the rows go without. */
function installPeers() {
  const [from, to] = [join(root, 'test/bench/peers'), join(out, 'peers')];
  mkdirSync(to, { recursive: true });
  const lock = 'package-lock.json';
  if (existsSync(join(to, 'node_modules')) && readOr(join(from, lock), '') === readOr(join(to, lock), null)) return to;
  for (const file of ['package.json', lock]) copyFileSync(join(from, file), join(to, file));
  const words = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const windows = process.platform === 'win32';
  const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', words, { cwd: to, stdio: ['ignore', 2, 2], shell: windows });
  if (status !== 0) say('the other engines could not be installed: their columns stay empty');
  return to;
}
