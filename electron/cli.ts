// The command line: parses, runs, writes, and ends with 0, 1 (the script or a file failed) or 2 (bad usage).
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { packed } from './archive.ts';
import { docsCommand } from './command-docs.ts';
import { dotCommand } from './command-dot.ts';
import { parseCommandLine, UsageError, usage } from './command-line.ts';
import { runCommand } from './command-run.ts';
import { svgCommand } from './command-svg.ts';
import { traceCommand } from './command-trace.ts';
import { readScript } from './script-folder.ts';
import { serve } from './serve.ts';
import { writeOut } from './streams.ts';

const page = packed(fileURLToPath(new URL('../renderer/', import.meta.url)));

async function main(words: readonly string[]): Promise<number> {
  const command = parseCommandLine(words);
  switch (command.kind) {
    case 'help':
      writeOut(1, usage);
      return 0;
    case 'serve': {
      if (command.file !== null) await readScript(command.file);
      const { address } = await serve(page, command);
      writeOut(1, `Nabla is at ${address}\n`);
      return await new Promise(() => {});
    }
    case 'run':
      return await runCommand(page, command);
    case 'dot':
      return await dotCommand(page, command);
    case 'svg':
      return await svgCommand(page, command);
    case 'trace':
      return await traceCommand(page, command);
    case 'docs':
      return docsCommand(page, command.name);
  }
}

let code: number;
try {
  code = await main(process.argv.slice(2));
} catch (error) {
  // One line, whatever it was: the rest is for those who ask.
  writeOut(2, `nabla: ${process.env.NABLA_VERBOSE ? (error as Error).stack : (error as Error).message.split('\n')[0]}\n`);
  code = error instanceof UsageError ? 2 : 1;
}
// At once: Python's runtime leaves handles open that would keep the process.
process.exit(code);
