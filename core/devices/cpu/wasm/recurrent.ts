// AssemblyScript. An LSTM layer through time and back, float32, for some rows of its batch: each step is one product against weights that are
// packed once, and one pass over the gates. Row-major: gates and slopes [T, B, 4H], states [T, B, H]. Knows no tensor.
import { number, sigmoid, tanh } from './functions.ts';
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

/** Two float32 as float64; one, where there is no second. */
function read(at: usize, both: bool): v128 {
  return f64x2.promote_low_f32x4(both ? v128.load64_zero(at) : v128.load32_zero(at));
}

function write(at: usize, x: v128, both: bool): void {
  const singles = f32x4.demote_f64x2_zero(x);
  if (both) v128.store64_lane(at, singles, 0);
  else v128.store32_lane(at, singles, 0);
}

/** x (1 - x) */
function slopeOf(x: v128): v128 {
  return f64x2.mul(x, f64x2.sub(number(1), x));
}

/** Gates in place become i, f, g, o; c' = f c + i g, h = o tanh c'. */
function gatesForward(gate: usize, before: usize, cell: usize, h: usize, rows: i32, hidden: i32): void {
  const next = (<usize>hidden) << 2;
  for (let b = 0; b < rows; b++) {
    for (let j = 0; j < hidden; j += 2) {
      const both = j + 1 < hidden;
      const i = sigmoid(read(gate, both));
      const f = sigmoid(read(gate + next, both));
      const g = tanh(read(gate + 2 * next, both));
      const o = sigmoid(read(gate + 3 * next, both));
      const c = f64x2.add(f64x2.mul(f, read(before, both)), f64x2.mul(i, g));
      write(gate, i, both);
      write(gate + next, f, both);
      write(gate + 2 * next, g, both);
      write(gate + 3 * next, o, both);
      write(cell, c, both);
      write(h, f64x2.mul(o, tanh(c)), both);
      const step: usize = both ? 8 : 4;
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
    for (let j = 0; j < hidden; j += 2) {
      const both = j + 1 < hidden;
      const i = read(gate, both);
      const f = read(gate + next, both);
      const g = read(gate + 2 * next, both);
      const o = read(gate + 3 * next, both);
      let up = read(dh, both);
      if (gy !== 0) up = f64x2.add(up, read(gy, both));
      const tc = tanh(read(cell, both));
      const d = f64x2.add(read(dc, both), f64x2.mul(f64x2.mul(up, o), f64x2.sub(number(1), f64x2.mul(tc, tc))));
      write(slope, f64x2.mul(f64x2.mul(d, g), slopeOf(i)), both);
      write(slope + next, f64x2.mul(f64x2.mul(d, read(before, both)), slopeOf(f)), both);
      write(slope + 2 * next, f64x2.mul(f64x2.mul(d, i), f64x2.sub(number(1), f64x2.mul(g, g))), both);
      write(slope + 3 * next, f64x2.mul(f64x2.mul(up, tc), slopeOf(o)), both);
      write(dc, f64x2.mul(d, f), both);
      const step: usize = both ? 8 : 4;
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
