// A .nabla file made to hurt: it is refused quickly, in words.
import { strToU8, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { readNablaFile } from '../../core/graph/nabla-file.ts';

/** A zip whose end record sends the reader to a ZIP64 record that claims `entries` entries. */
function claiming(entries: number): Uint8Array {
  const zip = zipSync({ 'manifest.json': strToU8('{}') });
  const directory = new DataView(zip.buffer, zip.byteOffset).getUint32(zip.length - 6, true);
  const bytes = new Uint8Array(zip.length + 56 + 20);
  const at = zip.length - 22;
  bytes.set(zip.subarray(0, at));
  const view = new DataView(bytes.buffer);
  view.setUint32(at, 0x06064b50, true);
  view.setUint32(at + 32, entries, true);
  view.setUint32(at + 48, directory, true);
  view.setUint32(at + 56, 0x07064b50, true);
  view.setUint32(at + 56 + 8, at, true);
  bytes.set(zip.subarray(at), at + 76);
  view.setUint16(at + 76 + 8, 0xffff, true);
  view.setUint32(at + 76 + 16, 0xffffffff, true);
  return bytes;
}

it('counts entries rather than believing their number', () => {
  const began = performance.now();
  expect(() => readNablaFile(claiming(0xffffffff))).toThrow(/not a Nabla recording/);
  expect(performance.now() - began).toBeLessThan(5000);
});

it('finds no entry by a name every object has', () => {
  const manifest = { format: 'nabla', version: 1, name: 'a.py', script: '__proto__', trace: ['constructor'] };
  const zip = zipSync({ 'manifest.json': strToU8(JSON.stringify(manifest)), 'graphs.json': strToU8('[]'), 'outputs.json': strToU8('[]') });
  expect(() => readNablaFile(zip)).toThrow('This recording lacks __proto__');
});
