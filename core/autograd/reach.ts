// Which leaves a result depends on. A function transform keeps a graph only where something outside it may want it.
import type { GradNode } from '../tensor/grad-node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { AccumulateGrad, gradientEdge } from './node.ts';

/** Starting points of transforms that are over: nobody asks for their gradients any more. */
const finished = new WeakSet<Tensor>();

export function finishLeaves(leaves: readonly Tensor[]): void {
  for (const leaf of leaves) finished.add(leaf);
}

/** True where some of `roots` depends on a leaf that is not one of `own` and that somebody may still ask about. */
export function dependsOnOthers(roots: readonly Tensor[], own: readonly Tensor[]): boolean {
  const mine = new Set(own);
  const seen = new Set<GradNode>();
  const stack: GradNode[] = [];
  for (const root of roots) {
    const edge = gradientEdge(root);
    if (edge !== null) stack.push(edge.node);
  }
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node instanceof AccumulateGrad && !mine.has(node.variable) && !finished.has(node.variable)) return true;
    for (const edge of node.next) if (edge !== null) stack.push(edge.node);
  }
  return false;
}
