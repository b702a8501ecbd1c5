// Result types of mixed operands, against PyTorch's.
import { expect, test } from 'vitest';
import { call, ops } from '../../core/autograd/funnel.ts';
import type { DType } from '../../core/tensor/dtype.ts';
import type { Tensor } from '../../core/tensor/tensor.ts';
import { readGolden } from '../golden/read-golden.ts';

interface Pair {
  a: DType;
  b: DType;
  dim_dim: DType;
  dim_0d: DType;
  '0d_0d': DType;
  div: DType;
}
interface Scalars {
  a: DType;
  dim: Record<'bool' | 'int' | 'float', DType>;
  '0d': Record<'bool' | 'int' | 'float', DType>;
  sum: DType;
  prod: DType;
  cumsum: DType;
  sqrt: DType;
}
const golden = readGolden<{ pairs: Pair[]; scalars: Scalars[] }>('promotion.json.gz');
/** The dtypes every op computes in. */
const computed: readonly string[] = ['bool', 'uint8', 'int32', 'int64', 'float32', 'float64'];
const pairs = golden.pairs.filter(({ a, b }) => computed.includes(a) && computed.includes(b));
const scalars = golden.scalars.filter(({ a }) => computed.includes(a));
const make = (dtype: DType, ...shape: number[]): Tensor => ops.ones(shape, { dtype });
const type = (name: string, ...args: Parameters<typeof call>[1]): DType => (call(name, args) as Tensor).dtype;

test.each(pairs.map((p) => [`${p.a} with ${p.b}`, p] as const))('%s', (_title, p) => {
  expect(type('mul', make(p.a, 2), make(p.b, 2))).toBe(p.dim_dim);
  expect(type('mul', make(p.a, 2), make(p.b))).toBe(p.dim_0d);
  expect(type('mul', make(p.a), make(p.b))).toBe(p['0d_0d']);
  expect(type('div', make(p.a, 2), make(p.b, 2))).toBe(p.div);
});

test.each(scalars.map((s) => [s.a, s] as const))('%s with Python numbers, and reduced', (_title, s) => {
  const numbers = { bool: true, int: 2n, float: 2.5 } as const;
  for (const kind of ['bool', 'int', 'float'] as const) {
    expect(type('mul', make(s.a, 2), numbers[kind])).toBe(s.dim[kind]);
    expect(type('mul', make(s.a), numbers[kind])).toBe(s['0d'][kind]);
    expect(ops.mul(make(s.a, 2), numbers[kind]).dtype).toBe(s.dim[kind]);
  }
  expect(type('sum', make(s.a, 2))).toBe(s.sum);
  expect(type('prod', make(s.a, 2))).toBe(s.prod);
  expect(type('cumsum', make(s.a, 2), 0)).toBe(s.cumsum);
  expect(type('sqrt', make(s.a, 2))).toBe(s.sqrt);
});

test('64-bit whole numbers stay exact beyond 2^53', () => {
  const big = ops.full([1], 9007199254740993n) as Tensor;
  expect((call('add', [big, 2n]) as Tensor).item()).toBe(9007199254740995n);
  expect((call('mul', [ops.full([1], 3037000500n) as Tensor, 3037000500n]) as Tensor).item()).toBe(-9223372036709301616n);
  expect((ops.sum(ops.cat([big, big])) as Tensor).item()).toBe(18014398509481986n);
});
