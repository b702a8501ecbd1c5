// AssemblyScript. Copies a strided matrix into the panels the tile reads: `width` elements side by side for each k, missing ones 0.

/** A panel of `width` elements × `kc`, of which `valid` exist; `across` and `along` are strides in elements. */
export function packPanel<T>(to: usize, width: i32, from: usize, across: isize, along: isize, kc: i32, valid: i32): void {
  const size = sizeof<T>();
  const stepAcross = across * <isize>size;
  const stepAlong = along * <isize>size;
  if (valid === width && across === 1) {
    const bytes = <usize>width * size;
    for (let k = 0; k < kc; k++) {
      for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at));
      to += bytes;
      from += stepAlong;
    }
    return;
  }
  if (valid === width && along === 1) {
    for (let j = 0; j < width; j += <i32>(16 / sizeof<T>())) {
      const target = to + <usize>j * size;
      const source = from + <usize>(<isize>j * stepAcross);
      const bytes = <usize>width * size;
      if (sizeof<T>() === 4) transpose4(target, bytes, source, source + stepAcross, source + 2 * stepAcross, source + 3 * stepAcross, kc);
      else transpose2(target, bytes, source, source + stepAcross, kc);
    }
    return;
  }
  for (let k = 0; k < kc; k++) {
    let at = from;
    for (let j = 0; j < width; j++) {
      store<T>(to, j < valid ? load<T>(at) : <T>0);
      to += size;
      at += stepAcross;
    }
    from += stepAlong;
  }
}

/** Four rows, `step` bytes apart and contiguous along k, side by side for each k; `stepTo` bytes from one k to the next. Missing ones: any. */
export function packRows<T>(to: usize, stepTo: usize, from: usize, step: usize, rows: i32, kc: i32): void {
  const f1 = rows > 1 ? from + step : from;
  const f2 = rows > 2 ? f1 + step : from;
  const f3 = rows > 3 ? f2 + step : from;
  if (sizeof<T>() === 4) transpose4(to, stepTo, from, f1, f2, f3, kc);
  else {
    transpose2(to, stepTo, from, f1, kc);
    transpose2(to + 16, stepTo, f2, f3, kc);
  }
}

/** Four float32 rows, contiguous along k, turned on their side. */
export function transpose4(to: usize, stepTo: usize, f0: usize, f1: usize, f2: usize, f3: usize, kc: i32): void {
  let k = 0;
  for (; k + 3 < kc; k += 4) {
    const at = (<usize>k) << 2;
    const r0 = v128.load(f0 + at);
    const r1 = v128.load(f1 + at);
    const r2 = v128.load(f2 + at);
    const r3 = v128.load(f3 + at);
    const x0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const x1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const y0 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const y1 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(x0, y0, 0, 1, 4, 5));
    v128.store(to + stepTo, v128.shuffle<f32>(x0, y0, 2, 3, 6, 7));
    v128.store(to + 2 * stepTo, v128.shuffle<f32>(x1, y1, 0, 1, 4, 5));
    v128.store(to + 3 * stepTo, v128.shuffle<f32>(x1, y1, 2, 3, 6, 7));
    to += 4 * stepTo;
  }
  for (; k < kc; k++) {
    const at = (<usize>k) << 2;
    store<f32>(to, load<f32>(f0 + at));
    store<f32>(to, load<f32>(f1 + at), 4);
    store<f32>(to, load<f32>(f2 + at), 8);
    store<f32>(to, load<f32>(f3 + at), 12);
    to += stepTo;
  }
}

/** Two float64 rows. */
export function transpose2(to: usize, stepTo: usize, f0: usize, f1: usize, kc: i32): void {
  let k = 0;
  for (; k + 1 < kc; k += 2) {
    const at = (<usize>k) << 3;
    const r0 = v128.load(f0 + at);
    const r1 = v128.load(f1 + at);
    v128.store(to, v128.shuffle<f64>(r0, r1, 0, 2));
    v128.store(to + stepTo, v128.shuffle<f64>(r0, r1, 1, 3));
    to += 2 * stepTo;
  }
  for (; k < kc; k++) {
    const at = (<usize>k) << 3;
    store<f64>(to, load<f64>(f0 + at));
    store<f64>(to, load<f64>(f1 + at), 8);
    to += stepTo;
  }
}
