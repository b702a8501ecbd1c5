// AssemblyScript. Elements moved between two layouts, whatever they are: 1, 2, 4 or 8 bytes each. Four dimensions; strides in elements.
import { transpose2, transpose4 } from './pack.ts';

/** Sides of the tiles a matrix is turned in: what is read stays in the first cache while it is written. */
const TILE: i32 = 32;

/** Rows of `n` elements, side by side in both. */
function rows<T>(count: i32, n: i32, from: usize, fromStep: isize, to: usize, toStep: isize): void {
  const bytes = <usize>n * sizeof<T>();
  for (let i = 0; i < count; i++) {
    if (bytes > 512) memory.copy(to, from, bytes);
    else {
      let at: usize = 0;
      for (; at + 15 < bytes; at += 16) v128.store(to + at, v128.load(from + at));
      for (; at < bytes; at += sizeof<T>()) store<T>(to + at, load<T>(from + at));
    }
    from += fromStep;
    to += toStep;
  }
}

/** A matrix whose rows are side by side in `to`, whose columns in `from`. */
function turned<T>(count: i32, n: i32, from: usize, fromAlong: isize, to: usize, toStep: isize): void {
  const width = <i32>(16 / sizeof<T>());
  for (let j = 0; j < n; j += TILE) {
    const end = min(n, j + TILE);
    for (let i = 0; i < count; i += TILE) {
      const last = min(count, i + TILE);
      let c = j;
      if (sizeof<T>() >= 4)
        for (; c + width <= end; c += width) {
          const source = from + <usize>(<isize>c * fromAlong) + <usize>i * sizeof<T>();
          const target = to + <usize>(<isize>i * toStep) + <usize>c * sizeof<T>();
          const three = source + <usize>(3 * fromAlong);
          if (sizeof<T>() === 4)
            transpose4(target, <usize>toStep, source, source + <usize>fromAlong, source + <usize>(2 * fromAlong), three, last - i);
          else transpose2(target, <usize>toStep, source, source + <usize>fromAlong, last - i);
        }
      for (let r = i; r < last; r++) {
        const target = to + <usize>(<isize>r * toStep);
        const source = from + <usize>r * sizeof<T>();
        for (let k = c; k < end; k++) store<T>(target + <usize>k * sizeof<T>(), load<T>(source + <usize>(<isize>k * fromAlong)));
      }
    }
  }
}

/** Rows of one element again and again. */
function repeated<T>(count: i32, n: i32, from: usize, fromStep: isize, to: usize, toStep: isize): void {
  const width = <i32>(16 / sizeof<T>());
  for (let i = 0; i < count; i++) {
    const x = load<T>(from);
    const all = v128.splat<T>(x);
    let at = to;
    let j = 0;
    for (; j + width <= n; j += width, at += 16) v128.store(at, all);
    for (; j < n; j++, at += sizeof<T>()) store<T>(at, x);
    from += fromStep;
    to += toStep;
  }
}

function any<T>(count: i32, n: i32, from: usize, f0: isize, f1: isize, to: usize, t0: isize, t1: isize): void {
  for (let i = 0; i < count; i++) {
    let source = from;
    let target = to;
    for (let j = 0; j < n; j++) {
      store<T>(target, load<T>(source));
      source += f1;
      target += t1;
    }
    from += f0;
    to += t0;
  }
}

export function copy<T>(
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  from: usize,
  f0: isize,
  f1: isize,
  f2: isize,
  f3: isize,
  to: usize,
  t0: isize,
  t1: isize,
  t2: isize,
  t3: isize,
): void {
  const size = <isize>sizeof<T>();
  for (let i = 0; i < n0; i++)
    for (let j = 0; j < n1; j++) {
      const source = from + <usize>((<isize>i * f0 + <isize>j * f1) * size);
      const target = to + <usize>((<isize>i * t0 + <isize>j * t1) * size);
      if (f3 === 1 && t3 === 1) rows<T>(n2, n3, source, f2 * size, target, t2 * size);
      else if (f3 === 0 && t3 === 1) repeated<T>(n2, n3, source, f2 * size, target, t2 * size);
      else if (f2 === 1 && t3 === 1) turned<T>(n2, n3, source, f3 * size, target, t2 * size);
      else any<T>(n2, n3, source, f2 * size, f3 * size, target, t2 * size, t3 * size);
    }
}
