// A folder in the golden data's formats: its files, plain or gzipped, and their cases.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { casesOf, leftOutOf } from './kinds/index.ts';
import type { MatrixCase } from './matrix.ts';

const ending = /\.json(\.gz)?$/;

/** The names of a folder's golden files, without `.json`. */
export function goldenFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => ending.test(name));
  return [...new Set(names.map((name) => name.replace(ending, '')))].sort();
}

export const plainName = (file: string): string => basename(file).replace(ending, '');

/** Parsed JSON; undefined where there is no such file. */
export function readGoldenFile(folder: string, file: string): unknown {
  for (const end of ['.json', '.json.gz']) {
    const path = join(folder, file + end);
    if (!existsSync(path)) continue;
    const bytes = readFileSync(path);
    return JSON.parse((end === '.json' ? bytes : gunzipSync(bytes)).toString('utf8'));
  }
  return undefined;
}

/** The cases of one file; null where it is of no kind the matrix knows. Throws where the file is missing or broken. */
export function goldenCases(folder: string, file: string): MatrixCase[] | null {
  const content = readGoldenFile(folder, file);
  if (content === undefined) throw new Error(`there is no ${file}.json in ${folder}`);
  return casesOf(file, content, (name) => readGoldenFile(folder, name));
}

/** What of a file is left out, and why. */
export const goldenLeftOut = (folder: string, file: string): string[] => leftOutOf(file, readGoldenFile(folder, file));
