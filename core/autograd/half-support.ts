// Which kernels torch's CPU lacks for the 16-bit floating types, by op, as its messages name them.
import type { DType } from '../tensor/dtype.ts';
import { scalarTypeName } from '../tensor/dtype.ts';
import { TorchError } from '../tensor/torch-error.ts';

/** op → kernel. */
const missing: Readonly<Record<string, string>> = {
  bitwise_and: 'bitwise_and_cpu',
  bitwise_or: 'bitwise_or_cpu',
  bitwise_xor: 'bitwise_xor_cpu',
  bitwise_left_shift: 'lshift_cpu',
  bitwise_right_shift: 'rshift_cpu',
  gcd: 'gcd_cpu',
  lcm: 'lcm_cpu',
  bincount: 'bincount_cpu',
  _cdist_forward: 'cdist',
  cdist: 'cdist',
  _linalg_det: 'lu_cpu',
  linalg_det: 'lu_cpu',
  det: 'lu_cpu',
  slogdet: 'lu_cpu',
  linalg_slogdet: 'lu_cpu',
  linalg_lu_factor: 'lu_cpu',
  linalg_lu_factor_ex: 'lu_cpu',
  linalg_lu: 'lu_cpu',
  linalg_solve: 'lu_cpu',
  linalg_solve_ex: 'lu_cpu',
  _linalg_solve_ex: 'lu_cpu',
  _linalg_svd: 'linalg_svd_cpu',
  linalg_qr: 'geqrf_cpu',
  linalg_cholesky: 'cholesky_cpu',
  linalg_cholesky_ex: 'cholesky_cpu',
};
/** Those that say it in their own words. */
const refused: Readonly<Record<string, readonly [text: string, typed: boolean]>> = {
  quantile: ['quantile() input tensor must be either float or double dtype', false],
  nanquantile: ['nanquantile() input tensor must be either float or double dtype', false],
  linalg_inv: ['linalg.inv: Low precision dtypes not supported. Got ', true],
  linalg_inv_ex: ['linalg.inv: Low precision dtypes not supported. Got ', true],
};

/** @throws NotImplementedError in torch's words where it has no such kernel. */
export function checkSupport(op: string, dtype: DType): void {
  const found = missing[op];
  const own = refused[op];
  if (own !== undefined) throw new TorchError(own[0] + (own[1] ? scalarTypeName(dtype) : ''));
  if (found === undefined) return;
  throw new TorchError(`"${found}" not implemented for '${scalarTypeName(dtype)}'`, 'NotImplementedError');
}
