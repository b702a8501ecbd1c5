// One SGD update of one parameter, in place: the hot path of a training step. It knows no optimizer object and makes no tensor.
// float32 rounds where torch's kernels round: each torch op below is one rounding (its multiply-adds are fused).
import { deviceOf } from '../tensor/device.ts';
import { isHalf } from '../tensor/dtype.ts';
import type { Expr } from '../tensor/expr.ts';
import { roundTo } from '../tensor/half.ts';
import { heap } from '../tensor/heap.ts';
import { forEachOffset, Tensor, wholeView } from '../tensor/tensor.ts';

export interface SgdHyper {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  readonly maximize: boolean;
}

const round = Math.fround;
/** Parameters from this size on are updated by the device's own loops. */
const WIDE = 1024;
/** Computed in float64 and rounded once, as a fused multiply-add rounds. */
const addScaled: Expr = ['add', 'a', ['mul', 'p', 'b']];
const decayed: Expr = ['add', 'a', ['mul', 'p', ['f32', ['add', ['mul', 'q', 'b'], ['mul', 'r', 'a']]]]];
/** With momentum: the velocity of a from gradient b and parameter c, and the step of parameter a by velocity b and gradient c. */
interface MomentumRows {
  readonly speed: Expr;
  readonly first: Expr;
  readonly step: Expr;
}
const momentumRows = new Map<number, MomentumRows>();

function rowsFor({ maximize, weightDecay, nesterov }: SgdHyper): MomentumRows {
  const key = (maximize ? 1 : 0) + (weightDecay !== 0 ? 2 : 0) + (nesterov ? 4 : 0);
  let rows = momentumRows.get(key);
  if (rows === undefined) {
    const gradient = (g: Expr, parameter: Expr): Expr => {
      const turned: Expr = maximize ? ['neg', g] : g;
      return weightDecay === 0 ? turned : ['f32', ['add', turned, ['mul', 'r', parameter]]];
    };
    const speed: Expr = ['add', ['f32', ['mul', 'p', 'a']], ['mul', 'q', gradient('b', 'c')]];
    const step: Expr = nesterov ? ['f32', ['add', gradient('c', 'a'), ['mul', 'q', 'b']]] : 'b';
    rows = { speed, first: gradient('b', 'c'), step: ['add', 'a', ['mul', 'p', step]] };
    momentumRows.set(key, rows);
  }
  return rows;
}

/**
 * Updates `parameter` from `grad`. With momentum, `buffer` holds the velocity; `fresh` says it was just made and takes the gradient as it is.
 * Versions of what is written are bumped as torch's in-place ops bump them.
 */
export function sgdUpdate(parameter: Tensor, grad: Tensor, buffer: Tensor | null, fresh: boolean, hyper: SgdHyper): void {
  const n = parameter.numel;
  if (parameter.storage.held !== null && buffer === null && n >= WIDE && updateElsewhere(parameter, grad, hyper)) return;
  parameter.storage.own();
  if (buffer !== null) buffer.storage.own();
  if (!(parameter.isContiguous && grad.isContiguous) || isHalf(parameter.dtype)) updateStrided(parameter, grad, buffer, fresh, hyper);
  else if (n >= WIDE && parameter.dtype === 'float32' && grad.dtype === 'float32') updateWide(parameter, grad, buffer, fresh, hyper);
  else if (parameter.dtype === 'float32') {
    const memory = heap.F32;
    const p = (parameter.storage.ptr >>> 2) + parameter.offset;
    const g = (grad.storage.ptr >>> 2) + grad.offset;
    if (buffer === null) {
      if (hyper.weightDecay === 0) {
        const step = round(hyper.maximize ? hyper.lr : -hyper.lr);
        for (let i = 0; i < n; i++) memory[p + i] = memory[p + i] + step * memory[g + i];
      } else {
        const decay = round(hyper.weightDecay);
        const step = round(-hyper.lr);
        const sign = hyper.maximize ? -1 : 1;
        for (let i = 0; i < n; i++) memory[p + i] = memory[p + i] + step * round(sign * memory[g + i] + decay * memory[p + i]);
      }
    } else momentum32(memory, p, g, (buffer.storage.ptr >>> 2) + buffer.offset, n, fresh, hyper);
  } else {
    const memory = heap.F64;
    const p = (parameter.storage.ptr >>> 3) + parameter.offset;
    const g = (grad.storage.ptr >>> 3) + grad.offset;
    if (buffer === null) {
      const sign = hyper.maximize ? -1 : 1;
      for (let i = 0; i < n; i++) memory[p + i] -= hyper.lr * (sign * memory[g + i] + hyper.weightDecay * memory[p + i]);
    } else momentum64(memory, p, g, (buffer.storage.ptr >>> 3) + buffer.offset, n, fresh, hyper);
  }
  parameter.storage.version++;
  if (buffer !== null && !fresh) buffer.storage.version += 2;
}

/** An update without momentum whose old numbers somebody holds: the new ones are computed into memory of their own, rather than over a copy. */
function updateElsewhere(parameter: Tensor, grad: Tensor, hyper: SgdHyper): boolean {
  const { storage } = parameter;
  const same = parameter.dtype === 'float32' && grad.dtype === 'float32' && parameter.isContiguous && grad.isContiguous;
  if (!same || 4 * parameter.numel !== storage.byteLength) return false;
  const next = Tensor.empty(parameter.shape, 'float32', parameter.device);
  updatePlain(parameter, grad, next, hyper);
  storage.takeOver(next.storage);
  storage.version++;
  next.dispose();
  return true;
}

function updatePlain(parameter: Tensor, grad: Tensor, out: Tensor, hyper: SgdHyper): void {
  const device = deviceOf(parameter);
  if (hyper.weightDecay === 0) {
    device.elementwise(addScaled, [parameter, grad], [hyper.maximize ? hyper.lr : -hyper.lr], out, 'float32');
  } else {
    const numbers = [-hyper.lr, hyper.maximize ? -1 : 1, hyper.weightDecay];
    device.elementwise(decayed, [parameter, grad], numbers, out, 'float32');
  }
}

/** As rows of the device. */
function updateWide(parameter: Tensor, grad: Tensor, buffer: Tensor | null, fresh: boolean, hyper: SgdHyper): void {
  const device = deviceOf(parameter);
  const { lr, momentum, dampening, weightDecay, maximize } = hyper;
  if (buffer !== null) {
    const { speed, first, step } = rowsFor(hyper);
    device.elementwise(fresh ? first : speed, [buffer, grad, parameter], [momentum, 1 - dampening, weightDecay], buffer, 'float32');
    device.elementwise(step, [parameter, buffer, grad], [-lr, momentum, weightDecay], parameter, 'float32');
  } else if (weightDecay === 0) device.elementwise(addScaled, [parameter, grad], [maximize ? lr : -lr], parameter, 'float32');
  else device.elementwise(decayed, [parameter, grad], [-lr, maximize ? -1 : 1, weightDecay], parameter, 'float32');
}

function momentum32(memory: Float32Array, p: number, g: number, b: number, n: number, fresh: boolean, hyper: SgdHyper): void {
  const sign = hyper.maximize ? -1 : 1;
  const decay = round(hyper.weightDecay);
  const momentum = round(hyper.momentum);
  const share = round(1 - hyper.dampening);
  const step = round(-hyper.lr);
  for (let i = 0; i < n; i++) {
    let grad = sign * memory[g + i];
    if (decay !== 0) grad = round(grad + decay * memory[p + i]);
    const velocity = fresh ? grad : round(round(memory[b + i] * momentum) + share * grad);
    memory[b + i] = velocity;
    memory[p + i] = memory[p + i] + step * (hyper.nesterov ? round(grad + momentum * velocity) : velocity);
  }
}

function momentum64(memory: Float64Array, p: number, g: number, b: number, n: number, fresh: boolean, hyper: SgdHyper): void {
  const sign = hyper.maximize ? -1 : 1;
  const share = 1 - hyper.dampening;
  for (let i = 0; i < n; i++) {
    const grad = sign * memory[g + i] + hyper.weightDecay * memory[p + i];
    const velocity = fresh ? grad : memory[b + i] * hyper.momentum + share * grad;
    memory[b + i] = velocity;
    memory[p + i] -= hyper.lr * (hyper.nesterov ? grad + hyper.momentum * velocity : velocity);
  }
}

/** For a parameter or a gradient that is a strided view: the same arithmetic, element by element. The buffer is contiguous. */
function updateStrided(parameter: Tensor, grad: Tensor, buffer: Tensor | null, fresh: boolean, hyper: SgdHyper): void {
  const { dtype } = parameter;
  const half = isHalf(dtype);
  const memory = wholeView(dtype) as Float64Array;
  const shift = half ? 1 : dtype === 'float32' ? 2 : 3;
  const to = half ? (value: number) => roundTo(dtype, value) : dtype === 'float32' ? round : (value: number) => value;
  // The 16-bit types meet their numbers in float32.
  const exact = half ? round : to;
  const grads: number[] = [];
  forEachOffset(grad.shape, grad.strides, (offset) => grads.push(memory[(grad.storage.ptr >>> shift) + grad.offset + offset]));
  const start = (parameter.storage.ptr >>> shift) + parameter.offset;
  const first = buffer === null ? 0 : (buffer.storage.ptr >>> shift) + buffer.offset;
  let i = 0;
  forEachOffset(parameter.shape, parameter.strides, (offset) => {
    let step = (hyper.maximize ? -1 : 1) * grads[i];
    if (hyper.weightDecay !== 0) step = to(step + exact(hyper.weightDecay) * memory[start + offset]);
    if (buffer !== null) {
      const velocity = fresh ? step : to(to(memory[first + i] * exact(hyper.momentum)) + exact(1 - hyper.dampening) * step);
      memory[first + i] = velocity;
      step = hyper.nesterov ? to(step + exact(hyper.momentum) * velocity) : velocity;
    }
    memory[start + offset] += exact(-hyper.lr) * step;
    i++;
  });
}
