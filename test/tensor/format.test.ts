// formatTensor against str() of real torch, and Python's number formats.
import { afterEach, describe, expect, test } from 'vitest';
import { formatTensor, printOptions, setPrintOptions } from '../../core/tensor/format.ts';
import { exponential, fixed, pythonFloat } from '../../core/tensor/format-number.ts';
import type { GradNode } from '../../core/tensor/grad-node.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { type GoldenTensor, readGolden } from '../golden/read-golden.ts';

interface Case extends GoldenTensor {
  expr: string;
  requires_grad: boolean;
  grad_fn: string | null;
  parameter: boolean;
  options: Record<string, number | boolean | string> | null;
  text: string;
}

const golden = readGolden<{ cases: Case[] }>('tensor-texts.json.gz').cases;

afterEach(() => setPrintOptions({ profile: 'default' }));

/** A tensor that prints as if `name` had made it. */
function tensorOf(entry: Case): Tensor {
  const data =
    entry.dtype === 'int64'
      ? BigInt64Array.from(entry.data, (value) => BigInt(value))
      : Float64Array.from(entry.data, (value) => Number(value));
  const tensor = Tensor.fromTyped(data, { shape: entry.shape, dtype: entry.dtype });
  tensor.requiresGrad = entry.requires_grad;
  if (entry.grad_fn === null) return tensor;
  return new Proxy(tensor, {
    get: (target, key) => {
      if (key === 'gradFn') return { name: entry.grad_fn } as GradNode;
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('str() of torch', () => {
  test.each(golden.map((entry, i) => [`${i}: ${entry.expr} ${JSON.stringify(entry.options)}`, entry] as const))('%s', (_, entry) => {
    const { sci_mode, ...rest } = entry.options ?? {};
    if (entry.options !== null) setPrintOptions({ ...rest, sciMode: sci_mode as boolean });
    const tensor = tensorOf(entry);
    expect(`${entry.parameter ? 'Parameter containing:\n' : ''}${formatTensor(tensor)}`).toBe(entry.text);
    tensor.release();
  });
});

test('the GPU device, and a line too long for its suffixes', () => {
  const tensor = Tensor.fromTyped(new Float32Array([0.194]), { device: 'cuda' });
  tensor.requiresGrad = true;
  expect(formatTensor(tensor)).toBe("tensor([0.1940], device='cuda:0', requires_grad=True)");
  const empty = Tensor.fromTyped(new Float64Array(0), { shape: [2, 0], device: 'cuda' });
  expect(formatTensor(empty)).toBe("tensor([], device='cuda:0', size=(2, 0), dtype=torch.float64)");
  const long = Tensor.fromTyped(new Float64Array(7).fill(1.5), { device: 'cuda' });
  expect(formatTensor(long)).toBe(
    "tensor([1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000],\n       device='cuda:0', dtype=torch.float64)",
  );
});

test('profiles', () => {
  setPrintOptions({ profile: 'short' });
  expect(printOptions).toEqual({ precision: 2, threshold: 1000, edgeitems: 2, linewidth: 80, sciMode: null });
  setPrintOptions({ profile: 'full', sciMode: true });
  expect(printOptions.threshold).toBe(Infinity);
  expect(printOptions.sciMode).toBe(true);
});

test.each([
  [0.03125, '0.0312', '3.1250e-02', '0.03125'],
  [0.09375, '0.0938', '9.3750e-02', '0.09375'],
  [1.00005, '1.0001', '1.0001e+00', '1.00005'],
  [-0, '-0.0000', '-0.0000e+00', '-0.0'],
  [1e21, '1000000000000000000000.0000', '1.0000e+21', '1e+21'],
  [12345.5, '12345.5000', '1.2346e+04', '12345.5'],
  [1e300, `${BigInt(1e300)}.0000`, '1.0000e+300', '1e+300'],
  [5e-324, '0.0000', '4.9407e-324', '5e-324'],
  [1e-5, '0.0000', '1.0000e-05', '1e-05'],
  [Number.NaN, 'nan', 'nan', 'nan'],
  [-Infinity, '-inf', '-inf', '-inf'],
])('%d as Python formats it', (x, point, science, repr) => {
  expect(fixed(x, 4)).toBe(point);
  expect(exponential(x, 4)).toBe(science);
  expect(pythonFloat(x)).toBe(repr);
});

test('ties go to even', () => {
  expect([0.5, 1.5, 2.5, 3.5, -0.5].map((x) => fixed(x, 0))).toEqual(['0', '2', '2', '4', '-0']);
  expect(fixed(1e11 + 0.03125, 4)).toBe('100000000000.0312');
  expect([2.5, 3.5, 25000, 35000].map((x) => exponential(x, 0))).toEqual(['2e+00', '4e+00', '2e+04', '4e+04']);
});
