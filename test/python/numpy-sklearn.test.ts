// Our sklearn against what scikit-learn 1.9.1 printed for the same program (with NumPy 2.4.6).
import { expect, test } from 'vitest';
import { numpyRealm } from './numpy-realm.ts';

const program = `
import numpy as np
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.preprocessing import StandardScaler
np.random.seed(7)
X = np.random.randn(40, 3); y = X @ np.array([1.5, -2.0, 0.5]) + 0.25 + 0.1 * np.random.randn(40)
a, b, c, d = train_test_split(X, y, test_size=0.25, random_state=0)
m = LinearRegression().fit(a, c)
r = Ridge(alpha=2.0).fit(a, c)
w = LinearRegression().fit(a, np.stack([c, 2 * c], axis=1))
say(m.coef_, repr(round(float(m.intercept_), 10)), round(m.score(b, d), 10))
say(r.coef_, w.coef_.shape, w.intercept_)
say(round(mean_squared_error(d, m.predict(b)), 10), round(r2_score(d, m.predict(b)), 10))
say(b[:2], StandardScaler().fit_transform(X)[:2])
`;
const printed = `[ 1.47425869 -2.01586335  0.51461321] 0.2466450298 0.9976675061
[ 1.39758379 -1.91128976  0.46895016] (2, 3) [0.24664503 0.49329006]
0.0134342125 0.9976675061
[[-1.19359192 -1.05001681 -0.30019374]
 [-0.36881847 -1.90636988 -0.09961063]] [[ 1.74165638 -0.30858157 -0.19284636]
 [ 0.40324542 -0.62194011 -0.22462932]]
`;

test('regressions, a split, scores and scaling print what scikit-learn prints', async () => {
  const realm = await numpyRealm();
  const said = realm.run(`import io\nout = io.StringIO()\ndef say(*values):\n    print(*values, file=out)\n${program}\nout.getvalue()`);
  expect(said).toBe(printed);
}, 60_000);

test('what is missing or wrong says so', async () => {
  const realm = await numpyRealm();
  const fails = (code: string) =>
    realm.run(`try:\n    ${code}\n    out = ''\nexcept Exception as error:\n    out = type(error).__name__ + ': ' + str(error)\nout`);
  expect(fails('from sklearn.linear_model import LogisticRegression')).toContain(
    'sklearn.linear_model.LogisticRegression is not in Nabla yet',
  );
  expect(fails('import sklearn.svm')).toBe('ModuleNotFoundError: sklearn.svm is not in Nabla yet');
  expect(fails('from sklearn.linear_model import LinearRegression; LinearRegression().predict([[1]])')).toMatch(
    /^NotFittedError: This LinearRegression/,
  );
  expect(fails('from sklearn.linear_model import LinearRegression; LinearRegression().fit([1, 2], [1, 2])')).toMatch(
    /^ValueError: Expected 2D array, got 1D array/,
  );
}, 60_000);
