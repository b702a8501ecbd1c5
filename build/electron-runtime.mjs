// Finds Electron's runtime: the folder a person names, else Electron's own, downloaded where that is possible.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readOr, root, say } from './project.mjs';

const executables = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const executable = executables[process.platform] ?? 'electron';

/** Path of the executable, or null with the reason. Downloads only when asked. */
export function findElectron({ download }) {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (named) {
    const path = join(named, executable);
    return existsSync(path) ? { path } : { path: null, reason: `ELECTRON_OVERRIDE_DIST_PATH holds no ${executable}` };
  }
  const packageFolder = join(root, 'node_modules/electron');
  const own = () => join(packageFolder, 'dist', readOr(join(packageFolder, 'path.txt'), executable));
  if (existsSync(own())) return { path: own() };
  if (!download) return { path: null, reason: "Electron's runtime is not downloaded" };
  say("downloading Electron's runtime …");
  spawnSync(process.execPath, [join(packageFolder, 'install.js')], { stdio: 'ignore', timeout: 300_000 });
  return existsSync(own()) ? { path: own() } : { path: null, reason: "Electron's runtime could not be downloaded" };
}

export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * Options the runtime needs here. Chromium refuses to start its sandbox as root on Linux, so there, and only there, it is started
 * without; the page itself keeps its isolation, its policy and its bridge.
 */
export function electronOptions() {
  return process.platform === 'linux' && process.getuid() === 0 ? ['--no-sandbox'] : [];
}
