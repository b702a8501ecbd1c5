// Statistics made of sums: var_mean, std_mean, nanmean, cov, corrcoef, trapezoid, diff, and the counts histc and bincount.
import { type DType, isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradContext, OpDescriptor, Ops } from './descriptor.ts';
import { unsqueezed } from './reduction.ts';
import { count, spread, varBackward } from './statistics.ts';

type Dims = readonly number[] | null;
const x = { tensor: [2, 3] } as const;

/** [spread, mean] over the same dimensions. */
function withMean(name: 'var_mean' | 'std_mean'): OpDescriptor {
  const root = name === 'std_mean';
  const forward = (self: Tensor, dim: Dims, correction: number, keepdim: boolean, F: Ops): Tensor[] => [
    spread(self, dim, correction, keepdim, root),
    F.mean(self, dim, keepdim),
  ];
  const grad = (read: (args: readonly unknown[]) => { dim: unknown; correction: number; shown: number | null; keepdim: unknown }) => ({
    name: root ? 'StdMeanBackward0' : 'VarMeanBackward0',
    saved: [...(root ? [{ name: 'result0', output: 0 }] : []), { name: 'self', argument: 0 }],
    keep: (args: readonly unknown[]) => {
      const { dim, correction, shown, keepdim } = read(args);
      return { correction: shown, dim, keepdim, _correction: correction } as never;
    },
    partial: true,
    backward: (_g: Tensor, { F, s, k, grads }: GradContext) => {
      const self = s[s.length - 1];
      const dims = k.dim as Dims;
      const ofMean = (g: Tensor): Tensor =>
        F.div(F.expand(unsqueezed(F, g, dims, k.keepdim, self.shape.length), self.shape), BigInt(Math.max(count(self, dims), 1)));
      const ofSpread = (g: Tensor): Tensor =>
        varBackward(F, root ? F.masked_fill(F.div(g, F.mul(s[0], 2n)), F.eq(s[0], 0n), 0n) : g, self, dims, k._correction, k.keepdim);
      const parts = [grads[0] === null ? null : ofSpread(grads[0]), grads[1] === null ? null : ofMean(grads[1])];
      return parts[0] === null ? parts[1] : parts[1] === null ? parts[0] : F.add(parts[0], parts[1]);
    },
  });
  const unbiased = (at: number) => (a: readonly unknown[]) => ({
    dim: at === 1 ? null : a[1],
    correction: a[at] ? 1 : 0,
    shown: a[at] ? 1 : 0,
    keepdim: a[at + 1] ?? false,
  });
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: `${name}(Tensor self, bool unbiased) -> (Tensor, Tensor)`,
        forward: ([self, u], F) => forward(self, null, u ? 1 : 0, false, F),
        grad: grad(unbiased(1)),
      },
      {
        schema: `${name}.dim(Tensor self, int[1]? dim, bool unbiased, bool keepdim=False) -> (Tensor, Tensor)`,
        forward: ([self, dim, u, keepdim], F) => forward(self, dim, u ? 1 : 0, keepdim, F),
        grad: grad(unbiased(2)),
      },
      {
        schema: `${name}.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`,
        forward: ([self, dim, correction, keepdim], F) => forward(self, dim, correction === null ? 1 : Number(correction), keepdim, F),
        grad: grad((a) => ({
          dim: a[1],
          correction: a[2] === null ? 1 : Number(a[2]),
          shown: a[2] === null ? null : Number(a[2]),
          keepdim: a[3],
        })),
      },
      {
        schema: `${name}.keep(Tensor self, int[1]? dim=None, *, bool unbiased, bool keepdim=False) -> (Tensor, Tensor)`,
        forward: ([self, dim, u, keepdim], F) => forward(self, dim, u ? 1 : 0, keepdim, F),
        grad: grad(unbiased(2)),
      },
    ],
    samples: [{ args: [x] }, { args: [x, [1]] }],
  };
}

/** Rows are variables, columns observations. */
function cov(F: Ops, self: Tensor, correction: number, frequencies: Tensor | null, weights: Tensor | null): Tensor {
  if (self.shape.length > 2)
    throw new TorchError(`cov(): expected input to have two or fewer dimensions but got an input with ${self.shape.length} dimensions`);
  if (self.dtype === 'bool') throw new TorchError('cov(): bool dtype is not supported for input');
  let values = self.shape.length < 2 ? F.view(self, [1, self.numel]) : self;
  const observations = values.shape[1];
  let w: Tensor | null = frequencies;
  if (weights !== null) w = w === null ? weights : F.mul(w, weights);
  const whole = w === null ? null : F.sum(w);
  const mean =
    w === null || whole === null
      ? F.div(F.sum(values, [1]), F.full([], observations, { dtype: values.dtype }))
      : F.div(F.sum(F.mul(values, w), [1]), whole);
  let norm: Tensor | number = observations - correction;
  if (w !== null && whole !== null)
    norm =
      weights !== null && correction !== 0
        ? F.sub(whole, F.div(F.mul(F.sum(F.mul(w, weights)), correction), whole))
        : F.sub(whole, correction);
  values = F.sub(values, F.unsqueeze(mean, 1));
  const other = w === null ? values : F.mul(values, w);
  const divisor = typeof norm === 'number' ? Math.max(norm, 0) : F.clamp_min(norm, 0);
  return F.squeeze(F.div(F.mm(values, F.t(other)), typeof divisor === 'number' ? F.full([], divisor, { dtype: values.dtype }) : divisor));
}

/** Half the sum of neighbours times their distance. */
function panels(F: Ops, y: Tensor, dim: number): Tensor {
  const n = y.shape[wrapDim(dim, y.shape.length)];
  return F.add(F.slice(y, dim, 0, -1), F.slice(y, dim, 1, n));
}

/** The distances along `dim` of points given as a vector, or in y's own shape. */
function gaps(F: Ops, y: Tensor, points: Tensor, dim: number): Tensor {
  const d = wrapDim(dim, y.shape.length);
  if (points.shape.length === 1) {
    if (points.shape[0] !== y.shape[d]) throw new TorchError(`trapezoid: There must be one \`x\` value for each sample point`);
    const along = F.view(
      points,
      y.shape.map((_, i) => (i === d ? points.shape[0] : 1)),
    );
    return F.sub(F.slice(along, d, 1, points.shape[0]), F.slice(along, d, 0, -1));
  }
  return F.sub(F.slice(points, dim, 1, points.shape[wrapDim(dim, points.shape.length)]), F.slice(points, dim, 0, -1));
}

const weighted = (F: Ops, y: Tensor, points: Tensor, dim: number): Tensor => F.mul(panels(F, y, dim), gaps(F, y, points, dim));

function differences(F: Ops, self: Tensor, n: number, dim: number, prepend: Tensor | null, append: Tensor | null): Tensor {
  if (self.shape.length === 0) throw new TorchError('diff expects input to be at least one-dimensional');
  if (n < 0) throw new TorchError(`order must be non-negative but got ${n}`);
  const parts = [prepend, self, append].filter((t) => t !== null);
  let out: Tensor = parts.length > 1 ? F.cat(parts, dim) : self;
  const d = wrapDim(dim, out.shape.length);
  if (n === 0) return parts.length > 1 ? out : F.copy_(F.zeros_like(out), out);
  for (let i = 0; i < n; i++) {
    const size = out.shape[d];
    if (size === 0) break;
    const [later, earlier] = [F.narrow(out, d, 1, size - 1), F.narrow(out, d, 0, size - 1)];
    out = out.dtype === 'bool' ? F.logical_xor(later, earlier) : F.sub(later, earlier);
  }
  return out;
}

/** Slopes along `d` of points `h` apart. */
function slopesBy(F: Ops, self: Tensor, d: number, h: number, edgeOrder: number): Tensor {
  const n = self.shape[d];
  const part = (start: number, length = 1): Tensor => F.slice(self, d, start, start + length, 1);
  const parabola = (a: number, b: number, c: number, at: number): Tensor =>
    F.add(F.sub(F.mul(part(at), a), F.mul(part(at + 1), b)), F.mul(part(at + 2), c));
  const first = edgeOrder === 1 ? F.sub(part(1), part(0)) : F.sub(F.add(F.mul(part(0), -1.5), F.mul(part(1), 2)), F.mul(part(2), 0.5));
  const last = edgeOrder === 1 ? F.sub(part(n - 1), part(n - 2)) : parabola(0.5, 2, 1.5, n - 3);
  const middle = F.div(F.div(F.sub(part(2, n - 2), part(0, n - 2)), h), 2);
  return F.cat([F.div(first, h), middle, F.div(last, h)], d);
}

export const moments: OpDescriptor[] = [
  {
    name: '_gradient_by',
    kind: 'composite',
    overloads: [
      {
        schema: '_gradient_by(Tensor self, int dim, float spacing, int edge_order) -> Tensor',
        forward: ([self, dim, spacing, edgeOrder], F) => slopesBy(F, self, dim, spacing, edgeOrder),
      },
    ],
    samples: [{ args: [{ tensor: [2, 4] }, 1n, 0.5, 1n] }, { args: [{ tensor: [2, 4] }, 1n, 0.5, 2n] }],
  },
  withMean('var_mean'),
  withMean('std_mean'),
  {
    name: 'nanmean',
    kind: 'composite',
    overloads: [
      {
        schema: 'nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
        forward: ([self, dim, keepdim, dtype], F) => {
          if (!isFloating(self.dtype))
            throw new TorchError(`nanmean(): expected input to have floating point or complex dtype but got ${scalarTypeName(self.dtype)}`);
          const n = F.sum(F.logical_not(F.isnan(F.detach(self))), dim, keepdim);
          return F.div(F.nansum(self, dim, keepdim, { dtype }), n);
        },
      },
    ],
    samples: [{ args: [x, [1]] }],
  },
  {
    name: 'cov',
    kind: 'composite',
    overloads: [
      {
        schema: 'cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor',
        forward: ([self, correction, fweights, aweights], F) => cov(F, self, correction, fweights, aweights),
      },
    ],
    samples: [{ args: [x] }],
  },
  {
    name: 'corrcoef',
    kind: 'composite',
    overloads: [
      {
        schema: 'corrcoef(Tensor self) -> Tensor',
        forward: ([self], F) => {
          const c = cov(F, self, 1, null, null);
          if (c.shape.length === 0) return F.div(c, c);
          const d = F.sqrt(F.diagonal(c));
          return F.clamp(F.div(F.div(c, F.view(d, [d.numel, 1])), F.view(d, [1, d.numel])), -1n, 1n);
        },
      },
    ],
    samples: [{ args: [{ tensor: [3, 4] }], rough: true }],
  },
  {
    name: 'diff',
    kind: 'composite',
    overloads: [
      {
        schema: 'diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor',
        forward: ([self, n, dim, prepend, append], F) => differences(F, self, n, dim, prepend, append),
      },
    ],
    samples: [{ args: [x] }, { args: [x, 2n, 1n] }],
  },
  ...(['trapezoid', 'trapz'] as const).map(
    (name): OpDescriptor => ({
      name,
      kind: 'composite',
      overloads: [
        {
          schema: `${name}.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`,
          forward: ([y, points, dim], F) => F.div(F.sum(weighted(F, y, points, dim), [dim]), 2),
        },
        {
          schema: `${name}.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor`,
          forward: ([y, dx, dim], F) => {
            const n = y.shape[wrapDim(dim, y.shape.length)];
            if (n === 0) return F.sum(y, [dim]);
            const ends = F.mul(F.add(F.select(y, dim, 0), F.select(y, dim, n - 1)), 0.5);
            return F.mul(F.sub(F.sum(y, [dim]), ends), Number(dx));
          },
        },
      ],
      samples: name === 'trapz' ? [] : [{ args: [x] }, { args: [x, { tensor: [3] }] }],
    }),
  ),
  {
    name: 'cumulative_trapezoid',
    kind: 'composite',
    overloads: [
      {
        schema: 'cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor',
        forward: ([y, points, dim], F) => F.div(F.cumsum(weighted(F, y, points, dim), dim), 2),
      },
      {
        schema: 'cumulative_trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor',
        forward: ([y, dx, dim], F) => F.cumsum(F.mul(panels(F, y, dim), Number(dx) / 2), dim),
      },
    ],
    samples: [{ args: [x] }],
  },
  {
    name: 'histc',
    kind: 'file',
    overloads: [
      {
        schema: 'histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor',
        forward: ([self, bins, min, max]) => {
          if (!isFloating(self.dtype))
            throw new TorchError(`"histogram_cpu" not implemented for '${scalarTypeName(self.dtype)}'`, 'NotImplementedError');
          if (bins <= 0) throw new TorchError('bins must be > 0');
          const out = Tensor.empty([bins], self.dtype, self.device);
          const counts = new Array<number>(bins).fill(0);
          const values: number[] = self.toArray();
          let [low, high] = [Number(min), Number(max)];
          if (low === high && values.length > 0)
            [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
          if (!Number.isFinite(low) || !Number.isFinite(high)) throw new TorchError(`range of [${text(low)}, ${text(high)}] is not finite`);
          if (low === high) [low, high] = [low - 1, high + 1];
          if (low > high) throw new TorchError('max must be larger than min');
          for (const v of values) if (v >= low && v <= high) counts[Math.min(Math.floor(((v - low) * bins) / (high - low)), bins - 1)]++;
          (out.typedView() as Float32Array).set(counts);
          return out;
        },
        inputs: [],
      },
    ],
  },
  {
    name: 'bincount',
    kind: 'file',
    overloads: [
      {
        schema: 'bincount(Tensor self, Tensor? weights=None, int minlength=0) -> Tensor',
        forward: ([self, weights, minlength]) => {
          const values: number[] = self.toArray();
          if (isFloating(self.dtype))
            throw new TorchError(`"bincount_cpu" not implemented for '${scalarTypeName(self.dtype)}'`, 'NotImplementedError');
          if (minlength < 0) throw new TorchError('minlength should be >= 0');
          if (self.shape.length !== 1 || values.some((v) => v < 0))
            throw new TorchError('bincount only supports 1-d non-negative integral inputs.');
          if (weights !== null && weights.numel !== values.length)
            throw new TorchError('weights should be 1-d and have the same length as input');
          const dtype: DType = weights === null ? 'int64' : weights.dtype === 'float32' ? 'float32' : 'float64';
          const out = Tensor.empty([values.reduce((a, b) => Math.max(a, b + 1), minlength)], dtype, self.device);
          const view = out.typedView() as Float64Array | BigInt64Array;
          view.fill((weights === null ? 0n : 0) as never);
          const each = weights === null ? null : weights.toArray();
          values.forEach((v, i) => {
            view[v] = (each === null ? (view[v] as bigint) + 1n : (view[v] as number) + each[i]) as never;
          });
          return out;
        },
        inputs: [],
      },
    ],
  },
];

const text = (v: number): string => (v === Infinity ? 'inf' : v === -Infinity ? '-inf' : v !== v ? 'nan' : String(v));
