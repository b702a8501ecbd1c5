// Batch normalisation and its kin over single samples: running statistics, gradients, instance_norm as torch composes it.
import { deviceOf, type NormLayout } from '../tensor/device.ts';
import { numelOf } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradRule, OpDescriptor, Ops } from './descriptor.ts';
import { doubleBackward, gradients, inverseRoots, kept, masked, maskOf, momentsOf, sameTypes } from './normalization-parts.ts';

function channels(x: Tensor): NormLayout {
  const [outer, groups] = x.shape;
  const inner = numelOf(x.shape.slice(2));
  return { outer, groups, inner, step: inner, period: groups };
}

/** running += momentum · (batch - running), unbiased for the variance; no version is counted, as in torch's kernel. */
function follow(running: Tensor | null, batch: ArrayLike<number>, momentum: number, factor: number): void {
  if (running === null) return;
  running.storage.own();
  const view = running.typedView() as Float64Array;
  for (let i = 0; i < view.length; i++) view[i] = momentum * batch[i] * factor + (1 - momentum) * view[i];
}

function checkChannels(x: Tensor, given: readonly (readonly [string, Tensor | null])[]): void {
  for (const [name, t] of given)
    if (t !== null && t.numel !== (x.shape[1] ?? 0))
      throw new TorchError(`${name} should contain ${x.shape[1] ?? 0} elements not ${t.numel}`);
}

const batchNormGrad: GradRule = {
  name: 'NativeBatchNormBackward0',
  saved: [
    { name: 'input', argument: 0 },
    { name: 'result1', output: 1 },
    { name: 'result2', output: 2 },
    { name: 'running_mean', argument: 3 },
    { name: 'running_var', argument: 4 },
    { name: 'weight', argument: 1 },
  ],
  keep: (args) => ({ eps: args[7], training: args[5] }),
  backward: (g, { F, s: [x, mean, invstd, runningMean, runningVar, weight], k, needs }) =>
    masked(F.native_batch_norm_backward(g, x, weight, runningMean, runningVar, mean, invstd, k.training, k.eps, maskOf(needs)), needs),
};

const x23 = { tensor: [4, 3] } as const;
const w3 = { tensor: [3], low: 0.5, high: 1.5 } as const;

export const batchNorms: OpDescriptor[] = [
  {
    name: 'native_batch_norm',
    kind: 'file',
    overloads: [
      {
        schema:
          'native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)',
        inputs: [0, 1, 2],
        forward: ([input, weight, bias, runningMean, runningVar, training, momentum, eps], F) => {
          if (!training && runningMean === null) throw new TorchError('running_mean must be defined in evaluation mode');
          if (!training && runningVar === null) throw new TorchError('running_var must be defined in evaluation mode');
          checkChannels(input, [
            ['running_mean', runningMean],
            ['running_var', runningVar],
            ['weight', weight],
            ['bias', bias],
          ]);
          sameTypes('batch_norm', input, weight, bias);
          const x = F.contiguous(input) as Tensor;
          const layout = channels(x);
          const out = Tensor.empty(x.shape, x.dtype, x.device);
          let mean: ArrayLike<number>;
          let scale: Float64Array;
          if (training) {
            const found = momentsOf(x, layout);
            mean = found.mean;
            scale = inverseRoots(found.variance, eps);
            const n = layout.outer * layout.inner;
            follow(runningMean, found.mean, momentum, 1);
            follow(runningVar, found.variance, momentum, n / (n - 1));
          } else {
            mean = runningMean.toArray();
            scale = inverseRoots(runningVar.toArray(), eps);
          }
          deviceOf(x).normalize(x, layout, mean, scale, weight, bias, out);
          const size = training ? [layout.groups] : [0];
          return [out, kept(training ? mean : [], size, x), kept(training ? scale : [], size, x)];
        },
        grad: batchNormGrad,
      },
    ],
  },
  {
    name: 'native_batch_norm_backward',
    kind: 'file',
    overloads: [
      {
        schema:
          'native_batch_norm_backward(Tensor grad_out, Tensor input, Tensor? weight, Tensor? running_mean, Tensor? running_var, Tensor? save_mean, Tensor? save_invstd, bool train, float eps, bool[3] output_mask) -> (Tensor, Tensor, Tensor)',
        inputs: [0, 1, 2],
        forward: ([g, input, weight, runningMean, runningVar, mean, invstd, train, eps, mask], F) => {
          const x = F.contiguous(input) as Tensor;
          const centre = train ? mean.toArray() : runningMean.toArray();
          const scale = train ? invstd.toArray() : inverseRoots(runningVar.toArray(), eps);
          return gradients(F.contiguous(g), x, channels(x), centre, scale, weight, train, mask, [x.shape[1]]);
        },
        grad: {
          name: 'NativeBatchNormBackwardBackward0',
          partial: true,
          saved: [
            { name: 'grad_out', argument: 0 },
            { name: 'input', argument: 1 },
            { name: 'weight', argument: 2 },
            { name: 'running_mean', argument: 3 },
            { name: 'running_var', argument: 4 },
          ],
          keep: (args) => ({ eps: args[8], train: args[7] }),
          backward: (_g, c) => {
            const [g, x, weight, mean, variance] = c.s;
            return doubleBackward(c, channels(x), [g, x, weight], c.k.train ? null : { mean, variance }, c.k.eps, 0);
          },
        },
      },
    ],
  },
  {
    name: 'batch_norm',
    kind: 'composite',
    overloads: [
      {
        schema:
          'batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor',
        forward: ([input, weight, bias, mean, variance, training, momentum, eps], F) =>
          F.native_batch_norm(input, weight, bias, mean, variance, training, momentum, eps)[0],
      },
    ],
    samples: [
      { args: [x23, w3, w3, null, null, true, 0.1, 1e-5, true] },
      { args: [{ tensor: [2, 3, 2, 2] }, w3, null, null, null, true, 0.1, 1e-3, true] },
      { args: [{ tensor: [3, 2] }, null, null, null, null, true, 0.1, 1e-5, true] },
    ],
  },
  {
    name: 'instance_norm',
    kind: 'composite',
    overloads: [
      {
        schema:
          'instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor',
        forward: ([input, weight, bias, mean, variance, useInput, momentum, eps], F) =>
          instanceNorm(F, input, weight, bias, mean, variance, useInput, momentum, eps),
      },
    ],
    samples: [{ args: [{ tensor: [2, 3, 3] }, w3, w3, null, null, true, 0.1, 1e-5, true] }],
  },
];

/** Every sample's channels as channels of one batch: [1, N·C, …]. */
function instanceNorm(
  F: Ops,
  input: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  mean: Tensor | null,
  variance: Tensor | null,
  useInput: boolean,
  momentum: number,
  eps: number,
): Tensor {
  if (!useInput && (mean === null || variance === null))
    throw new TorchError('Expected running_mean and running_var to be defined when use_input_stats is false');
  const [n, c, ...rest] = input.shape;
  const repeated = (t: Tensor | null): Tensor | null => (t === null ? null : F.repeat(t, [n]));
  const w = repeated(weight);
  const b = repeated(bias);
  const m = repeated(mean);
  const v = repeated(variance);
  const flat = F.view(F.contiguous(input), [1, n * c, ...rest]);
  const out = F.batch_norm(flat, w, b, m, v, useInput, momentum, eps, false) as Tensor;
  for (const [running, seen] of [
    [mean, m],
    [variance, v],
  ]) {
    // the average over the batch of what each sample's channel came to
    if (running !== null && useInput) F.copy_(running, F.mean(F.view(seen, [n, c]), [0], false));
  }
  return F.view(out, input.shape);
}
