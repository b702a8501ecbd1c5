// The legend of one axes: what it lists, how large it is, where it goes. Drawing of marks is figure-marks' business.

import { type Box, frameOf, markerAt } from './figure-marks.ts';
import type { Artist, AxesSpec } from './figure-spec.ts';
import { escaped, num, plainMath, textElement, textWidth } from './figure-text.ts';

const size = 10;
const lead = 14;
const pad = 5;
const swatch = 20;

type Entry = Exclude<Artist, { kind: 'text' } | { kind: 'image' }>;

/** SVG of the legend, '' where no artist has a label. `ground` is the colour behind it, null: the page's. */
export function legendOf(axes: AxesSpec, box: Box, ground: string | null): string {
  if (axes.legend === null) return '';
  const entries = axes.artists.filter((artist): artist is Entry => 'label' in artist && artist.label !== null);
  if (entries.length === 0) return '';
  const columns = Math.max(1, Math.min(axes.legend.columns, entries.length));
  const rows = Math.ceil(entries.length / columns);
  const title = axes.legend.title;
  const cell = swatch + 6 + Math.max(...entries.map((entry) => textWidth(plainMath(entry.label as string), size)));
  const width = Math.max(columns * cell + (columns - 1) * 12, textWidth(plainMath(title), size)) + 2 * pad;
  const height = (rows + (title === '' ? 0 : 1)) * lead + 2 * pad - 2;
  const [x, y] = corner(axes, box, width, height);
  const parts = [
    `<rect x="${num(x)}" y="${num(y)}" width="${num(width)}" height="${num(height)}" rx="3" ${
      ground === null ? 'fill="none"' : `fill="${escaped(ground)}" fill-opacity="0.8"`
    } stroke="currentColor" stroke-opacity="0.25"/>`,
  ];
  let top = y + pad;
  if (title !== '') {
    parts.push(textElement(title, x + width / 2, top + size, { size, anchor: 'middle' }));
    top += lead;
  }
  entries.forEach((entry, i) => {
    const left = x + pad + Math.floor(i / rows) * (cell + 12);
    const middle = top + (i % rows) * lead + lead / 2 - 1;
    parts.push(
      sample(entry, left, middle),
      textElement(entry.label as string, left + swatch + 6, middle + size * 0.35, { size, anchor: 'start' }),
    );
  });
  return `<g class="legend">${parts.join('')}</g>`;
}

function sample(entry: Entry, x: number, y: number): string {
  const fade = entry.alpha === 1 ? '' : ` opacity="${num(entry.alpha)}"`;
  if (entry.kind === 'line' || entry.kind === 'rule') {
    const dash = entry.dash.length === 0 ? '' : ` stroke-dasharray="${entry.dash.map(num).join(' ')}"`;
    const line =
      entry.kind === 'line' && !entry.joined
        ? ''
        : `<path d="M${num(x)} ${num(y)}h${swatch}" fill="none" stroke="${escaped(entry.color)}" stroke-width="${num(entry.width)}"${dash}/>`;
    const marker =
      entry.kind === 'line' && entry.marker !== null ? markerAt(entry.marker, x + swatch / 2, y, entry.markerSize, entry.color, null) : '';
    return `<g${fade}>${line}${marker}</g>`;
  }
  if (entry.kind === 'points')
    return `<g${fade}>${markerAt(entry.marker, x + swatch / 2, y, Math.min(8, entry.sizes[0] ?? 6), entry.colors[0] ?? 'currentColor', entry.edge)}</g>`;
  const color = entry.kind === 'bars' ? entry.colors[0] : entry.color;
  return `<rect x="${num(x)}" y="${num(y - 3.5)}" width="${swatch}" height="7" fill="${escaped(color ?? 'currentColor')}"${fade}/>`;
}

const places: Readonly<Record<string, readonly [number, number]>> = {
  'upper right': [1, 0],
  'upper left': [0, 0],
  'lower left': [0, 1],
  'lower right': [1, 1],
  right: [1, 0.5],
  'center left': [0, 0.5],
  'center right': [1, 0.5],
  'lower center': [0.5, 1],
  'upper center': [0.5, 0],
  center: [0.5, 0.5],
};

/** Its upper left point; `best` is the place that covers the fewest points of the data. */
function corner(axes: AxesSpec, box: Box, width: number, height: number): readonly [number, number] {
  const at = ([fx, fy]: readonly [number, number]) =>
    [box.x + 6 + fx * (box.width - width - 12), box.y + 6 + fy * (box.height - height - 12)] as const;
  const named = places[axes.legend?.place ?? 'best'];
  if (named !== undefined) return at(named);
  const frame = frameOf(axes, box);
  let best = at([1, 0]);
  let fewest = Number.POSITIVE_INFINITY;
  for (const place of [
    'upper right',
    'upper left',
    'lower left',
    'lower right',
    'center left',
    'center right',
    'lower center',
    'upper center',
    'center',
  ]) {
    const [x, y] = at(places[place]);
    const inside = (px: number, py: number) => px >= x && px <= x + width && py >= y && py <= y + height;
    let covered = 0;
    for (const artist of axes.artists) {
      if (artist.kind === 'line' || artist.kind === 'points') {
        for (let i = 0; i < artist.x.length; i++) covered += +inside(frame.x(artist.x[i]), frame.y(artist.y[i]));
      } else if (artist.kind === 'bars') {
        for (const [left, bottom, w, h] of artist.boxes) {
          covered += +(frame.x(left) < x + width && frame.x(left + w) > x && frame.y(bottom) > y && frame.y(bottom + h) < y + height);
        }
      }
    }
    if (covered < fewest) {
      fewest = covered;
      best = [x, y];
    }
  }
  return best;
}
