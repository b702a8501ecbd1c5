// Ops that write or gather at places named by index tensors, beyond indexing.ts: take, put, index_copy, index_fill, scatter_reduce, masked_scatter …
import { deviceOf } from '../tensor/device.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { broadcastShapes, wrapDim } from '../tensor/shape.ts';
import { elementStart, offsetsOf, Tensor, wholeView } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Args, OpDescriptor, Ops } from './descriptor.ts';
import { withInPlace } from './in-place-of.ts';
import { along, checkGather, copyOf, indexing, selectRows } from './indexing.ts';
import { put } from './selection.ts';

type Reduce = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';
const x = { tensor: [2, 3] } as const;
const columns = { tensor: [2, 2], dtype: 'int64', values: [0, 2, 1, 1] } as const;
const rows = { tensor: [2], dtype: 'int64', values: [1, 0] } as const;

function wholeIndex(name: string, index: Tensor): void {
  if (index.dtype !== 'int64' && index.dtype !== 'int32')
    throw new TorchError(`${name}(): Expected a long tensor for index, but got ${index.dtype === 'float32' ? 'Float' : index.dtype}`);
}

/** Folds src's values into self at `to`, in order. */
function reduceInto(self: Tensor, to: Int32Array, src: Tensor, from: Int32Array, reduce: Reduce, includeSelf: boolean): Tensor {
  const view = wholeView(self.dtype) as Float64Array;
  const source = wholeView(src.dtype) as Float64Array;
  const [at, start] = [elementStart(self), elementStart(src)];
  const counts = new Map<number, number>();
  for (let i = 0; i < to.length; i++) {
    const p = at + to[i];
    const v = source[start + from[i]];
    const n = counts.get(p) ?? (includeSelf ? 1 : 0);
    const old = view[p];
    counts.set(p, n + 1);
    if (n === 0) view[p] = v;
    else if (reduce === 'sum' || reduce === 'mean') view[p] = old + v;
    else if (reduce === 'prod') view[p] = old * v;
    else if (v !== v || (old === old && (reduce === 'amax' ? v > old : v < old))) view[p] = v;
  }
  if (reduce === 'mean')
    for (const [p, n] of counts) {
      const sum = view[p] as number | bigint;
      view[p] = (
        typeof sum === 'bigint'
          ? (sum - (((sum % BigInt(n)) + BigInt(n)) % BigInt(n))) / BigInt(n)
          : isFloating(self.dtype)
            ? sum / n
            : Math.floor(sum / n)
      ) as number;
    }
  return self;
}

/** Gradients of a reducing scatter: `index` has src's shape. */
function reduceGradients(
  F: Ops,
  g: Tensor,
  {
    self,
    src,
    result,
    index,
    dim,
    reduce,
    includeSelf,
  }: { self: Tensor; src: Tensor; result: Tensor; index: Tensor; dim: number; reduce: Reduce; includeSelf: boolean },
): [Tensor, Tensor] {
  const d = BigInt(dim);
  const gathered = (t: Tensor): Tensor => F.gather(t, d, index);
  const typed = (t: Tensor): Tensor => F._to_copy(t, { dtype: self.dtype });
  const added = (t: Tensor): Tensor => F.scatter_add(F.zeros_like(self), d, index, t);
  let mine: Tensor;
  let theirs: Tensor;
  if (reduce === 'sum') [mine, theirs] = [g, gathered(g)];
  else if (reduce === 'mean') {
    const n = F.clamp_min(F.add(added(F.ones_like(src)), includeSelf ? 1n : 0n), 1n);
    const share = F.div(g, n);
    [mine, theirs] = [share, gathered(share)];
  } else if (reduce === 'prod') {
    // The product of the others; a single zero among them is left out by putting a one in its place.
    const again = (a: Tensor, b: Tensor): Tensor => F.scatter_reduce(a, d, index, b, 'prod', { include_self: includeSelf });
    const own = F.masked_fill(self, F.eq(self, 0n), 1n);
    mine = F.div(F.mul(g, again(own, src)), own);
    const zero = F.eq(src, 0n);
    const zeros = gathered(added(typed(zero)));
    const single = F.logical_and(zero, F.eq(zeros, 1n));
    const others = gathered(F.mul(g, again(self, F.masked_fill(src, single, 1n))));
    theirs = F.where(single, others, F.div(gathered(F.mul(g, result)), F.masked_fill(src, zero, 1n)));
  } else {
    const ownBest = typed(F.eq(self, result));
    const best = typed(F.eq(src, gathered(result)));
    const ties = F.add(added(best), includeSelf ? ownBest : 0n);
    const share = F.div(g, F.masked_fill(ties, F.eq(ties, 0n), 1n));
    [mine, theirs] = [F.mul(ownBest, share), F.mul(best, gathered(share))];
  }
  return [includeSelf ? mine : F.scatter(mine, d, index, 0n), theirs];
}

const reduces = ['sum', 'prod', 'mean', 'amax', 'amin'];

const scatterReduce: OpDescriptor = {
  name: 'scatter_reduce',
  kind: 'file',
  overloads: [
    {
      schema: 'scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor',
      inputs: [0, 3],
      forward: ([self, dim, index, src, reduce, include]) => {
        if (!reduces.includes(reduce)) throw new TorchError(`reduce argument must be either sum, prod, mean, amax or amin, got ${reduce}`);
        if (self.dtype !== src.dtype) throw new TorchError('scatter(): Expected self.dtype to be equal to src.dtype');
        const d = checkGather('scatter', self, index, dim);
        return reduceInto(copyOf(self), along(copied(self), index, d), src, offsetsOf(index.shape, src.strides), reduce, include);
      },
      grad: {
        name: 'ScatterReduceBackward0',
        saved: [
          { name: 'index', argument: 2 },
          { name: 'result', output: 0 },
          { name: 'self', argument: 0 },
          { name: 'src', argument: 3 },
        ],
        keep: (args) => ({ dim: args[1], include_self: args[5], reduce: args[4] }),
        backward: (g, { F, s: [index, result, self, src], k, needs }) => {
          const both = reduceGradients(F, g, { self, src, result, index, dim: k.dim, reduce: k.reduce, includeSelf: k.include_self });
          return both.map((t, i) => (needs & (1 << i) ? t : null));
        },
      },
    },
  ],
  samples: (['sum', 'prod', 'mean', 'amax'] as const).map((reduce) => ({ args: [x, 1n, columns, { tensor: [2, 2] }, reduce] })),
};

/** A shape of self's without data: only its strides are asked. */
function copied(self: Tensor): Tensor {
  return Tensor.empty(self.shape, 'bool', self.device);
}

/** The index of one dimension spread over source's shape, as scatters want it. */
function spreadIndex(F: Ops, index: Tensor, source: Tensor, dim: number): Tensor {
  const d = wrapDim(dim, source.shape.length);
  return F.expand(
    F.view(
      index,
      source.shape.map((_, i) => (i === d ? index.numel : 1)),
    ),
    source.shape,
  );
}

const indexReduce: OpDescriptor = {
  name: 'index_reduce',
  kind: 'file',
  overloads: [
    {
      schema: 'index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor',
      inputs: [0, 3],
      forward: ([self, dim, index, source, reduce, include], F) => {
        if (!['prod', 'mean', 'amax', 'amin'].includes(reduce))
          throw new TorchError(`index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got ${reduce}`);
        return F.scatter_reduce(self, BigInt(dim), spreadIndex(F, index, source, dim), source, reduce, { include_self: include });
      },
      grad: {
        name: 'IndexReduceBackward0',
        saved: [
          { name: 'index', argument: 2 },
          { name: 'result', output: 0 },
          { name: 'self', argument: 0 },
          { name: 'source', argument: 3 },
        ],
        keep: (args) => ({ dim: args[1], include_self: args[5], reduce: args[4] }),
        backward: (g, { F, s: [index, result, self, src], k, needs }) => {
          const wide = spreadIndex(F, index, src, k.dim);
          const both = reduceGradients(F, g, { self, src, result, index: wide, dim: k.dim, reduce: k.reduce, includeSelf: k.include_self });
          return both.map((t, i) => (needs & (1 << i) ? t : null));
        },
      },
    },
  ],
  samples: [{ args: [x, 0n, rows, x, 'amax'] }],
};

const indexCopy: OpDescriptor = {
  name: 'index_copy',
  kind: 'file',
  overloads: [
    {
      schema: 'index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor',
      inputs: [0, 3],
      forward: ([self, dim, index, source]) => {
        if (index.dtype !== 'int64')
          throw new TorchError(
            'index_copy_(): Expected a long tensor for index, but got Float'.replace('Float', index.dtype === 'int32' ? 'Int' : 'Float'),
          );
        if (source.dtype !== self.dtype)
          throw new TorchError(
            `index_copy_(): self and source expected to have the same dtype, but got (self) ${name(self)} and (source) ${name(source)}`,
          );
        const out = copyOf(self);
        put(out, selectRows(out, dim, index, 'index_copy_'), source, false);
        return out;
      },
      grad: {
        name: 'IndexCopyBackward0',
        saved: [{ name: 'index', argument: 2 }],
        keep: (args) => ({ dim: args[1] }),
        // nothing where it was overwritten
        backward: (g, { F, s: [index], k, needs }) => [
          needs & 1 ? F.index_fill(g, BigInt(k.dim), index, 0n) : null,
          needs & 2 ? F.index_select(g, BigInt(k.dim), index) : null,
        ],
      },
    },
  ],
  samples: [{ args: [x, 0n, { tensor: [1], dtype: 'int64', values: [1] }, { tensor: [1, 3] }] }],
};
const name = (t: Tensor): string =>
  t.dtype === 'float32' ? 'Float' : t.dtype === 'float64' ? 'Double' : t.dtype === 'int64' ? 'Long' : t.dtype;

function filledRows([self, dim, index, value]: Args): Tensor {
  wholeIndex('index_fill_', index);
  const out = copyOf(self);
  const scalar = value instanceof Tensor ? value : null;
  if (scalar !== null && scalar.shape.length > 0)
    throw new TorchError(
      `index_fill_ only supports a 0-dimensional value tensor, but got tensor with ${scalar.shape.length} dimension(s).`,
    );
  const item = Tensor.empty([], self.dtype, self.device);
  deviceOf(item).fill(item, scalar === null ? value : (scalar.item() as number));
  put(out, selectRows(out, dim, index), item, false);
  item.dispose();
  return out;
}

const indexFill: OpDescriptor = {
  name: 'index_fill',
  kind: 'file',
  overloads: [
    {
      schema: 'index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor',
      inputs: [0],
      forward: (args) => filledRows(args),
      grad: {
        name: 'IndexFillBackward0',
        saved: [{ name: 'index', argument: 2 }],
        keep: (args) => ({ dim: args[1] }),
        backward: (g, { F, s: [index], k }) => F.index_fill(g, BigInt(k.dim), index, 0n),
      },
    },
    {
      schema: 'index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor',
      inputs: [0, 3],
      forward: (args) => filledRows(args),
      grad: {
        name: 'IndexFillBackward1',
        saved: [{ name: 'index', argument: 2 }],
        keep: (args) => ({ dim: args[1] }),
        backward: (g, { F, s: [index], k, needs }) => [
          needs & 1 ? F.index_fill(g, BigInt(k.dim), index, 0n) : null,
          needs & 2 ? F.sum(F.index_select(g, BigInt(k.dim), F._unique2(index, null, true)[0])) : null,
        ],
      },
    },
  ],
  samples: [{ args: [x, 0n, { tensor: [1], dtype: 'int64', values: [1] }, 0.5] }],
};

/** Places in self seen as one row; negative ones count from its end. */
function flatPlaces(self: Tensor, index: Tensor, op: string): Int32Array {
  if (index.dtype !== 'int64') throw new TorchError(`${op}(): Expected a long tensor for index, but got ${name(index)}`);
  const offsets = offsetsOf(self.shape, self.strides);
  const n = self.numel;
  return Int32Array.from(index.toArray(), (i: number) => {
    if (i < -n || i >= n) throw new TorchError(`out of range: tried to access index ${i} on a tensor of ${n} elements.`, 'IndexError');
    return offsets[i < 0 ? i + n : i];
  });
}

const putOp: OpDescriptor = {
  name: 'put',
  kind: 'file',
  overloads: [
    {
      schema: 'put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor',
      inputs: [0, 2],
      forward: ([self, index, source, accumulate]) => {
        if (index.numel !== source.numel)
          throw new TorchError(
            `put_(): Expected source and index to have the same number of elements, but got source.numel() = ${source.numel}, index.numel() = ${index.numel}`,
          );
        const out = copyOf(self);
        put(out, { shape: source.shape.slice(), offsets: flatPlaces(out, index, 'put_') }, source, accumulate);
        return out;
      },
      grad: {
        name: 'PutBackward0',
        saved: [{ name: 'index', argument: 1 }],
        keep: (args) => ({ accumulate: args[3], _shape: args[2].shape }),
        backward: (g, { F, s: [index], k, needs }) => [
          needs & 1 ? (k.accumulate ? g : F.put(g, index, F.zeros(index.shape, { dtype: g.dtype, device: g.device }), false)) : null,
          needs & 2 ? F.reshape(F.take(g, index), k._shape) : null,
        ],
      },
    },
  ],
  samples: [{ args: [x, { tensor: [2], dtype: 'int64', values: [1, 4] }, { tensor: [2] }] }],
};

const takeOp: OpDescriptor = {
  name: 'take',
  kind: 'file',
  overloads: [
    {
      schema: 'take(Tensor self, Tensor index) -> Tensor',
      inputs: [0],
      forward: ([self, index]) => {
        const places = flatPlaces(self, index, 'take');
        const out = Tensor.empty(index.shape, self.dtype, self.device);
        const view = wholeView(self.dtype);
        const [to, from] = [elementStart(out), elementStart(self)];
        places.forEach((p, i) => {
          view[to + i] = view[from + p] as never;
        });
        return out;
      },
      grad: {
        name: 'TakeBackward0',
        saved: [{ name: 'index', argument: 1 }],
        keep: (args) => ({ _shape: args[0].shape }),
        backward: (g, { F, s: [index], k }) => F.put(F.zeros(k._shape, { dtype: g.dtype, device: g.device }), index, g, true),
      },
    },
  ],
  samples: [{ args: [x, { tensor: [3], dtype: 'int64', values: [1, 4, 1] }] }],
};

const maskedScatter: OpDescriptor = {
  name: 'masked_scatter',
  kind: 'file',
  overloads: [
    {
      schema: 'masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor',
      inputs: [0, 2],
      forward: ([self, mask, source], F) => {
        if (mask.dtype !== 'bool')
          throw new TorchError(`masked_scatter_ only supports boolean masks, but got mask with dtype ${scalarTypeName(mask.dtype)}`);
        if (self.dtype !== source.dtype)
          throw new TorchError(`masked_scatter: expected self and source to have same dtypes but got ${name(self)} and ${name(source)}`);
        const shape = broadcastShapes(self.shape, mask.shape);
        const out = F.clone(F.expand(self, shape), { memory_format: 'contiguous' }) as Tensor;
        const marks = F.contiguous(F.expand(mask, shape)).toArray() as number[];
        const [view, values] = [out.typedView(), source.toTyped()];
        let i = 0;
        marks.forEach((m, p) => {
          if (m === 0) return;
          if (i >= values.length) throw new TorchError('Number of elements of source < number of ones in mask');
          view[p] = values[i++] as never;
        });
        return out;
      },
      grad: {
        name: 'MaskedScatterBackward0',
        saved: [{ name: 'mask', argument: 1 }],
        keep: (args) => ({ source_sym_sizes: args[2].shape }),
        // the mask's places in order are source's first elements
        backward: (g, { F, s: [mask], k, needs }) => {
          const picked = needs & 2 ? F.masked_select(g, mask) : null;
          const total = (k.source_sym_sizes as number[]).reduce((a, b) => a * b, 1);
          const rest = picked === null ? 0 : total - picked.numel;
          const all = picked === null || rest === 0 ? picked : F.cat([picked, F.zeros([rest], { dtype: g.dtype, device: g.device })], 0);
          return [needs & 1 ? F.masked_fill(g, mask, 0n) : null, all === null ? null : F.view(all, k.source_sym_sizes)];
        },
      },
    },
  ],
  samples: [{ args: [x, { tensor: [2, 3], dtype: 'bool', values: [1, 0, 0, 1, 0, 1] }, { tensor: [4] }] }],
};

const known = (wanted: string): OpDescriptor => indexing.find((op) => op.name === wanted) as OpDescriptor;
/** index_add, scatter and scatter_add live in indexing.ts. */
const elsewhere = ['index_add', 'scatter', 'scatter_add'].flatMap((wanted) => withInPlace(known(wanted)).slice(1));

export const scattering: OpDescriptor[] = [
  ...elsewhere,
  ...withInPlace(scatterReduce),
  ...withInPlace(indexReduce),
  ...withInPlace(indexCopy),
  ...withInPlace(indexFill),
  ...withInPlace(putOp),
  ...withInPlace(maskedScatter),
  takeOp,
  {
    name: 'take_along_dim',
    kind: 'composite',
    overloads: [
      {
        schema: 'take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor',
        forward: ([self, indices, dim], F) => {
          if (dim === null) return F.gather(F.view(self, [-1]), 0, F.view(indices, [-1]));
          if (self.shape.length !== indices.shape.length)
            throw new TorchError(
              `torch.take_along_dim(): input and indices should have the same number of dimensions, but got ${self.shape.length} dimensions for input, and ${indices.shape.length} dimensions for indices`,
            );
          if (indices.dtype !== 'int64')
            throw new TorchError(`torch.take_along_dim(): dtype of indices should be Long but got ${name(indices)}`);
          const d = wrapDim(dim, self.shape.length);
          const but = (t: Tensor): number[] => t.shape.map((n, i) => (i === d ? 1 : n));
          const shape = broadcastShapes(but(self), but(indices));
          const wide = (t: Tensor): Tensor =>
            F.expand(
              t,
              shape.map((n, i) => (i === d ? t.shape[d] : n)),
            );
          const size = self.shape[d];
          const places = F.where(F.lt(indices, 0n), F.add(indices, BigInt(size)), indices);
          return F.gather(wide(self), BigInt(d), wide(places));
        },
      },
    ],
    samples: [{ args: [x, columns, 1n] }],
  },
];
