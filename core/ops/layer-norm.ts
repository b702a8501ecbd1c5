// Normalisation of the last dimensions: layer_norm with its kernel, rms_norm as torch composes it.
import { deviceOf, type NormLayout } from '../tensor/device.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { numelOf, sizesText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor } from './descriptor.ts';
import { doubleBackward, gradients, inverseRoots, kept, masked, maskOf, momentsOf, sameTypes } from './normalization-parts.ts';

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

const x23 = { tensor: [4, 3] } as const;
const w3 = { tensor: [3], low: 0.5, high: 1.5 } as const;

export const layerNorms: OpDescriptor[] = [
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
          deviceOf(x).normalize(x, layout, mean, scale, weight, bias, out);
          const size = x.shape.map((n, d) => (d < x.shape.length - shape.length ? n : 1));
          return [out, kept(mean, size, x), kept(scale, size, x)];
        },
        grad: {
          name: 'NativeLayerNormBackward0',
          constant: [1, 2],
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
