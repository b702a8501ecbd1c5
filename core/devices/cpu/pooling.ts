// Largest values of windows, and values put back to their places in a plane. Names no op.
import { itemSize } from '../../tensor/dtype.ts';
import { heap } from '../../tensor/heap.ts';
import { numelOf } from '../../tensor/shape.ts';
import type { WindowRange } from '../../tensor/spatial-device.ts';
import { elementStart, type Tensor, wholeView } from '../../tensor/tensor.ts';
import { type FloatView, three } from './columns.ts';
import { kernels } from './kernels.ts';
import { sharedOut } from './threads.ts';
import { wide } from './wide.ts';

/** What a place of the input costs, in multiplications of a matrix product. */
const COST = 16;
const single: WindowRange = { from: new Int32Array(1), to: new Int32Array([1]), step: 1 };

/** The windows along W that are whole and evenly apart, by 1 or 2; four of them may be read at once, so the last ones must leave room. */
function wholeWindows({ from, to }: WindowRange, W: number): { first: number; end: number; stride: number } {
  const n = from.length;
  let size = 0;
  for (let w = 0; w < n; w++) size = Math.max(size, to[w] - from[w]);
  let first = 0;
  while (first < n && to[first] - from[first] < size) first++;
  const stride = first + 1 < n ? from[first + 1] - from[first] : 0;
  if (stride !== 1 && stride !== 2) return { first: 0, end: 0, stride: 1 };
  let end = first + 1;
  while (end < n && from[end] - from[end - 1] === stride && to[end] - from[end] === size) end++;
  // Four windows by two: the last read element stands beside the last window's.
  while (end > first && to[end - 1] - 1 + (stride - 1) >= W) end--;
  return { first, end, stride };
}

export function maxPool(input: Tensor, out: Tensor, indices: Tensor, windows: readonly WindowRange[]): void {
  if (out.numel === 0) return;
  const rank = windows.length;
  const [, H, W] = three(input.shape.slice(-rank), 1);
  const plane = numelOf(input.shape.slice(-rank));
  const [rd, rh, rw] = [...new Array<WindowRange>(3 - rank).fill(single), ...windows];
  const view = wholeView(input.dtype) as FloatView;
  // Places as halves of 64-bit numbers: no plane has 2^31 elements.
  const index = wholeView('int32') as Int32Array;
  let at = elementStart(out);
  let indexAt = elementStart(indices) * 2;
  const planes = input.numel / plane;
  const start = elementStart(input);
  const [oD, oH, oW] = [rd.from.length, rh.from.length, rw.from.length];
  const fast = out.numel >= wide.pooled ? kernels() : null;
  if (fast !== null) {
    const [D] = three(input.shape.slice(-rank), 1);
    const bytes = 8 * (oD + oH + oW);
    const ranges = heap.alloc(bytes);
    heap.I32.set(
      [rd, rh, rw].flatMap(({ from, to }) => [...from, ...to]),
      ranges >>> 2,
    );
    const { first, end, stride } = wholeWindows(rw, W);
    const item = itemSize(input.dtype);
    const pool = item === 4 ? 'maxPool32' : 'maxPool64';
    const count = oD * oH * oW;
    sharedOut(fast, COST * planes * plane, planes, 1, (make, one, last) => {
      const [from, to, places] = [input.dataPtr + one * plane * item, out.dataPtr + one * count * item, indices.dataPtr + one * count * 8];
      make(pool, from, to, places, last - one, D, H, W, oD, oH, oW, ranges, rd.step, rh.step, rw.step, first, end, stride);
    });
    heap.free(ranges, bytes);
    return;
  }
  const [fromX, toX, stepX] = [rw.from, rw.to, rw.step];
  for (let p = 0; p < planes; p++) {
    const base = start + p * plane;
    for (let d = 0; d < oD; d++) {
      const [z0, z1, dz] = [rd.from[d], rd.to[d], rd.step];
      for (let h = 0; h < oH; h++) {
        const [y0, y1, dy] = [rh.from[h], rh.to[h], rh.step];
        const corner = (z0 * H + y0) * W;
        for (let w = 0; w < oW; w++) {
          const x0 = fromX[w];
          const x1 = toX[w];
          let best = corner + x0;
          let value = -Infinity;
          for (let z = z0; z < z1; z += dz) {
            for (let y = y0; y < y1; y += dy) {
              const row = (z * H + y) * W;
              for (let x = x0; x < x1; x += stepX) {
                const v = view[base + row + x];
                // The last NaN wins, as in torch.
                if (v > value || v !== v) {
                  value = v;
                  best = row + x;
                }
              }
            }
          }
          view[at++] = value;
          index[indexAt++] = best;
          index[indexAt++] = 0;
        }
      }
    }
  }
}

export function scatterPlanes(values: Tensor, indices: Tensor, out: Tensor, rank: number, add: boolean): number {
  const view = wholeView(out.dtype) as FloatView;
  const index = wholeView('int32') as Int32Array;
  const start = elementStart(out);
  const plane = numelOf(out.shape.slice(-rank));
  const count = numelOf(values.shape.slice(-rank));
  const planes = count === 0 ? 0 : values.numel / count;
  const fast = out.numel >= wide.pooled && planes > 0 ? kernels() : null;
  if (fast !== null) {
    const scatter = out.dtype === 'float32' ? fast.scatter32 : fast.scatter64;
    return scatter(values.dataPtr, indices.dataPtr, out.dataPtr, planes, count, plane, add);
  }
  view.fill(0, start, start + out.numel);
  let at = elementStart(values);
  let indexAt = elementStart(indices) * 2;
  for (let p = 0; p < planes; p++) {
    const base = start + p * plane;
    for (let i = 0; i < count; i++) {
      const place = index[indexAt];
      indexAt += 2;
      if (place < 0 || place >= plane) return place;
      if (add) view[base + place] += view[at++];
      else view[base + place] = view[at++];
    }
  }
  return -1;
}
