// The golden matrix over every file kept here, through the Python side. What misses is listed, with its reason, in matrix/known-misses.json:
// exactly that may miss, so a case that begins to agree must leave the list.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { goldenCases, goldenFiles, goldenLeftOut } from './matrix/golden-folder.ts';
import { hasKind } from './matrix/kinds/index.ts';
import { judged } from './matrix/matrix.ts';
import { type MatrixSession, openMatrixSession } from './matrix/session.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const knownMisses = JSON.parse(readFileSync(new URL('matrix/known-misses.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, string>
>;

describe('the golden matrix', () => {
  let session: MatrixSession;
  beforeAll(async () => {
    session = await openMatrixSession();
  }, 120_000);

  test.each(goldenFiles(folder).filter(hasKind))('%s', { timeout: 300_000 }, (file) => {
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
    const told = [`golden ${file} ${cases.length - Object.keys(misses).length}/${cases.length}`, ...goldenLeftOut(folder, file)];
    process.stderr.write(`${told.join('; left out: ')}\n`);
    expect(Object.fromEntries(Object.entries(misses).filter(([id]) => !(id in known)))).toEqual({});
    expect(Object.keys(known).filter((id) => !(id in misses))).toEqual([]);
  });
});
