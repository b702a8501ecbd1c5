// Which kind a golden file is, by its name. A new kind is one file here, one in `session/`, and a line below.
import type { CasesOf, LeftOut, MatrixCase } from '../matrix.ts';
import { moduleCases } from './modules.ts';
import { opsCases } from './ops.ts';
import { optimCases, schedulerCases } from './optim.ts';
import { funcCases, promotionCases } from './promotion.ts';
import { rngCases, rngLeftOut } from './rng.ts';
import { graphCases, mistakeCases, printedCases, programCases, scriptCases } from './texts.ts';
import { trainingCases } from './training.ts';

const kinds: readonly (readonly [RegExp, CasesOf])[] = [
  [/^ops/, opsCases],
  [/^modules/, moduleCases],
  [/^optim/, optimCases],
  [/^schedulers/, schedulerCases],
  [/^rng/, rngCases],
  [/^errors/, mistakeCases],
  [/^printing/, printedCases],
  [/^promotion/, promotionCases],
  [/^graphs(?!_large)/, graphCases],
  [/^func/, funcCases],
  [/^hooks|^programs/, programCases],
  [/^scripts/, scriptCases],
  [/^training/, trainingCases],
];

/** Whether a file of this name holds cases; others are data of other files and other tests. */
export const hasKind = (file: string): boolean => kinds.some(([name]) => name.test(file));

/** The cases of a file; null where no kind has that name. */
export function casesOf(file: string, content: unknown, neighbour: (file: string) => unknown): MatrixCase[] | null {
  const make = kinds.find(([name]) => name.test(file))?.[1];
  if (make === undefined) return null;
  return distinct(make(content as never, neighbour));
}

/** Files of the golden folder that hold no cases of their own. */
const dataFiles: Readonly<Record<string, string>> = {
  digits: 'data of training',
  seeds: 'the stages of the notebook: test/nn/notebook-stages.test.ts',
  census: 'names that public scripts use: test/python/census.test.ts',
};

/** Why a file has no cases. */
export const noCases = (file: string): string => dataFiles[file] ?? 'not of a kind the matrix checks';

const leftOut: readonly (readonly [RegExp, LeftOut])[] = [[/^rng/, rngLeftOut]];

/** What of a file is not checked, in words: `8 of older_mkl_bernoulli: …`. */
export function leftOutOf(file: string, content: unknown): string[] {
  const parts = leftOut.filter(([name]) => name.test(file)).flatMap(([, one]) => Object.entries(one));
  return parts.flatMap(([path, reason]) => {
    const part = path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], content);
    return Array.isArray(part) && part.length > 0 ? [`${part.length} of ${path}: ${reason}`] : [];
  });
}

/** Ids tell cases apart: the second of a name is `name #2`. */
function distinct(cases: readonly MatrixCase[]): MatrixCase[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const count = (seen.get(one.id) ?? 0) + 1;
    seen.set(one.id, count);
    return count === 1 ? one : { ...one, id: `${one.id} #${count}` };
  });
}
