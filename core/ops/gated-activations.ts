// Activations with a threshold, a weight, a gate or noise: the shrinks, threshold, log_sigmoid, prelu, glu, rrelu.
import { deviceOf } from '../tensor/device.ts';
import { type DType, isFloating, scalarTypeName } from '../tensor/dtype.ts';
import type { Expr } from '../tensor/expr.ts';
import { pythonFloat } from '../tensor/format-number.ts';
import { draws } from '../tensor/random-slot.ts';
import { wrapDim } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Args, GradContext, GradRule, OpDescriptor, Ops, Sample } from './descriptor.ts';
import { row, toNumber } from './row.ts';

const self = [{ name: 'self', argument: 0 }] as const;
const rough: readonly Sample[] = [{ args: [{ tensor: [2, 3] }], rough: true }];

/** |a| ≤ p, where neither NaN nor beyond. */
const within: Expr = ['and', ['ge', 'a', ['neg', 'p']], ['le', 'a', 'p']];

/** g where the input lies outside ±λ. */
const outside: GradRule['backward'] = (g, { F, s: [x], k }) => {
  const lambd = Number(k.lambd);
  return F.masked_fill(g, F.logical_and(F.ge(x, -lambd), F.le(x, lambd)), 0n);
};

/** Raises where a kernel takes no integers. */
export function floatingOnly(kernel: string, dtype: DType): void {
  if (!isFloating(dtype)) throw new TorchError(`"${kernel}" not implemented for '${scalarTypeName(dtype)}'`, 'NotImplementedError');
}

function checkLambda(args: Args, dtype: DType): void {
  floatingOnly('softshrink_check', dtype);
  const lambd = toNumber(args[1]);
  if (lambd >= 0) return;
  const most = dtype === 'float64' ? '1.79769e+308' : '3.40282e+38';
  throw new TorchError(
    `lambda must be in range [0, ${most}] for input dtype ${scalarTypeName(dtype)}, but found ${pythonFloat(lambd).replace(/\.0$/, '')}`,
  );
}

const thresholdRule: GradRule = {
  name: 'ThresholdBackward0',
  saved: self,
  keep: (args) => ({ threshold: args[1] }),
  backward: (g, { F, s: [x], k }) => F.masked_fill(g, F.le(x, Number(k.threshold)), 0n),
};
const [threshold, thresholdInPlace] = row({
  name: 'threshold',
  forms: [
    {
      params: 'Tensor self, Scalar threshold, Scalar value',
      expr: ['select', ['le', 'a', 'p'], 'q', 'a'],
      scalars: (args) => [toNumber(args[1]), toNumber(args[2])],
      grad: thresholdRule,
    },
  ],
  inPlace: true,
  samples: [{ args: [{ tensor: [2, 3] }, 0.1, -3], rough: true }],
});

// -- rrelu -------------------------------------------------------------------------------------------------------------

/** Draws a slope for each value that is not positive, in order; 1 elsewhere. */
function drawSlopes(x: Tensor, noise: Tensor, lower: number, upper: number): void {
  const values = x.toArray();
  const negative = values.filter((v) => v <= 0).length;
  const drawn = Tensor.empty([negative], 'float64', x.device);
  if (negative > 0) draws().uniform(drawn, lower, upper);
  const slopes = drawn.toArray();
  drawn.dispose();
  let i = 0;
  const out = Tensor.fromTyped(
    values.map((v) => (v <= 0 ? slopes[i++] : 1)),
    { shape: x.shape, dtype: x.dtype, device: x.device },
  );
  deviceOf(noise).elementwise('a', [out], [], noise, x.dtype);
  out.dispose();
}

function rrelu(self: Tensor, noise: Tensor, lower: number, upper: number, training: boolean, out: Tensor): Tensor {
  floatingOnly(training ? 'rrelu_with_noise_out_cpu' : 'leaky_relu_cpu', self.dtype);
  if (lower > upper) throw new TorchError('Lower bound should be less than or equal to the upper bound');
  if (training) {
    drawSlopes(self, noise, lower, upper);
    deviceOf(out).elementwise(['mul', 'a', 'b'], [self, noise], [], out, self.dtype);
  } else deviceOf(out).elementwise(['select', ['gt', 'a', 0], 'a', ['mul', 'a', 'p']], [self], [(lower + upper) / 2], out, self.dtype);
  return out;
}

const slopes: GradRule['backward'] = (g, { F, s: [noise, x], k }: GradContext) => {
  if (k.training && k.upper - k.lower > 1e-6) return F.mul(g, noise);
  return F.mul(g, F.where(F.gt(x, 0n), F.ones_like(x), (k.lower + k.upper) / 2));
};
const rreluKept: GradRule['keep'] = (args) => ({ lower: Number(args[2]), training: args[4], upper: Number(args[3]) });

const rreluParams = 'Tensor noise, Scalar lower=0.125, Scalar upper=0.3333333333333333, bool training=False';

function noiseLike(self: Tensor): Tensor {
  const noise = Tensor.empty(self.shape, self.dtype, self.device);
  deviceOf(noise).fill(noise, 0);
  return noise;
}

// -- prelu, glu --------------------------------------------------------------------------------------------------------

function prelu(F: Ops, x: Tensor, weight: Tensor): Tensor {
  if (x.dtype !== weight.dtype)
    throw new TorchError(`prelu: Type promoting not supported. Got ${scalarTypeName(x.dtype)} and ${scalarTypeName(weight.dtype)}`);
  floatingOnly('prelu_cpu', x.dtype);
  const rank = x.shape.length;
  if (weight.shape.length > 1)
    throw new TorchError(`prelu: Expected \`weight\` to be a scalar or 1D tensor, but got: ndim = ${weight.shape.length}`);
  if (weight.numel !== 1) {
    if (rank === 0) throw new TorchError('Not allow zero-dim input tensor.');
    const channels = rank > 1 ? x.shape[1] : 1;
    if (channels !== weight.numel)
      throw new TorchError(
        `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${weight.numel} and channel size = ${channels}.`,
      );
  }
  const shape = x.shape.map((_, d) => (d === 1 ? weight.numel : 1));
  return F._prelu_kernel(x, weight.shape.length === rank ? weight : F.reshape(weight, shape));
}

function halves(F: Ops, x: Tensor, dim: number): [Tensor, Tensor] {
  if (x.shape.length === 0) throw new TorchError('glu does not support 0-dimensional tensors');
  const d = wrapDim(dim, x.shape.length);
  const size = x.shape[d];
  if (size % 2 !== 0) throw new TorchError(`Halving dimension must be even, but dimension ${d} is size ${size}`);
  return [F.narrow(x, d, 0, size / 2), F.narrow(x, d, size / 2, size / 2)];
}

export const gatedActivations: OpDescriptor[] = [
  ...row({
    name: 'softshrink',
    forms: [
      {
        params: 'Tensor self, Scalar lambd=0.5',
        expr: ['select', within, 0, ['select', ['gt', 'a', 0], ['sub', 'a', 'p'], ['add', 'a', 'p']]],
        scalars: (args) => [toNumber(args[1])],
        check: checkLambda,
        grad: { name: 'SoftshrinkBackward0', saved: self, keep: (args) => ({ lambd: args[1] }), backward: outside },
      },
    ],
    samples: rough,
  }),
  ...row({
    name: 'hardshrink',
    forms: [
      {
        params: 'Tensor self, Scalar lambd=0.5',
        expr: ['select', within, 0, 'a'],
        scalars: (args) => [toNumber(args[1])],
        check: (_args, dtype) => floatingOnly('hardshrink_cpu', dtype),
        grad: { name: 'HardshrinkBackward0', saved: self, keep: (args) => ({ lambd: args[1] }), backward: outside },
      },
    ],
    samples: rough,
  }),
  threshold,
  {
    ...thresholdInPlace,
    overloads: thresholdInPlace.overloads.map((overload) => ({ ...overload, grad: { ...thresholdRule, name: 'ThresholdBackward1' } })),
  },
  {
    name: 'log_sigmoid_forward',
    kind: 'file',
    overloads: [
      {
        schema: 'log_sigmoid_forward(Tensor self) -> (Tensor output, Tensor buffer)',
        forward: ([x]) => {
          floatingOnly('log_sigmoid_cpu', x.dtype);
          const out = Tensor.empty(x.shape, x.dtype, x.device);
          const buffer = Tensor.empty(x.shape, x.dtype, x.device);
          deviceOf(out).elementwise(['sub', ['minimum', 'a', 0], ['log1p', ['exp', ['neg', ['abs', 'a']]]]], [x], [], out, x.dtype);
          deviceOf(out).elementwise(['exp', ['neg', ['abs', 'a']]], [x], [], buffer, x.dtype);
          return [out, buffer];
        },
        grad: {
          name: 'LogSigmoidBackward0',
          saved: [
            { name: 'buffer', output: 1 },
            { name: 'self', argument: 0 },
          ],
          backward: (g, { F, s }) => F.mul(g, F.sigmoid(F.neg(s[1]))),
        },
      },
    ],
  },
  {
    name: 'log_sigmoid',
    kind: 'composite',
    overloads: [{ schema: 'log_sigmoid(Tensor self) -> Tensor', forward: ([x], F) => F.log_sigmoid_forward(x)[0] }],
    samples: [{ args: [{ tensor: [2, 3] }] }],
  },
  {
    name: 'logsigmoid',
    kind: 'composite',
    overloads: [{ schema: 'logsigmoid(Tensor self) -> Tensor', forward: ([x], F) => F.log_sigmoid_forward(x)[0] }],
  },
  ...row({
    name: '_prelu_kernel',
    forms: [
      {
        params: 'Tensor self, Tensor weight',
        expr: ['select', ['gt', 'a', 0], 'a', ['mul', 'b', 'a']],
        grad: {
          name: 'PreluKernelBackward0',
          saved: [
            { name: 'self', argument: 0 },
            { name: 'weight', argument: 1 },
          ],
          // (g or wg, 0 or xg)
          backward: (g, { F, s: [x, w], needs }) => {
            const positive = F.gt(x, 0n);
            return [needs & 1 ? F.where(positive, g, F.mul(w, g)) : null, needs & 2 ? F.masked_fill(F.mul(x, g), positive, 0n) : null];
          },
        },
      },
    ],
  }),
  {
    name: 'prelu',
    kind: 'composite',
    overloads: [{ schema: 'prelu(Tensor self, Tensor weight) -> Tensor', forward: ([x, weight], F) => prelu(F, x, weight) }],
    samples: [{ args: [{ tensor: [2, 3] }, { tensor: [3] }] }, { args: [{ tensor: [2, 3] }, { tensor: [1] }] }],
  },
  {
    name: 'glu',
    kind: 'file',
    overloads: [
      {
        schema: 'glu(Tensor self, int dim=-1) -> Tensor',
        forward: ([x, dim], F) => {
          floatingOnly('glu_cpu', x.dtype);
          const [a, b] = halves(F, x, dim);
          return F.mul(a, F.sigmoid(b));
        },
        grad: {
          name: 'GluBackward0',
          saved: self,
          keep: (args) => ({ dim: args[1] }),
          // (gσ, g a σ(1 - σ))
          backward: (g, { F, s, k }) => {
            const [a, b] = halves(F, s[0], k.dim);
            const gate = F.sigmoid(b);
            const through = F.mul(g, gate);
            return F.cat([through, F.mul(F.mul(through, F.rsub(gate, 1n)), a)], BigInt(k.dim));
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 4] }] }, { args: [{ tensor: [2, 3] }, 0n] }],
  },
  {
    name: 'rrelu_with_noise',
    kind: 'file',
    overloads: [
      {
        schema: `rrelu_with_noise(Tensor self, ${rreluParams}) -> Tensor`,
        inputs: [0],
        forward: ([x, noise, lower, upper, training]) =>
          rrelu(x, noise, Number(lower), Number(upper), training, Tensor.empty(x.shape, x.dtype, x.device)),
        grad: { name: 'RreluWithNoiseBackward0', saved: [{ name: 'noise', argument: 1 }, ...self], keep: rreluKept, backward: slopes },
      },
    ],
  },
  {
    name: 'rrelu_with_noise_',
    kind: 'file',
    overloads: [
      {
        schema: `rrelu_with_noise_(Tensor(a!) self, ${rreluParams}) -> Tensor(a!)`,
        inputs: [0],
        forward: ([x, noise, lower, upper, training]) => rrelu(x, noise, Number(lower), Number(upper), training, x),
        grad: {
          name: 'RreluWithNoiseBackward1',
          saved: [
            { name: 'noise', argument: 1 },
            { name: 'result', output: 0 },
          ],
          keep: rreluKept,
          backward: slopes,
        },
      },
    ],
  },
  {
    name: 'rrelu',
    kind: 'composite',
    overloads: [
      {
        schema: 'rrelu(Tensor self, Scalar lower=0.125, Scalar upper=0.3333333333333333, bool training=False) -> Tensor',
        forward: ([x, lower, upper, training], F) => F.rrelu_with_noise(x, noiseLike(x), lower, upper, training),
      },
    ],
    samples: rough,
  },
  {
    name: 'rrelu_',
    kind: 'composite',
    overloads: [
      {
        schema: 'rrelu_(Tensor(a!) self, Scalar lower=0.125, Scalar upper=0.3333333333333333, bool training=False) -> Tensor(a!)',
        forward: ([x, lower, upper, training], F) => F.rrelu_with_noise_(x, noiseLike(x), lower, upper, training),
      },
    ],
  },
];
