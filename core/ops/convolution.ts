// Convolutions: the op `convolution` all of them come to, its two derivatives, and torch's doors to it by dimension.
import { deviceOf } from '../tensor/device.ts';
import { cTypeName, isFloating, scalarTypeName, tensorTypeName } from '../tensor/dtype.ts';
import { sizesText } from '../tensor/shape.ts';
import type { ConvolutionGeometry } from '../tensor/spatial-device.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { checkConvolution } from './convolution-checks.ts';
import type { Args, OpDescriptor, Ops, Overload } from './descriptor.ts';
import { perDimension, rowMajor } from './spatial.ts';

/** What `convolution` and its derivatives are told beside tensors. */
interface Settings extends ConvolutionGeometry {
  readonly transposed: boolean;
  readonly outputPadding: readonly number[];
}

function settings(
  n: number,
  stride: number[],
  padding: number[],
  dilation: number[],
  transposed: boolean,
  extra: number[],
  groups: number,
): Settings {
  const each = (values: number[]): number[] => perDimension(values, n);
  return { stride: each(stride), padding: each(padding), dilation: each(dilation), transposed, outputPadding: each(extra), groups };
}

function outputShape(input: Tensor, weight: Tensor, s: Settings): number[] {
  const channels = s.transposed ? weight.shape[1] * s.groups : weight.shape[0];
  const sizes = input.shape.slice(2).map((size, i) => {
    const reach = s.dilation[i] * (weight.shape[i + 2] - 1);
    return s.transposed
      ? (size - 1) * s.stride[i] - 2 * s.padding[i] + reach + s.outputPadding[i] + 1
      : Math.floor((size + 2 * s.padding[i] - reach - 1) / s.stride[i]) + 1;
  });
  return [input.shape[0], channels, ...sizes];
}

function convolve(input: Tensor, weight: Tensor, bias: Tensor | null, s: Settings): Tensor {
  if (!isFloating(input.dtype)) return wholeConvolve(input, weight, bias, s);
  const out = Tensor.empty(outputShape(input, weight, s), input.dtype, input.device);
  const [x, w, b] = [rowMajor(input), rowMajor(weight), bias === null ? null : rowMajor(bias)];
  if (s.transposed) deviceOf(out).convolutionInputGrad(x, w, b, out, s);
  else deviceOf(out).convolution(x, w, b, out, s);
  return out;
}

/** Whole numbers by way of doubles. */
function wholeConvolve(input: Tensor, weight: Tensor, bias: Tensor | null, s: Settings): Tensor {
  const as = (t: Tensor, dtype: Tensor['dtype']): Tensor => {
    const copy = Tensor.empty(t.shape, dtype, t.device);
    deviceOf(copy).elementwise('a', [t], [], copy, 'float64');
    return copy;
  };
  return as(convolve(as(input, 'float64'), as(weight, 'float64'), bias === null ? null : as(bias, 'float64'), s), input.dtype);
}

/** Gradients of input, weight and bias; an empty tensor stands for one that is not asked for. */
function convolveBackward(args: Args): Tensor[] {
  const [g, input, weight, biasSizes, stride, padding, dilation, transposed, extra, groups, mask] = args;
  const s = settings(input.shape.length - 2, stride, padding, dilation, transposed, extra, groups);
  const like = (t: Tensor): Tensor => Tensor.empty(t.shape, t.dtype, t.device);
  const none = (): Tensor => Tensor.empty([0], g.dtype, g.device);
  const [up, x, w] = [rowMajor(g), rowMajor(input), rowMajor(weight)];
  const device = deviceOf(g);
  const inputGrad = mask[0] ? like(input) : none();
  if (mask[0]) {
    if (transposed) device.convolution(up, w, null, inputGrad, s);
    else device.convolutionInputGrad(up, w, null, inputGrad, s);
  }
  const weightGrad = mask[1] ? like(weight) : none();
  if (mask[1]) {
    if (transposed) device.convolutionWeightGrad(x, up, weightGrad, s);
    else device.convolutionWeightGrad(up, x, weightGrad, s);
  }
  const biasGrad = mask[2] ? Tensor.empty(biasSizes ?? [g.shape[1]], g.dtype, g.device) : none();
  if (mask[2]) {
    device.reduce(
      'sum',
      up,
      g.shape.map((_: number, d: number) => d !== 1),
      biasGrad,
    );
  }
  return [inputGrad, weightGrad, biasGrad];
}

/** Settings in the order of the schema, as kept by a node. */
function kept(k: Record<string, unknown>): Args {
  return [k.stride, k.padding, k.dilation, k.transposed, k.output_padding, k.groups];
}

const settingParams = 'SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups';

/** `settings` from position `at`, under torch's names. */
function keep(args: Args, at: number): Record<string, readonly number[] | boolean | number> {
  const [stride, padding, dilation, transposed, extra, groups] = args.slice(at, at + 6);
  return { stride, padding, dilation, transposed, output_padding: extra, groups };
}

function checkTypes(input: Tensor, weight: Tensor, bias: Tensor | null): void {
  const hints = ['Convert one of them, e.g. with .float() or .double().'];
  if (bias !== null && bias.dtype !== input.dtype)
    throw new TorchError(
      `Input type (${cTypeName(input.dtype)}) and bias type (${cTypeName(bias.dtype)}) should be the same`,
      'RuntimeError',
      hints,
    );
  if (weight.dtype !== input.dtype)
    throw new TorchError(
      `expected scalar type ${scalarTypeName(input.dtype)} but found ${scalarTypeName(weight.dtype)}`,
      'RuntimeError',
      hints,
    );
}

const convolutionOps: OpDescriptor[] = [
  {
    name: 'convolution',
    kind: 'file',
    overloads: [
      {
        schema: `convolution(Tensor input, Tensor weight, Tensor? bias, ${settingParams}) -> Tensor`,
        // F unseen: row-major copies are let go with the scope
        forward: (args, _F) => {
          const [input, weight, bias, stride, padding, dilation, transposed, extra, groups] = args;
          const s = settings(weight.shape.length - 2, stride, padding, dilation, transposed, extra, groups);
          checkConvolution(input, weight, bias, s, transposed, s.outputPadding);
          checkTypes(input, weight, bias);
          return convolve(input, weight, bias, s);
        },
        grad: {
          name: 'ConvolutionBackward0',
          saved: [
            { name: 'input', argument: 0 },
            { name: 'weight', argument: 1 },
          ],
          keep: (args) => ({ bias_sym_sizes_opt: args[2] === null ? [0] : args[2].shape, ...keep(args, 3) }),
          backward: (g, { F, s: [input, weight], k, needs }) => {
            const mask = [1, 2, 4].map((bit) => (needs & bit) !== 0);
            const grads = F.convolution_backward(g, input, weight, k.bias_sym_sizes_opt, ...kept(k), mask);
            return mask.map((wanted, i) => (wanted ? grads[i] : null));
          },
        },
      },
    ],
    samples: [
      { args: [{ tensor: [2, 2, 5] }, { tensor: [3, 2, 2] }, { tensor: [3] }, [2], [1], [2], false, [0], 1n] },
      { args: [{ tensor: [1, 4, 4, 3] }, { tensor: [2, 2, 2, 2] }, { tensor: [2] }, [1, 2], [1, 0], [2, 1], false, [0, 0], 2n] },
      { args: [{ tensor: [1, 2, 3, 2] }, { tensor: [2, 2, 2, 2] }, { tensor: [4] }, [2, 1], [1, 0], [1, 2], true, [1, 0], 2n] },
      { args: [{ tensor: [1, 1, 2, 3, 2] }, { tensor: [2, 1, 2, 2, 1] }, null, [1, 1, 1], [0, 1, 0], [1, 1, 1], false, [0, 0, 0], 1n] },
      { args: [{ tensor: [2, 2, 3] }, { tensor: [2, 2, 1] }, { tensor: [2] }, [1], [0], [1], false, [0], 1n] },
    ],
  },
  {
    name: 'convolution_backward',
    kind: 'file',
    overloads: [
      {
        schema: `convolution_backward(Tensor grad_output, Tensor input, Tensor weight, SymInt[]? bias_sizes, ${settingParams}, bool[3] output_mask) -> (Tensor, Tensor, Tensor)`,
        forward: (args, _F) => convolveBackward(args),
        grad: {
          name: 'ConvolutionBackwardBackward0',
          partial: true,
          saved: [
            { name: 'grad_output', argument: 0 },
            { name: 'input', argument: 1 },
            { name: 'weight', argument: 2 },
          ],
          keep: (args) => keep(args, 4),
          // With V, W the second gradients' directions for input and weight: everything is linear in each of g, x and w.
          backward: (_g, { F, s: [g, x, w], k, needs, grads: [V, W, b] }) => {
            const along = (input: Tensor, weight: Tensor): Tensor => F.convolution(input, weight, null, ...kept(k));
            const part = (input: Tensor, weight: Tensor, i: number): Tensor =>
              F.convolution_backward(g, input, weight, null, ...kept(k), [i === 0, i === 1, false])[i];
            const parts: Tensor[] = [];
            if (needs & 1) {
              if (V !== null) parts.push(along(V, w));
              if (W !== null) parts.push(along(x, W));
              if (b !== null) parts.push(F.expand(F.view(b, [1, -1, ...w.shape.slice(2).map(() => 1)]), g.shape));
            }
            return [
              parts.length === 0 ? null : parts.reduce((sum, p) => F.add(sum, p)),
              needs & 2 && W !== null ? part(x, W, 0) : null,
              needs & 4 && V !== null ? part(V, w, 1) : null,
            ];
          },
        },
      },
    ],
  },
];

/** Adds the batch dimension where it is missing; `run` gets a batch, its result goes back the same way. */
function batched(F: Ops, input: Tensor, n: number, name: string, run: (x: Tensor) => Tensor): Tensor {
  const rank = input.shape.length;
  if (rank !== n + 1 && rank !== n + 2)
    throw new TorchError(
      `Expected ${n + 1}D (unbatched) or ${n + 2}D (batched) input to ${name}, but got input of size: ${sizesText(input.shape)}`,
    );
  return rank === n + 2 ? run(input) : F.squeeze(run(F.unsqueeze(input, 0)), 0);
}

function checkPlaces(input: Tensor, weight: Tensor): void {
  if (input.device !== weight.device) {
    const type = (t: Tensor): string => tensorTypeName(t.dtype, t.device);
    throw new TorchError(`Input type (${type(input)}) and weight type (${type(weight)}) should be the same`, 'RuntimeError', [
      'Move them to one device with .to(device).',
    ]);
  }
}

/** 'same': the result is as large as the input; an odd rest goes to the end, by a padding of its own. */
function sameConvolution(F: Ops, input: Tensor, args: Args, n: number): Tensor {
  const [, weight, bias, stride, , dilations, groups] = args;
  if (perDimension(stride, n).some((s) => s !== 1)) throw new TorchError("padding='same' is not supported for strided convolutions");
  const dilation = perDimension(dilations, n);
  const totals = dilation.map((d, i) => d * (weight.shape[i + 2] - 1));
  const left = totals.map((total) => Math.floor(total / 2));
  let x = input;
  if (totals.some((total) => total % 2 !== 0)) {
    const pad = new Array<number>(2 * n).fill(0);
    totals.forEach((total, i) => {
      pad[2 * (n - 1 - i) + 1] = total % 2;
    });
    x = F.constant_pad_nd(input, pad, 0n);
  }
  return F.convolution(x, weight, bias, perDimension(stride, n), left, dilation, false, new Array(n).fill(0), groups);
}

function door(n: number): OpDescriptor {
  const name = `conv${n}d`;
  const zeros = new Array<number>(n).fill(0);
  const text = (padding: string): string =>
    `(Tensor input, Tensor weight, Tensor? bias=None, SymInt[${n}] stride=1, ${padding}, SymInt[${n}] dilation=1, SymInt groups=1) -> Tensor`;
  return {
    name,
    kind: 'composite',
    overloads: [
      {
        schema: `${name}${text(`SymInt[${n}] padding=0`)}`,
        forward: ([input, weight, bias, stride, padding, dilation, groups], F) => {
          checkPlaces(input, weight);
          return batched(F, input, n, name, (x) =>
            F.convolution(
              x,
              weight,
              bias,
              perDimension(stride, n),
              perDimension(padding, n),
              perDimension(dilation, n),
              false,
              zeros,
              groups,
            ),
          );
        },
      },
      {
        schema: `${name}.padding${text('str padding="valid"')}`,
        forward: (args, F) => {
          const [input, weight, bias, stride, padding, dilation, groups] = args;
          checkPlaces(input, weight);
          if (padding !== 'same' && padding !== 'valid') throw new TorchError(`Invalid padding string: '${padding}'`);
          return batched(F, input, n, name, (x) =>
            padding === 'same'
              ? sameConvolution(F, x, args, n)
              : F.convolution(x, weight, bias, perDimension(stride, n), [0], perDimension(dilation, n), false, [0], groups),
          );
        },
      },
    ],
  };
}

function transposedDoor(n: number): OpDescriptor {
  const name = `conv_transpose${n}d`;
  const overload: Overload = {
    schema:
      `${name}${n === 1 ? '' : '.input'}(Tensor input, Tensor weight, Tensor? bias=None, SymInt[${n}] stride=1, SymInt[${n}] padding=0, ` +
      `SymInt[${n}] output_padding=0, SymInt groups=1, SymInt[${n}] dilation=1) -> Tensor`,
    forward: ([input, weight, bias, stride, padding, extra, groups, dilation], F) => {
      checkPlaces(input, weight);
      const each = (v: number | number[]): number[] => perDimension(v, n);
      return batched(F, input, n, name, (x) =>
        F.convolution(x, weight, bias, each(stride), each(padding), each(dilation), true, each(extra), groups),
      );
    },
  };
  return { name, kind: 'composite', overloads: [overload] };
}

export const convolutions: OpDescriptor[] = [...convolutionOps, ...[1, 2, 3].map(door), ...[1, 2, 3].map(transposedDoor)];
