// Rows of single kernels: matrix products, convolutions, elementwise functions, reductions, each in turn with its peers.
import { backward } from '../../core/autograd/backward.ts';
import { F } from '../../core/autograd/funnel.ts';
import { chooseKernels, type Kernels, kernelPath, kernels } from '../../core/devices/cpu/kernels.ts';
import type { HelperStart } from '../../core/devices/cpu/thread-loop.ts';
import { helpersFor, limitThreads, startHelpers, stopHelpers } from '../../core/devices/cpu/threads.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { stream } from '../ops/sample-inputs.ts';
import { medianMs } from './clock.ts';
import { limitGflops } from './limit.ts';
import type { Jax, Tf, Torch } from './peers.ts';
import { atLeast, atMost, type Gate, type Row } from './table.ts';

export interface Peers {
  readonly tf: Tf | null;
  readonly jax: Jax | null;
  readonly torch: Torch | null;
}

const next = stream(11);
const randoms = (n: number): Float32Array => Float32Array.from({ length: n }, () => next() - 0.5);
const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function torchRate(torch: Torch | null, name: string, flop: number): Record<string, number> {
  const ms = torch?.ms[name];
  return ms === undefined ? {} : { PyTorch: flop / ms / 1e6 };
}

/** Medians of three short rounds in turn, the best round of each: what else the machine does strikes all alike. */
function inTurn(ours: () => unknown, theirs: (() => unknown) | null): { ours: number; theirs: number | null } {
  let [first, other] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 3; round++) {
    first = Math.min(first, medianMs(ours, 120));
    if (theirs !== null) other = Math.min(other, medianMs(theirs, 120));
  }
  return { ours: first, theirs: theirs === null ? null : other };
}

export function matmulRow(n: number, kind: 'relaxed' | 'plain' | 'float64', { tf, jax, torch }: Peers): Row {
  const double = kind === 'float64';
  chooseKernels(kind === 'plain' ? 'plain' : null);
  const fused = kernelPath() === 'relaxed';
  const values = [randoms(n * n), randoms(n * n)];
  const [a, b] = values.map((v) => Tensor.fromTyped(v, { shape: [n, n], dtype: double ? 'float64' : 'float32' }));
  const out = Tensor.empty([n, n], a.dtype, 'cpu');
  const times = Math.max(1, Math.round(4e6 / n ** 3));
  const repeat = (work: () => unknown) => (): void => {
    for (let i = 0; i < times; i++) work();
  };
  const isOfPeers = kind === 'relaxed';
  let beside: (() => unknown) | null = null;
  if (tf !== null && isOfPeers) {
    const [x, y] = values.map((v) => tf.tensor(v, [n, n]));
    beside = repeat(() => tf.matMul(x, y).dispose());
  }
  const { ours, theirs } = inTurn(
    repeat(() => deviceOf(a).matmul(a, b, out, null, 0, 1)),
    beside,
  );
  const flop = 2 * n ** 3;
  const rate = (flop * times) / ours / 1e6;
  const limit = limitGflops(double, fused) ?? Number.NaN;
  const peers: Record<string, number> = { limit, ...(isOfPeers ? torchRate(torch, `matmul ${n}`, flop) : {}) };
  const gates: Gate[] = [atLeast('of the limit', rate / limit, double ? 0.7 : 0.75, 0.85)];
  if (theirs !== null) {
    peers['tfjs-wasm'] = (flop * times) / theirs / 1e6;
    gates.push(atLeast('× tfjs-wasm', theirs / ours, 1.4, 1.6));
  }
  if (jax !== null && isOfPeers) {
    const [x, y] = values.map((v) => jax.array(v, [n, n]));
    peers['jax-js'] = (flop * times) / medianMs(repeat(() => jax.matmul(x.ref, y.ref).dataSync())) / 1e6;
  }
  chooseKernels(null);
  for (const t of [a, b, out]) t.dispose();
  return { name: `matmul ${n}, ${fused || double ? kind : 'plain'}`, unit: 'GFLOP/s', ours: rate, peers, gates };
}

export const threadsName = 'matmul 512, 2 threads';

/** Two threads against one, in turn. */
export async function threadsRow(launch: (start: HelperStart) => Promise<() => Promise<unknown>>): Promise<Row> {
  const n = 512;
  const [a, b, out] = [0, 1, 2].map(() => Tensor.fromTyped(randoms(n * n), { shape: [n, n] }));
  const work = (): void => deviceOf(a).matmul(a, b, out, null, 0, 1);
  const started: Promise<() => Promise<unknown>>[] = [];
  startHelpers(1, (start) => started.push(launch(start)));
  const ends = await Promise.all(started);
  // Online is not yet there.
  while (helpersFor(kernels() as Kernels, Number.POSITIVE_INFINITY).length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  // The best of many short rounds in turn: two processors at once are seldom free on a machine that others use.
  let [one, two] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 200; round++) {
    for (const threads of [1, 2]) {
      limitThreads(threads);
      const from = performance.now();
      work();
      const ms = performance.now() - from;
      if (threads === 1) one = Math.min(one, ms);
      else two = Math.min(two, ms);
    }
  }
  limitThreads(null);
  stopHelpers();
  for (const end of ends) await end();
  const rate = (ms: number): number => (2 * n ** 3) / ms / 1e6;
  for (const t of [a, b, out]) t.dispose();
  return {
    name: threadsName,
    unit: 'GFLOP/s',
    ours: rate(two),
    peers: { 'one thread': rate(one) },
    gates: [atLeast('× one thread', one / two, 1.6, 1.8)],
  };
}

/** [N, C, size, O, kernel, stride]. */
export const convolutions = [
  [32, 1, 28, 6, 5, 1],
  [32, 6, 14, 16, 5, 1],
  [32, 16, 32, 16, 3, 1],
  [1, 64, 56, 64, 3, 1],
  [1, 128, 28, 128, 3, 1],
  [1, 256, 14, 256, 3, 1],
  [1, 512, 7, 512, 3, 1],
  [1, 3, 224, 64, 7, 2],
  [1, 64, 56, 256, 1, 1],
] as const;

export function convolutionName([N, C, size, O, k, stride]: readonly number[]): string {
  return `conv2d (${N},${C},${size}→${O},${k})${stride > 1 ? ` stride ${stride}` : ''}`;
}

/** Kernels of 5 as LeNet has them, without padding; the others keep the size. Returns the forward's row and the backward's. */
export function convolutionRows(sizes: readonly number[], { tf, torch }: Peers): Row[] {
  const [N, C, size, O, k, stride] = sizes;
  const padding = k === 5 ? 0 : (k - 1) / 2;
  const positions = Math.floor((size + 2 * padding - k) / stride) + 1;
  const values = [randoms(count([N, C, size, size])), randoms(count([O, C, k, k]))];
  const x = Tensor.fromTyped(values[0], { shape: [N, C, size, size] });
  const w = Tensor.fromTyped(values[1], { shape: [O, C, k, k] });
  const g = Tensor.fromTyped(randoms(N * O * positions ** 2), { shape: [N, O, positions, positions] });
  const each = (n: number): bigint[] => [BigInt(n), BigInt(n)];
  const forward = (): Tensor => F.conv2d(x, w, null, each(stride), each(padding));
  let beside: (() => unknown) | null = null;
  if (tf !== null) {
    const [image, filter] = [tf.tensor(values[0], [N, size, size, C]), tf.tensor(values[1], [k, k, C, O])];
    beside = () => tf.conv2d(image, filter, stride, padding > 0 || k === 1 ? 'same' : 'valid').dispose();
  }
  const { ours, theirs } = inTurn(() => scope(() => void forward()), beside);
  const flop = 2 * N * O * positions ** 2 * C * k * k;
  const name = convolutionName(sizes);
  x.requiresGrad = true;
  w.requiresGrad = true;
  // Both with recording on, in turn: what is left is the gradients of input and weight, their memory and the walk.
  const both = inTurn(
    () => scope(() => void forward()),
    () =>
      scope(() => {
        backward(forward(), g);
        x.grad = null;
        w.grad = null;
      }),
  );
  const alone = Math.min(ours, both.ours);
  const whole = both.theirs ?? Number.NaN;
  const rate = flop / ours / 1e6;
  const peers: Record<string, number> = torchRate(torch, name, flop);
  if (theirs !== null) peers['tfjs-wasm'] = flop / theirs / 1e6;
  const gates = theirs === null ? [] : [atLeast('× tfjs-wasm', theirs / ours, 1.2, 1.4)];
  for (const t of [x, w, g]) t.dispose();
  return [
    { name, unit: 'GFLOP/s', ours: rate, peers, gates },
    {
      name: `${name}, backward`,
      unit: 'ms',
      ours: whole - alone,
      peers: {},
      gates: [atMost('× forward', (whole - alone) / alone, 2.5, 2)],
    },
  ];
}

export const functionNames = ['softmax (512,1000)', 'gelu 10⁶', 'exp 10⁶', 'sum (1000,1000) along 0', 'sum (1000,1000) along 1'] as const;
export const layerNormName = 'layer norm (512,768)';

/** What is reported beside its peers without a gate; the goal is tfjs-wasm's time and twice PyTorch's. */
export function functionRow(name: string, { tf, torch }: Peers): Row {
  const shape = name.startsWith('softmax')
    ? [512, 1000]
    : name === layerNormName
      ? [512, 768]
      : name.startsWith('sum')
        ? [1000, 1000]
        : [1_000_000];
  const values = randoms(count(shape));
  const x = Tensor.fromTyped(values, { shape });
  const along = Number(name.at(-1));
  const ours = (): Tensor => {
    if (name.startsWith('softmax')) return F.softmax(x, 1n);
    if (name.startsWith('gelu')) return F.gelu(x);
    if (name.startsWith('exp')) return F.exp(x);
    if (name === layerNormName) return F.layer_norm(x, [768]);
    return F.sum(x, [BigInt(along)]);
  };
  let beside: (() => unknown) | null = null;
  if (tf !== null && !name.startsWith('gelu') && name !== layerNormName) {
    const t = tf.tensor(values, shape);
    beside = () => (name.startsWith('softmax') ? tf.softmax(t) : name.startsWith('exp') ? tf.exp(t) : tf.sum(t, along)).dispose();
  }
  const { ours: ms, theirs } = inTurn(() => scope(() => void ours()), beside);
  const gates: Gate[] = [];
  const peers: Record<string, number> = {};
  if (theirs !== null) {
    peers['tfjs-wasm'] = theirs;
    gates.push(atMost('of tfjs-wasm', ms / theirs, null, 1));
  }
  const real = torch?.ms[name];
  if (real !== undefined) {
    peers.PyTorch = real;
    gates.push(atMost('of PyTorch', ms / real, null, 2));
  }
  x.dispose();
  return { name, unit: 'ms', ours: ms, peers, gates };
}
