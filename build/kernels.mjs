// Writes core/devices/cpu/wasm-binaries.ts: the AssemblyScript kernels as two WebAssembly binaries, with fused multiply-add and without.
// Run again when core/devices/cpu/wasm changes: node build/kernels.mjs. `--check` only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, filesBelow, root, say } from './project.mjs';

const target = join(root, 'core/devices/cpu/wasm-binaries.ts');
const sources = join(root, 'core/devices/cpu/wasm');
// Memory comes from the heap: imported, shared, of any size. Nothing of AssemblyScript's own runtime goes in.
const words = ['index.ts', '--outFile', 'out.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--sharedMemory'];
const limits = [
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
  '--enable',
  'simd',
  '--enable',
  'threads',
  '--enable',
  'bulk-memory',
  '--disableWarning',
];

async function compile(features) {
  const { default: asc } = await import('assemblyscript/asc');
  const texts = new Map(filesBelow(sources).map((path) => [path.slice(sources.length + 1), readFileSync(path, 'utf8')]));
  let binary = null;
  const { error, stderr } = await asc.main([...words, ...limits, ...features], {
    // The house names files with their extension, AssemblyScript without.
    readFile: (name) => texts.get(name)?.replace(/ from '(.*)\.ts';/g, " from '$1';") ?? null,
    writeFile: (_name, content) => {
      binary = content;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`the kernels do not compile: ${error.message}\n${stderr.toString()}`);
  return Buffer.from(binary);
}

/** The text of the generated file. */
export async function kernelBinaries() {
  const line = (name, binary) => `export const ${name} =\n  '${binary.toString('base64')}';\n`;
  const head = '// Made by build/kernels.mjs from wasm/*.ts: two WebAssembly binaries in base64. Not written by hand.\n\n';
  return head + line('plainBinary', await compile([])) + line('relaxedBinary', await compile(['--enable', 'relaxed-simd']));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await kernelBinaries();
  const old = readFileSync(target, { encoding: 'utf8', flag: 'a+' });
  if (process.argv.includes('--check')) {
    if (old !== text) fail('core/devices/cpu/wasm-binaries.ts is not what its sources give: node build/kernels.mjs');
  } else if (old !== text) {
    writeFileSync(target, text);
    say(`wrote ${target}`);
  }
}
