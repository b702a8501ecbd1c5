// What the golden matrix is made of: files of cases, each with a job for the session and a judge of its answer.

/** What crosses into the session: the Python module that evaluates it, and its plain data. */
export interface Job {
  readonly kind: string;
  readonly case: unknown;
  /** On which device the session runs it; the CPU where nothing is said. */
  readonly device?: 'gpu';
}

export interface MatrixCase {
  readonly id: string;
  readonly job: Job;
  /** Null where the answer agrees with the golden data, else the reason in one line. */
  judge(value: never): string | null;
  /** Of an answer that agrees: what it owes to a rule beside the tolerances; null where nothing. */
  owes?(value: never): Owed | null;
}

/** Every case of one golden file, made from its parsed JSON and its neighbours in the folder. */
export type CasesOf = (content: never, neighbour: (file: string) => unknown) => MatrixCase[];

/** Parts of a file that are no cases here: their path in it, and the reason. */
export type LeftOut = Readonly<Record<string, string>>;

/** A difference that a rule allows, and that is told. */
export interface Owed {
  readonly rule: 'in the last digit' | 'nearer float64 than PyTorch';
  readonly difference: string;
}

export interface Verdict {
  readonly miss: string | null;
  readonly owes: Owed | null;
}

export type Answer = { readonly value: unknown } | { readonly error: string };

export function verdictOn(one: MatrixCase, answer: Answer): Verdict {
  const miss = judged(one, answer);
  return { miss, owes: miss === null && 'value' in answer ? (one.owes?.(answer.value as never) ?? null) : null };
}

/** Why a case misses, or null. An answer nobody expected is a miss, not a crash. */
export function judged(one: MatrixCase, answer: Answer): string | null {
  if ('error' in answer) return answer.error;
  try {
    return one.judge(answer.value as never);
  } catch (error) {
    return `could not be judged: ${(error as Error).message}`;
  }
}
