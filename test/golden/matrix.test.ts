// The golden matrix over every file kept here, through the Python side. What misses is listed, with its reason, in matrix/known-misses.json:
// exactly that may miss, so a case that begins to agree must leave the list. The ops files once more on each path of the kernels, for tensors
// of every size.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { errorText, float32Errors } from './matrix/float32-errors.ts';
import { goldenCases, goldenFiles, goldenLeftOut } from './matrix/golden-folder.ts';
import { hasKind } from './matrix/kinds/index.ts';
import { countText } from './matrix/main.ts';
import { type Verdict, verdictOn } from './matrix/matrix.ts';
import { kernelPaths, type MatrixPath, onPath, pathText, usualPath } from './matrix/on-path.ts';
import { resultOf } from './matrix/run.ts';
import { type MatrixSession, openMatrixSession } from './matrix/session.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const knownMisses = JSON.parse(readFileSync(new URL('matrix/known-misses.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, string>
>;
const files = goldenFiles(folder).filter(hasKind);
const opsFiles = files.filter((file) => file.startsWith('ops_'));

let session: MatrixSession;
beforeAll(async () => {
  session = await openMatrixSession();
}, 120_000);

async function check(file: string, path: MatrixPath): Promise<void> {
  const cases = goldenCases(folder, file) ?? [];
  expect(cases.length).toBeGreaterThan(0);
  const verdicts: Verdict[] = [];
  const jobs = cases.map(({ job }) => job);
  await onPath(path, () => session.answer(jobs, (answer, i) => void verdicts.push(verdictOn(cases[i], answer))));
  const result = { file, ...resultOf(cases, verdicts) };
  const notes = result.owing.map(({ id, difference }) => `${id}: ${difference}`);
  const told = [pathText(path), countText(result)].filter(Boolean).join(': ');
  say([`golden ${told}`, ...notes, ...goldenLeftOut(folder, file).map((part) => `left out: ${part}`)].join('; '));
  const misses = Object.fromEntries(result.misses.map(({ id, reason }) => [id, reason]));
  const known = knownMisses[file] ?? {};
  expect(Object.fromEntries(Object.entries(misses).filter(([id]) => !(id in known)))).toEqual({});
  expect(Object.keys(known).filter((id) => !(id in misses))).toEqual([]);
}

const say = (line: string) => process.stderr.write(`${line}\n`);

describe('the golden matrix', () => {
  test.each(files)('%s', { timeout: 300_000 }, (file) => check(file, usualPath));
});

describe.each([...kernelPaths.map((path) => ({ path, threads: 1 })), { path: 'relaxed' as const, threads: 2 }])(
  'the ops files on the $path path with $threads threads',
  (path) => {
    test.each(opsFiles)('%s', { timeout: 120_000 }, (file) => check(file, path));
  },
);

test.each(opsFiles)('%s: how far float32 lies from float64 is told', { timeout: 120_000 }, (file) => {
  const [worst] = float32Errors(session, folder, file);
  say(`golden ${file}, float32 furthest from float64: ${errorText(worst)}`);
  // A rounding of each number on the way: more says that something was computed in the wrong type.
  expect(worst.ofLargest).toBeLessThan(1000);
});
