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
    const lanes = <i32>(16 / sizeof<T>());
    for (let j = 0; j < width; j += lanes) {
      transpose<T>(to + <usize>j * size, <usize>width * size, from + <usize>(<isize>j * stepAcross), stepAcross, kc);
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

/** One vector's width of rows, contiguous along k, turned on its side. */
function transpose<T>(to: usize, stepTo: usize, from: usize, stepFrom: isize, kc: i32): void {
  let k = 0;
  if (sizeof<T>() === 4) {
    const f1 = from + stepFrom;
    const f2 = f1 + stepFrom;
    const f3 = f2 + stepFrom;
    for (; k + 3 < kc; k += 4) {
      const at = (<usize>k) << 2;
      const r0 = v128.load(from + at);
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
      store<f32>(to, load<f32>(from + at));
      store<f32>(to, load<f32>(f1 + at), 4);
      store<f32>(to, load<f32>(f2 + at), 8);
      store<f32>(to, load<f32>(f3 + at), 12);
      to += stepTo;
    }
    return;
  }
  const g1 = from + stepFrom;
  for (; k + 1 < kc; k += 2) {
    const at = (<usize>k) << 3;
    const r0 = v128.load(from + at);
    const r1 = v128.load(g1 + at);
    v128.store(to, v128.shuffle<f64>(r0, r1, 0, 2));
    v128.store(to + stepTo, v128.shuffle<f64>(r0, r1, 1, 3));
    to += 2 * stepTo;
  }
  for (; k < kc; k++) {
    const at = (<usize>k) << 3;
    store<f64>(to, load<f64>(from + at));
    store<f64>(to, load<f64>(g1 + at), 8);
    to += stepTo;
  }
}
