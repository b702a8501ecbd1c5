// A large tensor as a grid of cells.
import { expect, test } from 'vitest';
import { heatGrid, placeIn } from '../../../../renderer/explorer/inspector/heat-grid.ts';

test('a matrix that fits has a cell for each value, relative to the largest', () => {
  const grid = heatGrid([1, -4, 0, 2, Number.NaN, Infinity], [2, 3], 100, 100);
  expect(grid).toMatchObject({ rows: 2, columns: 3, width: 3, height: 2 });
  expect(Array.from(grid.cells)).toEqual([0.25, -1, 0, 0.5, Number.NaN, Number.NaN]);
});

test('what is finer than the picture shows the largest magnitude under each cell', () => {
  const values = new Float32Array(40 * 30);
  values[17 * 30 + 29] = -2;
  const grid = heatGrid(values, [40, 30], 10, 8);
  expect(grid).toMatchObject({ rows: 40, columns: 30, width: 10, height: 8 });
  expect(Array.from(grid.cells).indexOf(-1)).toBe(3 * 10 + 9);
});

test('a vector is folded, leading dimensions are rows, nothing divides by nothing', () => {
  expect(heatGrid(new Float32Array(200), [200], 500, 500)).toMatchObject({ rows: 10, columns: 20 });
  expect(heatGrid(new Float32Array(24), [2, 3, 4], 500, 500)).toMatchObject({ rows: 6, columns: 4 });
  expect(heatGrid([], [0, 3], 500, 500)).toMatchObject({ rows: 0, width: 3, height: 0 });
});

test('an element has its indices', () => {
  expect(placeIn([2, 3, 4], 23)).toEqual([1, 2, 3]);
  expect(placeIn([5], 3)).toEqual([3]);
});
