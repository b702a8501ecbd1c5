// NumPy's narrow types, strings and objects (test/golden/small-dtypes.json, printed by NumPy).
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { type NumpyRealm, numpyRealm } from './numpy-realm.ts';

interface Golden {
  readonly about: string;
  readonly shown: readonly (readonly [code: string, text: string])[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/small-dtypes.json', import.meta.url), 'utf8')) as Golden;
let realm: NumpyRealm;

beforeAll(async () => {
  realm = await numpyRealm();
  realm.run(`
import warnings
warnings.simplefilter("ignore")
def _small(code):
    import numpy as np
    try:
        return repr(eval(code, {"np": np}))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
`);
}, 60_000);

test.each(golden.shown)('%s', (code, text) => {
  expect(realm.run(`_small(${JSON.stringify(code)})`)).toBe(text);
});
