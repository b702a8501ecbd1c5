// One contract, two hosts: what the page may rely on, and what it must not be able to do, wherever it runs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Host } from '../../electron/host.ts';
import { closeBrowser, kinds, type OpenApp, open } from './app.ts';

declare global {
  interface Window {
    heard: unknown[];
  }
}

const folder = mkdtempSync(join(tmpdir(), 'nabla-host-'));
const script = join(folder, 'made.py');
writeFileSync(script, 'print("안녕")\n');
writeFileSync(join(folder, 'points.csv'), '1,2\n');

afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(kinds)('host: %s', (kind) => {
  let app: OpenApp | null = null;
  const start = async (file?: string) => {
    app = await open(kind, { file });
    return app;
  };
  afterEach(async () => {
    await app?.close();
    app = null;
  });

  it('isolates page and workers, so that they share memory', async () => {
    const { page } = await start();
    expect(await page.evaluate(() => [crossOriginIsolated, isSecureContext, typeof SharedArrayBuffer])).toEqual([true, true, 'function']);
    const worker = page.workers()[0] ?? (await page.waitForEvent('worker', { timeout: 30_000 }));
    expect(await worker.evaluate(() => crossOriginIsolated)).toBe(true);
  });

  it('names itself and hands out the file it was started with, folder included', async () => {
    const { page } = await start(script);
    expect(await page.evaluate(() => [window.nablaHost?.kind, window.nablaHost?.platform])).toEqual([
      kind,
      expect.stringMatching(/^(linux|mac|windows)$/),
    ]);
    await page.getByText('print').first().waitFor();
    const text = await page.locator('body').innerText();
    expect(text).toContain('made.py');
    expect(text).toContain('안녕');
  });

  it('keeps settings, in its own words only', async () => {
    const { page } = await start();
    const settings = { theme: 'dark', language: 'ko', singleKeys: false, traceBudgetBytes: 2 ** 24 } as const;
    expect(
      await page.evaluate(async (given) => {
        await window.nablaHost?.saveSettings({ ...given, extra: 1 } as never);
        return await window.nablaHost?.settings();
      }, settings),
    ).toEqual(settings);
    expect(
      await page.evaluate(async () => {
        await window.nablaHost?.saveSettings({ theme: 'neon', traceBudgetBytes: 'all' } as never);
        return (await window.nablaHost?.settings())?.theme;
      }),
    ).toBe('system');
  });

  it('opens what the person picks, null when they do not', async () => {
    const { page, electron } = await start();
    const ask = () =>
      page.evaluate(async () => {
        const file = await (window.nablaHost as Host).openFile();
        return file && [file.name, new TextDecoder().decode(file.bytes)];
      });
    if (electron) {
      await electron.evaluate(({ dialog }, path) => {
        let asked = 0;
        dialog.showOpenDialog = (async () =>
          asked++ === 0 ? { canceled: false, filePaths: [path] } : { canceled: true, filePaths: [] }) as never;
      }, script);
      expect(await ask()).toEqual(['made.py', 'print("안녕")\n']);
      expect(await ask()).toBeNull();
      expect(await page.evaluate(() => window.nablaHost?.recentFiles())).toEqual([{ name: 'made.py', path: script }]);
      expect(
        await page.evaluate(async (path) => (await window.nablaHost?.openRecent(path))?.folder['points.csv']?.byteLength, script),
      ).toBe(4);
    } else {
      const [chooser, file] = [page.waitForEvent('filechooser'), ask()];
      await (await chooser).setFiles(script);
      expect(await file).toEqual(['made.py', 'print("안녕")\n']);
      expect(await page.evaluate(() => window.nablaHost?.recentFiles())).toEqual([]);
    }
    await expect(page.evaluate(() => window.nablaHost?.openRecent('/etc/hostname'))).rejects.toThrow();
  });

  it('exports where the person says', async () => {
    const { page, electron } = await start();
    const target = join(folder, `out-${kind}.svg`);
    const ask = () => page.evaluate(() => window.nablaHost?.exportFile('graph.svg', new TextEncoder().encode('<svg/>'), 'image/svg+xml'));
    if (electron) {
      await electron.evaluate(({ dialog }, path) => {
        let asked = 0;
        dialog.showSaveDialog = (async () => (asked++ === 0 ? { canceled: false, filePath: path } : { canceled: true })) as never;
      }, target);
      expect(await ask()).toBe(true);
      expect(await ask()).toBe(false);
      await expect(page.evaluate(() => window.nablaHost?.exportFile('../graph.svg', new Uint8Array(1), 'image/svg+xml'))).rejects.toThrow();
    } else {
      const [download] = await Promise.all([page.waitForEvent('download'), ask()]);
      expect(download.suggestedFilename()).toBe('graph.svg');
      await download.saveAs(target);
    }
    expect(readFileSync(target, 'utf8')).toBe('<svg/>');
  });

  it('runs no script that is not its own', async () => {
    const { page } = await start();
    const tried = await page.evaluate(async () => {
      const inline = document.createElement('script');
      inline.textContent = 'window.inlineRan = true';
      document.head.append(inline);
      const image = document.createElement('div');
      image.innerHTML = '<img src="x" onerror="window.handlerRan = true">';
      document.body.append(image);
      const blob = URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' }));
      const worker = await new Promise((resolve) => {
        try {
          const made = new Worker(blob);
          made.onmessage = () => resolve('ran');
          made.onerror = () => resolve('refused');
        } catch {
          resolve('refused');
        }
      });
      const elsewhere = await fetch('http://127.0.0.1:9/').then(
        () => 'sent',
        () => 'refused',
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      // Only now: what the debugger itself calls may evaluate until it first waits.
      let evaluated = true;
      try {
        // biome-ignore lint/security/noGlobalEval: that it fails is what is tested
        (0, eval)('1');
      } catch {
        evaluated = false;
      }
      const ran = window as unknown as { inlineRan?: boolean; handlerRan?: boolean };
      return { inline: ran.inlineRan ?? false, handler: ran.handlerRan ?? false, evaluated, worker, elsewhere };
    });
    expect(tried).toEqual({ inline: false, handler: false, evaluated: false, worker: 'refused', elsewhere: 'refused' });
  });

  it('applies a style that carries the nonce of this load, and no other', async () => {
    const { page } = await start();
    const colours = await page.evaluate(() => {
      const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
      return ['', 'guess', nonce].map((value, i) => {
        const mark = document.createElement('i');
        mark.id = `mark-${i}`;
        const style = document.createElement('style');
        style.nonce = value;
        style.textContent = `#mark-${i}{color:rgb(1, 2, 3)}`;
        document.body.append(mark, style);
        return getComputedStyle(mark).color === 'rgb(1, 2, 3)';
      });
    });
    expect(colours).toEqual([false, false, true]);
  });

  it('gives the page no power of Node, no way out of its folder, no other page', async () => {
    const { page } = await start();
    const address = page.url();
    expect(await page.evaluate(() => ['require', 'process', 'module', 'Buffer'].filter((name) => name in window))).toEqual([]);
    expect(await page.evaluate(() => fetch('/../../package.json').then((response) => response.status))).toBe(404);
    expect(await page.evaluate(() => fetch('/%2e%2e/%2e%2e/package.json').then((response) => response.status))).toBe(404);
    if (kind === 'electron') {
      expect(await page.evaluate(() => window.open('https://example.org/'))).toBeNull();
      await page.evaluate(() => location.assign('https://example.org/'));
      await page.waitForTimeout(300);
      expect(page.url()).toBe(address);
    }
  });

  it.runIf(kind === 'electron')('passes on menu commands and files from outside', async () => {
    const { page, electron } = await start();
    await page.evaluate(() => {
      window.heard = [];
      const host = window.nablaHost as Host;
      host.onCommand((id) => window.heard.push(id));
      host.onFile((file) => window.heard.push([file.name, file.bytes.length]));
      host.setMenu([{ label: 'Things', items: [{ id: 'test.thing', label: 'Do the thing', keys: 'Mod+Shift+Y' }] }]);
    });
    const menu = await electron?.evaluate(({ Menu }) => {
      const things = Menu.getApplicationMenu()?.items.find((item) => item.label === 'Things');
      things?.submenu?.items[0].click();
      return things?.submenu?.items[0].accelerator;
    });
    expect(menu).toBe('CommandOrControl+Shift+Y');
    await electron?.evaluate(({ app }, path) => app.emit('second-instance', {}, ['electron', '--x', '/app', path], '/'), script);
    await expect.poll(() => page.evaluate(() => window.heard)).toEqual(['test.thing', ['made.py', 16]]);
  });
});
