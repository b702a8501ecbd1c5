// Matrix products and the small dense solvers of numpy.linalg. No Python here.
import type { Tensor } from '../tensor/tensor.ts';
import { bigintsOf, broadcastShapes, made, NumpyError, numbersOf, shapeWords, sizeOf, withStretched } from './numpy-array.ts';
import { isFloat, promotePair } from './numpy-promote.ts';

/** `a @ b` for arrays of 1 dimension and more; a vector's own axis is left out of the result. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const shapeA = a.shape.length === 1 ? [1, a.shape[0]] : a.shape;
  const shapeB = b.shape.length === 1 ? [b.shape[0], 1] : b.shape;
  const [m, k] = shapeA.slice(-2);
  const [k2, n] = shapeB.slice(-2);
  if (k !== k2) {
    throw new NumpyError(
      'ValueError',
      `matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) (size ${k2} is different from ${k})`,
    );
  }
  const batch = broadcastShapes([shapeA.slice(0, -2), shapeB.slice(0, -2)]);
  const dtype = promotePair(a.dtype, b.dtype);
  const shape = [...batch, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])];
  const stretch = <R>(t: Tensor, own: readonly number[], use: (t: Tensor) => R): R =>
    t.shape.length === 1 ? use(t) : withStretched(t, [...batch, ...own.slice(-2)], use);
  const count = sizeOf(batch);
  return stretch(a, shapeA, (left) =>
    stretch(b, shapeB, (right) => {
      if (!isFloat(dtype)) {
        const x = bigintsOf(left);
        const y = bigintsOf(right);
        const out = new BigInt64Array(count * m * n);
        products(count, m, k, n, x.length, y.length, (to, at, by) => {
          out[to] += x[at] * y[by];
        });
        return made(dtype, shape, out);
      }
      const x = numbersOf(left);
      const y = numbersOf(right);
      const out = new Float64Array(count * m * n);
      products(count, m, k, n, x.length, y.length, (to, at, by) => {
        out[to] += x[at] * y[by];
      });
      return made(dtype, shape, out);
    }),
  );
}

/** Calls `step(out, a, b)` for every term; a vector operand (fewer elements) is used again for each of the batch. */
function products(
  count: number,
  m: number,
  k: number,
  n: number,
  sizeA: number,
  sizeB: number,
  step: (to: number, at: number, by: number) => void,
): void {
  for (let c = 0; c < count; c++) {
    const a0 = sizeA === m * k ? 0 : c * m * k;
    const b0 = sizeB === k * n ? 0 : c * k * n;
    for (let i = 0; i < m; i++) {
      for (let p = 0; p < k; p++) for (let j = 0; j < n; j++) step((c * m + i) * n + j, a0 + i * k + p, b0 + p * n + j);
    }
  }
}

/** Solves `a x = b` by Gaussian elimination with partial pivoting; `a` [n, n], `b` [n, m], both float64 row-major and overwritten. Returns the determinant. */
function eliminate(a: Float64Array, b: Float64Array, n: number, m: number): number {
  let determinant = 1;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(a[r * n + c]) > Math.abs(a[pivot * n + c])) pivot = r;
    if (a[pivot * n + c] === 0) return 0;
    if (pivot !== c) {
      determinant = -determinant;
      for (let j = 0; j < n; j++) [a[c * n + j], a[pivot * n + j]] = [a[pivot * n + j], a[c * n + j]];
      for (let j = 0; j < m; j++) [b[c * m + j], b[pivot * m + j]] = [b[pivot * m + j], b[c * m + j]];
    }
    determinant *= a[c * n + c];
    for (let r = c + 1; r < n; r++) {
      const f = a[r * n + c] / a[c * n + c];
      if (f === 0) continue;
      for (let j = c; j < n; j++) a[r * n + j] -= f * a[c * n + j];
      for (let j = 0; j < m; j++) b[r * m + j] -= f * b[c * m + j];
    }
  }
  for (let j = 0; j < m; j++) {
    for (let r = n - 1; r >= 0; r--) {
      let sum = b[r * m + j];
      for (let q = r + 1; q < n; q++) sum -= a[r * n + q] * b[q * m + j];
      b[r * m + j] = sum / a[r * n + r];
    }
  }
  return determinant;
}

const floatOf = (t: Tensor): 'float32' | 'float64' => (t.dtype === 'float32' ? 'float32' : 'float64');

function squareSide(t: Tensor): number {
  if (t.shape.length !== 2) throw new NumpyError('LinAlgError', `${t.shape.length}-dimensional array given. Array must be two-dimensional`);
  if (t.shape[0] !== t.shape[1]) throw new NumpyError('LinAlgError', 'Last 2 dimensions of the array must be square');
  return t.shape[0];
}

/** x of `a x = b`; `b` has one or two dimensions. */
export function solve(a: Tensor, b: Tensor): Tensor {
  const n = squareSide(a);
  if (b.shape[0] !== n) {
    throw new NumpyError(
      'ValueError',
      `solve: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (m,m),(m,n)->(m,n) (size ${b.shape[0]} is different from ${n})`,
    );
  }
  const x = Float64Array.from(numbersOf(b));
  if (eliminate(Float64Array.from(numbersOf(a)), x, n, b.shape.length === 1 ? 1 : b.shape[1]) === 0)
    throw new NumpyError('LinAlgError', 'Singular matrix');
  return made(floatOf(a), b.shape, x);
}

export function inverse(a: Tensor): Tensor {
  const n = squareSide(a);
  const x = new Float64Array(n * n);
  for (let i = 0; i < n; i++) x[i * n + i] = 1;
  if (eliminate(Float64Array.from(numbersOf(a)), x, n, n) === 0) throw new NumpyError('LinAlgError', 'Singular matrix');
  return made(floatOf(a), a.shape, x);
}

export function determinant(a: Tensor): Tensor {
  const n = squareSide(a);
  return made(floatOf(a), [], [eliminate(Float64Array.from(numbersOf(a)), new Float64Array(0), n, 0)]);
}

/**
 * Least squares by Householder QR with column pivoting: minimises |a x - b|; `a` [m, n], `b` [m, k]. A column whose remainder is negligible gets 0.
 * Returns x [n, k] and the rank.
 */
export function leastSquares(a: Tensor, b: Tensor): { readonly x: Tensor; readonly rank: number } {
  const [m, n] = a.shape;
  const k = b.shape[1];
  if (b.shape[0] !== m) throw new NumpyError('LinAlgError', `Incompatible dimensions: ${shapeWords(a.shape)} and ${shapeWords(b.shape)}`);
  const q = Float64Array.from(numbersOf(a));
  const y = Float64Array.from(numbersOf(b));
  const order = Array.from({ length: n }, (_, i) => i);
  const norm2 = (c: number, from: number) => {
    let sum = 0;
    for (let i = from; i < m; i++) sum += q[i * n + c] ** 2;
    return sum;
  };
  let rank = 0;
  let first = 0;
  for (let c = 0; c < Math.min(m, n); c++) {
    let best = c;
    for (let j = c + 1; j < n; j++) if (norm2(j, c) > norm2(best, c)) best = j;
    if (best !== c) {
      for (let i = 0; i < m; i++) [q[i * n + c], q[i * n + best]] = [q[i * n + best], q[i * n + c]];
      [order[c], order[best]] = [order[best], order[c]];
    }
    const length = Math.sqrt(norm2(c, c));
    if (c === 0) first = length;
    if (length <= first * 2.220446049250313e-16 * Math.max(m, n) || length === 0) break;
    rank++;
    // v = x + sign(x₀)|x|e₀, H = I - 2vvᵀ/vᵀv
    const alpha = q[c * n + c] < 0 ? length : -length;
    const v = new Float64Array(m);
    for (let i = c; i < m; i++) v[i] = q[i * n + c];
    v[c] -= alpha;
    let vv = 0;
    for (let i = c; i < m; i++) vv += v[i] * v[i];
    const reflect = (data: Float64Array, width: number, j: number) => {
      let dot = 0;
      for (let i = c; i < m; i++) dot += v[i] * data[i * width + j];
      const f = (2 * dot) / vv;
      for (let i = c; i < m; i++) data[i * width + j] -= f * v[i];
    };
    for (let j = c; j < n; j++) reflect(q, n, j);
    for (let j = 0; j < k; j++) reflect(y, k, j);
  }
  const x = new Float64Array(n * k);
  for (let j = 0; j < k; j++) {
    for (let r = rank - 1; r >= 0; r--) {
      let sum = y[r * k + j];
      for (let p = r + 1; p < rank; p++) sum -= q[r * n + p] * x[order[p] * k + j];
      x[order[r] * k + j] = sum / q[r * n + r];
    }
  }
  return { x: made(floatOf(a), [n, k], x), rank };
}
