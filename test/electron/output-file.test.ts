// Where the command line writes: what cannot be is said in plain words, before a long run where it can be known.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeAll } from '../../electron/command-run.ts';
import { checkOutput, writeOutput } from '../../electron/output-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'nabla-output-'));
mkdirSync(join(folder, 'there'));
writeFileSync(join(folder, 'file'), 'kept');
afterAll(() => rmSync(folder, { recursive: true }));

it('writes pieces in order, over what was there', () => {
  const path = join(folder, 'there/a.json');
  for (const pieces of [
    ['long and ', 'longer'],
    ['[', ']'],
  ]) {
    checkOutput(path);
    writeOutput(path, pieces);
  }
  expect(readFileSync(path, 'utf8')).toBe('[]');
});

it.each([
  ['missing/a.svg', /a\.svg cannot be written: there is no folder .*missing$/],
  ['file/a.svg', /a\.svg cannot be written: there is no folder .*file$/],
  ['there', /there cannot be written: it is a folder$/],
])('%s is refused before and after a run', (path, words) => {
  expect(() => checkOutput(join(folder, path))).toThrow(words);
  expect(() => writeOutput(join(folder, path), [''])).toThrow(/^[^\n]* cannot be written: [a-z -]+$/);
});

it('figures and files go below their folder only, which is made', async () => {
  await writeAll(join(folder, 'new'), { 'a/b.txt': 'text', 'c.bin': new Uint8Array([1]) });
  expect(readFileSync(join(folder, 'new/a/b.txt'), 'utf8')).toBe('text');
  await expect(writeAll(join(folder, 'new'), { '../out.txt': '' })).rejects.toThrow('not a path below');
  await expect(writeAll(join(folder, 'file'), {})).rejects.toThrow(/file cannot be written: it is a file$/);
  await expect(writeAll(join(folder, 'file/deeper'), {})).rejects.toThrow(/cannot be written: its folder is a file$/);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('kept');
});
