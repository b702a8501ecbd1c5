// Artists → SVG inside one axes. Positions come through two functions from data values to points; nothing here chooses a layout.

import { log } from '../tensor/math.ts';
import type {
  AreaArtist,
  Artist,
  AxesSpec,
  AxisSpec,
  ImageArtist,
  LineArtist,
  Marker,
  Numbers,
  PointsArtist,
  TextArtist,
} from './figure-spec.ts';
import { escaped, num, textElement } from './figure-text.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Data value → point; NaN for what has no place (null, or not positive on a log axis). */
export type Place = (value: number | null) => number;

function placeOf(axis: AxisSpec, from: number, to: number): Place {
  const [a, b] = axis.limits;
  if (axis.scale === 'log') {
    const first = log(a);
    const span = log(b) - first;
    return (value) => (value === null || !(value > 0) ? Number.NaN : from + ((log(value) - first) / span) * (to - from));
  }
  return (value) => (value === null ? Number.NaN : from + ((value - a) / (b - a)) * (to - from));
}

interface Frame {
  readonly box: Box;
  readonly x: Place;
  readonly y: Place;
}

export const frameOf = (axes: AxesSpec, box: Box): Frame => ({
  box,
  x: placeOf(axes.x, box.x, box.x + box.width),
  y: placeOf(axes.y, box.y + box.height, box.y),
});

/** SVG of one artist. */
export function markOf(artist: Artist, frame: Frame): string {
  switch (artist.kind) {
    case 'line':
      return lineMark(artist, frame);
    case 'points':
      return pointsMark(artist, frame);
    case 'area':
      return `<path d="${areaPath(artist, frame)}" fill="${escaped(artist.color)}"${opacity(artist.alpha)}/>`;
    case 'bars': {
      const boxes = artist.boxes.map(([x, y, w, h], i) => {
        const left = Math.min(frame.x(x), frame.x(x + w));
        const right = Math.max(frame.x(x), frame.x(x + w));
        // On a log axis a bar starts at the lower edge.
        const ends = [frame.y(y), frame.y(y + h)].map((at) => (Number.isNaN(at) ? frame.box.y + frame.box.height : at));
        const color = artist.colors[artist.colors.length === 1 ? 0 : i];
        const edge = artist.edge === null ? '' : ` stroke="${escaped(artist.edge)}" stroke-width="${num(artist.edgeWidth)}"`;
        return `<rect x="${num(left)}" y="${num(Math.min(...ends))}" width="${num(right - left)}" height="${num(Math.abs(ends[0] - ends[1]))}" fill="${escaped(color)}"${edge}/>`;
      });
      return `<g${opacity(artist.alpha)}>${boxes.join('')}</g>`;
    }
    case 'rule': {
      const { box } = frame;
      const across = artist.along === 'x';
      const at = num(across ? frame.y(artist.at) : frame.x(artist.at));
      const place = across ? frame.x : frame.y;
      const from = num(artist.from === null ? (across ? box.x : box.y + box.height) : place(artist.from));
      const to = num(artist.to === null ? (across ? box.x + box.width : box.y) : place(artist.to));
      const ends = across ? `M${from} ${at}H${to}` : `M${at} ${from}V${to}`;
      return `<path d="${ends}" fill="none"${strokeOf(artist)}${opacity(artist.alpha)}/>`;
    }
    case 'band': {
      const { box } = frame;
      const across = artist.along === 'x';
      const [a, b] = (across ? [frame.x(artist.from), frame.x(artist.to)] : [frame.y(artist.from), frame.y(artist.to)]).sort(
        (p, q) => p - q,
      );
      const place = across
        ? `x="${num(a)}" y="${num(box.y)}" width="${num(b - a)}" height="${num(box.height)}"`
        : `x="${num(box.x)}" y="${num(a)}" width="${num(box.width)}" height="${num(b - a)}"`;
      return `<rect ${place} fill="${escaped(artist.color)}"${opacity(artist.alpha)}/>`;
    }
    case 'text':
      return textMark(artist, frame);
    case 'image':
      return imageMark(artist, frame);
  }
}

const opacity = (alpha: number): string => (alpha === 1 ? '' : ` opacity="${num(alpha)}"`);

function strokeOf(artist: { readonly color: string; readonly width: number; readonly dash: readonly number[] }): string {
  const dash = artist.dash.length === 0 ? '' : ` stroke-dasharray="${artist.dash.map(num).join(' ')}"`;
  return ` stroke="${escaped(artist.color)}" stroke-width="${num(artist.width)}"${dash}`;
}

/** Long rising lines keep first, lowest, highest and last point of every half point of width: what is seen stays. */
function thinned(points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  if (points.length < 4000) return points;
  for (let i = 1; i < points.length; i++) if (!(points[i][0] >= points[i - 1][0])) return points;
  const kept: (readonly [number, number])[] = [];
  for (let i = 0; i < points.length; ) {
    const column = Math.floor(points[i][0] * 2);
    let end = i;
    let lowest = i;
    let highest = i;
    for (; end < points.length && Math.floor(points[end][0] * 2) === column; end++) {
      if (points[end][1] < points[lowest][1]) lowest = end;
      if (points[end][1] > points[highest][1]) highest = end;
    }
    for (const at of [...new Set([i, lowest, highest, end - 1])].sort((a, b) => a - b)) kept.push(points[at]);
    i = end;
  }
  return kept;
}

/** Runs of neighbouring points that have a place. */
function runs(x: Numbers, y: Numbers, frame: Frame): (readonly [number, number])[][] {
  const out: (readonly [number, number])[][] = [];
  let open: (readonly [number, number])[] | null = null;
  for (let i = 0; i < x.length; i++) {
    const point = [frame.x(x[i]), frame.y(y[i])] as const;
    if (Number.isNaN(point[0] + point[1])) open = null;
    else if (open === null) {
      open = [point];
      out.push(open);
    } else open.push(point);
  }
  return out;
}

function lineMark(artist: LineArtist, frame: Frame): string {
  const parts = runs(artist.x, artist.y, frame);
  let d = '';
  if (artist.joined && artist.width > 0) {
    for (const run of parts) {
      thinned(run).forEach(([x, y], i, all) => {
        if (i === 0) d += `M${num(x)} ${num(y)}`;
        else if (artist.step === null) d += `L${num(x)} ${num(y)}`;
        else if (artist.step === 'post') d += `H${num(x)}V${num(y)}`;
        else if (artist.step === 'pre') d += `V${num(y)}H${num(x)}`;
        else d += `H${num((x + all[i - 1][0]) / 2)}V${num(y)}H${num(x)}`;
      });
    }
  }
  const line = d === '' ? '' : `<path d="${d}" fill="none"${strokeOf(artist)} stroke-linejoin="round"/>`;
  const markers =
    artist.marker === null
      ? ''
      : parts
          .flat()
          .map(([x, y]) => markerAt(artist.marker as Marker, x, y, artist.markerSize, artist.color, null))
          .join('');
  return `<g${opacity(artist.alpha)}>${line}${markers}</g>`;
}

function pointsMark(artist: PointsArtist, frame: Frame): string {
  const marks: string[] = [];
  for (let i = 0; i < artist.x.length; i++) {
    const x = frame.x(artist.x[i]);
    const y = frame.y(artist.y[i]);
    if (Number.isNaN(x + y)) continue;
    const color = artist.colors[artist.colors.length === 1 ? 0 : i];
    marks.push(markerAt(artist.marker, x, y, artist.sizes[artist.sizes.length === 1 ? 0 : i], color, artist.edge));
  }
  return `<g${opacity(artist.alpha)}>${marks.join('')}</g>`;
}

const crossing: ReadonlySet<Marker> = new Set(['x', '+', '|', '_']);

/** One marker of diameter `size` about (x, y). */
export function markerAt(marker: Marker, x: number, y: number, size: number, color: string, edge: string | null): string {
  const paint = ` fill="${escaped(color)}"${edge === null ? '' : ` stroke="${escaped(edge)}"`}`;
  const r = size / 2;
  if (marker === 'o') return `<circle cx="${num(x)}" cy="${num(y)}" r="${num(r)}"${paint}/>`;
  if (marker === '.') return `<circle cx="${num(x)}" cy="${num(y)}" r="${num(r / 2)}"${paint}/>`;
  if (marker === ',') return `<rect x="${num(x - 0.5)}" y="${num(y - 0.5)}" width="1" height="1"${paint}/>`;
  if (marker === 's') return `<rect x="${num(x - r)}" y="${num(y - r)}" width="${num(size)}" height="${num(size)}"${paint}/>`;
  if (crossing.has(marker)) {
    const d = { x: [-r, -r, r, r, -r, r, r, -r], '+': [-r, 0, r, 0, 0, -r, 0, r], '|': [0, -r, 0, r], _: [-r, 0, r, 0] }[
      marker as 'x' | '+' | '|' | '_'
    ];
    let path = '';
    for (let i = 0; i < d.length; i += 4) path += `M${num(x + d[i])} ${num(y + d[i + 1])}L${num(x + d[i + 2])} ${num(y + d[i + 3])}`;
    return `<path d="${path}" fill="none" stroke="${escaped(color)}" stroke-width="1.5"/>`;
  }
  const points = outline[marker as keyof typeof outline];
  return `<path d="${points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${num(x + px * r)} ${num(y + py * r)}`).join('')}Z"${paint}/>`;
}

// Unit outlines, y downwards; the star and polygons by their corners' sines and cosines.
const outline = {
  '^': [
    [0, -1],
    [1, 1],
    [-1, 1],
  ],
  v: [
    [0, 1],
    [1, -1],
    [-1, -1],
  ],
  '<': [
    [-1, 0],
    [1, -1],
    [1, 1],
  ],
  '>': [
    [1, 0],
    [-1, -1],
    [-1, 1],
  ],
  D: [
    [0, -1.2],
    [1.2, 0],
    [0, 1.2],
    [-1.2, 0],
  ],
  d: [
    [0, -1.2],
    [0.72, 0],
    [0, 1.2],
    [-0.72, 0],
  ],
  p: [
    [0, -1],
    [0.951, -0.309],
    [0.588, 0.809],
    [-0.588, 0.809],
    [-0.951, -0.309],
  ],
  h: [
    [0, -1],
    [0.866, -0.5],
    [0.866, 0.5],
    [0, 1],
    [-0.866, 0.5],
    [-0.866, -0.5],
  ],
  '*': [
    [0, -1],
    [0.225, -0.309],
    [0.951, -0.309],
    [0.363, 0.118],
    [0.588, 0.809],
    [0, 0.382],
    [-0.588, 0.809],
    [-0.363, 0.118],
    [-0.951, -0.309],
    [-0.225, -0.309],
  ],
} as const;

function areaPath(artist: AreaArtist, frame: Frame): string {
  const at = (values: Numbers) =>
    artist.x.map((x, i) => [frame.x(x), frame.y(values[i])] as const).filter(([x, y]) => !Number.isNaN(x + y));
  const all = [...at(artist.high), ...at(artist.low).reverse()];
  return `${all.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${num(x)} ${num(y)}`).join('')}Z`;
}

function textMark(artist: TextArtist, frame: Frame): string {
  const { box } = frame;
  const x = artist.space === 'axes' ? box.x + artist.x * box.width : frame.x(artist.x);
  const y = artist.space === 'axes' ? box.y + (1 - artist.y) * box.height : frame.y(artist.y);
  if (Number.isNaN(x + y)) return '';
  const lines = artist.text.split('\n');
  const leading = artist.size * 1.2;
  const height = leading * (lines.length - 1);
  const drop = { baseline: -height, bottom: -height - artist.size * 0.2, top: artist.size * 0.8, center: artist.size * 0.35 - height / 2 }[
    artist.baseline
  ];
  const anchor = ({ left: 'start', center: 'middle', right: 'end' } as const)[artist.align];
  return lines
    .map((line, i) =>
      textElement(line, x, y + drop + i * leading, {
        size: artist.size,
        anchor,
        color: artist.color,
        weight: artist.weight,
        rotation: artist.rotation,
      }),
    )
    .join('');
}

function imageMark(artist: ImageArtist, frame: Frame): string {
  const [left, right, bottom, top] = artist.extent;
  const xAt = (column: number) => frame.x(left + ((right - left) * column) / artist.columns);
  const yAt = (row: number) => frame.y(top + ((bottom - top) * row) / artist.rows);
  const cells: string[] = [];
  for (let row = 0; row < artist.rows; row++) {
    for (let column = 0; column < artist.columns; ) {
      const color = artist.colors[row * artist.columns + column];
      let end = column + 1;
      while (end < artist.columns && artist.colors[row * artist.columns + end] === color) end++;
      const [x0, x1] = [xAt(column), xAt(end)].sort((a, b) => a - b);
      const [y0, y1] = [yAt(row), yAt(row + 1)].sort((a, b) => a - b);
      cells.push(`<rect x="${num(x0)}" y="${num(y0)}" width="${num(x1 - x0)}" height="${num(y1 - y0)}" fill="${escaped(color)}"/>`);
      column = end;
    }
  }
  return `<g shape-rendering="crispEdges">${cells.join('')}</g>`;
}
