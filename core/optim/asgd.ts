// Averaged stochastic gradient descent (Polyak, Juditsky 1992).
import { pow } from '../tensor/math.ts';
import type { UpdateRule } from './update-rule.ts';

/** θ ← (1 − λ·η)·θ − η·g, a ← a + μ·(θ − a), η = γ/(1 + λ·γ·t)^α, μ = 1/max(1, t − t₀). */
export const asgd: UpdateRule = {
  update(p, g, [eta, mu, mean], [lr, lambd, alpha, t0], t) {
    if (eta === null || mu === null || mean === null) return;
    const rate = eta[0];
    const weight = mu[0];
    for (let i = 0; i < p.length; i++) {
      p[i] *= 1 - lambd * rate;
      p[i] -= rate * g[i];
      mean[i] = weight === 1 ? p[i] : mean[i] + (p[i] - mean[i]) * weight;
    }
    eta[0] = lr / pow(1 + lambd * lr * t, alpha);
    mu[0] = 1 / Math.max(1, t - t0);
  },
};
