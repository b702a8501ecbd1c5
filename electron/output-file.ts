// Files the command line writes where a person says, with one line in plain words where that cannot be. Knows no script.
import { accessSync, closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Before a long run: throws where `path` could not be written afterwards. */
export function checkOutput(path: string): void {
  const folder = dirname(path);
  const isFolder = (at: string) => statSync(at, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder(folder)) throw new Error(`${path} cannot be written: there is no folder ${folder}`);
  if (isFolder(path)) throw new Error(`${path} cannot be written: it is a folder`);
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw writing(path, error);
  }
}

/** Writes `pieces` one after the other. */
export function writeOutput(path: string, pieces: Iterable<string>): void {
  try {
    const file = openSync(path, 'w');
    try {
      for (const piece of pieces) writeSync(file, piece);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw writing(path, error);
  }
}

/** Node's error about a file to write as one line a person understands. */
export function writing(path: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error as Error;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'its folder is not there',
    ENOTDIR: 'its folder is a file',
    EEXIST: 'it is a file',
    EISDIR: 'it is a folder',
    EACCES: 'not allowed',
    EPERM: 'not allowed',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
  };
  return new Error(`${path} cannot be written: ${reasons[code] ?? code}`);
}
