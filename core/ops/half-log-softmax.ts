// log-softmax of the 16-bit floating types: along rows torch keeps the sum, then its logarithm, in the type itself.
import { isHalf } from '../tensor/dtype.ts';
import { roundTo } from '../tensor/half.ts';
import { exp, log } from '../tensor/math.ts';
import { wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';

/** x - max - log Σ e^(x - max) over `dim`. */
export function halfLogSoftmax(self: Tensor, dim: number): Tensor {
  const { dtype, shape } = self;
  const out = Tensor.empty(shape, dtype, self.device);
  const d = wrapDim(dim, shape.length);
  const n = shape[d] ?? 1;
  let inner = 1;
  for (let i = d + 1; i < shape.length; i++) inner *= shape[i];
  const x = self.toTyped() as Float32Array;
  const y = out.typedView() as Float32Array;
  const kept = (value: number): number => (inner === 1 && isHalf(dtype) ? roundTo(dtype, value) : value);
  for (let first = 0; first < x.length; first += n * inner) {
    for (let j = first; j < first + inner; j++) {
      let top = -Infinity;
      for (let i = 0; i < n; i++) top = Math.max(top, x[j + i * inner]);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += exp(x[j + i * inner] - top);
      const share = kept(log(kept(sum)));
      for (let i = 0; i < n; i++) y[j + i * inner] = x[j + i * inner] - top - share;
    }
  }
  return out;
}
