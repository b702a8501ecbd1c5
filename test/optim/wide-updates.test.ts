import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../core/devices/cpu/index.ts';
import { parameter } from '../../core/nn/index.ts';
import { Adam, AdamW, type Optimizer, SGD } from '../../core/optim/index.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { fastPaths, on } from '../devices/kernel-paths.ts';
import { stream } from '../ops/sample-inputs.ts';

const hyper = fc.record({
  maximize: fc.boolean(),
  weight_decay: fc.constantFrom(0, 0.03),
  momentum: fc.constantFrom(0, 0.9),
  nesterov: fc.boolean(),
  dampening: fc.constantFrom(0, 0.3),
  amsgrad: fc.boolean(),
  rule: fc.constantFrom('SGD' as const, 'Adam' as const, 'AdamW' as const),
  seed: fc.nat(1e6),
});
type Hyper = typeof hyper extends fc.Arbitrary<infer T> ? T : never;

/** Three steps of a parameter cut into pieces of `size`; gradients do not depend on it. */
function stepped({ rule, seed, momentum, nesterov, dampening, amsgrad, ...common }: Hyper, size: number): number[] {
  const n = 1300;
  const next = stream(seed);
  const of = (): Float32Array => Float32Array.from({ length: n }, () => 2 * next() - 1);
  const values = of();
  const parts = Array.from({ length: Math.ceil(n / size) }, (_, i) => parameter(Tensor.fromTyped(values.slice(i * size, (i + 1) * size))));
  const sgd = { lr: 0.05, momentum, nesterov: nesterov && momentum > 0 && dampening === 0, dampening, ...common };
  const made: Optimizer =
    rule === 'SGD'
      ? new SGD(parts, sgd)
      : rule === 'Adam'
        ? new Adam(parts, { amsgrad, ...common })
        : new AdamW(parts, { amsgrad, ...common });
  for (let step = 0; step < 3; step++) {
    const grads = of();
    parts.forEach((part, i) => {
      part.grad = Tensor.fromTyped(grads.slice(i * size, (i + 1) * size));
    });
    made.step();
  }
  return parts.flatMap((part) => Array.from(part.toTyped() as Float32Array));
}

describe('a large parameter', () => {
  for (const path of fastPaths)
    it(`is updated to the bits of its pieces (${path})`, () => {
      fc.assert(
        fc.property(hyper, (h) => {
          expect(on(path, () => stepped(h, 1300))).toEqual(on('reference', () => stepped(h, 130)));
        }),
        { numRuns: 60 },
      );
    });
});
