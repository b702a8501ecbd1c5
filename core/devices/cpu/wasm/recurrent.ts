// AssemblyScript. An LSTM layer through time and back, float32, for some rows of its batch: each step is one product against weights that are
// packed once, and one pass over the gates. Row-major: gates and slopes [T, B, 4H], states [T, B, H]. Knows no tensor.
import { sigmoid32, tanh32 } from './functions.ts';
import { KC, MC, tiles } from './gemm.ts';
import { packPanel } from './pack.ts';
import { columns, ROWS } from './tile.ts';

/** The right operand [k, n] of a product in panels, a block of KC along k after the other; n is filled up to whole panels. */
export function packRight32(k: i32, n: i32, b: usize, bk: i32, bj: i32, to: usize): void {
  const width = columns<f32>();
  for (let pc = 0; pc < k; pc += KC) {
    const kc = min(k - pc, KC);
    for (let j = 0; j < n; j += width) {
      packPanel<f32>(to, width, b + <usize>((pc * bk + j * bj) << 2), bj, bk, kc, min(n - j, width));
      to += (<usize>(width * kc)) << 2;
    }
  }
}

/** c [m, n] = a [m, k] · the packed operand, or c += it; row-major. `scratch`: a tile, and a block of a. */
function product(m: i32, n: i32, k: i32, a: usize, packed: usize, c: usize, add: bool, scratch: usize): void {
  const panels = (n + columns<f32>() - 1) / columns<f32>();
  const packedA = scratch + 128;
  const one = f32x4.splat(1);
  for (let pc = 0; pc < k; pc += KC) {
    const kc = min(k - pc, KC);
    for (let ic = 0; ic < m; ic += MC) {
      const mc = min(m - ic, MC);
      let to = packedA;
      for (let i = 0; i < mc; i += ROWS) {
        packPanel<f32>(to, ROWS, a + <usize>(((ic + i) * k + pc) << 2), k, 1, kc, min(mc - i, ROWS));
        to += (<usize>(ROWS * kc)) << 2;
      }
      tiles<f32>(mc, n, kc, packedA, packed, c + <usize>((ic * n) << 2), n, 1, one, false, add || pc > 0, scratch);
    }
    packed += (<usize>(panels * columns<f32>() * kc)) << 2;
  }
}

/** Four numbers, or one. */
function read(at: usize, four: bool): v128 {
  return four ? v128.load(at) : v128.load32_zero(at);
}

function write(at: usize, x: v128, four: bool): void {
  if (four) v128.store(at, x);
  else v128.store32_lane(at, x, 0);
}

/** 1 - x */
function rest(x: v128): v128 {
  return f32x4.sub(f32x4.splat(1), x);
}

/** 1 - x², without loss where x is near ±1. */
function below(x: v128): v128 {
  return f32x4.mul(rest(x), f32x4.add(f32x4.splat(1), x));
}

/** Gates in place become i, f, g, o; c' = f c + i g, h = o tanh c'. */
function gatesForward(gate: usize, before: usize, cell: usize, h: usize, rows: i32, hidden: i32): void {
  const next = (<usize>hidden) << 2;
  for (let b = 0; b < rows; b++) {
    let four = true;
    for (let j = 0; j < hidden; j += four ? 4 : 1) {
      four = j + 3 < hidden;
      const i = sigmoid32(read(gate, four));
      const f = sigmoid32(read(gate + next, four));
      const g = tanh32(read(gate + 2 * next, four));
      const o = sigmoid32(read(gate + 3 * next, four));
      const c = f32x4.add(f32x4.mul(f, read(before, four)), f32x4.mul(i, g));
      write(gate, i, four);
      write(gate + next, f, four);
      write(gate + 2 * next, g, four);
      write(gate + 3 * next, o, four);
      write(cell, c, four);
      write(h, f32x4.mul(o, tanh32(c)), four);
      const step: usize = four ? 16 : 4;
      gate += step;
      before += step;
      cell += step;
      h += step;
    }
    gate += 3 * next;
  }
}

/** Slopes of the gates from dh and dc, which hold the gradients of this step's h and c; dc then those of the step before. `gy` may be 0. */
function gatesBackward(
  gate: usize,
  slope: usize,
  cell: usize,
  before: usize,
  gy: usize,
  dh: usize,
  dc: usize,
  rows: i32,
  hidden: i32,
): void {
  const next = (<usize>hidden) << 2;
  for (let b = 0; b < rows; b++) {
    let four = true;
    for (let j = 0; j < hidden; j += four ? 4 : 1) {
      four = j + 3 < hidden;
      const i = read(gate, four);
      const f = read(gate + next, four);
      const g = read(gate + 2 * next, four);
      const o = read(gate + 3 * next, four);
      let up = read(dh, four);
      if (gy !== 0) up = f32x4.add(up, read(gy, four));
      const tc = tanh32(read(cell, four));
      const d = f32x4.add(read(dc, four), f32x4.mul(f32x4.mul(up, o), below(tc)));
      write(slope, f32x4.mul(f32x4.mul(d, g), f32x4.mul(i, rest(i))), four);
      write(slope + next, f32x4.mul(f32x4.mul(d, read(before, four)), f32x4.mul(f, rest(f))), four);
      write(slope + 2 * next, f32x4.mul(f32x4.mul(d, i), below(g)), four);
      write(slope + 3 * next, f32x4.mul(f32x4.mul(up, tc), f32x4.mul(o, rest(o))), four);
      write(dc, f32x4.mul(d, f), four);
      const step: usize = four ? 16 : 4;
      gate += step;
      slope += step;
      cell += step;
      before += step;
      if (gy !== 0) gy += step;
      dh += step;
      dc += step;
    }
    gate += 3 * next;
    slope += 3 * next;
  }
}

/** `rows` of the batch from `first` on, through all steps: `gates` hold the input's products, `packed` the hidden state's weights [H, 4H]. */
export function lstmForward32(
  steps: i32,
  batch: i32,
  hidden: i32,
  reverse: bool,
  first: i32,
  rows: i32,
  packed: usize,
  hx: usize,
  cx: usize,
  gates: usize,
  cells: usize,
  output: usize,
  scratch: usize,
): void {
  const start = (<usize>(first * hidden)) << 2;
  const all = (<usize>(batch * hidden)) << 2;
  let h = hx + start;
  let c = cx + start;
  for (let s = 0; s < steps; s++) {
    const t = <usize>(reverse ? steps - 1 - s : s) * all + start;
    const gate = gates + 4 * t;
    product(rows, 4 * hidden, hidden, h, packed, gate, true, scratch);
    h = output + t;
    gatesForward(gate, c, cells + t, h, rows, hidden);
    c = cells + t;
  }
}

/** The same rows back through all steps: fills `slopes`, leaves the gradients of the first states in `dh` and `dc`. `packed`: the weights [4H, H]. */
export function lstmBackward32(
  steps: i32,
  batch: i32,
  hidden: i32,
  reverse: bool,
  first: i32,
  rows: i32,
  packed: usize,
  cx: usize,
  gates: usize,
  cells: usize,
  gy: usize,
  slopes: usize,
  dh: usize,
  dc: usize,
  scratch: usize,
): void {
  const start = (<usize>(first * hidden)) << 2;
  const all = (<usize>(batch * hidden)) << 2;
  for (let s = steps - 1; s >= 0; s--) {
    const t = <usize>(reverse ? steps - 1 - s : s) * all + start;
    const before = s === 0 ? cx + start : cells + (reverse ? t + all : t - all);
    const slope = slopes + 4 * t;
    gatesBackward(gates + 4 * t, slope, cells + t, before, gy === 0 ? 0 : gy + t, dh + start, dc + start, rows, hidden);
    product(rows, hidden, 4 * hidden, slope, packed, dh + start, false, scratch);
  }
}
