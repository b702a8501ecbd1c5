// Records the first lesson with the engine just built: what the app opens on. In a process of its own, as every script runs.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { out, root } from './project.mjs';

export const lessonScript = join(root, 'core/examples/first-lesson.ipynb');
export const lessonRecording = join(out, 'renderer/first-lesson.nabla');

/** Throws where the lesson does not run to its end. */
export function recordLesson(target = lessonRecording) {
  const { status, stderr } = spawnSync(process.execPath, [join(out, 'cli/lesson.mjs'), lessonScript, target], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`the first lesson could not be recorded:\n${stderr}`);
}
