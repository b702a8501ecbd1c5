// Checks that a kernel has a loop for the type it would compute in, refusing with torch's words. They know no operation.
import { type DType, isFloating, isInteger, scalarTypeName } from '../tensor/dtype.ts';
import { TorchError } from '../tensor/torch-error.ts';

export function refuseType(kernel: string, dtype: DType): never {
  throw new TorchError(`"${kernel}" not implemented for '${scalarTypeName(dtype)}'`, 'NotImplementedError');
}

/** For a row's `check`: floats alone. */
export const onlyFloats =
  (kernel: string) =>
  (_args: unknown, compute: DType): void => {
    if (!isFloating(compute)) refuseType(kernel, compute);
  };

/** For a row's `check`: integers, and bools where `bools`. */
export const onlyWholes =
  (kernel: string, bools: boolean) =>
  (_args: unknown, compute: DType): void => {
    if (!isInteger(compute) && !(bools && compute === 'bool')) refuseType(kernel, compute);
  };
