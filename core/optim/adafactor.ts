// Adafactor (Shazeer, Stern 2018): a matrix's second moments are kept as one row and one column.
import { pow } from '../tensor/math.ts';
import type { FloatArray, UpdateRule } from './update-rule.ts';

const EPSILON32 = 2 ** -23;
const EPSILON64 = 2 ** -52;

/** `hyper`: lr, beta2_decay, eps1 (negative: the dtype's epsilon), eps2, d, weight_decay. The rate follows the parameter's own size. */
export const adafactor: UpdateRule = {
  update(p, g, [row, column, variance], [lr, beta2Decay, eps1Given, eps2, d, decay], t, shape) {
    const single = p instanceof Float32Array;
    const round = single ? Math.fround : same;
    const eps1 = eps1Given >= 0 ? eps1Given : single ? EPSILON32 : EPSILON64;
    const weight = pow(t, beta2Decay);
    const root = Math.sqrt(p.length);
    const alpha = Math.max(eps2, round(norm(p, 0, 1, p.length)) / root) * Math.min(lr, 1 / Math.sqrt(t));
    if (decay !== 0) for (let i = 0; i < p.length; i++) p[i] *= round(1 - lr * decay);
    const update = g.slice();
    if (row !== null && column !== null) factored(update, g, row, column, weight, eps1, shape, round);
    else if (variance !== null) {
      for (let i = 0; i < g.length; i++) {
        variance[i] = lerp(variance[i], round(g[i] * g[i]), weight, round);
        update[i] = variance[i];
      }
    }
    for (let i = 0; i < g.length; i++) update[i] = round(1 / round(Math.sqrt(Math.max(update[i], eps1 * eps1)))) * g[i];
    const step = round(-alpha / Math.max(1, round(norm(update, 0, 1, update.length)) / (root * d)));
    for (let i = 0; i < p.length; i++) p[i] += step * update[i];
  },
};

const same = (x: number): number => x;

/** torch's lerp: from the nearer end. */
function lerp(from: number, to: number, weight: number, round: (x: number) => number): number {
  const w = round(weight);
  const width = round(to - from);
  return w < 0.5 ? from + w * width : to - width * round(1 - w);
}

function norm(values: FloatArray, start: number, stride: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[start + i * stride] ** 2;
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
  round: (x: number) => number,
): void {
  const rows = shape[shape.length - 2];
  const columns = shape[shape.length - 1];
  const size = rows * columns;
  /** The mean square of a line, by way of its norm, as torch reckons it. */
  const mean = (start: number, stride: number, count: number) => round(round(round(norm(g, start, stride, count)) ** 2) / count);
  for (let start = 0, r0 = 0, c0 = 0; start < g.length; start += size, r0 += rows, c0 += columns) {
    let total = 0;
    for (let r = 0; r < rows; r++) {
      row[r0 + r] = lerp(row[r0 + r], mean(start + r * columns, 1, columns), weight, round);
      total += row[r0 + r];
    }
    for (let c = 0; c < columns; c++) column[c0 + c] = lerp(column[c0 + c], mean(start + c, columns, rows), weight, round);
    const scale = Math.max(round(total / rows), eps1);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) update[start + r * columns + c] = round(row[r0 + r] * column[c0 + c]) / scale;
    }
  }
}
