// Softmax and its logarithm of one line of numbers: the reference, and the order in which every path adds: in lanes along rows, in turn
// down columns. Float32 lines are computed in float32 steps, as vector units take them. Names no op.
import { exp, log } from '../../tensor/math.ts';

const { fround } = Math;
const log2e = fround(Math.LOG2E);
const magic = 12583063;
/** ln 2 in two parts; products of the first with whole numbers to 256 are exact. */
const high = 0.693145751953125;
const low = fround(1.428606765330187e-6);
/** e^r = 1 + r + r²(c2 + r(c3 + …)) to 2^-28 for |r| ≤ ln 2 / 2. */
const c2 = 0.4999999403953552;
const c3 = 0.1666652113199234;
const c4 = 0.04166838899254799;
const c5 = 0.008368716575205326;
const c6 = 0.0013814601115882397;

/** 2^(24 - n) */
const powers = Float64Array.from({ length: 151 }, (_, n) => 2 ** 24 / 2 ** n);

/** 2^24 · e^x for a float32 x ≤ 0 to 1 ulp: a normal float32 whatever x. */
function raised(x: number): number {
  const t = Math.max(x, -104);
  const n = fround(fround(t * log2e) + magic) - magic;
  const r = fround(fround(t - n * high) - fround(n * low));
  let q = fround(c5 + fround(r * c6));
  q = fround(c4 + fround(r * q));
  q = fround(c3 + fround(r * q));
  q = fround(c2 + fround(r * q));
  const p = fround(1 + fround(r + fround(fround(r * r) * q)));
  return p === p ? p * powers[-n] : p;
}

function inTurn(e: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += e[i];
  return sum;
}

/** Eight sums, of every eighth number, as WebAssembly folds a run; what is left over in turn. */
function inEightLanes(e: Float64Array, n: number): number {
  lanes.fill(0);
  const whole = n - (n % 8);
  for (let i = 0; i < whole; i++) lanes[i & 7] += e[i];
  const [a, b, c, d, f, g, h, k] = lanes;
  let sum = a + c + (f + h) + (b + d + (g + k));
  for (let i = whole; i < n; i++) sum += e[i];
  return sum;
}
const lanes = new Float64Array(8);

/** Four sums, of every fourth number, to which 32 are added at once, added up as a tree; `short`: the tree in float32. */
function inFourLanes(e: Float64Array, n: number, short: boolean): number {
  const sums = lanes.fill(0);
  let i = 0;
  for (; i + 31 < n; i += 32) {
    for (let j = i; j < i + 4; j++) {
      const [a, b] = [pair(e, j, short), pair(e, j + 8, short)];
      const [c, d] = [pair(e, j + 16, short), pair(e, j + 24, short)];
      sums[j - i] += short ? fround(fround(a + b) + fround(c + d)) : a + b + (c + d);
    }
  }
  const whole = n - (n % 4);
  for (; i < whole; i++) sums[i & 3] += e[i];
  let sum = sums[0] + sums[2] + (sums[1] + sums[3]);
  for (; i < n; i++) sum += e[i];
  return sum;
}

function pair(e: Float64Array, j: number, short: boolean): number {
  const sum = e[j] + e[j + 4];
  return short ? fround(sum) : sum;
}

let e = new Float64Array(64);

/** The n numbers at `from`, `step` apart, to `to`, `toStep` apart; view: of float32 numbers where `single`. */
export function softmaxLine(
  view: Float32Array | Float64Array,
  from: number,
  step: number,
  n: number,
  to: number,
  toStep: number,
  single: boolean,
  logarithm: boolean,
): void {
  if (e.length < n) e = new Float64Array(2 * n);
  let top = Number.NEGATIVE_INFINITY;
  // A NaN makes the sum NaN.
  for (let i = 0, at = from; i < n; i++, at += step) if (view[at] > top) top = view[at];
  for (let i = 0, at = from; i < n; i++, at += step) e[i] = single ? raised(fround(view[at] - top)) : exp(view[at] - top);
  const sum = toStep > 1 ? inTurn(e, n) : single ? inFourLanes(e, n, !logarithm) : inEightLanes(e, n);
  if (logarithm) {
    const shift = logOfSum(sum, single);
    for (let i = 0; i < n; i++) view[to + i * toStep] = view[from + i * step] - top - shift;
  } else if (single) {
    const share = fround(1 / sum);
    for (let i = 0; i < n; i++) view[to + i * toStep] = e[i] * share;
  } else for (let i = 0; i < n; i++) view[to + i * toStep] = e[i] / sum;
}

/** float32 sums are of 2^24 · e^x. */
export function logOfSum(sum: number, single: boolean): number {
  return log(single ? sum * 2 ** -24 : sum);
}
