// AssemblyScript. Matrix products too small to pack: straight from memory by strides, in the bits of the reference.

/** Element [i, j … j + 3] of a float32 product's sums: every product is exact in a double, every sum rounded to float32 once. */
function next(sum: f32, x: f64, y: usize): f32 {
  return <f32>(<f64>sum + x * <f64>load<f32>(y));
}

function finish(sum: f32, alpha: f64, bias: usize, beta: f64): f32 {
  const scaled = <f64>sum * alpha;
  return <f32>(bias === 0 ? scaled : scaled + beta * <f64>load<f32>(bias));
}

/** c [m, n] = alpha · a [m, k] · b [k, n] + beta · bias (address 0: none). Strides in elements. */
export function smallProduct(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  ai: i32,
  ak: i32,
  b: usize,
  bk: i32,
  bj: i32,
  c: usize,
  ci: i32,
  cj: i32,
  bias: usize,
  di: i32,
  dj: i32,
  alpha: f64,
  beta: f64,
): void {
  if (n < 4 && m > n) {
    // On its side, so that four sums run beside each other.
    smallProduct(n, m, k, b, bj, bk, a, ak, ai, c, cj, ci, bias, dj, di, alpha, beta);
    return;
  }
  const aRow = <usize>(ai << 2);
  const aStep = <usize>(ak << 2);
  const bStep = <usize>(bk << 2);
  const bColumn = <usize>(bj << 2);
  const cColumn = <usize>(cj << 2);
  const dColumn = <usize>(dj << 2);
  for (let i = 0; i < m; i++) {
    let to = c;
    let from = bias;
    let right = b;
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      let s0: f32 = 0;
      let s1: f32 = 0;
      let s2: f32 = 0;
      let s3: f32 = 0;
      let x = a;
      let y = right;
      for (let p = 0; p < k; p++) {
        const left = <f64>load<f32>(x);
        s0 = next(s0, left, y);
        s1 = next(s1, left, y + bColumn);
        s2 = next(s2, left, y + 2 * bColumn);
        s3 = next(s3, left, y + 3 * bColumn);
        x += aStep;
        y += bStep;
      }
      store<f32>(to, finish(s0, alpha, from, beta));
      store<f32>(to + cColumn, finish(s1, alpha, from + dColumn, beta));
      store<f32>(to + 2 * cColumn, finish(s2, alpha, from + 2 * dColumn, beta));
      store<f32>(to + 3 * cColumn, finish(s3, alpha, from + 3 * dColumn, beta));
      to += 4 * cColumn;
      from += 4 * dColumn;
      right += 4 * bColumn;
    }
    for (; j < n; j++) {
      let s: f32 = 0;
      let x = a;
      let y = right;
      for (let p = 0; p < k; p++) {
        s = next(s, <f64>load<f32>(x), y);
        x += aStep;
        y += bStep;
      }
      store<f32>(to, finish(s, alpha, from, beta));
      to += cColumn;
      from += dColumn;
      right += bColumn;
    }
    a += aRow;
    c += <usize>(ci << 2);
    bias += <usize>(di << 2);
  }
}
