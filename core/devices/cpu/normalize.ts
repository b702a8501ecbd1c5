// Normalisation over groups of a row-major tensor seen as [outer, groups, inner]: moments, the scaled values, and their gradients, in doubles.
// Large ones in WebAssembly, groups shared out among threads; here and there summed in one order. Names no op.
import type { NormLayout } from '../../tensor/device.ts';
import { heap } from '../../tensor/heap.ts';
import { elementStart, type Tensor, wholeView } from '../../tensor/tensor.ts';
import { type Kernels, kernels } from './kernels.ts';
import { Scratch } from './scratch.ts';
import { type Make, sharedOut } from './threads.ts';
import { wide } from './wide.ts';

/** What an element costs, in multiplications of a matrix product. */
const COST = 16;

function fastFor(x: Tensor, ...others: (Tensor | null)[]): Kernels | null {
  if (x.numel < wide.normalized || x.numel === 0) return null;
  for (const t of others) if (t !== null && !(t.isContiguous && t.dtype === x.dtype)) return null;
  return kernels();
}

/** Runs of groups whose weights' gradients are summed apart, then added up: at most 16, whatever the number of threads. */
function blockOf(groups: number): number {
  return Math.max(64, Math.ceil(groups / 16));
}

/** A group's first weight, how many elements share one, and whether each has its own. */
function weightsOf({ inner, step, period }: NormLayout): { first: (group: number) => number; run: number; each: boolean } {
  const run = Math.min(step, inner);
  return { first: (group) => Math.floor((group * inner) / step) % period, run, each: run === 1 && inner > 1 };
}

/** Σ (x - centre) over a group, or of the squares: in four lanes and a rest, each run from the first lane on. */
function sumAway(view: Float32Array, base: number, { outer, groups, inner }: NormLayout, centre: number, squared: boolean): number {
  let [s0, s1, s2, s3, rest] = [0, 0, 0, 0, 0];
  const whole = inner - (inner % 4);
  for (let a = 0; a < outer; a++) {
    const at = base + a * groups * inner;
    for (let b = at; b < at + whole; b += 4) {
      const [p, q, r, s] = [view[b] - centre, view[b + 1] - centre, view[b + 2] - centre, view[b + 3] - centre];
      s0 += squared ? p * p : p;
      s1 += squared ? q * q : q;
      s2 += squared ? r * r : r;
      s3 += squared ? s * s : s;
    }
    for (let b = at + whole; b < at + inner; b++) {
      const d = view[b] - centre;
      rest += squared ? d * d : d;
    }
  }
  return s0 + s2 + (s1 + s3) + rest;
}

/** Mean and biased variance of each group, in doubles. Shifted by a first value, so that constant groups have exactly no spread. */
export function moments(x: Tensor, layout: NormLayout, mean: Float64Array, variance: Float64Array): void {
  const { outer, groups, inner } = layout;
  const fast = fastFor(x);
  if (fast !== null) {
    const name = x.dtype === 'float32' ? 'moments32' : 'moments64';
    const scratch = new Scratch();
    const [toMean, toVariance] = [scratch.take(8 * groups), scratch.take(8 * groups)];
    inGroups(fast, x, groups, (make, from, end) => make(name, x.dataPtr, outer, groups, inner, from, end, toMean, toVariance));
    mean.set(heap.F64.subarray(toMean >>> 3, (toMean >>> 3) + groups));
    variance.set(heap.F64.subarray(toVariance >>> 3, (toVariance >>> 3) + groups));
    scratch.release();
    return;
  }
  const view = wholeView(x.dtype) as Float32Array;
  const n = outer * inner;
  for (let c = 0; c < groups; c++) {
    const base = elementStart(x) + c * inner;
    const shift = n > 0 ? view[base] : 0;
    mean[c] = shift + sumAway(view, base, layout, shift, false) / n;
    variance[c] = sumAway(view, base, layout, mean[c], true) / n;
  }
}

function inGroups(fast: Kernels, x: Tensor, groups: number, work: (make: Make, from: number, end: number) => void): void {
  sharedOut(fast, COST * x.numel, groups, 1, work);
}

/** Doubles for the kernels. */
function doubles(scratch: Scratch, values: ArrayLike<number>): number {
  const at = scratch.take(8 * values.length);
  heap.F64.set(values, at >>> 3);
  return at;
}

const pointer = (t: Tensor | null): number => (t === null ? 0 : t.dataPtr);

/** out = (x - mean) · scale · weight + bias. */
export function normalize(
  x: Tensor,
  layout: NormLayout,
  mean: ArrayLike<number>,
  scale: ArrayLike<number>,
  weight: Tensor | null,
  bias: Tensor | null,
  out: Tensor,
): void {
  const { outer, groups, inner, step, period } = layout;
  const fast = fastFor(x, weight, bias);
  if (fast !== null) {
    const name = x.dtype === 'float32' ? 'normalize32' : 'normalize64';
    const scratch = new Scratch();
    const found = [doubles(scratch, mean), doubles(scratch, scale), pointer(weight), pointer(bias)];
    inGroups(fast, x, groups, (make, from, end) =>
      make(name, x.dataPtr, out.dataPtr, outer, groups, inner, step, period, ...found, from, end),
    );
    scratch.release();
    return;
  }
  const view = wholeView(x.dtype) as Float32Array;
  const [from, to] = [elementStart(x), elementStart(out)];
  const { first, run, each } = weightsOf(layout);
  const weights = weight?.toArray();
  const biases = bias?.toArray();
  for (let c = 0; c < groups; c++) {
    const m = mean[c];
    const s = scale[c];
    const k = first(c);
    for (let a = 0; a < outer; a++) {
      const at = (a * groups + c) * inner;
      if (each) {
        for (let b = 0; b < inner; b++) {
          const y = (view[from + at + b] - m) * s;
          const scaled = weights === undefined ? y : y * weights[k + b];
          view[to + at + b] = biases === undefined ? scaled : scaled + biases[k + b];
        }
        continue;
      }
      for (let start = 0, w = k; start < inner; start += run, w++) {
        const factor = weights === undefined ? s : s * weights[w];
        const add = biases === undefined ? 0 : biases[w];
        for (let b = at + start; b < at + start + run; b++) view[to + b] = (view[from + b] - m) * factor + add;
      }
    }
  }
}

/** Gradients of `normalize`; with `moving` the moments are x's own, otherwise constants. Those of the weights are summed block by block. */
export function normalizeBackward(
  g: Tensor,
  x: Tensor,
  layout: NormLayout,
  mean: ArrayLike<number>,
  scale: ArrayLike<number>,
  weight: Tensor | null,
  moving: boolean,
  toX: Tensor | null,
  toWeight: Float64Array,
  toBias: Float64Array,
): void {
  const { outer, groups, inner, step, period } = layout;
  const block = blockOf(groups);
  const blocks = Math.ceil(groups / block);
  const fast = fastFor(x, weight, g);
  if (fast !== null) {
    const name = x.dtype === 'float32' ? 'normalizeBackward32' : 'normalizeBackward64';
    const scratch = new Scratch();
    const found = [doubles(scratch, mean), doubles(scratch, scale), pointer(weight), moving ? 1 : 0];
    const sums = scratch.take(16 * period * blocks);
    fast.clear(sums, 16 * period * blocks);
    sharedOut(fast, 2 * COST * x.numel, blocks, 1, (make, from, end) => {
      for (let n = from; n < end; n++) {
        const at = sums + 16 * period * n;
        const range = [at, at + 8 * period, n * block, Math.min(groups, (n + 1) * block)];
        make(name, g.dataPtr, x.dataPtr, pointer(toX), outer, groups, inner, step, period, ...found, ...range);
      }
    });
    for (let n = 0, at = sums >>> 3; n < blocks; n++)
      for (const into of [toWeight, toBias]) for (let w = 0; w < period; w++) into[w] += heap.F64[at++];
    scratch.release();
    return;
  }
  const weights = weight === null ? new Float64Array(period).fill(1) : Float64Array.from(weight.toArray());
  const [someWeights, someBiases] = [new Float64Array(period), new Float64Array(period)];
  for (let c = 0; c < groups; c++) {
    groupBackward(g, x, layout, c, mean[c], scale[c], weights, moving, toX, someWeights, someBiases);
    if ((c + 1) % block !== 0 && c + 1 < groups) continue;
    for (let w = 0; w < period; w++) {
      toWeight[w] += someWeights[w];
      toBias[w] += someBiases[w];
    }
    someWeights.fill(0);
    someBiases.fill(0);
  }
}

function groupBackward(
  g: Tensor,
  x: Tensor,
  layout: NormLayout,
  c: number,
  m: number,
  s: number,
  weights: Float64Array,
  moving: boolean,
  toX: Tensor | null,
  toWeight: Float64Array,
  toBias: Float64Array,
): void {
  const { outer, groups, inner } = layout;
  const view = wholeView(x.dtype) as Float32Array;
  const [from, up] = [elementStart(x), elementStart(g)];
  const { first, run, each } = weightsOf(layout);
  const k = first(c);
  const length = each ? inner : run;
  let sum = 0;
  let dot = 0;
  const [grads, dots] = [new Float64Array(5), new Float64Array(5)];
  for (let a = 0; a < outer; a++) {
    const at = (a * groups + c) * inner;
    for (let start = 0, w = k; start < inner; start += length, w++) {
      grads.fill(0);
      dots.fill(0);
      const whole = length - (length % 4);
      for (let b = 0; b < length; b++) {
        const lane = b < whole ? b % 4 : 4;
        const grad = view[up + at + start + b];
        const gy = grad * (view[from + at + start + b] - m) * s;
        if (each) {
          toWeight[k + b] += gy;
          toBias[k + b] += grad;
        }
        grads[lane] += each ? grad * weights[k + b] : grad;
        dots[lane] += each ? gy * weights[k + b] : gy;
      }
      const [runGrad, runDot] = [total(grads), total(dots)];
      sum += each ? runGrad : runGrad * weights[w];
      dot += each ? runDot : runDot * weights[w];
      if (each) continue;
      toWeight[w] += runDot;
      toBias[w] += runGrad;
    }
  }
  if (toX === null) return;
  const to = elementStart(toX);
  const average = moving ? sum / (outer * inner) : 0;
  const slope = moving ? dot / (outer * inner) : 0;
  for (let a = 0; a < outer; a++) {
    const at = (a * groups + c) * inner;
    for (let b = 0; b < inner; b++) {
      const y = (view[from + at + b] - m) * s;
      const w = each ? k + b : k + Math.floor(b / run);
      view[to + at + b] = s * (view[up + at + b] * weights[w] - average - y * slope);
    }
  }
}

const total = (s: Float64Array): number => s[0] + s[2] + (s[1] + s[3]) + s[4];
