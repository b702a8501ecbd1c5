// Where a running script stops for the window: the control block read at `backward()`, `optimizer.step()` and, when asked, each op.
// It knows no tensor; waiting and applying hyper-parameters are handed in.
import { control, hyperNames, pace } from './protocol.ts';

type PausePoint = 'op' | 'backward' | 'step' | 'epoch';

interface PauseHost {
  /** Blocks until the control block changes or `ms` have passed. */
  wait(ms: number): void;
  /** Told when the script stops and goes on. */
  paused(isPaused: boolean): void;
  /** Sets a hyper-parameter of the live optimizer. */
  setHyper(name: string, value: number): void;
  /** True once a stop was asked for: waiting ends. */
  interrupted(): boolean;
}

const units: readonly PausePoint[] = ['op', 'step', 'epoch'];

export class Pauses {
  readonly #block: Int32Array | null;
  readonly #host: PauseHost;
  readonly #float: Float64Array;
  readonly #bits: Int32Array;
  #revision = 0;
  /** What a credit that is being spent buys; null: none is. */
  #granted: PausePoint | null = null;
  /** A backward without an optimizer step since: then a step ends at the next backward. */
  #backwardOpen = false;

  constructor(block: Int32Array | null, host: PauseHost) {
    this.#block = block;
    this.#host = host;
    this.#float = new Float64Array(1);
    this.#bits = new Int32Array(this.#float.buffer);
  }

  begin(): void {
    this.#granted = null;
    this.#backwardOpen = false;
    if (this.#block === null) return;
    this.#revision = Atomics.load(this.#block, control.hyperRevision);
    Atomics.store(this.#block, control.waiting, 0);
    Atomics.store(this.#block, control.hasOptimizer, 0);
  }

  hasOptimizer(): void {
    if (this.#block !== null) Atomics.store(this.#block, control.hasOptimizer, 1);
  }

  /** True where single ops are wanted: the caller then reports each as a point. */
  get wantsOps(): boolean {
    const block = this.#block;
    return block !== null && block[control.pace] === pace.paused && (this.#granted === null || this.#granted === 'op');
  }

  /** The script is at `point`. Returns when it may go on. */
  at(point: PausePoint): void {
    const block = this.#block;
    if (block === null) return;
    this.#takeHyper();
    const endsStep = point === 'step' || point === 'epoch' || (point === 'backward' && this.#backwardOpen);
    this.#backwardOpen = point === 'backward' || (point === 'op' && this.#backwardOpen);
    if (Atomics.load(block, control.pace) !== pace.paused) {
      this.#granted = null;
      return;
    }
    if (this.#granted === 'step' && !endsStep) return;
    if (this.#granted === 'epoch' && point !== 'epoch') return;
    if (point === 'op' && this.#granted === null && Atomics.load(block, control.unit) !== 0) return;
    this.#granted = null;
    this.#stand(block);
  }

  #stand(block: Int32Array): void {
    let told = false;
    while (Atomics.load(block, control.pace) === pace.paused && !this.#host.interrupted()) {
      const credits = Atomics.load(block, control.credits);
      if (credits > 0) {
        if (Atomics.compareExchange(block, control.credits, credits, credits - 1) !== credits) continue;
        this.#granted = units[Atomics.load(block, control.unit)] ?? 'step';
        break;
      }
      if (!told) {
        told = true;
        Atomics.store(block, control.waiting, 1);
        this.#host.paused(true);
      }
      this.#host.wait(50);
      this.#takeHyper();
    }
    this.#takeHyper();
    if (told) {
      Atomics.store(block, control.waiting, 0);
      this.#host.paused(false);
    }
  }

  #takeHyper(): void {
    const block = this.#block as Int32Array;
    const revision = Atomics.load(block, control.hyperRevision);
    if (revision === this.#revision) return;
    this.#revision = revision;
    this.#bits[0] = Atomics.load(block, control.hyperValue);
    this.#bits[1] = Atomics.load(block, control.hyperValue + 1);
    const name = hyperNames[Atomics.load(block, control.hyperName)];
    if (name !== undefined) this.#host.setHyper(name, this.#float[0]);
  }
}
