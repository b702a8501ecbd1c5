// Shapes, strides and broadcasting: pure arithmetic with torch's messages. Knows no tensor.
import { TorchError } from './torch-error.ts';

export type Shape = readonly number[];

export function numelOf(shape: Shape): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i];
  return n;
}

const noStrides: Shape = [];
const oneStride: Shape = [1];
/** Strides of matrices by their number of columns. */
const matrixStrides: Shape[] = [];

/** Row-major strides in elements. */
export function contiguousStrides(shape: Shape): Shape {
  const rank = shape.length;
  if (rank === 0) return noStrides;
  if (rank === 1) return oneStride;
  if (rank === 2) {
    const columns = shape[1];
    if (columns >= 256) return [columns, 1];
    while (matrixStrides.length <= columns) matrixStrides.push([Math.max(matrixStrides.length, 1), 1]);
    return matrixStrides[columns];
  }
  const strides = new Array<number>(rank);
  let step = 1;
  for (let i = rank - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(shape[i], 1);
  }
  return strides;
}

export function isContiguous(shape: Shape, strides: Shape): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i];
    if (size === 0) return true;
    if (size !== 1) {
      // A tensor without elements is contiguous whatever its strides.
      if (strides[i] !== step) return shape.includes(0);
      step *= size;
    }
  }
  return true;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** `[3, 4]`, as torch's C++ prints sizes. */
export function sizesText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
/** `(3, 4)`, `(3,)`, `()`: a Python tuple. */
export function tupleText(shape: readonly (number | string)[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

export function broadcastShapes(a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = rank - 1; i >= 0; i--) {
    const x = i + a.length - rank < 0 ? 1 : a[i + a.length - rank];
    const y = i + b.length - rank < 0 ? 1 : b[i + b.length - rank];
    if (x !== y && x !== 1 && y !== 1) {
      throw new TorchError(
        `The size of tensor a (${x}) must match the size of tensor b (${y}) at non-singleton dimension ${i}`,
        'RuntimeError',
        [
          `Shapes ${sizesText(a)} and ${sizesText(b)} do not broadcast: aligned at the right, each pair of sizes must be equal or contain a 1.`,
        ],
      );
    }
    out[i] = x === 1 ? y : x;
  }
  return out;
}

/** Whether `from` broadcasts to `to` without changing `to`. */
export function expandable(from: Shape, to: Shape): boolean {
  if (from.length > to.length) return false;
  for (let i = 1; i <= from.length; i++) {
    const size = from[from.length - i];
    if (size !== 1 && size !== to[to.length - i]) return false;
  }
  return true;
}

/** Strides that walk a tensor of `shape` as if it had `to`'s shape. */
export function broadcastStrides(shape: Shape, strides: Shape, to: Shape): number[] {
  const out = new Array<number>(to.length);
  const lead = to.length - shape.length;
  for (let i = 0; i < to.length; i++) out[i] = i < lead || (shape[i - lead] === 1 && to[i] !== 1) ? 0 : strides[i - lead];
  return out;
}

/** A dimension counted from 0; negative ones count from the end, a 0-d tensor has one. */
export function wrapDim(dim: number, rank: number): number {
  const n = Math.max(rank, 1);
  if (dim < -n || dim >= n) {
    throw new TorchError(`Dimension out of range (expected to be in range of [${-n}, ${n - 1}], but got ${dim})`, 'IndexError');
  }
  return dim < 0 ? dim + n : dim;
}

/** Reduction dims as a mask per dimension; null or empty means all. */
export function dimMask(dims: readonly number[] | null, rank: number): boolean[] {
  const mask = new Array<boolean>(rank).fill(dims === null || dims.length === 0);
  if (dims !== null) {
    const seen = new Set<number>();
    for (const dim of dims) {
      const d = wrapDim(dim, rank);
      if (seen.has(d)) throw new TorchError(`dim ${d} appears multiple times in the list of dims`);
      seen.add(d);
      if (d < rank) mask[d] = true;
    }
  }
  return mask;
}

export function reducedShape(shape: Shape, mask: readonly boolean[], keepdim: boolean): number[] {
  const out: number[] = [];
  for (let i = 0; i < shape.length; i++) {
    if (!mask[i]) out.push(shape[i]);
    else if (keepdim) out.push(1);
  }
  return out;
}

/** Fills in a -1 and checks the count: what `view` and `reshape` were asked for. */
export function inferSize(shape: Shape, numel: number): number[] {
  let known = 1;
  let infer = -1;
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] === -1) {
      if (infer >= 0) throw new TorchError('only one dimension can be inferred');
      infer = i;
    } else if (shape[i] < 0) throw new TorchError(`invalid shape dimension ${shape[i]}`);
    else known *= shape[i];
  }
  const out = shape.slice();
  if (infer >= 0 && known > 0 && numel % known === 0) out[infer] = numel / known;
  else if (infer >= 0 && known === 0) {
    throw new TorchError(
      `cannot reshape tensor of 0 elements into shape ${sizesText(shape)} because the unspecified dimension size -1 can be any value and is ambiguous`,
    );
  } else if (infer >= 0 || known !== numel) throw new TorchError(`shape '${sizesText(shape)}' is invalid for input of size ${numel}`);
  return out;
}

/** Strides of a view with `to`'s shape over the same elements, or null where a copy is needed (torch's computeStride). */
export function viewStrides(shape: Shape, strides: Shape, to: Shape): number[] | null {
  if (numelOf(shape) === 0) return sameShape(shape, to) ? strides.slice() : contiguousStrides(to).slice();
  const out = new Array<number>(to.length);
  if (shape.length === 0) return out.fill(1);
  let viewDim = to.length - 1;
  let base = strides[strides.length - 1];
  let count = 1;
  let viewCount = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    count *= shape[dim];
    if (dim === 0 || (shape[dim - 1] !== 1 && strides[dim - 1] !== count * base)) {
      while (viewDim >= 0 && (viewCount < count || to[viewDim] === 1)) {
        out[viewDim] = viewCount * base;
        viewCount *= to[viewDim];
        viewDim--;
      }
      if (viewCount !== count) return null;
      if (dim > 0) {
        base = strides[dim - 1];
        count = 1;
        viewCount = 1;
      }
    }
  }
  return viewDim === -1 ? out : null;
}
