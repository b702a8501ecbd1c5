// Where random fills register, so that ops can draw without knowing a generator. Types and a slot only.
import type { Tensor } from './tensor.ts';

/** Fill in memory order from the default generator of the tensor's device. */
export interface RandomFills {
  bernoulli(out: Tensor, p: number): void;
  uniform(out: Tensor, from: number, to: number): void;
}

export const randomFills: { current: RandomFills | null } = { current: null };

/** The registered fills. @throws when none are: a program that draws imports core/random. */
export function draws(): RandomFills {
  if (randomFills.current === null) throw new Error('No random generator is registered');
  return randomFills.current;
}
