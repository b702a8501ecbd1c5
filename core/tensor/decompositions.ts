// Decompositions of small dense matrices in doubles, row-major in Float64Arrays: LU, Cholesky, QR, symmetric eigenvalues, singular values.
// Pure numbers: no tensor, no messages.

export type Matrix = Float64Array;

export function transpose(a: Matrix, n: number, m: number): Matrix {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = a[i * m + j];
  return out;
}

/** a [n, k] times b [k, m]. */
export function multiply(a: Matrix, b: Matrix, n: number, k: number, m: number): Matrix {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let l = 0; l < k; l++) {
      const v = a[i * k + l];
      for (let j = 0; j < m; j++) out[i * m + j] += v * b[l * m + j];
    }
  return out;
}

export function identity(n: number): Matrix {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  return out;
}

/** PA = LU in one matrix; `rows` is where each row came from, `swaps` LAPACK's pivots from 1, `zero` the first zero pivot or -1. */
export function lu(source: Matrix, n: number, m: number): { lu: Matrix; rows: number[]; swaps: number[]; sign: number; zero: number } {
  const a = source.slice();
  const rows = Array.from({ length: n }, (_, i) => i);
  const swaps: number[] = [];
  let sign = 1;
  let zero = -1;
  for (let k = 0; k < Math.min(n, m); k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * m + k]) > Math.abs(a[p * m + k])) p = i;
    swaps.push(p + 1);
    if (p !== k) {
      for (let j = 0; j < m; j++) [a[p * m + j], a[k * m + j]] = [a[k * m + j], a[p * m + j]];
      [rows[p], rows[k]] = [rows[k], rows[p]];
      sign = -sign;
    }
    const pivot = a[k * m + k];
    if (pivot === 0) {
      if (zero < 0) zero = k;
      continue;
    }
    for (let i = k + 1; i < n; i++) {
      a[i * m + k] /= pivot;
      const f = a[i * m + k];
      for (let j = k + 1; j < m; j++) a[i * m + j] -= f * a[k * m + j];
    }
  }
  return { lu: a, rows, swaps, sign, zero };
}

/** Solves a triangular system for the columns of b [n, m], in place. */
export function solveTriangular(t: Matrix, n: number, b: Matrix, m: number, upper: boolean, unit: boolean): void {
  for (let s = 0; s < n; s++) {
    const i = upper ? n - 1 - s : s;
    for (let k = upper ? i + 1 : 0; k < (upper ? n : i); k++) {
      const f = t[i * n + k];
      if (f !== 0) for (let j = 0; j < m; j++) b[i * m + j] -= f * b[k * m + j];
    }
    if (!unit) for (let j = 0; j < m; j++) b[i * m + j] /= t[i * n + i];
  }
}

/** X with AX = B from A's factors. */
export function solveFactored(f: { lu: Matrix; rows: readonly number[] }, n: number, b: Matrix, m: number): Matrix {
  const x = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) x[i * m + j] = b[f.rows[i] * m + j];
  solveTriangular(f.lu, n, x, m, false, true);
  solveTriangular(f.lu, n, x, m, true, false);
  return x;
}

/** L with A = LLᵀ from A's lower triangle; `bad` is the order of the first minor that is not positive, else 0. */
export function cholesky(a: Matrix, n: number): { l: Matrix; bad: number } {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    let d = a[j * n + j];
    for (let k = 0; k < j; k++) d -= l[j * n + k] * l[j * n + k];
    if (!(d > 0)) return { l, bad: j + 1 };
    const root = Math.sqrt(d);
    l[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let s = a[i * n + j];
      for (let k = 0; k < j; k++) s -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = s / root;
    }
  }
  return { l, bad: 0 };
}

/** Householder's QR: q [n, n], r [n, m], with LAPACK's signs. */
export function qr(a: Matrix, n: number, m: number): { q: Matrix; r: Matrix } {
  const r = a.slice();
  const q = identity(n);
  for (let k = 0; k < Math.min(n - 1, m); k++) {
    let rest = 0;
    for (let i = k + 1; i < n; i++) rest += r[i * m + k] * r[i * m + k];
    if (rest === 0) continue;
    const alpha = r[k * m + k];
    const norm = Math.sqrt(alpha * alpha + rest);
    const beta = alpha > 0 ? -norm : norm;
    const v = new Float64Array(n);
    v[k] = 1;
    for (let i = k + 1; i < n; i++) v[i] = r[i * m + k] / (alpha - beta);
    const tau = (beta - alpha) / beta;
    for (let j = 0; j < m; j++) {
      let s = 0;
      for (let i = k; i < n; i++) s += v[i] * r[i * m + j];
      for (let i = k; i < n; i++) r[i * m + j] -= tau * s * v[i];
    }
    for (let i = k + 1; i < n; i++) r[i * m + k] = 0;
    for (let i = 0; i < n; i++) {
      let s = 0;
      for (let j = k; j < n; j++) s += q[i * n + j] * v[j];
      for (let j = k; j < n; j++) q[i * n + j] -= tau * s * v[j];
    }
  }
  return { q, r };
}

/** Jacobi's rotations on a symmetric matrix (its lower triangle is read): eigenvalues ascending, eigenvectors as columns. */
export function eigh(a: Matrix, n: number): { values: Float64Array; vectors: Matrix } {
  const s = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) s[i * n + j] = s[j * n + i] = a[i * n + j];
  const v = identity(n);
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        all += s[i * n + j] * s[i * n + j];
        if (i !== j) off += s[i * n + j] * s[i * n + j];
      }
    if (off <= all * 1e-34) break;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const apq = s[p * n + q];
        if (apq === 0) continue;
        const theta = (s[q * n + q] - s[p * n + p]) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(s, n, p, q, c, t * c, true);
        rotate(s, n, p, q, c, t * c, false);
        rotate(v, n, p, q, c, t * c, false);
      }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => s[i * n + i] - s[j * n + j]);
  const values = Float64Array.from(order, (i) => s[i * n + i]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) vectors[i * n + to] = v[i * n + from];
  });
  return { values, vectors };
}

function rotate(a: Matrix, n: number, p: number, q: number, c: number, s: number, rows: boolean): void {
  for (let k = 0; k < n; k++) {
    const [i, j] = rows ? [p * n + k, q * n + k] : [k * n + p, k * n + q];
    const [x, y] = [a[i], a[j]];
    a[i] = c * x - s * y;
    a[j] = s * x + c * y;
  }
}

/** One-sided Jacobi: A [n, m] = U diag(S) Vᵀ with k = min(n, m) columns in u and v, S descending. */
export function svd(a: Matrix, n: number, m: number): { u: Matrix; s: Float64Array; v: Matrix } {
  if (n < m) {
    const { u, s, v } = svd(transpose(a, n, m), m, n);
    return { u: v, s, v: u };
  }
  const w = transpose(a, n, m);
  const v = identity(m);
  const dot = (i: number, j: number): number => {
    let d = 0;
    for (let k = 0; k < n; k++) d += w[i * n + k] * w[j * n + k];
    return d;
  };
  for (let sweep = 0, moved = true; moved && sweep < 60; sweep++) {
    moved = false;
    for (let p = 0; p < m; p++)
      for (let q = p + 1; q < m; q++) {
        const [app, aqq, apq] = [dot(p, p), dot(q, q), dot(p, q)];
        if (Math.abs(apq) <= 1e-16 * Math.sqrt(app * aqq) || apq === 0) continue;
        moved = true;
        const theta = (aqq - app) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [x, y] = [w[p * n + k], w[q * n + k]];
          w[p * n + k] = c * x - s * y;
          w[q * n + k] = s * x + c * y;
        }
        rotate(v, m, p, q, c, s, false);
      }
  }
  const norms = Array.from({ length: m }, (_, i) => Math.sqrt(dot(i, i)));
  const order = norms.map((_, i) => i).sort((i, j) => norms[j] - norms[i]);
  const u = new Float64Array(n * m);
  const right = new Float64Array(m * m);
  order.forEach((from, to) => {
    for (let k = 0; k < n; k++) u[k * m + to] = norms[from] > 0 ? w[from * n + k] / norms[from] : 0;
    for (let k = 0; k < m; k++) right[k * m + to] = v[k * m + from];
  });
  const s = Float64Array.from(order, (i) => norms[i]);
  completeColumns(u, n, m, s.findIndex((x) => !(x > 1e-300)) < 0 ? m : s.findIndex((x) => !(x > 1e-300)));
  return { u, s, v: right };
}

/** Makes the columns from `from` on orthonormal to those before, out of unit vectors. */
export function completeColumns(u: Matrix, n: number, columns: number, from: number): void {
  let axis = 0;
  for (let c = from; c < columns; c++) {
    for (; axis < n; axis++) {
      const e = new Float64Array(n);
      e[axis] = 1;
      for (let pass = 0; pass < 2; pass++)
        for (let j = 0; j < c; j++) {
          let d = 0;
          for (let k = 0; k < n; k++) d += e[k] * u[k * columns + j];
          for (let k = 0; k < n; k++) e[k] -= d * u[k * columns + j];
        }
      let norm = 0;
      for (let k = 0; k < n; k++) norm += e[k] * e[k];
      norm = Math.sqrt(norm);
      if (norm < 0.1 / n) continue;
      for (let k = 0; k < n; k++) u[k * columns + c] = e[k] / norm;
      axis++;
      break;
    }
  }
}
