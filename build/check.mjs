// Types, format and lint over the whole tree: `npm run check`, and the first part of `npm test`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { root, say } from './project.mjs';

/** Every check by name, as arguments for Node. */
export const checks = {
  'types: core': ['typescript/bin/tsc', '-p', 'core'],
  'types: renderer': ['typescript/bin/tsc', '-p', 'renderer'],
  'types: electron': ['typescript/bin/tsc', '-p', 'electron'],
  'types: test': ['typescript/bin/tsc', '-p', 'test'],
  'format and lint': ['@biomejs/biome/bin/biome', 'check', '.'],
};

/** Runs all; returns the names of those that failed. What they say goes to stderr. */
export function runChecks() {
  return Object.entries(checks)
    .filter(([, words]) => existsSync(join(root, 'node_modules', words[0])))
    .filter(([name, [script, ...args]]) => {
      const startMs = Date.now();
      const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root, stdio: ['ignore', 2, 2] });
      say(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startMs) / 1000).toFixed(1)} s)`);
      return status !== 0;
    })
    .map(([name]) => name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  process.exit(runChecks().length === 0 ? 0 : 1);
}
