// Images read at points given as coordinates in -1 … 1, and the gradients of that, twice. Names no op.
import { numelOf } from '../../tensor/shape.ts';
import type { GridGeometry, GridTwice } from '../../tensor/spatial-device.ts';
import { elementStart, type Tensor, wholeView } from '../../tensor/tensor.ts';
import type { FloatView } from './columns.ts';
import { forEachPoint, type Reading, whole } from './grid-readings.ts';

export function gridSample(input: Tensor, grid: Tensor, out: Tensor, g: GridGeometry): void {
  if (out.numel === 0) return;
  const view = wholeView(input.dtype) as FloatView;
  const C = input.shape[1];
  const sizes = input.shape.slice(2);
  const [H, W] = sizes.slice(-2);
  const plane = numelOf(sizes);
  const points = numelOf(grid.shape.slice(1, -1));
  const [from, to] = [elementStart(input), elementStart(out)];
  forEachPoint(input, grid, g, (n, point, readings) => {
    const [z, y, x] = readings.length === 2 ? [whole, ...readings] : readings;
    for (let c = 0; c < C; c++) {
      const base = from + (n * C + c) * plane;
      let sum = 0;
      for (let i = 0; i < z.count; i++) {
        if (z.pixel[i] < 0) continue;
        for (let j = 0; j < y.count; j++) {
          if (y.pixel[j] < 0) continue;
          const row = base + (z.pixel[i] * H + y.pixel[j]) * W;
          for (let k = 0; k < x.count; k++) if (x.pixel[k] >= 0) sum += z.weight[i] * y.weight[j] * x.weight[k] * view[row + x.pixel[k]];
        }
      }
      view[to + (n * C + c) * points + point] = sum;
    }
  });
}

export function gridSampleBackward(
  grad: Tensor,
  input: Tensor,
  grid: Tensor,
  inputGrad: Tensor | null,
  gridGrad: Tensor | null,
  g: GridGeometry,
): void {
  const view = wholeView(input.dtype) as FloatView;
  if (inputGrad !== null) (inputGrad.typedView() as FloatView).fill(0);
  const C = input.shape[1];
  const rank = input.shape.length - 2;
  const sizes = input.shape.slice(2);
  const [H, W] = sizes.slice(-2);
  const plane = numelOf(sizes);
  const points = numelOf(grid.shape.slice(1, -1));
  const [from, up] = [elementStart(input), elementStart(grad)];
  const to = inputGrad === null ? 0 : elementStart(inputGrad);
  const gridTo = gridGrad === null ? 0 : elementStart(gridGrad);
  forEachPoint(input, grid, g, (n, point, readings) => {
    const [z, y, x] = rank === 2 ? [whole, ...readings] : readings;
    let [dz, dy, dx] = [0, 0, 0];
    for (let c = 0; c < C; c++) {
      const base = (n * C + c) * plane;
      const u = view[up + (n * C + c) * points + point];
      for (let i = 0; i < z.count; i++) {
        if (z.pixel[i] < 0) continue;
        for (let j = 0; j < y.count; j++) {
          if (y.pixel[j] < 0) continue;
          const row = base + (z.pixel[i] * H + y.pixel[j]) * W;
          for (let k = 0; k < x.count; k++) {
            if (x.pixel[k] < 0) continue;
            const [a, b, d] = [z.weight[i], y.weight[j], x.weight[k]];
            if (inputGrad !== null) view[to + row + x.pixel[k]] += u * a * b * d;
            const v = u * view[from + row + x.pixel[k]];
            dz += z.slope[i] * b * d * v;
            dy += a * y.slope[j] * d * v;
            dx += a * b * x.slope[k] * v;
          }
        }
      }
    }
    if (gridGrad !== null) {
      const at = gridTo + (n * points + point) * rank;
      view[at] = dx;
      view[at + 1] = dy;
      if (rank === 3) view[at + 2] = dz;
    }
  });
}

/**
 * Gradients of ⟨V, input gradient⟩ + ⟨U, grid gradient⟩: with w the weights, D = Σ U_d ∂_d w and g the gradient,
 * by g it is Σ (V w + x D), by the input g D, by the grid Σ g (V ∂w + x ∂D).
 */
export function gridSampleTwice(grad: Tensor, input: Tensor, grid: Tensor, t: GridTwice, geometry: GridGeometry): void {
  const view = wholeView(input.dtype) as FloatView;
  (t.inputOut.typedView() as FloatView).fill(0);
  const C = input.shape[1];
  const rank = input.shape.length - 2;
  const sizes = input.shape.slice(2);
  const [H, W] = sizes.slice(-2);
  const plane = numelOf(sizes);
  const points = numelOf(grid.shape.slice(1, -1));
  const [from, up] = [elementStart(input), elementStart(grad)];
  const along = t.alongInput === null ? -1 : elementStart(t.alongInput);
  const moved = t.alongGrid === null ? -1 : elementStart(t.alongGrid);
  const [gradTo, inputTo, gridTo] = [t.gradOut, t.inputOut, t.gridOut].map(elementStart);
  const by = [0, 0, 0];
  forEachPoint(input, grid, geometry, (n, point, readings) => {
    const [z, y, x] = rank === 2 ? [whole, ...readings] : readings;
    const at = (n * points + point) * rank;
    const u = (d: number): number => (moved < 0 || d >= rank ? 0 : view[moved + at + d]);
    const [ux, uy, uz] = [u(0), u(1), u(2)];
    by.fill(0);
    for (let c = 0; c < C; c++) {
      const base = (n * C + c) * plane;
      const g = view[up + (n * C + c) * points + point];
      let sum = 0;
      const tap = (i: number, j: number, k: number): void => {
        const place = base + (z.pixel[i] * H + y.pixel[j]) * W + x.pixel[k];
        const value = view[from + place];
        const v = along < 0 ? 0 : view[along + place];
        const [a, a1, a2] = level(z, i);
        const [b, b1, b2] = level(y, j);
        const [d, d1, d2] = level(x, k);
        const direction = uz * a1 * b * d + uy * a * b1 * d + ux * a * b * d1;
        sum += v * a * b * d + value * direction;
        view[inputTo + place] += g * direction;
        by[0] += g * (v * a * b * d1 + value * (uz * a1 * b * d1 + uy * a * b1 * d1 + ux * a * b * d2));
        by[1] += g * (v * a * b1 * d + value * (uz * a1 * b1 * d + uy * a * b2 * d + ux * a * b1 * d1));
        by[2] += g * (v * a1 * b * d + value * (uz * a2 * b * d + uy * a1 * b1 * d + ux * a1 * b * d1));
      };
      for (let i = 0; i < z.count; i++)
        for (let j = 0; j < y.count; j++)
          for (let k = 0; k < x.count; k++) if (z.pixel[i] >= 0 && y.pixel[j] >= 0 && x.pixel[k] >= 0) tap(i, j, k);
      view[gradTo + (n * C + c) * points + point] = sum;
    }
    for (let d = 0; d < rank; d++) view[gridTo + at + d] = by[d];
  });
}

/** A tap's weight and its two derivatives. */
function level(r: Reading, i: number): [number, number, number] {
  return [r.weight[i], r.slope[i], r.curve[i]];
}
