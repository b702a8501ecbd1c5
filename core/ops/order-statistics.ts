// Ops about ranks among values: median, mode, kthvalue, quantile, msort, and the running extremes cummax, cummin, logcumsumexp.
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { exp, log1p } from '../tensor/math.ts';
import { contiguousStrides, wrapDim } from '../tensor/shape.ts';
import { elementStart, Tensor, wholeView } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradRule, OpDescriptor, Ops } from './descriptor.ts';
import { chosenBackward, forEachLine, lineOf, withoutDim } from './extrema.ts';
import { reduced, unsqueezed } from './reduction.ts';

type Values = readonly number[];

/** Order of numbers with NaN last. */
const rank = (a: number, b: number): number => (a === b ? 0 : a !== a ? (b !== b ? 0 : 1) : b !== b ? -1 : a < b ? -1 : 1);

function orderOf(values: Values): number[] {
  return values.map((_, i) => i).sort((i, j) => rank(values[i], values[j]) || i - j);
}

/** The place of the k-th smallest: Hoare's selection around the median of three, whose swaps decide which of equal ones it is. */
function quickSelect(values: Values, k: number): number {
  const at = values.map((_, i) => i);
  const swap = (i: number, j: number): void => {
    [at[i], at[j]] = [at[j], at[i]];
  };
  const above = (i: number, j: number): boolean => rank(values[at[i]], values[at[j]]) > 0;
  let [low, high] = [0, at.length - 1];
  while (high > low) {
    if (high === low + 1) {
      if (above(low, high)) swap(low, high);
      break;
    }
    swap(low + ((high - low) >> 1), low + 1);
    if (above(low + 1, high)) swap(low + 1, high);
    if (above(low, high)) swap(low, high);
    if (above(low + 1, low)) swap(low + 1, low);
    let [i, j] = [low + 1, high];
    for (;;) {
      do i++;
      while (above(low, i));
      do j--;
      while (above(j, low));
      if (j < i) break;
      swap(i, j);
    }
    swap(low, j);
    if (j <= k) low = i;
    if (j >= k) high = j - 1;
  }
  return at[k];
}

/** For each line along `dim` the place of the element chosen, and that element. */
function chosen(self: Tensor, dim: number, keepdim: boolean, choose: (line: Values) => number): [Tensor, Tensor] {
  const { d, size, step } = lineOf(self, dim);
  const shape = withoutDim(self.shape, d, keepdim);
  const values = Tensor.empty(shape, self.dtype, self.device);
  const indices = Tensor.empty(shape, 'int64', self.device);
  const view = wholeView(self.dtype) as Float32Array;
  const at = elementStart(values);
  const index = indices.typedView() as BigInt64Array;
  forEachLine(self, d, (start, line) => {
    const i = choose(Array.from({ length: size }, (_, k) => Number(view[start + k * step])));
    view[at + line] = view[start + i * step];
    index[line] = BigInt(i);
  });
  return [values, indices];
}

/** The lower of the two middle ones; any NaN wins, unless NaNs are passed over. */
function medianPlace(line: Values, skipNaN: boolean): number {
  if (!skipNaN) {
    const bad = line.findIndex((v) => v !== v);
    if (bad >= 0) return bad;
  }
  const count = line.reduce((n, v) => n + (v === v ? 1 : 0), 0);
  return orderOf(line)[Math.max(Math.floor((count - 1) / 2), 0)];
}

/** The most frequent value, the smallest of equals; its last place. */
function modePlace(line: Values): number {
  const order = orderOf(line);
  let best = 0;
  let length = 0;
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && line[order[j]] === line[order[i]]) j++;
    j = Math.max(j, i + 1);
    if (j - i > length) {
      length = j - i;
      best = j - 1;
    }
    i = j;
  }
  return order[best];
}

function nonEmptyDim(name: string, self: Tensor, dim: number): void {
  const { d, size } = lineOf(self, dim);
  if (size === 0) throw new TorchError(`${name}(): Expected reduction dim ${d} to have non-zero size.`, 'IndexError');
}

const chosenGrad = (name: string, dim: number): GradRule => ({
  name,
  saved: [{ name: 'indices', output: 1 }],
  keep: (args) => ({ dim: args[dim], keepdim: args[dim + 1], self_sym_sizes: args[0].shape }),
  backward: chosenBackward,
});

/** Shared evenly among the elements that equal the result. */
const evenGrad = (name: string): GradRule => ({
  name,
  saved: [
    { name: 'result', output: 0 },
    { name: 'self', argument: 0 },
  ],
  backward: (g, { F, s: [result, self] }) => {
    const mask = F._to_copy(F.logical_or(F.eq(self, result), F.logical_and(F.isnan(self), F.isnan(result))), { dtype: self.dtype });
    return F.mul(mask, F.div(g, F.sum(mask)));
  },
});

function median(name: 'median' | 'nanmedian'): OpDescriptor {
  const title = name === 'median' ? 'Median' : 'Nanmedian';
  const place = (line: Values): number => medianPlace(line, name === 'nanmedian');
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: `${name}(Tensor self) -> Tensor`,
        forward: ([self], F) => {
          if (self.numel === 0) return F.full([], isFloating(self.dtype) ? NaN : -(2n ** 63n), { dtype: self.dtype });
          const flat = F.reshape(F.detach(self), [-1]) as Tensor;
          return chosen(flat, 0, false, place)[0];
        },
        grad: evenGrad(`${title}Backward0`),
      },
      {
        schema: `${name}.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`,
        forward: ([self, dim, keepdim]) => {
          nonEmptyDim(name, self, dim);
          return chosen(self, dim, keepdim, place);
        },
        grad: chosenGrad(`${title}Backward1`, 1),
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }], rough: true }, { args: [{ tensor: [2, 3] }, 1n] }],
  };
}

/** Running extremes: the later one wins among equals, a NaN stays. */
function runningExtreme(name: 'cummax' | 'cummin'): OpDescriptor {
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: `${name}(Tensor self, int dim) -> (Tensor values, Tensor indices)`,
        forward: ([self, dim]) => {
          const { d, size, step } = lineOf(self, dim);
          const values = Tensor.empty(self.shape, self.dtype, self.device);
          const indices = Tensor.empty(self.shape, 'int64', self.device);
          const view = wholeView(self.dtype) as Float32Array;
          const index = wholeView('int64') as BigInt64Array;
          const shift = elementStart(indices) - elementStart(values);
          const outStep = contiguousStrides(self.shape)[d] ?? 1;
          const starts: number[] = [];
          forEachLine(values, d, (start) => starts.push(start));
          forEachLine(self, d, (start, line) => {
            let best = 0;
            for (let i = 0; i < size; i++) {
              const v = view[start + i * step];
              const top = view[start + best * step];
              if (v !== v || (top === top && (name === 'cummax' ? v >= top : v <= top))) best = i;
              view[starts[line] + i * outStep] = view[start + best * step];
              index[starts[line] + shift + i * outStep] = BigInt(best);
            }
          });
          return [values, indices];
        },
        grad: {
          name: name === 'cummax' ? 'CummaxBackward0' : 'CumminBackward0',
          saved: [
            { name: 'indices', output: 1 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ dim: args[1] }),
          backward: (g, { F, s: [indices, self], k }) =>
            F.scatter_add(F.zeros(self.shape, { dtype: g.dtype, device: g.device }), BigInt(k.dim), indices, g),
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, 1n] }],
  };
}

const interpolations = ['linear', 'lower', 'higher', 'midpoint', 'nearest'];

/** torch's own route: sort, gather the two neighbours, lerp; so that the graph is the same. */
function quantile(F: Ops, self: Tensor, q: Tensor, dim: number | null, keepdim: boolean, mode: string, skipNaN: boolean): Tensor {
  checkQuantile(skipNaN ? 'nanquantile' : 'quantile', self, q, mode);
  const shape = self.shape;
  const d = dim === null ? -1 : wrapDim(dim, shape.length);
  const last = shape.length - 1;
  const sorted =
    dim === null ? F.sort(F.flatten(self))[0] : d === last ? F.sort(self)[0] : F.sort(F.transpose(F.unsqueeze(self, -1), d, -1))[0];
  const n = sorted.shape[sorted.shape.length - 1] ?? 1;
  const tail = dim === null ? (keepdim ? shape.map(() => 1) : []) : withoutDim(shape, d, keepdim);
  const rows = F.view(sorted, [...tail, n]);
  const loose = F.detach(rows);
  const ranks: Tensor = placed(F, skipNaN ? skippedRanks(F, loose, q) : ranksOf(F, loose, q, n - 1), mode);
  const places = (r: Tensor): Tensor => F.expand(F._to_copy(r, { dtype: 'int64' }), [...tail, Math.max(q.numel, 1)]);
  let out = F.gather(rows, -1, places(ranks));
  if (mode === 'linear' || mode === 'midpoint') {
    const weights = mode === 'midpoint' ? F.full_like(ranks, 0.5) : F.sub(ranks, F._to_copy(ranks, { dtype: 'int64' }));
    out = F.lerp(out, F.gather(rows, -1, places(F.ceil(ranks))), weights);
  }
  if (q.shape.length === 0) return F._squeeze_result(out, -1);
  return F._squeeze_result(F._transpose_result(F._unsqueeze_result(out, 0), 0, -1), -1);
}

function checkQuantile(name: string, self: Tensor, q: Tensor, mode: string): void {
  if (self.numel === 0) throw new TorchError(`${name}() input tensor must be non-empty`);
  if (q.shape.length > 1) throw new TorchError(`${name}() q must be a scalar or 1D tensor`);
  if (!isFloating(self.dtype)) throw new TorchError(`${name}() input tensor must be either float or double dtype`);
  if (q.dtype !== self.dtype) throw new TorchError(`${name}() q tensor must be same dtype as the input tensor`);
  if (!interpolations.includes(mode))
    throw new TorchError(`${name}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${mode}`);
  if (q.toArray().some((v) => !(v >= 0 && v <= 1))) throw new TorchError(`${name}() q values must be in the range [0, 1]`);
}

/** Ranks among those that are no NaN. */
function skippedRanks(F: Ops, rows: Tensor, q: Tensor): Tensor {
  const ranks = F.mul(q, F.sub(F.sum(F.logical_not(F.isnan(rows)), [-1], true), 1n));
  return F.masked_fill(ranks, F.lt(ranks, 0n), 0n);
}

/** Ranks among all; a row with a NaN gives its last, which is one. */
function ranksOf(F: Ops, rows: Tensor, q: Tensor, last: number): Tensor {
  const [ranks, spoilt] = F.broadcast_tensors([F.mul(q, BigInt(last)), F.any(F.isnan(rows), -1, true)]);
  return F.masked_fill(ranks, spoilt, BigInt(last));
}

function placed(F: Ops, ranks: Tensor, mode: string): Tensor {
  return mode === 'lower' ? F.floor(ranks) : mode === 'higher' ? F.ceil(ranks) : mode === 'nearest' ? F.round(ranks) : ranks;
}

export const orderStatistics: OpDescriptor[] = [
  median('median'),
  median('nanmedian'),
  {
    name: 'mode',
    kind: 'file',
    overloads: [
      {
        schema: 'mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)',
        forward: ([self, dim, keepdim]) => {
          nonEmptyDim('mode', self, dim);
          return chosen(self, dim, keepdim, modePlace);
        },
        grad: chosenGrad('ModeBackward0', 1),
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }] }],
  },
  {
    name: 'kthvalue',
    kind: 'file',
    overloads: [
      {
        schema: 'kthvalue(Tensor self, SymInt k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)',
        forward: ([self, k, dim, keepdim]) => {
          const { d, size } = lineOf(self, dim);
          if (self.shape.length > 0 && size === 0)
            throw new TorchError(`kthvalue(): Expected reduction dim ${d} to have non-zero size.`, 'IndexError');
          if (k < 1 || k > size) throw new TorchError(`kthvalue(): selected number k out of range for dimension ${d}`);
          return chosen(self, dim, keepdim, (line) => quickSelect(line, k - 1));
        },
        grad: chosenGrad('KthvalueBackward0', 2),
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, 2n] }],
  },
  runningExtreme('cummax'),
  runningExtreme('cummin'),
  {
    name: 'logcumsumexp',
    kind: 'file',
    overloads: [
      {
        schema: 'logcumsumexp(Tensor self, int dim) -> Tensor',
        forward: ([self, dim]) => {
          if (!isFloating(self.dtype))
            throw new TorchError(`"logcumsumexp_out_cpu" not implemented for '${scalarTypeName(self.dtype)}'`, 'NotImplementedError');
          const out = Tensor.empty(self.shape, self.dtype, self.device);
          const { d, size, step } = lineOf(self, dim);
          const view = wholeView(self.dtype) as Float32Array;
          const starts: number[] = [];
          forEachLine(out, d, (start) => starts.push(start));
          const outStep = contiguousStrides(self.shape)[d] ?? 1;
          forEachLine(self, d, (start, line) => {
            let s = -Infinity;
            for (let i = 0; i < size; i++) {
              const v = view[start + i * step];
              const [low, high] = v < s ? [v, s] : [s, v];
              s = low !== low || high !== high ? NaN : low === high && !Number.isFinite(low) ? low : high + log1p(exp(low - high));
              view[starts[line] + i * outStep] = s;
            }
          });
          return out;
        },
        grad: {
          name: 'LogcumsumexpBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ dim: args[1] }),
          // Σ over later sums of g e^(x - s), positive and negative gradients apart so that logarithms can be taken
          backward: (g, { F, s: [result, self], k }) => {
            if (self.numel === 0) return g;
            const back = (t: Tensor): Tensor => F.flip(F.logcumsumexp(F.flip(t, [k.dim]), BigInt(k.dim)), [k.dim]);
            const part = (sign: 1 | -1): Tensor => {
              const mine = sign === 1 ? F.gt(g, 0n) : F.lt(g, 0n);
              const logs = F.where(mine, F.log(F.where(mine, F.mul(g, BigInt(sign)), 1)), -Infinity);
              return F.exp(F.add(back(F.sub(logs, result)), self));
            };
            return F.sub(part(1), part(-1));
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, 1n], rough: true }],
  },
  {
    name: 'aminmax',
    kind: 'file',
    overloads: [
      {
        schema: 'aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)',
        forward: ([self, dim, keepdim]) => {
          if (self.numel === 0 && dim === null)
            throw new TorchError('aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.');
          const dims = dim === null ? null : [dim];
          return [reduced('min', self, dims, keepdim, self.dtype), reduced('max', self, dims, keepdim, self.dtype)];
        },
        grad: {
          name: 'AminmaxBackward0',
          saved: [
            { name: 'max', output: 1 },
            { name: 'min', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ dim: args[1], keepdim: args[2] }),
          partial: true,
          // shared evenly among equal extremes
          backward: (_g, { F, s: [max, min, self], k, grads }) => {
            const dims = k.dim === null ? null : [k.dim];
            const share = (g: Tensor | null, value: Tensor): Tensor | null => {
              if (g === null) return null;
              const at = (t: Tensor): Tensor => unsqueezed(F, t, dims, k.keepdim, self.shape.length);
              const mask = F._to_copy(F.eq(self, at(value)), { dtype: self.dtype });
              return F.div(F.mul(mask, at(g)), dims === null ? F.sum(mask) : F.sum(mask, dims, true));
            };
            const [low, high] = [share(grads[0], min), share(grads[1], max)];
            return low === null ? high : high === null ? low : F.add(low, high);
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }], rough: true }],
  },
  ...(['quantile', 'nanquantile'] as const).map(
    (name): OpDescriptor => ({
      name,
      kind: 'composite',
      overloads: [
        {
          schema: `${name}(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation='linear') -> Tensor`,
          forward: ([self, q, dim, keepdim, mode], F) => quantile(F, self, q, dim, keepdim, mode, name === 'nanquantile'),
        },
        {
          schema: `${name}.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation='linear') -> Tensor`,
          forward: ([self, q, dim, keepdim, mode], F) => {
            if (!(q >= 0 && q <= 1)) throw new TorchError(`${name}() q must be in the range [0, 1] but got ${q}`);
            return quantile(F, self, F.full([], q, { dtype: self.dtype, device: self.device }), dim, keepdim, mode, name === 'nanquantile');
          },
        },
      ],
      samples: [{ args: [{ tensor: [2, 3] }, 0.3, 1n], rough: true }],
    }),
  ),
  {
    name: 'msort',
    kind: 'composite',
    overloads: [{ schema: 'msort(Tensor self) -> Tensor', forward: ([self], F) => F.sort(self, 0, false)[0] }],
  },
];
