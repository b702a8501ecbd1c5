// Installs what package-lock.json asks for and node_modules lacks. Plain Node: runs on a fresh clone.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root, say } from './project.mjs';

/** True when every package the lock names for this platform stands in node_modules in its version. */
export function isInstalled() {
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const recordPath = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(recordPath)) return false;
  const present = JSON.parse(readFileSync(recordPath, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version);
}

export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) fail(`Nabla needs Node 20.19 or later; this is ${process.version}`);
  if (isInstalled()) return;
  say('installing what is missing …');
  const command = existsSync(join(root, 'node_modules')) ? 'install' : 'ci';
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, [command, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) fail(`npm ${command} failed; is the package registry within reach?`);
}
