// Rows of special functions and of what floating point itself asks for: Bessel functions, sinc, logit, hypot, nan_to_num, bit shifts.
import { isHalf } from '../tensor/dtype.ts';
import type { Binary, Expr } from '../tensor/expr.ts';
import { log } from '../tensor/math.ts';
import { notInNabla, TorchError } from '../tensor/torch-error.ts';
import type { Arg, GradRule, OpDescriptor, SavedSpec } from './descriptor.ts';
import { gammaFunctions } from './gamma.ts';
import { onlyFloats, onlyWholes } from './kernel-types.ts';
import { type RowForm, row, unary } from './row.ts';

const self: readonly SavedSpec[] = [{ name: 'self', argument: 0 }];
const both: readonly SavedSpec[] = [
  { name: 'other', argument: 1 },
  { name: 'self', argument: 0 },
];
const positive = { tensor: [2, 3], low: 0.5, high: 2 } as const;
const above = [{ args: [positive] }];
const two = [{ args: [positive, { tensor: [3], low: 0.5, high: 2 }] }];
const steps = [{ args: [{ tensor: [2, 3] }, { tensor: [3] }], rough: true }];

/** A row of two tensors. */
function pair(
  name: string,
  expr: RowForm['expr'],
  grad: GradRule | undefined,
  more: Partial<RowForm> & { inPlace?: boolean } = {},
): OpDescriptor[] {
  const { inPlace = true, ...form } = more;
  return row({
    name,
    forms: [{ params: 'Tensor self, Tensor other', expr, grad, ...form }],
    inPlace,
    samples: grad === undefined ? [] : name === 'hypot' || name.startsWith('logaddexp') ? two : steps,
  });
}

/** g where mine is taken, half where both are equal; a NaN of the other side leaves mine. */
function numericExtremum(name: 'fmax' | 'fmin', mine: 'ge' | 'le'): OpDescriptor[] {
  const pick: Expr = ['select', ['isnan', 'a'], 'b', ['select', ['isnan', 'b'], 'a', [name === 'fmax' ? 'maximum' : 'minimum', 'a', 'b']]];
  return pair(
    name,
    pick,
    {
      name: name === 'fmax' ? 'FmaxBackward0' : 'FminBackward0',
      saved: both,
      backward: (g, { F, s: [b, a], needs }) => {
        const taken = F.logical_or(F[mine](a, b), F.isnan(b));
        return [needs & 1 ? F.masked_fill(g, F.logical_not(taken), 0n) : null, needs & 2 ? F.masked_fill(g, taken, 0n) : null];
      },
    },
    { inPlace: false },
  );
}

const magnitude = (x: Expr): Expr => ['abs', x];
const equalInfinities: Expr = ['and', ['isinf', 'a'], ['eq', 'a', 'b']];
function logAdd(name: 'logaddexp' | 'logaddexp2'): OpDescriptor[] {
  const gap: Expr = ['neg', magnitude(['sub', 'a', 'b'])];
  const tail: Expr = name === 'logaddexp' ? ['log1p', ['exp', gap]] : ['mul', ['log1p', ['exp2', gap]], 1 / Math.LN2];
  const power = name === 'logaddexp' ? 'exp' : 'exp2';
  return pair(
    name,
    ['select', equalInfinities, 'a', ['add', ['maximum', 'a', 'b'], tail]],
    {
      name: name === 'logaddexp' ? 'LogaddexpBackward0' : 'Logaddexp2Backward0',
      saved: both,
      // g / (1 + e^(b - a)), g / (1 + e^(a - b))
      backward: (g, { F, s: [b, a], needs }) => [
        needs & 1 ? F.div(g, F.add(F[power](F.sub(b, a)), 1n)) : null,
        needs & 2 ? F.div(g, F.add(F[power](F.sub(a, b)), 1n)) : null,
      ],
    },
    { inPlace: false, check: onlyFloats(`${name}_cpu`) },
  );
}

/** x + ½/(x + 1/(x + 1½/(x + …))): what 1/√π is divided by, far out. */
function scaledTail(terms: number): Expr {
  let out: Expr = 'a';
  for (let k = terms; k > 0; k--) out = ['add', 'a', ['div', k / 2, out]];
  return out;
}

/** `pair` with a form for a number, which has a node of its own. */
function withScalar(name: string, expr: [Binary, 'a', 'b'], grad: GradRule, more: Partial<RowForm>): OpDescriptor[] {
  return row({
    name,
    forms: [
      {
        overload: 'Scalar',
        params: 'Tensor self, Scalar other',
        expr: [expr[0], 'a', 'p'],
        scalars: (args) => [Number(args[1])],
        result: more.result,
        grad: {
          name: grad.name.replace(/0$/, '1'),
          saved: [
            { name: 'result', output: 0 },
            { name: 'self', argument: 0 },
          ],
          backward: (g, { F, s: [r, a] }) => F.masked_fill(F.mul(g, F.div(r, a)), F.eq(a, 0n), 0n),
        },
      },
      { overload: 'Tensor', params: 'Tensor self, Tensor other', expr, grad, ...more },
    ],
    inPlace: true,
    samples: steps,
  });
}

const eps = (args: { [i: number]: Arg }): number | null => (args[1] === null || args[1] === undefined ? null : Number(args[1]));
const largest = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE } as const;

/** `sgn` and `abs` of whole numbers stay whole; these are floating. */
export const special: OpDescriptor[] = [
  ...numericExtremum('fmax', 'ge'),
  ...numericExtremum('fmin', 'le'),
  ...pair(
    'hypot',
    ['hypot', 'a', 'b'],
    {
      name: 'HypotBackward0',
      saved: [...both, { name: 'result', output: 0 }],
      // g a/r, g b/r
      backward: (g, { F, s: [b, a, r], needs }) => [needs & 1 ? F.mul(g, F.div(a, r)) : null, needs & 2 ? F.mul(g, F.div(b, r)) : null],
    },
    { check: onlyFloats('hypot_cpu') },
  ),
  ...logAdd('logaddexp'),
  ...logAdd('logaddexp2'),
  ...pair(
    'heaviside',
    ['select', ['isnan', 'a'], 'a', ['select', ['eq', 'a', 0], 'b', ['gt', 'a', 0]]],
    {
      name: 'NotImplemented',
      backward: () => {
        throw new TorchError('derivative for aten::heaviside is not implemented');
      },
    },
    {
      check: (args) => {
        if (args[0].dtype !== args[1].dtype) throw new TorchError('heaviside is not yet implemented for tensors with different dtypes.');
      },
    },
  ).map((op) => ({ ...op, samples: [] })),
  ...withScalar(
    'copysign',
    ['copysign', 'a', 'b'],
    {
      name: 'CopysignBackward0',
      saved: [...both, { name: 'result', output: 0 }],
      // ±g as the sign was kept or turned
      backward: (g, { F, s: [b, a, r], needs }) => [
        needs & 1 ? F.masked_fill(F.mul(g, F.div(r, a)), F.eq(a, 0n), 0n) : null,
        needs & 2 ? F.zeros_like(b) : null,
      ],
    },
    { result: 'float' },
  ),
  ...unary(
    'special_erfcx',
    ['select', ['lt', 'a', 5], ['mul', ['exp', ['mul', 'a', 'a']], ['erfc', 'a']], ['div', 1 / Math.sqrt(Math.PI), scaledTail(12)]],
    {
      name: 'SpecialErfcxBackward0',
      saved: [
        { name: 'result', output: 0 },
        { name: 'self', argument: 0 },
      ],
      // 2x e^(x²) erfc(x) - 2/√π
      backward: (g, { F, s: [r, a] }) => F.mul(F.sub(F.mul(F.mul(a, 2), r), 2 / Math.sqrt(Math.PI)), g),
    },
  ),
  ...pair(
    'nextafter',
    (args) => (args[0].dtype === 'float32' ? ['nextfloat', 'a', 'b'] : ['nextafter', 'a', 'b']),
    {
      name: 'NextafterBackward0',
      backward: (g, { F, needs }) => [needs & 1 ? g : null, needs & 2 ? F.zeros_like(g) : null],
    },
    {
      check: (args, compute) => {
        onlyFloats('nextafter_cpu')(args, compute);
        if (isHalf(compute)) throw notInNabla(`torch.nextafter of ${compute}`);
      },
    },
  ).map((op) => ({ ...op, samples: [] })),
  ...pair('gcd', ['gcd', 'a', 'b'], undefined, { check: onlyWholes('gcd_cpu', false) }),
  ...pair('lcm', ['lcm', 'a', 'b'], undefined, { check: onlyWholes('lcm_cpu', false) }),
  ...pair('bitwise_left_shift', ['shl', 'a', 'b'], undefined, { overload: 'Tensor', check: onlyWholes('lshift_cpu', false) }),
  ...pair('bitwise_right_shift', ['shr', 'a', 'b'], undefined, { overload: 'Tensor', check: onlyWholes('rshift_cpu', false) }),
  ...gammaFunctions,
  ...unary(
    'erfinv',
    ['erfinv', 'a'],
    {
      name: 'ErfinvBackward0',
      saved: self,
      // √π/2 e^(y²)
      backward: (g, { F, s }) => F.mul(F.mul(F.exp(F.pow(F.erfinv(s[0]), 2n)), 0.886226925452758), g),
    },
    { samples: [{ args: [{ tensor: [2, 3], low: -0.8, high: 0.8 }] }] },
  ),
  ...unary('i0', ['i0', 'a'], { name: 'I0Backward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.special_i1(s[0])) }),
  ...unary('special_i0e', ['i0e', 'a'], {
    name: 'SpecialI0EBackward0',
    saved: [...self, { name: 'result', output: 0 }],
    backward: (g, { F, s: [a, r] }) => F.mul(g, F.sub(F.special_i1e(a), F.mul(F.sgn(a), r))),
  }),
  ...unary('special_i1', ['i1', 'a'], {
    name: 'SpecialI1Backward0',
    saved: [...self, { name: 'result', output: 0 }],
    // I₀ - I₁/x
    backward: (g, { F, s: [a, r] }) => F.mul(g, F.where(F.eq(a, 0n), 0.5, F.sub(F.i0(a), F.div(r, F.where(F.eq(a, 0n), 1, a))))),
  }),
  ...unary('special_i1e', ['i1e', 'a'], {
    name: 'SpecialI1EBackward0',
    saved: [...self, { name: 'result', output: 0 }],
    backward: (g, { F, s: [a, r] }) =>
      F.mul(g, F.where(F.eq(a, 0n), 0.5, F.sub(F.special_i0e(a), F.mul(r, F.add(F.sgn(a), F.reciprocal(F.where(F.eq(a, 0n), 1, a))))))),
  }),
  ...unary('sinc', ['select', ['eq', 'a', 0], 1, ['div', ['sin', ['mul', 'a', Math.PI]], ['mul', 'a', Math.PI]]], {
    name: 'SincBackward0',
    saved: self,
    // g (cos(πx) πx - sin(πx)) / (πx²), 0 at 0
    backward: (g, { F, s: [a] }) => {
      const px = F.mul(a, Math.PI);
      const slope = F.div(F.mul(g, F.sub(F.mul(F.cos(px), px), F.sin(px))), F.mul(px, a));
      return F.masked_fill(slope, F.eq(a, 0n), 0n);
    },
  }),
  ...row({
    name: 'logit',
    forms: [
      {
        params: 'Tensor self, float? eps=None',
        expr: (args) => (eps(args) === null ? logitPlain : logitClamped),
        scalars: (args) => [eps(args) ?? 0],
        result: 'float',
        grad: {
          name: 'LogitBackward0',
          saved: self,
          keep: (args) => ({ eps: args[1] ?? null }),
          backward: (g, { F, s: [a], k }) => {
            const slope = F.div(g, F.mul(a, F.rsub(a, 1n)));
            const low = k.eps === null ? 0 : Number(k.eps);
            const outside = F.logical_or(F.lt(a, low), F.gt(a, 1 - low));
            return F.masked_fill(slope, outside, k.eps === null ? NaN : 0);
          },
        },
      },
    ],
    inPlace: true,
    samples: [{ args: [{ tensor: [2, 3], low: 0.1, high: 0.9 }] }],
  }),
  ...row({
    name: 'nan_to_num',
    forms: [
      {
        params: 'Tensor self, float? nan=None, float? posinf=None, float? neginf=None',
        expr: ['select', ['isnan', 'a'], 'p', ['select', ['eq', 'a', Infinity], 'q', ['select', ['eq', 'a', -Infinity], 'r', 'a']]],
        scalars: (args) => {
          const top = largest[args[0].dtype as 'float32'] ?? 0;
          return [args[1] ?? 0, args[2] ?? top, args[3] ?? -top];
        },
        result: 'same',
        grad: {
          name: 'NanToNumBackward0',
          saved: self,
          backward: (g, { F, s: [a] }) => F.mul(g, F.isfinite(a)),
        },
      },
    ],
    inPlace: true,
    samples: [{ args: [{ tensor: [2, 3] }] }],
  }),
  ...row({
    name: 'angle',
    forms: [
      {
        params: 'Tensor self',
        expr: ['select', ['isnan', 'a'], 'a', ['select', ['lt', 'a', 0], Math.PI, 0]],
        result: 'float',
        grad: { name: 'AngleBackward0', saved: [{ name: 'self', argument: 0 }], backward: (g, { F }) => F.zeros_like(g) },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }] }],
  }),
  ...unary('deg2rad', ['mul', 'a', Math.PI / 180], { name: 'Deg2RadBackward0', backward: (g, { F }) => F.mul(g, Math.PI / 180) }),
  ...unary('rad2deg', ['mul', 'a', 180 / Math.PI], { name: 'Rad2DegBackward0', backward: (g, { F }) => F.mul(g, 180 / Math.PI) }),
  ...(['mantissa', 'exponent'] as const).map((part): OpDescriptor => frexpPart(part)),
  {
    name: 'frexp',
    kind: 'file',
    overloads: [
      {
        schema: 'frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)',
        forward: ([a], F) => [F._frexp_mantissa(a), F._to_copy(F._frexp_exponent(a), { dtype: 'int32' })],
        grad: {
          name: 'FrexpBackward0',
          saved: [{ name: 'exponent', output: 1 }],
          backward: (g, { F, s: [e] }) => F.div(g, F.pow(2, e)),
        },
      },
    ],
    samples: [{ args: [positive], rough: true }],
  },
  ...unary('signbit', ['signbit', 'a'], undefined, { result: 'bool' }),
  ...unary('isposinf', ['eq', 'a', Infinity], undefined, { result: 'bool' }),
  ...unary('isneginf', ['eq', 'a', -Infinity], undefined, { result: 'bool' }),
  ...unary('isreal', ['eq', 0, 0], undefined, { result: 'bool' }),
  ...unary(
    'special_log_ndtr',
    [
      'select',
      ['lt', 'a', -1],
      ['log', ['mul', 0.5, ['erfc', ['mul', 'a', -Math.SQRT1_2]]]],
      ['log1p', ['mul', -0.5, ['erfc', ['mul', 'a', Math.SQRT1_2]]]],
    ],
    {
      name: 'SpecialLogNdtrBackward0',
      saved: [...self, { name: 'result', output: 0 }],
      // φ(x) / Φ(x)
      backward: (g, { F, s: [a, r] }) => F.mul(g, F.exp(F.sub(F.sub(F.mul(F.pow(a, 2n), -0.5), log(Math.sqrt(2 * Math.PI))), r))),
    },
  ),
  {
    name: 'special_ndtr',
    kind: 'composite',
    overloads: [
      {
        schema: 'special_ndtr(Tensor self) -> Tensor',
        forward: ([a], F) => F.mul(F.add(F.erf(F.mul(a, Math.SQRT1_2)), 1), 0.5),
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }] }],
  },
  ...unary(
    'special_ndtri',
    ['mul', Math.SQRT2, ['erfinv', ['sub', ['mul', 2, 'a'], 1]]],
    {
      name: 'SpecialNdtriBackward0',
      saved: [{ name: 'result', output: 0 }],
      backward: (g, { F, s: [r] }) => F.mul(g, F.mul(F.exp(F.mul(F.pow(r, 2n), 0.5)), Math.sqrt(2 * Math.PI))),
    },
    { samples: [{ args: [{ tensor: [2, 3], low: 0.2, high: 0.8 }] }] },
  ),
  ...unary(
    'special_entr',
    [
      'select',
      ['isnan', 'a'],
      'a',
      ['select', ['gt', 'a', 0], ['neg', ['mul', 'a', ['log', 'a']]], ['select', ['eq', 'a', 0], 0, -Infinity]],
    ],
    {
      name: 'SpecialEntrBackward0',
      saved: self,
      backward: (g, { F, s: [a] }) => F.mul(g, F.sub(F.neg(F.log(a)), 1n)),
    },
    { samples: above },
  ),
  ...row({
    name: 'special_xlog1py',
    forms: [
      {
        params: 'Tensor self, Tensor other',
        expr: ['select', ['isnan', 'b'], 'b', ['select', ['eq', 'a', 0], 0, ['mul', 'a', ['log1p', 'b']]]],
        result: 'float',
        grad: {
          name: 'SpecialXlog1PyBackward0',
          saved: both,
          backward: (g, { F, s: [b, a], needs }) => [
            needs & 1 ? F.mul(g, F.log1p(b)) : null,
            needs & 2 ? F.div(F.mul(g, a), F.add(b, 1n)) : null,
          ],
        },
      },
    ],
    samples: two,
  }),
  {
    name: 'positive',
    kind: 'composite',
    overloads: [
      {
        schema: 'positive(Tensor(a) self) -> Tensor(a)',
        forward: ([a]) => {
          if (a.dtype === 'bool') throw new TorchError('The `+` operator, on a bool tensor is not supported.');
          return a;
        },
      },
    ],
  },
  ...pair(
    'ldexp',
    ['mul', 'a', ['exp2', 'b']],
    {
      name: 'LdexpBackward0',
      saved: [
        { name: 'other', argument: 1 },
        { name: 'self', argument: 0, when: 2 },
      ],
      // g 2ᵇ, g a 2ᵇ ln 2
      backward: (g, { F, s: [b, a], needs }) => {
        const scaled = F.mul(g, F.pow(2, b));
        return [needs & 1 ? scaled : null, needs & 2 ? F.mul(F.mul(scaled, a), Math.LN2) : null];
      },
    },
    { overload: 'Tensor', result: 'float' },
  ),
];

function frexpPart(part: 'mantissa' | 'exponent'): OpDescriptor {
  return row({ name: `_frexp_${part}`, forms: [{ params: 'Tensor self', expr: [part, 'a'], result: 'float' }] })[0];
}

const logitPlain: Expr = ['log', ['div', 'a', ['sub', 1, 'a']]];
const clamped: Expr = ['select', ['lt', 'a', 'p'], 'p', ['select', ['gt', 'a', ['sub', 1, 'p']], ['sub', 1, 'p'], 'a']];
const logitClamped: Expr = ['log', ['div', clamped, ['sub', 1, clamped]]];
