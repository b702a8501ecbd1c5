// The in-place twin of an op whose kernel makes a new tensor: computed aside, then written over self.
import { deviceOf } from '../tensor/device.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { OpDescriptor, Overload } from './descriptor.ts';

function over(self: Tensor, out: Tensor): Tensor {
  deviceOf(self).elementwise('a', [out], [], self, out.dtype);
  return self;
}

/** For a kernel that calls no ops, so that no scope lets go of what it made. */
function overOnce(self: Tensor, out: Tensor): Tensor {
  over(self, out);
  out.dispose();
  return self;
}

/** `name_` for `name`: the same schema, formula and saved tensors. */
export function inPlaceOf(op: OpDescriptor): OpDescriptor {
  return {
    name: `${op.name}_`,
    kind: 'file',
    overloads: op.overloads.map(
      (o): Overload => ({
        ...o,
        schema: o.schema
          .replace(op.name, `${op.name}_`)
          .replace('Tensor self', 'Tensor(a!) self')
          .replace(/-> Tensor$/, '-> Tensor(a!)'),
        // A kernel of one parameter calls no other ops.
        forward:
          o.forward.length > 1
            ? (args, F) => over(args[0], o.forward(args, F) as Tensor)
            : (args) => overOnce(args[0], o.forward(args, undefined as never) as Tensor),
      }),
    ),
  };
}

export const withInPlace = (op: OpDescriptor): OpDescriptor[] => [op, inPlaceOf(op)];
