// hooks.json, scripts.json, errors.json, printing.json, graphs.json: what is judged by its text.
import { firstMiss, listMiss, shown, textMiss, within } from '../compare.ts';
import { isLastDigitApart } from '../last-digit.ts';
import type { MatrixCase } from '../matrix.ts';
import { newerPython } from '../newer-python.ts';

interface Cases<Case> {
  readonly cases: readonly Case[];
}

interface Program {
  readonly id: string;
  readonly code: string;
  readonly stdout: string;
}

/** Whole programs: they print what they printed, and end without an error. */
export function programCases({ cases }: Cases<Program>): MatrixCase[] {
  return cases.map((one) => ({
    id: one.id,
    job: { kind: 'programs', case: { code: one.code } },
    judge: ({ stdout, error }: { stdout: string; error: string | null }) => {
      const miss = textMiss(stdout.trimEnd(), newerPython(one.stdout).trimEnd());
      return error === null ? miss : error;
    },
  }));
}

/** Programs that train for many steps: the last digit of what they print is rounding. */
export function scriptCases({ cases }: Cases<Program>): MatrixCase[] {
  return programCases({ cases }).map((one, i) => {
    const rounding = (stdout: string) => isLastDigitApart(stdout.trimEnd(), newerPython(cases[i].stdout).trimEnd());
    return {
      ...one,
      judge: (value: { stdout: string; error: string | null }) =>
        value.error === null && rounding(value.stdout) ? null : one.judge(value as never),
      owes: (value: { stdout: string; error: string | null }) => {
        const difference = one.judge(value as never);
        return difference === null ? null : { rule: 'in the last digit' as const, difference };
      },
    };
  });
}

interface Told {
  readonly type: string;
  readonly message: string;
}

interface Mistake {
  readonly id: string;
  readonly code: string;
  readonly error: Told | null;
  readonly warnings?: readonly string[];
}

/** Mistakes: the same exception with the same message; the same warnings where the golden data names them. */
export function mistakeCases({ cases }: Cases<Mistake>): MatrixCase[] {
  return cases.map((one) => ({
    id: one.id,
    job: { kind: 'errors', case: { code: one.code } },
    judge: ({ error, warnings }: { error: Told | null; warnings: string[] }) =>
      toldMiss(error, one.error) ?? (one.warnings === undefined ? null : listMiss('warnings', warnings, one.warnings)),
  }));
}

/** Null where both tell the same. */
export function toldMiss(got: Told | null, want: Told | null): string | null {
  if (got === null || want === null)
    return got === want ? null : got === null ? `no error instead of ${shown(want)}` : `${got.type}: ${got.message.split('\n')[0]}`;
  if (got.type !== want.type) return `${got.type}: ${shown(got.message)} instead of ${want.type}: ${shown(want.message)}`;
  return textMiss(got.message, newerPython(want.message));
}

interface Printed {
  readonly expr: string;
  readonly str: string;
  readonly repr?: string;
  readonly printoptions?: object;
}

/** Printed values: str, and repr where it is another text. */
export function printedCases({ cases }: Cases<Printed>): MatrixCase[] {
  return cases.map((one) => ({
    id: one.printoptions === undefined ? one.expr : `${one.expr} ${JSON.stringify(one.printoptions)}`,
    job: { kind: 'printing', case: { expr: one.expr, printoptions: one.printoptions } },
    judge: (got: { str: string; repr: string }) =>
      firstMiss([
        () => textMiss(got.str, newerPython(one.str)),
        () => within('repr', textMiss(got.repr, newerPython(one.repr ?? one.str))),
      ]),
  }));
}

interface Drawn {
  readonly id: string;
  readonly source: string;
  readonly variants: Readonly<Record<string, { readonly options: object; readonly dot: string }>>;
}

/** make_dot's text, character for character, for every variant of its options. */
export function graphCases({ cases }: Cases<Drawn>): MatrixCase[] {
  return cases.flatMap(({ id, source, variants }) =>
    Object.entries(variants).map(([variant, { options, dot }]) => ({
      id: `${id}.${variant}`,
      job: { kind: 'graphs', case: { source, options } },
      judge: (got: string) => textMiss(got.trimEnd(), dot.trimEnd()),
    })),
  );
}
