// NAdam (Dozat 2016): Adam with Nesterov's look ahead.
import { pow } from '../tensor/math.ts';
import type { UpdateRule } from './update-rule.ts';

/** μₜ = β₁·(1 − ½·0.96^(t·ψ)); θ takes γ·(1 − μₜ)/(1 − ∏μ) of the gradient and γ·μₜ₊₁/(1 − ∏μ·μₜ₊₁) of its mean, over √v̂ + ε. */
export const nadam: UpdateRule = {
  update(p, g, [product, average, square], [lr, beta1, beta2, eps, momentumDecay], t) {
    if (product === null || average === null || square === null) return;
    const mu = beta1 * (1 - 0.5 * pow(0.96, t * momentumDecay));
    const muNext = beta1 * (1 - 0.5 * pow(0.96, (t + 1) * momentumDecay));
    // The factor is rounded to the product's own type first, as torch's tensor-by-number product does.
    product[0] *= product instanceof Float32Array ? Math.fround(mu) : mu;
    const ofGrad = (lr * (1 - mu)) / (1 - product[0]);
    const ofAverage = (lr * muNext) / (1 - product[0] * muNext);
    const correction = 1 - pow(beta2, t);
    for (let i = 0; i < p.length; i++) {
      average[i] += (1 - beta1) * (g[i] - average[i]);
      square[i] = beta2 * square[i] + (1 - beta2) * g[i] * g[i];
      const scale = Math.sqrt(square[i] / correction) + eps;
      p[i] -= (ofGrad * g[i]) / scale;
      p[i] -= (ofAverage * average[i]) / scale;
    }
  },
};
