// Inputs made from the samples ops give for themselves: the same on every run.
import type { Arg, OpDescriptor, Sample, SampleArg } from '../../core/ops/descriptor.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

/** A small deterministic stream in (0, 1). */
export function stream(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
}

export function sampleArguments(sample: Sample, seed: number): Arg[] {
  const next = stream(seed);
  const made = (arg: SampleArg): Arg => {
    if (Array.isArray(arg) && arg.some((item) => typeof item === 'object')) return arg.map(made);
    if (typeof arg !== 'object' || arg === null || !('tensor' in arg)) return arg as Arg;
    const n = arg.tensor.reduce((a, b) => a * b, 1);
    const low = arg.low ?? -2;
    const high = arg.high ?? 2;
    const values = arg.values ?? Array.from({ length: n }, () => low + (high - low) * next());
    const t = Tensor.fromTyped(Float64Array.from(values), { shape: arg.tensor, dtype: arg.dtype ?? 'float64' });
    t.requiresGrad = (arg.dtype ?? 'float64') === 'float64';
    return t;
  };
  return sample.args.map(made);
}

/** The tensors among arguments, lists opened, whose derivatives are wanted. */
export function differentiable(args: readonly Arg[]): Tensor[] {
  return args.flat().filter((a): a is Tensor => a instanceof Tensor && a.requiresGrad);
}

/** Every sample of the table with a name for the test report. */
export function allSamples(table: readonly OpDescriptor[]): { title: string; op: OpDescriptor; sample: Sample }[] {
  return table.flatMap((op) => (op.samples ?? []).map((sample, i) => ({ title: `${op.name} #${i + 1}`, op, sample })));
}
