// The packaged app as a command line: `nabla run FILE` runs in this process and opens no window.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
import { unpacked } from './archive.ts';
import { isCommandName } from './command-line.ts';
import { startWords } from './start-words.ts';

/** True where the words name a command: the command line has taken over and will end the process. */
export function runCommandLine(): boolean {
  const words = startWords(process.argv, app.isPackaged);
  if (!isCommandName(words[0])) return false;
  app.dock?.hide();
  // The command line reads its words where Node has them: after the runtime and the program.
  process.argv = [process.argv[0], unpacked(join(__dirname, '../cli/cli.mjs')), ...words];
  void import(/* @vite-ignore */ pathToFileURL(process.argv[1]).href);
  return true;
}
