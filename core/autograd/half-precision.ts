// Ops on float16 and bfloat16 tensors: kernels other than elementwise rows see float32 copies, and what they give is rounded once to the type,
// as torch's CPU kernels compute in float32 and store in 16 bits. It knows how ops are called, not which formula they have.

import { emptyAs } from '../ops/creation.ts';
import type { Args, CompiledOverload } from '../ops/descriptor.ts';
import { deviceOf } from '../tensor/device.ts';
import { type DType, isFloating, isHalf } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkSupport } from './half-support.ts';

/** They make or copy tensors: the kernels convert, nothing is computed. */
const native = new Set([
  ...['_to_copy', 'clone', 'copy_', 'fill_', 'zero_', 'contiguous', 'empty_like', 'zeros_like', 'ones_like', 'full_like'],
  ...['new_empty', 'new_zeros', 'new_ones', 'new_full', 'new_empty_strided', 'set_', 'resize_', 'cat', 'equal', 'log_softmax'],
]);
/** They refuse operands of different types, and do so themselves. */
const strict = new Set([
  ...['mm', 'bmm', 'addmm', 'baddbmm', 'addbmm', 'mv', 'addmv', 'dot', 'vdot', 'addr', 'linear', 'convolution', 'bilinear'],
  ...[
    'scaled_dot_product_attention',
    'index_put_',
    'masked_scatter',
    'masked_scatter_',
    'scatter',
    'scatter_',
    'index_copy',
    'grid_sampler',
  ],
  ...[
    'index_copy_',
    'index_add',
    'index_add_',
    'scatter_add',
    'scatter_add_',
    'linalg_solve',
    'cdist',
    '_cdist_forward',
    'prelu',
    '_prelu_kernel',
  ],
]);

/** Written here as several ops, one kernel in torch. */
export const fusedInTorch: ReadonlySet<string> = new Set(['_softmax_backward_data', '_log_softmax_backward_data']);

/** The 16-bit type an op computes for; null where its kernel is to see the tensors as they are. */
export function halfOf(o: CompiledOverload, args: Args): DType | null {
  let half: DType | null = null;
  let mixed = false;
  const look = (t: unknown): void => {
    if (!(t instanceof Tensor) || !isFloating(t.dtype)) return;
    if (isHalf(t.dtype)) {
      if (half !== null && half !== t.dtype) mixed = true;
      half ??= t.dtype;
    } else if (!t.wrapped) mixed = true;
  };
  for (const i of o.tensorPositions) {
    const value = args[i];
    if (Array.isArray(value)) value.forEach(look);
    else look(value);
  }
  if (half === null) return null;
  checkSupport(o.op, half);
  if (o.kind === 'row' || o.view !== 'none' || native.has(o.op) || (mixed && strict.has(o.op))) return null;
  // Of different types: as torch promotes them, but for the norms, whose parameters may be wider than what they normalise.
  return mixed && !(o.op.includes('norm') && args[0] instanceof Tensor && args[0].dtype === half) ? 'float32' : half;
}

function converted(t: Tensor, dtype: DType): Tensor {
  const out = emptyAs(t, dtype, t.device, null);
  deviceOf(out).elementwise('a', [t], [], out, 'float32');
  return out;
}

/** Runs `kernel` on float32 copies of the 16-bit operands. */
export function widened(o: CompiledOverload, args: Args, half: DType, kernel: (args: Args) => Tensor | Tensor[]): Tensor | Tensor[] {
  const copies = new Map<Tensor, Tensor>();
  const originals = new Map<Tensor, Tensor>();
  const widen = (t: unknown): unknown => {
    if (!(t instanceof Tensor) || !isHalf(t.dtype)) return t;
    let copy = copies.get(t);
    if (copy === undefined) {
      copy = converted(t, 'float32');
      copies.set(t, copy);
      originals.set(copy, t);
    }
    return copy;
  };
  const { params } = o.parsed;
  let target: DType | null = half;
  const wide: Args = args.map((value, i) => {
    if (Array.isArray(value)) return value.map(widen);
    if (params[i]?.type === 'ScalarType' && value !== null && value !== undefined) {
      target = isHalf(value as DType) ? (value as DType) : null;
      return target === null ? value : 'float32';
    }
    return widen(value);
  });
  try {
    const out = kernel(wide);
    for (let i = 0; i < params.length; i++) {
      const to = args[i];
      if (!(to instanceof Tensor) || !(params[i].mutable || params[i].name.startsWith('running_'))) continue;
      const from = copies.get(to);
      if (from !== undefined) deviceOf(to).elementwise('a', [from], [], to, 'float32');
    }
    const narrow = (t: Tensor): Tensor => {
      const original = originals.get(t);
      if (original !== undefined) return original;
      if (target === null || target === 'float32' || t.dtype !== 'float32') return t;
      const rounded = converted(t, target);
      t.dispose();
      return rounded;
    };
    return Array.isArray(out) ? out.map(narrow) : narrow(out);
  } finally {
    for (const copy of copies.values()) copy.dispose();
  }
}
