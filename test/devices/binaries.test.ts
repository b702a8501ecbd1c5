import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('the committed WebAssembly is what its sources give', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '../../build/kernels.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
