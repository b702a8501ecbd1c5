// A large tensor as a grid of cells no finer than a picture: each shows the value of largest magnitude under it. Pure.

export interface HeatGrid {
  /** Of the matrix the tensor is when all dimensions but the last are its rows. */
  readonly rows: number;
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  /** −1 … 1, divided by the largest finite magnitude; NaN where one of the values is not finite. Row-major. */
  readonly cells: Float32Array;
}

export function heatGrid(values: ArrayLike<number>, shape: readonly number[], mostColumns: number, mostRows: number): HeatGrid {
  const last = shape.length > 1 ? shape[shape.length - 1] : 0;
  // A vector, and what is far longer than a picture is wide, is folded like text.
  const columns = last > 0 ? last : Math.min(values.length, Math.max(1, Math.ceil(Math.sqrt(2 * values.length))));
  const rows = Math.ceil(values.length / columns);
  const [width, height] = [Math.min(columns, mostColumns), Math.min(rows, mostRows)];
  const cells = new Float32Array(width * height);
  let greatest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (size > greatest && size < Infinity) greatest = size;
  }
  const scale = greatest === 0 ? 1 : greatest;
  for (let row = 0; row < rows; row++) {
    const to = Math.floor((row * height) / rows) * width;
    const end = Math.min(values.length, (row + 1) * columns);
    for (let i = row * columns, column = 0; i < end; i++, column++) {
      const cell = to + (width === columns ? column : Math.floor((column * width) / columns));
      const value = values[i] / scale;
      if (value - value !== 0) cells[cell] = Number.NaN;
      else if (Math.abs(value) > Math.abs(cells[cell])) cells[cell] = value;
    }
  }
  return { rows, columns, width, height, cells };
}

/** The indices of the row-major element `at`. */
export function placeIn(shape: readonly number[], at: number): readonly number[] {
  const place: number[] = [];
  let rest = at;
  for (let d = shape.length - 1; d >= 0; d--) {
    place.unshift(rest % shape[d]);
    rest = Math.floor(rest / shape[d]);
  }
  return place;
}
