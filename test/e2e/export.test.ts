// Change the learning rate of a running script, play, export: the SVG stands by itself, and the command line writes the same bytes.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { closeBrowser, kinds, type OpenApp, open } from './app.ts';
import { exported, nabla, notebook, regression, runToEnd, scratch, status, type TraceRecord, whenReady, where } from './driver.ts';

const folder = scratch();
const file = notebook(folder, 'line.ipynb', regression(12));
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(kinds)('export: %s', (kind) => {
  let app: OpenApp;
  afterEach(async () => {
    expect(app.faults.filter((fault) => fault.startsWith('uncaught'))).toEqual([]);
    await app.close();
  });

  it('uses a learning rate changed between steps from the next step on', async () => {
    app = await open(kind, { file });
    const { page } = app;
    await whenReady(page);
    await page.getByTestId('step-script').click();
    await page.getByTestId('resume').waitFor({ timeout: 60_000 });
    for (let step = 2; step <= 3; step++) {
      await page.getByTestId('step-script').click();
      await expect.poll(() => status(page), { timeout: 20_000 }).toContain(`${step} step`);
    }
    const field = page.getByTestId('lr-field');
    await expect.poll(() => field.isEnabled()).toBe(true);
    await field.fill('0.02');
    await field.press('Enter');
    await page.getByTestId('resume').click();
    await expect.poll(() => status(page), { timeout: 30_000 }).toBe('recorded, 12 steps');
    const trace = JSON.parse((await exported(app, 'export.trace')).toString('utf8')) as TraceRecord;
    const rates = trace.steps.map((step) => step.hyper.lr);
    expect(new Set(rates)).toEqual(new Set([0.1, 0.02]));
    expect(rates).toEqual([...rates].sort((a, b) => b - a));
    // Over: the field shows what was used and can no longer be changed.
    expect(await field.isDisabled()).toBe(true);
  });

  it('plays', async () => {
    app = await open(kind, { file });
    const { page } = app;
    await runToEnd(page);
    await page.getByTestId('play.first').click();
    const start = await where(page);
    await page.getByTestId('play.toggle').click();
    await expect.poll(() => where(page), { timeout: 15_000 }).not.toEqual(start);
    await page.getByTestId('play.toggle').click();
    const stopped = await where(page);
    await page.waitForTimeout(600);
    expect(await where(page)).toEqual(stopped);
  });

  it('exports the drawing: XML, labels as text, boxes where two renderers agree, and the same bytes as the command line', async () => {
    app = await open(kind, { file });
    const { page } = app;
    await runToEnd(page);
    await page.getByTestId('dot-call-0').click();
    await page.locator('[data-testid=explorer] [data-view=autograd]').waitFor();
    await page.waitForTimeout(300);
    const svg = await exported(app, 'export.svg');
    const target = join(folder, `cli-${kind}.svg`);
    expect(nabla('svg', file, '-o', target)).toMatchObject({ code: 0, stderr: '' });
    expect(svg.equals(readFileSync(target))).toBe(true);

    const dot = await exported(app, 'export.dot');
    expect(dot.toString('utf8')).toBe(nabla('dot', file).stdout);

    const text = svg.toString('utf8');
    const boxes = await page.evaluate((source) => {
      const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
      if (parsed.querySelector('parsererror')) return null;
      const root = document.importNode(parsed.documentElement, true);
      return {
        size: [Number(root.getAttribute('width')), Number(root.getAttribute('height'))],
        labels: [...root.querySelectorAll('text')].map((label) => label.textContent),
        boxes: [...root.querySelectorAll('[data-node-id] rect')].map((box) =>
          ['x', 'y', 'width', 'height'].map((name) => Number(box.getAttribute(name))),
        ),
      };
    }, text);
    expect(boxes?.labels).toEqual(expect.arrayContaining(['MseLossBackward0', 'AddmmBackward0', '0.weight', '0.bias', '(1, 1)']));
    expect(boxes?.boxes.length).toBeGreaterThan(5);
    expect(text).not.toMatch(/<script|foreignObject|href="http|url\(http/);
    if (spawnSync('rsvg-convert', ['--version']).status === 0) await agree(page, svg, kind);
  });

  /** Draws the file with librsvg and with Chromium: the first and last row and column that differ from the ground, to one pixel. */
  async function agree(page: OpenApp['page'], svg: Buffer, name: string): Promise<void> {
    const source = join(folder, `${name}.svg`);
    const png = join(folder, `${name}.png`);
    writeFileSync(source, svg);
    expect(spawnSync('rsvg-convert', [source, '-o', png]).status).toBe(0);
    const [mine, other] = await page.evaluate(
      async (pictures) => {
        const edges = async (address: string) => {
          const image = new Image();
          image.src = address;
          await image.decode();
          const canvas = document.createElement('canvas');
          canvas.width = image.naturalWidth;
          canvas.height = image.naturalHeight;
          const context = canvas.getContext('2d') as CanvasRenderingContext2D;
          context.fillStyle = '#ffffff';
          context.fillRect(0, 0, canvas.width, canvas.height);
          context.drawImage(image, 0, 0);
          const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
          const isInk = (x: number, y: number) => [0, 1, 2].some((i) => data[(y * width + x) * 4 + i] < 235);
          // Runs of rows and columns with ink: where boxes begin and end.
          const runs = (length: number, hit: (at: number) => boolean) => {
            const found: number[] = [];
            for (let at = 0; at < length; at++) if (hit(at) !== (at > 0 && hit(at - 1))) found.push(at);
            return found;
          };
          const columns = runs(width, (x) => Array.from({ length: height }, (_, y) => y).some((y) => isInk(x, y)));
          const rows = runs(height, (y) => Array.from({ length: width }, (_, x) => x).some((x) => isInk(x, y)));
          return { width, height, columns, rows };
        };
        return [await edges(pictures[0]), await edges(pictures[1])];
      },
      [`data:image/svg+xml;base64,${svg.toString('base64')}`, `data:image/png;base64,${readFileSync(png).toString('base64')}`],
    );
    expect([other.width, other.height]).toEqual([mine.width, mine.height]);
    for (const side of ['columns', 'rows'] as const) {
      expect(other[side].length).toBe(mine[side].length);
      for (const [i, at] of other[side].entries()) expect(Math.abs(at - mine[side][i])).toBeLessThanOrEqual(1);
    }
  }
});
