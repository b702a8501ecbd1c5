// Hyper-parameters as the Trace has them: a new entry only where they changed.
import type { HyperParameters } from '../autograd/observer.ts';
import type { TraceRing } from './trace-ring.ts';

export class HyperTrail {
  readonly #ring: TraceRing;
  #optimizer = '';
  /** The object told last: the same one says the same. */
  #told: HyperParameters | null = null;
  #keys: string[] = [];
  #values: number[] = [];
  #index = -1;
  #byHand = -1;

  constructor(ring: TraceRing) {
    this.#ring = ring;
  }

  /** The entry of an optimizer's step. */
  of(optimizer: string, hyper: HyperParameters): number {
    if (hyper === this.#told && optimizer === this.#optimizer && this.#index >= 0) return this.#index;
    this.#told = hyper;
    let same = this.#index >= 0 && optimizer === this.#optimizer;
    const keys = this.#keys;
    const values = this.#values;
    for (let i = 0; same && i < keys.length; i++) same = hyper[keys[i]] === values[i];
    if (!same) {
      this.#optimizer = optimizer;
      this.#keys = Object.keys(hyper);
      this.#values = this.#keys.map((key) => hyper[key]);
      this.#index = this.#ring.addHyper(optimizer, hyper);
    }
    return this.#index;
  }

  /** The entry of steps that update their leaves without an optimizer. */
  byHand(): number {
    if (this.#byHand < 0) this.#byHand = this.#ring.addHyper('by hand', {});
    return this.#byHand;
  }

  isByHand(index: number): boolean {
    return index >= 0 && index === this.#byHand;
  }
}
