// Ops that look values up: unique, searchsorted, bucketize, isin, argwhere, index grids. None has a gradient.
import { sizesText, wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { composite } from './composite.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

type Values = readonly number[];

function longs(values: Values, shape: readonly number[] = [values.length], dtype: 'int64' | 'int32' = 'int64'): Tensor {
  return dtype === 'int64'
    ? Tensor.fromTyped(BigInt64Array.from(values, BigInt), { shape, dtype })
    : Tensor.fromTyped(Int32Array.from(values), { shape, dtype });
}

/** Lines compared element by element; NaN equals nothing and comes last. */
function compare(a: Values, b: Values): number {
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    if (a[i] !== a[i]) return b[i] !== b[i] ? 0 : 1;
    return b[i] !== b[i] || a[i] < b[i] ? -1 : 1;
  }
  return 0;
}
const same = (a: Values, b: Values): boolean => a.every((v, i) => v === b[i]);

/** Which lines are kept, and for each line the number of its kept one. */
function distinct(lines: readonly Values[], sorted: boolean): { kept: number[]; inverse: number[]; counts: number[] } {
  const order = lines.map((_, i) => i);
  if (sorted) order.sort((i, j) => compare(lines[i], lines[j]) || i - j);
  const kept: number[] = [];
  const counts: number[] = [];
  const inverse = new Array<number>(lines.length);
  order.forEach((i) => {
    if (kept.length === 0 || !same(lines[kept[kept.length - 1]], lines[i])) {
      kept.push(i);
      counts.push(0);
    }
    inverse[i] = kept.length - 1;
    counts[kept.length - 1]++;
  });
  return { kept, inverse, counts };
}

function unique(F: Ops, self: Tensor, dim: number | null, sorted: boolean): Tensor[] {
  if (dim === null) {
    const values = self.toArray();
    const { kept, inverse, counts } = distinct(
      values.map((v) => [v]),
      sorted,
    );
    const flat = F.reshape(F.detach(self), [-1]);
    return [F.index_select(flat, 0, longs(kept)), longs(inverse, self.shape), longs(counts)];
  }
  const d = wrapDim(dim, self.shape.length);
  const first = F.detach(F.transpose(self, 0, d)) as Tensor;
  const n = self.shape[d];
  const width = n === 0 ? 0 : self.numel / n;
  const all = F.contiguous(first).toArray() as number[];
  const { kept, inverse, counts } = distinct(
    Array.from({ length: n }, (_, i) => all.slice(i * width, (i + 1) * width)),
    sorted,
  );
  return [F.index_select(F.detach(self), d, longs(kept)), longs(inverse), longs(counts)];
}

/** How many of the row's values lie before v: those below, or, to the right, those not above; NaN is beyond all. */
function position(row: Values, v: number, right: boolean): number {
  let [low, high] = [0, row.length];
  while (low < high) {
    const mid = (low + high) >> 1;
    const before = right ? !(row[mid] > v) || v !== v : row[mid] < v || (v !== v && row[mid] === row[mid]);
    if (before) low = mid + 1;
    else high = mid;
  }
  return low;
}

function sideIsRight(right: boolean, side: string | null): boolean {
  if (side !== null && side !== 'left' && side !== 'right')
    throw new TorchError(`torch.searchsorted(): side can only be 'left' or 'right' but got ${side}`);
  if (side === 'left' && right)
    throw new TorchError("torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True");
  return right || side === 'right';
}

function searched(sequence: Tensor, values: Tensor, right: boolean, narrow: boolean, sorter: Tensor | null): Tensor {
  const width = sequence.shape[sequence.shape.length - 1] ?? 1;
  const rows = sequence.toArray();
  const order = sorter?.toArray() ?? null;
  const wanted = values.toArray();
  const one = sequence.shape.length === 1;
  if (!one && sizesText(sequence.shape.slice(0, -1)) !== sizesText(values.shape.slice(0, -1)))
    throw new TorchError(
      `torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor ${sizesText(sequence.shape)} and input value tensor ${sizesText(values.shape)}`,
    );
  const perRow = one ? wanted.length : (values.shape[values.shape.length - 1] ?? 1);
  const found = wanted.map((v, i) => {
    const r = one ? 0 : Math.floor(i / perRow);
    const row = rows.slice(r * width, (r + 1) * width);
    return position(order === null ? row : order.slice(r * width, (r + 1) * width).map((j) => row[j]), v, right);
  });
  return longs(found, values.shape, narrow ? 'int32' : 'int64');
}

const scalar = (value: number | bigint): Tensor => Tensor.from(Number(value), { dtype: 'float64' });

function isin(elements: Tensor, tests: Tensor, invert: boolean): Tensor {
  const known = new Set<number>(tests.toArray());
  known.delete(NaN);
  const out = Tensor.empty(elements.shape, 'bool', elements.device);
  (out.typedView() as Uint8Array).set(elements.toArray().map((v) => Number(known.has(v) !== invert)));
  return out;
}

function triangleIndices(rows: number, columns: number, offset: number, lower: boolean): Tensor {
  const [r, c]: number[][] = [[], []];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      if (lower ? j - i <= offset : j - i >= offset) {
        r.push(i);
        c.push(j);
      }
  return longs([...r, ...c], [2, r.length]);
}

export const searching: OpDescriptor[] = [
  composite('nonzero_static(Tensor self, *, SymInt size, int fill_value=-1) -> Tensor', ([self, size, fill], F) => {
    if (size < 0) throw new TorchError("nonzero_static: 'size' must be an non-negative integer");
    const found = F.nonzero(self) as Tensor;
    const [n, rank] = found.shape;
    if (n >= size) return F.clone(F.narrow(found, 0, 0, size));
    return F.cat([found, F.full([size - n, rank], BigInt(fill), { dtype: 'int64', device: self.device })], 0);
  }),
  {
    name: '_unique2',
    kind: 'file',
    overloads: [
      {
        schema: '_unique2(Tensor self, int? dim, bool sorted) -> (Tensor, Tensor, Tensor)',
        inputs: [],
        forward: ([self, dim, sorted], F) => unique(F, self, dim, sorted),
      },
    ],
  },
  {
    name: 'searchsorted',
    kind: 'file',
    overloads: [
      {
        schema:
          'searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor',
        inputs: [],
        forward: ([sequence, values, narrow, right, side, sorter]) => searched(sequence, values, sideIsRight(right, side), narrow, sorter),
      },
      {
        schema:
          'searchsorted.Scalar(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor',
        inputs: [],
        forward: ([sequence, value, narrow, right, side, sorter]) =>
          searched(sequence, scalar(value), sideIsRight(right, side), narrow, sorter),
      },
    ],
  },
  {
    name: 'bucketize',
    kind: 'file',
    overloads: [
      {
        schema: 'bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor',
        inputs: [],
        forward: ([self, boundaries, narrow, right]) => {
          if (boundaries.shape.length !== 1)
            throw new TorchError(`boundaries tensor must be 1 dimension, but got dim(${boundaries.shape.length})`);
          return searched(boundaries, self, right, narrow, null);
        },
      },
      {
        schema: 'bucketize.Scalar(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor',
        inputs: [],
        forward: ([value, boundaries, narrow, right]) => searched(boundaries, scalar(value), right, narrow, null),
      },
    ],
  },
  {
    name: 'isin',
    kind: 'file',
    overloads: [
      {
        schema: 'isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor',
        inputs: [],
        forward: ([elements, tests, , invert]) => isin(elements, tests, invert),
      },
      {
        schema: 'isin.Tensor_Scalar(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False) -> Tensor',
        inputs: [],
        forward: ([elements, test, , invert]) => isin(elements, scalar(test), invert),
      },
      {
        schema: 'isin.Scalar_Tensor(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor',
        inputs: [],
        forward: ([element, tests, , invert]) => isin(scalar(element), tests, invert),
      },
    ],
  },
  {
    name: 'argwhere',
    kind: 'composite',
    overloads: [{ schema: 'argwhere(Tensor self) -> Tensor', forward: ([self], F) => F.nonzero(self) }],
  },
  ...(['tril_indices', 'triu_indices'] as const).map(
    (name): OpDescriptor => ({
      name: `_${name}`,
      kind: 'file',
      overloads: [
        {
          schema: `_${name}(int row, int col, int offset=0) -> Tensor`,
          forward: ([row, col, offset]) => triangleIndices(row, col, offset, name === 'tril_indices'),
        },
      ],
    }),
  ),
  {
    name: 'unravel_index',
    kind: 'composite',
    overloads: [
      {
        schema: 'unravel_index(Tensor indices, SymInt[] shape) -> Tensor[]',
        forward: ([indices, shape], F) => {
          let step = shape.reduce((a: number, b: number) => a * b, 1);
          return shape.map((n: number) => {
            step /= n;
            return F.remainder(F.floor_divide(indices, BigInt(step)), BigInt(n));
          });
        },
      },
    ],
  },
];
