// torch.nn.init: fills parameters in place without history. Fans and gains as torch computes them, in float64.
import { type AnyGenerator, normal_ as fillNormal, uniform_ as fillUniform } from '../random/index.ts';
import { setAll } from '../tensor/set-all.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';

type FanMode = 'fan_in' | 'fan_out';

/** Inputs and outputs one element of the weight connects. @throws ValueError below two dimensions. */
function fans(tensor: Tensor): { fan_in: number; fan_out: number } {
  if (tensor.shape.length < 2) {
    throw new TorchError('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions', 'ValueError');
  }
  const field = tensor.shape.slice(2).reduce((a, b) => a * b, 1);
  return { fan_in: tensor.shape[1] * field, fan_out: tensor.shape[0] * field };
}

function fan(tensor: Tensor, mode: string): number {
  if (mode !== 'fan_in' && mode !== 'fan_out') {
    throw new TorchError(`Mode ${mode} not supported, please use one of ['fan_in', 'fan_out']`, 'ValueError');
  }
  return fans(tensor)[mode];
}

/** `calculate_gain`. @throws ValueError for an unknown nonlinearity. */
export function gain(nonlinearity: string, slope = 0.01): number {
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.sqrt(2);
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + slope * slope));
    case 'selu':
      return 0.75;
    default:
      if (/^(linear|sigmoid|conv(_transpose)?[123]d)$/.test(nonlinearity)) return 1;
      throw new TorchError(`Unsupported nonlinearity ${nonlinearity}`, 'ValueError');
  }
}

export function uniform_(tensor: Tensor, from = 0, to = 1, generator: AnyGenerator | null = null): Tensor {
  return fillUniform(tensor, from, to, generator);
}

export function normal_(tensor: Tensor, mean = 0, std = 1, generator: AnyGenerator | null = null): Tensor {
  return fillNormal(tensor, mean, std, generator);
}

export function constant_(tensor: Tensor, value: number): Tensor {
  setAll(tensor, value);
  return tensor;
}

export function zeros_(tensor: Tensor): Tensor {
  return constant_(tensor, 0);
}

export function ones_(tensor: Tensor): Tensor {
  return constant_(tensor, 1);
}

/** Uniform in ±√3·gain/√fan (He et al. 2015). */
export function kaiming_uniform_(
  tensor: Tensor,
  a = 0,
  mode: FanMode = 'fan_in',
  nonlinearity = 'leaky_relu',
  generator: AnyGenerator | null = null,
): Tensor {
  if (tensor.shape.includes(0)) return tensor;
  const bound = Math.sqrt(3) * kaimingStd(tensor, a, mode, nonlinearity);
  return fillUniform(tensor, -bound, bound, generator);
}

/** Normal with std gain/√fan (He et al. 2015). */
export function kaiming_normal_(
  tensor: Tensor,
  a = 0,
  mode: FanMode = 'fan_in',
  nonlinearity = 'leaky_relu',
  generator: AnyGenerator | null = null,
): Tensor {
  if (tensor.shape.includes(0)) return tensor;
  return fillNormal(tensor, 0, kaimingStd(tensor, a, mode, nonlinearity), generator);
}

/** Uniform in ±√3·gain·√(2/(fan_in + fan_out)) (Glorot, Bengio 2010). */
export function xavier_uniform_(tensor: Tensor, scale = 1, generator: AnyGenerator | null = null): Tensor {
  const bound = Math.sqrt(3) * xavierStd(tensor, scale);
  return fillUniform(tensor, -bound, bound, generator);
}

/** Normal with std gain·√(2/(fan_in + fan_out)) (Glorot, Bengio 2010). */
export function xavier_normal_(tensor: Tensor, scale = 1, generator: AnyGenerator | null = null): Tensor {
  return fillNormal(tensor, 0, xavierStd(tensor, scale), generator);
}

const kaimingStd = (tensor: Tensor, a: number, mode: FanMode, nonlinearity: string): number =>
  gain(nonlinearity, a) / Math.sqrt(fan(tensor, mode));

function xavierStd(tensor: Tensor, scale: number): number {
  const { fan_in, fan_out } = fans(tensor);
  return scale * Math.sqrt(2 / (fan_in + fan_out));
}
