// torch's random tensors: `rand`, `randn`, `randint`, `randperm`, `normal`, and the in-place fillers; the tensor's device picks the generator.
// Argument checks speak torch's words. They make no history and know no grad mode: the funnel checks leaves before it calls an in-place filler.
import { type Device, type DType, defaultDType, isFloating, isHalf, itemSize, scalarTypeName } from '../tensor/dtype.ts';
import { forEachOffset, Tensor, type TypedArray } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import {
  type AnyGenerator,
  type FloatArray,
  fillBernoulli,
  fillBernoulliFrom,
  fillExponential,
  fillNormal,
  fillNormalPairs,
  fillRandom,
  fillRandom64,
  fillRandomAll,
  fillUniform,
  largestRandom,
  randperm as order,
} from './fill.ts';
import { defaultGenerator } from './generator.ts';
import { defaultCudaGenerator } from './philox.ts';

export interface FactoryOptions {
  dtype?: DType;
  device?: Device;
  generator?: AnyGenerator | null;
  requiresGrad?: boolean;
}

type Shape = readonly number[];

/** `torch.manual_seed`: seeds both devices' generators. @throws ValueError beyond 64 bits. */
export function manualSeed(seed: number | bigint): AnyGenerator {
  defaultCudaGenerator.manualSeed(seed);
  return defaultGenerator.manualSeed(seed);
}

/** The generator a call on `device` draws from. @throws RuntimeError when `generator` belongs to the other device. */
export function generatorFor(device: Device, generator?: AnyGenerator | null): AnyGenerator {
  if (generator == null) return device === 'cuda' ? defaultCudaGenerator : defaultGenerator;
  if (generator.device !== device) throw new TorchError(`Expected a '${device}' device type for generator but found '${generator.device}'`);
  return generator;
}

function make(shape: Shape, dtype: DType, options: FactoryOptions): Tensor {
  for (const size of shape) {
    if (size < 0) throw new TorchError(`Trying to create tensor with negative dimension ${size}: [${shape.join(', ')}]`);
  }
  return Tensor.empty(shape, dtype, options.device ?? 'cpu');
}

function finish(tensor: Tensor, options: FactoryOptions): Tensor {
  if (options.requiresGrad === true) {
    if (!isFloating(tensor.dtype)) throw new TorchError('Only Tensors of floating point and complex dtype can require gradients');
    tensor.requiresGrad = true;
  }
  tensor.storage.version = 0;
  return tensor;
}

/** Runs `fill` on the tensor's elements in memory order, as torch's kernels walk them, and bumps the version. */
export function inMemoryOrder(tensor: Tensor, fill: (array: TypedArray) => void): Tensor {
  tensor.storage.own();
  if (isHalf(tensor.dtype) && tensor.isContiguous) {
    // Drawn as float32, each rounded once.
    const drawn = tensor.toTyped();
    fill(drawn);
    (tensor.typedView() as Float32Array).set(drawn as Float32Array);
  } else if (tensor.isContiguous) fill(tensor.typedView());
  else {
    if (tensor.strides.some((stride, d) => stride === 0 && tensor.shape[d] > 1)) {
      throw new TorchError(
        'unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.',
      );
    }
    const dims = tensor.shape.map((_, d) => d).sort((a, b) => tensor.strides[b] - tensor.strides[a]);
    const start = Tensor.over(
      tensor.storage,
      tensor.dtype,
      tensor.device,
      [Math.floor(tensor.storage.byteLength / itemSize(tensor.dtype))],
      [1],
      0,
    );
    const all = start.typedView();
    const drawn = tensor.toTyped();
    fill(drawn);
    let i = 0;
    forEachOffset(
      dims.map((d) => tensor.shape[d]),
      dims.map((d) => tensor.strides[d]),
      (offset) => {
        all[tensor.offset + offset] = drawn[i++] as never;
      },
    );
    start.dispose();
  }
  tensor.storage.version++;
  return tensor;
}

function floating(tensor: Tensor, kernel: string): void {
  if (!isFloating(tensor.dtype))
    throw new TorchError(`"${kernel}" not implemented for '${scalarTypeName(tensor.dtype)}'`, 'NotImplementedError');
}

/** Fills with uniforms in [from, to). @throws RuntimeError when from > to. */
export function uniform_(tensor: Tensor, from = 0, to = 1, generator?: AnyGenerator | null): Tensor {
  floating(tensor, 'check_uniform_bounds');
  if (!Number.isFinite(from)) throw new TorchError(`from is out of bounds for ${tensor.dtype === 'float32' ? 'float' : 'double'}`);
  if (!Number.isFinite(to)) throw new TorchError(`to is out of bounds for ${tensor.dtype === 'float32' ? 'float' : 'double'}`);
  if (from > to) throw new TorchError(`uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}`);
  const source = generatorFor(tensor.device, generator);
  return inMemoryOrder(tensor, (array) => fillUniform(source, array as FloatArray, from, to));
}

/** Fills with normals. @throws RuntimeError when std < 0. */
export function normal_(tensor: Tensor, mean = 0, std = 1, generator?: AnyGenerator | null): Tensor {
  if (!(std >= 0)) throw new TorchError(`normal expects std >= 0.0, but found std ${std}`);
  floating(tensor, tensor.device === 'cuda' ? 'normal_cuda' : 'normal_kernel_cpu');
  const source = generatorFor(tensor.device, generator);
  if (isHalf(tensor.dtype) && tensor.isContiguous && tensor.numel >= 16 && source.device === 'cpu') {
    const drawn = new Float32Array(Math.ceil(tensor.numel / 16) * 16);
    return inMemoryOrder(tensor, (array) => {
      // Whole blocks of 16 in turn; the last one ends at the last element and overwrites.
      fillNormal(source, drawn, mean, std);
      (array as Float32Array).set(drawn.subarray(0, tensor.numel & ~15));
      (array as Float32Array).set(drawn.subarray(drawn.length - 16), tensor.numel - 16);
    });
  }
  const fill = tensor.isContiguous ? fillNormal : fillNormalPairs;
  return inMemoryOrder(tensor, (array) => fill(source, array as FloatArray, mean, std));
}

const C_NAMES: Record<DType, string> = {
  float32: 'float',
  float64: 'double',
  int64: 'long',
  int32: 'int',
  uint8: 'unsigned char',
  bool: 'bool',
  float16: 'c10::Half',
  bfloat16: 'c10::BFloat16',
  int8: 'signed char',
  int16: 'short',
};

function lowestRandom(dtype: DType): bigint {
  if (dtype === 'uint8' || dtype === 'bool') return 0n;
  return isFloating(dtype) ? -largestRandom(dtype) : -largestRandom(dtype) - 1n;
}

/** `random_()`, `random_(to)`, `random_(from, to)`: integers from ≤ v < to. @throws RuntimeError on an empty or too wide range. */
export function random_(
  tensor: Tensor,
  from: number | bigint | null = null,
  to: number | bigint | null = null,
  generator?: AnyGenerator | null,
): Tensor {
  const source = generatorFor(tensor.device, generator);
  const dtype = tensor.dtype;
  if (from === null && to === null) return inMemoryOrder(tensor, (array) => fillRandomAll(source, array, dtype));
  const low = BigInt(from ?? 0);
  if (to === null && dtype === 'int64' && low === -(1n << 63n) && source.device === 'cpu') {
    return inMemoryOrder(tensor, (array) => fillRandom64(source, array as BigInt64Array));
  }
  const high = to === null ? largestRandom(dtype) + 1n : BigInt(to);
  if (low >= high) throw new TorchError(`random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`);
  if (!isFloating(dtype)) {
    if (low < lowestRandom(dtype) || low > largestRandom(dtype)) throw new TorchError(`from is out of bounds for ${C_NAMES[dtype]}`);
    if (high - 1n > largestRandom(dtype)) throw new TorchError(`to - 1 is out of bounds for ${C_NAMES[dtype]}`);
  }
  return inMemoryOrder(tensor, (array) => fillRandom(source, array, low, high));
}

/** 1 with probability p, else 0. @throws RuntimeError outside [0, 1]. */
export function bernoulli_(tensor: Tensor, p = 0.5, generator?: AnyGenerator | null): Tensor {
  if (!(p >= 0 && p <= 1)) throw new TorchError(`bernoulli_ expects p to be in [0, 1], but got p=${p}`);
  const source = generatorFor(tensor.device, generator);
  return inMemoryOrder(tensor, (array) => fillBernoulli(source, array, p));
}

/** Exponentials of the given rate. @throws RuntimeError when rate ≤ 0. */
export function exponential_(tensor: Tensor, rate = 1, generator?: AnyGenerator | null): Tensor {
  if (!isFloating(tensor.dtype)) {
    throw new TorchError(
      `Exponential distribution is a continuous probability distribution. dtype must be a floating point but you specified ${scalarTypeName(tensor.dtype)}`,
    );
  }
  if (!(rate > 0)) throw new TorchError(`exponential_ expects lambda > 0.0, but found lambda=${rate}`);
  const source = generatorFor(tensor.device, generator);
  return inMemoryOrder(tensor, (array) => fillExponential(source, array as FloatArray, rate));
}

/** Uniforms in [0, 1). */
export function rand(shape: Shape, options: FactoryOptions = {}): Tensor {
  return finish(uniform_(make(shape, options.dtype ?? defaultDType.value, options), 0, 1, options.generator), options);
}

/** Standard normals. */
export function randn(shape: Shape, options: FactoryOptions = {}): Tensor {
  return finish(normal_(make(shape, options.dtype ?? defaultDType.value, options), 0, 1, options.generator), options);
}

/** Integers low ≤ v < high, int64 unless told otherwise. */
export function randint(low: number | bigint, high: number | bigint, shape: Shape, options: FactoryOptions = {}): Tensor {
  return finish(random_(make(shape, options.dtype ?? 'int64', options), low, high, options.generator), options);
}

/** 0 … n - 1 in random order, int64 unless told otherwise. @throws RuntimeError when n < 0. */
export function randperm(n: number, options: FactoryOptions = {}): Tensor {
  const out = make([n], options.dtype ?? 'int64', options);
  if (out.dtype === 'uint8' && n > 256) throw new TorchError('value cannot be converted to type uint8_t without overflow');
  const values = order(generatorFor(out.device, options.generator), n);
  const array = out.typedView();
  for (let i = 0; i < n; i++) array[i] = (array instanceof BigInt64Array ? BigInt(values[i]) : values[i]) as never;
  return finish(out, options);
}

/** `torch.normal`: one mean and std for all, or a tensor of either (then of the tensor's shape). @throws RuntimeError when a std is negative. */
export function normal(mean: number | Tensor, std: number | Tensor, shape: Shape | null = null, options: FactoryOptions = {}): Tensor {
  const model = mean instanceof Tensor ? mean : std instanceof Tensor ? std : null;
  if (model === null) {
    return finish(
      normal_(make(shape ?? [], options.dtype ?? defaultDType.value, options), mean as number, std as number, options.generator),
      options,
    );
  }
  if (std instanceof Tensor ? std.toArray().some((value) => !(value >= 0)) : !(std >= 0)) {
    throw new TorchError(
      std instanceof Tensor ? 'normal expects all elements of std >= 0.0' : `normal expects std >= 0.0, but found std ${std}`,
    );
  }
  if (mean instanceof Tensor && std instanceof Tensor && mean.numel !== std.numel) {
    throw new TorchError('torch.normal of two tensors that broadcast is not in Nabla yet', 'NotImplementedError');
  }
  const out = normal_(make(model.shape, model.dtype, { ...options, device: model.device }), 0, 1, options.generator);
  const array = out.typedView() as FloatArray;
  const means = mean instanceof Tensor ? mean.toArray() : null;
  const stds = std instanceof Tensor ? std.toArray() : null;
  const single = model.dtype !== 'float64';
  for (let i = 0; i < array.length; i++) {
    const scaled = array[i] * (stds === null ? (std as number) : stds[i]);
    array[i] = (single ? Math.fround(scaled) : scaled) + (means === null ? (mean as number) : means[i]);
  }
  return finish(out, options);
}

/** `torch.bernoulli(probabilities)`: 0 or 1 in the same shape and dtype. @throws RuntimeError outside [0, 1]. */
export function bernoulli(probabilities: Tensor, options: FactoryOptions = {}): Tensor {
  if (!isFloating(probabilities.dtype)) {
    throw new TorchError(`"bernoulli_tensor_cpu_p_" not implemented for '${scalarTypeName(probabilities.dtype)}'`, 'NotImplementedError');
  }
  const p = probabilities.toTyped() as FloatArray;
  if (p.some((value) => !(value >= 0 && value <= 1))) {
    throw new TorchError(
      'Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  If so, please report an enhancement request to PyTorch.)',
    );
  }
  const out = make(probabilities.shape, probabilities.dtype, { device: probabilities.device });
  fillBernoulliFrom(generatorFor(out.device, options.generator), out.typedView(), p);
  return finish(out, options);
}
