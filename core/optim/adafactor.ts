// Adafactor (Shazeer, Stern 2018): a matrix's second moments are kept as one row and one column.
import { pow } from '../tensor/math.ts';
import type { FloatArray, UpdateRule } from './update-rule.ts';

const EPSILON32 = 2 ** -23;
const EPSILON64 = 2 ** -52;

/** `hyper`: lr, beta2_decay, eps1 (negative: the dtype's epsilon), eps2, d, weight_decay. The rate follows the parameter's own size. */
export const adafactor: UpdateRule = {
  update(p, g, [row, column, variance], [lr, beta2Decay, eps1Given, eps2, d, decay], t, shape) {
    const eps1 = eps1Given >= 0 ? eps1Given : p instanceof Float32Array ? EPSILON32 : EPSILON64;
    const weight = pow(t, beta2Decay);
    const root = Math.sqrt(p.length);
    const alpha = Math.max(eps2, norm(p) / root) * Math.min(lr, 1 / Math.sqrt(t));
    if (decay !== 0) for (let i = 0; i < p.length; i++) p[i] *= 1 - lr * decay;
    const update = g.slice();
    if (row !== null && column !== null) factored(update, g, row, column, weight, eps1, shape);
    else if (variance !== null) {
      for (let i = 0; i < g.length; i++) {
        variance[i] += weight * (g[i] * g[i] - variance[i]);
        update[i] = variance[i];
      }
    }
    for (let i = 0; i < g.length; i++) update[i] = g[i] / Math.sqrt(Math.max(update[i], eps1 * eps1));
    const step = alpha / Math.max(1, norm(update) / (root * d));
    for (let i = 0; i < p.length; i++) p[i] -= step * update[i];
  },
};

function norm(values: FloatArray): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
}

/** Writes row ⊗ column / mean(row) into `update`, over the last two dimensions. */
function factored(
  update: FloatArray,
  g: FloatArray,
  row: FloatArray,
  column: FloatArray,
  weight: number,
  eps1: number,
  shape: readonly number[],
): void {
  const rows = shape[shape.length - 2];
  const columns = shape[shape.length - 1];
  const size = rows * columns;
  for (let start = 0, r0 = 0, c0 = 0; start < g.length; start += size, r0 += rows, c0 += columns) {
    let mean = 0;
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += g[start + r * columns + c] ** 2;
      row[r0 + r] += weight * (sum / columns - row[r0 + r]);
      mean += row[r0 + r];
    }
    mean = Math.max(mean / rows, eps1);
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += g[start + r * columns + c] ** 2;
      column[c0 + c] += weight * (sum / rows - column[c0 + c]);
    }
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) update[start + r * columns + c] = (row[r0 + r] * column[c0 + c]) / mean;
    }
  }
}
