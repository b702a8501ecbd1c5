// Live bytes of the golden training programs at two steps far apart, as lines of a table. Loads Python: for a process of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../../electron/script-session.ts';
import { markReader, memoryProgram } from './training-memory.ts';

/** The lines, and whether each program has the same bytes alive at both steps. */
export async function memoryTable(
  root: string,
  assets: string,
  marks: readonly [number, number],
): Promise<{ lines: string[]; equal: boolean }> {
  const { script, files } = memoryProgram(root, marks);
  const folder = mkdtempSync(join(tmpdir(), 'nabla-bench-'));
  const reader = markReader();
  let failed = '';
  try {
    writeFileSync(join(folder, 'memory.py'), script);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    await runScript(assets, { file: join(folder, 'memory.py'), argv: [], device: 'cpu', recording: 'off' }, (message) => {
      if (message.type === 'output') reader.read(message.text);
      if (message.type === 'error') failed = message.error.message;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [early, late] = marks.map((step) => reader.marks.filter((mark) => mark.step === step));
  const lines = early.map(({ id, step, liveBytes, heapBytes }, i) => {
    const then = `${late[i]?.liveBytes} after ${marks[1].toLocaleString('en')}`;
    const pages = late[i]?.heapBytes === heapBytes ? 'heap not grown' : `heap grown from ${heapBytes} to ${late[i]?.heapBytes}`;
    return `live bytes of ${id.padEnd(19)} ${String(liveBytes).padStart(8)} after ${step.toLocaleString('en')} steps, ${then}; ${pages}`;
  });
  if (failed !== '') lines.push(`the training programs failed: ${failed}`);
  const equal = failed === '' && early.length > 0 && early.every(({ liveBytes }, i) => liveBytes === late[i]?.liveBytes);
  return { lines, equal };
}
