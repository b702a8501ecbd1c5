// The step under way as the Trace shows it: written when something of it is to be seen, written again until it closes, and placed in its loop.
import type { HeldSteps } from './held-steps.ts';
import type { KnownPlan } from './plan-catalogue.ts';
import type { Scratch } from './tensor-columns.ts';
import { stepFlag } from './trace-records.ts';
import type { TraceRing } from './trace-ring.ts';
import type { TrainingLoops } from './training-loops.ts';

/** Reused for every step. */
const entry = {
  index: 0,
  plan: 0,
  loop: -1,
  epoch: -1,
  batch: 0,
  flags: 0,
  hyper: -1,
  eventCount: 0,
  backwardCell: 0,
  backwardLine: 0,
  trainLoss: 0,
  firstEvent: 0,
  ticketPlace: 0,
  ticket: 0,
};

export class VisibleStep {
  /** Steps in the Trace, this one included where it is visible. */
  stepCount = 0;
  /** What the step has besides its plan. */
  flags = 0;
  hyper = -1;
  trainLoss = 0;
  readonly #ring: TraceRing;
  readonly #loops: TrainingLoops;
  readonly #held: HeldSteps | null;
  #eventCount = 0;
  #visible = false;
  #plan: KnownPlan | null = null;
  #events = 0;
  #slots = 0;
  #placed = false;
  #loop = -1;
  #epoch = -1;
  #batch = 0;

  constructor(ring: TraceRing, loops: TrainingLoops, held: HeldSteps | null) {
    this.#ring = ring;
    this.#loops = loops;
    this.#held = held;
  }

  /** Writes the step; the head alone where all these values are visible already. `place`: its end is known, and it belongs to a loop. */
  write(
    known: KnownPlan,
    eventCount: number,
    slotCount: number,
    bodyBytes: number,
    scratch: Scratch,
    closed: boolean,
    place: boolean,
  ): void {
    if (this.#visible && (known !== this.#plan || slotCount !== this.#slots)) this.#hide();
    this.#plan = known;
    const index = this.#visible ? this.stepCount - 1 : this.stepCount;
    if (place && !this.#placed) this.#place(known, index);
    entry.index = index;
    entry.plan = known.index;
    entry.loop = this.#placed ? this.#loop : -1;
    entry.epoch = this.#placed ? this.#epoch : -1;
    entry.batch = this.#placed ? this.#batch : 0;
    entry.flags = this.flags | (closed ? stepFlag.closed : 0);
    entry.hyper = this.hyper;
    entry.eventCount = eventCount;
    entry.backwardCell = known.backwardCell;
    entry.backwardLine = known.backwardLine;
    entry.trainLoss = this.trainLoss;
    entry.firstEvent = this.#visible ? this.#eventCount - this.#events : this.#eventCount;
    entry.ticketPlace = this.#held?.place ?? 0;
    entry.ticket = entry.ticketPlace === 0 ? 0 : (this.#held as HeldSteps).ticket;
    if (this.#visible) this.#ring.amendLastStep(entry);
    else if (this.#ring.addStep(entry, scratch, bodyBytes)) this.#visible = true;
    else return;
    this.stepCount = index + 1;
    this.#eventCount = entry.firstEvent + eventCount;
    this.#events = eventCount;
    this.#slots = slotCount;
  }

  /** It is over, and the next one begins. */
  end(): void {
    if (this.#held !== null) {
      if (this.#visible) this.#held.close(this.stepCount - 1, this.#ring.lastStepKept);
      else this.#held.forget();
    }
    this.#visible = false;
    this.#placed = false;
    this.flags = 0;
    this.hyper = -1;
  }

  writeLoops(): void {
    const { changed, loops } = this.#loops;
    if (changed.size === 0) return;
    for (const index of changed) this.#ring.patchLoop(loops[index]);
    changed.clear();
  }

  /** Once a step; it may be written again after that. */
  #place(known: KnownPlan, index: number): void {
    const place = this.#loops.assign(index, known.backwardCell, known.backwardLine, known.topCell, known.topLine, known.loopLeaves);
    this.#placed = true;
    this.#loop = place.loop;
    this.#epoch = place.epoch;
    this.#batch = place.batch;
    const loop = this.#loops.loops[place.loop];
    if (place.opened) this.#ring.addLoop(loop);
    else this.#ring.patchLoopSteps(place.loop, loop.stepCount);
    this.writeLoops();
  }

  #hide(): void {
    this.#visible = false;
    this.#ring.dropLastStep();
    this.stepCount--;
    this.#eventCount -= this.#events;
  }
}
