// Activations beyond relu, sigmoid and tanh that are one expression. Their slopes are written in ops, so that they can be derived again; some
// as one expression too, for when they are not.
import { deviceOf } from '../tensor/device.ts';
import type { Expr } from '../tensor/expr.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Args, GradContext, GradRule, OpDescriptor, Sample, SavedSpec } from './descriptor.ts';
import { floatingOnly, gatedActivations } from './gated-activations.ts';
import { type RowForm, row, toNumber } from './row.ts';

const self: readonly SavedSpec[] = [{ name: 'self', argument: 0 }];
const smooth: readonly Sample[] = [{ args: [{ tensor: [2, 3] }] }];
const rough: readonly Sample[] = [{ args: [{ tensor: [2, 3] }], rough: true }];
/** What torch calls the kernels that take no integers. */
const kernels: Readonly<Record<string, string>> = {
  leaky_relu: 'leaky_relu_cpu',
  elu: 'elu_cpu',
  celu: 'elu_cpu',
  silu: 'silu_cpu',
  gelu: 'GeluKernelImpl',
  softplus: 'softplus_cpu',
  mish: 'mish_cpu',
  hardsigmoid: 'hardsigmoid_cpu',
  hardswish: 'hardswish_cpu',
};

/** All parameters after the tensor, as numbers. */
const numbers: RowForm['scalars'] = (args) => args.slice(1).map(toNumber);

function activation(
  name: string,
  params: string,
  expr: Expr | RowForm['expr'],
  grad: string,
  keep: GradRule['keep'],
  slope: (x: Tensor, c: GradContext) => Tensor,
  samples: readonly Sample[],
  scalars: RowForm['scalars'] = numbers,
  check?: (args: Args) => void,
  slopeOf?: (k: GradContext['k']) => Expr | null,
): OpDescriptor[] {
  return row({
    name,
    forms: [
      {
        params: `Tensor self${params}`,
        expr,
        scalars,
        check: (args, compute) => {
          if (name in kernels) floatingOnly(kernels[name], compute);
          check?.(args);
        },
        grad: {
          name: grad,
          saved: self,
          keep,
          backward: (g, c) => inOnePass(slopeOf?.(c.k) ?? null, g, c) ?? c.F.mul(g, slope(c.s[0], c)),
        },
      },
    ],
    inPlace: true,
    samples,
  });
}

const productsOf = new Map<Expr, Expr>();

/** g times a slope, an expression of b; null where it may be derived again, or rounds at every step. */
function inOnePass(slope: Expr | null, g: Tensor, { s: [x], createGraph }: GradContext): Tensor | null {
  const { dtype } = x;
  if (slope === null || createGraph || (dtype !== 'float32' && dtype !== 'float64') || g.dtype !== dtype || !x.isContiguous) return null;
  let product = productsOf.get(slope);
  if (product === undefined) productsOf.set(slope, (product = ['mul', 'a', slope]));
  const out = Tensor.empty(x.shape, dtype, x.device);
  deviceOf(out).elementwise(product, [g, x], [], out, dtype);
  return out;
}

/** The in-place form where torch keeps the result instead of the input: its name and the slope told from the result. */
function fromResult(ops: OpDescriptor[], grad: string, slope: (y: Tensor, c: GradContext) => Tensor): OpDescriptor[] {
  const [outOfPlace, inPlace] = ops;
  const rule = outOfPlace.overloads[0].grad as GradRule;
  const result: GradRule = {
    ...rule,
    name: grad,
    saved: [{ name: 'result', output: 0 }],
    backward: (g, c) => c.F.mul(g, slope(c.s[0], c)),
  };
  return [outOfPlace, { ...inPlace, overloads: inPlace.overloads.map((overload) => ({ ...overload, grad: result })) }];
}

const softplusOf = (x: Expr): Expr => ['log1p', ['exp', x]];
const SQRT_HALF = Math.SQRT1_2;
const TWO_OVER_ROOT_PI = 1.1283791670955126;
/** 0.044715, the cubic term of gelu's tanh form. */
const CUBIC = 0.044715;
const ROOT_TWO_OVER_PI = SQRT_HALF * TWO_OVER_ROOT_PI;

/** a·Φ(a): by erfc, where 1 + erf would cancel. */
const geluExact: Expr = ['mul', ['mul', 'a', 0.5], ['erfc', ['mul', 'a', -SQRT_HALF]]];
const geluTanh: Expr = [
  'mul',
  ['mul', 'a', 0.5],
  ['add', 1, ['tanh', ['mul', ROOT_TWO_OVER_PI, ['add', 'a', ['mul', CUBIC, ['mul', ['mul', 'a', 'a'], 'a']]]]]],
];

const geluTail: Expr = ['mul', 'b', -SQRT_HALF];
/** Φ(b) + b φ(b), φ as erfc takes it. */
const geluExactSlope: Expr = [
  'add',
  ['mul', 0.5, ['erfc', geluTail]],
  ['mul', ['mul', 'b', TWO_OVER_ROOT_PI * SQRT_HALF * 0.5], ['exp', ['neg', ['mul', geluTail, geluTail]]]],
];
const geluSquare: Expr = ['mul', 'b', 'b'];
const geluTangent: Expr = ['tanh', ['mul', ROOT_TWO_OVER_PI, ['mul', 'b', ['add', 1, ['mul', CUBIC, geluSquare]]]]];
const geluTanhSlope: Expr = [
  'add',
  ['mul', 0.5, ['add', 1, geluTangent]],
  [
    'mul',
    ['mul', ['mul', 0.5, 'b'], ['sub', 1, ['mul', geluTangent, geluTangent]]],
    ['mul', ROOT_TWO_OVER_PI, ['add', 1, ['mul', 3 * CUBIC, geluSquare]]],
  ],
];
const sigmoidOfB: Expr = ['sigmoid', 'b'];
/** With beta 1 and threshold 20. */
const softplusSlope: Expr = ['select', ['gt', 'b', 20], 1, sigmoidOfB];
const mishTangent: Expr = ['tanh', softplusOf('b')];
const mishSlope: Expr = ['add', mishTangent, ['mul', ['mul', 'b', sigmoidOfB], ['sub', 1, ['mul', mishTangent, mishTangent]]]];
const siluSlope: Expr = ['mul', sigmoidOfB, ['add', 1, ['mul', 'b', ['sub', 1, sigmoidOfB]]]];

function geluSlope(x: Tensor, { F, k }: GradContext): Tensor {
  if (k.approximate === 'none') {
    // Φ(x) + x φ(x)
    const cdf = F.mul(F.add(F.erf(F.mul(x, SQRT_HALF)), 1n), 0.5);
    return F.add(cdf, F.mul(F.mul(F.exp(F.mul(F.mul(x, x), -0.5)), TWO_OVER_ROOT_PI * SQRT_HALF * 0.5), x));
  }
  const square = F.mul(x, x);
  const t = F.tanh(F.mul(F.mul(x, F.add(F.mul(square, CUBIC), 1n)), ROOT_TWO_OVER_PI));
  const inner = F.mul(F.add(F.mul(square, 3 * CUBIC), 1n), ROOT_TWO_OVER_PI);
  return F.add(F.mul(F.add(t, 1n), 0.5), F.mul(F.mul(F.mul(x, 0.5), F.rsub(F.mul(t, t), 1n)), inner));
}

export const activations: OpDescriptor[] = [
  ...fromResult(
    activation(
      'leaky_relu',
      ', Scalar negative_slope=0.01',
      ['select', ['gt', 'a', 0], 'a', ['mul', 'a', 'p']],
      'LeakyReluBackward0',
      (args) => ({ negative_slope: args[1] }),
      (x, { F, k }) => F.where(F.gt(x, 0n), F.ones_like(x), Number(k.negative_slope)),
      rough,
    ),
    'LeakyReluBackward1',
    (y, { F, k }) => {
      if (Number(k.negative_slope) < 0)
        throw new TorchError(
          `In-place leakyReLu backward calculation is triggered with a negative slope which is not supported. This is caused by calling in-place forward function with a negative slope, please call out-of-place version instead. File an issue at https://github.com/pytorch/pytorch if you do require supporting in-place leakRelu backward calculation with negative slope`,
        );
      return F.where(F.gt(y, 0n), F.ones_like(y), Number(k.negative_slope));
    },
  ),
  ...fromResult(
    activation(
      'elu',
      ', Scalar alpha=1, Scalar scale=1, Scalar input_scale=1',
      ['select', ['le', 'a', 0], ['mul', ['mul', 'p', 'q'], ['expm1', ['mul', 'a', 'r']]], ['mul', 'a', 'q']],
      'EluBackward0',
      (args) => ({ alpha: args[1], input_scale: args[3], scale: args[2] }),
      (x, { F, k }) => {
        const [alpha, scale, inner] = [Number(k.alpha), Number(k.scale), Number(k.input_scale)];
        return F.where(F.le(x, 0n), F.mul(F.exp(F.mul(F.minimum(x, 0n), inner)), alpha * scale * inner), scale);
      },
      rough,
    ),
    'EluBackward1',
    (y, { F, k }) => {
      const scale = Number(k.scale);
      return F.where(F.le(y, 0n), F.mul(F.add(y, Number(k.alpha) * scale), Number(k.input_scale)), scale);
    },
  ),
  // torch takes 1/α of a single-precision α in the gradient.
  ...fromResult(
    activation(
      'celu',
      ', Scalar alpha=1.0',
      ['select', ['le', 'a', 0], ['mul', 'p', ['expm1', ['div', 'a', 'p']]], 'a'],
      'CeluBackward0',
      (args) => ({ alpha: args[1] }),
      (x, { F, k }) => {
        const inverse = 1 / Math.fround(Number(k.alpha));
        return F.where(F.le(x, 0n), F.mul(F.exp(F.mul(F.minimum(x, 0n), inverse)), Number(k.alpha) * inverse), F.ones_like(x));
      },
      rough,
    ),
    'CeluBackward1',
    (y, { F, k }) => {
      const alpha = Number(k.alpha);
      return F.where(F.le(y, 0n), F.mul(F.add(y, alpha), 1 / alpha), F.ones_like(y));
    },
  ),
  ...activation(
    'silu',
    '',
    ['div', 'a', ['add', 1, ['exp', ['neg', 'a']]]],
    'SiluBackward0',
    undefined,
    (x, { F }) => {
      const s = F.sigmoid(x);
      return F.mul(s, F.add(F.mul(x, F.rsub(s, 1n)), 1n));
    },
    smooth,
    numbers,
    undefined,
    () => siluSlope,
  ),
  ...activation(
    'gelu',
    ", *, str approximate='none'",
    (args) => (args[1] === 'tanh' ? geluTanh : geluExact),
    'GeluBackward0',
    (args) => ({ approximate: args[1] }),
    geluSlope,
    smooth,
    () => [],
    (args) => {
      if (args[1] !== 'none' && args[1] !== 'tanh') throw new TorchError('approximate argument must be either none or tanh.');
    },
    (k) => (k.approximate === 'tanh' ? geluTanhSlope : geluExactSlope),
  ),
  ...activation(
    'softplus',
    ', Scalar beta=1, Scalar threshold=20',
    ['select', ['gt', ['mul', 'a', 'p'], 'q'], 'a', ['div', softplusOf(['mul', 'a', 'p']), 'p']],
    'SoftplusBackward0',
    (args) => ({ beta: args[1], threshold: args[2] }),
    (x, { F, k }) => {
      const scaled = F.mul(x, Number(k.beta));
      return F.where(F.gt(scaled, Number(k.threshold)), F.ones_like(x), F.sigmoid(scaled));
    },
    smooth,
    numbers,
    undefined,
    (k) => (Number(k.beta) === 1 && Number(k.threshold) === 20 ? softplusSlope : null),
  ),
  ...activation(
    'mish',
    '',
    ['mul', 'a', ['tanh', softplusOf('a')]],
    'MishBackward0',
    undefined,
    (x, { F }) => {
      const t = F.tanh(F.softplus(x));
      return F.add(t, F.mul(F.mul(x, F.sigmoid(x)), F.rsub(F.mul(t, t), 1n)));
    },
    smooth,
    numbers,
    undefined,
    () => mishSlope,
  ),
  ...activation(
    'hardtanh',
    ', Scalar min_val=-1, Scalar max_val=1',
    ['minimum', ['maximum', 'a', 'p'], 'q'],
    'HardtanhBackward0',
    (args) => ({ max_val: args[2], min_val: args[1] }),
    (x, { F, k }) => F._to_copy(F.logical_and(F.gt(x, Number(k.min_val)), F.lt(x, Number(k.max_val))), { dtype: x.dtype }),
    rough,
  ),
  ...activation(
    'hardsigmoid',
    '',
    ['div', ['minimum', ['maximum', ['add', 'a', 3], 0], 6], 6],
    'HardsigmoidBackward0',
    undefined,
    (x, { F }) => F.mul(F._to_copy(F.logical_and(F.gt(x, -3), F.lt(x, 3)), { dtype: x.dtype }), Math.fround(1 / 6)),
    rough,
  ),
  ...activation(
    'hardswish',
    '',
    ['div', ['mul', 'a', ['minimum', ['maximum', ['add', 'a', 3], 0], 6]], 6],
    'HardswishBackward0',
    undefined,
    (x, { F }) => F.where(F.le(x, -3), F.zeros_like(x), F.where(F.lt(x, 3), F.add(F.div(x, 3n), 0.5), F.ones_like(x))),
    rough,
  ),
  { name: 'relu6', kind: 'composite', overloads: [{ schema: 'relu6(Tensor self) -> Tensor', forward: ([x], F) => F.hardtanh(x, 0n, 6n) }] },
  {
    name: 'selu',
    kind: 'composite',
    overloads: [{ schema: 'selu(Tensor self) -> Tensor', forward: ([x], F) => F.elu(x, 1.6732632423543772, 1.0507009873554805) }],
  },
  {
    name: 'relu6_',
    kind: 'composite',
    overloads: [{ schema: 'relu6_(Tensor(a!) self) -> Tensor(a!)', forward: ([x], F) => F.hardtanh_(x, 0n, 6n) }],
  },
  {
    name: 'selu_',
    kind: 'composite',
    overloads: [{ schema: 'selu_(Tensor(a!) self) -> Tensor(a!)', forward: ([x], F) => F.elu_(x, 1.6732632423543772, 1.0507009873554805) }],
  },
  ...gatedActivations,
];
