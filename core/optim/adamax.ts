// Adamax (Kingma, Ba 2015): Adam with the infinity norm.
import { pow } from '../tensor/math.ts';
import type { UpdateRule } from './update-rule.ts';

/** m ← β₁·m + (1 − β₁)·g, u ← max(β₂·u, |g| + ε), θ ← θ − γ/(1 − β₁ᵗ) · m/u. */
export const adamax: UpdateRule = {
  update(p, g, [average, largest], [lr, beta1, beta2, eps], t) {
    if (average === null || largest === null) return;
    const rate = lr / (1 - pow(beta1, t));
    for (let i = 0; i < p.length; i++) {
      average[i] += (1 - beta1) * (g[i] - average[i]);
      const old = beta2 * largest[i];
      const now = Math.abs(g[i]) + eps;
      // NaN wins, as in torch's maximum.
      largest[i] = now > old || Number.isNaN(now) ? now : old;
      p[i] -= (rate * average[i]) / largest[i];
    }
  },
};
