// AssemblyScript. The largest value of each window and its place, without branches on the values; four windows at once where they lie in a row.

/** Even elements of eight, or four in a row. */
function lanes(p: usize, stride: i32): v128 {
  const a = v128.load(p);
  return stride === 1 ? a : v128.shuffle<f32>(a, v128.load(p, 16), 0, 2, 4, 6);
}

/** One window: rows `y0`…`y1` of planes `z0`…`z1`, columns `x0`…`x1`. The last NaN wins. */
function largest<T>(
  base: usize,
  H: i32,
  W: i32,
  z0: i32,
  z1: i32,
  dz: i32,
  y0: i32,
  y1: i32,
  dy: i32,
  x0: i32,
  x1: i32,
  dx: i32,
  out: usize,
  places: usize,
): void {
  let best = (z0 * H + y0) * W + x0;
  let value = <T>-Infinity;
  for (let z = z0; z < z1; z += dz) {
    for (let y = y0; y < y1; y += dy) {
      const row = (z * H + y) * W;
      for (let x = x0; x < x1; x += dx) {
        const v = load<T>(base + <usize>(row + x) * sizeof<T>());
        const wins = <i32>(v > value) | <i32>(v !== v);
        value = select<T>(v, value, wins);
        best = select<i32>(row + x, best, wins);
      }
    }
  }
  store<T>(out, value);
  store<i64>(places, <i64>best);
}

/**
 * `ranges` holds int32: where the windows begin and end, along D, H and W in turn (all begins, then all ends, of each). Windows `inner0`…`inner1`
 * along W are whole and `stride` (1 or 2) apart, with room to read four of them at once; there may be none such.
 */
export function maxPool<T>(
  input: usize,
  out: usize,
  places: usize,
  planes: i32,
  D: i32,
  H: i32,
  W: i32,
  outD: i32,
  outH: i32,
  outW: i32,
  ranges: usize,
  dz: i32,
  dy: i32,
  dx: i32,
  inner0: i32,
  inner1: i32,
  stride: i32,
): void {
  const fromZ = ranges;
  const toZ = fromZ + ((<usize>outD) << 2);
  const fromY = toZ + ((<usize>outD) << 2);
  const toY = fromY + ((<usize>outH) << 2);
  const fromX = toY + ((<usize>outH) << 2);
  const toX = fromX + ((<usize>outW) << 2);
  const plane = <usize>(D * H * W) * sizeof<T>();
  const steps = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(stride));
  for (let p = 0; p < planes; p++) {
    for (let d = 0; d < outD; d++) {
      const z0 = load<i32>(fromZ + ((<usize>d) << 2));
      const z1 = load<i32>(toZ + ((<usize>d) << 2));
      for (let h = 0; h < outH; h++) {
        const y0 = load<i32>(fromY + ((<usize>h) << 2));
        const y1 = load<i32>(toY + ((<usize>h) << 2));
        let w = 0;
        while (w < outW) {
          const x0 = load<i32>(fromX + ((<usize>w) << 2));
          const x1 = load<i32>(toX + ((<usize>w) << 2));
          if (sizeof<T>() === 4 && w >= inner0 && w + 4 <= inner1) {
            let value = f32x4.splat(-Infinity);
            let best = i32x4.add(i32x4.splat((z0 * H + y0) * W + x0), steps);
            for (let z = z0; z < z1; z += dz) {
              for (let y = y0; y < y1; y += dy) {
                const row = (z * H + y) * W;
                for (let x = x0; x < x1; x += dx) {
                  const v = lanes(input + ((<usize>(row + x)) << 2), stride);
                  const wins = v128.or(f32x4.gt(v, value), f32x4.ne(v, v));
                  value = v128.bitselect(v, value, wins);
                  best = v128.bitselect(i32x4.add(i32x4.splat(row + x), steps), best, wins);
                }
              }
            }
            v128.store(out, value);
            v128.store(places, i64x2.extend_low_i32x4_u(best));
            v128.store(places, i64x2.extend_high_i32x4_u(best), 16);
            w += 4;
            out += 16;
            places += 32;
          } else {
            largest<T>(input, H, W, z0, z1, dz, y0, y1, dy, x0, x1, dx, out, places);
            w++;
            out += sizeof<T>();
            places += 8;
          }
        }
      }
    }
    input += plane;
  }
}

/**
 * Planes of `plane` numbers made of `count` values each, put (or added) at their places. -1, or the first place that lies outside: what is
 * written then is of no use.
 */
export function scatter<T>(values: usize, places: usize, out: usize, planes: i32, count: i32, plane: i32, add: bool): i64 {
  memory.fill(out, 0, <usize>planes * <usize>plane * sizeof<T>());
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < count; i++) {
      const place = load<i64>(places);
      if (<u64>place >= <u64>plane) return place;
      const at = out + <usize>place * sizeof<T>();
      store<T>(at, add ? load<T>(at) + load<T>(values) : load<T>(values));
      values += sizeof<T>();
      places += 8;
    }
    out += <usize>plane * sizeof<T>();
  }
  return -1;
}
