// Our numpy against NumPy's own prints, sums and errors (test/golden/numpy.json.gz, made by numpy-golden.py).
import { beforeAll, describe, expect, test } from 'vitest';
import { readGolden } from '../golden/read-golden.ts';
import { type NumpyRealm, numpyRealm } from './numpy-realm.ts';

interface Shown {
  readonly code: string;
  readonly str: string;
  readonly repr: string;
}
interface Failed {
  readonly code: string;
  readonly type: string;
  readonly message: string;
}

const golden = readGolden('numpy.json.gz') as { shown: Shown[]; sums: Shown[]; errors: Failed[] };
let realm: NumpyRealm;

beforeAll(async () => {
  realm = await numpyRealm();
  realm.run(`
import json, warnings
warnings.simplefilter("ignore")
def _value(code):
    import numpy as np
    *body, last = code.split("\\n")
    space = {"np": np}
    exec("\\n".join(body), space)
    return eval(last, space)
def _show(code):
    try:
        value = _value(code)
        return json.dumps([str(value), repr(value)])
    except Exception as error:
        return json.dumps([type(error).__name__, str(error)])
`);
}, 60_000);

const ours = (code: string): string[] => JSON.parse(realm.run(`_show(${JSON.stringify(code)})`));

describe('prints as NumPy', () => {
  test.each(golden.shown)('$code', ({ code, str, repr }) => {
    expect(ours(code)).toEqual([str, repr]);
  });
});

describe('sums to the last digit', () => {
  test.each(golden.sums)('$code', ({ code, repr }) => {
    expect(ours(code)[1]).toBe(repr);
  });
});

describe('refuses as NumPy', () => {
  test.each(golden.errors)('$code', ({ code, type, message }) => {
    expect(ours(code)).toEqual([type, message]);
  });
});

test('files: save, load, savez, savetxt, loadtxt', () => {
  const said = realm.run(`
import numpy as np, io
a = np.arange(6.0).reshape(2, 3) / 7
np.save('/tmp/a.npy', a)
np.savez('/tmp/b', x=a, y=np.array([True, False]))
text = io.StringIO()
np.savetxt(text, a, fmt='%.3f', delimiter=',')
with np.load('/tmp/b.npz') as packed:
    out = [np.array_equal(np.load('/tmp/a.npy'), a), packed.files, packed['y'], text.getvalue(), np.loadtxt(text.getvalue().splitlines(), delimiter=',')[1, 2]]
str(out)`);
  expect(said).toBe("[True, ['x', 'y'], array([ True, False]), '0.000,0.143,0.286\\n0.429,0.571,0.714\\n', np.float64(0.714)]");
});
