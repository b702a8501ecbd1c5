// What crosses between Python and the engine: plain values as they are, everything else through the proxies, errors as exceptions.
import { loadPyodide } from 'pyodide';
import { beforeAll, expect, test } from 'vitest';
import { NativeFunctions } from '../../core/python/native-functions.ts';
import { type Pyodide, pyodideOptions, registerFunctions } from '../../core/python/pyodide-host.ts';
import { PythonObjects } from '../../core/python/python-objects.ts';

let pyodide: Pyodide;
const received: unknown[] = [];
beforeAll(async () => {
  pyodide = (await loadPyodide({ indexURL: 'node_modules/pyodide/', ...pyodideOptions() } as never)) as unknown as Pyodide;
  const objects = new PythonObjects(pyodide._module);
  const functions: Record<string, (...values: never[]) => unknown> = {
    give: (value: never) => value,
    take: (...values: never[]) => void received.push(...values),
    count: (...values: never[]) => values.length,
    fail: () => {
      throw new Error('no – never');
    },
    apply: (f: never) => (f as (x: number) => number)(20) + 1,
  };
  registerFunctions(pyodide, new NativeFunctions(objects), 'natives', functions);
  pyodide.runPython('import natives');
}, 60_000);

test('values come back as they went', () => {
  const said = pyodide.runPython(`
values = [0, 1, -1, 2**31 - 1, -2**31, 2**31, 2**53 - 1, 1 - 2**53, 2**53, 2**64, -2**70, 3**6000, True, False, None,
          0.5, -1e-310, 1e300, float("inf"), "", "text", "a\\0b", "é 中 \\U0001f600", "x" * 5000]
wrong = [v for v in values if natives.give(v) != v or type(natives.give(v)) is not type(v)]
nan = natives.give(float("nan"))
repr((wrong, nan != nan, natives.give(2.0), type(natives.give(2.0)).__name__))
`);
  expect(said).toBe("([], True, 2, 'int')");
});

test('the engine gets numbers, and bigints where a number would not do', () => {
  received.length = 0;
  pyodide.runPython('natives.take(7, 2**53 - 1, 2**53, -2**80, 1.5, True, None, "t")');
  expect(received).toEqual([7, 2 ** 53 - 1, 2n ** 53n, -(2n ** 80n), 1.5, true, undefined, 't']);
});

test('any number of arguments', () => {
  expect(pyodide.runPython('repr([natives.count(*range(n)) for n in (0, 1, 2, 3, 40)])')).toBe('[0, 1, 2, 3, 40]');
});

test('a Python function goes through the proxies', () => {
  expect(pyodide.runPython('natives.apply(lambda x: 2 * x)')).toBe(41);
});

test('what the engine throws is an exception', () => {
  expect(
    pyodide.runPython(`
try:
    natives.fail()
except RuntimeError as error:
    said = str(error)
said`),
  ).toBe('no – never');
});

test('counts are kept: nothing of what crossed stays alive', () => {
  expect(
    pyodide.runPython(`
import sys
big, text, number = 2**80, "some text of its own", 1234.5
before = [sys.getrefcount(v) for v in (big, text, number, None, True)]
for _ in range(100):
    natives.give(big), natives.give(text), natives.give(number), natives.give(None), natives.give(True)
after = [sys.getrefcount(v) for v in (big, text, number, None, True)]
before == after`),
  ).toBe(true);
});
