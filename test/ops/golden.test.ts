// The golden cases that are one call of an op in the table: values, gradients and the names in the graph, against PyTorch's.
import { expect, test } from 'vitest';
import { backward } from '../../core/autograd/backward.ts';
import { call, hasOp, ops } from '../../core/autograd/funnel.ts';
import type { Arg } from '../../core/ops/descriptor.ts';
import type { DType } from '../../core/tensor/dtype.ts';
import type { GradNode } from '../../core/tensor/grad-node.ts';
import { sameShape } from '../../core/tensor/shape.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { type GoldenTensor, goldenNumber, readGolden } from '../golden/read-golden.ts';
import { getItem } from './python-index.ts';

const lossNames: Record<string, string> = { cross_entropy: 'cross_entropy_loss' };

/** The op that a Python name stands for. */
function opName(fn: string): string {
  const last = fn.split('.').pop() as string;
  return lossNames[last] ?? last;
}

interface GoldenInput {
  name: string;
  dtype: DType | 'float';
  shape: number[];
  data: (number | string)[];
  requires_grad: boolean;
  base?: { shape: number[]; data: (number | string)[] };
  via?: (string | number | number[])[][];
}
interface Run {
  out: GoldenTensor[];
  grads: (GoldenTensor | null)[];
  grad_fn?: (string | null)[];
  graph?: string[];
  backward_error?: unknown;
}
interface GoldenCase {
  id: string;
  expr: string;
  fn: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  inputs: GoldenInput[];
  grad_fn: (string | null)[];
  graph: string[];
  upstream: ((number | string)[] | null)[];
  float64: Run;
  float32: Run;
  path_dependent?: number[] | Record<string, number[]>;
}

/** Ops whose own arguments are not those of the Python function of that name, and forms of ops that have other forms here. */
const otherArguments = ['einsum', 'meshgrid', 'cartesian_prod', 'broadcast_tensors', 'poisson_nll_loss'];
/** Those of torch.nn are Python over the ops: the golden matrix judges them there. */
const files = ['pointwise', 'reduce', 'matmul', 'shape', 'index', 'loss'];
const cases = files
  .flatMap((file) => readGolden<{ cases: GoldenCase[] }>(`ops_${file}.json.gz`).cases)
  .filter((c) => c.fn !== undefined && (c.fn === 'getitem' || hasOp(opName(c.fn))) && !otherArguments.includes(opName(c.fn)));
const missing = new Set(['F.unfold', 'scatter_reduce.add', 'smooth_l1_loss.beta0', 'kl_div.batchmean']);

function make(dtype: DType, shape: number[], data: (number | string)[]): Tensor {
  if (dtype === 'int64')
    return Tensor.fromTyped(
      BigInt64Array.from(data, (v) => BigInt(v)),
      { shape },
    );
  return Tensor.fromTyped(Float64Array.from(data, goldenNumber), { dtype, shape });
}

function input(spec: GoldenInput, run: DType): Tensor {
  const dtype = spec.dtype === 'float' ? run : spec.dtype;
  let t: Tensor;
  if (spec.base !== undefined) {
    t = make(dtype, spec.base.shape, spec.base.data);
    for (const [name, ...args] of spec.via ?? []) {
      const rest = args.map((v) => v as Arg);
      t = ops.detach(
        name === 'slice'
          ? ops.slice(t, ...rest)
          : name === 'expand'
            ? ops.expand(t, Array.isArray(rest[0]) ? rest[0] : rest)
            : ops[name as string](t, ...rest),
      );
    }
  } else t = make(dtype, spec.shape, spec.data);
  t.requiresGrad = spec.requires_grad;
  return t;
}

/** Whole numbers are Python ints unless the expression writes them as floats. */
function argument(value: unknown, inputs: Tensor[], expr: string): Arg {
  if (typeof value === 'number') return Number.isInteger(value) && !expr.includes(`${value}.0`) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((v) => argument(v, inputs, expr));
  if (typeof value === 'object' && value !== null) {
    if ('in' in value) return inputs[value.in as number];
    if ('dtype' in value) return value.dtype as string;
    return value as never;
  }
  if (value === 'Infinity' || value === '-Infinity' || value === 'NaN') return Number(value);
  return value as Arg;
}

function run(c: GoldenCase, inputs: Tensor[]): Tensor[] {
  if (c.fn === 'getitem') {
    const item = (v: unknown): unknown =>
      Array.isArray(v) ? v.map(item) : typeof v === 'object' && v !== null && 'in' in v ? inputs[v.in as number] : v;
    const index = c.args.slice(1).map(item);
    // A list in brackets of its own, x[[2, 0]], is one index.
    return [getItem(inputs[0], (index.length === 1 && !c.expr.includes('[[') ? index[0] : index) as never)];
  }
  const name = opName(c.fn);
  const args = c.args.map((v) => argument(v, inputs, c.expr));
  const kwargs = Object.fromEntries(Object.entries(c.kwargs).map(([key, v]) => [key, argument(v, inputs, c.expr)]));
  if (
    ['mse_loss', 'l1_loss', 'smooth_l1_loss', 'huber_loss'].includes(name) &&
    !sameShape((args[0] as Tensor).shape, (args[1] as Tensor).shape)
  ) {
    const wide = ops.add(ops.detach(args[0] as Tensor), ops.detach(args[1] as Tensor)) as Tensor;
    for (const i of [0, 1]) if (!sameShape((args[i] as Tensor).shape, wide.shape)) args[i] = ops.expand(args[i], wide.shape);
  }
  const out = call(name, args, kwargs);
  return Array.isArray(out) ? out : [out];
}

function close(actual: number[], expected: (number | string)[], run: DType, skip: readonly number[]): string | null {
  if (actual.length !== expected.length) return `${actual.length} elements instead of ${expected.length}`;
  for (let i = 0; i < actual.length; i++) {
    if (skip.includes(i)) continue;
    const want = run === 'float32' ? Math.fround(goldenNumber(expected[i])) : goldenNumber(expected[i]);
    const got = actual[i];
    if (Object.is(got, want) || got === want || (got !== got && want !== want)) continue;
    const tolerance = run === 'float32' ? 1e-5 * Math.abs(want) + 1e-6 : 1e-12 * Math.max(Math.abs(want), 1e-3);
    if (!(Math.abs(got - want) <= tolerance)) return `element ${i}: ${got} instead of ${want}`;
  }
  return null;
}

function graphNames(outputs: readonly Tensor[]): string[] {
  const seen = new Set<GradNode>();
  const names: string[] = [];
  const visit = (node: GradNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    names.push(node.name);
    for (const edge of node.next) if (edge !== null) visit(edge.node);
  };
  for (const t of outputs) if (t.gradFn !== null) visit(t.gradFn);
  return names;
}

for (const dtype of ['float64', 'float32'] as const) {
  test.each(cases.filter((c) => !missing.has(c.id)).map((c) => [c.id, c] as const))(`%s in ${dtype}`, (_id, c) => {
    const expected = c[dtype];
    const inputs = c.inputs.map((spec) => input(spec, dtype));
    const outputs = run(c, inputs);
    const faults: string[] = [];
    const skip = Object.values(c.path_dependent ?? []).flat();
    expect(outputs.map((t) => [t.dtype, ...t.shape])).toEqual(expected.out.map((t) => [t.dtype, ...t.shape]));
    outputs.forEach((t, i) => {
      const fault = close(t.toArray(), expected.out[i].data, t.dtype === 'float64' ? 'float64' : dtype, skip);
      if (fault !== null) faults.push(`output ${i}: ${fault}`);
    });
    expect(faults).toEqual([]);
    expect(outputs.map((t) => t.gradFn?.name ?? null)).toEqual(expected.grad_fn ?? c.grad_fn);
    expect(graphNames(outputs)).toEqual(expected.graph ?? c.graph);
    const roots = outputs.filter((_, i) => c.upstream[i] !== null && outputs[i].requiresGrad);
    if (roots.length === 0 || expected.backward_error !== undefined) return;
    const seeds = outputs.flatMap((t, i) => {
      const flat = c.upstream[i];
      return flat === null || !t.requiresGrad ? [] : [make(t.dtype, t.shape as number[], flat)];
    });
    backward(roots, seeds);
    inputs.forEach((t, i) => {
      const want = expected.grads[i];
      if (want === null) {
        if (t.grad !== null) faults.push(`grad ${i} should be absent`);
        return;
      }
      if (t.grad === null) {
        faults.push(`grad ${i} is absent`);
        return;
      }
      const fault = close(t.grad.toArray(), want.data, dtype, skip);
      if (fault !== null) faults.push(`grad ${i}: ${fault}`);
    });
    expect(faults).toEqual([]);
  });
}
