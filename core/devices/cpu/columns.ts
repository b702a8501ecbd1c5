// Windows of an image as the columns of a matrix, and back. Images have three spatial dimensions here; names no op.

export type FloatView = Float32Array | Float64Array;

/** Sizes of one image and of the windows over it; fewer spatial dimensions are 1s in front. */
export interface Windows {
  readonly channels: number;
  readonly size: readonly number[];
  readonly kernel: readonly number[];
  readonly out: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

/** Fills up to three numbers from the left. */
export function three(values: readonly number[], fill: number): number[] {
  return [...new Array<number>(3 - values.length).fill(fill), ...values];
}

/** Positions [lo, hi) whose element `offset + position · stride` lies in 0 … size - 1. */
function inside(offset: number, stride: number, size: number, count: number, which: 0 | 1): number {
  if (which === 0) return offset >= 0 ? 0 : Math.min(count, Math.ceil(-offset / stride));
  return Math.max(0, Math.min(count, Math.floor((size - 1 - offset) / stride) + 1));
}

/** view[to …] = the matrix [channels · kernel, positions] of the image at `from`. */
export function imageToColumns(view: FloatView, from: number, to: number, w: Windows): void {
  const [D, H, W] = w.size;
  const [kD, kH, kW] = w.kernel;
  const [oD, oH, oW] = w.out;
  const [sD, sH, sW] = w.stride;
  let at = to;
  for (let c = 0; c < w.channels; c++) {
    for (let kd = 0; kd < kD; kd++) {
      for (let kh = 0; kh < kH; kh++) {
        for (let kw = 0; kw < kW; kw++) {
          const z0 = kd * w.dilation[0] - w.padding[0];
          const y0 = kh * w.dilation[1] - w.padding[1];
          const x0 = kw * w.dilation[2] - w.padding[2];
          const lo = inside(x0, sW, W, oW, 0);
          const hi = Math.max(lo, inside(x0, sW, W, oW, 1));
          for (let d = 0; d < oD; d++) {
            const z = z0 + d * sD;
            for (let h = 0; h < oH; h++) {
              const y = y0 + h * sH;
              if (z < 0 || z >= D || y < 0 || y >= H) {
                view.fill(0, at, at + oW);
                at += oW;
                continue;
              }
              const source = from + ((c * D + z) * H + y) * W + x0;
              for (let i = 0; i < lo; i++) view[at + i] = 0;
              if (sW === 1) for (let i = lo; i < hi; i++) view[at + i] = view[source + i];
              else for (let i = lo; i < hi; i++) view[at + i] = view[source + i * sW];
              for (let i = hi; i < oW; i++) view[at + i] = 0;
              at += oW;
            }
          }
        }
      }
    }
  }
}

/** Adds the columns at `from` up into the image at `to`. */
export function columnsToImage(view: FloatView, from: number, to: number, w: Windows): void {
  const [D, H, W] = w.size;
  const [kD, kH, kW] = w.kernel;
  const [oD, oH, oW] = w.out;
  const [sD, sH, sW] = w.stride;
  let at = from;
  for (let c = 0; c < w.channels; c++) {
    for (let kd = 0; kd < kD; kd++) {
      for (let kh = 0; kh < kH; kh++) {
        for (let kw = 0; kw < kW; kw++) {
          const z0 = kd * w.dilation[0] - w.padding[0];
          const y0 = kh * w.dilation[1] - w.padding[1];
          const x0 = kw * w.dilation[2] - w.padding[2];
          const lo = inside(x0, sW, W, oW, 0);
          const hi = inside(x0, sW, W, oW, 1);
          for (let d = 0; d < oD; d++) {
            const z = z0 + d * sD;
            for (let h = 0; h < oH; h++) {
              const y = y0 + h * sH;
              if (z >= 0 && z < D && y >= 0 && y < H) {
                const target = to + ((c * D + z) * H + y) * W + x0;
                if (sW === 1) for (let i = lo; i < hi; i++) view[target + i] += view[at + i];
                else for (let i = lo; i < hi; i++) view[target + i * sW] += view[at + i];
              }
              at += oW;
            }
          }
        }
      }
    }
  }
}
