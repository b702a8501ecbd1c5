// Muon (Jordan 2024): momentum, made orthogonal by a Newton-Schulz iteration in bfloat16. For matrices only.
import { toBfloat16 } from './bfloat16.ts';
import type { FloatArray, UpdateRule } from './update-rule.ts';

/** `hyper`: the adjusted rate, lr·weight_decay, momentum, nesterov, the three coefficients, eps, the number of iterations. */
export const muon: UpdateRule = {
  update(p, g, [buffer], [rate, decay, momentum, nesterov, a, b, c, eps, iterations], _t, [rows, columns]) {
    if (buffer === null) return;
    const update = g.slice();
    for (let i = 0; i < g.length; i++) {
      buffer[i] += (1 - momentum) * (g[i] - buffer[i]);
      update[i] = nesterov ? g[i] + momentum * (buffer[i] - g[i]) : buffer[i];
    }
    const made = orthogonal(update, rows, columns, [a, b, c], eps, iterations);
    for (let i = 0; i < p.length; i++) {
      p[i] *= 1 - decay;
      p[i] -= rate * made[i];
    }
  },
};

/** X ← a·X + (b·XXᵀ + c·(XXᵀ)²)·X, from X = G/‖G‖; every product is rounded to bfloat16 once. */
function orthogonal(
  g: FloatArray,
  rows: number,
  columns: number,
  [a, b, c]: readonly [number, number, number],
  eps: number,
  iterations: number,
): Float32Array {
  const tall = rows > columns;
  const [n, m] = tall ? [columns, rows] : [rows, columns];
  let x: Float32Array = new Float32Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) x[i * m + j] = toBfloat16(tall ? g[j * n + i] : g[i * m + j]);
  let sum = 0;
  for (const v of x) sum += v * v;
  const length = Math.max(toBfloat16(Math.sqrt(sum)), toBfloat16(eps));
  x = x.map((v) => toBfloat16(v / length));
  for (let turn = 0; turn < iterations; turn++) {
    const gram = product(x, transposed(x, n, m), n, m, n, null, 0, 1);
    const mixed = product(gram, gram, n, n, n, gram, b, c);
    x = product(mixed, x, n, n, m, x, a, 1);
  }
  return tall ? transposed(x, n, m) : x;
}

function transposed(x: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j];
  return out;
}

/** beta·base + alpha·(x·y), one rounding at the end. */
function product(
  x: Float32Array,
  y: Float32Array,
  n: number,
  k: number,
  m: number,
  base: Float32Array | null,
  beta: number,
  alpha: number,
): Float32Array {
  const out = new Float32Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += x[i * k + l] * y[l * m + j];
      out[i * m + j] = toBfloat16(alpha * sum + (base === null ? 0 : beta * base[i * m + j]));
    }
  }
  return out;
}
