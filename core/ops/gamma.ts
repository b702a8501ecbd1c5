// The gamma function and its kin: logarithm, derivatives, incomplete and multivariate forms, Hurwitz's zeta.
import { log } from '../tensor/math.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { GradRule, OpDescriptor, SavedSpec } from './descriptor.ts';
import { row, unary } from './row.ts';

const self: readonly SavedSpec[] = [{ name: 'self', argument: 0 }];
const both: readonly SavedSpec[] = [
  { name: 'other', argument: 1 },
  { name: 'self', argument: 0 },
];
const positive = { tensor: [2, 3], low: 0.5, high: 2 } as const;
const above = [{ args: [positive] }];

export const gammaFunctions: OpDescriptor[] = [
  ...row({
    name: 'igamma',
    forms: [{ params: 'Tensor self, Tensor other', expr: ['igamma', 'a', 'b'], result: 'float', grad: incomplete('Igamma', 1) }],
    inPlace: true,
  }),
  ...row({
    name: 'igammac',
    forms: [{ params: 'Tensor self, Tensor other', expr: ['igammac', 'a', 'b'], result: 'float', grad: incomplete('Igammac', -1) }],
    inPlace: true,
  }),
  ...row({
    name: 'special_zeta',
    forms: [
      {
        params: 'Tensor self, Tensor other',
        expr: ['zeta', 'a', 'b'],
        result: 'float',
        grad: {
          name: 'SpecialZetaBackward0',
          saved: both,
          // ∂ζ(s, q)/∂q = -s ζ(s + 1, q)
          backward: (g, { F, s: [q, s], needs }) => {
            if (needs & 1) throw new TorchError("the derivative for 'zeta: self' is not implemented.", 'NotImplementedError');
            return [null, F.mul(g, F.mul(F.neg(s), F.special_zeta(F.add(s, 1n), q)))];
          },
        },
      },
    ],
  }),
  ...unary(
    'lgamma',
    ['lgamma', 'a'],
    { name: 'LgammaBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.digamma(s[0])) },
    { samples: above },
  ),
  ...unary(
    'digamma',
    ['digamma', 'a'],
    { name: 'DigammaBackward0', saved: self, backward: (g, { F, s }) => F.mul(g, F.polygamma(1n, s[0])) },
    { samples: above },
  ),
  {
    name: 'polygamma',
    kind: 'file',
    overloads: row({
      name: 'polygamma',
      forms: [
        {
          params: 'int n, Tensor self',
          expr: ['polygamma', 'p', 'a'],
          scalars: (args) => {
            if (args[0] < 0) throw new TorchError('polygamma(n, x) does not support negative n.');
            return [args[0]];
          },
          result: 'float',
          grad: {
            name: 'PolygammaBackward0',
            saved: [{ name: 'self', argument: 1 }],
            keep: (args) => ({ n: args[0] }),
            backward: (g, { F, s, k }) => F.mul(g, F.polygamma(BigInt(k.n + 1), s[0])),
          },
        },
      ],
    })[0].overloads,
    samples: [{ args: [2n, positive] }],
  },
  {
    name: 'mvlgamma',
    kind: 'file',
    overloads: [
      {
        schema: 'mvlgamma(Tensor self, int p) -> Tensor',
        forward: ([a, p], F) => {
          let out: Tensor = F.lgamma(a);
          for (let j = 1; j < p; j++) out = F.add(out, F.lgamma(F.sub(a, j / 2)));
          return p > 1 ? F.add(out, (p * (p - 1) * log(Math.PI)) / 4) : out;
        },
        grad: {
          name: 'MvlgammaBackward0',
          saved: self,
          keep: (args) => ({ p: args[1] }),
          backward: (g, { F, s: [a], k }) => {
            let slope: Tensor = F.digamma(a);
            for (let j = 1; j < k.p; j++) slope = F.add(slope, F.digamma(F.sub(a, j / 2)));
            return F.mul(g, slope);
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3], low: 2, high: 4 }, 3n] }],
  },
];

/** d/dx only, as in torch: ±x^(a-1) e^(-x) / Γ(a). */
function incomplete(name: string, sign: 1 | -1): GradRule {
  return {
    name: `${name}Backward0`,
    saved: both,
    backward: (g, { F, s: [x, a], needs }) => {
      if (needs & 1) throw new TorchError(`the derivative for '${name.toLowerCase()}: input' is not implemented.`, 'NotImplementedError');
      return [null, F.mul(F.mul(g, sign), F.exp(F.sub(F.sub(F.mul(F.sub(a, 1n), F.log(x)), x), F.lgamma(a))))];
    },
  };
}
