// Resilient propagation (Riedmiller, Braun 1993): the gradient's sign decides, its size does not.
import type { UpdateRule } from './update-rule.ts';

/** Where the sign stayed the step grows by η⁺, where it changed it shrinks by η⁻ and the gradient is skipped once. */
export const rprop: UpdateRule = {
  update(p, g, [previous, size], [etaMinus, etaPlus, smallest, largest]) {
    if (previous === null || size === null) return;
    for (let i = 0; i < p.length; i++) {
      const agreement = g[i] * previous[i];
      const grown = size[i] * (agreement > 0 ? etaPlus : agreement < 0 ? etaMinus : 1);
      size[i] = Math.min(Math.max(grown, smallest), largest);
      const used = agreement < 0 ? 0 : g[i];
      p[i] -= Math.sign(used) * size[i];
      previous[i] = used;
    }
  },
};
