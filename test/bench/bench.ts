// The numbers: microseconds per training step, side by side in one run, and what 1,000 and 100,000 steps leave alive.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process'; // loading Python takes the global away
import { runScript } from '../../electron/script-session.ts';
import { liveAfter, recorded, timed, trainingStep } from './engine-step.ts';
import { memoryTable } from './memory-table.ts';

const [root, assets, part] = process.argv.slice(2);
if (part === 'memory') {
  // A process of its own: Python is loaded once in each.
  const { lines, equal } = await memoryTable(root, assets, [1000, 10_000]);
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exit(equal ? 0 : 1);
}
const script = join(root, 'test/bench/training_step.py');
const megabyte = 2 ** 20;
const budgetBytes = 512 * megabyte;

interface Row {
  readonly name: string;
  readonly us: number | null;
  readonly goal: number | null;
}

/** Rounds of all levels in turn, the best of each: what else the machine does strikes them alike. */
function engine(): Record<'off' | 'summary' | 'full', number> {
  const best = { off: Number.POSITIVE_INFINITY, summary: Number.POSITIVE_INFINITY, full: Number.POSITIVE_INFINITY };
  for (let round = 0; round < 6; round++) {
    for (const level of ['off', 'summary', 'full'] as const) {
      best[level] = Math.min(best[level], recorded(level, budgetBytes, () => timed(trainingStep(), 4000, 3)).result);
    }
  }
  return best;
}

async function throughPython(): Promise<number | null> {
  let text = '';
  await runScript(assets, { file: script, argv: ['2000', '8'], device: 'cpu', recording: 'off' }, (message) => {
    if (message.type === 'output' && message.stream === 'stdout') text += message.text;
    if (message.type === 'error') process.stderr.write(`${message.error.traceback}\n`);
  });
  return Number.parseFloat(text) || null;
}

/** Real PyTorch on the same script, one thread; null where it is not importable. */
function pytorch(): { us: number; version: string } | null {
  const python = process.env.NABLA_BENCH_PYTHON ?? 'python3';
  const about = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
  if (about.status !== 0) return null;
  const { stdout, status } = spawnSync(python, [script, '2000', '8'], { encoding: 'utf8' });
  return status === 0 ? { us: Number.parseFloat(stdout), version: about.stdout.trim() } : null;
}

const us = engine();
const rows: Row[] = [
  { name: 'engine, unrecorded', us: us.off, goal: 5 },
  { name: 'engine, recorded in summary', us: us.summary, goal: 7 },
  { name: 'engine, recorded in full', us: us.full, goal: 10 },
];
const lines = ['training step of the final code: 16 rows, Linear(1, 1), MSELoss, SGD; microseconds, best round'];

const live = [1000, 100_000].map((steps) => ({ steps, bytes: liveAfter(steps) }));
const small = 4 * megabyte;
const kept = recorded('full', small, () => {
  const step = trainingStep();
  for (let i = 0; i < 20_000; i++) step();
}).sizeBytes;

const real = pytorch();
// Last: loading Python closes this realm to code made at run time.
rows.push({ name: 'through the Python side, unrecorded', us: await throughPython(), goal: 40 });
for (const { name, us, goal } of rows) {
  const ratio = real && us !== null ? `  ${(real.us / us).toFixed(1).padStart(5)} × faster than PyTorch` : '';
  lines.push(`${name.padEnd(38)}${us === null ? 'failed' : us.toFixed(2).padStart(8)}  (goal ≤ ${goal})${ratio}`);
}
lines.push(
  real
    ? `${`PyTorch ${real.version}, eager, one thread`.padEnd(38)}${real.us.toFixed(2).padStart(8)}`
    : 'PyTorch is not importable here (NABLA_BENCH_PYTHON names a python that has it)',
);
for (const { steps, bytes } of live) lines.push(`live bytes after ${steps.toLocaleString('en')} steps, recording off: ${bytes}`);
lines.push(`trace after 20,000 steps recorded in full under a budget of ${small / megabyte} MB: ${(kept / megabyte).toFixed(2)} MB`);
process.stdout.write(`${lines.join('\n')}\n`);
const memory = spawnSync(process.execPath, [process.argv[1], root, assets, 'memory'], { stdio: ['ignore', 'inherit', 'inherit'] });
process.exit(memory.status === 0 && rows.every((row) => row.us !== null) && live[0].bytes === live[1].bytes && kept <= small ? 0 : 1);
