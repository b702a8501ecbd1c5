// The recording that the app opens on: made by the build from the engine, and the same bytes whenever it is made.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lessonRecording, recordLesson } from '../../build/lesson.mjs';
import { readNablaFile } from '../../core/index.ts';
import { closeBrowser, kinds, open } from './app.ts';
import { scratch, where } from './driver.ts';

const folder = scratch();
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

it('is made again byte for byte, and reads back', () => {
  const again = join(folder, 'again.nabla');
  recordLesson(again);
  const shipped = readFileSync(lessonRecording);
  expect(readFileSync(again).equals(shipped)).toBe(true);
  const recording = readNablaFile(new Uint8Array(shipped));
  expect(recording.name).toBe('first-lesson.ipynb');
  expect(recording.reader.stepCount).toBe(200);
  expect(recording.reader.step(0).trainLoss).toBeCloseTo(2.7475, 4);
});

describe.each(kinds)('the window opens on it: %s', (kind) => {
  it('drawn, with its text, and ready to play; how soon is told, not tested', async () => {
    let drawnMs = 0;
    // The second start finds the files in memory, as a person's second start does.
    for (let start = 0; start < 2; start++) {
      const app = await open(kind);
      const { page } = app;
      await page.locator('[data-testid=explorer] [data-node-id]').first().waitFor();
      drawnMs = await page.evaluate(() => performance.now());
      expect(await page.locator('body').innerText()).toContain('200');
      expect(await page.locator('[data-testid=explorer] [data-node-id]').count()).toBeGreaterThan(5);
      const before = await where(page);
      await page.getByTestId('track').focus();
      await page.keyboard.press('Period');
      await expect.poll(() => where(page)).not.toEqual(before);
      expect(app.faults).toEqual([]);
      await app.close();
    }
    process.stdout.write(`first graph drawn after ${drawnMs.toFixed(0)} ms (${kind}, warm; the goal is 2000)\n`);
  });
});
