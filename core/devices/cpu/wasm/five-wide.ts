// AssemblyScript. The gradient for the input of kernels five wide that step from pixel to pixel, float32: five taps of a row are summed up beside
// one another over the same gradients, and moved to their pixels at the end. Nothing is padded, laid out or cleared.
import { fma } from './lanes.ts';

/** Pixels 0 … 3 of `b` moved right, the last of `a` before them. */
function moved1(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 3, 4, 5, 6);
}
function moved2(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 4, 5);
}
function moved3(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 1, 2, 3, 4);
}

/**
 * image [inputs, rows + high - 1, width + 4] = the gradient of weight [outputs, inputs, high, 5] over the windows' gradients g
 * [outputs, rows, width], the width a multiple of 12. Three taps in one walk and two in another: more sums than that do not stay in registers.
 */
export function inputGradientFive(
  outputs: i32,
  inputs: i32,
  high: i32,
  rows: i32,
  width: i32,
  weight: usize,
  g: usize,
  image: usize,
): void {
  const rowBytes = (<usize>width) << 2;
  const plane = <usize>rows * rowBytes;
  const nextOutput = <usize>(inputs * high * 20);
  const everyOutput = <usize>outputs * nextOutput;
  const zero = f32x4.splat(0);
  for (let c = 0; c < inputs; c++) {
    for (let y = 0; y < rows + high - 1; y++, image += 16) {
      const first = max(0, y - rows + 1);
      const taps = <usize>(min(high - 1, y) - first + 1) * 20;
      const start = weight + <usize>((c * high + first) * 20);
      const last = start + everyOutput;
      let from = g + <usize>(y - first) * rowBytes;
      let behind = zero;
      for (let x = 0; x < width; x += 12, from += 48, image += 48) {
        let a0 = zero;
        let a1 = zero;
        let a2 = zero;
        let b0 = zero;
        let b1 = zero;
        let b2 = zero;
        let c0 = zero;
        let c1 = zero;
        let c2 = zero;
        let up = from;
        for (let a = start; a < last; a += nextOutput, up += plane) {
          let at = up;
          const end = a + taps;
          for (let w = a; w < end; w += 20, at -= rowBytes) {
            const g0 = v128.load(at);
            const g1 = v128.load(at, 16);
            const g2 = v128.load(at, 32);
            const w0 = v128.load_splat<f32>(w);
            a0 = fma<f32>(w0, g0, a0);
            a1 = fma<f32>(w0, g1, a1);
            a2 = fma<f32>(w0, g2, a2);
            const w1 = v128.load_splat<f32>(w, 4);
            b0 = fma<f32>(w1, g0, b0);
            b1 = fma<f32>(w1, g1, b1);
            b2 = fma<f32>(w1, g2, b2);
            const w2 = v128.load_splat<f32>(w, 8);
            c0 = fma<f32>(w2, g0, c0);
            c1 = fma<f32>(w2, g1, c1);
            c2 = fma<f32>(w2, g2, c2);
          }
        }
        v128.store(image, f32x4.add(f32x4.add(behind, a0), f32x4.add(moved1(zero, b0), moved2(zero, c0))));
        v128.store(image, f32x4.add(a1, f32x4.add(moved1(b0, b1), moved2(c0, c1))), 16);
        v128.store(image, f32x4.add(a2, f32x4.add(moved1(b1, b2), moved2(c1, c2))), 32);
        behind = f32x4.add(moved1(b2, zero), moved2(c2, zero));
        a0 = zero;
        a1 = zero;
        a2 = zero;
        b0 = zero;
        b1 = zero;
        b2 = zero;
        up = from;
        for (let a = start; a < last; a += nextOutput, up += plane) {
          let at = up;
          const end = a + taps;
          for (let w = a; w < end; w += 20, at -= rowBytes) {
            const g0 = v128.load(at);
            const g1 = v128.load(at, 16);
            const g2 = v128.load(at, 32);
            const w3 = v128.load_splat<f32>(w, 12);
            a0 = fma<f32>(w3, g0, a0);
            a1 = fma<f32>(w3, g1, a1);
            a2 = fma<f32>(w3, g2, a2);
            const w4 = v128.load_splat<f32>(w, 16);
            b0 = fma<f32>(w4, g0, b0);
            b1 = fma<f32>(w4, g1, b1);
            b2 = fma<f32>(w4, g2, b2);
          }
        }
        v128.store(image, f32x4.add(v128.load(image), moved3(zero, a0)));
        v128.store(image, f32x4.add(v128.load(image, 16), f32x4.add(moved3(a0, a1), b0)), 16);
        v128.store(image, f32x4.add(v128.load(image, 32), f32x4.add(moved3(a1, a2), b1)), 32);
        behind = f32x4.add(behind, f32x4.add(moved3(a2, zero), b2));
      }
      v128.store(image, behind);
    }
  }
}
