// What an optimizer's formula is: arithmetic on one parameter's numbers, in place. This file walks the tensors for it (views, dtypes,
// maximize, weight decay, versions); the formulas are in the files beside it and know no tensor.
import { type ComputeDevice, deviceOf } from '../tensor/device.ts';
import { isHalf } from '../tensor/dtype.ts';
import type { Expr } from '../tensor/expr.ts';
import { elementStart, forEachOffset, Tensor, wholeView } from '../tensor/tensor.ts';
import { notInNabla } from '../tensor/torch-error.ts';

export type FloatArray = Float32Array | Float64Array;

export interface UpdateRule {
  /**
   * Updates `p` from the gradient `g` (never written). `state` holds the parameter's state tensors after `step`, in torch's order, null where an
   * option leaves one out. `hyper` are the rule's own numbers; `t` counts this step from 1.
   */
  update(
    p: FloatArray,
    g: FloatArray,
    state: readonly (FloatArray | null)[],
    hyper: readonly number[],
    t: number,
    shape: readonly number[],
  ): void;
  readonly inHalf?: TensorUpdate;
  /** The same for many contiguous float32, as rows of the device computed in float64: the bits of `update`. */
  readonly inRows?: RowUpdate;
}

/** `grad` is one tensor of the gradient's numbers after `Common`. */
export type RowUpdate = (
  device: ComputeDevice,
  param: Tensor,
  grad: Tensor,
  state: readonly (Tensor | null)[],
  hyper: readonly number[],
  t: number,
) => void;

/** A rule as torch's ops in turn, for the 16-bit types, where each op's rounding shows. */
export type TensorUpdate = (
  param: Tensor,
  grad: Tensor,
  state: readonly (Tensor | null)[],
  hyper: readonly number[],
  t: number,
  common: Common,
) => void;

export interface StepInput {
  readonly param: Tensor;
  readonly grad: Tensor;
  /** The `step` tensor (float32, 0-d), null for rules that count nothing. */
  readonly step: Tensor | null;
  readonly state: readonly (Tensor | null)[];
}

/** What nearly all optimizers do before their own formula. */
export interface Common {
  readonly maximize: boolean;
  /** λ of `g + λ·θ`. */
  readonly decay: number;
  /** Decoupled decay: θ is scaled by this first. */
  readonly shrink: number;
}

/** One update of one parameter by `rule`. float32 numbers are rounded where they are stored. */
export function applyRule(rule: UpdateRule, { param, grad, step, state }: StepInput, common: Common, hyper: readonly number[]): void {
  param.storage.own();
  for (const one of state) if (one !== null) one.storage.own();
  const half = isHalf(param.dtype);
  if (half && rule.inHalf === undefined)
    throw notInNabla(`an optimizer other than torch.optim.SGD, Adam and AdamW with ${param.dtype} parameters`);
  let t = 0;
  if (step !== null) {
    const count = step.typedView();
    count[0] = (Number(count[0]) + 1) as never;
    t = Number(count[0]);
    step.storage.version++;
  }
  if (half) {
    rule.inHalf?.(param, grad, state, hyper, t, common);
    return;
  }
  if (rule.inRows !== undefined && param.numel >= WIDE && param.isContiguous && grad.isContiguous && param.dtype === 'float32') {
    rowsOf(rule.inRows, param, grad, state, common, hyper, t);
    return;
  }
  const inPlace = param.isContiguous;
  const p = (inPlace ? param.typedView() : param.toTyped()) as FloatArray;
  let g = (grad.isContiguous ? grad.typedView() : grad.toTyped()) as FloatArray;
  if (common.shrink !== 1) for (let i = 0; i < p.length; i++) p[i] *= common.shrink;
  if (common.maximize || common.decay !== 0) {
    const sign = common.maximize ? -1 : 1;
    const used = g.slice();
    for (let i = 0; i < used.length; i++) used[i] = sign * used[i] + common.decay * p[i];
    g = used;
  }
  rule.update(
    p,
    g,
    state.map((one) => (one === null ? null : (one.typedView() as FloatArray))),
    hyper,
    t,
    param.shape,
  );
  if (!inPlace) writeBack(param, p);
  param.storage.version++;
  for (const one of state) if (one !== null) one.storage.version++;
}

/** Parameters from this size on are updated by the device's own loops. */
const WIDE = 1024;
const shrunk: Expr = ['mul', 'a', 'p'];
const decayed: Expr = ['add', ['mul', 'p', 'a'], ['mul', 'q', 'b']];

function rowsOf(
  inRows: RowUpdate,
  param: Tensor,
  grad: Tensor,
  state: readonly (Tensor | null)[],
  { maximize, decay, shrink }: Common,
  hyper: readonly number[],
  t: number,
): void {
  const device = deviceOf(param);
  if (shrink !== 1) device.elementwise(shrunk, [param], [shrink], param, 'float64');
  const used = maximize || decay !== 0 ? Tensor.empty(grad.shape, grad.dtype, grad.device) : null;
  if (used !== null) device.elementwise(decayed, [grad, param], [maximize ? -1 : 1, decay], used, 'float64');
  inRows(device, param, used ?? grad, state, hyper, t);
  used?.dispose();
  param.storage.version++;
  for (const one of state) if (one !== null) one.storage.version++;
}

function writeBack(param: Tensor, values: FloatArray): void {
  const whole = wholeView(param.dtype) as FloatArray;
  const start = elementStart(param);
  let i = 0;
  forEachOffset(param.shape, param.strides, (offset) => {
    whole[start + offset] = values[i++];
  });
}
