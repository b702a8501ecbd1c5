// The recording that the app opens on: made by the build from the engine, and the same bytes whenever it is made.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lessonRecording, recordLesson } from '../../build/lesson.mjs';
import { readNablaFile } from '../../core/index.ts';
import { scratch } from './driver.ts';

const folder = scratch();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
