// Walking tensors position by position: dimensions are merged where strides allow, then visited in runs of the last one. Names no op.

/** Merged sizes and, per operand, strides in elements; at least one dimension. */
export interface Walk {
  readonly shape: number[];
  readonly strides: number[][];
}

/** Merges neighbouring dimensions that every operand walks as one. */
export function mergeDims(shape: readonly number[], strides: readonly (readonly number[])[]): Walk {
  const outShape: number[] = [];
  const out: number[][] = strides.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    if (shape[d] === 1) continue;
    const last = outShape.length - 1;
    if (last >= 0 && strides.every((s, k) => out[k][last] === s[d] * shape[d])) {
      outShape[last] *= shape[d];
      for (let k = 0; k < strides.length; k++) out[k][last] = strides[k][d];
    } else {
      outShape.push(shape[d]);
      for (let k = 0; k < strides.length; k++) out[k].push(strides[k][d]);
    }
  }
  if (outShape.length === 0) {
    outShape.push(1);
    for (const s of out) s.push(0);
  }
  return { shape: outShape, strides: out };
}

/** Visits all rows (runs along the last dimension), passing the offset of each operand's first element. */
export function forEachRow(walk: Walk, visit: (offsets: readonly number[]) => void): void {
  const { shape, strides } = walk;
  const rank = shape.length - 1;
  const offsets = new Array<number>(strides.length).fill(0);
  const index = new Array<number>(rank).fill(0);
  let rows = 1;
  for (let d = 0; d < rank; d++) rows *= shape[d];
  if (shape[rank] === 0) return;
  for (let row = 0; row < rows; row++) {
    visit(offsets);
    for (let d = rank - 1; d >= 0; d--) {
      for (let k = 0; k < offsets.length; k++) offsets[k] += strides[k][d];
      if (++index[d] < shape[d]) break;
      for (let k = 0; k < offsets.length; k++) offsets[k] -= strides[k][d] * shape[d];
      index[d] = 0;
    }
  }
}
