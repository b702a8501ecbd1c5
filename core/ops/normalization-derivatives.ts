// Second derivatives of normalisation, in ops: what a gradient of a gradient asks for. Groups are those of a [outer, groups, inner] view.
import type { NormLayout } from '../tensor/device.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Ops } from './descriptor.ts';

interface Parts {
  readonly F: Ops;
  readonly layout: NormLayout;
  readonly g: Tensor;
  readonly x: Tensor;
  readonly weight: Tensor | null;
  /** Fixed moments, where x's own are not meant. */
  readonly fixed: { readonly mean: Tensor; readonly variance: Tensor } | null;
  readonly eps: number;
}

/** The weight spread over [outer, groups, inner]; `back` sums such a tensor to the weight's shape. */
function spreading(
  F: Ops,
  { outer, groups, inner, step, period }: NormLayout,
): { over: (weight: Tensor) => Tensor; back: (full: Tensor, shape: readonly number[]) => Tensor } {
  const rounds = (groups * inner) / (step * period);
  return {
    over: (weight) => F.reshape(F.expand(F.reshape(weight, [1, 1, period, 1]), [outer, rounds, period, step]), [outer, groups, inner]),
    back: (full, shape) => F.reshape(F.sum(F.reshape(full, [outer * rounds, period, step]), [0, 2]), shape),
  };
}

/** Gradients of (dx, dw, db) with respect to (g, x, w), given u, v, z for the three. */
export function normalizeDoubleBackward(
  { F, layout, g, x, weight, fixed, eps }: Parts,
  u: Tensor | null,
  v: Tensor | null,
  z: Tensor | null,
): (Tensor | null)[] {
  const { outer, groups, inner } = layout;
  const whole = (t: Tensor): Tensor => F.reshape(t, [outer, groups, inner]);
  const { over, back } = spreading(F, layout);
  const mean = (t: Tensor): Tensor => F.mean(t, [0, 2], true);
  const gg = whole(g);
  const xx = whole(x);
  const per = (t: Tensor): Tensor => F.reshape(t, [1, groups, 1]);
  const centre = fixed === null ? mean(xx) : per(fixed.mean);
  const away = F.sub(xx, centre);
  const variance = fixed === null ? mean(F.mul(away, away)) : per(fixed.variance);
  const r = F.rsqrt(F.add(variance, eps)) as Tensor;
  const y = F.mul(away, r) as Tensor;
  // P q: the slope of x̂ applied to q; its own transpose.
  const slope = (q: Tensor): Tensor => (fixed === null ? F.mul(r, F.sub(F.sub(q, mean(q)), F.mul(y, mean(F.mul(q, y))))) : F.mul(r, q));
  const ww = weight === null ? null : over(weight);
  const scaled = (t: Tensor): Tensor => (ww === null ? t : F.mul(t, ww));
  const h = scaled(gg);
  let toG: Tensor | null = null;
  let toX: Tensor | null = null;
  let toW: Tensor | null = null;
  const plus = (a: Tensor | null, b: Tensor): Tensor => (a === null ? b : F.add(a, b));
  if (u !== null) {
    const uu = whole(u);
    const p = slope(uu);
    toG = scaled(p);
    if (weight !== null) toW = back(F.mul(gg, p), weight.shape);
    if (fixed === null) {
      // S = r(Σuh - n<u><h> - n<ux̂><hx̂>) through r and through x̂
      const uy = mean(F.mul(uu, y));
      const hy = mean(F.mul(h, y));
      const inside = F.sub(F.sub(mean(F.mul(uu, h)), F.mul(mean(uu), mean(h))), F.mul(uy, hy));
      const throughY = slope(F.neg(F.mul(r, F.add(F.mul(uu, hy), F.mul(h, uy)))));
      toX = F.sub(throughY, F.mul(F.mul(F.mul(r, r), y), inside));
    }
  }
  if (v !== null) {
    const vv = over(v);
    toG = plus(toG, F.mul(vv, y));
    toX = plus(toX, slope(F.mul(vv, gg)));
  }
  if (z !== null) toG = plus(toG, over(z));
  return [toG === null ? null : F.reshape(toG, g.shape), toX === null ? null : F.reshape(toX, x.shape), toW];
}
