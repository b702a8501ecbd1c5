// Which of the words that started Electron name a file.
import { expect, it } from 'vitest';
import { fileWord, startWords } from '../../electron/start-words.ts';

it.each([
  [['electron', '/app'], false, null],
  [['electron', '--no-sandbox', '--inspect=0', '/app', 'a.py'], false, 'a.py'],
  [['electron', '/app', '--flag', 'a.py'], false, 'a.py'],
  [['nabla', 'a.ipynb'], true, 'a.ipynb'],
  [['nabla', '--no-sandbox'], true, null],
  [['nabla'], true, null],
] as const)('%j packaged %s: %s', (argv, isPackaged, file) => {
  expect(fileWord(startWords(argv, isPackaged))).toBe(file);
});

it('keeps everything after a command', () => {
  expect(startWords(['nabla', '--no-sandbox', 'run', 'a.py', '--', '-x'], true)).toEqual(['run', 'a.py', '--', '-x']);
});
