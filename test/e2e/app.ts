// The built app under Playwright: in Chromium against the browser host, and in Electron where a runtime and a display are present.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type Browser, chromium, type ElectronApplication, type Page } from 'playwright-core';
import { type Serving, serve } from '../../electron/serve.ts';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const builtPage = join(root, 'out/renderer');

export type Kind = 'browser' | 'electron';

export interface OpenApp {
  readonly kind: Kind;
  readonly page: Page;
  /** Set in Electron. */
  readonly electron: ElectronApplication | null;
  /** What the page's console and uncaught errors said, worst first. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly file?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
}

const executable = (name: string): string | undefined => process.env[name] || undefined;

/** The hosts that can be tested here; Chromium always, since without it this project of tests is not run. */
export const kinds: readonly Kind[] = executable('NABLA_ELECTRON') ? ['browser', 'electron'] : ['browser'];

const browserFlags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Browser | null = null;

/** One Chromium for all; each app gets a context of its own. */
async function sharedBrowser(): Promise<Browser> {
  browser ??= await chromium.launch({ executablePath: executable('NABLA_CHROMIUM') ?? '/usr/bin/chromium', args: browserFlags });
  return browser;
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = null;
}

export function open(kind: Kind, options: OpenOptions = {}): Promise<OpenApp> {
  return kind === 'browser' ? openInBrowser(options) : openInElectron(options);
}

async function openInBrowser({ file, colorScheme = 'light', viewport = { width: 1440, height: 900 } }: OpenOptions): Promise<OpenApp> {
  const serving: Serving = await serve(builtPage, { port: 0, file: file ?? null });
  const context = await (await sharedBrowser()).newContext({ viewport, colorScheme, acceptDownloads: true });
  const page = await context.newPage();
  const faults = listen(page);
  await page.goto(serving.address);
  return {
    kind: 'browser',
    page,
    electron: null,
    faults,
    async close() {
      await context.close();
      await serving.close();
    },
  };
}

/** How Electron is started on the app with `userData` for its own files. */
export function launchArguments(userData: string, file?: string): { executable: string; args: string[] } {
  const args = [
    // Chromium refuses its sandbox as root; see build/electron-runtime.mjs.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    `--user-data-dir=${userData}`,
    root,
    ...(file === undefined ? [] : [file]),
  ];
  return { executable: executable('NABLA_ELECTRON') ?? '', args };
}

/** Now and then a debugger and a starting Electron wait for each other: a second start then does it. */
async function launched(userData: string, file?: string): Promise<ElectronApplication> {
  const { executable: executablePath, args } = launchArguments(userData, file);
  const start = (timeout: number) =>
    _electron.launch({ executablePath, args, env: { ...(process.env as Record<string, string>) }, timeout });
  try {
    return await start(15_000);
  } catch {
    return await start(60_000);
  }
}

async function openInElectron({ file, colorScheme = 'light' }: OpenOptions): Promise<OpenApp> {
  const userData = mkdtempSync(join(tmpdir(), 'nabla-user-'));
  const electron = await launched(userData, file);
  const page = await electron.firstWindow({ timeout: 60_000 });
  const faults = listen(page);
  await page.emulateMedia({ colorScheme });
  return {
    kind: 'electron',
    page,
    electron,
    faults,
    async close() {
      // A page with unsaved text would ask; a test never waits for an answer.
      await electron.evaluate(({ app }) => app.exit(0)).catch(() => {});
      await electron.close().catch(() => {});
      rmSync(userData, { recursive: true, force: true });
    },
  };
}

function listen(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.unshift(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  return faults;
}
