// Which tensors depend on the example a vmap is at. They are followed from op to op by an observer in front of the one that is there.
import type { Tensor } from '../tensor/tensor.ts';
import { type Observer, observation } from './observer.ts';

const passedOn = [
  'opFailed', 'moduleEnter', 'moduleExit', 'parameterNames', 'backwardStart', 'backwardNode', 'backwardEnd',
  'optimizerStepStart', 'optimizerStepEnd', 'zeroGrad', 'loss', 'loaderPass',
] as const; // biome-ignore format: a list

let batched = new WeakSet<Tensor>();
let before: Observer | null = null;
let depth = 0;

/** Begins to follow; calls nest. */
export function followBatches(): void {
  if (depth++ > 0) return;
  before = observation.observer;
  const inner = before;
  const watch: Partial<Record<keyof Observer, unknown>> = {
    op: (...report: Parameters<Observer['op']>) => {
      if (report[1].some((t) => t !== null && batched.has(t))) for (const t of report[2]) batched.add(t);
      inner?.op(...report);
    },
  };
  for (const name of passedOn) watch[name] = inner === null ? () => {} : (inner[name] as (...values: unknown[]) => void).bind(inner);
  observation.observer = watch as unknown as Observer;
}

export function leaveBatches(): void {
  if (depth === 0 || --depth > 0) return;
  observation.observer = before;
  before = null;
  batched = new WeakSet();
}

/** The tensor is one example of a batch. */
export function markBatched(tensor: Tensor): void {
  batched.add(tensor);
}

export function isBatched(tensor: Tensor): boolean {
  return batched.has(tensor);
}

/** A run ended in the middle. */
export function forgetBatches(): void {
  depth = 0;
  before = null;
  batched = new WeakSet();
}
