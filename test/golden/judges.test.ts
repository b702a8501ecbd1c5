// The golden matrix judges everything else: here it is judged itself, by answers that are wrong in one place, and by cases that misbehave.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { arrayMiss, listMiss, tolerances, valueMiss } from './matrix/compare.ts';
import { goldenCases } from './matrix/golden-folder.ts';
import { hasKind } from './matrix/kinds/index.ts';
import { isLastDigitApart } from './matrix/last-digit.ts';
import { judged } from './matrix/matrix.ts';
import { newerPython } from './matrix/newer-python.ts';
import { readGolden } from './read-golden.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

describe('numbers', () => {
  const want = { dtype: 'float64', shape: [3], data: [1, 'NaN', 0] };
  const got = (data: (number | string)[], dtype = 'float64', shape = [3]) => ({ dtype, shape, data });
  test.each([
    ['the same', got([1, 'NaN', 0]), null],
    ['within 1e-12', got([1 + 5e-13, 'NaN', 0]), null],
    ['a little off', got([1 + 5e-12, 'NaN', 0]), 'element 0'],
    ['not NaN', got([1, 0, 0]), 'element 1'],
    ['not zero', got([1, 'NaN', 1e-12]), 'element 2'],
    ['infinite', got(['Infinity', 'NaN', 0]), 'element 0'],
    ['another dtype', got([1, 'NaN', 0], 'float32'), 'float32[3] instead of float64[3]'],
    ['another shape', got([1, 'NaN', 0], 'float64', [1, 3]), 'float64[1, 3] instead of float64[3]'],
    ['no tensor', null, 'instead of a tensor'],
    ['too few', got([1, 'NaN']), 'element 2'],
  ])('%s', (_, answer, miss) => {
    const found = arrayMiss(answer, want, tolerances.operation);
    if (miss === null) expect(found).toBeNull();
    else expect(found).toContain(miss);
  });

  test('float32 is compared as float32, whole numbers exactly, left-out elements not at all', () => {
    expect(arrayMiss(got([Math.fround(0.1)], 'float32', [1]), got([0.1], 'float32', [1]), {})).toBeNull();
    expect(arrayMiss(got([0.10002], 'float32', [1]), got([0.1], 'float32', [1]), tolerances.operation)).not.toBeNull();
    expect(arrayMiss(got(['9223372036854775806'], 'int64', [1]), got(['9223372036854775807'], 'int64', [1]), {})).not.toBeNull();
    expect(arrayMiss(got([1, 7], 'float64', [2]), got([1, 2], 'float64', [2]), {}, [1])).toBeNull();
  });

  test('plain data: keys in order, lengths, kinds', () => {
    expect(valueMiss({ a: 1, b: [true, null, 'x'] }, { a: 1, b: [true, null, 'x'] }, {})).toBeNull();
    expect(valueMiss({ b: 1, a: 1 }, { a: 1, b: 1 }, {})).toContain('keys');
    expect(valueMiss([1], [1, 2], {})).toContain('1 values instead of 2');
    expect(valueMiss(1, true, {})).not.toBeNull();
    expect(valueMiss(null, 0, {})).not.toBeNull();
    expect(listMiss('graph', ['A', 'B', 'C'], ['A', 'B'])).toContain('C instead of nothing');
  });
});

test.each([
  ["OrderedDict([('a', 1), ('b', tensor([1, 2]))])", "OrderedDict({'a': 1, 'b': tensor([1, 2])})"],
  ['OrderedDict([])', 'OrderedDict()'],
  ["x OrderedDict([('a, (', OrderedDict([('b', (1, 2))]))]) y", "x OrderedDict({'a, (': OrderedDict({'b': (1, 2)})}) y"],
  ["OrderedDict([('a', 1)", "OrderedDict([('a', 1)"],
])('%s is what 3.14 prints as %s', (old, now) => expect(newerPython(old)).toBe(now));

describe('printed digits', () => {
  test.each([
    ['loss 0.6329 after 3', 'loss 0.6328 after 3', true],
    ['1.9999', '2.0000', true],
    ['-1.25e-05', '-1.26e-05', true],
    ['0.6329 0.5', '0.6327 0.5', false],
    ['0.6329', '0.632', false],
    ['1.25e-05', '1.26e-04', false],
    ['3', '4', false],
    ['0.63 a', '0.64 b', false],
    ['0.63', '0.63 0.5', false],
    ['tensor([0.10, 0.20])', 'tensor([0.11, 0.19])', true],
  ])('%s for %s: one unit in the last place is %s', (got, want, apart) => expect(isLastDigitApart(got, want)).toBe(apart));
});

test('a float32 that is nearer to float64 than the wanted one agrees, and is told; one that is further away misses', () => {
  const array = (dtype: string, x: number) => ({ dtype, shape: [1], data: [x] });
  const miss = (got: number) => arrayMiss(array('float32', got), array('float32', 1.0001), tolerances.operation, [], array('float64', 1));
  expect([miss(1.00005), miss(0.99995)]).toEqual([null, null]);
  expect(miss(0.9998)).not.toBeNull();
});

describe('every kind of file', () => {
  const files = [
    'ops_nn',
    'modules',
    'optim',
    'schedulers',
    'rng',
    'errors',
    'printing',
    'promotion',
    'graphs',
    'func',
    'hooks',
    'training',
  ];
  test.each([...files, 'scripts'])('%s: no case passes without an answer', (file) => {
    expect(hasKind(file)).toBe(true);
    const cases = goldenCases(folder, file) ?? [];
    for (const value of [null, {}, [], '', 0])
      expect(cases.filter((one) => judged(one, { value }) === null).map(({ id }) => id)).toEqual([]);
    expect(cases.filter((one) => judged(one, { error: 'no' }) !== 'no')).toEqual([]);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });

  test('a gradient that is wrong in one element is a miss', () => {
    const { cases } = readGolden<{ cases: Record<string, unknown>[] }>('ops_pointwise.json.gz');
    const [raw] = cases;
    const [one] = goldenCases(folder, 'ops_pointwise') ?? [];
    const answer = (change: number) =>
      Object.fromEntries(
        ['float64', 'float32'].map((run) => {
          const want = structuredClone(raw[run]) as { grads: { data: number[] }[] };
          want.grads[0].data[0] += change;
          return [run, { value: { grad_fn: raw.grad_fn, graph: raw.graph, ...want } }];
        }),
      );
    expect(judged(one, { value: answer(0) })).toBeNull();
    expect(judged(one, { value: answer(1e-9) })).toContain('float64: grads[0]: element 0');
  });
});

test('a case that hangs, dies or is nonsense is a miss; the others are answered', { timeout: 180_000 }, () => {
  const odd = mkdtempSync(join(tmpdir(), 'nabla-golden-'));
  const program = (id: string, code: string | undefined, stdout: string) => ({ id, code, stdout });
  const cases = [
    program('hangs', 'while True: pass', ''),
    program('dies', 'import os; os._exit(3)', ''),
    program('nonsense', undefined, ''),
    program('recurses', 'def f(): f()\nf()', ''),
    program('works', 'print(1)', '1\n'),
  ];
  writeFileSync(join(odd, 'scripts.json'), JSON.stringify({ cases }));
  writeFileSync(join(odd, 'func.json'), '{');
  const script = fileURLToPath(new URL('../../build/golden.mjs', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [script, odd, '--seconds', '3'], { encoding: 'utf8' });
  rmSync(odd, { recursive: true });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^func: .*JSON/m);
  expect(stdout).toContain('scripts 1/5\n  hangs: took too long\n  dies: Python died');
  expect(stdout).toMatch(/nonsense: .*\n {2}recurses: RecursionError.*\ntotal 1\/5/);
});
