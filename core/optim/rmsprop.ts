// RMSprop (Hinton 2012; centred: Graves 2013).
import type { UpdateRule } from './update-rule.ts';

/** v ← α·v + (1 − α)·g², θ ← θ − γ·g / (√v + ε); centred subtracts the mean gradient's square, momentum collects the steps. */
export const rmsprop: UpdateRule = {
  update(p, g, [square, buffer, mean], [lr, alpha, eps, momentum]) {
    if (square === null) return;
    for (let i = 0; i < p.length; i++) {
      square[i] = alpha * square[i] + (1 - alpha) * g[i] * g[i];
      let variance = square[i];
      if (mean !== null) {
        mean[i] += (1 - alpha) * (g[i] - mean[i]);
        variance -= mean[i] * mean[i];
      }
      const step = g[i] / (Math.sqrt(variance) + eps);
      if (buffer === null) p[i] -= lr * step;
      else {
        buffer[i] = momentum * buffer[i] + step;
        p[i] -= lr * buffer[i];
      }
    }
  },
};
