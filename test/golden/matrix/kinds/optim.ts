// optim.json and schedulers.json: trajectories step by step, defaults, clipping, learning rates.
import { arrayMiss, firstMiss, type GoldenArray, type Tolerance, textMiss, tolerances, valueMiss, within } from '../compare.ts';
import type { Answer, MatrixCase } from '../matrix.ts';
import { newerPython } from '../newer-python.ts';
import { bothRuns } from './ops.ts';

interface Trajectory {
  readonly losses: readonly number[];
  readonly params: readonly (readonly number[])[];
  readonly state?: unknown;
  readonly closure_calls?: readonly number[];
  readonly total_norms?: readonly number[];
}

interface OptimCase {
  readonly id: string;
  readonly problem: string;
  readonly float64?: Trajectory;
  readonly float32?: Trajectory;
}

interface OptimFile {
  readonly problems?: Readonly<Record<string, unknown>>;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly clip_returns?: readonly { readonly code: string; readonly returns: string; readonly p_grad_after: unknown }[];
  readonly implementations_agree?: Readonly<Record<string, readonly string[]>>;
  readonly cases?: readonly OptimCase[];
}

const { operation, wholeRun } = tolerances;

export function optimCases(file: OptimFile): MatrixCase[] {
  const job = (part: string, content: object) => ({ kind: 'optim', case: { ...content, part } });
  const { defaults = {} } = file;
  return [
    ...(file.cases ?? []).map((one) => ({
      id: one.id,
      job: job('cases', { ...one, about: file.problems?.[one.problem] }),
      judge: (value: Record<string, Answer>) =>
        bothRuns(one, value, (got, want, run) => trajectoryMiss(got as Trajectory, want, run, run === 'float32' ? one.float64 : undefined)),
    })),
    ...Object.keys(defaults)
      .filter((name) => !name.endsWith('_repr'))
      .map((optimizer) => ({
        id: `defaults.${optimizer}`,
        job: job('defaults', { optimizer }),
        judge: (got: { group: unknown; repr: string }) =>
          valueMiss(got.group, defaults[optimizer], {}) ??
          within('repr', textMiss(got.repr, newerPython(String(defaults[`${optimizer}_repr`])))),
      })),
    ...(file.clip_returns ?? []).map((one) => ({
      id: `clip_returns.${one.code}`,
      job: job('clip_returns', { code: one.code }),
      judge: (got: { returns: string; p_grad_after: unknown }) =>
        textMiss(got.returns, one.returns) ?? valueMiss(got.p_grad_after, one.p_grad_after, operation),
    })),
    ...Object.entries(file.implementations_agree ?? {}).flatMap(([optimizer, keywords]) =>
      keywords.map((keyword) => ({
        id: `implementations_agree.${optimizer}.${keyword}`,
        job: job('implementations_agree', { optimizer, keyword }),
        judge: ({ plain, chosen }: { plain: GoldenArray; chosen: unknown }) => arrayMiss(chosen, plain, operation),
      })),
    ),
  ];
}

/** Steps may lie apart by as much as a few times what rounding alone has made of them so far: float32 against `exact`, its float64. */
function trajectoryMiss(got: Trajectory, want: Trajectory, run: 'float32' | 'float64', exact?: Trajectory): string | null {
  const steps = ['losses', 'params', 'total_norms'] as const;
  const numbers = ['state', 'closure_calls'] as const;
  return firstMiss([
    ...steps.map((part) => () => within(part, stepsMiss(got[part], want[part], exact?.[part], wholeRun[run]))),
    ...numbers.map((part) => () => (want[part] === undefined ? null : within(part, valueMiss(got[part], want[part], wholeRun)))),
  ]);
}

type Steps = readonly (number | readonly number[])[] | undefined;

function stepsMiss(got: Steps, want: Steps, exact: Steps, { relative, absolute }: Tolerance): string | null {
  if (want === undefined) return null;
  if (got?.length !== want.length) return `${got?.length} steps instead of ${want.length}`;
  const apart = want.map((step, i) => {
    const [rounded, unrounded] = [[step].flat(), [exact?.[i] ?? step].flat()];
    return rounded.reduce((most, x, k) => (Number.isFinite(x) ? Math.max(most, Math.abs(x - unrounded[k]) || 0) : most), 0);
  });
  // Where a direction turns on a rounding, it does so some steps earlier or later.
  const drift = (i: number) => Math.max(...apart.slice(0, i + 4));
  return firstMiss(
    want.map((step, i) => () => within(`[${i}]`, valueMiss(got[i], step, {}, { relative, absolute: absolute + 5 * drift(i) }))),
  );
}

interface SchedulerCase {
  readonly scheduler: string;
  readonly optimizer?: string;
  readonly step_arguments?: unknown;
}

export function schedulerCases({ cases }: { readonly cases: readonly SchedulerCase[] }): MatrixCase[] {
  return cases.map((one) => ({
    id: `${one.scheduler}${one.optimizer === undefined ? '' : ' with Adam'}${one.step_arguments === undefined ? '' : ' step(e)'}`,
    job: { kind: 'schedulers', case: one },
    judge: (got: Record<string, unknown>) =>
      firstMiss(
        (['lrs', 'lrs_after', 'momenta', 'betas', 'state_dict'] as const).map((part) => () => {
          const want = (one as unknown as Record<string, unknown>)[part];
          return want === undefined ? null : within(part, valueMiss(got[part], want, operation, operation.float64));
        }),
      ),
  }));
}
