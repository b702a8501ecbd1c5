// training.json: whole runs from the seed on, within the distance float32 and float64 drift apart.
import { firstMiss, type Tolerance, tolerances, valueMiss, within } from '../compare.ts';
import type { Answer, MatrixCase } from '../matrix.ts';
import { bothRuns } from './ops.ts';

interface TrainingRun {
  readonly losses: readonly number[];
  readonly final: Readonly<Record<string, unknown>>;
  readonly extra?: unknown;
  readonly rand_after?: number;
}

interface TrainingCase {
  readonly id: string;
  readonly data?: readonly string[];
  readonly initial: unknown;
  readonly float64?: TrainingRun;
  readonly float32?: TrainingRun;
  readonly largest_relative_loss_gap_float32_vs_float64?: number;
  readonly final_gap_float32_vs_float64?: Readonly<Record<string, number>>;
}

interface TrainingFile {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cases: readonly TrainingCase[];
}

const { operation, wholeRun } = tolerances;

export function trainingCases(file: TrainingFile, neighbour: (file: string) => unknown): MatrixCase[] {
  const digits = neighbour('digits') as Readonly<Record<string, unknown>> | undefined;
  return file.cases.map((one) => ({
    id: one.id,
    job: {
      kind: 'training',
      case: { ...one, tensors: Object.fromEntries((one.data ?? []).map((name) => [name, file.data?.[name] ?? digits?.[name]])) },
    },
    judge: (value: Record<string, Answer>) =>
      bothRuns(one, value, (answer, want, run) => {
        const got = answer as TrainingRun & { initial: unknown };
        const wide = drift(one, run);
        return firstMiss([
          () => within('initial', valueMiss(got.initial, one.initial, operation)),
          () => within('losses', valueMiss(got.losses, want.losses, {}, wide.losses)),
          () => finalMiss(got.final, want.final, wide.final, run),
          () => within('extra', valueMiss(got.extra ?? null, want.extra ?? null, { ...wholeRun, [run]: wide.extra }, wide.extra)),
          () => within('rand_after', valueMiss(got.rand_after, want.rand_after, {}, operation.float32)),
        ]);
      }),
  }));
}

/** float64 agrees as whole runs do; float32 within a few times the distance rounding alone makes. */
function drift(one: TrainingCase, run: 'float64' | 'float32') {
  const gaps = one.final_gap_float32_vs_float64 ?? {};
  if (run === 'float64') return { losses: wholeRun.float64, extra: wholeRun.float64, final: () => wholeRun.float64 };
  const losses: Tolerance = { relative: Math.max(1e-5, 5 * (one.largest_relative_loss_gap_float32_vs_float64 ?? 0)), absolute: 1e-6 };
  const final = (name: string): Tolerance => ({ relative: 1e-5, absolute: Math.max(1e-6, 5 * (gaps[name] ?? 0)) });
  const furthest = Math.max(0, ...Object.entries(gaps).map(([name, gap]) => (name.endsWith('qkv.bias') ? 0 : gap)));
  return { losses, final, extra: { relative: 1e-4, absolute: Math.max(1e-5, 10 * furthest) } };
}

function finalMiss(
  got: Readonly<Record<string, unknown>>,
  want: Readonly<Record<string, unknown>>,
  tolerance: (name: string) => Tolerance,
  run: string,
): string | null {
  return firstMiss(
    Object.entries(want).map(
      ([name, value]) =>
        () =>
          within(`final ${name}`, valueMiss(got[name], value, { ...wholeRun, [run]: tolerance(name) })),
    ),
  );
}
