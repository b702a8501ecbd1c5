// A script's folder as a run may read it: small files, nearest first, nothing hidden, nothing through links.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { folderLimits, readFolder, readScript } from '../../electron/script-folder.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-folder-'));
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(folder, 'main.py'), 'import helper\n');
  writeFileSync(join(folder, 'a/b/deep.txt'), 'deep');
  writeFileSync(join(folder, 'node_modules/x.js'), 'x');
  writeFileSync(join(folder, '.git/config'), 'x');
  writeFileSync(join(folder, '.env'), 'secret');
  writeFileSync(join(folder, 'huge.bin'), new Uint8Array(folderLimits.bytes + 1));
  writeFileSync(join(folder, 'large.bin'), new Uint8Array(folderLimits.bytes - 100));
  writeFileSync(join(folder, 'a/second.bin'), new Uint8Array(200));
  symlinkSync('/etc/passwd', join(folder, 'link.txt'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('reads what fits and leaves out the rest', async () => {
  expect(Object.keys(await readFolder(folder))).toEqual(['large.bin', 'main.py', 'a/b/deep.txt']);
});

it('names the file that cannot be read, in one line', async () => {
  const missing = join(folder, 'none.py');
  await expect(readScript(missing)).rejects.toThrow(`${missing}: no such file`);
  await expect(readScript(folder)).rejects.toThrow('is a folder');
});
