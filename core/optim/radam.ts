// RAdam (Liu et al. 2019): Adam whose adaptive rate waits until its variance can be trusted.
import { pow } from '../tensor/math.ts';
import type { UpdateRule } from './update-rule.ts';

/** ρₜ = ρ∞ − 2t·β₂ᵗ/(1 − β₂ᵗ); beyond 5 the step is rectified and adaptive, before it is m̂ alone. */
export const radam: UpdateRule = {
  update(p, g, [average, square], [lr, beta1, beta2, eps], t) {
    if (average === null || square === null) return;
    const correction1 = 1 - pow(beta1, t);
    const correction2 = 1 - pow(beta2, t);
    const limit = 2 / (1 - beta2) - 1;
    const length = limit - (2 * t * pow(beta2, t)) / correction2;
    const rectified = length > 5;
    const factor = rectified
      ? Math.sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length)) * Math.sqrt(correction2)
      : 1;
    for (let i = 0; i < p.length; i++) {
      average[i] += (1 - beta1) * (g[i] - average[i]);
      square[i] = beta2 * square[i] + (1 - beta2) * g[i] * g[i];
      const step = (average[i] / correction1) * lr;
      p[i] -= rectified ? (step * factor) / (Math.sqrt(square[i]) + eps) : step;
    }
  },
};
