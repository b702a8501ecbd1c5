// `nabla trace`: the recording of a script's run as JSON, whole values included.
import { traceJsonText } from '../core/index.ts';
import type { Command } from './command-line.ts';
import { checkOutput, writeOutput } from './output-file.ts';
import { recordScript } from './recorded-run.ts';

/** Exit code: 1 where the script failed; what it did until then is written all the same. */
export async function traceCommand(assets: string, command: Extract<Command, { kind: 'trace' }>): Promise<number> {
  checkOutput(command.out);
  const { reader, exitCode } = await recordScript(assets, command, 'full');
  writeOutput(command.out, traceJsonText(reader));
  return exitCode;
}
