// modules.json: whole modules with given parameters, in both dtypes.
import { arrayMiss, firstMiss, type GoldenArray, listMiss, tolerances, valueMiss, within } from '../compare.ts';
import type { Answer, MatrixCase } from '../matrix.ts';
import { arraysMiss, bothRuns, type GoldenRun } from './ops.ts';

interface ModuleRun extends GoldenRun {
  readonly param_grads: Readonly<Record<string, GoldenArray | null>>;
  readonly buffers_after: Readonly<Record<string, GoldenArray>>;
}

interface ModuleCase {
  readonly id: string;
  readonly parameters: readonly string[];
  readonly graph: readonly string[];
  readonly float64?: ModuleRun;
  readonly float32?: ModuleRun;
}

const { operation } = tolerances;

export function moduleCases({ cases }: { readonly cases: readonly ModuleCase[] }): MatrixCase[] {
  return cases.map((one) => ({
    id: one.id,
    job: { kind: 'modules', case: one },
    judge: (value: Record<string, Answer>) =>
      bothRuns(one, value, (got, want, run) => moduleMiss(one, got as Got, want, run === 'float32' ? one.float64 : undefined)),
    owes: (value: Record<string, Answer>) => {
      const difference = bothRuns(one, value, (got, want) => moduleMiss(one, got as Got, want));
      return difference === null ? null : { rule: 'nearer float64 than PyTorch' as const, difference };
    },
  }));
}

type Got = ModuleRun & { readonly parameters: readonly string[] };

/** `exact`: float64's golden run beside a float32 one. */
function moduleMiss(one: ModuleCase, got: Got, want: ModuleRun, exact?: ModuleRun): string | null {
  return firstMiss([
    () => listMiss('parameters', got.parameters, one.parameters),
    () => arraysMiss('out', got.out, want.out, operation, [], exact?.out),
    () => listMiss('graph', got.graph ?? [], want.graph ?? one.graph),
    () => within('backward_error', valueMiss(got.backward_error ?? null, want.backward_error ?? null, {})),
    () => arraysMiss('grads', got.grads, want.grads, operation, [], exact?.grads),
    () => within('param_grads', namedMiss(got.param_grads, want.param_grads, exact?.param_grads)),
    () => within('buffers_after', namedMiss(got.buffers_after, want.buffers_after, exact?.buffers_after)),
  ]);
}

type Named = Readonly<Record<string, GoldenArray | null>>;

function namedMiss(got: Named, want: Named, exact: Named = {}): string | null {
  const names = Object.keys(want);
  return firstMiss([
    () => listMiss('names', Object.keys(got), names),
    ...names.map((name) => () => {
      const array = want[name];
      const miss = array === null ? valueMiss(got[name], null, {}) : arrayMiss(got[name], array, operation, [], exact[name]);
      return within(name, miss);
    }),
  ]);
}
