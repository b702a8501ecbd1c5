// Adagrad (Duchi, Hazan, Singer 2011).
import type { UpdateRule } from './update-rule.ts';

/** s ← s + g², θ ← θ − γ/(1 + (t − 1)·η) · g / (√s + ε). */
export const adagrad: UpdateRule = {
  update(p, g, [sum], [lr, lrDecay, eps], t) {
    if (sum === null) return;
    const rate = lr / (1 + (t - 1) * lrDecay);
    for (let i = 0; i < p.length; i++) {
      sum[i] += g[i] * g[i];
      p[i] -= (rate * g[i]) / (Math.sqrt(sum[i]) + eps);
    }
  },
};
