import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../core/devices/cpu/index.ts';
import { shortFunctions } from '../../core/devices/cpu/short-functions.ts';
import { wide } from '../../core/devices/cpu/wide.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import type { DType } from '../../core/tensor/dtype.ts';
import { itemSize } from '../../core/tensor/dtype.ts';
import type { Expr } from '../../core/tensor/expr.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { on } from './kernel-paths.ts';
import { layouts, tensorOf } from './layouts.ts';

const unary = [
  'neg',
  'abs',
  'sign',
  'sqrt',
  'rsqrt',
  'floor',
  'ceil',
  'round',
  'trunc',
  ...Object.keys(shortFunctions).filter((f) => f !== 'pow'),
];
const binary = [
  'pow',
  'copysign',
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  'truncdiv',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'and',
  'or',
  'xor',
];
const expressions: Expr[] = [
  'a',
  ...['not', 'isnan', 'isinf', 'f32', ...unary].map((name) => [name, 'a'] as unknown as Expr),
  ...binary.map((name) => [name, 'a', 'b'] as unknown as Expr),
  ['add', 'a', ['mul', 'p', 'b']],
  ['select', ['gt', 'a', 0], 'b', ['mul', 'a', 0.1]],
  ['mul', 'b', ['le', 'a', 'p']],
  ['mul', ['f32', ['add', 'a', 'b']], 'c'],
  ['div', 'a', ['add', 1, ['exp', ['neg', 'a']]]],
  ['select', ['not', ['or', ['isnan', 'a'], 'b']], 'c', 'd'],
  ['add', ['mul', 'a', 'b'], ['mul', 'c', 'd']],
  ['sub', 'a', ['div', ['mul', 'p', 'b'], ['add', ['sqrt', 'c'], 'q']]],
];

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2.5,
  1e-30,
  -1e-9,
  1e-310,
  3e38,
  -3e38,
  88.7,
  710,
  -750,
  22,
  -0.25,
  0.41,
  2 ** 53,
  NaN,
  Infinity,
  -Infinity,
];
const at = (t: Tensor): number => t.storage.ptr / itemSize(t.dtype) + t.offset;

function bitsOf(t: Tensor): unknown[] {
  // NaN is one value; the sign of zero counts.
  return Array.from(t.toTyped() as Float64Array, (x) => (Object.is(x, -0) ? '-0' : Number.isNaN(x) ? 'NaN' : x));
}

const cases = fc.record({
  expr: fc.constantFrom(...expressions),
  shape: fc.oneof(
    fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 16, max: 70 })),
  ),
  compute: fc.constantFrom('float32' as const, 'float32' as const, 'float64' as const),
  other: fc.constantFrom<DType | 'same'>('same', 'same', 'same', 'bool', 'uint8', 'int64', 'float32', 'float64'),
  layouts: fc.tuple(layouts, layouts, layouts, layouts),
  to: layouts,
  broadcast: fc.tuple(fc.nat(7), fc.nat(7), fc.nat(7)),
  scale: fc.constantFrom(2, 30, 1000),
  withSpecial: fc.boolean(),
  inPlace: fc.boolean(),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function mentions(e: Expr, name: string): boolean {
  return e === name || (typeof e === 'object' && e.slice(1).some((part) => mentions(part as Expr, name)));
}
const truths = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and', 'or', 'xor', 'not', 'isnan', 'isinf']);

function run(c: Case): unknown[] {
  const names = ['a', 'b', 'c', 'd'].filter((name) => mentions(c.expr, name));
  const inputs = names.map((_, k) => {
    // Operands beyond the first may lack dimensions, or have one element where the output has many.
    const mask = k === 0 ? 7 : c.broadcast[k - 1];
    const shape = c.shape.map((size, d) => (mask & (1 << d) || mask === 0 ? size : 1));
    const dtype: DType = k === 1 && c.other !== 'same' ? c.other : c.compute;
    const t = tensorOf(k > 0 && mask === 3 ? [] : shape, c.layouts[k], dtype, -c.scale, c.scale);
    if (c.withSpecial && (dtype === 'float32' || dtype === 'float64') && t.storage.byteLength > 0) {
      const whole = Tensor.over(t.storage, dtype, 'cpu', [t.storage.byteLength / itemSize(dtype)], [1], 0).typedView();
      for (let i = k; i < whole.length; i += 3) whole[i] = special[(i * 7 + c.to.seed) % special.length];
    }
    return t;
  });
  const isTruth = typeof c.expr === 'object' && truths.has(c.expr[0]) && c.to.seed % 2 === 0;
  const out =
    c.inPlace && !isTruth && inputs[0].strides.every((s, d) => s > 0 || c.shape[d] < 2)
      ? inputs[0]
      : tensorOf(c.shape, c.to, isTruth ? 'bool' : c.compute, -2, 2, false);
  deviceOf(out).elementwise(c.expr, inputs, [0.3, 1e-3], out, c.compute);
  expect(at(out)).toBeGreaterThan(0);
  return bitsOf(out);
}

describe('elementwise rows in WebAssembly', () => {
  const usual = { ...wide };
  beforeAll(() => void Object.assign(wide, { elements: 0, run: 1 }));
  afterAll(() => void Object.assign(wide, usual));

  it('give the bits of the reference, whatever the expression, types and strides', () => {
    fc.assert(
      fc.property(cases, (c) =>
        scope(() => {
          const expected = on('reference', () => run(c));
          const given = on('plain', () => run(c));
          expect(given).toEqual(expected);
        }),
      ),
      { numRuns: 1500 },
    );
  });
});

describe('rows of truths in WebAssembly', () => {
  const usual = { ...wide };
  beforeAll(() => void Object.assign(wide, { elements: 0, run: 1 }));
  afterAll(() => void Object.assign(wide, usual));

  it('give what the reference gives', () => {
    const expressions: Expr[] = [
      'a',
      ['not', 'a'],
      ...['and', 'or', 'xor', 'eq', 'lt', 'maximum', 'mul'].map((f) => [f, 'a', 'b'] as unknown as Expr),
    ];
    const shape = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(fc.constantFrom(...expressions), shape, fc.tuple(layouts, layouts, layouts), (expr, shape, [first, second, to]) =>
        scope(() => {
          const compute = (): unknown[] => {
            const inputs = [tensorOf(shape, first, 'bool', -1, 1), tensorOf(shape, second, 'bool', -1, 1)];
            const out = tensorOf(shape, to, 'bool', 0, 1, false);
            deviceOf(out).elementwise(expr, mentions(expr, 'b') ? inputs : inputs.slice(0, 1), [], out, 'bool');
            return bitsOf(out);
          };
          const expected = on('reference', compute);
          expect(on('plain', compute)).toEqual(expected);
        }),
      ),
      { numRuns: 300 },
    );
  });
});

describe('elementwise rows of small tensors in WebAssembly', () => {
  const usual = { ...wide };
  beforeAll(() => void Object.assign(wide, { often: 0 }));
  afterAll(() => void Object.assign(wide, usual));

  it('give the bits of the reference, short functions too', () => {
    fc.assert(
      fc.property(cases, (c) =>
        scope(() => {
          const expected = on('reference', () => run(c));
          expect(on('plain', () => run(c))).toEqual(expected);
        }),
      ),
      { numRuns: 800 },
    );
  });

  it('take over unseen once an expression was computed often', () => {
    wide.often = 3;
    const expr: Expr = ['mul', ['tanh', 'a'], ['exp', 'a']];
    const x = Tensor.fromTyped([-2.5, -0.3, 0, 1e-9, 0.7, 30], { dtype: 'float32' });
    const results = Array.from({ length: 6 }, () => {
      const out = Tensor.empty([6], 'float32', 'cpu');
      deviceOf(out).elementwise(expr, [x], [], out, 'float32');
      return bitsOf(out);
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });
});
