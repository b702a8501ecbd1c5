// grad_fn nodes by number for Python. A Python object of a node holds one count of it; the number stays the node's own.
import type { GradNode } from '../tensor/grad-node.ts';
import { TorchError } from '../tensor/torch-error.ts';

export class NodeTable {
  #nodes = new Map<number, GradNode>();
  #numbers = new WeakMap<GradNode, number>();
  #holders = new Map<number, number>();
  /** Numbers that Python uses without holding the node (a custom function's context). */
  #pinned = new Set<number>();
  #next = 1;

  /** The node's number; not yet held. */
  number(node: GradNode): number {
    let number = this.#numbers.get(node);
    if (number === undefined) {
      number = this.#next++;
      this.#numbers.set(node, number);
    }
    this.#nodes.set(number, node);
    return number;
  }

  get(number: number): GradNode {
    const node = this.#nodes.get(number);
    if (node === undefined) throw new TorchError('a grad_fn of an earlier run cannot be used again');
    return node;
  }

  /** A Python object stands for the node now. */
  hold(number: number): void {
    this.get(number).retain();
    this.#holders.set(number, (this.#holders.get(number) ?? 0) + 1);
  }

  /** A Python object of the node is gone. */
  letGo(number: number): void {
    const node = this.#nodes.get(number);
    const holders = this.#holders.get(number);
    if (node === undefined || holders === undefined) return;
    if (holders === 1) {
      this.#holders.delete(number);
      if (!this.#pinned.has(number)) this.#nodes.delete(number);
    } else this.#holders.set(number, holders - 1);
    node.release();
  }

  /** The number of a node that says itself when it is gone. */
  pin(node: GradNode): number {
    const number = this.number(node);
    this.#pinned.add(number);
    return number;
  }

  /** A pinned node is gone. */
  drop(number: number): void {
    this.#pinned.delete(number);
    if (!this.#holders.has(number)) this.#nodes.delete(number);
  }

  clear(): void {
    for (const [number, holders] of this.#holders) for (let i = 0; i < holders; i++) this.#nodes.get(number)?.release();
    this.#nodes.clear();
    this.#holders.clear();
    this.#pinned.clear();
    this.#numbers = new WeakMap();
  }
}
