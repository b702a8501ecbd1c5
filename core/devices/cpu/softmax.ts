// Softmax and its logarithm along long contiguous rows, out of the loops of elementwise rows and folds. Names no op.
import type { Expr } from '../../tensor/expr.ts';
import { log } from '../../tensor/math.ts';
import { elementStart, type Tensor } from '../../tensor/tensor.ts';
import { kernels } from './kernels.ts';
import { rowLoop } from './row-module.ts';
import { wide } from './wide.ts';

const shiftedExp: Expr = ['exp', ['sub', 'a', 'p']];
const share: Expr = ['div', 'a', 'p'];
const below: Expr = ['sub', ['sub', 'a', 'p'], 'q'];

/** out = softmax of each row of a row-major float32 tensor; false where the caller should compute. */
export function softmaxRows(input: Tensor, out: Tensor, logarithm: boolean): boolean {
  const width = input.shape.at(-1) ?? 1;
  if (input.dtype !== 'float32' || !input.isContiguous || width < wide.softmax || input.numel === 0) return false;
  const fast = kernels();
  if (fast === null) return false;
  const types = ['float32'] as const;
  const exponential = rowLoop(shiftedExp, 'float32', types, 'float32');
  const last = rowLoop(logarithm ? below : share, 'float32', types, 'float32');
  if (exponential === null || last === null) return false;
  let from = elementStart(input) * 4;
  let to = elementStart(out) * 4;
  const step = width * 4;
  for (let rows = input.numel / width; rows > 0; rows--) {
    const top = fast.foldRun32(1, from, width, Number.NEGATIVE_INFINITY);
    exponential(width, to, from, 0, 0, 0, 0, 0, 0, 0, top, 0, 0);
    const sum = fast.foldRun32(0, to, width, 0);
    if (logarithm) last(width, to, from, 0, 0, 0, 0, 0, 0, 0, top, log(sum), 0);
    else last(width, to, to, 0, 0, 0, 0, 0, 0, 0, sum, 0, 0);
    from += step;
    to += step;
  }
  return true;
}
