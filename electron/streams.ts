// Writing to stdout and stderr so that nothing is lost when the process ends, whatever is on the other side. Knows nothing else.
import { writeSync } from 'node:fs';
// Not the global: a realm that runs a script shows none.
import process from 'node:process';

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Writes all of `text`, waiting where a pipe is full. A reader that has gone (`| head`) ends the process quietly. */
export function writeOut(descriptor: 1 | 2, text: string): void {
  let bytes = Buffer.from(text, 'utf8');
  while (bytes.byteLength > 0) {
    try {
      bytes = bytes.subarray(writeSync(descriptor, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(141);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}
