// Finds a Chromium for the end-to-end tests: one on the system, else Playwright's, else from the system's package manager.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './project.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

function onSystem() {
  const named = process.env.NABLA_CHROMIUM;
  if (named) return existsSync(named) ? named : null;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).concat(places);
  return found.find((path) => existsSync(path)) ?? null;
}

async function fromPlaywright({ install }) {
  const { chromium } = await import('playwright-core');
  if (install) {
    const cli = new URL('../node_modules/playwright-core/cli.js', import.meta.url).pathname;
    spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'ignore', timeout: 300_000 });
  }
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : null;
}

function fromPackageManager() {
  if (process.platform !== 'linux' || process.getuid() !== 0 || spawnSync('apt-get', ['--version']).error) return null;
  say('installing chromium with apt-get …');
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update'], options);
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  return onSystem();
}

/** Path of an executable, or null where none can be had. */
export async function findChromium() {
  return onSystem() ?? (await fromPlaywright({ install: false })) ?? (await fromPlaywright({ install: true })) ?? fromPackageManager();
}
