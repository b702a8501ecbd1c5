// Elements moved from one layout to another in WebAssembly, whatever the type, shared out among threads. Names no op.
import { itemSize } from '../../tensor/dtype.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kernels } from './kernels.ts';
import { sharedOut } from './threads.ts';
import { forEachRow, mergeDims } from './walk.ts';

/** What an element costs, in multiplications of a matrix product. */
const COST = 8;
/** Rows of a part: whole tiles of a matrix that is turned. */
const ROWS = 32;

interface Dim {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}
const single: Dim = { size: 1, from: 0, to: 0 };

/** The dimension that moves in single steps in one of the two, taken out of `dims`; the last one where none does. */
function takeOut(dims: Dim[], side: 'from' | 'to'): Dim {
  if (dims.length === 0) return single;
  const found = dims.findIndex((dim) => dim[side] === 1);
  return dims.splice(found < 0 ? dims.length - 1 : found, 1)[0];
}

/** out = input, of the same type; false where the kernels are not there. */
export function wideCopy(input: Tensor, out: Tensor): boolean {
  const fast = kernels();
  if (fast === null) return false;
  if (out.numel === 0) return true;
  const item = itemSize(out.dtype);
  const walk = mergeDims(out.shape, [out.strides, broadcastStrides(input.shape, input.strides, out.shape)]);
  const dims = walk.shape.map((size, d): Dim => ({ size, to: walk.strides[0][d], from: walk.strides[1][d] }));
  const last = takeOut(dims, 'to');
  const rows = last.from === 1 ? takeOut(dims, 'to') : takeOut(dims, 'from');
  const [second, first] = [dims.pop() ?? single, dims.pop() ?? single];
  const inner = [first, second, rows, last];
  const name = item === 1 ? 'copy1' : item === 2 ? 'copy2' : item === 4 ? 'copy4' : 'copy8';
  const split = inner.findIndex(({ size }) => size > 1);
  const place = split < 0 ? 3 : split;
  const strides = [inner.map(({ from }) => from), inner.map(({ to }) => to)];
  const sizes = inner.map(({ size }) => size);
  // What is left of more dimensions is walked here, element by element.
  const outside = {
    shape: [...dims.map(({ size }) => size), 1],
    strides: [
      [...dims.map(({ from }) => from), 0],
      [...dims.map(({ to }) => to), 0],
    ],
  };
  sharedOut(fast, COST * out.numel, sizes[place], place < 2 ? 1 : ROWS, (make, start, end) => {
    const part = sizes.map((size, d) => (d === place ? end - start : size));
    forEachRow(outside, ([from, to]) => {
      const source = input.dataPtr + (from + start * strides[0][place]) * item;
      make(name, ...part, source, ...strides[0], out.dataPtr + (to + start * strides[1][place]) * item, ...strides[1]);
    });
  });
  return true;
}
