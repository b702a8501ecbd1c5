// Reads the random calls of the golden programs (`torch.randn(3, 4, dtype=torch.float64)`, `torch.empty(5).normal_(2, 0.5)` …)
// and draws them on typed arrays, so that the generators are judged without a Python.
import {
  type AnyGenerator,
  type FillArray,
  fillBernoulli,
  fillBernoulliFrom,
  fillExponential,
  fillNormal,
  fillNormalPairs,
  fillRandom,
  fillRandomAll,
  fillUniform,
  randperm,
} from '../../core/random/fill.ts';

type DType = 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool';

function allocate(dtype: DType, n: number): FillArray {
  if (dtype === 'float32') return new Float32Array(n);
  if (dtype === 'float64') return new Float64Array(n);
  if (dtype === 'int64') return new BigInt64Array(n);
  return dtype === 'int32' ? new Int32Array(n) : new Uint8Array(n);
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function shapeOf(text: string): number[] {
  return text
    .replace(/[()]/g, '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
}

function integer(text: string): bigint {
  const power = /^(-?)(\d+)\*\*(\d+)( - 1)?$/.exec(text.trim());
  if (power === null) return BigInt(text.trim());
  const value = BigInt(power[2]) ** BigInt(power[3]) * (power[1] === '-' ? -1n : 1n);
  return power[4] === undefined ? value : value - 1n;
}

/** What the expression draws, flat; null where it is not one of the calls read here. */
export function draw(expression: string, generator: AnyGenerator): FillArray | number[] | null {
  const text = expression.replace(/, device='cuda'/, '');
  let dtype: DType = 'float32';
  const bare = text.replace(/, dtype=torch\.(\w+)/, (_, name: DType) => {
    dtype = name;
    return '';
  });
  const typed = bare !== text;
  let match = /^torch\.(rand|randn)\((.*)\)$/.exec(bare);
  if (match !== null) {
    const out = allocate(dtype, product(shapeOf(match[2])));
    if (match[1] === 'rand') fillUniform(generator, out as Float32Array);
    else fillNormal(generator, out as Float32Array);
    return out;
  }
  match = /^torch\.randperm\((\d+)\)$/.exec(bare);
  if (match !== null) return randperm(generator, Number(match[1]));
  match = /^torch\.randint\((?:([^,()]+), )?([^,()]+), \(([\d, ]+)\)\)$/.exec(bare);
  if (match !== null) {
    const out = allocate(typed ? dtype : 'int64', product(shapeOf(match[3])));
    fillRandom(generator, out, match[1] === undefined ? 0n : integer(match[1]), integer(match[2]));
    return out;
  }
  if (/^torch\.empty\(5, 4\)\.t\(\)\.normal_\(\)$/.test(bare)) return transposed(generator);
  if (/^torch\.empty\(5, 8\)\[:, ::2\]\.uniform_\(\)$/.test(bare)) {
    const out = new Float32Array(20);
    fillUniform(generator, out);
    return out;
  }
  match = /^torch\.empty\(([^)]*|\(\))\)\.(\w+)_\(([^()]*)\)$/.exec(bare);
  if (match === null) return null;
  const out = allocate(dtype, product(shapeOf(match[1])));
  const args = match[3].split(',').filter((part) => part.trim() !== '');
  const numbers = args.map(Number);
  if (match[2] === 'uniform') fillUniform(generator, out as Float32Array, ...numbers);
  else if (match[2] === 'normal') fillNormal(generator, out as Float32Array, ...numbers);
  else if (match[2] === 'exponential') fillExponential(generator, out as Float32Array, ...numbers);
  else if (match[2] === 'bernoulli') fillBernoulli(generator, out, numbers[0] ?? 0.5);
  else if (match[2] === 'random' && args.length === 0) fillRandomAll(generator, out, dtype);
  else if (match[2] === 'random') fillRandom(generator, out, args.length > 1 ? integer(args[0]) : 0n, integer(args[args.length - 1]));
  else return null;
  return out;
}

/** A transposed [5, 4] is filled in memory order, by pairs, and read as [4, 5]. */
function transposed(generator: AnyGenerator): Float32Array {
  const memory = new Float32Array(20);
  fillNormalPairs(generator, memory, 0, 1);
  return memory.map((_, i) => memory[(i % 5) * 4 + Math.floor(i / 5)]);
}

export { fillBernoulliFrom };
