// Products beyond mm: the adding forms (addmv, baddbmm, addr …), contractions (tensordot, inner, kron), chains and powers of matrices, cross.
import { deviceOf } from '../tensor/device.ts';
import { isFloating } from '../tensor/dtype.ts';
import { expandable, numelOf, sizesText, viewStrides, wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradRule, OpDescriptor, Ops } from './descriptor.ts';
import { inPlaceOf, withInPlace } from './in-place-of.ts';
import { matrices } from './matrix.ts';

const scaled = (F: Ops, g: Tensor, factor: number | bigint): Tensor => (Number(factor) === 1 ? g : F.mul(g, factor));
const factors: GradRule['keep'] = (args) => ({ alpha: args[4], beta: args[3] });

/** β·bias + α·product, computed at once. */
function plus(bias: Tensor, product: Tensor, by: number | bigint, times: number | bigint): Tensor {
  // Among whole numbers the factors are cut to whole numbers.
  const exact = !isFloating(product.dtype);
  const [beta, alpha] = [by, times].map((v) => (exact ? Math.trunc(Number(v)) : Number(v)));
  if (!expandable(bias.shape, product.shape))
    throw new TorchError(
      `The expanded size of the tensor (${product.shape[product.shape.length - 1]}) must match the existing size (${bias.shape[bias.shape.length - 1]}) at non-singleton dimension ${product.shape.length - 1}.  Target sizes: ${sizesText(product.shape)}.  Tensor sizes: ${sizesText(bias.shape)}`,
    );
  const out = Tensor.empty(product.shape, product.dtype, product.device);
  const whole = Number(beta) === 0 ? null : bias;
  deviceOf(out).elementwise(
    whole === null ? ['mul', 'q', 'a'] : ['add', ['mul', 'p', 'b'], ['mul', 'q', 'a']],
    whole === null ? [product] : [product, whole],
    [Number(beta), Number(alpha)],
    out,
    out.dtype,
  );
  return out;
}

/** An op `name(bias, a, b, *, beta, alpha)` over a product of two. */
function adding(
  name: string,
  params: readonly [string, string, string],
  grad: string,
  product: (F: Ops, a: Tensor, b: Tensor) => Tensor,
  gradients: (F: Ops, g: Tensor, a: Tensor, b: Tensor, needs: number) => readonly (Tensor | null)[],
  sample: readonly [readonly number[], readonly number[], readonly number[]],
): OpDescriptor[] {
  const [bias, x, y] = params;
  const rule: GradRule = {
    name: grad,
    saved: [
      { name: x, argument: 1, when: 4 },
      { name: y, argument: 2, when: 2 },
    ],
    keep: factors,
    backward: (g, { F, s: [a, b], k, needs }) => {
      const [da, db] = gradients(F, scaled(F, g, k.alpha), a, b, needs);
      return [needs & 1 ? scaled(F, g, k.beta) : null, da, db];
    },
  };
  const text = `Tensor ${bias}, Tensor ${x}, Tensor ${y}, *, Scalar beta=1, Scalar alpha=1`;
  return withInPlace({
    name,
    kind: 'file',
    overloads: [
      { schema: `${name}(${text}) -> Tensor`, forward: ([c, a, b, beta, alpha], F) => plus(c, product(F, a, b), beta, alpha), grad: rule },
    ],
    samples: [{ args: sample.map((tensor) => ({ tensor })), kwargs: { beta: 0.5, alpha: 2n } }],
  });
}

/** Both tensors' dims to contract, as lists. */
function tensordot(F: Ops, a: Tensor, b: Tensor, dimsA: readonly number[], dimsB: readonly number[]): Tensor {
  if (dimsA.length !== dimsB.length) throw new TorchError('both dimension lists should have same length');
  if (a.dtype !== b.dtype) throw new TorchError('both inputs should have same dtype');
  const da = dimsA.map((d) => wrapDim(d, a.shape.length));
  const db = dimsB.map((d) => wrapDim(d, b.shape.length));
  let [x, y] = [a, b];
  let size = 1;
  da.forEach((d, i) => {
    const [n, m] = [a.shape[d], b.shape[db[i]]];
    if (m === 1) x = F.sum(x, [d], true);
    else if (n === 1) y = F.sum(y, [db[i]], true);
    else {
      if (n !== m)
        throw new TorchError(
          `contracted dimensions need to match, but first has size ${n} in dim ${dimsA[i]} and second has size ${m} in dim ${dimsB[i]}`,
        );
      size *= n;
    }
  });
  const free = (t: Tensor, taken: readonly number[]): number[] => t.shape.map((_, i) => i).filter((i) => !taken.includes(i));
  const [fa, fb] = [free(a, da), free(b, db)];
  const out = [...fa.map((d) => a.shape[d]), ...fb.map((d) => b.shape[d])];
  const [n, m] = [numelOf(fa.map((d) => a.shape[d])), numelOf(fb.map((d) => b.shape[d]))];
  const left = F.permute(x, [...fa, ...da]);
  const right = F.permute(y, [...db, ...fb]);
  if (n === 1 && m === 1) {
    // Where a copy would be needed to lay out both as vectors, they are multiplied as they are.
    const line = (t: Tensor): boolean => viewStrides(t.shape, t.strides, [size]) !== null;
    if (!line(left) || !line(right)) return F.view(F.sum(F.mul(F.squeeze(left), F.squeeze(right))), out);
    return F.view(F.dot(flat(F, left, size), flat(F, right, size)), out);
  }
  return F.view(F.mm(F.reshape(left, [n, size]), F.reshape(right, [size, m])), out);
}

const flat = (F: Ops, t: Tensor, size: number): Tensor => (t.shape.length === 1 ? t : F.reshape(t, [size]));

function kron(F: Ops, a: Tensor, b: Tensor): Tensor {
  const rank = Math.max(a.shape.length, b.shape.length);
  const wide = (t: Tensor): number[] => [...new Array<number>(rank - t.shape.length).fill(1), ...t.shape];
  const [x, y] = [wide(a), wide(b)];
  const p = F.mul(
    F._unsafe_view(
      a,
      x.flatMap((n) => [n, 1]),
    ),
    F._unsafe_view(
      b,
      y.flatMap((n) => [1, n]),
    ),
  );
  return F._unsafe_view(
    p,
    x.map((n, i) => n * y[i]),
  );
}

/** The cheapest way to bracket a chain: split[i][j] is where the product i…j is cut. */
function brackets(sizes: readonly number[]): number[][] {
  const n = sizes.length - 1;
  const cost = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const split = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let l = 1; l < n; l++)
    for (let i = 0; i + l < n; i++) {
      const j = i + l;
      cost[i][j] = Infinity;
      for (let k = i; k < j; k++) {
        const c = cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1];
        if (c < cost[i][j]) {
          cost[i][j] = c;
          split[i][j] = k;
        }
      }
    }
  return split;
}

function chain(F: Ops, name: string, tensors: readonly Tensor[]): Tensor {
  if (tensors.length < 2) throw new TorchError(`${name}(): expected at least 2 tensors but got ${tensors.length}`);
  const list = tensors.slice();
  const out: number[] = [];
  const [first, last] = [list[0], list[list.length - 1]];
  if (first.shape.length === 1) list[0] = F.unsqueeze(first, 0);
  else out.push(first.shape[0]);
  if (last.shape.length === 1) list[list.length - 1] = F.unsqueeze(last, -1);
  else out.push(last.shape[1]);
  list.forEach((t, i) => {
    if (i > 0 && list[i - 1].shape[1] !== t.shape[0])
      throw new TorchError(
        `${name}(): tensors ${i - 1} and ${i} with shapes ${sizesText(list[i - 1].shape)} and ${sizesText(t.shape)} cannot be multiplied`,
      );
  });
  const split = brackets([list[0].shape[0], ...list.map((t) => t.shape[1])]);
  const run = (i: number, j: number): Tensor => (i === j ? list[i] : F.mm(run(i, split[i][j]), run(split[i][j] + 1, j)));
  if (list.length === 2) return F.view(F.mm(list[0], list[1]), out);
  if (list.length === 3) {
    const [a, b, c] = list;
    const left = a.shape[0] * a.shape[1] * b.shape[1] + a.shape[0] * b.shape[1] * c.shape[1];
    const right = b.shape[0] * b.shape[1] * c.shape[1] + a.shape[0] * a.shape[1] * c.shape[1];
    return F.view(left > right ? F.mm(a, F.mm(b, c)) : F.mm(F.mm(a, b), c), out);
  }
  const product = run(0, list.length - 1);
  return F.view(product, out);
}

function power(F: Ops, name: string, self: Tensor, n: number): Tensor {
  const size = self.shape[self.shape.length - 1];
  if (self.shape.length < 2) throw new TorchError(`${name}: The input tensor A must have at least 2 dimensions.`);
  if (size !== self.shape[self.shape.length - 2])
    throw new TorchError(
      `${name}: A must be batches of square matrices, but they are ${self.shape[self.shape.length - 2]} by ${size} matrices`,
    );
  if (n === 0) return F.copy_(F.clone(self), F.eye(size, { dtype: self.dtype, device: self.device }));
  const base: Tensor = n < 0 ? F.linalg_inv(self) : self;
  let left = Math.abs(n);
  if (left === 1) return n < 0 ? base : F.clone(self);
  if (left === 2) return F.matmul(base, base);
  if (left === 3) return F.matmul(F.matmul(base, base), base);
  let square: Tensor | null = null;
  let out: Tensor | null = null;
  for (; left > 0; left = Math.floor(left / 2)) {
    square = square === null ? base : F.matmul(square, square);
    if (left % 2 === 1) out = out === null ? square : F.matmul(out, square);
  }
  return out as Tensor;
}

const transposed = (F: Ops, t: Tensor): Tensor => F.transpose(t, -2, -1);

export const products: OpDescriptor[] = [
  ...adding(
    'addmv',
    ['self', 'mat', 'vec'],
    'AddmvBackward0',
    (F, a, v) => F.mv(a, v),
    (F, g, a, v, needs) => [needs & 2 ? F.mul(F.unsqueeze(g, 1), v) : null, needs & 4 ? F.mv(F.t(a), g) : null],
    [[2], [2, 3], [3]],
  ),
  ...adding(
    'addr',
    ['self', 'vec1', 'vec2'],
    'AddrBackward0',
    (F, a, b) => {
      for (const [t, name] of [
        [a, 'vec1'],
        [b, 'vec2'],
      ] as const)
        if (t.shape.length !== 1) throw new TorchError(`addr: Expected 1-D argument ${name}, but got ${t.shape.length}-D`);
      return F.outer(a, b);
    },
    (F, g, a, b, needs) => [needs & 2 ? F.mv(g, b) : null, needs & 4 ? F.mv(F.t(g), a) : null],
    [[2, 3], [2], [3]],
  ),
  ...adding(
    'baddbmm',
    ['self', 'batch1', 'batch2'],
    'BaddbmmBackward0',
    (F, a, b) => F.bmm(a, b),
    (F, g, a, b, needs) => [needs & 2 ? F.bmm(g, transposed(F, b)) : null, needs & 4 ? F.bmm(transposed(F, a), g) : null],
    [
      [2, 2, 2],
      [2, 2, 3],
      [2, 3, 2],
    ],
  ),
  ...adding(
    'addbmm',
    ['self', 'batch1', 'batch2'],
    'AddbmmBackward0',
    (F, a, b) => F.sum(F.bmm(a, b), [0]),
    (F, g, a, b, needs) => {
      const n = (needs & 2 ? b : a).shape[0];
      const wide = F.expand(F.unsqueeze(g, 0), [n, ...g.shape]);
      return [needs & 2 ? F.bmm(wide, transposed(F, b)) : null, needs & 4 ? F.bmm(transposed(F, a), wide) : null];
    },
    [
      [2, 2],
      [2, 2, 3],
      [2, 3, 2],
    ],
  ),
  ...matrices.filter(({ name }) => name === 'addmm').map(inPlaceOf),
  {
    name: 'vdot',
    kind: 'file',
    overloads: [
      {
        schema: 'vdot(Tensor self, Tensor other) -> Tensor',
        forward: ([a, b], F) => F.dot(a, b),
        grad: {
          name: 'VdotBackward0',
          saved: [
            { name: 'other', argument: 1, when: 1 },
            { name: 'self', argument: 0, when: 2 },
          ],
          backward: (g, { F, s: [b, a], needs }) => [needs & 1 ? F.mul(g, b) : null, needs & 2 ? F.mul(g, a) : null],
        },
      },
    ],
    samples: [{ args: [{ tensor: [3] }, { tensor: [3] }] }],
  },
  {
    name: 'inner',
    kind: 'composite',
    overloads: [
      {
        schema: 'inner(Tensor self, Tensor other) -> Tensor',
        forward: ([a, b], F) => {
          if (a.shape.length === 0 || b.shape.length === 0) return F.mul(a, b);
          const [n, m] = [a.shape[a.shape.length - 1], b.shape[b.shape.length - 1]];
          if (n !== m)
            throw new TorchError(
              `inner() the last dimension must match on both input tensors but got shapes ${sizesText(a.shape)} and ${sizesText(b.shape)}`,
            );
          return tensordot(F, a, b, [-1], [-1]);
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [2, 3] }] }],
  },
  {
    name: '_tensordot',
    kind: 'composite',
    overloads: [
      {
        schema: '_tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor',
        forward: ([a, b, x, y], F) => tensordot(F, a, b, x, y),
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [3, 2] }, [1n], [0n]] }],
  },
  {
    name: 'kron',
    kind: 'composite',
    overloads: [{ schema: 'kron(Tensor self, Tensor other) -> Tensor', forward: ([a, b], F) => kron(F, a, b) }],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [2] }] }],
  },
  ...(['linalg_multi_dot', '_chain_matmul'] as const).map(
    (name): OpDescriptor => ({
      name,
      kind: 'composite',
      overloads: [
        {
          schema: `${name}(Tensor[] tensors) -> Tensor`,
          forward: ([tensors], F) => chain(F, name === 'linalg_multi_dot' ? 'multi_dot' : 'chain_matmul', tensors),
        },
      ],
      samples: [{ args: [[{ tensor: [2, 3] }, { tensor: [3, 2] }, { tensor: [2] }]] }],
    }),
  ),
  ...(['linalg_matrix_power', 'matrix_power'] as const).map(
    (name): OpDescriptor => ({
      name,
      kind: 'composite',
      overloads: [{ schema: `${name}(Tensor self, int n) -> Tensor`, forward: ([self, n], F) => power(F, 'linalg.matrix_power', self, n) }],
      samples: name === 'matrix_power' ? [] : [{ args: [{ tensor: [2, 2] }, 5n] }],
    }),
  ),
  {
    name: 'linalg_vecdot',
    kind: 'composite',
    overloads: [
      {
        schema: 'linalg_vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor',
        forward: ([a, b, dim], F) => (a.shape.length === 1 && b.shape.length === 1 ? F.vdot(a, b) : F.sum(F.mul(a, b), [dim])),
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [2, 3] }] }],
  },
  {
    name: 'linalg_cross',
    kind: 'file',
    overloads: [
      {
        schema: 'linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor',
        forward: ([a, b, dim], F) => {
          if (a.shape.length !== b.shape.length) throw new TorchError('linalg.cross: inputs must have the same number of dimensions.');
          const d = wrapDim(dim, a.shape.length);
          if (a.shape[d] !== 3 || b.shape[d] !== 3)
            throw new TorchError(`linalg.cross: inputs dimension ${dim} must have length 3. Got ${a.shape[d]} and ${b.shape[d]}`);
          const turn = (t: Tensor, n: number): Tensor => F.roll(t, [n], [d]);
          return F.sub(F.mul(turn(a, -1), turn(b, -2)), F.mul(turn(a, -2), turn(b, -1)));
        },
        grad: {
          name: 'LinalgCrossBackward0',
          saved: [
            { name: 'other', argument: 1, when: 1 },
            { name: 'self', argument: 0, when: 2 },
          ],
          keep: (args) => ({ dim: args[2] }),
          // b × g, g × a
          backward: (g, { F, s: [b, a], k, needs }) => [
            needs & 1 ? F.linalg_cross(b, g, { dim: k.dim }) : null,
            needs & 2 ? F.linalg_cross(g, a, { dim: k.dim }) : null,
          ],
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [2, 3] }] }],
  },
  {
    name: 'cross',
    kind: 'composite',
    overloads: [
      {
        schema: 'cross(Tensor self, Tensor other, int? dim=None) -> Tensor',
        forward: ([a, b, dim], F) => {
          const d = dim ?? a.shape.indexOf(3);
          if (dim === null && d < 0) throw new TorchError('no dimension of size 3 in input');
          return F.linalg_cross(a, b, { dim: d });
        },
      },
    ],
  },
  {
    name: 'trace',
    kind: 'file',
    overloads: [
      {
        schema: 'trace(Tensor self) -> Tensor',
        forward: ([self], F) => {
          if (self.shape.length !== 2) throw new TorchError(`trace: expected a matrix, but got tensor with dim ${self.shape.length}`);
          return F.sum(F.diagonal(self));
        },
        grad: {
          name: 'TraceBackward0',
          keep: (args) => ({ self_sym_sizes: args[0].shape }),
          backward: (g, { F, k }) => F.mul(g, F.eye(k.self_sym_sizes[0], k.self_sym_sizes[1], { dtype: g.dtype, device: g.device })),
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }] }],
  },
];
