// modules.json: whole modules with given parameters, in both dtypes.
import { firstMiss, type GoldenArray, listMiss, tolerances, valueMiss, within } from '../compare.ts';
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

const { module } = tolerances;

export function moduleCases({ cases }: { readonly cases: readonly ModuleCase[] }): MatrixCase[] {
  return cases.map((one) => ({
    id: one.id,
    job: { kind: 'modules', case: one },
    judge: (value: Record<string, Answer>) =>
      bothRuns(one, value, (answer, want) => {
        const got = answer as ModuleRun & { parameters: string[] };
        return firstMiss([
          () => listMiss('parameters', got.parameters, one.parameters),
          () => arraysMiss('out', got.out, want.out, module),
          () => listMiss('graph', got.graph ?? [], want.graph ?? one.graph),
          () => within('backward_error', valueMiss(got.backward_error ?? null, want.backward_error ?? null, {})),
          () => arraysMiss('grads', got.grads, want.grads, module),
          () => within('param_grads', valueMiss(got.param_grads, want.param_grads, module)),
          () => within('buffers_after', valueMiss(got.buffers_after, want.buffers_after, module)),
        ]);
      }),
  }));
}
