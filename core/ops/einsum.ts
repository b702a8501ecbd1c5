// Einstein sums as torch takes them apart: every operand permuted to one order of labels, then multiplied pair by pair as batches of matrices.
import { sizesText } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

const DOTS = '.';
const isLetter = (c: string): boolean => /[A-Za-z]/.test(c);

function labelsOf(text: string, operand: string): string[] {
  const labels: string[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === ' ') continue;
    if (text[i] === '.') {
      if (labels.includes(DOTS)) throw new TorchError(`einsum(): found '.' for ${operand} for which an ellipsis was already found`);
      if (text.slice(i, i + 3) !== '...') throw new TorchError(`einsum(): found '.' for ${operand} that is not part of any ellipsis`);
      labels.push(DOTS);
      i += 2;
    } else if (isLetter(text[i])) labels.push(text[i]);
    else throw new TorchError(`einsum(): invalid subscript given at index ${i} in the equation string, subscripts must be in [a-zA-Z]`);
  }
  return labels;
}

interface Plan {
  /** Per operand its labels. */
  readonly inputs: readonly (readonly string[])[];
  /** Where each label, and the first of the ellipsis, lies among the common dimensions: the result's first, then the summed ones. */
  readonly place: ReadonlyMap<string, number>;
  readonly outputs: number;
  readonly all: number;
  /** Dimensions behind the ellipsis. */
  readonly dots: number;
}

function plan(equation: string, operands: readonly Tensor[]): Plan {
  const [left, right] = equation.split('->');
  const inputs = left.split(',').map((part, i) => labelsOf(part, `operand ${i}`));
  if (inputs.length < operands.length) throw new TorchError('einsum(): more operands were provided than specified in the equation');
  if (inputs.length > operands.length) throw new TorchError('einsum(): fewer operands were provided than specified in the equation');
  let dots = 0;
  const counts = new Map<string, number>();
  const sizes = new Map<string, number>();
  inputs.forEach((labels, i) => {
    const rank = operands[i].shape.length;
    const named = labels.filter((l) => l !== DOTS).length;
    const open = labels.includes(DOTS);
    if (open ? named > rank : named !== rank)
      throw new TorchError(
        `einsum(): the number of subscripts in the equation (${named}) ${open ? 'is more than the number of dimensions' : 'does not match the number of dimensions'} (${rank}) for operand ${i}${open ? '' : ' and no ellipsis was given'}`,
      );
    if (open) dots = Math.max(dots, rank - named);
    const skipped = open ? rank - named : 0;
    labels.forEach((l, at) => {
      if (l === DOTS) return;
      counts.set(l, (counts.get(l) ?? 0) + 1);
      const size = operands[i].shape[labels.includes(DOTS) && at > labels.indexOf(DOTS) ? at - 1 + skipped : at];
      const before = sizes.get(l) ?? 1;
      if (before !== 1 && size !== 1 && before !== size && labels.indexOf(l) === at)
        throw new TorchError(
          `einsum(): subscript ${l} has size ${size} for operand ${i} which does not broadcast with previously seen size ${before}`,
        );
      if (before === 1) sizes.set(l, size);
    });
  });
  const sorted = [...counts.keys()].sort();
  const place = new Map<string, number>();
  let at = 0;
  const add = (label: string): void => {
    place.set(label, at);
    at += label === DOTS ? dots : 1;
  };
  if (right === undefined) {
    if (inputs.some((labels) => labels.includes(DOTS))) add(DOTS);
    for (const l of sorted) if (counts.get(l) === 1) add(l);
  } else {
    for (const l of labelsOf(right, 'output')) {
      if (place.has(l)) throw new TorchError(`einsum(): output subscript ${l} appears more than once in the output`);
      if (l !== DOTS && !counts.has(l))
        throw new TorchError(`einsum(): output subscript ${l} does not appear in the equation for any input operand`);
      add(l);
    }
  }
  const outputs = at;
  if (!place.has(DOTS)) add(DOTS);
  for (const l of sorted) if (!place.has(l)) add(l);
  return { inputs, place, outputs, all: at, dots };
}

/** The operand with one dimension for every label, in the common order. */
function aligned(F: Ops, operand: Tensor, labels: readonly string[], { place, all, dots }: Plan): Tensor {
  const order = new Array<number>(all).fill(-1);
  const rank = operand.shape.length;
  let out = operand;
  let j = 0;
  for (const label of labels) {
    const p = place.get(label) as number;
    if (label === DOTS) {
      for (let k = dots - (rank - (labels.length - 1)); k > 0; k--) out = F.unsqueeze(out, j);
      for (let k = 0; k < dots; k++) order[p + k] = j++;
    } else if (order[p] !== -1) {
      const d = order[p];
      if (out.shape[d] !== out.shape[j])
        throw new TorchError(
          `einsum(): subscript ${label} is repeated for operand 0 but the sizes don't match, ${out.shape[j]} != ${out.shape[d]}`,
        );
      out = F.movedim(F.diagonal(out, 0, d, j), -1, d);
    } else order[p] = j++;
  }
  for (let i = 0; i < all; i++)
    if (order[i] === -1) {
      out = F.unsqueeze(out, -1);
      order[i] = j++;
    }
  return F.permute(out, order);
}

/** Multiplies two aligned operands and sums `sums`, which stay as ones: lro in both and the result, lo on the left, ro on the right. */
function pairProduct(F: Ops, left: Tensor, right: Tensor, sums: readonly number[]): Tensor {
  if (sums.length === 0) return F.mul(left, right);
  const [both, lo, ro]: number[][] = [[], [], []];
  let sumSize = 1;
  left.shape.forEach((n, i) => {
    const [l, r] = [n !== 1, right.shape[i] !== 1];
    if (sums.includes(i)) sumSize *= n;
    else (l && r ? both : l ? lo : ro).push(i);
  });
  const size = (of: Tensor, dims: readonly number[]): number => dims.reduce((m, d) => m * of.shape[d], 1);
  const outSize = [...[...both, ...lo].map((d) => left.shape[d]), ...sums.map(() => 1), ...ro.map((d) => right.shape[d])];
  const order = [...both, ...lo, ...sums, ...ro];
  const back = order.map((_, i) => order.indexOf(i));
  const a = F.reshape(F.permute(left, order), [size(left, both), size(left, lo), sumSize]);
  const b = F.reshape(F.permute(right, [...both, ...sums, ...ro, ...lo]), [size(left, both), sumSize, size(right, ro)]);
  return F.permute(F.view(F.bmm(a, b), outSize), back);
}

function checkBroadcast(operands: readonly Tensor[], originals: readonly Tensor[]): void {
  const sizes = operands[0].shape.slice();
  operands.forEach((t, i) => {
    t.shape.forEach((n, d) => {
      if (sizes[d] === 1) sizes[d] = n;
      else if (n !== 1 && n !== sizes[d])
        throw new TorchError(
          `einsum(): operands do not broadcast with remapped shapes [original->remapped]: ${originals.map((o, k) => `${sizesText(o.shape)}->${sizesText(operands[k].shape)}`).join(' ')}`,
        );
    });
    void i;
  });
}

function einsum(F: Ops, equation: string, tensors: readonly Tensor[]): Tensor {
  if (tensors.length === 0) throw new TorchError('einsum(): must provide at least one operand');
  const p = plan(equation, tensors);
  const operands: Tensor[] = tensors.map((t, i) => aligned(F, t, p.inputs[i], p));
  checkBroadcast(operands, tensors);
  const summed = Array.from({ length: p.all - p.outputs }, (_, i) => p.outputs + i);
  if (operands.length === 1) return summed.length === 0 ? operands[0] : F.sum(operands[0], summed);
  const uses = new Map(summed.map((d) => [d, operands.filter((t) => t.shape[d] !== 1).length]));
  let a = operands[0];
  for (const next of operands.slice(1)) {
    let b = next;
    const [together, left, right]: number[][] = [[], [], []];
    for (const d of summed) {
      const count = uses.get(d) as number;
      const [l, r] = [a.shape[d] !== 1, b.shape[d] !== 1];
      if (l && r) {
        uses.set(d, count - 1);
        if (count === 2) {
          together.push(d);
          uses.set(d, 0);
        }
      } else if (count === 1 && (l || r)) {
        (l ? left : right).push(d);
        uses.set(d, 0);
      }
    }
    if (left.length > 0) a = F.sum(a, left, true);
    if (right.length > 0) b = F.sum(b, right, true);
    a = pairProduct(F, a, b, together);
  }
  return summed.length === 0 ? a : F.view(a, a.shape.slice(0, p.outputs));
}

export const einsums: OpDescriptor[] = [
  {
    name: 'einsum',
    kind: 'composite',
    overloads: [
      { schema: 'einsum(str equation, Tensor[] tensors) -> Tensor', forward: ([equation, tensors], F) => einsum(F, equation, tensors) },
    ],
    samples: [
      { args: ['ij,jk->ik', [{ tensor: [2, 3] }, { tensor: [3, 2] }]] },
      { args: ['bii,bj->j', [{ tensor: [2, 3, 3] }, { tensor: [2, 2] }]] },
    ],
  },
];
