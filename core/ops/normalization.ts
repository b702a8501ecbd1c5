// Normalisation: batch_norm, layer_norm, group_norm with their kernels; instance_norm and rms_norm as torch composes them.
import { deviceOf, type NormLayout } from '../tensor/device.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { numelOf, sizesText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradContext, GradRule, OpDescriptor, Ops } from './descriptor.ts';
import { normalizeDoubleBackward } from './normalization-derivatives.ts';

/** Eight bytes a number, whatever the dtype: moments in doubles. */
type Moments = { readonly mean: Float64Array; readonly variance: Float64Array };

function momentsOf(x: Tensor, layout: NormLayout): Moments {
  const mean = new Float64Array(layout.groups);
  const variance = new Float64Array(layout.groups);
  deviceOf(x).moments(x, layout, mean, variance);
  return { mean, variance };
}

function inverseRoots(variance: ArrayLike<number>, eps: number): Float64Array {
  return Float64Array.from(variance, (v) => 1 / Math.sqrt(v + eps));
}

function kept(values: ArrayLike<number>, shape: readonly number[], like: Tensor): Tensor {
  const out = Tensor.empty(shape, like.dtype, like.device);
  (out.typedView() as Float64Array).set(values);
  return out;
}

const listed = (t: Tensor | null): number[] | null => (t === null ? null : t.toArray());

function sameTypes(kernel: string, x: Tensor, ...others: (Tensor | null)[]): void {
  if (!isFloating(x.dtype)) throw new TorchError(`"${kernel}" not implemented for '${scalarTypeName(x.dtype)}'`, 'NotImplementedError');
  for (const t of others)
    if (t !== null && t.dtype !== x.dtype) throw new TorchError('mixed dtype (CPU): all inputs must share same datatype.');
}

/** dx, dw, db; one of those not asked for is empty. */
function gradients(
  g: Tensor,
  x: Tensor,
  layout: NormLayout,
  mean: ArrayLike<number>,
  scale: ArrayLike<number>,
  weight: Tensor | null,
  moving: boolean,
  mask: readonly boolean[],
  weightShape: readonly number[],
): Tensor[] {
  const dx = mask[0] ? Tensor.empty(x.shape, x.dtype, x.device) : null;
  const dw = new Float64Array(layout.period);
  const db = new Float64Array(layout.period);
  deviceOf(x).normalizeBackward(g, x, layout, mean, scale, listed(weight), moving, dx, dw, db);
  const none = (): Tensor => Tensor.empty([0], x.dtype, x.device);
  return [dx ?? none(), mask[1] ? kept(dw, weightShape, x) : none(), mask[2] ? kept(db, weightShape, x) : none()];
}

/** Which of x, weight, bias need a gradient. */
const maskOf = (needs: number): boolean[] => [(needs & 1) !== 0, (needs & 2) !== 0, (needs & 4) !== 0];
const masked = (out: readonly Tensor[], needs: number): (Tensor | null)[] => out.map((t, i) => (needs & (1 << i) ? t : null));

// -- batch norm --------------------------------------------------------------------------------------------------------

function channels(x: Tensor): NormLayout {
  const [outer, groups] = x.shape;
  const inner = numelOf(x.shape.slice(2));
  return { outer, groups, inner, step: inner, period: groups };
}

/** running += momentum · (batch - running), unbiased for the variance; no version is counted, as in torch's kernel. */
function follow(running: Tensor | null, batch: ArrayLike<number>, momentum: number, factor: number): void {
  if (running === null) return;
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

const norm3 = { name: 'NativeBatchNormBackwardBackward0' } as const;

function doubleBackward(
  { F, grads, needs }: GradContext,
  layout: NormLayout,
  [g, x, weight]: readonly (Tensor | null)[],
  fixed: { mean: Tensor; variance: Tensor } | null,
  eps: number,
  rest: number,
): (Tensor | null)[] {
  const [u, v, z] = grads.map((t) => (t === null || t.numel === 0 ? null : t));
  const out = normalizeDoubleBackward({ F, layout, g: g as Tensor, x: x as Tensor, weight, fixed, eps }, u, v, z);
  return [...masked(out as Tensor[], needs), ...new Array<null>(rest).fill(null)];
}

// -- layer norm --------------------------------------------------------------------------------------------------------

function rows(x: Tensor, shape: readonly number[]): NormLayout {
  const inner = numelOf(shape);
  return { outer: 1, groups: inner === 0 ? 0 : x.numel / inner, inner, step: 1, period: inner };
}

function checkNormalized(x: Tensor, shape: readonly number[], weight: Tensor | null, bias: Tensor | null, star = '*, '): void {
  const lead = x.shape.length - shape.length;
  if (shape.length === 0)
    throw new TorchError(
      `Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []`,
    );
  for (const [name, t] of [
    ['weight', weight],
    ['bias', bias],
  ] as const) {
    if (t !== null && (t.shape.length !== shape.length || t.shape.some((n, d) => n !== shape[d])))
      throw new TorchError(
        `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${sizesText(t.shape)} and normalized_shape = ${sizesText(shape)}`,
      );
  }
  if (lead < 0 || shape.some((n, d) => n !== x.shape[lead + d]))
    throw new TorchError(
      `Given normalized_shape=${sizesText(shape)}, expected input with shape [${star}${shape.join(', ')}], but got input of size${sizesText(x.shape)}`,
    );
}

// -- group norm --------------------------------------------------------------------------------------------------------

function channelGroups(n: number, c: number, hw: number, group: number): NormLayout {
  return { outer: 1, groups: n * group, inner: group === 0 ? 0 : (c / group) * hw, step: hw, period: c };
}

const x23 = { tensor: [4, 3] } as const;
const w3 = { tensor: [3], low: 0.5, high: 1.5 } as const;

export const normalization: OpDescriptor[] = [
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
          deviceOf(x).normalize(x, layout, mean, scale, listed(weight), listed(bias), out);
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
          ...norm3,
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
    name: 'native_layer_norm',
    kind: 'file',
    overloads: [
      {
        schema:
          'native_layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)',
        inputs: [0, 2, 3],
        forward: ([input, shape, weight, bias, eps], F) => {
          checkNormalized(input, shape, weight, bias);
          sameTypes('LayerNormKernelImpl', input, weight, bias);
          const x = F.contiguous(input) as Tensor;
          const layout = rows(x, shape);
          const { mean, variance } = momentsOf(x, layout);
          const scale = inverseRoots(variance, eps);
          const out = Tensor.empty(x.shape, x.dtype, x.device);
          deviceOf(x).normalize(x, layout, mean, scale, listed(weight), listed(bias), out);
          const size = x.shape.map((n, d) => (d < x.shape.length - shape.length ? n : 1));
          return [out, kept(mean, size, x), kept(scale, size, x)];
        },
        grad: {
          name: 'NativeLayerNormBackward0',
          saved: [
            { name: 'bias', argument: 3 },
            { name: 'input', argument: 0 },
            { name: 'result1', output: 1 },
            { name: 'result2', output: 2 },
            { name: 'weight', argument: 2 },
          ],
          keep: (args) => ({ normalized_shape: args[1], _eps: args[4] }),
          backward: (g, { F, s: [bias, x, mean, rstd, weight], k, needs }) =>
            masked(F.native_layer_norm_backward(g, x, k.normalized_shape, mean, rstd, weight, bias, maskOf(needs), k._eps), needs),
        },
      },
    ],
  },
  {
    name: 'native_layer_norm_backward',
    kind: 'file',
    overloads: [
      {
        schema:
          'native_layer_norm_backward(Tensor grad_out, Tensor input, SymInt[] normalized_shape, Tensor mean, Tensor rstd, Tensor? weight, Tensor? bias, bool[3] output_mask, float eps) -> (Tensor, Tensor, Tensor)',
        inputs: [0, 1, 5],
        forward: ([g, input, shape, mean, rstd, weight, , mask], F) => {
          const x = F.contiguous(input) as Tensor;
          return gradients(F.contiguous(g), x, rows(x, shape), mean.toArray(), rstd.toArray(), weight, true, mask, shape);
        },
        grad: {
          name: 'NativeLayerNormBackwardBackward0',
          partial: true,
          saved: [
            { name: 'grad_out', argument: 0 },
            { name: 'input', argument: 1 },
            { name: 'weight', argument: 5 },
          ],
          keep: (args) => ({ normalized_shape: args[2], _eps: args[8] }),
          backward: (_g, c) => doubleBackward(c, rows(c.s[1], c.k.normalized_shape), c.s, null, c.k._eps, 0),
        },
      },
    ],
  },
  {
    name: 'layer_norm',
    kind: 'composite',
    overloads: [
      {
        schema:
          'layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enable=True) -> Tensor',
        forward: ([input, shape, weight, bias, eps], F) => F.native_layer_norm(input, shape, weight, bias, eps)[0],
      },
    ],
    samples: [{ args: [x23, [3], w3, w3] }, { args: [{ tensor: [2, 2, 3] }, [2, 3]] }],
  },
  {
    name: 'native_group_norm',
    kind: 'file',
    overloads: [
      {
        schema:
          'native_group_norm(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps) -> (Tensor, Tensor, Tensor)',
        inputs: [0, 1, 2],
        forward: ([input, weight, bias, n, c, hw, group, eps], F) => {
          sameTypes('GroupNormKernelImpl', input, weight, bias);
          const x = F.contiguous(input) as Tensor;
          const layout = channelGroups(n, c, hw, group);
          const { mean, variance } = momentsOf(x, layout);
          const scale = inverseRoots(variance, eps);
          const out = Tensor.empty(x.shape, x.dtype, x.device);
          deviceOf(x).normalize(x, layout, mean, scale, listed(weight), listed(bias), out);
          return [out, kept(mean, [n, group], x), kept(scale, [n, group], x)];
        },
        grad: {
          name: 'NativeGroupNormBackward0',
          saved: [
            { name: 'input', argument: 0 },
            { name: 'result1', output: 1 },
            { name: 'result2', output: 2 },
            { name: 'weight', argument: 1 },
          ],
          keep: (args) => ({ C: args[4], HxW: args[5], N: args[3], eps: args[7], group: args[6] }),
          backward: (g, { F, s: [x, mean, rstd, weight], k, needs }) =>
            masked(F.native_group_norm_backward(g, x, mean, rstd, weight, k.N, k.C, k.HxW, k.group, maskOf(needs), k.eps), needs),
        },
      },
    ],
  },
  {
    name: 'native_group_norm_backward',
    kind: 'file',
    overloads: [
      {
        schema:
          'native_group_norm_backward(Tensor grad_out, Tensor input, Tensor mean, Tensor rstd, Tensor? weight, SymInt N, SymInt C, SymInt HxW, int group, bool[3] output_mask, float eps) -> (Tensor, Tensor, Tensor)',
        inputs: [0, 1, 4],
        forward: ([g, input, mean, rstd, weight, n, c, hw, group, mask], F) => {
          const x = F.contiguous(input) as Tensor;
          return gradients(F.contiguous(g), x, channelGroups(n, c, hw, group), mean.toArray(), rstd.toArray(), weight, true, mask, [c]);
        },
        grad: {
          name: 'NativeGroupNormBackwardBackward0',
          partial: true,
          saved: [
            { name: 'grad_out', argument: 0 },
            { name: 'input', argument: 1 },
            { name: 'weight', argument: 4 },
          ],
          keep: (args) => ({ N: args[5], C: args[6], HxW: args[7], group: args[8], _eps: args[10] }),
          backward: (_g, c) => doubleBackward(c, channelGroups(c.k.N, c.k.C, c.k.HxW, c.k.group), c.s, null, c.k._eps, 0),
        },
      },
    ],
  },
  {
    name: 'group_norm',
    kind: 'composite',
    overloads: [
      {
        schema:
          'group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enabled=True) -> Tensor',
        forward: ([input, groups, weight, bias, eps], F) => {
          const [n, c] = input.shape;
          if (groups <= 0) throw new TorchError('num groups must be greater than 0');
          if (input.shape.length < 2)
            throw new TorchError(`Expected at least 2 dimensions for input tensor but received ${input.shape.length}`);
          if (c % groups !== 0)
            throw new TorchError(
              `Expected number of channels in input to be divisible by num_groups, but got input of shape ${sizesText(input.shape)} and num_groups=${groups}`,
            );
          for (const [name, t] of [
            ['weight', weight],
            ['bias', bias],
          ])
            if (t !== null && (t.shape.length !== 1 || t.numel !== c))
              throw new TorchError(
                `Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ${sizesText(t.shape)} and input of shape ${sizesText(input.shape)}`,
              );
          return F.native_group_norm(input, weight, bias, n, c, numelOf(input.shape.slice(2)), groups, eps)[0];
        },
      },
    ],
    samples: [
      { args: [{ tensor: [2, 4, 2] }, 2n, { tensor: [4], low: 0.5, high: 1.5 }, { tensor: [4] }] },
      { args: [{ tensor: [2, 4, 2] }, 2n] },
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
  {
    name: 'rms_norm',
    kind: 'composite',
    overloads: [
      {
        schema: 'rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor',
        // x / √(mean x² + eps) · w; eps is the dtype's machine epsilon unless given
        forward: ([input, shape, weight, eps], F) => {
          checkNormalized(input, shape, weight, null, '*');
          if (!isFloating(input.dtype))
            throw new TorchError(`"rms_norm" not implemented for '${scalarTypeName(input.dtype)}'`, 'NotImplementedError');
          const dims = shape.map((_: number, d: number) => input.shape.length - shape.length + d);
          const epsilon = eps ?? (input.dtype === 'float64' ? Number.EPSILON : 2 ** -23);
          const r = F.rsqrt(F.add(F.mean(F.pow(input, 2n), dims, true), epsilon));
          const scaled = F.mul(input, r);
          const out = weight === null ? scaled : F.mul(scaled, weight);
          return input.isContiguous ? out : F.clone(out, { memory_format: 'contiguous' });
        },
      },
    ],
    samples: [{ args: [x23, [3], w3, 1e-3] }],
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
