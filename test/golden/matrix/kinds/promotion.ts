// promotion.json, func.json: dtypes and plain results.
import { tolerances, valueMiss } from '../compare.ts';
import type { MatrixCase } from '../matrix.ts';

type Row = Readonly<Record<string, unknown>>;

/** What each part's rows ask by, the rest being the answer; and how such a row is called. */
const parts: Readonly<Record<string, (row: Row) => readonly string[]>> = {
  pairs: () => ['a', 'b'],
  scalars: () => ['a'],
  literals: () => ['literal'],
};

export function promotionCases(content: Readonly<Record<string, readonly Row[]>>): MatrixCase[] {
  return Object.entries(parts).flatMap(([part, asked]) =>
    (content[part] ?? []).map((row) => {
      const question = asked(row);
      const want = Object.fromEntries(Object.entries(row).filter(([key]) => !question.includes(key)));
      return {
        id: `${part}.${question.map((key) => row[key]).join('+')}`,
        job: { kind: 'promotion', case: { ...row, part } },
        judge: (got: unknown) => valueMiss(got, want, {}),
      };
    }),
  );
}

interface FuncCase {
  readonly id: string;
  readonly code: string;
  readonly out: unknown;
}

export function funcCases({ cases }: { readonly cases: readonly FuncCase[] }): MatrixCase[] {
  return cases.map(({ id, code, out }) => ({
    id,
    job: { kind: 'func', case: { code } },
    judge: (got: unknown) => valueMiss(got, out, tolerances.operation, tolerances.operation.float64),
  }));
}
