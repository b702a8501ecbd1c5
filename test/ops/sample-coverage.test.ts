// Every op that can be differentiated is checked against finite differences, or says here why not.
import { expect, test } from 'vitest';
import type { OpDescriptor } from '../../core/ops/descriptor.ts';
import { table } from '../../core/ops/index.ts';
import { withFurtherSamples } from './further-samples.ts';

const sampled = new Set(withFurtherSamples(table).map(({ op }) => op.name));
const names = new Set(table.map((op) => op.name));

const reasons: Readonly<Record<string, readonly string[]>> = {
  'draws random numbers': [
    'rrelu_with_noise native_dropout dropout dropout_ feature_dropout feature_dropout_ alpha_dropout alpha_dropout_',
    'feature_alpha_dropout feature_alpha_dropout_ _uniform_mark_ _normal_mark_ _bernoulli_mark_ _random_mark_ _exponential_mark_',
    '_geometric_mark_ _cauchy_mark_ _log_normal_mark_',
  ],
  'gives truth values or whole numbers': ['eq ne lt le gt ge argsort argwhere nonzero_static unravel_index linalg_matrix_rank'],
  'has no derivative in torch either': ['heaviside'],
  "takes a gradient of torch's that is not the derivative": ['as_strided_scatter'],
};

const without = new Set(Object.values(reasons).flatMap((lines) => lines.flatMap((line) => line.split(' '))));

/** Kernels and what is checked in their stead. */
const through: Readonly<Record<string, string>> = {
  log_sigmoid_forward: 'logsigmoid',
  _prelu_kernel: 'prelu',
  _as_strided_accumulate: 'as_strided',
  _linalg_eigh: 'linalg_eigvalsh',
  linalg_eigh: 'linalg_eigvalsh',
  _linalg_svd: 'linalg_svdvals',
  linalg_svd: 'linalg_svdvals',
  svd: 'linalg_svdvals',
  nll_loss_forward: 'nll_loss',
  nll_loss2d_forward: 'nll_loss_nd',
  native_batch_norm: 'batch_norm',
  _weight_norm_interface: '_weight_norm',
  _ctc_loss: 'ctc_loss',
  embedding_dense: 'embedding',
  multilabel_margin_loss_forward: 'multilabel_margin_loss',
  _trilinear: 'bilinear',
  value_selecting_reduction_backward: 'sort',
  _recurrent: 'lstm_cell',
  _attention_by: 'scaled_dot_product_attention',
};

/** `x_backward` belongs to `x`, whatever of its kernels' names is left off. */
function forwardOf(name: string): string | null {
  const stem = /^(\w+?)(?:_double)?_backward$/.exec(name)?.[1];
  return stem === undefined ? null : (through[stem] ?? [stem, stem.slice(1)].find((candidate) => sampled.has(candidate)) ?? stem);
}

function checked(op: OpDescriptor): boolean {
  if (sampled.has(op.name) || without.has(op.name)) return true;
  const instead = through[op.name];
  if (instead !== undefined) return sampled.has(instead);
  const forward = forwardOf(op.name);
  if (forward !== null) return sampled.has(forward);
  // An op in place without a sample of its own shares the formula of the op it is named after.
  return op.name.endsWith('_') && (sampled.has(op.name.slice(0, -1)) || without.has(op.name.slice(0, -1)));
}

test('every differentiable op is sampled, or named with a reason', () => {
  const differentiable = table.filter((op) => op.kind === 'composite' || op.overloads.some((o) => o.grad !== undefined));
  expect(differentiable.filter((op) => !checked(op)).map((op) => op.name)).toEqual([]);
});

test('reasons are given for ops there are, and for none that is sampled', () => {
  for (const name of without) expect([name, names.has(name), sampled.has(name)]).toEqual([name, true, false]);
  for (const name of Object.values(through)) expect([name, sampled.has(name)]).toEqual([name, true]);
});
