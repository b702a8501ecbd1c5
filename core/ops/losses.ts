// Losses: mse_loss with its own kernel and derivative, l1_loss as torch composes it.
import { deviceOf } from '../tensor/device.ts';
import { isFloating, resultType } from '../tensor/dtype.ts';
import type { Expr } from '../tensor/expr.ts';
import { heap } from '../tensor/heap.ts';
import { broadcastShapes, sameShape } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { refuseType } from './kernel-types.ts';

const NONE = 0;
const MEAN = 1;

const squaredDifference: Expr = ['mul', ['sub', 'a', 'b'], ['sub', 'a', 'b']];
const divideByParam: Expr = ['div', 'a', 'p'];
const twiceDifference: Expr = ['mul', ['mul', 'p', ['sub', 'a', 'b']], 'c'];

function mse(a: Tensor, b: Tensor, reduction: number): Tensor {
  const dtype = a.dtype === b.dtype ? a.dtype : resultType([a, b]);
  if (!isFloating(dtype)) refuseType('mse_cpu', dtype);
  const shape = broadcastShapes(a.shape, b.shape);
  if (reduction === NONE || shape !== a.shape || !(dtype === 'float32' && a.isContiguous && b.isContiguous && a.dtype === b.dtype)) {
    const each = Tensor.empty(shape, dtype, a.device);
    deviceOf(each).elementwise(squaredDifference, [a, b], [], each, dtype);
    if (reduction === NONE) return each;
    const total = Tensor.empty([], dtype, a.device);
    deviceOf(total).reduce(
      'sum',
      each,
      shape.map(() => true),
      total,
    );
    if (reduction === MEAN) deviceOf(total).elementwise(divideByParam, [total], [each.numel], total, 'float64');
    each.dispose();
    return total;
  }
  const out = Tensor.empty([], dtype, a.device);
  const H = heap.F32;
  const x = (a.storage.ptr >>> 2) + a.offset;
  const y = (b.storage.ptr >>> 2) + b.offset;
  const n = a.numel;
  let s = 0;
  for (let i = 0; i < n; i++) {
    const d = Math.fround(H[x + i] - H[y + i]);
    s += d * d;
  }
  H[out.storage.ptr >>> 2] = reduction === MEAN ? s / n : s;
  return out;
}

function mseBackward(g: Tensor, a: Tensor, b: Tensor, reduction: number): Tensor {
  const dtype = a.dtype === b.dtype ? a.dtype : resultType([a, b]);
  const shape = broadcastShapes(a.shape, b.shape);
  const out = Tensor.empty(shape, dtype, a.device);
  const factor = reduction === MEAN ? 2 / out.numel : 2;
  if (
    dtype === 'float32' &&
    shape === a.shape &&
    sameShape(a.shape, b.shape) &&
    a.dtype === b.dtype &&
    g.dtype === dtype &&
    a.isContiguous &&
    b.isContiguous &&
    g.numel === 1
  ) {
    const H = heap.F32;
    const x = (a.storage.ptr >>> 2) + a.offset;
    const y = (b.storage.ptr >>> 2) + b.offset;
    const o = out.storage.ptr >>> 2;
    const up = H[(g.storage.ptr >>> 2) + g.offset];
    const f = Math.fround(factor);
    for (let i = 0; i < a.numel; i++) H[o + i] = f * Math.fround(H[x + i] - H[y + i]) * up;
    return out;
  }
  deviceOf(out).elementwise(twiceDifference, [a, b, g], [factor], out, dtype);
  return out;
}

function summed(F: Ops, each: Tensor, reduction: number): Tensor {
  return reduction === NONE ? each : reduction === MEAN ? F.mean(each) : F.sum(each);
}

export const losses: OpDescriptor[] = [
  {
    name: 'mse_loss',
    kind: 'file',
    overloads: [
      {
        schema: 'mse_loss(Tensor self, Tensor target, int reduction=Mean) -> Tensor',
        forward: ([a, b, reduction]) => mse(a, b, reduction),
        grad: {
          name: 'MseLossBackward0',
          saved: [
            { name: 'self', argument: 0 },
            { name: 'target', argument: 1 },
          ],
          keep: (args) => ({ reduction: args[2] }),
          // d(mean (a-b)²) = 2(a-b)g/n, and its negative for the target
          backward: (g, { F, s, k, needs }) => [
            needs & 1 ? F.mse_loss_backward(g, s[0], s[1], k.reduction) : null,
            needs & 2 ? F.mse_loss_backward(g, s[1], s[0], k.reduction) : null,
          ],
        },
      },
    ],
    samples: [
      { args: [{ tensor: [2, 3] }, { tensor: [2, 3] }] },
      { args: [{ tensor: [2, 3] }, { tensor: [3] }, 2n] },
      { args: [{ tensor: [2, 3] }, { tensor: [2, 3] }, 0n] },
    ],
  },
  {
    name: 'mse_loss_backward',
    kind: 'file',
    overloads: [
      {
        schema: 'mse_loss_backward(Tensor grad_output, Tensor self, Tensor target, int reduction) -> Tensor',
        forward: ([g, a, b, reduction]) => mseBackward(g, a, b, reduction),
        grad: {
          name: 'MseLossBackwardBackward0',
          saved: [
            { name: 'grad_output', argument: 0 },
            { name: 'self', argument: 1 },
            { name: 'target', argument: 2 },
          ],
          keep: (args) => ({ reduction: args[3] }),
          // d(2(a-b)g/n) = (Σ 2(a-b)h/n, 2gh/n, -2gh/n)
          backward: (h, { F, s: [g, a, b], k, needs }) => {
            const difference = F.sub(a, b);
            const factor = k.reduction === MEAN ? 2 / difference.numel : 2;
            const both = needs & 6 ? F.mul(F.mul(h, g), factor) : null;
            return [
              needs & 1 ? F.sum_to_size(F.mul(F.mul(difference, factor), h), g.shape) : null,
              needs & 2 ? both : null,
              needs & 4 ? F.neg(both) : null,
            ];
          },
        },
      },
    ],
  },
  {
    name: 'l1_loss',
    kind: 'composite',
    overloads: [
      {
        schema: 'l1_loss(Tensor self, Tensor target, int reduction=Mean) -> Tensor',
        forward: ([a, b, reduction], F) => summed(F, F.abs(F.sub(a, b)), reduction),
      },
    ],
  },
];
