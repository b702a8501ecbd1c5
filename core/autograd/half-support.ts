// Which kernels torch's CPU lacks for the 16-bit floating types, by op, as its messages name them.
import type { DType } from '../tensor/dtype.ts';
import { scalarTypeName } from '../tensor/dtype.ts';
import { TorchError } from '../tensor/torch-error.ts';

/** op → kernel; for both types unless one is named. */
const missing: Readonly<Record<string, readonly [kernel: string, only?: DType]>> = {};

/** @throws NotImplementedError in torch's words where it has no such kernel. */
export function checkSupport(op: string, dtype: DType): void {
  const found = missing[op];
  if (found === undefined || (found[1] !== undefined && found[1] !== dtype)) return;
  throw new TorchError(`"${found[0]}" not implemented for '${scalarTypeName(dtype)}'`, 'NotImplementedError');
}
