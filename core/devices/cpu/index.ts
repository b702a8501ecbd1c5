// The CPU device (TypeScript kernels) and, computing by the same kernels for now, the device named cuda. Names no op.

import { type ComputeDevice, registerDevice } from '../../tensor/device.ts';
import type { Device as DeviceName } from '../../tensor/dtype.ts';
import { itemSize } from '../../tensor/dtype.ts';
import { checkFits } from '../../tensor/fits.ts';
import { heap } from '../../tensor/heap.ts';
import { forEachOffset, type Tensor, wholeView } from '../../tensor/tensor.ts';
import { attention, attentionBackward } from './attention.ts';
import { elementwise } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { moments, normalize, normalizeBackward } from './normalize.ts';
import { lstmLayer, lstmLayerBackward } from './recurrent.ts';
import { reduce } from './reduce.ts';
import { softmax } from './softmax.ts';
import { spatial } from './spatial.ts';

function fill(out: Tensor, value: number | bigint): void {
  checkFits(out.dtype, value);
  if (out.numel === 0) return;
  const start = out.storage.ptr / itemSize(out.dtype) + out.offset;
  const n = out.numel;
  if (out.dtype === 'int64') {
    const v =
      typeof value === 'bigint'
        ? BigInt.asIntN(64, value)
        : Number.isFinite(value)
          ? BigInt.asIntN(64, BigInt(Math.trunc(value)))
          : -(2n ** 63n);
    if (out.isContiguous) heap.I64.fill(v, start, start + n);
    else
      forEachOffset(out.shape, out.strides, (offset) => {
        heap.I64[start + offset] = v;
      });
    return;
  }
  const view = wholeView(out.dtype) as Float64Array;
  const v = out.dtype === 'bool' ? (Number(value) !== 0 ? 1 : 0) : Number(value);
  if (out.isContiguous) view.fill(v, start, start + n);
  else
    forEachOffset(out.shape, out.strides, (offset) => {
      view[start + offset] = v;
    });
}

function device(name: DeviceName): ComputeDevice {
  return {
    name,
    elementwise,
    fill,
    reduce,
    matmul,
    softmax,
    attention,
    attentionBackward,
    lstmLayer,
    lstmLayerBackward,
    moments,
    normalize,
    normalizeBackward,
    ...spatial,
  };
}

registerDevice(device('cpu'));
registerDevice(device('cuda'));
