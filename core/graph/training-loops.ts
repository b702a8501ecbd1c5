// Which loop, epoch and batch a step belongs to. Knows sites, leaves and loader passes; never names of variables.
import type { Site } from '../autograd/observer.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Loop } from './trace.ts';

interface Pass {
  readonly loader: number;
  readonly serial: number;
  batches: number;
  ended: boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface Place {
  loop: number;
  /** -1: none. */
  epoch: number;
  /** 0: none. */
  batch: number;
  /** The loop began with this step. */
  opened: boolean;
}

export class TrainingLoops {
  readonly loops: Writable<Loop>[] = [];
  readonly #passes = new Map<number, Pass>();
  #serial = 0;
  /** The pass that last handed out a batch. */
  #latest: Pass | null = null;
  #fresh = false;
  #leaves: readonly Tensor[] = [];
  /** The pass the current loop draws from. */
  #pass: Pass | null = null;
  #epoch = -1;
  #batch = 0;
  /** What the step under way drew, as of its beginning: its pass may have ended when the step is placed. */
  #drawn: Pass | null = null;
  #drawnBatch = 0;
  readonly #place: Place = { loop: -1, epoch: -1, batch: 0, opened: false };

  /** Loops whose totals changed; the caller writes them and clears the set. */
  readonly changed = new Set<number>();

  loaderPass(loader: number, event: 'start' | 'batch' | 'end'): void {
    if (event === 'start') {
      this.#passes.set(loader, { loader, serial: this.#serial++, batches: 0, ended: false });
      return;
    }
    const pass = this.#passes.get(loader);
    if (pass === undefined) return;
    if (event === 'batch') {
      pass.batches++;
      this.#latest = pass;
      this.#fresh = true;
      return;
    }
    pass.ended = true;
    if (pass === this.#pass) {
      const loop = this.loops[this.loops.length - 1];
      if (loop !== undefined && loop.batchesPerEpoch === null) {
        loop.batchesPerEpoch = pass.batches;
        this.changed.add(loop.index);
      }
    }
  }

  /** A step's first event. */
  begin(): void {
    const latest = this.#latest;
    this.#drawn = this.#fresh && latest !== null && !latest.ended ? latest : null;
    this.#drawnBatch = latest === null ? 0 : latest.batches;
    this.#fresh = false;
  }

  /** Places the next step. The returned object is reused. `leaves`: what decides whether it is still the same loop. */
  assign(step: number, backwardCell: number, backwardLine: number, topCell: number, topLine: number, leaves: readonly Tensor[]): Place {
    const place = this.#place;
    const current = this.loops[this.loops.length - 1];
    const same =
      current !== undefined &&
      current.firstStep + current.stepCount === step &&
      current.backwardSite.line === backwardLine &&
      current.backwardSite.cell === backwardCell &&
      current.topLevelSite.line === topLine &&
      current.topLevelSite.cell === topCell &&
      (leaves === this.#leaves || sharesLeaf(leaves, this.#leaves));
    place.opened = !same;
    if (!same) {
      this.end();
      const backwardSite: Site = { cell: backwardCell, line: backwardLine };
      const topLevelSite: Site = { cell: topCell, line: topLine };
      this.loops.push({
        index: this.loops.length,
        firstStep: step,
        stepCount: 0,
        backwardSite,
        topLevelSite,
        epochCount: null,
        batchesPerEpoch: null,
      });
      this.#pass = null;
      this.#epoch = -1;
      this.#batch = 0;
    }
    this.#leaves = leaves;
    const loop = this.loops[this.loops.length - 1];
    loop.stepCount++;
    const drawn = this.#drawn;
    const pass = drawn ?? this.#pass;
    if (pass === null || (drawn === null && this.#batch <= 1)) {
      // No loader, or one batch drawn once and used again and again: an epoch is one turn of the loop.
      this.#epoch++;
      this.#pass = null;
      place.batch = 0;
    } else {
      if (this.#pass === null || pass.serial !== this.#pass.serial) this.#epoch++;
      this.#pass = pass;
      if (drawn !== null) this.#batch = this.#drawnBatch;
      place.batch = this.#batch;
    }
    place.loop = loop.index;
    place.epoch = this.#epoch;
    return place;
  }

  /** The current loop is over: how many epochs it had is known now. */
  end(): void {
    const loop = this.loops[this.loops.length - 1];
    if (loop === undefined || loop.epochCount !== null) return;
    loop.epochCount = this.#epoch + 1;
    this.changed.add(loop.index);
  }
}

function sharesLeaf(a: readonly Tensor[], b: readonly Tensor[]): boolean {
  if (a.length === 0 && b.length === 0) return true;
  return a.some((t) => b.includes(t));
}
