// What a convolution refuses, in torch's words and order.
import { sizesText } from '../tensor/shape.ts';
import type { ConvolutionGeometry } from '../tensor/spatial-device.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { timesText } from './spatial.ts';

function checkSettings(n: number, s: ConvolutionGeometry, outputPadding: readonly number[]): void {
  const lists = { stride: s.stride, padding: s.padding, dilation: s.dilation, output_padding: outputPadding };
  for (const [name, values] of Object.entries(lists))
    if (values.length !== n)
      throw new TorchError(
        `expected ${name} to be a single integer value or a list of ${n} values to match the convolution dimensions, but got ${name}=${sizesText(values)}`,
      );
  if (s.padding.some((v) => v < 0)) throw new TorchError('negative padding is not supported');
  if (outputPadding.some((v) => v < 0)) throw new TorchError('negative output_padding is not supported');
  if (s.stride.some((v) => v <= 0)) throw new TorchError('non-positive stride is not supported');
  if (s.dilation.some((v) => v < 0)) throw new TorchError('dilation should be greater than zero');
  if (s.dilation.some((v) => v === 0)) throw new TorchError(`dilation should be greater than zero, but got ${sizesText(s.dilation)}`);
  if (s.groups <= 0) throw new TorchError('non-positive groups is not supported');
}

function checkBias(bias: Tensor | null, elements: number, before: string): void {
  if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== elements))
    throw new TorchError(
      `${before}, expected bias to be 1-dimensional with ${elements} elements, but got bias of size ${sizesText(bias.shape)} instead`,
    );
}

/** Sizes named as torch's kernels see them: two dimensions at least, three where there are three. */
function named(name: string, values: readonly number[], fill: number): string {
  const full = values.length < 2 ? [fill, ...values] : values;
  const axes = ['depth', 'height', 'width'].slice(-full.length);
  return full.map((v, i) => `${name}_${axes[i]}: ${v}`).join(' ');
}

function checkOutput(input: Tensor, weight: Tensor, s: ConvolutionGeometry, outputPadding: readonly number[]): void {
  if (outputPadding.some((extra, i) => extra >= s.stride[i] && extra >= s.dilation[i]))
    throw new TorchError(
      `output padding must be smaller than either stride or dilation, but got ${named('output_padding', outputPadding, 0)} ${named('stride', s.stride, 1)} ${named('dilation', s.dilation, 1)}`,
    );
  const sizes = input.shape.slice(2);
  const out = sizes.map(
    (n, i) => (n - 1) * s.stride[i] - 2 * s.padding[i] + s.dilation[i] * (weight.shape[i + 2] - 1) + outputPadding[i] + 1,
  );
  const plane = (values: readonly number[]): string => timesText(values.length < 2 ? [1, ...values] : values);
  if (out.some((n) => n < 1))
    throw new TorchError(
      `Given input size per channel: ${plane(sizes)}. Calculated output size per channel: ${plane(out)}. Output size is too small`,
    );
}

export function checkConvolution(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  s: ConvolutionGeometry,
  transposed: boolean,
  outputPadding: readonly number[],
): void {
  const rank = weight.shape.length;
  const [sizes, weights] = [sizesText(input.shape), sizesText(weight.shape)];
  const { groups } = s;
  if (rank < 3) throw new TorchError('weight should have at least three dimensions');
  checkSettings(rank - 2, s, outputPadding);
  if (rank !== input.shape.length)
    throw new TorchError(
      `Expected ${rank}-dimensional input for ${rank}-dimensional weight ${weights}, but got ${input.shape.length}-dimensional input of size ${sizes} instead`,
    );
  if (weight.shape[0] < groups)
    throw new TorchError(
      `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0, but got weight of size ${weights} instead`,
    );
  if (weight.shape[0] % groups !== 0)
    throw new TorchError(
      `Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of size [${weights}] instead`,
    );
  const channels = input.shape[1];
  if (transposed) {
    const before = `Given transposed=1, weight of size ${weights}`;
    if (channels !== weight.shape[0])
      throw new TorchError(
        `${before}, expected input${sizes} to have ${weight.shape[0]} channels, but got ${channels} channels instead`,
        'RuntimeError',
        [`in_channels is ${weight.shape[0]}, the input's dimension 1 is ${channels}.`],
      );
    checkBias(bias, weight.shape[1] * groups, before);
    checkOutput(input, weight, s, outputPadding);
    checkEmpty(input);
    return;
  }
  const expected = weight.shape[1] * groups;
  if (channels !== expected)
    throw new TorchError(
      `Given groups=${groups}, weight of size ${weights}, expected input${sizes} to have ${expected} channels, but got ${channels} channels instead`,
      'RuntimeError',
      [`in_channels is ${expected}, the input's dimension 1 is ${channels}.`],
    );
  checkBias(bias, weight.shape[0], `Given weight of size ${weights}`);
  const padded = input.shape.slice(2).map((size, i) => size + 2 * s.padding[i]);
  const kernel = weight.shape.slice(2).map((k, i) => s.dilation[i] * (k - 1) + 1);
  if (kernel.some((k, i) => k > padded[i]))
    throw new TorchError(
      `Calculated padded input size per channel: ${timesText(padded)}. Kernel size: ${timesText(kernel)}. Kernel size can't be greater than actual input size`,
    );
  checkEmpty(input);
}

function checkEmpty(input: Tensor): void {
  if (input.numel === 0 && input.shape[0] !== 0 && input.shape[1] !== 0)
    throw new TorchError(`Only zero batch or zero channel inputs are supported, but got input shape: ${sizesText(input.shape)}`);
}
