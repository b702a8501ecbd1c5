// `nabla trace`: the recording of a script's run as JSON, whole values included.
import { closeSync, openSync, writeSync } from 'node:fs';
import { traceJsonText } from '../core/index.ts';
import type { Command } from './command-line.ts';
import { recordScript } from './recorded-run.ts';

/** Exit code: 1 where the script failed; what it did until then is written all the same. */
export async function traceCommand(assets: string, command: Extract<Command, { kind: 'trace' }>): Promise<number> {
  const { reader, exitCode } = await recordScript(assets, command, 'full');
  const file = openSync(command.out, 'w');
  try {
    for (const piece of traceJsonText(reader)) writeSync(file, piece);
  } finally {
    closeSync(file);
  }
  return exitCode;
}
