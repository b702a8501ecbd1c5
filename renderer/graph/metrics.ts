// Sizes of the drawing in graph pixels, and how large a box must be for its text. Numbers are the design sheet's.
import { textWidth } from './text-width.ts';

export const metrics = {
  pad: 12,
  /** A face's text may come this close to its right border. */
  endPad: 7,
  nodeRadius: 6,
  regionRadius: 12,
  corner: 10,
  /** The value rail runs 56 left of a paired box's axis, the gradient rail 56 right of it. */
  lane: 56,
  rowGap: { paired: 44, autograd: 28 },
  columnGap: 32,
  regionPadding: { top: 32, side: 16, bottom: 12 },
  paired: { width: 288, height: 76, tensorHeight: 92 },
  trivial: { width: 224, height: 48 },
  parameter: { width: 224, height: 76 },
  single: { width: 144, height: 76, tensorHeight: 92 },
  input: { width: 116, height: 60 },
  output: { width: 224, height: 40 },
  scope: { width: 224, height: 60 },
  function: { width: 208, height: 36 },
  leaf: { width: 192, height: 26, pitch: 30 },
  accumulate: { width: 124, height: 26 },
  saved: { width: 168, height: 24, pitch: 28, column: 3 },
  dockGap: 56,
  leafGap: 32,
  savedGap: 16,
} as const;

export const fontSize = { name: 12, shape: 11, leafValue: 16, opValue: 13, trivialValue: 12, tag: 11, chosenName: 13 } as const;

/** Ops that only look at the same numbers another way: drawn low, never in the way of the ones that compute. */
const trivialOps = new Set(
  't transpose permute view reshape flatten unflatten squeeze unsqueeze expand expand_as view_as reshape_as contiguous detach alias T mT'.split(
    ' ',
  ),
);

export const isTrivial = (op: string): boolean => trivialOps.has(op);

/** As torch prints it: `(16, 1)`, `(4,)` is shown `(4)`, a scalar `()`. */
export const shapeText = (shape: readonly number[] | null): string => (shape === null ? '' : `(${shape.join(', ')})`);

export const elementCount = (shape: readonly number[] | null): number =>
  shape === null ? 1 : shape.reduce((product, size) => product * size, 1);

/** Room that texts set one under the other need, padding included; rounded up to the 4-px grid. */
export function faceWidth(lines: readonly (readonly [string, number])[]): number {
  const widest = Math.max(0, ...lines.map(([text, size]) => textWidth(text, 'mono', size)));
  return Math.ceil((widest + metrics.pad + metrics.endPad) / 4) * 4;
}

/** Do an op's name and shape fit on one line of a face this wide? If not, the shape goes below and the box is higher. */
export const fitsOneLine = (name: string, shape: string, width: number): boolean =>
  textWidth(name, 'mono', fontSize.name) + shapeGap + textWidth(shape, 'mono', fontSize.shape) + metrics.pad + metrics.endPad <= width;

/** Between a name and the shape that follows it on the same line. */
export const shapeGap = 8;

/** Room that a name at the left and a shape at the right need, 12 px apart. */
export function rowWidth(name: string, nameSize: number, shape: string): number {
  const gap = name !== '' && shape !== '' ? metrics.pad : 0;
  return Math.ceil((textWidth(name, 'mono', nameSize) + gap + textWidth(shape, 'mono', fontSize.shape) + 2 * metrics.pad) / 4) * 4;
}

export const round2 = (value: number): number => {
  const rounded = Math.round(value * 100) / 100;
  return rounded === 0 ? 0 : rounded;
};
