// ops_*.json: expressions on given inputs: values, gradients and the graph, in both dtypes.
import { arrayMiss, firstMiss, type GoldenArray, listMiss, type Tolerances, tolerances, valueMiss, within } from '../compare.ts';
import type { Answer, MatrixCase } from '../matrix.ts';

export interface GoldenRun {
  readonly out: readonly GoldenArray[];
  readonly grads: readonly (GoldenArray | null)[];
  readonly grad_fn?: readonly (string | null)[];
  readonly graph?: readonly string[];
  readonly backward_error?: unknown;
  readonly path_dependent?: PathDependent;
}

type PathDependent = readonly number[] | Readonly<Record<string, readonly number[]>>;

interface OpsCase {
  readonly id: string;
  readonly grad_fn: readonly (string | null)[];
  readonly graph: readonly string[];
  readonly float64?: GoldenRun;
  readonly float32?: GoldenRun;
  readonly path_dependent?: PathDependent;
}

export function opsCases({ cases }: { readonly cases: readonly OpsCase[] }): MatrixCase[] {
  return cases.map((one) => ({
    id: one.id,
    job: { kind: 'ops', case: one },
    judge: (value: Record<string, Answer>) =>
      bothRuns(one, value, (got, want, run) => opMiss(one, got as GoldenRun, want, run === 'float32' ? one.float64 : undefined)),
    owes: (value: Record<string, Answer>) => {
      const difference = bothRuns(one, value, (got, want) => opMiss(one, got as GoldenRun, want));
      return difference === null ? null : { rule: 'nearer float64 than PyTorch' as const, difference };
    },
  }));
}

/** Judges what each dtype answered. */
export function bothRuns<Run>(
  one: { readonly float64?: Run; readonly float32?: Run },
  value: Readonly<Record<string, Answer>>,
  miss: (got: unknown, want: Run, run: 'float64' | 'float32') => string | null,
): string | null {
  return firstMiss(
    (['float64', 'float32'] as const).map((run) => () => {
      const want = one[run];
      if (want === undefined) return null;
      const answer = value[run];
      return 'error' in answer ? answer.error : within(run, miss(answer.value, want, run));
    }),
  );
}

/** `exact`: float64's golden run beside a float32 one. */
function opMiss(one: OpsCase, got: GoldenRun, want: GoldenRun, exact?: GoldenRun): string | null {
  const skip = (part: string): readonly number[] => {
    const listed = want.path_dependent ?? one.path_dependent ?? [];
    return Array.isArray(listed) ? (listed as readonly number[]) : ((listed as Record<string, readonly number[]>)[part] ?? []);
  };
  return firstMiss([
    () => arraysMiss('out', got.out, want.out, tolerances.operation, skip('out'), exact?.out),
    () => listMiss('grad_fn', got.grad_fn ?? [], want.grad_fn ?? one.grad_fn),
    () => listMiss('graph', got.graph ?? [], want.graph ?? one.graph),
    () => within('backward_error', valueMiss(got.backward_error ?? null, want.backward_error ?? null, {})),
    () => arraysMiss('grads', got.grads, want.grads, tolerances.operation, skip('grads'), exact?.grads),
  ]);
}

export function arraysMiss(
  what: string,
  got: readonly unknown[],
  want: readonly (GoldenArray | null)[],
  allowed: Tolerances,
  skip: readonly number[] = [],
  exact: readonly (GoldenArray | null)[] = [],
): string | null {
  if (got.length !== want.length) return `${what}: ${got.length} instead of ${want.length}`;
  return firstMiss(
    want.map((array, i) => () => {
      const miss = array === null ? valueMiss(got[i], null, {}) : arrayMiss(got[i], array, allowed, skip, exact[i]);
      return within(`${what}[${i}]`, miss);
    }),
  );
}
