// The few operations training loops repeat, on row-major float64 without copies: + - * / and squares, and whole sums.
// Same results as the general kernels, which take everything else.
import { heap } from '../tensor/heap.ts';
import { Tensor } from '../tensor/tensor.ts';
import { pairwiseSum } from './numpy-reduce.ts';

const quick = (t: Tensor): boolean => t.dtype === 'float64' && t.isContiguous && t.numel > 0;
const start = (t: Tensor): number => (t.storage.ptr >>> 3) + t.offset;

function fits(a: Tensor, b: Tensor): boolean {
  if (a.shape.length !== b.shape.length) return false;
  for (let i = 0; i < a.shape.length; i++) if (a.shape[i] !== b.shape[i]) return false;
  return true;
}

/** `a op b` where one has all elements and the other as many or one; null where the general kernel must do it. */
export function quickBinary(name: string, a: Tensor, b: Tensor): Tensor | null {
  if (!quick(a) || !quick(b)) return null;
  const same = fits(a, b);
  if (!same && !(b.numel === 1 && b.shape.length <= a.shape.length) && !(a.numel === 1 && a.shape.length <= b.shape.length)) return null;
  const whole = same || b.numel === 1 ? a : b;
  const stepA = a === whole || same ? 1 : 0;
  const stepB = b === whole || same ? 1 : 0;
  if (name !== 'add' && name !== 'subtract' && name !== 'multiply' && name !== 'divide') return null;
  const out = Tensor.empty(whole.shape, 'float64', 'cpu');
  const F = heap.F64;
  const n = whole.numel;
  const o = start(out);
  const p = start(a);
  const q = start(b);
  if (name === 'add') for (let i = 0; i < n; i++) F[o + i] = F[p + i * stepA] + F[q + i * stepB];
  else if (name === 'subtract') for (let i = 0; i < n; i++) F[o + i] = F[p + i * stepA] - F[q + i * stepB];
  else if (name === 'multiply') for (let i = 0; i < n; i++) F[o + i] = F[p + i * stepA] * F[q + i * stepB];
  else for (let i = 0; i < n; i++) F[o + i] = F[p + i * stepA] / F[q + i * stepB];
  return out;
}

/** `a op value` (or reversed) for a number that counts as float64. */
export function quickScalar(name: string, a: Tensor, value: number, reflected: boolean): Tensor | null {
  if (!quick(a)) return null;
  const square = name === 'power' && value === 2 && !reflected;
  if (!square && name !== 'add' && name !== 'subtract' && name !== 'multiply' && name !== 'divide') return null;
  const out = Tensor.empty(a.shape, 'float64', 'cpu');
  const F = heap.F64;
  const n = a.numel;
  const o = start(out);
  const p = start(a);
  if (square) for (let i = 0; i < n; i++) F[o + i] = F[p + i] * F[p + i];
  else if (name === 'add') for (let i = 0; i < n; i++) F[o + i] = F[p + i] + value;
  else if (name === 'multiply') for (let i = 0; i < n; i++) F[o + i] = F[p + i] * value;
  else if (name === 'subtract') {
    if (reflected) for (let i = 0; i < n; i++) F[o + i] = value - F[p + i];
    else for (let i = 0; i < n; i++) F[o + i] = F[p + i] - value;
  } else if (reflected) for (let i = 0; i < n; i++) F[o + i] = value / F[p + i];
  else for (let i = 0; i < n; i++) F[o + i] = F[p + i] / value;
  return out;
}

/** The sum of all elements; null where the general kernel must do it. */
export function quickSum(a: Tensor): number | null {
  return quick(a) ? -0 + pairwiseSum(heap.F64, start(a), a.numel, 1, false) : null;
}
