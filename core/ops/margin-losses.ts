// Losses with a margin, and those torch composes of smaller ops: hinge, ranking, cosine, triplet, soft and multi margin, poisson.
import { exp, log1p } from '../tensor/math.ts';
import { sameShape, sizesText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { constant, share } from './pair-losses.ts';

function reduced(F: Ops, each: Tensor, reduction: number): Tensor {
  return reduction === 0 ? each : reduction === 1 ? F.mean(each) : F.sum(each);
}

function composite(schema: string, forward: (args: readonly never[], F: Ops) => Tensor, samples?: OpDescriptor['samples']): OpDescriptor {
  return {
    name: schema.slice(0, schema.indexOf('(')),
    kind: 'composite',
    overloads: [{ schema, forward: (args, F) => forward(args as never, F) }],
    samples,
  };
}

// -- several classes ---------------------------------------------------------------------------------------------------

function batches(x: Tensor): { n: number; c: number } {
  const rank = x.shape.length;
  return rank === 2 ? { n: x.shape[0], c: x.shape[1] } : { n: 1, c: rank === 1 ? x.shape[0] : 1 };
}

/** 1 at each sample's class: [N, C], and each sample's weight: [N, 1]. */
function chosen(x: Tensor, target: Tensor, weight: Tensor | null): { mask: Tensor; weights: Tensor } {
  const { n, c } = batches(x);
  if (target.numel !== n || (x.shape.length <= 1 && target.shape.length > 1))
    throw new TorchError(
      `multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch size). Expected target size [${n}], but got ${sizesText(target.shape)}. Input has shape ${sizesText(x.shape)}.`,
    );
  const classes = target.toArray();
  const given = weight?.toArray();
  const mask = new Float64Array(n * c);
  classes.forEach((cls, i) => {
    if (cls < 0 || cls >= c) throw new TorchError('target out of range');
    mask[i * c + cls] = 1;
  });
  const options = { dtype: x.dtype, device: x.device };
  return {
    mask: Tensor.fromTyped(mask, { shape: [n, c], ...options }),
    weights: Tensor.fromTyped(
      classes.map((cls) => given?.[cls] ?? 1),
      { shape: [n, 1], ...options },
    ),
  };
}

/** max(0, margin - x_y + x_j) for each class but the target's: [N, C]. */
function violations(F: Ops, x: Tensor, mask: Tensor, margin: number): Tensor {
  const rows = F.reshape(x, mask.shape);
  const own = F.sum(F.mul(rows, mask), [1], true);
  return F.mul(F.clamp_min(F.add(F.sub(rows, own), margin), 0n), F.rsub(mask, 1n));
}

interface Labels {
  /** How often each class is a target: [N, C]. */
  readonly counts: Float64Array;
  readonly n: number;
  readonly c: number;
}

/** Targets up to the first negative one. */
function labels(x: Tensor, target: Tensor): Labels {
  const { n, c } = batches(x);
  if (!sameShape(x.shape, target.shape))
    throw new TorchError(`inconsistent target size: ${sizesText(target.shape)} for input of size: ${sizesText(x.shape)}`);
  const classes = target.toArray();
  const counts = new Float64Array(n * c);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < c; j++) {
      const cls = classes[i * c + j];
      if (cls < 0) break;
      if (cls >= c) throw new TorchError('target out of range');
      counts[i * c + cls]++;
    }
  return { counts, n, c };
}

/** Loss of each sample, and its slopes: Σ over targets j and others i of max(0, 1 - x_j + x_i) / C. */
function multilabel(x: Tensor, { counts, n, c }: Labels): { each: number[]; slopes: Float64Array } {
  const values = x.toArray();
  const slopes = new Float64Array(n * c);
  const each = new Array<number>(n).fill(0);
  for (let s = 0; s < n; s++)
    for (let j = 0; j < c; j++) {
      const times = counts[s * c + j];
      if (times === 0) continue;
      for (let i = 0; i < c; i++) {
        if (counts[s * c + i] > 0) continue;
        const z = 1 - values[s * c + j] + values[s * c + i];
        if (!(z > 0)) continue;
        each[s] += (times * z) / c;
        slopes[s * c + j] -= times / c;
        slopes[s * c + i] += times / c;
      }
    }
  return { each, slopes };
}

const x23 = { tensor: [2, 3] } as const;
const classes2 = { tensor: [2], dtype: 'int64', values: [0, 2] } as const;
const signs = { tensor: [2, 3], dtype: 'int64', values: [1, -1, 1, 1, -1, -1] } as const;
const triple = [{ tensor: [3, 4] }, { tensor: [3, 4] }, { tensor: [3, 4] }] as const;

export const marginLosses: OpDescriptor[] = [
  composite(
    'hinge_embedding_loss(Tensor self, Tensor target, float margin=1.0, int reduction=Mean) -> Tensor',
    ([x, target, margin, reduction], F) => {
      const zeros = F.zeros_like(x);
      const far = F.where(F.ne(target, 1n), F.clamp_min(F.sub(margin, x), 0n), zeros);
      const near = F.where(F.ne(target, -1n), x, zeros);
      return reduced(F, F.add(far, near), reduction);
    },
    [{ args: [x23, signs], rough: true }],
  ),
  composite(
    'margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, int reduction=Mean) -> Tensor',
    ([a, b, target, margin, reduction], F) => reduced(F, F.clamp_min(F.add(F.mul(F.neg(target), F.sub(a, b)), margin), 0n), reduction),
    [{ args: [x23, x23, signs, 0.1], rough: true }],
  ),
  composite(
    'cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, int reduction=Mean) -> Tensor',
    ([a, b, target, margin, reduction], F) => cosineEmbedding(F, a, b, target, margin, reduction),
    [{ args: [x23, x23, { tensor: [2], dtype: 'int64', values: [1, -1] }, -0.5] }],
  ),
  composite(
    'triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1.0, float p=2, float eps=1e-06, bool swap=False, int reduction=Mean) -> Tensor',
    ([anchor, positive, negative, margin, p, eps, swap, reduction], F) => {
      const ranks = [anchor, positive, negative].map((t: Tensor) => t.shape.length);
      if (ranks[0] !== ranks[1] || ranks[0] !== ranks[2])
        throw new TorchError(
          `The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: anchor ${ranks[0]}D, positive ${ranks[1]}D, and negative ${ranks[2]}D inputs`,
        );
      const near = F.pairwise_distance(anchor, positive, p, eps);
      let far = F.pairwise_distance(anchor, negative, p, eps);
      if (swap) far = F.minimum(far, F.pairwise_distance(positive, negative, p, eps));
      return reduced(F, F.clamp_min(F.sub(F.add(near, margin), far), 0n), reduction);
    },
    [{ args: [...triple, 2.0] }],
  ),
  composite(
    'poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, float eps, int reduction) -> Tensor',
    ([x, target, logInput, full, eps, reduction], F) => {
      let loss = logInput ? F.sub(F.exp(x), F.mul(target, x)) : F.sub(x, F.mul(target, F.log(F.add(x, eps))));
      if (full) {
        // ln n! by Stirling: n ln n - n + ln(2πn) / 2
        const stirling = F.add(F.sub(F.mul(target, F.log(target)), target), F.mul(F.log(F.mul(target, 2 * Math.PI)), 0.5));
        loss = F.add(loss, F.masked_fill(stirling, F.le(target, 1n), 0n));
      }
      return reduced(F, loss, reduction);
    },
    [{ args: [x23, { tensor: [2, 3], low: 1, high: 4 }, true, false, 1e-8, 1n] }],
  ),
  {
    name: 'soft_margin_loss',
    kind: 'file',
    overloads: [
      {
        schema: 'soft_margin_loss(Tensor self, Tensor target, int reduction=Mean) -> Tensor',
        inputs: [0],
        // ln(1 + e^(-tx))
        forward: ([x, target, reduction], F) => {
          const each = F.log1p(F.exp(F.mul(F.neg(target), x))) as Tensor;
          return reduction === 0 ? F._to_copy(each) : reduced(F, each, reduction);
        },
        grad: {
          name: 'SoftMarginLossBackward0',
          saved: [
            { name: 'self', argument: 0 },
            { name: 'target', argument: 1 },
          ],
          keep: (args) => ({ reduction: args[2] }),
          backward: (g, { F, s: [x, target], k }) => {
            const slope = F.mul(F.neg(target), F.sigmoid(F.mul(F.neg(target), x)));
            return F.mul(share(F, g, x.numel, k.reduction), slope);
          },
        },
      },
    ],
    samples: [{ args: [x23, signs] }, { args: [x23, signs, 0n] }],
  },
  {
    name: 'multi_margin_loss',
    kind: 'file',
    overloads: [
      {
        schema:
          'multi_margin_loss(Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int reduction=Mean) -> Tensor',
        inputs: [0],
        forward: ([x, target, p, margin, weight, reduction], F) => {
          constant('multi_margin_loss', 'weight', weight);
          if (Number(p) !== 1 && Number(p) !== 2) throw new TorchError('only p == 1 and p == 2 supported');
          const { mask, weights } = chosen(x, target, weight);
          const over = violations(F, x, mask, Number(margin));
          const terms = F.mul(Number(p) === 2 ? F.mul(over, over) : over, weights);
          const each = F.div(F.sum(terms, [1]), BigInt(mask.shape[1])) as Tensor;
          return reduction === 0 ? F._to_copy(F.reshape(each, target.shape)) : reduced(F, each, reduction);
        },
        grad: {
          name: 'MultiMarginLossBackward0',
          saved: [
            { name: 'self', argument: 0 },
            { name: 'target', argument: 1 },
            { name: 'weight', argument: 4 },
          ],
          keep: (args) => ({ margin: args[3], p: args[2], reduction: args[5] }),
          // The slope of each violation; the target's class takes the sum of them, negative.
          backward: (g, { F, s: [x, target, weight], k }) => {
            const { mask, weights } = chosen(x, target, weight);
            const over = violations(F, x, mask, Number(k.margin));
            const slope = Number(k.p) === 2 ? F.mul(over, 2n) : F._to_copy(F.gt(over, 0n), { dtype: x.dtype });
            const each = F.div(F.mul(slope, weights), BigInt(mask.shape[1]));
            const whole = F.sub(each, F.mul(F.sum(each, [1], true), mask));
            const up = share(F, g, mask.shape[0], k.reduction);
            return F.reshape(F.mul(whole, k.reduction === 0 ? F.reshape(up, [-1, 1]) : up), x.shape);
          },
        },
      },
    ],
    samples: [{ args: [x23, classes2], rough: true }, { args: [x23, classes2, 2n] }],
  },
  {
    name: 'multilabel_margin_loss_forward',
    kind: 'file',
    overloads: [
      {
        schema: 'multilabel_margin_loss_forward(Tensor self, Tensor target, int reduction) -> (Tensor output, Tensor is_target)',
        inputs: [0],
        forward: ([x, target, reduction]) => {
          const found = labels(x, target);
          const { each } = multilabel(x, found);
          const options = { dtype: x.dtype, device: x.device };
          const sum = each.reduce((a, b) => a + b, 0);
          const kept = reduction === 0 && x.shape.length === 2;
          const out = Tensor.fromTyped(kept ? each : [reduction === 1 ? sum / found.n : sum], { shape: kept ? [found.n] : [], ...options });
          return [
            out,
            Tensor.fromTyped(
              found.counts.map((k) => Math.min(k, 1)),
              { shape: target.shape, ...options },
            ),
          ];
        },
        grad: {
          name: 'MultilabelMarginLossBackward0',
          saved: [
            { name: 'is_target', output: 1 },
            { name: 'self', argument: 0 },
            { name: 'target', argument: 1 },
          ],
          keep: (args) => ({ reduction: args[2] }),
          backward: (g, { F, s: [, x, target], k }) => {
            const found = labels(x, target);
            const { slopes } = multilabel(x, found);
            const whole = Tensor.fromTyped(slopes, { shape: [found.n, found.c], dtype: x.dtype, device: x.device });
            const up = share(F, g, found.n, k.reduction);
            return F.reshape(F.mul(whole, k.reduction === 0 ? F.reshape(up, [-1, 1]) : up), x.shape);
          },
        },
      },
    ],
  },
  composite(
    'multilabel_margin_loss(Tensor self, Tensor target, int reduction=Mean) -> Tensor',
    ([x, target, reduction], F) => F.multilabel_margin_loss_forward(x, target, reduction)[0],
    [{ args: [x23, { tensor: [2, 3], dtype: 'int64', values: [2, -1, 0, 0, 1, -1] }], rough: true }],
  ),
];

function cosineEmbedding(F: Ops, a: Tensor, b: Tensor, target: Tensor, margin: number, reduction: number): Tensor {
  const rank = target.shape.length;
  if (rank > 1) throw new TorchError('0D or 1D target tensor expected, multi-target not supported');
  if (rank === 1 && a.shape.length !== 2)
    throw new TorchError(
      `1D target tensor expects 2D input tensors, but found inputs with sizes ${sizesText(a.shape)} and ${sizesText(b.shape)}.`,
    );
  if (rank === 0 && a.shape.length !== 1)
    throw new TorchError(
      `0D target tensor expects 1D input tensors, but found inputs with sizes ${sizesText(a.shape)} and ${sizesText(b.shape)}.`,
    );
  const dim = rank;
  const along = (t: Tensor): Tensor => F.sum(t, [dim]);
  const product = along(F.mul(a, b));
  const squares = [a, b].map((t) => F.add(along(F.mul(t, t)), 1e-12)) as Tensor[];
  const cosine = F.div(product, F.sqrt(F.mul(squares[0], squares[1])));
  const zeros = F.zeros_like(cosine);
  const alike = F.where(F.eq(target, 1n), F.sub(1n, cosine), zeros);
  const apart = F.where(F.eq(target, -1n), F.clamp_min(F.sub(cosine, margin), 0n), zeros);
  return reduced(F, F.add(alike, apart), reduction);
}

/** ln(1 + e^x) without overflow; what ctc adds logarithms with. */
export function logAdd(a: number, b: number): number {
  if (a === -Infinity) return b;
  if (b === -Infinity) return a;
  return a > b ? a + log1p(exp(b - a)) : b + log1p(exp(a - b));
}
