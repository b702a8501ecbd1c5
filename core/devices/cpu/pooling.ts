// Largest values of windows, and values put back to their places in a plane. Names no op.
import { numelOf } from '../../tensor/shape.ts';
import type { WindowRange } from '../../tensor/spatial-device.ts';
import { elementStart, type Tensor, wholeView } from '../../tensor/tensor.ts';
import { type FloatView, three } from './columns.ts';

const single: WindowRange = { from: new Int32Array(1), to: new Int32Array([1]), step: 1 };

export function maxPool(input: Tensor, out: Tensor, indices: Tensor, windows: readonly WindowRange[]): void {
  if (out.numel === 0) return;
  const rank = windows.length;
  const [, H, W] = three(input.shape.slice(-rank), 1);
  const plane = numelOf(input.shape.slice(-rank));
  const [rd, rh, rw] = [...new Array<WindowRange>(3 - rank).fill(single), ...windows];
  const view = wholeView(input.dtype) as FloatView;
  const index = wholeView('int64') as BigInt64Array;
  let at = elementStart(out);
  let indexAt = elementStart(indices);
  const planes = input.numel / plane;
  for (let p = 0; p < planes; p++) {
    const base = elementStart(input) + p * plane;
    for (let d = 0; d < rd.from.length; d++) {
      for (let h = 0; h < rh.from.length; h++) {
        for (let w = 0; w < rw.from.length; w++) {
          const x0 = rw.from[w];
          let best = (rd.from[d] * H + rh.from[h]) * W + x0;
          let value = -Infinity;
          for (let z = rd.from[d]; z < rd.to[d]; z += rd.step) {
            for (let y = rh.from[h]; y < rh.to[h]; y += rh.step) {
              const row = (z * H + y) * W;
              for (let x = x0; x < rw.to[w]; x += rw.step) {
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
          index[indexAt++] = BigInt(best);
        }
      }
    }
  }
}

export function scatterPlanes(values: Tensor, indices: Tensor, out: Tensor, rank: number, add: boolean): number {
  const view = wholeView(out.dtype) as FloatView;
  const index = wholeView('int32') as Int32Array;
  const start = elementStart(out);
  view.fill(0, start, start + out.numel);
  if (values.numel === 0) return -1;
  const plane = numelOf(out.shape.slice(-rank));
  const count = numelOf(values.shape.slice(-rank));
  const planes = values.numel / count;
  let at = elementStart(values);
  // The low halves of the 64-bit places: no plane has 2^31 elements.
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
