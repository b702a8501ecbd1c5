// What stands beside Nabla in the benchmark: tfjs on WebAssembly and jax-js in this process, PyTorch in one of its own. All may be missing.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The part of tfjs the benchmark calls. */
interface TfTensor {
  dispose(): void;
}
export interface Tf {
  tensor(values: Float32Array, shape: number[]): TfTensor;
  tidy(work: () => unknown): unknown;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
  conv2d(x: TfTensor, filter: TfTensor, strides: number, pad: 'same' | 'valid'): TfTensor;
  softmax(x: TfTensor): TfTensor;
  exp(x: TfTensor): TfTensor;
  sum(x: TfTensor, axis: number): TfTensor;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  env(): { set(flag: string, value: unknown): void };
}

/** tfjs on one thread, or null. */
export async function loadTf(folder: string): Promise<Tf | null> {
  try {
    const require = createRequire(join(folder, 'package.json'));
    const tf = require('@tensorflow/tfjs-core') as Tf;
    const wasm = require('@tensorflow/tfjs-backend-wasm') as { setThreadsCount(n: number): void };
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    wasm.setThreadsCount(1);
    await tf.setBackend('wasm');
    await tf.ready();
    return tf;
  } catch {
    return null;
  }
}

/** The part of jax-js the benchmark calls; arrays are consumed by what they are given to, `ref` keeps one. */
interface JaxArray {
  readonly ref: JaxArray;
  dispose(): void;
  dataSync(): Float32Array;
}
export interface Jax {
  array(values: Float32Array, shape: number[]): JaxArray;
  matmul(a: JaxArray, b: JaxArray): JaxArray;
}

export async function loadJax(folder: string): Promise<Jax | null> {
  try {
    const path = pathToFileURL(join(folder, 'node_modules/@jax-js/jax/dist/index.js')).href;
    const jax = (await import(/* @vite-ignore */ path)) as {
      init(device: string): Promise<unknown>;
      defaultDevice(device: string): void;
      numpy: { array(values: Float32Array, options: { shape: number[] }): JaxArray; matmul(a: JaxArray, b: JaxArray): JaxArray };
    };
    await jax.init('wasm');
    jax.defaultDevice('wasm');
    return {
      array: (values, shape) => jax.numpy.array(values, { shape }),
      matmul: jax.numpy.matmul,
    };
  } catch {
    return null;
  }
}

export interface Torch {
  readonly version: string;
  /** Milliseconds by row name. */
  readonly ms: Readonly<Record<string, number>>;
}

/** Real PyTorch on one thread; null where it is not importable. */
export function runTorch(script: string, names: readonly string[]): Torch | null {
  const { stdout, status } = spawnSync(process.env.NABLA_BENCH_PYTHON ?? 'python3', [script, ...names], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Torch) : null;
}
