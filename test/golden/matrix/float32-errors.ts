// How far float32 lies from float64 on the same float32 inputs, operation by operation: our own two runs, whatever the golden data says.
import { readGoldenFile } from './golden-folder.ts';
import type { Answer, Job } from './matrix.ts';
import type { MatrixSession } from './session.ts';

/** Where an operation's float32 is furthest from its float64. */
export interface OperationError {
  readonly operation: string;
  readonly id: string;
  /** The part of the answer and the element in it. */
  readonly where: string;
  /** In units in the last place of the element itself, and of the largest number of its tensor: cancellation shows in the first alone. */
  readonly own: number;
  readonly ofLargest: number;
  readonly relative: number;
}

interface Input {
  readonly dtype: string;
  readonly data: readonly Cell[];
  readonly base?: { readonly data: readonly Cell[] };
}
interface OpsCase {
  readonly id: string;
  readonly op: string;
  readonly inputs: readonly Input[];
  readonly upstream: readonly (readonly Cell[] | null)[];
  readonly float32?: unknown;
  readonly float64?: unknown;
}
type Cell = number | string;
type Part = { readonly dtype: string; readonly data: readonly Cell[] } | null;
type Runs = Readonly<Record<'float32' | 'float64', Answer>>;

/** Cases whose answer depends on the dtype's own epsilon: another question in each. */
const otherQuestion = new Set(['rms_norm.zero_row']);

export const measuresErrors = (file: string): boolean => /^ops/.test(file);

/** The worst element of each operation of an ops file, worst operation first. Elementwise files are ranked by each element's own unit. */
export function float32Errors(session: MatrixSession, folder: string, file: string): OperationError[] {
  const { cases } = readGoldenFile(folder, file) as { cases: readonly OpsCase[] };
  const both = cases.filter((one) => !otherQuestion.has(one.id) && one.float32 !== undefined && one.float64 !== undefined);
  const jobs = both.map((one): Job => ({ kind: 'ops', case: onFloat32(one) }));
  const rank = file.includes('pointwise') ? ({ own }: OperationError) => own : ({ ofLargest }: OperationError) => ofLargest;
  const worst = new Map<string, OperationError>();
  session.answer(jobs, (answer, i) => {
    const { op, id } = both[i];
    if ('error' in answer) return;
    const { float32, float64 } = answer.value as Runs;
    if ('error' in float32 || 'error' in float64) return;
    const largest = Math.max(...['out', 'grads'].flatMap((part) => numbersOf((float64.value as Record<string, readonly Part[]>)[part])));
    for (const part of ['out', 'grads'] as const) {
      const [got, want] = [float32, float64].map(({ value }) => (value as Record<typeof part, readonly Part[]>)[part]);
      for (const [k, exact] of want.entries()) {
        for (const error of elementErrors(got[k], exact, largest)) {
          const found = { ...error, operation: op, id, where: `${part}[${k}] ${error.where}` };
          const before = worst.get(op);
          if (before === undefined || rank(found) > rank(before)) worst.set(op, found);
        }
      }
    }
  });
  return [...worst.values()].sort((a, b) => rank(b) - rank(a));
}

export function errorText({ operation, id, where, own, ofLargest, relative }: OperationError): string {
  return `${operation} ${short(own)} ulp (${short(ofLargest)} of its tensor's largest), relative ${relative.toExponential(1)}: ${id}, ${where}`;
}

const short = (x: number): string => (x < 100 ? x.toFixed(2) : x.toPrecision(3));

/** Both runs start from numbers that float32 holds. */
function onFloat32(one: OpsCase): OpsCase {
  const rounded = (data: readonly Cell[]): Cell[] => data.map((cell) => (typeof cell === 'number' ? Math.fround(cell) : cell));
  return {
    ...one,
    inputs: one.inputs.map((input) => {
      const base = input.base === undefined ? {} : { base: { ...input.base, data: rounded(input.base.data) } };
      return input.dtype === 'float' ? { ...input, data: rounded(input.data), ...base } : input;
    }),
    upstream: one.upstream.map((flat) => (flat === null ? null : rounded(flat))),
  };
}

function numbersOf(parts: readonly Part[]): number[] {
  return parts.flatMap((part) => part?.data.flatMap((x) => (typeof x === 'number' ? [Math.abs(x)] : [])) ?? []);
}

/**
 * Finite elements only, and those that a float32 can be near. `most`: the largest number of the case; what is zero beside it is zero by
 * cancellation, and measured by it.
 */
function* elementErrors(
  got: Part | undefined,
  want: Part,
  most: number,
): Generator<Pick<OperationError, 'where' | 'own' | 'ofLargest' | 'relative'>> {
  if (got?.dtype !== 'float32' || want?.dtype !== 'float64' || got.data.length !== want.data.length) return;
  const inTensor = Math.max(...numbersOf([want]));
  const largest = inTensor > most * 1e-12 ? inTensor : most;
  for (const [i, x] of want.data.entries()) {
    const y = got.data[i];
    if (typeof x !== 'number' || typeof y !== 'number' || Math.abs(x) > 3.4028e38) continue;
    const off = Math.abs(x - y);
    const where = `element ${i}: ${y} for ${x}`;
    const size = Math.abs(x) > most * 1e-12 ? Math.abs(x) : largest;
    yield { where, own: off / unit(size), ofLargest: off / unit(largest), relative: off === 0 ? 0 : off / size };
  }
}

/** The distance of float32 numbers near x. */
function unit(x: number): number {
  return 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - 23, -149);
}
