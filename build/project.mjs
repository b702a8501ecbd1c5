// Where things are, and how the build speaks. Plain JavaScript without dependencies: it runs before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const out = join(root, 'out');

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Ends with one line and an exit code: for what a person can mend. */
export function fail(line, code = 1) {
  say(line);
  process.exit(code);
}

/** Every file below `folder` (absolute paths, sorted), without the ones made by the build. */
export function filesBelow(folder) {
  const found = [];
  const visit = (at) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === '__pycache__' || entry.name.startsWith('.')) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) found.push(path);
    }
  };
  if (!existsSync(folder)) return [];
  if (statSync(folder).isFile()) return [folder];
  visit(folder);
  return found.sort();
}

/** One hash over path, size and modification time of every input: cheap enough to ask at every start. */
export function fingerprint(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const path of filesBelow(join(root, input))) {
      const { size, mtimeMs } = statSync(path);
      hash.update(`${relative(root, path).split(sep).join('/')}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Runs `work` while no other process of this checkout builds; a lock left by a dead process is taken over. */
export async function alone(work) {
  mkdirSync(out, { recursive: true });
  const lock = join(out, '.lock');
  for (let waitedMs = 0; ; waitedMs += 100) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const holder = Number(readOr(lock, '0'));
      if (!isAlive(holder)) rmSync(lock, { force: true });
      else if (waitedMs > 300_000) fail(`another build (process ${holder}) has not ended for five minutes; remove ${lock} if it is gone`);
      else sleep(100);
    }
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

export function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
