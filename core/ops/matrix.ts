// Matrix products: mm, bmm, addmm, mv, dot, and the composites matmul and linear with torch's way of folding shapes.
import { deviceOf } from '../tensor/device.ts';
import { cTypeName, scalarTypeName } from '../tensor/dtype.ts';
import { broadcastShapes, expandable, numelOf, sizesText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { turned } from './storage-views.ts';

type Pair = readonly number[];

/** out = a · b with vectors among them: each tensor is looked at as a matrix of the size and strides given. */
function multiplyAs(a: MatrixView, b: MatrixView, out: MatrixView): void {
  const [x, y, z] = [a, b, out].map(({ of, size, strides }) => Tensor.over(of.storage, of.dtype, of.device, size, strides, of.offset));
  deviceOf(z).matmul(x, y, z, null, 0, 1);
  for (const view of [x, y, z]) view.dispose();
}

interface MatrixView {
  readonly of: Tensor;
  readonly size: Pair;
  readonly strides: Pair;
}

function sameType(a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype)
    throw new TorchError(
      `expected m1 and m2 to have the same dtype, but got: ${cTypeName(a.dtype)} != ${cTypeName(b.dtype)}`,
      'RuntimeError',
      ['Convert one of them, e.g. with .float().'],
    );
}

function checkMatrices(a: Tensor, b: Tensor): void {
  if (a.shape[1] !== b.shape[0]) {
    throw new TorchError(
      `mat1 and mat2 shapes cannot be multiplied (${a.shape[0]}x${a.shape[1]} and ${b.shape[0]}x${b.shape[1]})`,
      'RuntimeError',
      [`The inner sizes must agree: (n×m) times (m×k), here m is ${a.shape[1]} on the left and ${b.shape[0]} on the right.`],
    );
  }
}

function product(a: Tensor, b: Tensor, out: Tensor, bias: Tensor | null, beta: number, alpha: number): Tensor {
  deviceOf(out).matmul(a, b, out, bias, beta, alpha);
  return out;
}

const columns = (sizes: Pair, strides: Pair): boolean => strides[0] === 1 && strides[1] === sizes[0];

/** d(AB)/dA · g = g Bᵀ, laid out as A was. */
function leftGradient(F: Ops, g: Tensor, b: Tensor, sizes: Pair, strides: Pair, recorded: boolean): Tensor {
  if (columns(sizes, strides)) return turned(F, F.mm(b, turned(F, g, recorded)), recorded);
  return F.mm(g, turned(F, b, recorded));
}
/** d(AB)/dB · g = Aᵀ g, laid out as B was. */
function rightGradient(F: Ops, g: Tensor, a: Tensor, sizes: Pair, strides: Pair, recorded: boolean): Tensor {
  if (columns(sizes, strides)) return turned(F, F.mm(turned(F, g, recorded), a), recorded);
  return F.mm(turned(F, a, recorded), g);
}
const isOne = (factor: number | bigint): boolean => factor === 1n || factor === 1;
const scaled = (F: Ops, g: Tensor, factor: number | bigint): Tensor => (isOne(factor) ? g : F.mul(g, factor));
const numberOf = (factor: number | bigint): number => (isOne(factor) ? 1 : Number(factor));

const noStrides: Pair = [];

function fold(F: Ops, a: Tensor, b: Tensor): Tensor {
  // [*, n, m] times [m, k] or [m]: one product of a tall matrix.
  const front = a.shape.slice(0, -1);
  const tall = F.reshape(a, [numelOf(front), a.shape[a.shape.length - 1]]);
  if (b.shape.length === 1) return F._unsafe_view(F.mv(tall, b), front);
  return F._unsafe_view(F.mm(tall, b), [...front, b.shape[1]]);
}

/** torch's should_fold: worthwhile where the larger operand needs no copy, or its gradient is wanted. */
function shouldFold(a: Tensor, b: Tensor, hasOut: boolean): boolean {
  const transposed = b.shape.length > a.shape.length;
  const t1 = transposed ? b : a;
  const t2 = transposed ? a : b;
  if (!(t1.shape.length >= 3 && t2.shape.length <= 2)) return false;
  if (t2.requiresGrad && !hasOut) return true;
  // Its result would be transposed and need a copy.
  if (a.shape.length === 2) return false;
  if (t1.numel === 0) return true;
  const s = transposed ? [...t1.strides.slice(0, -2), t1.strides[t1.strides.length - 1], t1.strides[t1.strides.length - 2]] : t1.strides;
  const shape = transposed ? [...t1.shape.slice(0, -2), t1.shape[t1.shape.length - 1], t1.shape[t1.shape.length - 2]] : t1.shape;
  for (let i = 0; i < shape.length - 2; i++) if (s[i] !== s[i + 1] * shape[i + 1]) return false;
  return true;
}

function folded(F: Ops, a: Tensor, b: Tensor): Tensor {
  if (a.shape.length >= b.shape.length) return fold(F, a, b);
  // The same with everything transposed.
  const bt = F.transpose(b, -2, -1);
  if (a.shape.length === 1) return fold(F, bt, a);
  return F.contiguous(F.transpose(fold(F, bt, F.t(a)), -2, -1));
}

function matmul(F: Ops, a: Tensor, b: Tensor): Tensor {
  const [da, db] = [a.shape.length, b.shape.length];
  if (da === 0 || db === 0) throw new TorchError(`both arguments to matmul need to be at least 1D, but they are ${da}D and ${db}D`);
  if (da === 1 && db === 1) return F.dot(a, b);
  if (da === 2 && db === 1) return F.mv(a, b);
  if (da === 1 && db === 2) return F._squeeze_result(F.mm(F.unsqueeze(a, 0), b), 0);
  if (da === 2 && db === 2) return F.mm(a, b);
  if (shouldFold(a, b, false)) return folded(F, a, b);
  if (da === 3 && db === 3 && a.shape[0] === 1 && b.shape[0] > 1) {
    const flat = F.squeeze(a, 0n) as Tensor;
    if (shouldFold(flat, b, false)) return folded(F, flat, b);
  }
  const left = da === 1 ? F.unsqueeze(a, 0) : a;
  const right = db === 1 ? F.unsqueeze(b, 1) : b;
  const n = left.shape[left.shape.length - 2];
  const m1 = left.shape[left.shape.length - 1];
  const m2 = right.shape[right.shape.length - 2];
  const p = right.shape[right.shape.length - 1];
  const batch1 = left.shape.slice(0, -2);
  const batch2 = right.shape.slice(0, -2);
  const batch = broadcastShapes(batch1, batch2);
  const x = F.reshape(F.expand(left, [...batch, n, m1]), [numelOf(batch), n, m1]);
  const y = F.reshape(F.expand(right, [...batch, m2, p]), [numelOf(batch), m2, p]);
  const out = F._unsafe_view(F.bmm(x, y), [...batch, n, p]);
  if (da === 1) return F._squeeze_result(out, -2);
  return db === 1 ? F._squeeze_result(out, -1) : out;
}

export const matrices: OpDescriptor[] = [
  {
    name: 'mm',
    kind: 'file',
    overloads: [
      {
        schema: 'mm(Tensor self, Tensor mat2) -> Tensor',
        forward: ([a, b]) => {
          if (a.shape.length !== 2) throw new TorchError('self must be a matrix');
          if (b.shape.length !== 2) throw new TorchError('mat2 must be a matrix');
          checkMatrices(a, b);
          sameType(a, b);
          return product(a, b, Tensor.empty([a.shape[0], b.shape[1]], a.dtype, a.device), null, 0, 1);
        },
        grad: {
          name: 'MmBackward0',
          saved: [
            { name: 'mat2', argument: 1, when: 1 },
            { name: 'self', argument: 0, when: 2 },
          ],
          keep: ([a, b], _out, needs) => ({
            mat2_sym_sizes: b.shape,
            mat2_sym_strides: needs & 2 ? b.strides : noStrides,
            self_sym_sizes: a.shape,
            self_sym_strides: needs & 1 ? a.strides : noStrides,
          }),
          backward: (g, { F, s, k, needs, createGraph }) => [
            needs & 1 ? leftGradient(F, g, s[0], k.self_sym_sizes, k.self_sym_strides, createGraph) : null,
            needs & 2 ? rightGradient(F, g, s[1], k.mat2_sym_sizes, k.mat2_sym_strides, createGraph) : null,
          ],
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [3, 4] }] }],
  },
  {
    name: 'addmm',
    kind: 'file',
    overloads: [
      {
        schema: 'addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor',
        forward: ([bias, a, b, beta, alpha]) => {
          if (a.shape.length !== 2 || b.shape.length !== 2) throw new TorchError(`mat1 must be a matrix, got ${a.shape.length}-D tensor`);
          checkMatrices(a, b);
          if (a.dtype !== b.dtype)
            throw new TorchError(
              `mat1 and mat2 must have the same dtype, but got ${scalarTypeName(a.dtype)} and ${scalarTypeName(b.dtype)}`,
              'RuntimeError',
              ['Convert the input to the type of the weights, e.g. with .float().'],
            );
          if (bias.dtype !== a.dtype)
            throw new TorchError(
              `self and mat2 must have the same dtype, but got ${scalarTypeName(bias.dtype)} and ${scalarTypeName(b.dtype)}`,
            );
          const shape = [a.shape[0], b.shape[1]];
          if (!expandable(bias.shape, shape)) {
            throw new TorchError(
              `The expanded size of the tensor (${shape[1]}) must match the existing size (${bias.shape[bias.shape.length - 1]}) at non-singleton dimension 1.  Target sizes: ${sizesText(shape)}.  Tensor sizes: ${sizesText(bias.shape)}`,
            );
          }
          return product(a, b, Tensor.empty(shape, a.dtype, a.device), bias, numberOf(beta), numberOf(alpha));
        },
        grad: {
          name: 'AddmmBackward0',
          saved: [
            { name: 'mat1', argument: 1, when: 4 },
            { name: 'mat2', argument: 2, when: 2 },
          ],
          keep: ([, a, b, beta, alpha], _out, needs) => ({
            alpha,
            beta,
            mat1_sym_sizes: a.shape,
            mat1_sym_strides: needs & 2 ? a.strides : noStrides,
            mat2_sym_sizes: b.shape,
            mat2_sym_strides: needs & 4 ? b.strides : noStrides,
          }),
          // d(βC + αAB) = (βg, αgBᵀ, αAᵀg)
          backward: (g, { F, s, k, needs, createGraph }) => [
            needs & 1 ? scaled(F, g, k.beta) : null,
            needs & 2 ? scaled(F, leftGradient(F, g, s[1], k.mat1_sym_sizes, k.mat1_sym_strides, createGraph), k.alpha) : null,
            needs & 4 ? scaled(F, rightGradient(F, g, s[0], k.mat2_sym_sizes, k.mat2_sym_strides, createGraph), k.alpha) : null,
          ],
        },
      },
    ],
    samples: [
      { args: [{ tensor: [4] }, { tensor: [2, 3] }, { tensor: [3, 4] }] },
      { args: [{ tensor: [2, 4] }, { tensor: [2, 3] }, { tensor: [3, 4] }], kwargs: { beta: 0.5, alpha: 2n } },
    ],
  },
  {
    name: 'bmm',
    kind: 'file',
    overloads: [
      {
        schema: 'bmm(Tensor self, Tensor mat2) -> Tensor',
        forward: ([a, b]) => {
          if (a.shape.length !== 3) throw new TorchError('batch1 must be a 3D tensor');
          if (b.shape.length !== 3) throw new TorchError('batch2 must be a 3D tensor');
          if (a.shape[0] !== b.shape[0] || a.shape[2] !== b.shape[1]) {
            throw new TorchError(
              `Expected size for first two dimensions of batch2 tensor to be: [${a.shape[0]}, ${a.shape[2]}] but got: [${b.shape[0]}, ${b.shape[1]}].`,
            );
          }
          sameType(a, b);
          const out = Tensor.empty([a.shape[0], a.shape[1], b.shape[2]], a.dtype, a.device);
          deviceOf(out).matmul(a, b, out, null, 0, 1);
          return out;
        },
        grad: {
          name: 'BmmBackward0',
          saved: [
            { name: 'mat2', argument: 1, when: 1 },
            { name: 'self', argument: 0, when: 2 },
          ],
          backward: (g, { F, s, needs }) => [
            needs & 1 ? F.bmm(g, F.transpose(s[0], 1, 2)) : null,
            needs & 2 ? F.bmm(F.transpose(s[1], 1, 2), g) : null,
          ],
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 2, 3] }, { tensor: [2, 3, 4] }] }],
  },
  {
    name: 'mv',
    kind: 'file',
    overloads: [
      {
        schema: 'mv(Tensor self, Tensor vec) -> Tensor',
        forward: ([a, v]) => {
          if (a.shape.length !== 2 || v.shape.length !== 1)
            throw new TorchError(`vector + matrix @ vector expected, got ${v.shape.length}, ${a.shape.length}, ${v.shape.length}`);
          if (a.shape[1] !== v.shape[0])
            throw new TorchError(`size mismatch, got input (${a.shape[0]}), mat (${a.shape[0]}x${a.shape[1]}), vec (${v.shape[0]})`);
          sameType(a, v);
          const out = Tensor.empty([a.shape[0]], a.dtype, a.device);
          multiplyAs(
            { of: a, size: a.shape, strides: a.strides },
            { of: v, size: [v.shape[0], 1], strides: [v.strides[0], 1] },
            { of: out, size: [a.shape[0], 1], strides: [1, 1] },
          );
          return out;
        },
        grad: {
          name: 'MvBackward0',
          saved: [
            { name: 'self', argument: 0, when: 2 },
            { name: 'vec', argument: 1, when: 1 },
          ],
          // d(Av) = (g vᵀ, Aᵀg)
          backward: (g, { F, s, needs }) => [needs & 1 ? F.mul(F.unsqueeze(g, 1), s[1]) : null, needs & 2 ? F.mv(F.t(s[0]), g) : null],
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [3] }] }],
  },
  {
    name: 'dot',
    kind: 'file',
    overloads: [
      {
        schema: 'dot(Tensor self, Tensor tensor) -> Tensor',
        forward: ([a, b]) => {
          if (a.shape.length !== 1 || b.shape.length !== 1)
            throw new TorchError(`1D tensors expected, but got ${a.shape.length}D and ${b.shape.length}D tensors`);
          if (a.dtype !== b.dtype)
            throw new TorchError(
              `dot : expected both vectors to have same dtype, but found ${scalarTypeName(a.dtype)} and ${scalarTypeName(b.dtype)}`,
            );
          if (a.numel !== b.numel) {
            throw new TorchError(
              `inconsistent tensor size, expected tensor ${sizesText(a.shape)} and src ${sizesText(b.shape)} to have the same number of elements, but got ${a.numel} and ${b.numel} elements respectively`,
            );
          }
          const out = Tensor.empty([], a.dtype, a.device);
          multiplyAs(
            { of: a, size: [1, a.numel], strides: [0, a.strides[0]] },
            { of: b, size: [b.numel, 1], strides: [b.strides[0], 0] },
            { of: out, size: [1, 1], strides: [0, 0] },
          );
          return out;
        },
        grad: {
          name: 'DotBackward0',
          saved: [
            { name: 'self', argument: 0, when: 2 },
            { name: 'tensor', argument: 1, when: 1 },
          ],
          backward: (g, { F, s, needs }) => [needs & 1 ? F.mul(g, s[1]) : null, needs & 2 ? F.mul(g, s[0]) : null],
        },
      },
    ],
    samples: [{ args: [{ tensor: [3] }, { tensor: [3] }] }],
  },
  {
    name: 'matmul',
    kind: 'composite',
    overloads: [{ schema: 'matmul(Tensor self, Tensor other) -> Tensor', forward: ([a, b], F) => matmul(F, a, b) }],
    samples: [{ args: [{ tensor: [2, 2, 3] }, { tensor: [3, 2] }] }],
  },
  {
    name: 'linear',
    kind: 'composite',
    overloads: [
      {
        schema: 'linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor',
        forward: ([input, weight, bias], F) => {
          if (bias === null || bias === undefined) return F.matmul(input, F.t(weight));
          const rank = input.shape.length;
          if (rank === 2) return F.addmm(bias, input, F.t(weight));
          if (rank === 1 || input.isContiguous) {
            const front = input.shape.slice(0, -1);
            const flat = F.view(input, [numelOf(front), input.shape[rank - 1]]);
            return F.view(F.addmm(bias, flat, F.t(weight)), [...front, weight.shape[0]]);
          }
          return F.add(F.matmul(input, F.t(weight)), bias);
        },
      },
    ],
    samples: [
      { args: [{ tensor: [2, 3] }, { tensor: [4, 3] }, { tensor: [4] }] },
      { args: [{ tensor: [2, 3] }, { tensor: [4, 3] }] },
      { args: [{ tensor: [2, 2, 3] }, { tensor: [4, 3] }, { tensor: [4] }] },
    ],
  },
];
