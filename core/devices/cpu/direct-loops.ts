// Loops for the commonest one-step expressions on row-major float32: no blocks between. Names no op.
import { heap } from '../../tensor/heap.ts';
import { sameShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Computes `single` directly where it can; false where the general way is needed. An operand of one element is stepped by 0. */
export function directLoop(single: string, inputs: readonly Tensor[], out: Tensor): boolean {
  const a = inputs[0];
  if (out.dtype !== 'float32' || !out.isContiguous || a.dtype !== 'float32') return false;
  const sa = a.numel === 1 ? 0 : 1;
  if (sa === 1 && !(a.isContiguous && sameShape(a.shape, out.shape))) return false;
  const H = heap.F32;
  const n = out.numel;
  const o = (out.storage.ptr >>> 2) + out.offset;
  const x = (a.storage.ptr >>> 2) + a.offset;
  if (inputs.length === 1) {
    switch (single) {
      case 'copy':
        for (let i = 0; i < n; i++) H[o + i] = H[x + i * sa];
        return true;
      case 'neg':
        for (let i = 0; i < n; i++) H[o + i] = -H[x + i * sa];
        return true;
      default:
        return false;
    }
  }
  const b = inputs[1];
  const sb = b.numel === 1 ? 0 : 1;
  if (sb === 1 && !(b.dtype === 'float32' && b.isContiguous && sameShape(b.shape, out.shape))) return false;
  if (sb === 0 && b.dtype !== 'float32') {
    if (b.dtype !== 'float64') return false;
    return constantLoop(single, H, x, sa, Math.fround(heap.F64[(b.storage.ptr >>> 3) + b.offset]), o, n);
  }
  const y = (b.storage.ptr >>> 2) + b.offset;
  switch (single) {
    case 'add':
      for (let i = 0; i < n; i++) H[o + i] = H[x + i * sa] + H[y + i * sb];
      return true;
    case 'sub':
      for (let i = 0; i < n; i++) H[o + i] = H[x + i * sa] - H[y + i * sb];
      return true;
    case 'mul':
      for (let i = 0; i < n; i++) H[o + i] = H[x + i * sa] * H[y + i * sb];
      return true;
    case 'div':
      for (let i = 0; i < n; i++) H[o + i] = H[x + i * sa] / H[y + i * sb];
      return true;
    default:
      return false;
  }
}

function constantLoop(single: string, H: Float32Array, x: number, sa: number, c: number, o: number, n: number): boolean {
  switch (single) {
    case 'add':
      for (let i = 0; i < n; i++) H[o + i] = H[x + i * sa] + c;
      return true;
    case 'sub':
      for (let i = 0; i < n; i++) H[o + i] = H[x + i * sa] - c;
      return true;
    case 'mul':
      for (let i = 0; i < n; i++) H[o + i] = H[x + i * sa] * c;
      return true;
    case 'div':
      for (let i = 0; i < n; i++) H[o + i] = H[x + i * sa] / c;
      return true;
    default:
      return false;
  }
}
