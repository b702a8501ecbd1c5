// torch's rarer fills on the CPU: geometric, Cauchy, log-normal. Each is a function of one float64 uniform or normal an element.
import { cTypeName, isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { exp, log, log1p, tan } from '../tensor/math.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { notInNabla, TorchError } from '../tensor/torch-error.ts';
import { generatorFor, inMemoryOrder } from './factories.ts';
import type { AnyGenerator } from './fill.ts';
import type { Generator } from './generator.ts';
import { standardNormal } from './normal.ts';

function fill(tensor: Tensor, name: string, given: AnyGenerator | null | undefined, draw: (generator: Generator) => number): Tensor {
  const generator = generatorFor(tensor.device, given);
  if (generator.device === 'cuda') throw notInNabla(`torch.Tensor.${name} on a GPU`);
  return inMemoryOrder(tensor, (array) => {
    for (let i = 0; i < array.length; i++) {
      const value = draw(generator);
      array[i] = (array instanceof BigInt64Array ? BigInt(Math.trunc(value)) : value) as never;
    }
  });
}

/** How many trials of chance p until the first success. @throws RuntimeError outside (0, 1). */
export function geometric_(tensor: Tensor, p: number, generator?: AnyGenerator | null): Tensor {
  if (!(p > 0 && p < 1)) throw new TorchError(`geometric_ expects p to be in (0, 1), but got p=${p}`);
  const scale = log1p(-p);
  return fill(tensor, 'geometric_', generator, (source) => Math.ceil(log(source.uniform53()) / scale));
}

/** Cauchy of the given median and width. @throws RuntimeError when sigma ≤ 0 or the dtype is no floating point. */
export function cauchy_(tensor: Tensor, median = 0, sigma = 1, generator?: AnyGenerator | null): Tensor {
  if (!(sigma > 0)) throw new TorchError(`cauchy_ expects sigma > 0.0, but found sigma=${sigma}`);
  if (!isFloating(tensor.dtype)) {
    const name = cTypeName(tensor.dtype);
    throw new TorchError(
      `Cauchy distribution is a continuous probability distribution. dtype must be a floating point but you specified ${name}`,
    );
  }
  return fill(tensor, 'cauchy_', generator, (source) => median + sigma * tan(Math.PI * (source.uniform53() - 0.5)));
}

/** Exponentials of normals. @throws RuntimeError when std ≤ 0. */
export function logNormal_(tensor: Tensor, mean = 1, std = 2, generator?: AnyGenerator | null): Tensor {
  if (!(std > 0)) throw new TorchError(`log_normal_ expects std > 0.0, but found std=${std}`);
  if (!isFloating(tensor.dtype)) {
    throw new TorchError(`"log_normal_cpu" not implemented for '${scalarTypeName(tensor.dtype)}'`, 'NotImplementedError');
  }
  return fill(tensor, 'log_normal_', generator, (source) => exp(standardNormal(source) * std + mean));
}
