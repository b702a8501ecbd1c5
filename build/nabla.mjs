// `npm run -s nabla -- …`: the command line, built when stale. Says nothing of its own unless the build fails.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { build } from './bundle.mjs';
import { ensureInstalled } from './install.mjs';
import { fail, out } from './project.mjs';

ensureInstalled();
const words = process.argv.slice(2);
try {
  await build({ names: words[0] === 'serve' ? undefined : ['pyodide', 'python', 'cli'], quiet: true });
} catch (error) {
  fail(`nabla: the build failed: ${error.message ?? error}`);
}
const child = spawn(process.execPath, [join(out, 'cli/cli.mjs'), ...words], {
  stdio: 'inherit',
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
// The terminal sends Ctrl-C to the whole group; a signal sent to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
