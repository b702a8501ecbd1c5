// Elementwise kernels in WebAssembly: for tensors wide enough to pay for the call, with operands that lie in runs or stand still. Names no op.
import { type DType, itemSize } from '../../tensor/dtype.ts';
import type { Expr } from '../../tensor/expr.ts';
import { heap } from '../../tensor/heap.ts';
import { broadcastStrides, sameShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kernels } from './kernels.ts';
import { type RowLoop, rowLoop } from './row-module.ts';
import { manyElements, sharedRow } from './shared-rows.ts';
import { forEachRow, mergeDims } from './walk.ts';
import { wide } from './wide.ts';
import { wideCopy } from './wide-copies.ts';

function numberAt(dtype: DType, index: number): number {
  if (dtype === 'int64') return Number(heap.I64[index]);
  return dtype === 'float32' ? heap.F32[index] : dtype === 'float64' ? heap.F64[index] : heap.U8[index];
}
const isRead = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64' || dtype === 'bool' || dtype === 'uint8';
/** Where it is one number, an int64 too: what Python's whole numbers are. */
const isServed = (t: Tensor): boolean => isRead(t.dtype) || (t.numel === 1 && t.dtype === 'int64');
const startOf = (t: Tensor): number => t.storage.ptr / itemSize(t.dtype) + t.offset;

/** Computes as `elementwise` says where it can; false where the reference must. */
export function wideRows(expr: Expr, inputs: readonly Tensor[], params: readonly number[], out: Tensor, type: DType): boolean {
  // Truths are numbers of any type.
  const compute = type === 'bool' && out.dtype === 'bool' ? 'float32' : type;
  if (expr === 'a' && inputs[0].dtype === out.dtype && compute === out.dtype) return wideCopy(inputs[0], out);
  if (compute !== 'float32' && compute !== 'float64') return false;
  for (let k = 0; k < inputs.length; k++) if (!isServed(inputs[k])) return false;
  const fast = kernels();
  if (fast === null) return false;
  const single = compute === 'float32';
  const types: (DType | null)[] = [];
  let straight = out.isContiguous;
  for (let k = 0; k < inputs.length; k++) {
    const t = inputs[k];
    if (t.numel === 1) types.push(null);
    else {
      types.push(t.dtype);
      if (straight && !(t.isContiguous && sameShape(t.shape, out.shape))) straight = false;
    }
  }
  const p = params.length > 0 ? rounded(params[0], single) : 0;
  const q = params.length > 1 ? rounded(params[1], single) : 0;
  const r = params.length > 2 ? rounded(params[2], single) : 0;
  const to = startOf(out);
  const item = itemSize(out.dtype);
  if (straight) {
    const loop = rowLoop(expr, compute, types, out.dtype);
    if (loop === null) return false;
    const [pointers, numbers] = [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ];
    for (let k = 0; k < inputs.length; k++) {
      const t = inputs[k];
      if (types[k] === null) numbers[k] = rounded(numberAt(t.dtype, startOf(t)), single);
      else pointers[k] = startOf(t) * itemSize(t.dtype);
    }
    if (manyElements(out.numel)) {
      const items = inputs.map((t, k) => (types[k] === null ? 0 : itemSize(t.dtype)));
      if (sharedRow(fast, loop, expr, out.numel, to * item, item, pointers, items, numbers, [p, q, r])) return true;
    }
    call(loop, out.numel, to * item, pointers, numbers, p, q, r);
    return true;
  }
  const strides = [out.strides as number[]];
  for (const t of inputs) strides.push(broadcastStrides(t.shape, t.strides, out.shape));
  const walk = mergeDims(out.shape, strides);
  const last = walk.shape.length - 1;
  const width = walk.shape[last];
  if (width < wide.run || walk.strides[0][last] !== 1) return false;
  for (let k = 0; k < inputs.length; k++) {
    const step = walk.strides[k + 1][last];
    if (step === 0) types[k] = null;
    else if (step === 1) types[k] = inputs[k].dtype;
    else return false;
  }
  const loop = rowLoop(expr, compute, types, out.dtype);
  if (loop === null) return false;
  const starts = inputs.map(startOf);
  const [pointers, numbers] = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  forEachRow(walk, (offsets) => {
    for (let k = 0; k < inputs.length; k++) {
      const index = starts[k] + offsets[k + 1];
      if (types[k] === null) numbers[k] = rounded(numberAt(inputs[k].dtype, index), single);
      else pointers[k] = index * itemSize(inputs[k].dtype);
    }
    call(loop, width, (to + offsets[0]) * item, pointers, numbers, p, q, r);
  });
  return true;
}

function rounded(x: number, single: boolean): number {
  return single ? Math.fround(x) : x;
}

function call(loop: RowLoop, n: number, to: number, at: readonly number[], s: readonly number[], p: number, q: number, r: number): void {
  loop(n, to, at[0], at[1], at[2], at[3], s[0], s[1], s[2], s[3], p, q, r);
}
