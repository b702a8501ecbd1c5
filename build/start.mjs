// `npm start [-- FILE]`: installs, builds, opens the app; in a browser where no window can be had.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from './bundle.mjs';
import { electronOptions, findElectron, hasDisplay } from './electron-runtime.mjs';
import { ensureInstalled } from './install.mjs';
import { fail, out, root, say } from './project.mjs';

ensureInstalled();
try {
  await build();
} catch (error) {
  fail(`the build failed: ${error.message ?? error}`);
}

const given = process.argv.slice(2);
const file = given[0] === undefined ? null : resolve(process.env.INIT_CWD ?? process.cwd(), given[0]);
const runtime = hasDisplay() ? findElectron({ download: true }) : { path: null, reason: 'there is no display' };
if (runtime.path === null) await inBrowser(runtime.reason);
else inElectron(runtime.path);

function inElectron(executable) {
  const startMs = Date.now();
  const child = spawn(executable, [...electronOptions(), root, ...(file === null ? [] : [file])], { stdio: ['ignore', 'ignore', 'pipe'] });
  let lastWords = '';
  child.stderr.on('data', (data) => {
    lastWords = `${lastWords}${data}`.slice(-4000);
    if (process.env.NABLA_VERBOSE) process.stderr.write(data);
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => inBrowser(`Electron did not start (${error.code ?? error.message})`));
  child.on('exit', (code) => {
    if (code === 0 || code === null || Date.now() - startMs > 20_000) process.exit(code ?? 0);
    const fatal = /FATAL:[^\]]*\] *(.*)/.exec(lastWords)?.[1] ?? lastWords.trim().split('\n').at(-1);
    void inBrowser(`Electron did not start (${fatal || `exit ${code}`})`);
  });
}

async function inBrowser(reason) {
  say(`No desktop window here: ${reason}. The same app for a browser on this machine:`);
  const server = spawn(process.execPath, [join(out, 'cli/cli.mjs'), 'serve', ...(file === null ? [] : [file])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
  let text = '';
  server.stdout.on('data', (data) => {
    process.stdout.write(data);
    text += data;
    const address = /http:\S+/.exec(text)?.[0];
    if (address) {
      text = '';
      openAddress(address);
    }
  });
  server.on('exit', (code, signal) => process.exit(signal ? 0 : (code ?? 1)));
}

/** Asks the system to show the address; where it cannot, the printed line is enough. */
function openAddress(address) {
  const [command, ...args] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform] ?? ['xdg-open'];
  if (process.platform === 'linux' && !hasDisplay()) return;
  spawn(command, [...args, address], { stdio: 'ignore', detached: true }).on('error', () => {});
}
