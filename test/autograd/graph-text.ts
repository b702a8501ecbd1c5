// The backward graph as one line: `MulBackward0(AccumulateGrad,None)`.
import type { GradNode } from '../../core/tensor/grad-node.ts';

export function graphText(node: GradNode | null): string {
  if (node === null) return 'None';
  const next = node.next.map((edge) => graphText(edge?.node ?? null));
  return next.length === 0 ? node.name : `${node.name}(${next.join(',')})`;
}
