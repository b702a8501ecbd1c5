// The queue of backward nodes that are ready, in exactly the order of torch's engine (std::priority_queue by sequence number).
import type { GradNode } from '../tensor/grad-node.ts';

/** A binary heap with libstdc++'s sifting, so that nodes of equal rank (AccumulateGrads) leave in the same order as there. */
export class ReadyQueue {
  readonly #items: GradNode[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(node: GradNode): void {
    this.#items.push(node);
    this.#siftUp(this.#items.length - 1, 0, node);
  }

  pop(): GradNode {
    const items = this.#items;
    const top = items[0];
    const last = items.pop() as GradNode;
    const n = items.length;
    if (n > 0) {
      // Down to a leaf along the larger children, then up again with the last item.
      let hole = 0;
      let child = 0;
      while (child < (n - 1) >> 1) {
        child = 2 * (child + 1);
        if (items[child].seq < items[child - 1].seq) child--;
        items[hole] = items[child];
        hole = child;
      }
      if ((n & 1) === 0 && child === (n - 2) >> 1) {
        child = 2 * (child + 1);
        items[hole] = items[child - 1];
        hole = child - 1;
      }
      this.#siftUp(hole, 0, last);
    }
    return top;
  }

  #siftUp(from: number, top: number, node: GradNode): void {
    const items = this.#items;
    let hole = from;
    while (hole > top) {
      const parent = (hole - 1) >> 1;
      if (!(items[parent].seq < node.seq)) break;
      items[hole] = items[parent];
      hole = parent;
    }
    items[hole] = node;
  }
}
