// Random generators and tensors made from nothing or from draws, for Python.
import { checkInPlace } from '../autograd/in-place.ts';
import { gradMode } from '../autograd/modes.ts';
import { gatherRows, isPlaygroundKind, multinomial, playgroundData } from '../data/index.ts';
import * as random from '../random/index.ts';
import { type AnyGenerator, CudaGenerator, defaultCudaGenerator, defaultGenerator, Generator } from '../random/index.ts';
import { defaultDType, dtypes, type FloatDType, isFloating } from '../tensor/dtype.ts';
import { checkFits } from '../tensor/fits.ts';
import { heap } from '../tensor/heap.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { BridgeFunctions, BridgeHost } from './bridge-host.ts';

export function randomFunctions(host: BridgeHost, entropy: () => number): BridgeFunctions & { resetGenerators: () => void } {
  const { tensors } = host;
  /** Numbers 1 and 2 are the default generators. */
  let generators: AnyGenerator[] = [];
  const reset = () => {
    generators = [defaultGenerator, defaultGenerator, defaultCudaGenerator];
  };
  reset();
  const given = (number: number): AnyGenerator | null => (number === 0 ? null : generators[number]);

  host.asked.set('initial_seed', (number: number) => String(generators[number].initialSeed()));
  host.asked.set('entropy', () => String((BigInt(Math.floor(entropy() * 2 ** 20)) * 2654435761n) % 2n ** 53n));
  host.asked.set('generator_state', (number: number) => [...generators[number].getState()]);
  host.asked.set('set_generator_state', (number: number, state: number[]) => {
    const size = generators[number].getState().length;
    if (state.length !== size) {
      throw new TorchError(`Expected a CPUGeneratorImplState of size ${size} but found the input RNG state size to be ${state.length}`);
    }
    generators[number].setState(Uint8Array.from(state));
    return null;
  });

  host.asked.set('playground', (number: number, kind: string, count: number, noise: number) => {
    if (!isPlaygroundKind(kind)) throw new TorchError(`nabla.datasets has no ${kind}`, 'AttributeError');
    return [...playgroundData(kind, count, noise, generators[number] as Generator)];
  });
  host.asked.set('multinomial', (number: number, weights: number[], count: number, replacement: boolean) =>
    multinomial(generators[number] as Generator, weights, count, replacement),
  );

  return {
    /** Rows of a tensor by the int32 indices at `address`: a batch. */
    gather: host.guard((h: number, address: number, count: number) =>
      tensors.add(gatherRows(tensors.get(h), host.integers(address, count))),
    ),
    resetGenerators: reset,
    generator: (isCuda: boolean): number => {
      generators.push(isCuda ? new CudaGenerator() : new Generator());
      return generators.length - 1;
    },
    seed: host.guard((number: number, seed: string) => {
      generators[number].manualSeed(BigInt(seed));
      return 0;
    }),
    default_dtype: (index: number) => {
      defaultDType.value = dtypes[index] as FloatDType;
    },
    live_bytes: () => heap.liveBytes,

    /** Kind 0: all `value`. */
    create: host.guard((_kind: number, value: number | bigint, dtype: number, cuda: boolean, ...shape: number[]) => {
      checkFits(dtypes[dtype], value);
      const tensor = Tensor.empty(shape, dtypes[dtype], cuda ? 'cuda' : 'cpu');
      const view = tensor.typedView();
      if (view instanceof BigInt64Array) view.fill(BigInt.asIntN(64, BigInt(value)));
      else if (tensor.dtype === 'bool') view.fill((value ? 1 : 0) as never);
      else view.fill(Number(value) as never);
      return tensors.add(tensor);
    }),
    /** torch steps from both ends: the first half from `start`, the rest back from `end`. */
    linspace: host.guard((start: number, end: number, steps: number, dtype: number, cuda: boolean) => {
      const name = dtypes[dtype];
      const tensor = Tensor.empty([steps], name, cuda ? 'cuda' : 'cpu');
      const view = tensor.typedView();
      const round = name === 'float32' ? Math.fround : (x: number) => x;
      const step = steps > 1 ? round((end - start) / (steps - 1)) : 0;
      const half = Math.floor(steps / 2);
      for (let i = 0; i < steps; i++) {
        const value = i < half ? start + step * i : end - step * (steps - i - 1);
        view[i] = (view instanceof BigInt64Array ? BigInt(Math.trunc(value)) : isFloating(name) ? value : Math.trunc(value)) as never;
      }
      if (steps === 1) view[0] = (view instanceof BigInt64Array ? BigInt(Math.trunc(start)) : start) as never;
      return tensors.add(tensor);
    }),
    /** Kinds: 0 uniform, 1 normal (mean a, std b), 2 integers a ≤ v < b, 3 a permutation of a. */
    draw: host.guard((kind: number, a: number, b: number, dtype: number, cuda: boolean, generator: number, ...shape: number[]) => {
      const options = { dtype: dtypes[dtype], device: cuda ? ('cuda' as const) : ('cpu' as const), generator: given(generator) };
      if (kind === 0) return tensors.add(random.rand(shape, options));
      if (kind === 1) return tensors.add(a === 0 && b === 1 ? random.randn(shape, options) : random.normal(a, b, shape, options));
      return tensors.add(kind === 2 ? random.randint(a, b, shape, options) : random.randperm(a, options));
    }),
    normal_of: host.guard((meanTensor: number, mean: number, stdTensor: number, std: number, generator: number) =>
      tensors.add(
        random.normal(meanTensor > 0 ? tensors.get(meanTensor) : mean, stdTensor > 0 ? tensors.get(stdTensor) : std, null, {
          generator: given(generator),
        }),
      ),
    ),
    bernoulli_of: host.guard((h: number, generator: number) =>
      tensors.add(random.bernoulli(tensors.get(h), { generator: given(generator) })),
    ),
    random_fill: host.guard((name: string, h: number, ...more: number[]) => {
      const tensor = tensors.get(h);
      const generator = given(more.at(-1) as number);
      const count = more.at(-2) as number;
      checkInPlace(tensor, gradMode.enabled && tensor.requiresGrad);
      if (name === 'uniform_') random.uniform_(tensor, more[0], more[1], generator);
      else if (name === 'normal_') random.normal_(tensor, more[0], more[1], generator);
      else if (name === 'exponential_') random.exponential_(tensor, more[0], generator);
      else if (name === 'geometric_') random.geometric_(tensor, more[0], generator);
      else if (name === 'cauchy_') random.cauchy_(tensor, more[0], more[1], generator);
      else if (name === 'log_normal_') random.logNormal_(tensor, more[0], more[1], generator);
      else if (name === 'bernoulli_') random.bernoulli_(tensor, more[0], generator);
      else if (count === 0) random.random_(tensor, null, null, generator);
      else random.random_(tensor, count === 2 ? more[0] : null, more[1], generator);
      return 0;
    }),
  };
}
