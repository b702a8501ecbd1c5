// Softmax and the losses over classes: softmax, log_softmax, nll_loss, cross_entropy_loss, logsumexp.
import { deviceOf } from '../tensor/device.ts';
import { isFloating, isHalf, scalarTypeName } from '../tensor/dtype.ts';
import { sameShape, sizesText, wrapDim } from '../tensor/shape.ts';
import { elementStart, Tensor, wholeView } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops, Overload } from './descriptor.ts';
import { forEachLine } from './extrema.ts';
import { halfLogSoftmax } from './half-log-softmax.ts';
import { constant } from './pair-losses.ts';
import { unsqueezed } from './reduction.ts';

function softmax(name: string, self: Tensor, dim: number, logarithm: boolean): Tensor {
  const d = wrapDim(dim, self.shape.length);
  if (!isFloating(self.dtype)) {
    const last = d === Math.max(self.shape.length, 1) - 1;
    throw new TorchError(
      `"${name}${last ? '_lastdim' : ''}_kernel_impl" not implemented for '${scalarTypeName(self.dtype)}'`,
      'NotImplementedError',
    );
  }
  const out = Tensor.empty(self.shape, self.dtype, self.device);
  deviceOf(out).softmax(self, out, d, logarithm);
  return out;
}

/** Rows of class scores: [N, C, …] with the class second, or [C]. */
function layout(input: Tensor): { classes: number; classStep: number; classDim: number } {
  const classDim = input.shape.length > 1 ? 1 : 0;
  return { classes: input.shape[classDim], classStep: input.strides[classDim], classDim };
}

function checkTargets(input: Tensor, target: Tensor): void {
  const batches = input.shape.length > 1 && target.shape.length > 0;
  if (batches && input.shape[0] !== target.shape[0] && target.shape.length === input.shape.length)
    throw new TorchError(`Expected input batch_size (${input.shape[0]}) to match target batch_size (${target.shape[0]}).`, 'ValueError');
  if (target.dtype !== 'int64' && target.dtype !== 'uint8')
    throw new TorchError(`expected target dtype to be Long or Byte, but got ${scalarTypeName(target.dtype)}`);
  if (input.shape.length <= 2 && target.shape.length > 1)
    throw new TorchError('0D or 1D target tensor expected, multi-target not supported');
  const { classDim } = layout(input);
  const rest = input.shape.filter((_, d) => d !== classDim);
  if (!sameShape(rest, target.shape)) {
    if (input.shape[0] !== target.shape[0])
      throw new TorchError(`Expected input batch_size (${input.shape[0]}) to match target batch_size (${target.shape[0]}).`, 'ValueError');
    throw new TorchError(`size mismatch (got input: ${sizesText(input.shape)} , target: ${sizesText(target.shape)})`);
  }
}

interface Nll {
  readonly input: Tensor;
  readonly target: Tensor;
  readonly weight: Tensor | null;
  readonly ignore: number;
}

/** Visits each sample that counts: its index, its class, its class's weight, and the offset of its first class. */
function forEachSample(
  { input, target, weight, ignore }: Nll,
  visit: (sample: number, cls: number, w: number, start: number) => void,
): void {
  const { classes, classDim } = layout(input);
  const targets = target.toArray();
  const weights = weight?.toArray() ?? null;
  forEachLine(input, classDim, (start, sample) => {
    const cls = targets[sample];
    if (cls === ignore) return;
    if (cls < 0 || cls >= classes) throw new TorchError(`Target ${cls} is out of bounds.`, 'IndexError');
    visit(sample, cls, weights === null ? 1 : weights[cls], start);
  });
}

function nllForward(problem: Nll, reduction: number): [Tensor, Tensor] {
  const { input, target, weight } = problem;
  constant('nll_loss_forward', 'weight', weight);
  checkTargets(input, target);
  const { classes, classStep } = layout(input);
  if (weight !== null && (weight.shape.length > 1 || weight.numel !== classes))
    throw new TorchError(
      `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${sizesText(weight.shape)}`,
    );
  const view = wholeView(input.dtype) as Float32Array;
  const total = Tensor.empty([], input.dtype, input.device);
  const out = Tensor.empty(reduction === 0 ? target.shape : [], input.dtype, input.device);
  const at = elementStart(out);
  let loss = 0;
  let weightSum = 0;
  const each = out.typedView() as Float32Array;
  if (reduction === 0) each.fill(0);
  forEachSample(problem, (sample, cls, w, start) => {
    const value = -w * view[start + cls * classStep];
    if (reduction === 0) view[at + sample] = value;
    loss += value;
    weightSum += w;
  });
  if (reduction === 1) each[0] = loss / weightSum;
  else if (reduction === 2) each[0] = loss;
  (total.typedView() as Float32Array)[0] = reduction === 0 ? 0 : weightSum;
  return [out, total];
}

function nllForwardOp(name: string, grad: string): OpDescriptor {
  return {
    name,
    kind: 'file',
    overloads: [
      {
        schema: `${name}(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index) -> (Tensor output, Tensor total_weight)`,
        inputs: [0],
        forward: ([input, target, weight, reduction, ignore]) => nllForward({ input, target, weight, ignore }, reduction),
        grad: {
          name: grad,
          saved: [
            { name: 'self', argument: 0 },
            { name: 'target', argument: 1 },
            { name: 'total_weight', output: 1 },
            { name: 'weight', argument: 2 },
          ],
          keep: (args) => ({ ignore_index: args[4], reduction: args[3] }),
          // -w/Σw at each target's class
          backward: (g, { F, s, k }) => F.nll_loss_backward(g, s[0], s[1], s[3], k.reduction, k.ignore_index, s[2]),
        },
      },
    ],
  };
}

const nllSchema = (name: string): string =>
  `${name}(Tensor self, Tensor target, Tensor? weight=None, int reduction=Mean, SymInt ignore_index=-100) -> Tensor`;

/** [N, C], [C], or with further dimensions folded to an image [N, C, H, W] as torch does. */
function nllOf(F: Ops, self: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignore: number): Tensor {
  const rank = self.shape.length;
  if (rank <= 2) return F.nll_loss_forward(self, target, weight, reduction, ignore)[0];
  checkTargets(self, target);
  if (rank === 4) return F.nll_loss2d_forward(self, target, weight, reduction, ignore)[0];
  const [n, c] = self.shape;
  const image = F.view(F.contiguous(self), [n, c, 1, -1]);
  const out = F.nll_loss2d_forward(image, F.view(F.contiguous(target), [n, 1, -1]), weight, reduction, ignore)[0] as Tensor;
  return reduction === 0 ? F.view(out, target.shape) : out;
}

function nll(name: string): OpDescriptor {
  return {
    name,
    kind: 'composite',
    overloads: [
      {
        schema: nllSchema(name),
        forward: ([self, target, weight, reduction, ignore], F) => nllOf(F, self, target, weight, reduction, ignore),
      },
    ],
  };
}

function smoothed(
  F: Ops,
  logits: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: number,
  ignore: number,
  smoothing: number,
): Tensor {
  // (1-ε)·nll + ε/C · Σ over classes
  const classDim = logits.shape.length > 1 ? 1 : 0;
  const classes = logits.shape[classDim];
  const main = F.nll_loss_nd(logits, target, weight, reduction, ignore) as Tensor;
  const shape = logits.shape.map((n, d) => (d === classDim ? n : 1));
  const scaled = weight === null ? logits : F.mul(logits, F.view(weight, shape));
  const skipped = F.eq(target, BigInt(ignore));
  const spread = F.masked_fill(F.neg(F.sum(scaled, [classDim])), skipped, 0n) as Tensor;
  let rest: Tensor = spread;
  if (reduction === 2) rest = F.sum(spread);
  if (reduction === 1) {
    const counted = F.logical_not(skipped);
    if (weight === null) rest = F.div(F.sum(spread), F.sum(counted));
    else
      rest = F.div(
        F.sum(spread),
        F.sum(
          F.masked_fill(F.view(F.index_select(weight, 0n, F.reshape(F.masked_fill(target, skipped, 0n), [-1])), target.shape), skipped, 0n),
        ),
      );
  }
  return F.add(F.mul(main, 1 - smoothing), F.mul(rest, smoothing / classes));
}

const x = { tensor: [2, 3] } as const;

/** A type asked for is another op's work: `_to_copy` is in the graph. */
const withType = (name: 'softmax' | 'log_softmax'): Overload => ({
  kind: 'composite',
  schema: `${name}.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`,
  forward: ([self, dim, dtype], F) => F[name](dtype === null || dtype === self.dtype ? self : F._to_copy(self, { dtype }), BigInt(dim)),
});

export const classification: OpDescriptor[] = [
  {
    name: 'softmax',
    kind: 'file',
    overloads: [
      {
        native: true,
        schema: 'softmax.plain(Tensor self, int dim) -> Tensor',
        forward: ([self, dim]) => softmax('softmax', self, dim, false),
        // y(g - Σgy)
        grad: {
          name: 'SoftmaxBackward0',
          saved: [{ name: 'result', output: 0 }],
          keep: (args) => ({ dim: args[1] }),
          backward: (g, { F, s, k }) => F._softmax_backward_data(g, s[0], BigInt(k.dim)),
        },
      },
      withType('softmax'),
    ],
    samples: [{ args: [x, 1n] }, { args: [x, 0n] }],
  },
  {
    name: '_softmax_backward_data',
    kind: 'composite',
    overloads: [
      {
        schema: '_softmax_backward_data(Tensor grad_output, Tensor output, int dim) -> Tensor',
        forward: ([g, y, dim], F) => {
          const gy = F.mul(g, y);
          return F.sub(gy, F.mul(y, F.sum(gy, [dim], true)));
        },
      },
    ],
  },
  {
    name: 'log_softmax',
    kind: 'file',
    overloads: [
      {
        native: true,
        schema: 'log_softmax.plain(Tensor self, int dim) -> Tensor',
        forward: ([self, dim]) => (isHalf(self.dtype) ? halfLogSoftmax(self, dim) : softmax('log_softmax', self, dim, true)),
        // g - e^y Σg
        grad: {
          name: 'LogSoftmaxBackward0',
          saved: [{ name: 'result', output: 0 }],
          keep: (args) => ({ dim: args[1] }),
          backward: (g, { F, s, k }) => F._log_softmax_backward_data(g, s[0], BigInt(k.dim)),
        },
      },
      withType('log_softmax'),
    ],
    samples: [{ args: [x, 1n] }, { args: [x, 0n] }],
  },
  {
    name: '_log_softmax_backward_data',
    kind: 'composite',
    overloads: [
      {
        schema: '_log_softmax_backward_data(Tensor grad_output, Tensor output, int dim) -> Tensor',
        forward: ([g, y, dim], F) => F.sub(g, F.mul(F.exp(y), F.sum(g, [dim], true))),
      },
    ],
  },
  {
    name: 'logsumexp',
    kind: 'file',
    overloads: [
      {
        schema: 'logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor',
        forward: ([self, dim, keepdim], F) => {
          const input = isFloating(self.dtype) ? F.detach(self) : F._to_copy(self, { dtype: 'float32' });
          const top = F.amax(input, dim, true);
          const finite = F.masked_fill(top, F.isinf(top), 0n);
          const summed = F.add(F.log(F.sum(F.exp(F.sub(input, finite)), dim, true)), finite) as Tensor;
          return keepdim || self.shape.length === 0 ? F._to_copy(summed) : F._to_copy(F.squeeze(summed, dim));
        },
        grad: {
          name: 'LogsumexpBackward0',
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          keep: (args) => ({ dim: args[1], keepdim: args[2] }),
          // g · e^(x - y)
          backward: (g, { F, s: [result, self], k }) => {
            const rank = self.shape.length;
            return F.mul(unsqueezed(F, g, k.dim, k.keepdim, rank), F.exp(F.sub(self, unsqueezed(F, result, k.dim, k.keepdim, rank))));
          },
        },
      },
    ],
    samples: [{ args: [x, [1]] }],
  },
  nllForwardOp('nll_loss_forward', 'NllLossBackward0'),
  nllForwardOp('nll_loss2d_forward', 'NllLoss2DBackward0'),
  {
    name: 'nll_loss_backward',
    kind: 'file',
    overloads: [
      {
        schema:
          'nll_loss_backward(Tensor grad_output, Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index, Tensor total_weight) -> Tensor',
        inputs: [0],
        forward: ([g, input, target, weight, reduction, ignore, total]) => {
          const out = Tensor.empty(input.shape, input.dtype, input.device);
          const view = out.typedView() as Float32Array;
          view.fill(0);
          const up = g.toArray();
          const divisor = reduction === 1 ? Number(total.item()) : 1;
          const { classDim } = layout(input);
          const classStep = out.strides[classDim];
          const all = wholeView(out.dtype) as Float32Array;
          forEachSample({ input: out, target, weight, ignore }, (sample, cls, w, start) => {
            all[start + cls * classStep] = (-w * (reduction === 0 ? up[sample] : up[0])) / divisor;
          });
          return out;
        },
        grad: {
          name: 'NllLossBackwardBackward0',
          saved: [
            { name: 'target', argument: 2 },
            { name: 'total_weight', argument: 6 },
            { name: 'weight', argument: 3 },
          ],
          keep: (args) => ({ ignore_index: args[5], reduction: args[4] }),
          backward: (h, { F, s, k }) => {
            return F.nll_loss_nd(h, s[0], s[2], k.reduction, k.ignore_index);
          },
        },
      },
    ],
  },
  nll('nll_loss'),
  nll('nll_loss_nd'),
  {
    name: 'cross_entropy_loss',
    kind: 'composite',
    overloads: [
      {
        schema:
          'cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=Mean, SymInt ignore_index=-100, float label_smoothing=0.0) -> Tensor',
        forward: ([self, target, weight, reduction, ignore, smoothing], F) => {
          if (smoothing < 0 || smoothing > 1) throw new TorchError(`label_smoothing must be between 0.0 and 1.0. Got: ${smoothing}`);
          const classDim = self.shape.length === 1 ? 0 : 1;
          if (sameShape(self.shape, target.shape)) {
            if (!isFloating(target.dtype))
              throw new TorchError(`Expected floating point type for target with class probabilities, got ${scalarTypeName(target.dtype)}`);
            if (ignore >= 0) throw new TorchError('ignore_index is not supported for floating point target');
            // probabilities as targets
            const scores = F.log_softmax(self, BigInt(classDim));
            const classes = self.shape[classDim];
            const wanted = smoothing > 0 ? F.add(F.mul(target, 1 - smoothing), smoothing / classes) : target;
            const weighted =
              weight === null
                ? F.mul(scores, wanted)
                : F.mul(
                    F.mul(scores, wanted),
                    F.view(
                      weight,
                      self.shape.map((n: number, d: number) => (d === classDim ? n : 1)),
                    ),
                  );
            if (reduction === 0) return F.neg(F.sum(weighted, [classDim]));
            const total = F.neg(F.sum(weighted));
            return reduction === 2 ? total : F.div(total, BigInt(self.numel / classes));
          }
          const logits = F.log_softmax(self, BigInt(classDim));
          if (smoothing > 0) return smoothed(F, logits, target, weight, reduction, ignore, smoothing);
          return F.nll_loss_nd(logits, target, weight, reduction, ignore);
        },
      },
    ],
  },
];
