// A node's part in one backward walk: what it waits for, what has arrived.
import type { GradNode } from '../tensor/grad-node.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface Capture {
  readonly index: number;
  readonly inputNr: number;
}

export class Work {
  readonly walk: number;
  dependencies = 0;
  /** Gradients of the node's outputs so far, one count held of each. */
  readonly grads: (Tensor | null)[];
  needed = true;
  captures: Capture[] | null = null;
  /** The state of the walk this one interrupts. */
  readonly outer: Work | null;

  constructor(walk: number, outputs: number, outer: Work | null) {
    this.walk = walk;
    this.grads = outputs === 1 ? [null] : new Array<null>(outputs).fill(null);
    this.outer = outer;
  }
}

/** The node's part in walk number `walk`; a new one is noted in `visited`. */
export function enter(node: GradNode, walk: number, visited: GradNode[]): Work {
  const before = node.work as Work | null;
  if (before !== null && before.walk === walk) return before;
  const work = new Work(walk, node.outputs.length, before);
  node.work = work;
  visited.push(node);
  return work;
}

/** Ends the walk for a node: gives back the gradients it still holds. */
export function leave(node: GradNode): void {
  const { grads, outer } = node.work as Work;
  for (let i = 0; i < grads.length; i++) grads[i]?.release();
  node.work = outer;
}
