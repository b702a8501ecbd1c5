// Ops about the largest, the smallest and running totals: max, min, argmax, argmin, sort, topk, cumsum, cumprod.
import { isFloating } from '../tensor/dtype.ts';
import { contiguousStrides, wrapDim } from '../tensor/shape.ts';
import { elementStart, forEachOffset, Tensor, wholeView } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradContext, GradRule, OpDescriptor } from './descriptor.ts';
import { inPlaceOf } from './in-place-of.ts';
import { reduced, unsqueezed } from './reduction.ts';

/** Calls `visit` for each line along `dim`: its first element's offset, in the order of the remaining dimensions. */
export function forEachLine(self: Tensor, dim: number, visit: (start: number, line: number) => void): void {
  const base = elementStart(self);
  let line = 0;
  forEachOffset(
    self.shape.filter((_, d) => d !== dim),
    self.strides.filter((_, d) => d !== dim),
    (offset) => visit(base + offset, line++),
  );
}

/** Size and stride along a dimension; a 0-d tensor has one of size 1. */
export function lineOf(self: Tensor, dim: number): { d: number; size: number; step: number } {
  const d = wrapDim(dim, self.shape.length);
  return { d, size: self.shape[d] ?? 1, step: self.strides[d] ?? 1 };
}

export function withoutDim(shape: readonly number[], d: number, keepdim: boolean): number[] {
  if (shape.length === 0) return [];
  return keepdim ? shape.map((n, i) => (i === d ? 1 : n)) : shape.filter((_, i) => i !== d);
}

/** Index of the extreme along `dim`; NaN counts as the most extreme, the first one wins. */
function extremeAlong(name: string, self: Tensor, dim: number, keepdim: boolean, largest: boolean): [Tensor, Tensor] {
  const { d, size, step } = lineOf(self, dim);
  if (size === 0) throw new TorchError(`${name}(): Expected reduction dim ${d} to have non-zero size.`, 'IndexError');
  const shape = withoutDim(self.shape, d, keepdim);
  const values = Tensor.empty(shape, self.dtype, self.device);
  const indices = Tensor.empty(shape, 'int64', self.device);
  const view = wholeView(self.dtype) as Float32Array;
  const at = elementStart(values);
  const index = indices.typedView() as BigInt64Array;
  forEachLine(self, d, (start, line) => {
    let best = 0;
    let value = view[start];
    for (let i = 1; i < size; i++) {
      const v = view[start + i * step];
      if (value !== value) break;
      if ((largest ? v > value : v < value) || v !== v) {
        best = i;
        value = v;
      }
    }
    view[at + line] = value;
    index[line] = BigInt(best);
  });
  return [values, indices];
}

/** The gradient goes to the chosen places. */
export function chosenBackward(g: Tensor, { F, s, k }: GradContext): Tensor {
  const sizes = k.self_sym_sizes as number[];
  const keepdim = (k._keepdim ?? k.keepdim) as boolean;
  const up = unsqueezed(F, g, [k.dim], keepdim, sizes.length);
  const index = unsqueezed(F, s[0], [k.dim], keepdim, sizes.length);
  return F.value_selecting_reduction_backward(up, BigInt(k.dim), index, sizes);
}

function extreme(name: 'max' | 'min'): OpDescriptor {
  const title = name === 'max' ? 'Max' : 'Min';
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: `${name}(Tensor self) -> Tensor`,
        forward: ([self]) => {
          if (self.numel === 0)
            throw new TorchError(
              `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
            );
          return reduced(name, self, null, false, self.dtype);
        },
        grad: {
          name: `${title}Backward1`,
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          // shared evenly among equal extremes
          backward: (g, { F, s: [result, self] }) => {
            const mask = F._to_copy(F.eq(self, result), { dtype: self.dtype });
            return F.div(F.mul(mask, g), F.sum(mask));
          },
        },
      },
      {
        schema: `${name}.other(Tensor self, Tensor other) -> Tensor`,
        kind: 'composite',
        forward: ([self, other], F) => F[name === 'max' ? 'maximum' : 'minimum'](self, other),
      },
      {
        schema: `${name}.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`,
        forward: ([self, dim, keepdim]) => extremeAlong(name, self, dim, keepdim, name === 'max'),
        grad: {
          name: `${title}Backward0`,
          saved: [{ name: 'indices', output: 1 }],
          keep: (args) => ({ dim: args[1], keepdim: args[2], self_sym_sizes: args[0].shape }),
          backward: chosenBackward,
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }], rough: true }],
  };
}

function argExtreme(name: 'argmax' | 'argmin'): OpDescriptor {
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: `${name}(Tensor self, int? dim=None, bool keepdim=False) -> Tensor`,
        forward: ([self, dim, keepdim], F) => {
          if (dim === null) {
            if (self.numel === 0)
              throw new TorchError(`${name}(): Expected reduction dim to be specified for input.numel() == 0.`, 'IndexError');
            const flat = F.reshape(F.detach(self), [-1]) as Tensor;
            const [values, indices] = extremeAlong(name, flat, 0, false, name === 'argmax');
            values.dispose();
            if (flat !== self) flat.dispose();
            return keepdim
              ? F.view(
                  indices,
                  self.shape.map(() => 1),
                )
              : indices;
          }
          const [values, indices] = extremeAlong(name, self, dim, keepdim, name === 'argmax');
          values.dispose();
          return indices;
        },
      },
    ],
  };
}

/** Stable order along `dim`; NaN counts as the largest. */
export function sorted(self: Tensor, dim: number, descending: boolean): [Tensor, Tensor] {
  const { d, size, step } = lineOf(self, dim);
  const values = Tensor.empty(self.shape, self.dtype, self.device);
  const indices = Tensor.empty(self.shape, 'int64', self.device);
  const view = wholeView(self.dtype) as Float32Array;
  const index = wholeView('int64') as BigInt64Array;
  const starts: number[] = [];
  forEachLine(values, d, (start) => starts.push(start));
  const outStep = contiguousStrides(self.shape)[d] ?? 1;
  const shift = elementStart(indices) - elementStart(values);
  const rank = (a: number, b: number): number => (a === b ? 0 : a !== a ? (b !== b ? 0 : 1) : b !== b ? -1 : a < b ? -1 : 1);
  forEachLine(self, d, (start, line) => {
    const order = Array.from({ length: size }, (_, i) => i);
    order.sort((i, j) => {
      const r = rank(view[start + i * step], view[start + j * step]);
      return descending ? -r : r;
    });
    for (let i = 0; i < size; i++) {
      view[starts[line] + i * outStep] = view[start + order[i] * step];
      index[starts[line] + shift + i * outStep] = BigInt(order[i]);
    }
  });
  return [values, indices];
}

function running(self: Tensor, dim: number, dtype: Tensor['dtype'] | null, product: boolean): Tensor {
  const type = dtype ?? (isFloating(self.dtype) ? self.dtype : 'int64');
  const out = Tensor.empty(self.shape, type, self.device);
  const { d, size, step } = lineOf(self, dim);
  const from = wholeView(self.dtype);
  const to = wholeView(type);
  const starts: number[] = [];
  forEachLine(out, d, (start) => starts.push(start));
  const outStep = contiguousStrides(self.shape)[d] ?? 1;
  forEachLine(self, d, (start, line) => {
    if (type === 'int64') {
      let s = product ? 1n : 0n;
      for (let i = 0; i < size; i++) {
        const v = BigInt(from[start + i * step] as number);
        s = BigInt.asIntN(64, product ? s * v : s + v);
        to[starts[line] + i * outStep] = s as never;
      }
      return;
    }
    let s = product ? 1 : 0;
    for (let i = 0; i < size; i++) {
      const v = Number(from[start + i * step]);
      s = product ? s * v : s + v;
      to[starts[line] + i * outStep] = s as never;
    }
  });
  return out;
}

function sortGrad(dim: number): GradRule {
  return {
    name: `SortBackward${dim - 1}`,
    saved: [{ name: 'indices', output: 1 }],
    keep: (args) => ({ dim: args[dim], self_sym_sizes: args[0].shape, _keepdim: true }),
    backward: chosenBackward,
  };
}

export const extrema: OpDescriptor[] = [
  extreme('max'),
  extreme('min'),
  argExtreme('argmax'),
  argExtreme('argmin'),
  {
    name: 'value_selecting_reduction_backward',
    kind: 'composite',
    overloads: [
      {
        schema: 'value_selecting_reduction_backward(Tensor grad, int dim, Tensor indices, SymInt[] sizes) -> Tensor',
        forward: ([g, dim, indices, sizes], F) => {
          const zeros = F.zeros(sizes, { dtype: g.dtype, device: g.device });
          return sizes.length === 0 ? F.clone(g) : F.scatter(zeros, BigInt(dim), indices, g);
        },
      },
    ],
  },
  {
    name: 'sort',
    kind: 'file',
    overloads: [
      {
        schema: 'sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)',
        forward: ([self, dim, descending]) => sorted(self, dim, descending),
        grad: sortGrad(1),
      },
      {
        schema: 'sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)',
        forward: ([self, , dim, descending]) => sorted(self, dim, descending),
        grad: sortGrad(2),
      },
    ],
  },
  {
    name: 'argsort',
    kind: 'composite',
    overloads: [
      {
        schema: 'argsort(Tensor self, int dim=-1, bool descending=False, *, bool stable=False) -> Tensor',
        forward: ([self, dim, descending], F) => F.sort(F.detach(self), dim, descending)[1],
      },
    ],
  },
  {
    name: 'topk',
    kind: 'file',
    overloads: [
      {
        schema: 'topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)',
        forward: ([self, k, dim, largest]) => {
          const { d, size } = lineOf(self, dim);
          if (k < 0 || k > size) throw new TorchError('selected index k out of range');
          const both = sorted(self, dim, largest);
          return both.map((t) => {
            const shape = self.shape.map((n: number, i: number) => (i === d ? k : n));
            const first = Tensor.over(t.storage, t.dtype, t.device, shape, t.strides, t.offset);
            t.dispose();
            return first;
          });
        },
        grad: {
          name: 'TopkBackward0',
          saved: [{ name: 'indices', output: 1 }],
          keep: (args) => ({ dim: args[2], self_sym_sizes: args[0].shape, _keepdim: true }),
          backward: chosenBackward,
        },
      },
    ],
  },
  {
    name: 'cumsum',
    kind: 'file',
    overloads: [
      {
        schema: 'cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, dim, dtype]) => running(self, dim, dtype, false),
        // each element counts in all later sums
        grad: {
          name: 'CumsumBackward0',
          keep: (args) => ({ dim: args[1] }),
          backward: (g, { F, k }) => (g.numel <= 1 ? g : F.flip(F.cumsum(F.flip(g, [k.dim]), BigInt(k.dim)), [k.dim])),
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, 1n] }],
  },
  {
    name: 'cumprod',
    kind: 'file',
    overloads: [
      {
        schema: 'cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, dim, dtype]) => running(self, dim, dtype, true),
        grad: {
          name: 'CumprodBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ dim: args[1] }),
          backward: (g, { F, s: [result, self], k }) => {
            const sums = (t: Tensor): Tensor => F.flip(F.cumsum(F.flip(t, [k.dim]), BigInt(k.dim)), [k.dim]);
            if (!self.toArray().includes(0)) return F.div(sums(F.mul(result, g)), self);
            // Row by row where a zero forbids dividing: ∂y_j/∂x_i = Π of the others up to j.
            const n = self.shape[wrapDim(k.dim, self.shape.length)] ?? 1;
            const parts: Tensor[] = [];
            for (let i = 0; i < n; i++) {
              const before = F.prod(F.narrow(self, k.dim, 0, i), BigInt(k.dim), true);
              const later = F.cumprod(F.narrow(self, k.dim, i + 1, n - i - 1), BigInt(k.dim));
              const slopes = F.cat([before, F.mul(before, later)], k.dim);
              parts.push(F.sum(F.mul(slopes, F.narrow(g, k.dim, i, n - i)), [k.dim], true));
            }
            return F.cat(parts, k.dim);
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3], low: 0.5, high: 2 }, 1n] }],
  },
];

extrema.push(...extrema.filter(({ name }) => name === 'cumsum' || name === 'cumprod').map(inPlaceOf));
