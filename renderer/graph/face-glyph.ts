// The texts and strips of one face at "numbers": name, shape, value; where each stands depends on the box's role only.
import type { FaceOverlay } from '../playback/overlay-types.ts';
import { drawText } from './draw-text.ts';
import { type El, el } from './el.ts';
import { fitsOneLine, fontSize, isTrivial, metrics, round2, shapeGap } from './metrics.ts';
import type { Face, SceneNode } from './scene-types.ts';
import { textWidth } from './text-width.ts';
import { cellColour, palettes, type Theme } from './theme.ts';

export interface FaceColours {
  readonly text: string;
  /** Shape, range and other second texts. */
  readonly second: string;
  /** Name set light and small. */
  readonly quiet: boolean;
}

const { pad } = metrics;

/** Heat cells in a row `width × height`: parted and rounded while there is room, else a plain strip. */
function strip(x: number, y: number, width: number, height: number, cells: readonly number[], theme: Theme): El[] {
  const step = width / cells.length;
  const gap = step >= 5 ? 1.25 : step >= 2.5 ? 0.25 : 0;
  const radius = step >= 5 ? 1.5 : 0;
  return cells.map((value, i) =>
    el('rect', {
      class: 'cell',
      x: round2(x + step * i),
      y: round2(y),
      width: round2(step - gap),
      height,
      rx: radius,
      fill: cellColour(value, theme),
    }),
  );
}

/** Colour of a scalar that is a gradient: by sign, as text. */
function valueColour(face: Face, shown: FaceOverlay, colours: FaceColours, theme: Theme): string {
  const { ramp, chrome } = palettes[theme];
  if (shown.nan) return chrome.err;
  if (face.kind !== 'backward') return colours.text;
  return shown.sign > 0 ? ramp.positiveText : shown.sign < 0 ? ramp.negativeText : chrome.ink2;
}

/** What a face says at "numbers". */
export function faceContent(node: SceneNode, face: Face, shown: FaceOverlay | null, colours: FaceColours, theme: Theme): El[] {
  switch (node.role) {
    case 'op':
      return isTrivial(node.faces[0].name) ? trivialFace(face, shown, colours, theme) : opFace(face, shown, colours, theme);
    case 'parameter':
      return parameterFace(face, shown, colours, theme);
    case 'input':
      return inputFace(face, shown, colours, theme);
    case 'output':
      return outputFace(face, shown, colours);
    default:
      return row(node, face, colours);
  }
}

const name = (face: Face, y: number, colours: FaceColours): El =>
  drawText(face.box.x + pad, face.box.y + y, face.name, {
    size: colours.quiet ? fontSize.shape : fontSize.name,
    fill: colours.text,
    weight: colours.quiet ? 400 : 600,
  });

const shape = (face: Face, y: number, colours: FaceColours): El[] =>
  face.shape === '' ? [] : [drawText(face.box.x + pad, face.box.y + y, face.shape, { size: fontSize.shape, fill: colours.second })];

/** Nothing to show yet. */
const waits = (shown: FaceOverlay | null): boolean =>
  shown === null || (shown.text === null && shown.cells === null && shown.range === null);

/** A plate under a number on a hatched face. */
function plate(x: number, baseline: number, text: string, size: number, theme: Theme): El {
  const width = textWidth(text, 'mono', size);
  return el('rect', {
    x: round2(x - 4),
    y: round2(baseline - size),
    width: round2(width + 8),
    height: round2(size * 1.4),
    rx: 2,
    fill: palettes[theme].chrome.canvas,
  });
}

function number(
  x: number,
  y: number,
  text: string,
  size: number,
  face: Face,
  shown: FaceOverlay,
  colours: FaceColours,
  theme: Theme,
  weight: 400 | 500 = 500,
): El[] {
  const label = drawText(x, y, text, { size, fill: valueColour(face, shown, colours, theme), weight });
  return shown.nan ? [plate(x, y, text, size, theme), label] : [label];
}

/** Does a shape as text hold more than one number (or none)? */
const manyNumbers = (text: string): boolean => text !== '' && !/^\((1(, 1)*)?\)$/.test(text);

function opFace(face: Face, shown: FaceOverlay | null, colours: FaceColours, theme: Theme): El[] {
  const { x, y, width, height } = face.box;
  if (face.kind === 'backward' && waits(shown)) return [name(face, height / 2 + 4, colours)];
  // A tensor with its strip: the shape follows the name. A single number has the shape on a line of its own.
  const tensor = shown === null || waits(shown) ? manyNumbers(face.shape) : shown.cells !== null || shown.range !== null;
  const inline = height < metrics.paired.tensorHeight && tensor;
  const beside = inline && fitsOneLine(face.name, face.shape, width);
  const parts = [name(face, 24, colours)];
  if (beside) {
    const left = x + pad + textWidth(face.name, 'mono', fontSize.name) + shapeGap;
    parts.push(drawText(left, y + 24, face.shape, { size: fontSize.shape, fill: colours.second }));
  } else if (!inline) parts.push(...shape(face, 42, colours));
  if (shown === null || waits(shown)) return parts;
  if (tensor) {
    const top = inline ? 34 : 53;
    if (shown.cells !== null) parts.push(...strip(x + pad, y + top, Math.min(width - 2 * pad, 120), 14, shown.cells, theme));
    if (shown.range !== null)
      parts.push(
        drawText(x + pad, y + (shown.cells === null ? top + 11 : top + 30), shown.range, { size: fontSize.shape, fill: colours.second }),
      );
  } else
    parts.push(
      ...number(x + pad, y + (height > 80 ? 66 : 63), shown.text ?? shown.range ?? '', fontSize.opValue, face, shown, colours, theme),
    );
  return parts;
}

function trivialFace(face: Face, shown: FaceOverlay | null, colours: FaceColours, theme: Theme): El[] {
  const { x, y, width, height } = face.box;
  if (face.kind === 'backward' && waits(shown)) return [name(face, height / 2 + 4, colours)];
  const parts = [name(face, 20, colours)];
  if (face.kind !== 'backward' && face.shape !== '')
    parts.push(
      drawText(x + pad + textWidth(face.name, 'mono', fontSize.name) + 8, y + 20, face.shape, {
        size: fontSize.shape,
        fill: colours.second,
      }),
    );
  if (shown === null || waits(shown)) return parts;
  if (shown.cells !== null) parts.push(...strip(x + pad, y + 29, width - 2 * pad, 8, shown.cells, theme));
  else parts.push(...number(x + pad, y + 38, shown.text ?? shown.range ?? '', fontSize.trivialValue, face, shown, colours, theme));
  return parts;
}

function parameterFace(face: Face, shown: FaceOverlay | null, colours: FaceColours, theme: Theme): El[] {
  const { x, y, width } = face.box;
  const parts = [name(face, 24, colours)];
  const backward = face.kind === 'backward';
  const was = shown?.before == null ? null : `${shown.before} →`;
  if (backward) parts.push(drawText(x + pad, y + 42, '.grad', { size: fontSize.shape, fill: colours.second }));
  else if (was !== null && textWidth(was, 'mono', fontSize.shape) <= width - pad - 4)
    parts.push(drawText(x + pad, y + 42, was, { size: fontSize.shape, fill: colours.second }));
  else parts.push(...shape(face, 42, colours));
  if (shown === null || waits(shown)) return parts;
  if (shown.cells !== null) parts.push(...strip(x + pad, y + 52, width - 2 * pad, 12, shown.cells, theme));
  else {
    const text = shown.text ?? shown.range ?? '';
    const size = textWidth(text, 'mono', fontSize.leafValue) > width - 2 * pad ? fontSize.shape : fontSize.leafValue;
    parts.push(...number(x + pad, y + 63, text, size, face, shown, colours, theme, backward ? 400 : 500));
  }
  return parts;
}

function inputFace(face: Face, shown: FaceOverlay | null, colours: FaceColours, theme: Theme): El[] {
  const { x, y, width } = face.box;
  const parts = [name(face, 22, colours)];
  if (shown?.cells) parts.push(...strip(x + pad, y + 31, width - 2 * pad, 8, shown.cells, theme));
  else if (shown !== null && !waits(shown))
    parts.push(...number(x + pad, y + 39, shown.text ?? shown.range ?? '', fontSize.shape, face, shown, colours, theme));
  parts.push(...shape(face, 53, colours));
  return parts;
}

function outputFace(face: Face, shown: FaceOverlay | null, colours: FaceColours): El[] {
  const { x, y, width, height } = face.box;
  const middle = x + width / 2;
  const baseline = y + height / 2 + 5;
  if (face.name === '' && waits(shown))
    return [drawText(middle, baseline - 1, face.shape, { size: fontSize.shape, fill: colours.text, anchor: 'middle' })];
  const parts = [
    drawText(x + pad, baseline - 1, face.name, { size: fontSize.name, fill: colours.text, weight: 600 }),
    drawText(x + width - pad, baseline - 1, face.shape, { size: fontSize.shape, fill: colours.text, anchor: 'end' }),
  ];
  const value = shown?.text ?? shown?.range ?? null;
  if (value !== null && shown?.cells == null) {
    const room =
      width - 2 * (pad * 2 + Math.max(textWidth(face.name, 'mono', fontSize.name), textWidth(face.shape, 'mono', fontSize.shape)));
    const size = [fontSize.leafValue, fontSize.shape].find((one) => textWidth(value, 'mono', one) <= room);
    if (size !== undefined) parts.push(drawText(middle, baseline, value, { size, fill: colours.text, weight: 500, anchor: 'middle' }));
  }
  return parts;
}

/** The autograd view's boxes: one line. Functions have their name in the middle, tensors their name left and shape right. */
function row(node: SceneNode, face: Face, colours: FaceColours): El[] {
  const { x, y, width, height } = face.box;
  const low = height < 30;
  const size = low ? fontSize.shape : fontSize.name;
  const baseline = y + height / 2 + 4;
  if (node.role === 'function' || node.role === 'accumulate')
    return [
      drawText(x + width / 2, baseline, face.name, {
        size,
        fill: node.role === 'accumulate' && low ? colours.second : colours.text,
        weight: low ? 400 : 600,
        anchor: 'middle',
      }),
    ];
  if (face.name === '')
    return [drawText(x + width / 2, baseline, face.shape, { size: fontSize.shape, fill: colours.text, anchor: 'middle' })];
  return [
    drawText(x + pad, baseline, face.name, { size, fill: colours.text, weight: node.role === 'saved' ? 500 : 600 }),
    drawText(x + width - pad, baseline, face.shape, { size: fontSize.shape, fill: colours.text, anchor: 'end' }),
  ];
}
