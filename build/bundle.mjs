// Makes out/: every bundle whose inputs changed since it was last made. `npm run build`, and the first thing the other commands do.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone, fingerprint, out, readOr, say } from './project.mjs';
import { targets } from './targets.mjs';

const stampsPath = join(out, '.stamps.json');
const readStamps = () => JSON.parse(readOr(stampsPath, '{}'));

/** Makes what is stale among `names` (default: all) and says what it made, unless quiet. */
export async function build({ names = Object.keys(targets), quiet = false } = {}) {
  const stale = () => {
    const stamps = readStamps();
    return names.filter((name) => stamps[name] !== fingerprint(targets[name].inputs));
  };
  if (stale().length === 0 && existsSync(stampsPath)) return [];
  return await alone(async () => {
    const vite = await import('vite');
    const todo = stale();
    for (const name of todo) {
      const startMs = Date.now();
      const print = fingerprint(targets[name].inputs);
      await targets[name].make(vite);
      mkdirSync(out, { recursive: true });
      writeFileSync(stampsPath, JSON.stringify({ ...readStamps(), [name]: print }, null, 1));
      if (!quiet) say(`built ${name} in ${((Date.now() - startMs) / 1000).toFixed(1)} s`);
    }
    return todo;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ensureInstalled } = await import('./install.mjs');
  ensureInstalled();
  try {
    await build({ names: process.argv.length > 2 ? process.argv.slice(2) : undefined });
  } catch (error) {
    say(error.message ?? String(error));
    process.exit(1);
  }
}
