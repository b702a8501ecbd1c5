// The golden matrix over every file kept here, through the Python side. What misses is listed, with its reason, in matrix/known-misses.json:
// exactly that may miss, so a case that begins to agree must leave the list.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { goldenCases, goldenFiles } from './matrix/golden-folder.ts';
import { judged } from './matrix/matrix.ts';
import { type MatrixSession, openMatrixSession } from './matrix/session.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const knownMisses = JSON.parse(readFileSync(new URL('matrix/known-misses.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, string>
>;

/** Data of other tests, and of other files. */
const notCases = ['digits', 'elementary', 'numpy', 'regression-stages', 'tensor-texts', 'census'];

describe('the golden matrix', () => {
  let session: MatrixSession;
  beforeAll(async () => {
    session = await openMatrixSession();
  }, 120_000);

  test.each(goldenFiles(folder).filter((file) => !notCases.includes(file)))('%s', { timeout: 300_000 }, (file) => {
    const cases = goldenCases(folder, file) ?? [];
    expect(cases.length).toBeGreaterThan(0);
    const misses: Record<string, string> = {};
    session.answer(
      cases.map(({ job }) => job),
      (answer, i) => {
        const miss = judged(cases[i], answer);
        if (miss !== null) misses[cases[i].id] = miss;
      },
    );
    const known = knownMisses[file] ?? {};
    process.stderr.write(`golden ${file} ${cases.length - Object.keys(misses).length}/${cases.length}\n`);
    expect(Object.fromEntries(Object.entries(misses).filter(([id]) => !(id in known)))).toEqual({});
    expect(Object.keys(known).filter((id) => !(id in misses))).toEqual([]);
  });
});
