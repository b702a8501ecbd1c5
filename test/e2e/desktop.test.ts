// What only a desktop window has: its title, its menu, a second start of the app, the question before it closes.
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import type { ElectronApplication } from 'playwright-core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { commands } from '../../renderer/state/commands.ts';
import { kinds, launchArguments, type OpenApp, open } from './app.ts';
import { scratch, script, status, whenReady } from './driver.ts';

const folder = scratch();
const first = script(folder, 'first.py', 'print("one")\n');
const second = script(folder, 'second.py', 'print("two")\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const title = (electron: ElectronApplication) => electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());
const windowCount = (electron: ElectronApplication) => electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

describe.runIf(kinds.includes('electron'))('desktop', () => {
  let app: OpenApp;
  const start = async (file: string) => {
    app = await open('electron', { file });
    await whenReady(app.page);
    await app.page.getByText('print').first().waitFor();
    return { page: app.page, electron: app.electron as ElectronApplication };
  };
  afterEach(async () => {
    expect(app.faults.filter((fault) => fault.startsWith('uncaught'))).toEqual([]);
    await app.close();
  });

  it('names the file in its title, with a dot while it is edited; saving takes it away', async () => {
    const { page, electron } = await start(first);
    await expect.poll(() => title(electron)).toBe('first.py — Nabla');
    await page.locator('.cm-content').first().click();
    await page.keyboard.type('#');
    await expect.poll(() => title(electron)).toBe('• first.py — Nabla');
    await page.keyboard.press('Control+S');
    await expect.poll(() => title(electron)).toBe('first.py — Nabla');
    writeFileSync(first, 'print("one")\n');
  });

  it("has a menu of the page's commands, which act", async () => {
    const { page, electron } = await start(first);
    const menu = await electron.evaluate(({ Menu }) =>
      (Menu.getApplicationMenu()?.items ?? []).map((group) => ({
        label: group.label,
        items: (group.submenu?.items ?? []).map(({ label, accelerator }) => [label, accelerator]),
      })),
    );
    const shown = new Set(menu.flatMap(({ items }) => items.map(([label]) => label)));
    expect(commands.map(({ label }) => label()).filter((label) => !shown.has(label))).toEqual([]);
    const runLabel = commands.find(({ id }) => id === 'run.start')?.label() ?? '';
    expect(menu.flatMap(({ items }) => items)).toContainEqual([runLabel, 'CommandOrControl+Return']);
    await electron.evaluate(({ Menu }, label) => {
      const items = (Menu.getApplicationMenu()?.items ?? []).flatMap((group) => group.submenu?.items ?? []);
      items.find((item) => item.label === label)?.click();
    }, runLabel);
    await expect.poll(() => status(page), { timeout: 60_000 }).toMatch(/^finished/);
  });

  it('takes the file of a second start, which ends by itself', async () => {
    const { page, electron } = await start(first);
    const userData = await electron.evaluate(({ app }) => app.getPath('userData'));
    const { executable, args } = launchArguments(userData, second);
    const other = spawn(executable, args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => other.once('exit', resolve));
    await expect.poll(() => title(electron), { timeout: 30_000 }).toBe('second.py — Nabla');
    expect(await ended).toBe(0);
    expect(await page.locator('.cm-content').first().innerText()).toContain('two');
    expect(await windowCount(electron)).toBe(1);
  });

  it('asks before it closes over unsaved text, and only then', async () => {
    const { page, electron } = await start(first);
    const wishToClose = () => electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].close());
    await page.locator('.cm-content').first().click();
    await page.keyboard.type('#');
    await wishToClose();
    await page.getByTestId('question-cancel').click();
    await page.getByTestId('question-cancel').waitFor({ state: 'detached' });
    expect(await windowCount(electron)).toBe(1);
    await wishToClose();
    const closed = new Promise<void>((resolve) => electron.once('close', () => resolve()));
    // The page is gone before the click has been told as done.
    await Promise.all([
      closed,
      page
        .getByTestId('question-discard')
        .click()
        .catch(() => {}),
    ]);
  });

  it('closes at once where nothing would be lost', async () => {
    const { electron } = await start(first);
    const closed = new Promise<void>((resolve) => electron.once('close', () => resolve()));
    await electron.evaluate(({ BrowserWindow }) => setTimeout(() => BrowserWindow.getAllWindows()[0].close(), 50));
    await closed;
    expect(true).toBe(true);
  });
});
