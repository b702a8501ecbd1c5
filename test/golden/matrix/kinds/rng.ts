// rng.json: every random stream that a script can reach.
import { firstMiss, type GoldenArray, type Tolerances, tolerances, valueMiss, within } from '../compare.ts';
import type { LeftOut, MatrixCase } from '../matrix.ts';
import { toldMiss } from './texts.ts';

type Row = Readonly<Record<string, unknown>>;
type RngFile = Readonly<Record<string, readonly Row[]>> & { readonly cuda?: CudaSection };

interface CudaSection {
  readonly published?: readonly { readonly seed: number; readonly calls: string; readonly values: readonly (readonly number[])[] }[];
  readonly streams?: readonly Row[];
}

/** Where a draw goes through a logarithm, a root or a cosine, the last bits are the processor's; all others are exact. */
const transcendental = /^(randn|interleave|non_contiguous|normal|like|dropout$|exponential_|other|gumbel_softmax|rrelu|nn\.init|generator)/;

function allowed(row: Row): Tolerances {
  const computes =
    transcendental.test(String(row.group)) || (row.program as string[] | undefined)?.some((line) => /attention|softmax/.test(line));
  return computes ? tolerances.operation : {};
}

/** Agrees with the vector kernels' values, or with the scalar ones' where the golden data has both. */
function eitherMiss(got: unknown, want: unknown, scalar: unknown, tolerance: Tolerances): string | null {
  const miss = valueMiss(got, want, tolerance, tolerances.operation.float64);
  return miss === null || scalar === undefined ? miss : valueMiss(got, scalar, tolerance) === null ? null : miss;
}

const rest = (row: Row, ...keys: string[]) => keys.map((key) => row[key] ?? 'none').join(', ');

/** Exact; `rand_after` is a float32, written as short as it round-trips. */
function rowMiss(got: Row, row: Row, keys: readonly string[]): string | null {
  return firstMiss(
    keys
      .filter((key) => row[key] !== undefined)
      .map((key) => () => {
        const want = key === 'rand_after' ? Math.fround(row[key] as number) : row[key];
        return within(key, valueMiss(got[key], want, {}));
      }),
  );
}

/** How the rows of a section are called, and judged. */
const sections: Readonly<Record<string, { id: (row: Row) => string; miss: (got: never, row: Row) => string | null }>> = {
  raw_mt19937: {
    id: (row) => `seed ${row.seed}`,
    miss: (got: Row, row) => rowMiss(got, row, ['initial_seed', 'first_10', 'at_620_to_629']),
  },
  torch: {
    id: (row) => `${row.group} seed ${row.seed}: ${(row.program as string[])[0]}`,
    miss: (got, row) => eitherMiss(got, row.out, row.out_scalar, allowed(row)),
  },
  module_init: {
    id: (row) => `seed ${row.seed}: ${row.module}`,
    miss: (got: Row, row) =>
      firstMiss([
        () => rowMiss(got, row, ['parameters']),
        () => within('state_dict', eitherMiss(got.state_dict, row.state_dict, row.state_dict_scalar, tolerances.operation)),
        () => rowMiss(got, row, ['rand_after']),
      ]),
  },
  bad_seeds: {
    id: (row) => String(row.seed),
    miss: (got: { error: never; initial_seed?: string }, row) =>
      toldMiss(got.error, row.error as never) ??
      (row.initial_seed === undefined ? null : valueMiss(got.initial_seed, row.initial_seed, {})),
  },
  data_loader: {
    id: (row) => rest(row, 'seed', 'n', 'batch_size', 'drop_last', 'generator_seed'),
    miss: (got: Row, row) => rowMiss(got, row, ['len', 'epochs', 'rand_after', 'draws_per_epoch']),
  },
  samplers: {
    id: (row) => rest(row, 'seed', 'sampler'),
    miss: (got: Row, row) => rowMiss(got, row, ['passes', 'rand_after']),
  },
  random_split: {
    id: (row) => rest(row, 'seed', 'n', 'lengths', 'generator_seed'),
    miss: (got: Row, row) => rowMiss(got, row, ['indices', 'rand_after']),
  },
  numpy: {
    id: (row) => `seed ${row.seed}: ${(row.program as string[])[0]}`,
    miss: (got, row) => valueMiss(got, row.out, { float64: tolerances.operation.float64 }, tolerances.operation.float64),
  },
  numpy_bad_seeds: {
    id: (row) => String(row.seed),
    miss: (got: { error: never }, row) => toldMiss(got.error, row.error as never),
  },
};

export function rngCases(file: RngFile): MatrixCase[] {
  const plain = Object.entries(sections).flatMap(([part, { id, miss }]) =>
    (file[part] ?? []).map((row) => ({
      id: `${part} ${id(row)}`,
      job: { kind: 'rng', case: { ...row, part } },
      judge: (got: never) => miss(got, row),
    })),
  );
  return [...plain, ...cudaCases(file.cuda ?? {})];
}

/** A real GPU's sine is a fast one: normals are good to about 1e-5. */
const fastSine: Tolerances = { float32: { relative: 1e-5, absolute: 1e-5 } };

function cudaCases({ published = [], streams = [] }: CudaSection): MatrixCase[] {
  return [
    ...published.map(({ seed, calls, values }) => ({
      id: `cuda published seed ${seed}: ${calls}`,
      job: { kind: 'rng', device: 'gpu' as const, case: { part: 'cuda', seed, program: spelledOut(calls) } },
      judge: (got: GoldenArray[]) => {
        const flat = got.map(({ data }) => data);
        return valueMiss(flat, values, {}, { relative: 0, absolute: 5.1e-5 });
      },
    })),
    ...streams.map((row) => ({
      id: `cuda seed ${row.seed}: ${(row.program as string[])[0]}`,
      job: { kind: 'rng', device: 'gpu' as const, case: { ...row, part: 'cuda' } },
      judge: (got: unknown) => valueMiss(got, row.out, (row.program as string[]).every((line) => /\.rand\(/.test(line)) ? {} : fastSine),
    })),
  ];
}

/** `randn(1); randn(1)` and `randn(4) six times` as the expressions they stand for. */
function spelledOut(calls: string): string[] {
  const times = ['', '', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
  return calls.split('; ').flatMap((call) => {
    const [, what, count] = /^(.*?)(?: (\w+) times)?$/.exec(call) as RegExpExecArray;
    const line = `torch.${what.replace(')', ", device='cuda')")}`;
    return new Array<string>(count === undefined ? 1 : Math.max(1, times.indexOf(count))).fill(line);
  });
}

/** Parts of the file that no script reaches, and why. */
export const rngLeftOut: LeftOut = {
  older_mkl_bernoulli: 'what wheels before 2.13 drew on one maker’s processors',
  'cuda.philox_blocks': 'no Python call shows a block: test/random/cuda.test.ts',
};
