// Adadelta (Zeiler 2012).
import type { UpdateRule } from './update-rule.ts';

/** v ← ρ·v + (1 − ρ)·g², Δ = √(u + ε)/√(v + ε) · g, u ← ρ·u + (1 − ρ)·Δ², θ ← θ − γ·Δ. */
export const adadelta: UpdateRule = {
  update(p, g, [square, moved], [lr, rho, eps]) {
    if (square === null || moved === null) return;
    for (let i = 0; i < p.length; i++) {
      square[i] = rho * square[i] + (1 - rho) * g[i] * g[i];
      const delta = (Math.sqrt(moved[i] + eps) / Math.sqrt(square[i] + eps)) * g[i];
      moved[i] = rho * moved[i] + (1 - rho) * delta * delta;
      p[i] -= lr * delta;
    }
  },
};
