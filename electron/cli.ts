// The command line: parses, runs, writes, and ends with 0, 1 (the script or a file failed) or 2 (bad usage).
import { fileURLToPath } from 'node:url';
import { parseCommandLine, UsageError, usage } from './command-line.ts';
import { serve } from './serve.ts';
import { readScript } from './script-folder.ts';
import { writeOut } from './streams.ts';

const page = fileURLToPath(new URL('../renderer/', import.meta.url));

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
    default:
      throw new Error('not yet');
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  writeOut(2, `nabla: ${(error as Error).message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
