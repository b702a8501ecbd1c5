// Which kind a golden file is, by its name. A new kind is one file here, one in `session/`, and a line below.
import type { CasesOf, MatrixCase } from '../matrix.ts';
import { opsCases } from './ops.ts';

const kinds: readonly (readonly [RegExp, CasesOf])[] = [[/^ops_/, opsCases]];

/** The cases of a file; null where no kind has that name. */
export function casesOf(file: string, content: unknown, neighbour: (file: string) => unknown): MatrixCase[] | null {
  const make = kinds.find(([name]) => name.test(file))?.[1];
  return make === undefined ? null : make(content as never, neighbour);
}
