// A script on disk and the folder around it, as far as a run may read it. Knows no Electron.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** All files of a folder together: enough for the data beside a lesson, little enough to copy into a worker. */
export const folderLimits = { bytes: 8 * 2 ** 20, files: 2000, depth: 4 } as const;
/** A script or recording larger than this is refused. */
export const fileLimitBytes = 64 * 2 ** 20;

const skipped = new Set(['node_modules', '__pycache__']);

/** Small files in and below `folder`: relative path with `/` → bytes. Nearest first until the limits; links and hidden files are left out. */
export async function readFolder(folder: string): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  let bytes = 0;
  let count = 0;
  let level: string[] = [''];
  for (let depth = 0; depth <= folderLimits.depth && level.length > 0; depth++) {
    const below: string[] = [];
    for (const prefix of level) {
      for (const entry of await entriesOf(join(folder, prefix))) {
        if (entry.name.startsWith('.') || skipped.has(entry.name)) continue;
        const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
        if (entry.isDirectory()) below.push(path);
        if (!entry.isFile() || count >= folderLimits.files) continue;
        count++;
        const content = await readSmall(join(folder, path), folderLimits.bytes - bytes);
        if (!content) continue;
        files[path] = content;
        bytes += content.byteLength;
      }
    }
    level = below.slice(0, folderLimits.files);
  }
  return files;
}

async function entriesOf(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

async function readSmall(path: string, limitBytes: number): Promise<Uint8Array | null> {
  try {
    if ((await stat(path)).size > limitBytes) return null;
    const content = await readFile(path);
    return content.byteLength > limitBytes ? null : new Uint8Array(content);
  } catch {
    return null;
  }
}

export interface ScriptFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly folder: Record<string, Uint8Array>;
}

/** Reads a script with its folder. Throws an Error whose message is one line naming the file. */
export async function readScript(path: string): Promise<ScriptFile> {
  let bytes: Uint8Array;
  try {
    const about = await stat(path);
    if (about.isDirectory()) throw new Error(`${path} is a folder; give a .py or .ipynb file`);
    if (about.size > fileLimitBytes) throw new Error(`${path} is larger than ${fileLimitBytes / 2 ** 20} MB; this is no script`);
    bytes = new Uint8Array(await readFile(path));
  } catch (error) {
    throw reading(path, error);
  }
  return { name: basename(path), path, bytes, folder: await readFolder(dirname(path)) };
}

/** Node's error about a file as one line a person understands. */
export function reading(path: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new Error(`${path}: no such file`);
  if (code === 'EACCES' || code === 'EPERM') return new Error(`${path}: not allowed to read it`);
  return code ? new Error(`${path}: cannot be read (${code})`) : (error as Error);
}
