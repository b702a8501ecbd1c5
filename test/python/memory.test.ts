// Training leaves nothing behind: at step 300 of every golden training program as many bytes are alive as at step 100.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { markReader, memoryProgram } from '../bench/training-memory.ts';
import { loadSession } from './load-session.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

test('live bytes at step 100 and step 300 are equal, and the heap does not grow between', { timeout: 240_000 }, async () => {
  const { script, files } = memoryProgram(root, [100, 300]);
  const reader = markReader();
  const failures: string[] = [];
  const session = await loadSession({
    outputLimit: null,
    post(message) {
      if (message.type === 'output') reader.read(message.text);
      if (message.type === 'error') failures.push(message.error.traceback);
    },
  });
  session.run(script, { folder: files });
  expect(failures).toEqual([]);
  const programs = [...new Set(reader.marks.map(({ id }) => id))];
  expect(programs.length).toBe(6);
  for (const id of programs) {
    const [early, late] = reader.marks.filter((mark) => mark.id === id);
    process.stderr.write(`memory ${id}: ${early.liveBytes} bytes alive at step ${early.step}, ${late.liveBytes} at step ${late.step}\n`);
    expect([id, late.liveBytes, late.heapBytes]).toEqual([id, early.liveBytes, early.heapBytes]);
  }
});
