// Normalisation of groups of channels.
import { deviceOf, type NormLayout } from '../tensor/device.ts';
import { numelOf, sizesText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { doubleBackward, gradients, inverseRoots, kept, masked, maskOf, momentsOf, sameTypes } from './normalization-parts.ts';

function channelGroups(n: number, c: number, hw: number, group: number): NormLayout {
  return { outer: 1, groups: n * group, inner: group === 0 ? 0 : (c / group) * hw, step: hw, period: c };
}

/** What flows through the moments themselves: 1/n each for the mean, -(x - mean) r³/n for r = 1/√(variance + eps). */
function momentsBackward(F: Ops, x: Tensor, mean: Tensor, rstd: Tensor, gMean: Tensor | null, gRoot: Tensor | null): Tensor {
  const [n, group] = mean.shape;
  const rows = F.reshape(x, [n, group, n * group === 0 ? 0 : x.numel / (n * group)]) as Tensor;
  const each = (t: Tensor): Tensor => F.unsqueeze(t, -1n);
  let slope: Tensor = gMean === null ? F.zeros_like(rows) : F.expand(each(gMean), rows.shape);
  if (gRoot !== null) slope = F.sub(slope, F.mul(F.sub(rows, each(mean)), each(F.mul(gRoot, F.pow(rstd, 3n)))));
  return F.reshape(F.div(slope, rows.shape[2]), x.shape);
}

export const groupNorms: OpDescriptor[] = [
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
          deviceOf(x).normalize(x, layout, mean, scale, weight, bias, out);
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
          partial: true,
          backward: (_g, { F, s: [x, mean, rstd, weight], k, needs, grads: [g, gMean, gRoot] }) => {
            const found: (Tensor | null)[] =
              g === null
                ? [null, null, null]
                : masked(F.native_group_norm_backward(g, x, mean, rstd, weight, k.N, k.C, k.HxW, k.group, maskOf(needs), k.eps), needs);
            if ((needs & 1) === 0 || (gMean === null && gRoot === null)) return found;
            const through = momentsBackward(F, x, mean, rstd, gMean, gRoot);
            return [found[0] === null ? through : F.add(found[0], through), found[1], found[2]];
          },
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
];
