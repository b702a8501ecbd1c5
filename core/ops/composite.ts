// A composite op of one overload, said by its schema and how it calls other ops.
import type { Tensor } from '../tensor/tensor.ts';
import type { Args, OpDescriptor, Ops } from './descriptor.ts';

/** The op's name is the schema's. */
export function composite(
  schema: string,
  forward: (args: Args, F: Ops) => Tensor | Tensor[],
  samples: OpDescriptor['samples'] = [],
): OpDescriptor {
  return { name: /^\w+/.exec(schema)?.[0] as string, kind: 'composite', overloads: [{ schema, forward }], samples };
}
