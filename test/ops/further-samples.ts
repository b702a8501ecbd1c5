// Samples for ops that give none for themselves: kernels behind a composite, ops in place, and those whose input must be prepared first.
import { ops } from '../../core/autograd/funnel.ts';
import type { Arg, OpDescriptor, Sample, SampleArg } from '../../core/ops/descriptor.ts';
import type { Tensor } from '../../core/tensor/tensor.ts';

export interface FurtherSample extends Sample {
  /** What the op is called with, made of the leaves: a symmetric matrix, a copy to write over. */
  readonly prepare?: (args: Arg[]) => Arg[];
}

const t = (...tensor: number[]): SampleArg => ({ tensor });
const within = (low: number, high: number, ...tensor: number[]): SampleArg => ({ tensor, low, high });
const whole = (tensor: readonly number[], ...values: number[]): SampleArg => ({ tensor, values, dtype: 'int64' });
/** A float32 operand: no derivative is asked of it. */
const fixed = (...values: number[]): SampleArg => ({ tensor: [values.length], values, dtype: 'float32' });

const x = t(2, 3);
const rows = whole([2], 1, 0);
const w3 = within(0.5, 1.5, 3);
const pixels = t(1, 2, 4, 4);
const T = (a: Arg): Tensor => ops.transpose(a as Tensor, -1, -2);
/** A Aᵀ + I: positive definite. */
const definite = (a: Arg): Tensor => ops.add(ops.matmul(a as Tensor, T(a)), ops.eye(3, { dtype: 'float64' }));
const lower = (a: Arg): Tensor => ops.add(ops.tril(a as Tensor, -1n), ops.eye(3, { dtype: 'float64' }));
const symmetric = ([a, ...rest]: Arg[]): Arg[] => [definite(a), ...rest];
const copied = ([a, ...rest]: Arg[]): Arg[] => [ops.clone(a as Tensor), ...rest];
const logits = ([a, ...rest]: Arg[]): Arg[] => [ops.log_softmax(a as Tensor, -1n), ...rest];

export const furtherSamples: Readonly<Record<string, readonly FurtherSample[]>> = {
  remainder: [{ args: [x, within(0.7, 1.3, 2, 3)], rough: true }],
  fmod: [{ args: [x, within(0.7, 1.3, 2, 3)], rough: true }],
  round: [{ args: [x] }],
  nextafter: [{ args: [x, x], rough: true }],
  igamma: [{ args: [fixed(1.5, 2.5), within(0.5, 2, 2)] }],
  igammac: [{ args: [fixed(1.5, 2.5), within(0.5, 2, 2)] }],
  special_zeta: [{ args: [fixed(2.5, 3), within(1, 2, 2)] }],
  threshold_backward: [{ args: [x, x, 0.1], rough: true }],
  sort: [{ args: [x, 1n] }],
  topk: [{ args: [x, 2n] }],
  narrow_copy: [{ args: [x, 1n, 1n, 2n] }],
  _unsafe_view: [{ args: [x, [3, 2]] }],
  _reshape_alias: [{ args: [x, [3, 2], [2, 1]] }],
  _squeeze_result: [{ args: [t(2, 1, 3), 1n] }],
  _squeeze_all_result: [{ args: [t(2, 1, 3)] }],
  _unsqueeze_result: [{ args: [x, 1n] }],
  _transpose_result: [{ args: [x, 0n, 1n] }],
  _t_result: [{ args: [x] }],
  unbind: [{ args: [x, 1n] }],
  split: [{ args: [x, 2n, 1n] }, { args: [x, [1, 2], 1n] }],
  unsafe_split: [{ args: [x, 2n, 1n] }],
  unbind_copy: [{ args: [x, 1n] }],
  split_copy: [{ args: [x, 2n, 1n] }],
  split_with_sizes_copy: [{ args: [x, [1, 2], 1n] }],
  alias: [{ args: [x] }],
  alias_copy: [{ args: [x] }],
  cat: [{ args: [[x, t(2, 1)], 1n] }],
  stack: [{ args: [[x, x], 1n] }],
  index: [{ args: [x, [rows]] }],
  index_put: [{ args: [x, [rows], x] }, { args: [x, [rows], x, true] }],
  index_select: [{ args: [x, 1n, rows] }],
  index_add: [{ args: [x, 0n, rows, x] }],
  gather: [{ args: [x, 1n, whole([2, 2], 2, 0, 1, 1)] }],
  scatter_add: [{ args: [x, 1n, whole([2, 2], 2, 0, 1, 1), t(2, 2)] }],
  scatter: [{ args: [x, 1n, whole([2, 2], 2, 0, 1, 0), t(2, 2)] }],
  masked_select: [{ args: [x, { tensor: [2, 3], dtype: 'bool', values: [1, 0, 1, 0, 1, 1] }] }],
  linalg_cholesky_ex: [{ args: [t(3, 3)], prepare: symmetric }],
  cholesky: [
    { args: [t(3, 3)], prepare: symmetric },
    { args: [t(3, 3), true], prepare: symmetric },
  ],
  linalg_cholesky: [{ args: [t(3, 3)], prepare: symmetric }],
  cholesky_solve: [{ args: [t(3, 2), t(3, 3)], prepare: ([b, a]) => [b, lower(a)] }],
  cholesky_inverse: [{ args: [t(3, 3)], prepare: ([a]) => [lower(a)] }],
  linalg_eigvalsh: [{ args: [t(3, 3)], prepare: symmetric }],
  lu_unpack: [{ args: [t(3, 3), { tensor: [3], dtype: 'int32', values: [2, 3, 3] }] }],
  lu_solve: [{ args: [t(2, 2), { tensor: [2, 2], values: [1.7, 0.4, -0.3, 1.1] }, { tensor: [2], dtype: 'int32', values: [2, 2] }] }],
  linalg_lu_factor: [{ args: [{ tensor: [2, 2], values: [1.7, 0.4, -0.3, 1.1] }] }],
  _lu_with_info: [{ args: [{ tensor: [2, 2], values: [1.7, 0.4, -0.3, 1.1] }] }],
  orgqr: [{ args: [t(3, 2), t(2)] }],
  inverse: [{ args: [t(3, 3)], prepare: symmetric }],
  linalg_inv: [{ args: [t(3, 3)], prepare: symmetric }],
  linalg_solve: [
    { args: [t(3, 3), t(3, 2)], prepare: symmetric },
    { args: [t(3, 3), t(2, 3)], kwargs: { left: false }, prepare: symmetric },
  ],
  triangular_solve: [{ args: [t(3, 2), t(3, 3)], prepare: ([b, a]) => [b, T(lower(a))] }],
  det: [{ args: [t(3, 3)] }],
  slogdet: [{ args: [t(3, 3)], prepare: symmetric }],
  logdet: [{ args: [t(3, 3)], prepare: symmetric }],
  matrix_exp: [{ args: [t(2, 2)] }],
  pinverse: [{ args: [t(2, 3)] }],
  linalg_norm: [{ args: [x] }, { args: [x, 'nuc'] }],
  nuclear_norm: [{ args: [x] }],
  linalg_cond: [{ args: [t(3, 3)], prepare: symmetric }],
  matrix_power: [{ args: [t(2, 2), 3n] }],
  _norm: [{ args: [x, 3n, [1]] }],
  _to_copy: [{ args: [x] }],
  to: [{ args: [x, 'float64'] }],
  contiguous: [{ args: [x], prepare: ([a]) => [T(a)] }],
  positive: [{ args: [x] }],
  relu6: [{ args: [x], rough: true }],
  selu: [{ args: [x], rough: true }],
  logsigmoid: [{ args: [x] }],
  cross: [{ args: [t(2, 3), t(2, 3)] }],
  moveaxis: [{ args: [x, 0n, 1n] }],
  adjoint: [{ args: [x] }],
  unflatten: [{ args: [t(6), 0n, [2, 3]] }],
  tile: [{ args: [x, [2, 1]] }],
  fliplr: [{ args: [x] }],
  flipud: [{ args: [x] }],
  broadcast_to: [{ args: [x, [2, 2, 3]] }],
  broadcast_tensors: [{ args: [[x, t(3)]] }],
  hsplit: [{ args: [x, [1]] }],
  vsplit: [{ args: [x, 2n] }],
  dsplit: [{ args: [t(1, 2, 4), 2n] }],
  split_with_sizes: [{ args: [x, [1, 2], 1n] }],
  meshgrid: [{ args: [[t(2), t(3)]] }],
  diag: [{ args: [t(3)] }, { args: [t(3, 3), 1n] }],
  diagflat: [{ args: [x] }],
  linalg_diagonal: [{ args: [t(3, 3)] }],
  trapz: [{ args: [x, within(0, 1, 3)] }],
  msort: [{ args: [x] }],
  cdist: [{ args: [x, t(4, 3)] }],
  flatten: [{ args: [t(2, 3, 2), 1n] }],
  sum_to_size: [{ args: [x, [1, 3]] }],
  narrow: [{ args: [x, 1n, 1n, 2n] }],
  chunk: [{ args: [x, 2n, 1n] }],
  unsafe_chunk: [{ args: [x, 2n, 1n] }],
  l1_loss: [{ args: [x, x], rough: true }],
  kl_div: [{ args: [x, within(0.1, 1, 2, 3)] }],
  nll_loss: [{ args: [x, rows], kwargs: { weight: null } }],
  nll_loss_nd: [{ args: [t(2, 3, 2), whole([2, 2], 0, 1, 2, 1)] }],
  cross_entropy_loss: [{ args: [x, rows] }],
  _softmax_backward_data: [{ args: [x, within(0.1, 1, 2, 3), 1n] }],
  conv1d: [{ args: [t(1, 2, 5), t(3, 2, 2), t(3)] }],
  conv2d: [{ args: [pixels, t(1, 2, 2, 2), t(1)] }],
  conv3d: [{ args: [t(1, 1, 2, 3, 3), t(1, 1, 2, 2, 2), t(1)] }],
  conv_transpose1d: [{ args: [t(1, 2, 4), t(2, 1, 2), t(1)] }],
  conv_transpose2d: [{ args: [t(1, 1, 3, 3), t(1, 1, 2, 2), t(1)] }],
  conv_transpose3d: [{ args: [t(1, 1, 2, 2, 2), t(1, 1, 2, 2, 2), t(1)] }],
  max_pool1d_with_indices: [{ args: [t(1, 2, 4), [2]], rough: true }],
  max_pool2d_with_indices: [{ args: [pixels, [2, 2]], rough: true }],
  max_pool3d_with_indices: [{ args: [t(1, 1, 2, 4, 4), [2, 2, 2]], rough: true }],
  adaptive_max_pool1d: [{ args: [t(1, 2, 4), [2]], rough: true }],
  adaptive_max_pool2d: [{ args: [pixels, [2, 2]], rough: true }],
  adaptive_max_pool3d: [{ args: [t(1, 1, 2, 4, 4), [1, 2, 2]], rough: true }],
  max_unpool2d: [{ args: [t(1, 1, 2, 2), whole([1, 1, 2, 2], 0, 3, 9, 14), [4, 4]] }],
  max_unpool3d: [{ args: [t(1, 1, 1, 2, 2), whole([1, 1, 1, 2, 2], 0, 3, 9, 14), [1, 4, 4], [1, 2, 2], [0, 0, 0]] }],
  avg_pool1d: [{ args: [t(1, 2, 4), [2]] }],
  adaptive_avg_pool1d: [{ args: [t(1, 2, 5), [2]] }],
  adaptive_avg_pool2d: [{ args: [pixels, [3, 2]] }],
  adaptive_avg_pool3d: [{ args: [t(1, 1, 2, 3, 3), [1, 2, 2]] }],
  fill_diagonal_: [{ args: [t(3, 3), 0.5], prepare: copied }],
  zero_: [{ args: [x], prepare: copied }],
  copy_: [{ args: [x, t(3)], prepare: copied }],
  _log_softmax_backward_data: [{ args: [x, x, 1n], prepare: ([g, y, ...rest]) => [g, ops.log_softmax(y as Tensor, 1n), ...rest] }],
  lstm_cell: [{ args: [t(2, 2), [t(2, 2), t(2, 2)], t(8, 2), t(8, 2), t(8), t(8)] }],
  addmm_: [{ args: [t(2, 2), t(2, 3), t(3, 2)], prepare: copied }],
  native_layer_norm: [{ args: [x, [3], w3, w3, 1e-3] }],
  native_group_norm: [{ args: [t(2, 4, 2), t(4), t(4), 2n, 4n, 2n, 2n, 1e-3] }],
  norm_except_dim: [{ args: [x, 2n, 0n] }],
  _pdist_forward: [{ args: [t(3, 2), 3] }],
  _pack_padded_sequence: [{ args: [t(3, 2, 2), whole([2], 3, 2), false] }],
  _embedding_bag: [{ args: [t(4, 3), whole([4], 2, 0, 2, 3), whole([2], 0, 2), false, 0n] }],
  embedding_bag: [{ args: [t(4, 3), whole([4], 2, 0, 2, 3), whole([2], 0, 2), false, 1n] }],
  ctc_loss: [{ args: [t(4, 1, 3), whole([1, 2], 1, 2), [4], [2]], rough: true, prepare: logits }],
  grid_sampler: [{ args: [t(1, 1, 3, 3), within(-0.8, 0.8, 1, 2, 2, 2), 0n, 0n, false], rough: true }],
  _scaled_dot_product_flash_attention_for_cpu: [{ args: [t(1, 1, 2, 3), t(1, 1, 2, 3), t(1, 1, 2, 3)], rough: true }],
};

/** `add_` for `add`: the same formula, written over a copy of the leaf. */
function inPlaceSamples(op: OpDescriptor, base: OpDescriptor): FurtherSample[] {
  if (!op.overloads[0].schema.includes('(a!) self')) return [];
  const first = (base.samples ?? []).filter(({ args }) => typeof args[0] === 'object' && args[0] !== null && 'tensor' in args[0]);
  return first.slice(0, 1).map((sample) => ({ ...sample, prepare: copied }));
}

export function withFurtherSamples(table: readonly OpDescriptor[]): { op: OpDescriptor; sample: FurtherSample; title: string }[] {
  const byName = new Map(table.map((op) => [op.name, op]));
  return table.flatMap((op) => {
    const own: readonly FurtherSample[] = op.samples ?? [];
    const base = op.name.endsWith('_') ? byName.get(op.name.slice(0, -1)) : undefined;
    const more = own.length > 0 ? [] : (furtherSamples[op.name] ?? (base === undefined ? [] : inPlaceSamples(op, base)));
    return [...own, ...more].map((sample, i) => ({ op, sample, title: `${op.name} #${i + 1}` }));
  });
}
