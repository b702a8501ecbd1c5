// Derivatives against finite differences, first and second, for every op that gives samples.
import { expect, test } from 'vitest';
import { grad } from '../../core/autograd/backward.ts';
import { call, ops } from '../../core/autograd/funnel.ts';
import { noGrad } from '../../core/autograd/modes.ts';
import type { Arg } from '../../core/ops/descriptor.ts';
import { table } from '../../core/ops/index.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { type FurtherSample, withFurtherSamples } from './further-samples.ts';
import { differentiable, sampleArguments, stream } from './sample-inputs.ts';

const STEP = 1e-6;

/** Outputs that carry no history. */
const constant = new Map(table.map((op) => [op.name, op.overloads.flatMap((o) => o.grad?.constant ?? [])]));

/** A number that depends on every floating output element: Σ wᵢ yᵢ. */
function weighted(name: string, args: Arg[], sample: FurtherSample): Tensor {
  const out = call(name, sample.prepare?.(args) ?? args, sample.kwargs ?? null);
  const next = stream(99);
  const parts = (Array.isArray(out) ? out : [out])
    .filter((part, i) => part.dtype === 'float64' && !constant.get(name)?.includes(i))
    .map((part) => {
      const values = Float64Array.from({ length: part.numel }, () => next() + 0.5);
      return ops.sum(ops.mul(part, Tensor.fromTyped(values, { shape: part.shape })));
    });
  return parts.reduce((sum, part) => ops.add(sum, part));
}

/** ∂f/∂xᵢ by central differences, writing into x. */
function slopes(x: Tensor, f: () => number): number[] {
  const values = x.typedView() as Float64Array;
  return Array.from(values, (v, i) => {
    (x.typedView() as Float64Array)[i] = v + STEP;
    const above = f();
    (x.typedView() as Float64Array)[i] = v - STEP;
    const below = f();
    (x.typedView() as Float64Array)[i] = v;
    return (above - below) / (2 * STEP);
  });
}

function compare(actual: number[], expected: number[]): void {
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i])));
  });
}

const samples = withFurtherSamples(table);

test.each(samples.map((s) => [s.title, s] as const))('first derivative of %s', (_title, { op, sample }) => {
  const args = sampleArguments(sample, 7);
  const inputs = differentiable(args);
  const found = grad(weighted(op.name, args, sample), inputs, { allowUnused: true });
  inputs.forEach((x, i) => {
    const expected = slopes(x, () => noGrad(() => Number(weighted(op.name, args, sample).item())));
    compare(found[i]?.toArray() ?? expected.map(() => 0), expected);
  });
});

/** Σ of all first derivatives, weighted. */
function slopeSum(name: string, args: Arg[], sample: FurtherSample, inputs: Tensor[], createGraph: boolean): Tensor {
  const first = grad(weighted(name, args, sample), inputs, { createGraph, allowUnused: true });
  const next = stream(5);
  let total = Tensor.from(0, { dtype: 'float64' });
  for (const g of first) {
    if (g === null) continue;
    const weights = Tensor.fromTyped(
      Float64Array.from({ length: g.numel }, () => next() + 0.5),
      { shape: g.shape },
    );
    total = ops.add(total, ops.sum(ops.mul(g, weights)));
  }
  return total;
}

test.each(samples.filter((s) => !s.sample.rough).map((s) => [s.title, s] as const))('second derivative of %s', (_title, { op, sample }) => {
  const args = sampleArguments(sample, 7);
  const inputs = differentiable(args);
  const total = slopeSum(op.name, args, sample, inputs, true);
  const found = total.requiresGrad ? grad(total, inputs, { allowUnused: true }) : inputs.map(() => null);
  inputs.forEach((x, i) => {
    const expected = slopes(x, () => Number(slopeSum(op.name, args, sample, inputs, false).item()));
    compare(found[i]?.toArray() ?? expected.map(() => 0), expected);
  });
});
