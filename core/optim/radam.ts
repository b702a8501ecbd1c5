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
    const rect = rectified ? Math.sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length)) : 1;
    const root2 = Math.sqrt(correction2);
    // float32 rounds where torch's ops do, its numbers included.
    const round = p instanceof Float32Array ? Math.fround : (x: number) => x;
    const [rate, factor, weight1, weight2, keep2] = [lr, rect, 1 - beta1, 1 - beta2, beta2].map(round);
    for (let i = 0; i < p.length; i++) {
      average[i] += weight1 * round(g[i] - average[i]);
      square[i] = round(square[i] * keep2) + round(weight2 * g[i]) * g[i];
      let step = round(round(average[i] / round(correction1)) * rate);
      if (rectified) step = round(round(step * round(round(root2) / round(round(Math.sqrt(square[i])) + round(eps)))) * factor);
      p[i] -= step;
    }
  },
};
