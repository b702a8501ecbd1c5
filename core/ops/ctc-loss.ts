// Connectionist temporal classification: the negative log likelihood of a target over all alignments, by forward and backward sums.
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { exp } from '../tensor/math.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { logAdd } from './margin-losses.ts';

interface Problem {
  readonly T: number;
  readonly N: number;
  readonly C: number;
  /** Row-major [T, N, C]. */
  readonly scores: readonly number[];
  readonly targets: readonly number[];
  /** Where each sample's target begins in `targets`, and the step to its next label. */
  readonly starts: readonly number[];
  readonly inputLengths: readonly number[];
  readonly targetLengths: readonly number[];
  readonly blank: number;
  readonly width: number;
}

function problem(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: readonly number[],
  targetLengths: readonly number[],
  blank: number,
): Problem {
  const [T, N, C] = logProbs.shape;
  if (!isFloating(logProbs.dtype))
    throw new TorchError(`"ctc_loss_cpu" not implemented for '${scalarTypeName(logProbs.dtype)}'`, 'NotImplementedError');
  if (targets.dtype !== 'int64' && targets.dtype !== 'int32')
    throw new TorchError(`"ctc_loss_cpu" not implemented for '${scalarTypeName(targets.dtype)}'`, 'NotImplementedError');
  if (blank < 0 || blank >= C) throw new TorchError('blank must be in label range');
  if (inputLengths.length !== N) throw new TorchError('input_lengths must be of size batch_size');
  if (targetLengths.length !== N) throw new TorchError('target_lengths must be of size batch_size');
  const flat = targets.shape.length === 1;
  const starts: number[] = [];
  let at = 0;
  let longest = 0;
  for (let n = 0; n < N; n++) {
    if (targetLengths[n] < 0)
      throw new TorchError(
        `Expected target_lengths to have value at least 0, but got value ${targetLengths[n]} (while checking arguments for ctc_loss_allocate_outputs)`,
      );
    starts.push(flat ? at : n * targets.shape[1]);
    at += targetLengths[n];
    longest = Math.max(longest, targetLengths[n]);
  }
  if (flat && at !== targets.shape[0])
    throw new TorchError(
      `Expected tensor to have size ${at} at dimension 0, but got size ${targets.shape[0]} for argument #2 'targets' (while checking arguments for ctc_loss_allocate_outputs)`,
    );
  if (!flat && targets.shape[1] < longest)
    throw new TorchError(
      `Expected tensor to have size at least ${longest} at dimension 1, but got size ${targets.shape[1]} for argument #2 'targets' (while checking arguments for ctc_loss_allocate_outputs)`,
    );
  for (let n = 0; n < N; n++) {
    if (inputLengths[n] < 0)
      throw new TorchError(
        `Expected input_lengths to have value at least 0, but got value ${inputLengths[n]} (while checking arguments for ctc_loss_allocate_outputs)`,
      );
    if (inputLengths[n] > T)
      throw new TorchError(
        `Expected input_lengths to have value at most ${T}, but got value ${inputLengths[n]} (while checking arguments for ctc_loss_allocate_outputs)`,
      );
  }
  return {
    T,
    N,
    C,
    scores: logProbs.toArray(),
    targets: targets.toArray(),
    starts,
    inputLengths,
    targetLengths,
    blank,
    width: 2 * longest + 1,
  };
}

/** Labels with blanks between: position s of the extended target. */
function label({ targets, starts, blank }: Problem, n: number, s: number): number {
  return s % 2 === 0 ? blank : targets[starts[n] + (s - 1) / 2];
}

/** Whether a step over the blank before s is allowed. */
function skips(p: Problem, n: number, s: number): boolean {
  return s % 2 === 1 && s > 1 && label(p, n, s) !== label(p, n, s - 2);
}

/** ln α[n, t, s]: the sum over alignments of the first t + 1 steps that end at s. */
function forwardSums(p: Problem): { alpha: Float64Array; losses: number[] } {
  const { T, N, C, scores, width } = p;
  const alpha = new Float64Array(N * T * width).fill(-Infinity);
  const losses: number[] = [];
  for (let n = 0; n < N; n++) {
    const size = 2 * p.targetLengths[n] + 1;
    const steps = p.inputLengths[n];
    const at = (t: number, s: number): number => (n * T + t) * width + s;
    const score = (t: number, s: number): number => scores[(t * N + n) * C + label(p, n, s)];
    if (steps === 0) {
      losses.push(size === 1 ? 0 : Infinity);
      continue;
    }
    alpha[at(0, 0)] = score(0, 0);
    if (size > 1) alpha[at(0, 1)] = score(0, 1);
    for (let t = 1; t < steps; t++)
      for (let s = 0; s < size; s++) {
        let sum = alpha[at(t - 1, s)];
        if (s > 0) sum = logAdd(sum, alpha[at(t - 1, s - 1)]);
        if (skips(p, n, s)) sum = logAdd(sum, alpha[at(t - 1, s - 2)]);
        alpha[at(t, s)] = sum + score(t, s);
      }
    const end = alpha[at(steps - 1, size - 1)];
    losses.push(-(size > 1 ? logAdd(end, alpha[at(steps - 1, size - 2)]) : end));
  }
  return { alpha, losses };
}

/** ∂(-ln p)/∂ ln y[t, n, c] = y - Σ αβ / (p y) as torch has it for log-probabilities. */
function slopes(p: Problem, up: readonly number[], zeroInfinity: boolean): Float64Array {
  const { T, N, C, scores, width } = p;
  const { alpha, losses } = forwardSums(p);
  const out = new Float64Array(T * N * C);
  const beta = new Float64Array(T * width);
  const sums = new Float64Array(C);
  for (let n = 0; n < N; n++) {
    if (zeroInfinity && losses[n] === Infinity) continue;
    const size = 2 * p.targetLengths[n] + 1;
    const steps = p.inputLengths[n];
    if (steps === 0) continue;
    const score = (t: number, s: number): number => scores[(t * N + n) * C + label(p, n, s)];
    beta.fill(-Infinity);
    beta[(steps - 1) * width + size - 1] = score(steps - 1, size - 1);
    if (size > 1) beta[(steps - 1) * width + size - 2] = score(steps - 1, size - 2);
    for (let t = steps - 2; t >= 0; t--)
      for (let s = 0; s < size; s++) {
        let sum = beta[(t + 1) * width + s];
        if (s + 1 < size) sum = logAdd(sum, beta[(t + 1) * width + s + 1]);
        if (s + 2 < size && skips(p, n, s + 2)) sum = logAdd(sum, beta[(t + 1) * width + s + 2]);
        beta[t * width + s] = sum + score(t, s);
      }
    for (let t = 0; t < steps; t++) {
      sums.fill(-Infinity);
      for (let s = 0; s < size; s++) {
        const cls = label(p, n, s);
        sums[cls] = logAdd(sums[cls], alpha[(n * T + t) * width + s] + beta[t * width + s]);
      }
      for (let c = 0; c < C; c++) {
        const at = (t * N + n) * C + c;
        out[at] = (exp(scores[at]) - exp(sums[c] + losses[n] - scores[at])) * up[n];
      }
    }
  }
  return out;
}

function lengths(value: Tensor | readonly number[], name: string): number[] {
  if (!(value instanceof Tensor)) return value.map(Number);
  if (isFloating(value.dtype)) throw new TorchError(`${name} must be integral`);
  return value.toArray();
}

function ctc(F: Ops, args: readonly never[]): Tensor {
  const [logProbs, targets, inputs, wanted, blank, reduction, zeroInfinity] = args as unknown as [
    Tensor,
    Tensor,
    Tensor | number[],
    Tensor | number[],
    number,
    number,
    boolean,
  ];
  const batched = logProbs.shape.length === 3;
  const scores = batched ? logProbs : F.unsqueeze(logProbs, 1n);
  const labels = batched || targets.shape.length > 1 ? targets : F.unsqueeze(targets, 0n);
  const targetLengths = lengths(wanted, 'target_lengths');
  let out = F._ctc_loss(scores, labels, lengths(inputs, 'input_lengths'), targetLengths, blank, zeroInfinity)[0] as Tensor;
  if (zeroInfinity) out = F.where(F.eq(out, Infinity), F.zeros([], { dtype: out.dtype, device: out.device }), out);
  if (reduction === 1) {
    const sizes = Tensor.fromTyped(
      targetLengths.map((n) => Math.max(n, 1)),
      { dtype: out.dtype, device: out.device },
    );
    return F.mean(F.div(out, sizes));
  }
  if (reduction === 2) return F.sum(out);
  return batched ? out : F.squeeze(out, 0n);
}

const ctcParams = 'int blank=0, int reduction=Mean, bool zero_infinity=False';

export const ctcLoss: OpDescriptor[] = [
  {
    name: '_ctc_loss',
    kind: 'file',
    overloads: [
      {
        schema:
          '_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank=0, bool zero_infinity=False) -> (Tensor, Tensor)',
        inputs: [0],
        forward: ([logProbs, targets, inputs, wanted, blank]) => {
          const p = problem(logProbs, targets, inputs, wanted, blank);
          const { alpha, losses } = forwardSums(p);
          const options = { dtype: logProbs.dtype, device: logProbs.device };
          return [
            Tensor.fromTyped(losses, { shape: [p.N], ...options }),
            Tensor.fromTyped(alpha, { shape: [p.N, p.T, p.width], ...options }),
          ];
        },
        grad: {
          name: 'CtcLossBackward0',
          saved: [
            { name: 'log_probs', argument: 0 },
            { name: 'result0', output: 0 },
            { name: 'result1', output: 1 },
            { name: 'targets', argument: 1 },
          ],
          keep: (args) => ({ blank: args[4], input_lengths: args[2], target_lengths: args[3], zero_infinity: args[5] }),
          backward: (g, { F, s, k }) => F._ctc_loss_backward(g, s[0], s[3], k.input_lengths, k.target_lengths, k.blank, k.zero_infinity),
        },
      },
    ],
  },
  {
    name: '_ctc_loss_backward',
    kind: 'file',
    overloads: [
      {
        schema:
          '_ctc_loss_backward(Tensor grad, Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank, bool zero_infinity=False) -> Tensor',
        inputs: [0, 1],
        forward: ([g, logProbs, targets, inputs, wanted, blank, zeroInfinity]) => {
          const p = problem(logProbs, targets, inputs, wanted, blank);
          return Tensor.fromTyped(slopes(p, g.toArray(), zeroInfinity), {
            shape: logProbs.shape,
            dtype: logProbs.dtype,
            device: logProbs.device,
          });
        },
        grad: {
          name: 'CtcLossBackwardBackward0',
          backward: () => {
            throw new TorchError('derivative for aten::_ctc_loss_backward is not implemented');
          },
        },
      },
    ],
  },
  {
    name: 'ctc_loss',
    kind: 'composite',
    overloads: [
      {
        schema: `ctc_loss.IntList(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, ${ctcParams}) -> Tensor`,
        forward: (args, F) => ctc(F, args as never),
      },
      {
        schema: `ctc_loss.Tensor(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, ${ctcParams}) -> Tensor`,
        forward: (args, F) => ctc(F, args as never),
      },
    ],
  },
];
