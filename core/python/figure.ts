// FigureSpec → SVG text: pure, synchronous, the same bytes on every host (no canvas, no DOM, no transcendental of the host's).
// Axes, ticks and texts are drawn in `currentColor`, which the root element sets to the light theme's ink; see `figureInTheme`.

import { legendOf } from './figure-legend.ts';
import { type Box, frameOf, markOf } from './figure-marks.ts';
import type { AxesSpec, FigureSpec } from './figure-spec.ts';
import { escaped, num, textElement, textWidth } from './figure-text.ts';
import { type Ticks, ticksOf } from './figure-ticks.ts';

/** Colours of axes and text: the window's ink. */
const figureInk = { light: '#1A1C1E', dark: '#E8EAEB' } as const;

const tickSize = 10;
const labelSize = 11;
const titleSize = 12;
const suptitleSize = 13;
const tickLength = 3.5;
const edge = 8;
const gap = 14;

/** The same figure with its axes, its texts and what the script draws in black in the theme's ink; one with a ground of its own stays as it is. */
export function figureInTheme(svg: string, theme: 'light' | 'dark'): string {
  return svg.replace(/^(<svg [^>]*?) color="#[0-9A-Fa-f]{6}"/, `$1 color="${figureInk[theme]}"`);
}

/** SVG of a figure; its labels are `<text>`. */
export function figureSvg(spec: FigureSpec): string {
  const { width, height } = spec;
  const title =
    spec.title === '' ? '' : textElement(spec.title, width / 2, edge + suptitleSize * 0.9, { size: suptitleSize, anchor: 'middle' });
  const boxes = layout(spec, spec.title === '' ? edge : edge + suptitleSize * 1.5);
  const axes = spec.axes.map((one, i) => axesSvg(one, boxes[i], spec.background));
  const back = spec.background === null ? '' : `<rect width="${num(width)}" height="${num(height)}" fill="${escaped(spec.background)}"/>`;
  const ink = spec.background === null ? `color="${figureInk.light}"` : `style="color:${figureInk.light}"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${num(width)}" height="${num(height)}" viewBox="0 0 ${num(width)} ${num(height)}" ${ink}` +
    ` font-family="'IBM Plex Sans', 'IBM Plex Sans KR', system-ui, sans-serif" fill="currentColor">${back}${title}${axes.join('')}</svg>\n`
  );
}

/** Room an axes needs outside its frame. */
interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function marginsOf(axes: AxesSpec, width: number, height: number): Margins {
  const top = axes.title === '' ? 0 : titleSize * (0.2 + 1.2 * axes.title.split('\n').length) + 2;
  if (!axes.frame) return { left: 0, right: 0, top, bottom: 0 };
  const x = ticksOf(axes.x, width, tickSize * 3);
  const y = ticksOf(axes.y, height, tickSize * 2);
  const widest = (ticks: Ticks) => Math.max(0, ...ticks.ticks.map((tick) => textWidth(tick.label, tickSize)));
  const xHeight = axes.x.tickRotation % 180 === 0 ? tickSize : widest(x) * (axes.x.tickRotation % 90 === 0 ? 1 : 0.75) + tickSize * 0.5;
  if (axes.twin) return { left: 0, right: tickLength + 4 + widest(y) + (axes.y.label === '' ? 0 : labelSize * 1.2 + 4), top: 0, bottom: 0 };
  return {
    left: tickLength + 4 + widest(y) + (axes.y.label === '' ? 0 : labelSize * 1.2 + 4),
    right: x.ticks.length > 0 ? textWidth(x.ticks[x.ticks.length - 1].label, tickSize) / 2 : 0,
    top: Math.max(top, y.factor === '' ? tickSize * 0.4 : tickSize * 1.4),
    bottom: tickLength + 4 + xHeight + (axes.x.label === '' ? 0 : labelSize * 1.2 + 4) + (x.factor === '' ? 0 : tickSize * 1.2),
  };
}

/** Frames in their grid cells, each row and column as wide as its labels need. */
function layout(spec: FigureSpec, top: number): Box[] {
  return spec.axes.map((axes) => {
    const { cell } = axes;
    const within = spec.axes.filter((other) => other.cell.rows === cell.rows && other.cell.columns === cell.columns);
    const cellWidth = (spec.width - 2 * edge) / cell.columns;
    const cellHeight = (spec.height - top - edge) / cell.rows;
    const most = (side: keyof Margins, same: (other: AxesSpec) => boolean) =>
      Math.max(0, ...within.filter(same).map((other) => marginsOf(other, cellWidth * 0.8, cellHeight * 0.8)[side]));
    const left = most('left', (other) => other.cell.column === cell.column);
    const right = most('right', (other) => other.cell.column + other.cell.columnSpan === cell.column + cell.columnSpan);
    const above = most('top', (other) => other.cell.row === cell.row);
    const below = most('bottom', (other) => other.cell.row + other.cell.rowSpan === cell.row + cell.rowSpan);
    const x0 = edge + cell.column * cellWidth + left + (cell.column > 0 ? gap / 2 : 0);
    const x1 = edge + (cell.column + cell.columnSpan) * cellWidth - right - (cell.column + cell.columnSpan < cell.columns ? gap / 2 : 0);
    const y0 = top + cell.row * cellHeight + above + (cell.row > 0 ? gap / 4 : 0);
    const y1 = top + (cell.row + cell.rowSpan) * cellHeight - below - (cell.row + cell.rowSpan < cell.rows ? gap / 4 : 0);
    const box = { x: x0, y: y0, width: Math.max(10, x1 - x0), height: Math.max(10, y1 - y0) };
    return axes.equal ? squared(axes, box) : box;
  });
}

/** The largest part of `box`, centred, on which a unit is as long on x as on y. */
function squared(axes: AxesSpec, box: Box): Box {
  const dx = Math.abs(axes.x.limits[1] - axes.x.limits[0]);
  const dy = Math.abs(axes.y.limits[1] - axes.y.limits[0]);
  const unit = Math.min(box.width / dx, box.height / dy);
  const width = dx * unit;
  const height = dy * unit;
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height };
}

function axesSvg(axes: AxesSpec, box: Box, ground: string | null): string {
  const frame = frameOf(axes, box);
  const right = box.x + box.width;
  const bottom = box.y + box.height;
  const parts: string[] = [];
  // Equal names mean equal frames, so that figures side by side in one document do not clip each other.
  const clip = `axes-${[box.x, box.y, box.width, box.height].map(num).join('-')}`;
  const x = ticksOf(axes.x, box.width, tickSize * 3);
  const y = ticksOf(axes.y, box.height, tickSize * 2);
  if (axes.grid !== 'none' && axes.frame) {
    let d = '';
    if (axes.grid !== 'y') for (const tick of x.ticks) if (!tick.minor) d += `M${num(frame.x(tick.at))} ${num(box.y)}V${num(bottom)}`;
    if (axes.grid !== 'x') for (const tick of y.ticks) if (!tick.minor) d += `M${num(box.x)} ${num(frame.y(tick.at))}H${num(right)}`;
    parts.push(`<path d="${d}" fill="none" stroke="currentColor" stroke-opacity="0.2" stroke-width="0.8"/>`);
  }
  const texts = axes.artists.filter((artist) => artist.kind === 'text');
  const marks = axes.artists.filter((artist) => artist.kind !== 'text');
  parts.push(
    `<clipPath id="${clip}"><rect x="${num(box.x)}" y="${num(box.y)}" width="${num(box.width)}" height="${num(box.height)}"/></clipPath>`,
    `<g clip-path="url(#${clip})">${marks.map((artist) => markOf(artist, frame)).join('')}</g>`,
  );
  if (axes.frame) parts.push(frameSvg(axes, box, x, y));
  parts.push(...texts.map((artist) => markOf(artist, frame)));
  const lines = axes.title === '' ? [] : axes.title.split('\n');
  lines.forEach((line, i) => {
    const at = box.y - titleSize * 0.5 - (lines.length - 1 - i) * titleSize * 1.2 - (y.factor === '' ? 0 : tickSize);
    parts.push(textElement(line, box.x + box.width / 2, at, { size: titleSize, anchor: 'middle' }));
  });
  parts.push(legendOf(axes, box, ground));
  return `<g class="axes">${parts.join('')}</g>`;
}

function frameSvg(axes: AxesSpec, box: Box, x: Ticks, y: Ticks): string {
  const frame = frameOf(axes, box);
  const right = box.x + box.width;
  const bottom = box.y + box.height;
  if (axes.twin) return twinSvg(axes, box, y);
  let d = outlineOf(axes, box);
  const texts: string[] = [];
  for (const tick of x.ticks) {
    const at = frame.x(tick.at);
    d += `M${num(at)} ${num(bottom)}v${tick.minor ? 2 : tickLength}`;
    if (tick.label === '') continue;
    const turned = axes.x.tickRotation;
    if (turned === 0)
      texts.push(textElement(tick.label, at, bottom + tickLength + 3 + tickSize * 0.8, { size: tickSize, anchor: 'middle' }));
    else
      texts.push(
        textElement(tick.label, at + tickSize * 0.35, bottom + tickLength + 5, {
          size: tickSize,
          anchor: turned > 0 ? 'end' : 'start',
          rotation: turned,
        }),
      );
  }
  for (const tick of y.ticks) {
    const at = frame.y(tick.at);
    d += `M${num(box.x)} ${num(at)}h${tick.minor ? -2 : -tickLength}`;
    if (tick.label !== '')
      texts.push(textElement(tick.label, box.x - tickLength - 3, at + tickSize * 0.35, { size: tickSize, anchor: 'end' }));
  }
  if (y.factor !== '') texts.push(textElement(y.factor, box.x, box.y - tickSize * 0.4, { size: tickSize, anchor: 'start' }));
  const margins = marginsOf(axes, box.width, box.height);
  if (x.factor !== '')
    texts.push(
      textElement(x.factor, right, bottom + margins.bottom - (axes.x.label === '' ? 0 : labelSize * 1.2 + 4) - 1, {
        size: tickSize,
        anchor: 'end',
      }),
    );
  if (axes.x.label !== '')
    texts.push(
      textElement(axes.x.label, box.x + box.width / 2, bottom + margins.bottom - labelSize * 0.25, { size: labelSize, anchor: 'middle' }),
    );
  if (axes.y.label !== '') {
    const at = box.x - margins.left + labelSize * 0.9;
    texts.push(textElement(axes.y.label, at, box.y + box.height / 2, { size: labelSize, anchor: 'middle', rotation: 90 }));
  }
  return `<path d="${d}" fill="none" stroke="currentColor" stroke-width="0.8"/>${texts.join('')}`;
}

function outlineOf(axes: AxesSpec, box: Box): string {
  const [left, right, top, bottom] = [box.x, box.x + box.width, box.y, box.y + box.height].map(num);
  if (axes.sides.length === 4) return `M${left} ${top}H${right}V${bottom}H${left}Z`;
  const sides = {
    left: `M${left} ${top}V${bottom}`,
    right: `M${right} ${top}V${bottom}`,
    top: `M${left} ${top}H${right}`,
    bottom: `M${left} ${bottom}H${right}`,
  };
  return axes.sides.map((side) => sides[side]).join('');
}

/** The second y axis, on the right of the frame that is already there. */
function twinSvg(axes: AxesSpec, box: Box, y: Ticks): string {
  const frame = frameOf(axes, box);
  const right = box.x + box.width;
  let d = '';
  const texts: string[] = [];
  for (const tick of y.ticks) {
    const at = frame.y(tick.at);
    d += `M${num(right)} ${num(at)}h${tick.minor ? 2 : tickLength}`;
    if (tick.label !== '')
      texts.push(textElement(tick.label, right + tickLength + 3, at + tickSize * 0.35, { size: tickSize, anchor: 'start' }));
  }
  if (y.factor !== '') texts.push(textElement(y.factor, right, box.y - tickSize * 0.4, { size: tickSize, anchor: 'end' }));
  if (axes.y.label !== '') {
    const at = right + marginsOf(axes, box.width, box.height).right - labelSize * 0.25;
    texts.push(textElement(axes.y.label, at, box.y + box.height / 2, { size: labelSize, anchor: 'middle', rotation: 90 }));
  }
  return `<path d="${d}" fill="none" stroke="currentColor" stroke-width="0.8"/>${texts.join('')}`;
}
