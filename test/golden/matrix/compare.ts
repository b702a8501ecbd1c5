// How an answer agrees with the golden data: exactly, or within the tolerance of its dtype. Knows no kind of case.

/** How far numbers may lie apart: `relative` times the expected one, plus `absolute`. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

export interface GoldenArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** For single operations. A float64 that should be zero may be what is left of numbers near one. */
const operation: Readonly<Record<string, Tolerance>> = {
  float64: { relative: 1e-12, absolute: 1e-14 },
  float32: { relative: 1e-5, absolute: 1e-6 },
  float16: { relative: 1e-3, absolute: 1e-4 },
  bfloat16: { relative: 1e-2, absolute: 1e-3 },
};

/** For whole runs, where each step carries the rounding of those before; float32 also as far as the golden float32 strays from float64. */
const wholeRun: Readonly<Record<string, Tolerance>> = { ...operation, float64: { relative: 1e-9, absolute: 1e-12 } };

export const tolerances = { operation, wholeRun } as const;
export type Tolerances = Readonly<Record<string, Tolerance>>;

const noTolerance: Tolerance = { relative: 0, absolute: 0 };

const isArray = (value: unknown): value is GoldenArray =>
  typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value && 'data' in value;

/** The number a golden value stands for; null where it stands for none. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : null;
}

export function numbersAgree(got: number, want: number, { relative, absolute }: Tolerance): boolean {
  if (got === want || (got !== got && want !== want)) return true;
  return Number.isFinite(want) && Math.abs(got - want) <= relative * Math.abs(want) + absolute;
}

/**
 * Null where both arrays agree, else what differs first. `skip`: indices where torch's own kernels disagree. `exact`: the same in float64, so
 * that a float32 agrees too where it lies no further from it than the one that is wanted.
 */
export function arrayMiss(
  got: unknown,
  want: GoldenArray,
  allowed: Tolerances,
  skip: readonly number[] = [],
  exact: GoldenArray | null = null,
): string | null {
  if (!isArray(got)) return `${shown(got)} instead of a tensor ${kindOf(want)}`;
  if (got.dtype !== want.dtype || got.shape.join() !== want.shape.join()) return `${kindOf(got)} instead of ${kindOf(want)}`;
  const tolerance = allowed[want.dtype] ?? noTolerance;
  const round = want.dtype === 'float32' ? Math.fround : (value: number) => value;
  for (let i = 0; i < want.data.length; i++) {
    if (skip.includes(i)) continue;
    const [a, b] = [numberOf(got.data[i]), numberOf(want.data[i])];
    const agree = a === null || b === null ? String(got.data[i]) === String(want.data[i]) : numbersAgree(a, round(b), tolerance);
    if (!agree && !(exact !== null && liesNearer(a, b, numberOf(exact.data[i]))))
      return `element ${i} of ${want.data.length} is ${shown(got.data[i])} instead of ${shown(want.data[i])}`;
  }
  return null;
}

const liesNearer = (got: number | null, want: number | null, exact: number | null): boolean =>
  got !== null && want !== null && exact !== null && Math.abs(got - exact) <= Math.abs(want - exact);

/** The same for plain data of any depth: `float` is the tolerance of numbers outside tensors. */
export function valueMiss(got: unknown, want: unknown, allowed: Tolerances, float: Tolerance = noTolerance): string | null {
  if (isArray(want)) return arrayMiss(got, want, allowed);
  if (Array.isArray(want)) {
    if (!Array.isArray(got)) return `${shown(got)} instead of ${shown(want)}`;
    if (got.length !== want.length) return `${got.length} values instead of ${want.length}`;
    return firstMiss(want.map((item, i) => () => within(`[${i}]`, valueMiss(got[i], item, allowed, float))));
  }
  if (typeof want === 'object' && want !== null) {
    if (typeof got !== 'object' || got === null || Array.isArray(got)) return `${shown(got)} instead of ${shown(want)}`;
    const [has, wants] = [Object.keys(got), Object.keys(want)];
    if (has.join('\n') !== wants.join('\n')) return listMiss('keys', has, wants);
    return firstMiss(wants.map((key) => () => within(key, valueMiss(got[key as never], want[key as never], allowed, float))));
  }
  const [a, b] = [numberOf(got), numberOf(want)];
  if (a !== null && b !== null) return numbersAgree(a, b, float) ? null : `${shown(got)} instead of ${shown(want)}`;
  return got === want ? null : `${shown(got)} instead of ${shown(want)}`;
}

/** Names in order: exact. */
export function listMiss(what: string, got: readonly unknown[], want: readonly unknown[]): string | null {
  const at = want.findIndex((item, i) => got[i] !== item);
  if (at < 0 && got.length === want.length) return null;
  const from = at < 0 ? want.length : at;
  return `${what} differ at ${from}: ${got.slice(from, from + 4).join(', ') || 'nothing'} instead of ${want.slice(from, from + 4).join(', ') || 'nothing'}`;
}

/** Text: exact, shown at the first line that differs. */
export function textMiss(got: string, want: string): string | null {
  if (got === want) return null;
  const [has, wants] = [got.split('\n'), want.split('\n')];
  const at = wants.findIndex((line, i) => has[i] !== line);
  const line = at < 0 ? wants.length : at;
  return `line ${line + 1}: ${shown(has[line] ?? null)} instead of ${shown(wants[line] ?? null)}`;
}

/** The first of several checks that misses. */
export function firstMiss(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const miss = check();
    if (miss !== null) return miss;
  }
  return null;
}

export const within = (where: string, miss: string | null): string | null => (miss === null ? null : `${where}: ${miss}`);

function kindOf(array: GoldenArray): string {
  return `${array.dtype}[${array.shape.join(', ')}]`;
}

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
