// Ops over windows against PyTorch's values, first and second derivatives and refusals, on random shapes.
import { expect, test } from 'vitest';
import { grad } from '../../core/autograd/backward.ts';
import { call, ops } from '../../core/autograd/funnel.ts';
import type { Arg } from '../../core/ops/descriptor.ts';
import type { DType } from '../../core/tensor/dtype.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { TorchError } from '../../core/tensor/torch-error.ts';
import { readGolden } from '../golden/read-golden.ts';

interface WindowCase {
  readonly op: string;
  readonly args: (Arg | { shape: number[]; data: number[]; dtype: DType })[];
  readonly error?: readonly [string, string];
  readonly out: readonly (readonly [number[], number[]])[];
  readonly grad_fn: string;
  readonly first?: readonly number[][];
  readonly second?: readonly (number[] | null)[];
}

const { cases } = readGolden<{ cases: WindowCase[] }>('windows.json.gz');

function argument(value: WindowCase['args'][number]): Arg {
  if (typeof value !== 'object' || value === null || value instanceof Tensor || !('shape' in value)) return value as Arg;
  const { shape, dtype } = value;
  if (dtype === 'int64')
    return Tensor.fromTyped(
      BigInt64Array.from(value.data, (v) => BigInt(v)),
      { shape },
    );
  const t = Tensor.fromTyped(Float64Array.from(value.data), { shape, dtype });
  t.requiresGrad = true;
  return t;
}

function close(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((v, i) => {
    expect(Math.abs(v - expected[i]), `element ${i}: ${v} instead of ${expected[i]}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(expected[i])),
    );
  });
}

function refusal(run: () => unknown): readonly [string, string] | null {
  try {
    run();
    return null;
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
    return [error.pythonType, error.message.split('\n')[0]];
  }
}

test.each(cases.map((c, i) => [`${c.op} #${i}`, c] as const))('%s', (_title, c) => {
  const args = c.args.map(argument);
  if (c.error !== undefined) {
    expect(refusal(() => call(c.op, args))).toEqual(c.error);
    return;
  }
  const found = call(c.op, args);
  const outs = Array.isArray(found) ? found : [found];
  expect(outs.map((t) => [...t.shape])).toEqual(c.out.map(([shape]) => shape));
  outs.forEach((t, i) => {
    close(t.toArray(), c.out[i][1], 1e-11);
  });
  expect(outs[0].gradFn?.name).toBe(c.grad_fn);
  if (c.first === undefined) return;
  const weights = Tensor.fromTyped(
    Float64Array.from({ length: outs[0].numel }, (_, i) => ((i + 1) % 7) - 3),
    { shape: outs[0].shape },
  );
  const leaves = args.filter((a): a is Tensor => a instanceof Tensor && a.requiresGrad);
  const first = grad(ops.sum(ops.mul(outs[0], weights)), leaves, { createGraph: true }) as Tensor[];
  first.forEach((g, i) => {
    close(g.toArray(), (c.first as number[][])[i], 1e-10);
  });
  if (c.second === undefined) return;
  const total = first
    .filter((g) => g.requiresGrad)
    .map((g) => ops.sum(ops.mul(g, g)))
    .reduce((a, b) => ops.add(a, b));
  grad(total, leaves, { allowUnused: true }).forEach((g, i) => {
    const expected = c.second?.[i] ?? null;
    if (expected === null) expect(g).toBeNull();
    else close((g as Tensor).toArray(), expected, 1e-9);
  });
});
