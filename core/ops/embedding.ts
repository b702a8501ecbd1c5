// Rows of a table picked by index, and sums of such rows in bags, with their gradients.
import { deviceOf } from '../tensor/device.ts';
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { pow } from '../tensor/math.ts';
import { elementStart, Tensor, wholeView } from '../tensor/tensor.ts';
import { notInNabla, TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor } from './descriptor.ts';

const typeNames: Record<string, string> = { float32: 'Float', float64: 'Double', bool: 'Bool', uint8: 'Byte' };

function checkIndices(indices: Tensor, name: string): void {
  if (indices.dtype === 'int64' || indices.dtype === 'int32') return;
  throw new TorchError(
    `Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.${typeNames[indices.dtype]}Tensor instead (while checking arguments for ${name})`,
  );
}

function checkRange(rows: readonly number[], count: number): void {
  for (const row of rows) if (row < 0 || row >= count) throw new TorchError('index out of range in self', 'IndexError');
}

function refuseSparse(sparse: boolean, name: string): void {
  if (sparse) throw notInNabla(`torch.nn.functional.${name} with sparse=True`);
}

function picked(weight: Tensor, indices: Tensor): Tensor {
  if (weight.shape.length !== 2) throw new TorchError("'weight' must be 2-D");
  const [count, width] = weight.shape;
  const rows = indices.toArray();
  checkRange(rows, count);
  const out = Tensor.empty([...indices.shape, width], weight.dtype, weight.device);
  const view = wholeView(weight.dtype) as Float32Array;
  const from = elementStart(weight);
  let to = elementStart(out);
  const [step, unit] = weight.strides;
  for (const row of rows) {
    const at = from + row * step;
    if (unit === 1) view.copyWithin(to, at, at + width);
    else for (let j = 0; j < width; j++) view[to + j] = view[at + j * unit];
    to += width;
  }
  return out;
}

/** Rows of g added up where they came from; with `byFrequency` divided by how often the row was picked. */
function scattered(g: Tensor, indices: Tensor, count: number, padding: number, byFrequency: boolean): Tensor {
  const rows = indices.toArray();
  const width = g.shape[g.shape.length - 1];
  const out = Tensor.empty([count, width], g.dtype, g.device);
  deviceOf(out).fill(out, 0);
  const often = byFrequency ? new Float64Array(count) : null;
  if (often !== null) for (const row of rows) often[row]++;
  const view = wholeView(g.dtype) as Float32Array;
  const to = elementStart(out);
  let from = elementStart(g);
  for (const row of rows) {
    if (row !== padding) {
      const share = often === null ? 1 : 1 / often[row];
      for (let j = 0, at = to + row * width; j < width; j++) view[at + j] += view[from + j] * share;
    }
    from += width;
  }
  return out;
}

function renormalize(weight: Tensor, indices: Tensor, longest: number, p: number): Tensor {
  const rows = indices.toArray();
  checkRange(rows, weight.shape[0]);
  const view = wholeView(weight.dtype) as Float32Array;
  const [step, unit] = weight.strides;
  for (const row of new Set(rows)) {
    const at = elementStart(weight) + row * step;
    let norm = 0;
    for (let j = 0; j < weight.shape[1]; j++) {
      const v = Math.abs(view[at + j * unit]);
      norm = p === Infinity ? Math.max(norm, v) : norm + (p === 2 ? v * v : p === 1 ? v : pow(v, p));
    }
    if (p !== 1 && p !== Infinity) norm = p === 2 ? Math.sqrt(norm) : pow(norm, 1 / p);
    if (norm > longest) for (let j = 0; j < weight.shape[1]; j++) view[at + j * unit] *= longest / (norm + 1e-7);
  }
  return weight;
}

// -- bags --------------------------------------------------------------------------------------------------------------

const SUM = 0;
const MEAN = 1;
const MAX = 2;

function integers(values: readonly number[], shape: readonly number[], device: Tensor['device']): Tensor {
  return Tensor.fromTyped(BigInt64Array.from(values, BigInt), { shape, device });
}

/** For each index the bag it lies in. */
function bagsOf(offsets: readonly number[], count: number): number[] {
  const bags: number[] = [];
  let bag = -1;
  for (let i = 0; i < count; i++) {
    while (bag + 1 < offsets.length && offsets[bag + 1] <= i) bag++;
    bags.push(bag);
  }
  return bags;
}

interface Bags {
  readonly weight: Tensor;
  readonly indices: Tensor;
  readonly offsets: Tensor;
  readonly mode: number;
  readonly scales: Tensor | null;
  readonly lastOffset: boolean;
  readonly padding: number;
}

/** The bags' rows, each index's bag, the bags' sizes (without padding), and for `max` the index that won. */
function bagged({ weight, indices, offsets, mode, scales, lastOffset, padding }: Bags): Tensor[] {
  const rows = indices.toArray();
  const starts = offsets.toArray();
  const [count, width] = weight.shape;
  if (starts.length > 0 && starts[0] !== 0)
    throw new TorchError(
      `offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got ${starts[0]}`,
    );
  if (starts.length > 0 && starts[starts.length - 1] > rows.length)
    throw new TorchError(
      `offsets[-1] can not be greater than input's length(${rows.length}) but got offsets[-1] of ${starts[starts.length - 1]}`,
    );
  for (const row of rows)
    if (row < 0 || row >= count)
      throw new TorchError(`embedding_bag: Expected idx >= 0 && idx < num_embeddings but found idx to be ${row}`);
  const number = lastOffset ? starts.length - 1 : starts.length;
  const bags = bagsOf(starts.slice(0, number), rows.length);
  const sums = new Float64Array(number * width);
  const sizes = new Array<number>(number).fill(0);
  const won = new Array<number>(mode === MAX ? number * width : 0).fill(-1);
  const view = wholeView(weight.dtype) as Float32Array;
  const [step, unit] = weight.strides;
  const scale = scales?.toArray();
  rows.forEach((row, i) => {
    const bag = bags[i];
    if (row === padding) return;
    sizes[bag]++;
    const s = scale === undefined ? 1 : scale[i];
    for (let j = 0; j < width; j++) {
      const v = view[elementStart(weight) + row * step + j * unit];
      const at = bag * width + j;
      if (mode !== MAX) sums[at] += v * s;
      else if (won[at] < 0 || v > sums[at]) {
        sums[at] = v;
        won[at] = row;
      }
    }
  });
  if (mode === MEAN) for (let at = 0; at < sums.length; at++) sums[at] /= Math.max(sizes[Math.floor(at / width)], 1);
  const out = Tensor.empty([number, width], weight.dtype, weight.device);
  (out.typedView() as Float32Array).set(sums);
  const { device } = weight;
  return [
    out,
    mode === SUM ? integers([], [0], device) : integers(bags, [rows.length], device),
    integers(sizes, [number], device),
    mode === MAX
      ? integers(
          won.map((row) => Math.max(row, 0)),
          [number, width],
          device,
        )
      : integers(sizes, [number], device),
  ];
}

const table = { tensor: [4, 3] } as const;
const picks = { tensor: [4], dtype: 'int64', values: [2, 0, 2, 3] } as const;

export const embeddings: OpDescriptor[] = [
  {
    name: 'embedding',
    kind: 'file',
    overloads: [
      {
        schema:
          'embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor',
        inputs: [0],
        forward: ([weight, indices, , , sparse]) => {
          checkIndices(indices, 'embedding');
          refuseSparse(sparse, 'embedding');
          return picked(weight, indices);
        },
        grad: {
          name: 'EmbeddingBackward0',
          saved: [{ name: 'indices', argument: 1 }],
          keep: (args) => ({ padding_idx: args[2], scale_grad_by_freq: args[3], sparse: args[4], weight_sym_argsize_0: args[0].shape[0] }),
          backward: (g, { F, s, k }) => F.embedding_dense_backward(g, s[0], k.weight_sym_argsize_0, k.padding_idx, k.scale_grad_by_freq),
        },
      },
    ],
    samples: [{ args: [table, picks] }, { args: [table, { tensor: [2, 2], dtype: 'int64', values: [1, 1, 0, 3] }] }],
  },
  {
    name: 'embedding_dense_backward',
    kind: 'file',
    overloads: [
      {
        schema:
          'embedding_dense_backward(Tensor grad_output, Tensor indices, SymInt num_weights, SymInt padding_idx, bool scale_grad_by_freq) -> Tensor',
        inputs: [0],
        forward: ([g, indices, count, padding, byFrequency], F) => scattered(F.contiguous(g), indices, count, padding, byFrequency),
        grad: {
          name: 'EmbeddingDenseBackwardBackward0',
          saved: [{ name: 'indices', argument: 1 }],
          keep: (args) => ({ padding_idx: args[3] }),
          // The rows again, 0 where the index was padding.
          backward: (h, { F, s: [indices], k }) => {
            const rows = F.embedding(h, indices);
            return k.padding_idx < 0 ? rows : F.masked_fill(rows, F.unsqueeze(F.eq(indices, BigInt(k.padding_idx)), -1n), 0n);
          },
        },
      },
    ],
  },
  {
    name: 'embedding_renorm_',
    kind: 'file',
    overloads: [
      {
        schema: 'embedding_renorm_(Tensor(a!) self, Tensor indices, float max_norm, float norm_type) -> Tensor(a!)',
        inputs: [0],
        forward: ([weight, indices, longest, p]) => {
          checkIndices(indices, 'embedding_renorm_');
          return renormalize(weight, indices, longest, p);
        },
      },
    ],
  },
  {
    name: '_embedding_bag',
    kind: 'file',
    overloads: [
      {
        schema:
          '_embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int padding_idx=-1) -> (Tensor, Tensor, Tensor, Tensor)',
        inputs: [0, 6],
        forward: ([weight, indices, offsets, , mode, sparse, scales, lastOffset, padding]) => {
          checkIndices(indices, 'embedding_bag');
          refuseSparse(sparse, 'embedding_bag');
          if (!isFloating(weight.dtype)) throw new TorchError(`expected scalar type Float but found ${scalarTypeName(weight.dtype)}`);
          if (scales !== null && mode !== SUM)
            throw new TorchError("embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum'");
          return bagged({ weight, indices, offsets, mode, scales, lastOffset, padding });
        },
        grad: {
          name: 'EmbeddingBagBackward0',
          saved: [
            { name: 'indices', argument: 1 },
            { name: 'offsets', argument: 2 },
            { name: 'per_sample_weights', argument: 6 },
            { name: 'result1', output: 1 },
            { name: 'result2', output: 2 },
            { name: 'result3', output: 3 },
            { name: 'weight', argument: 0, when: 2 },
          ],
          keep: (args) => ({
            mode: args[4],
            padding_idx: args[8],
            scale_grad_by_freq: args[3],
            sparse: args[5],
            weight_sym_argsize_0: args[0].shape[0],
          }),
          backward: (g, { F, s: [indices, offsets, scales, , sizes, won, weight], k, needs }) => {
            const count = k.weight_sym_argsize_0 as number;
            if (k.mode === MAX) {
              const filled = F.unsqueeze(F.gt(sizes, 0n), -1n);
              const shape = [count, g.shape[1]];
              const at = F.zeros(shape, { dtype: g.dtype, device: g.device });
              return [F.scatter_add(at, 0n, won, F.mul(g, F._to_copy(filled, { dtype: g.dtype }))), null];
            }
            const bags = integers(bagsOf(offsets.toArray().slice(0, sizes.numel), indices.numel), [indices.numel], g.device);
            const each = F.index_select(g, 0n, bags) as Tensor;
            let toWeight: Tensor | null = null;
            if (needs & 1) {
              let rows = each;
              if (scales !== null) rows = F.mul(rows, F.unsqueeze(scales, -1n));
              if (k.mode === MEAN) rows = F.div(rows, F.unsqueeze(F.index_select(F.clamp_min(sizes, 1n), 0n, bags), -1n));
              toWeight = F.embedding_dense_backward(rows, indices, count, k.padding_idx, k.scale_grad_by_freq);
            }
            const toScales = needs & 2 ? F.sum(F.mul(each, F.embedding(weight, indices)), [1]) : null;
            return [
              toWeight,
              toScales === null || k.padding_idx < 0 ? toScales : F.masked_fill(toScales, F.eq(indices, BigInt(k.padding_idx)), 0n),
            ];
          },
        },
      },
    ],
  },
  {
    name: 'embedding_bag',
    kind: 'composite',
    overloads: [
      {
        schema:
          'embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int? padding_idx=None) -> (Tensor, Tensor, Tensor, Tensor)',
        forward: ([weight, indices, offsets, byFrequency, mode, sparse, scales, lastOffset, padding], F) =>
          F._embedding_bag(
            weight,
            indices,
            offsets,
            byFrequency,
            mode,
            sparse,
            scales,
            lastOffset,
            padding === null ? -1 : padding < 0 ? padding + weight.shape[0] : padding,
          ),
      },
    ],
  },
];
