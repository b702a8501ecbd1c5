// The numbers: every row of the table in one run, medians beside peers; then what training leaves alive.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process'; // loading Python takes the global away
import { setFlagsFromString } from 'node:v8';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { type HelperStart, helperLoop } from '../../core/devices/cpu/thread-loop.ts';
import { runScript } from '../../electron/script-session.ts';
import { liveAfter, recorded, timed, trainingStep } from './engine-step.ts';
import {
  convolutionName,
  convolutionRows,
  convolutions,
  functionNames,
  functionRow,
  layerNormName,
  matmulRow,
  type Peers,
  threadsName,
  threadsRow,
} from './kernel-rows.ts';
import { memoryTable } from './memory-table.ts';
import { loadJax, loadTf, runTorch } from './peers.ts';
import { playgroundName, playgroundRow } from './playground.ts';
import { modelNames, modelRows } from './step-rows.ts';
import { atMost, type Row, rowText, rowValue } from './table.ts';

// Helper threads run this very file.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
if (!isMainThread) {
  helperLoop(workerData);
  process.exit(0);
}
const [root, assets, peersFolder, ...words] = process.argv.slice(2);
const calls = join(root, 'test/bench/python_calls.py');
if (peersFolder === 'calls') {
  process.stdout.write(await printed(calls, ['2000'], 'off'));
  process.exit(0);
}
if (peersFolder === 'memory') {
  // A process of its own: Python is loaded once in each.
  const { lines, equal } = await memoryTable(root, assets, [1000, 10_000]);
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exit(equal ? 0 : 1);
}
const option = (name: string): string | null => (words.includes(name) ? (words[words.indexOf(name) + 1] ?? '') : null);
const only = option('--only');
const jsonPath = option('--json');
const wanted = (name: string): boolean => only === null || name.includes(only);

const python = process.env.NABLA_BENCH_PYTHON ?? 'python3';
const callsName = 'a call through Python';
const script = join(root, 'test/bench/training_step.py');
const megabyte = 2 ** 20;
const budgetBytes = 512 * megabyte;
const rows: Row[] = [];
function show(...made: readonly Row[]): void {
  for (const row of made) process.stdout.write(`${rowText(row)}\n`);
  rows.push(...made);
}

/** Rounds of all levels in turn, the best of each: what else the machine does strikes them alike. */
function engine(): Record<'off' | 'summary' | 'full', number> {
  const best = { off: Number.POSITIVE_INFINITY, summary: Number.POSITIVE_INFINITY, full: Number.POSITIVE_INFINITY };
  for (let round = 0; round < 6; round++) {
    for (const level of ['off', 'summary', 'full'] as const) {
      best[level] = Math.min(best[level], recorded(level, budgetBytes, () => timed(trainingStep(), 500, 24)).result);
    }
  }
  return best;
}

async function printed(file: string, argv: readonly string[], recording: 'off' | 'summary'): Promise<string> {
  let text = '';
  await runScript(assets, { file, argv, device: 'cpu', recording }, (message) => {
    if (message.type === 'output' && message.stream === 'stdout') text += message.text;
    if (message.type === 'error') process.stderr.write(`${message.error.traceback}\n`);
  });
  return text;
}

/** Steps a round and rounds, the least of which counts: short ones, so that some escape what else the machine does. */
const stepRounds = ['50', '1000'];
const throughPython = async (): Promise<number | null> => Number.parseFloat(await printed(script, stepRounds, 'summary')) || null;

/** A helper thread; resolves to what ends it. */
function startThread(start: HelperStart): Promise<() => Promise<unknown>> {
  const worker = new Worker(process.argv[1], { workerData: start });
  return new Promise((resolve) => worker.once('online', () => resolve(() => worker.terminate())));
}

/** Microseconds by the name of the call. */
function callTimes(text: string): Map<string, number> {
  const lines = text.split('\n').map((line) => line.split('\t'));
  return new Map(lines.filter((parts) => parts.length === 2).map(([name, us]) => [name, Number.parseFloat(us)]));
}

/** PyTorch's time for the notebook's step: microseconds. */
function torchStep(): Record<string, number> {
  const { stdout, status } = spawnSync(python, [script, ...stepRounds], { encoding: 'utf8' });
  return status === 0 ? { PyTorch: Number.parseFloat(stdout) } : {};
}

const matmuls = [128, 256, 512, 1024];
const torchNames = [
  ...matmuls.map((n) => `matmul ${n}`),
  ...convolutions.map(convolutionName),
  ...modelNames,
  ...functionNames,
  layerNormName,
].filter((name) => wanted(name));
const peers: Peers = {
  tf: await loadTf(peersFolder),
  jax: await loadJax(peersFolder),
  torch: torchNames.length > 0 ? runTorch(join(root, 'test/bench/torch_rows.py'), torchNames) : null,
};
const named = { 'tfjs-wasm': peers.tf, 'jax-js': peers.jax, [`PyTorch ${peers.torch?.version ?? ''}`]: peers.torch };
const present = Object.entries(named).filter(([, peer]) => peer !== null);
process.stdout.write(
  `beside ${present.length === 0 ? 'nobody' : present.map(([name]) => name).join(', ')} (NABLA_BENCH_PYTHON names a python with torch)\n`,
);

const stepNames = ['unrecorded', 'summaries', 'full'].map((level) => `the notebook's step, ${level}`);
const beside = wanted("the notebook's step") || stepNames.some(wanted) ? torchStep() : {};
if (stepNames.some(wanted)) {
  const us = engine();
  const bounds = [
    [us.off, 5, 3],
    [us.summary, 7, 4],
    [us.full, 10, 5],
  ];
  show(
    ...stepNames.map((name, i) => ({
      name,
      unit: 'µs',
      ours: bounds[i][0],
      peers: beside,
      gates: [atMost('µs', bounds[i][0], bounds[i][1], bounds[i][2])],
    })),
  );
}
for (const kind of ['relaxed', 'plain', 'float64'] as const) {
  for (const n of matmuls) if (wanted(`matmul ${n}, ${kind}`)) show(matmulRow(n, kind, peers));
}
if (wanted(threadsName)) show(await threadsRow(startThread));
for (const sizes of convolutions) if (wanted(convolutionName(sizes))) show(...convolutionRows(sizes, peers));
for (const name of modelNames) if (wanted(name)) show(...modelRows(name, peers.torch));
if (wanted(playgroundName)) show(playgroundRow());
for (const name of [...functionNames, layerNormName]) if (wanted(name)) show(functionRow(name, peers));

let sound = true;
if (only === null) {
  const live = [1000, 100_000].map((steps) => ({ steps, bytes: liveAfter(steps) }));
  const small = 4 * megabyte;
  const kept = recorded('full', small, () => {
    const step = trainingStep();
    for (let i = 0; i < 20_000; i++) step();
  }).sizeBytes;
  for (const { steps, bytes } of live) {
    process.stdout.write(`live bytes after ${steps.toLocaleString('en')} steps, recording off: ${bytes}\n`);
  }
  process.stdout.write(
    `trace after 20,000 steps recorded in full under a budget of ${small / megabyte} MB: ${(kept / megabyte).toFixed(2)} MB\n`,
  );
  sound = live[0].bytes === live[1].bytes && kept <= small;
  const memory = spawnSync(process.execPath, [process.argv[1], root, assets, 'memory'], { stdio: ['ignore', 'inherit', 'inherit'] });
  sound = sound && memory.status === 0;
}
// Last: loading Python closes this realm to code made at run time.
const pythonName = "the notebook's step through the Python side, summaries";
if (wanted(pythonName)) {
  const us = await throughPython();
  show({ name: pythonName, unit: 'µs', ours: us, peers: beside, gates: us === null ? [] : [atMost('µs', us, 40, 25)] });
  sound = sound && us !== null;
}
if (wanted(callsName)) {
  const ours = callTimes(
    spawnSync(process.execPath, [process.argv[1], root, assets, 'calls'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
      .stdout,
  );
  const theirs = callTimes(spawnSync(python, [calls, '2000'], { encoding: 'utf8' }).stdout ?? '');
  for (const [name, us] of ours) {
    const real = theirs.get(name);
    show({ name: `${callsName}: ${name}`, unit: 'µs', ours: us, peers: real === undefined ? {} : { PyTorch: real }, gates: [] });
  }
  sound = sound && ours.size > 0;
}
if (jsonPath !== null) writeFileSync(jsonPath, `${JSON.stringify(rows.map(rowValue), null, 1)}\n`);
process.exit(sound ? 0 : 1);
