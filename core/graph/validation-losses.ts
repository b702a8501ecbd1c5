// Losses met in evaluation after a step: their mean is the step's validation loss. Only losses that were also trained on count.
import type { Tensor } from '../tensor/tensor.ts';
import { scalarOf } from './tensor-columns.ts';
import type { TraceRing } from './trace-ring.ts';

export class ValidationLosses {
  readonly #ring: TraceRing;
  readonly #trainedOn = new Set<string>();
  #sum = 0;
  #count = 0;
  #last: Tensor | null = null;
  #lastValue = 0;

  constructor(ring: TraceRing) {
    this.#ring = ring;
  }

  /** `key` identifies a callable loss, as in `Observer.loss`. */
  trainsOn(key: string): void {
    this.#trainedOn.add(key);
  }

  counts(key: string, loss: Tensor): boolean {
    return this.#trainedOn.has(key) && loss.numel === 1;
  }

  add(loss: Tensor): void {
    this.#last = loss;
    this.#lastValue = scalarOf(loss);
    this.#sum += this.#lastValue;
    this.#count++;
    this.#ring.patchValidation(this.#sum / this.#count);
  }

  /** A loss met in eval mode was trained on after all, where it is the one met last. */
  takeBack(root: Tensor): void {
    if (root !== this.#last) return;
    this.#last = null;
    this.#sum -= this.#lastValue;
    this.#count--;
    this.#ring.patchValidation(this.#count > 0 ? this.#sum / this.#count : null);
  }

  /** A new step begins. */
  reset(): void {
    this.#sum = 0;
    this.#count = 0;
    this.#last = null;
  }
}
