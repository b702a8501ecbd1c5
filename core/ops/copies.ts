// `view_copy` and its kin: what a view shows, as elements of its own. The formula is the view's, its name marked as a copy's.
import { deviceOf } from '../tensor/device.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { OpDescriptor, Overload } from './descriptor.ts';
import { indexing } from './indexing.ts';
import { joining } from './joining.ts';
import { rearranging } from './rearranging.ts';
import { slicing } from './slicing.ts';
import { strided } from './strided.ts';
import { views } from './views.ts';

function copied(view: Tensor): Tensor {
  const out = Tensor.empty(view.shape, view.dtype, view.device);
  deviceOf(out).elementwise('a', [view], [], out, view.dtype);
  view.dispose();
  return out;
}

function copyOf(from: string, o: Overload, name: string): Overload {
  return {
    ...o,
    schema: o.schema
      .replace(new RegExp(`^${from}(\\.sizes)?`), `${name}_copy`)
      .replace('(a) self', ' self')
      .replace('split_size,', name === 'split_with_sizes' ? 'split_sizes,' : 'split_size,')
      .replace('Tensor(a)', 'Tensor'),
    // No views of this table call other ops.
    forward: (args) => {
      const view = o.forward(args, undefined as never);
      return Array.isArray(view) ? view.map(copied) : copied(view);
    },
    grad: o.grad === undefined ? undefined : { ...o.grad, name: `${o.grad.name}_copy` },
  };
}

const shown = [...views, ...slicing, ...strided, ...joining, ...rearranging, ...indexing];

const named = (name: string): OpDescriptor => shown.find((op) => op.name === name) as OpDescriptor;

const copy = (from: string): OpDescriptor => ({
  name: `${from}_copy`,
  kind: 'file',
  overloads: named(from)
    .overloads.filter((o) => !o.schema.startsWith('split.sizes'))
    .map((o) => copyOf(from, o, from)),
  samples: named(from).samples,
});

export const copies: OpDescriptor[] = [
  ...['expand', 'squeeze', 'view', 'permute', 'unsqueeze', 'transpose', 't', 'alias'].map(copy),
  ...['select', 'slice', 'as_strided', 'diagonal', 'unfold', 'unbind', 'split'].map(copy),
  {
    name: 'split_with_sizes_copy',
    kind: 'file',
    overloads: named('split')
      .overloads.filter((o) => o.schema.startsWith('split.sizes'))
      .map((o) => copyOf('split', o, 'split_with_sizes')),
  },
];
