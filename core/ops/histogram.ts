// torch.histogram: how many elements, or how much weight, fall between edges.
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

function check(self: Tensor, weight: Tensor | null): void {
  if (!isFloating(self.dtype))
    throw new TorchError(`"histogramdd" not implemented for '${scalarTypeName(self.dtype)}'`, 'NotImplementedError');
  if (weight !== null && weight.dtype !== self.dtype)
    throw new TorchError(
      `torch.histogramdd: if weight tensor is provided, input tensor and weight tensor should have the same dtype, but got input(dtype) and weight(dtype) ${weight.dtype}`,
    );
  if (weight !== null && weight.numel !== self.numel)
    throw new TorchError(
      'torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor excluding its innermost dimension',
    );
}

/** Bins are closed on the left; the last one on both sides. */
function counted(self: Tensor, edges: Tensor, weight: Tensor | null, density: boolean): Tensor {
  const [bounds, values] = [edges.toArray(), self.toArray()];
  const weights = weight === null ? null : weight.toArray();
  const bins = bounds.length - 1;
  const sums = new Float64Array(Math.max(bins, 0));
  values.forEach((v, i) => {
    if (!(v >= bounds[0] && v <= bounds[bins])) return;
    let [low, high] = [0, bins];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (v >= bounds[middle]) low = middle;
      else high = middle;
    }
    sums[low] += weights === null ? 1 : weights[i];
  });
  if (density) {
    const total = sums.reduce((a, b) => a + b, 0);
    sums.forEach((s, i) => {
      sums[i] = s / total / (bounds[i + 1] - bounds[i]);
    });
  }
  return Tensor.fromTyped(sums, { shape: [sums.length], dtype: self.dtype, device: self.device });
}

function spread(F: Ops, self: Tensor, bins: number, range: readonly number[] | null): Tensor {
  if (bins <= 0) throw new TorchError(`torch.histogram(): bins must be > 0, but got ${bins} for dimension 0`);
  let [low, high] = [0, 1];
  if (range !== null) {
    [low, high] = range;
    if (low > high) throw new TorchError(`torch.histogramdd: min should not exceed max, but got min ${low} max ${high} for dimension 0`);
  } else if (self.numel > 0) {
    const values = self.toArray();
    low = values.reduce((a, b) => Math.min(a, b));
    high = values.reduce((a, b) => Math.max(a, b));
    if (!Number.isFinite(low) || !Number.isFinite(high))
      throw new TorchError(`torch.histogramdd: dimension 0's range [${low}, ${high}] is not finite`);
  }
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  return F.linspace(low, high, bins + 1, { dtype: self.dtype, device: self.device });
}

export const histograms: OpDescriptor[] = [
  {
    name: 'histogram',
    kind: 'file',
    overloads: [
      {
        schema:
          'histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)',
        inputs: [],
        forward: ([self, bins, weight, density], F) => {
          check(self, weight);
          if (bins.dtype !== self.dtype)
            throw new TorchError(
              `torch.histogramdd: input tensor and bins tensors should have the same dtype, but got input with dtype ${name(self)} and bins for dimension 0 with dtype ${name(bins)}`,
            );
          if (bins.shape.length !== 1)
            throw new TorchError(
              'torch.histogramdd: bins tensor should have one dimension, but got ' +
                `${bins.shape.length} dimensions in the bins tensor for dimension 0`,
            );
          return [counted(self, bins, weight, density), F.clone(bins)];
        },
      },
      {
        schema:
          'histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)',
        inputs: [],
        forward: ([self, bins, range, weight, density], F) => {
          check(self, weight);
          const edges = spread(F, self, bins, range);
          return [counted(self, edges, weight, density), edges];
        },
      },
    ],
  },
];

const name = (t: Tensor): string => (t.dtype === 'float64' ? 'double' : t.dtype === 'float32' ? 'float' : t.dtype);
