// Records a lesson for the build: runs its notebook once and writes the .nabla file that the app opens on. `lesson FILE OUT`.
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Graph, type ShownOutput, writeNablaFile } from '../core/index.ts';
import { Outcome } from './command-run.ts';
import { runScript } from './script-session.ts';

const [file, target] = process.argv.slice(2);
const assets = fileURLToPath(new URL('../renderer/', import.meta.url));
const outcome = new Outcome(false);
const graphs: Graph[] = [];
const outputs: ShownOutput[] = [];
let chunks: readonly SharedArrayBuffer[] = [];
let memory: WebAssembly.Memory | null = null;
await runScript(assets, { file, argv: [], device: 'cpu', recording: 'full' }, (message) => {
  outcome.receive(message);
  if (message.type === 'graph') graphs[message.index] = message.graph;
  if (message.type === 'trace') ({ chunks, memory } = message);
  if (message.type === 'output' || message.type === 'display') {
    const { run, ...shown } = message;
    outputs.push(shown);
  }
});
if (outcome.exitCode === 0) {
  await writeFile(
    target,
    writeNablaFile({ name: basename(file), script: new Uint8Array(await readFile(file)), graphs, outputs, chunks, memory }),
  );
}
process.exit(outcome.exitCode);
