// How one edge looks: its line or ribbon, arrow head, chevrons, tag, and the gaps it leaves in edges below. Pure.
import type { EdgeOverlay, Overlay } from '../playback/overlay-types.ts';
import { drawText } from './draw-text.ts';
import { type El, el } from './el.ts';
import { fontSize, metrics, round2 } from './metrics.ts';
import type { GlyphContext, Level } from './node-glyph.ts';
import { segmentsOf } from './routes.ts';
import type { Point, Scene, SceneEdge } from './scene-types.ts';
import { edgeColour, groundOf, palettes, type Theme } from './theme.ts';

/** What is drawn of an edge at a moment; tests and the pulse read these numbers. */
export interface EdgePaint {
  readonly width: number;
  readonly stroke: string;
  readonly dash: string | null;
  readonly ribbon: boolean;
  readonly opacity: number;
}

const levelFactor: Readonly<Record<Level, number>> = { numbers: 1, names: 0.75, blocks: 0.4 };

/** Width of a gradient edge at a zoom level. */
export const levelWidth = (width: number, level: Level): number => round2(Math.max(1, width * levelFactor[level]));

/** The strongest of the graph edges a scene edge stands for. */
export function overlayOf(edge: SceneEdge, overlay: Overlay | null): EdgeOverlay | null {
  let best: EdgeOverlay | null = null;
  const order = { pending: 0, done: 1, running: 2 };
  for (const id of edge.graphEdges) {
    const one = overlay?.edges.get(id);
    if (
      one !== undefined &&
      (best === null || order[one.state] > order[best.state] || (one.state === best.state && one.width > best.width))
    )
      best = one;
  }
  return best;
}

export function edgePaint(edge: SceneEdge, shown: EdgeOverlay | null, theme: Theme, level: Level): EdgePaint {
  const { chrome, nodes } = palettes[theme];
  const line = (width: number, stroke: string, dash: string | null = null, opacity = 1): EdgePaint => ({
    width,
    stroke,
    dash,
    ribbon: false,
    opacity,
  });
  switch (edge.kind) {
    case 'saved':
      return line(1.25, nodes.saved.border);
    case 'view':
      return line(2, nodes.base.border, '2 4');
    case 'value':
      if (edge.failed) return line(2, chrome.err);
      return shown?.state === 'pending' ? line(1.5, chrome.pend, '2 4') : line(edge.skip ? 2.5 : 1.5, chrome.val);
    default: {
      if (shown === null) return edge.arrow === 'from' ? line(edge.skip ? 2.5 : 1.5, chrome.val) : line(1.5, chrome.pend, '2 4');
      if (shown.state === 'pending') return line(1.5, chrome.pend, edge.arrow === 'from' ? null : '2 4');
      if (shown.nan) return { ...line(levelWidth(5, level), chrome.err, '3 2'), ribbon: true };
      if (shown.vanishing) return line(1.5, chrome.err);
      return { width: levelWidth(shown.width, level), stroke: edgeColour(shown.s, theme), dash: null, ribbon: true, opacity: 1 };
    }
  }
}

/** A polyline with round corners as SVG path data. */
export function roundedPath(route: readonly Point[], radius: number): string {
  if (route.length === 0) return '';
  const length = (a: Point, b: Point) => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  const towards = (a: Point, b: Point, distance: number): Point => {
    const total = length(a, b) || 1;
    return { x: round2(a.x + ((b.x - a.x) * distance) / total), y: round2(a.y + ((b.y - a.y) * distance) / total) };
  };
  let path = `M${round2(route[0].x)} ${round2(route[0].y)}`;
  for (let i = 1; i < route.length; i++) {
    const [before, here, after] = [route[i - 1], route[i], route[i + 1]];
    if (after === undefined) path += `L${round2(here.x)} ${round2(here.y)}`;
    else {
      const r = Math.min(radius, length(before, here) / 2, length(here, after) / 2);
      const [start, end] = [towards(here, before, r), towards(here, after, r)];
      path += `L${start.x} ${start.y}Q${round2(here.x)} ${round2(here.y)} ${end.x} ${end.y}`;
    }
  }
  return path;
}

/** The route with its last point pulled back by `by` px, where the head begins. */
function pulledBack(route: readonly Point[], by: number): Point[] {
  const [before, last] = [route[route.length - 2], route[route.length - 1]];
  const total = Math.abs(last.x - before.x) + Math.abs(last.y - before.y);
  const part = Math.max(0, 1 - by / (total || 1));
  return [...route.slice(0, -1), { x: round2(before.x + (last.x - before.x) * part), y: round2(before.y + (last.y - before.y) * part) }];
}

/** A triangle with its tip on the route's last point. */
function head(route: readonly Point[], length: number, width: number): string {
  const [before, tip] = [route[route.length - 2], route[route.length - 1]];
  const total = Math.abs(tip.x - before.x) + Math.abs(tip.y - before.y) || 1;
  const [ux, uy] = [(tip.x - before.x) / total, (tip.y - before.y) / total];
  const base = { x: tip.x - ux * length, y: tip.y - uy * length };
  const half = width / 2;
  const [a, b] = [
    { x: round2(base.x - uy * half), y: round2(base.y + ux * half) },
    { x: round2(base.x + uy * half), y: round2(base.y - ux * half) },
  ];
  return `M${round2(tip.x)} ${round2(tip.y)}L${a.x} ${a.y}L${b.x} ${b.y}Z`;
}

/** Small open arrows along the ribbon, in the direction the gradient flows. */
function chevrons(route: readonly Point[], width: number, keepEnd: number): string {
  const half = Math.min(2.25, width / 2 - 0.75);
  let path = '';
  let distance = 0;
  let next = 14;
  const total = segmentsOf(route).reduce((sum, { a, b }) => sum + Math.abs(b.x - a.x) + Math.abs(b.y - a.y), 0);
  for (const { a, b } of segmentsOf(route)) {
    const length = Math.abs(b.x - a.x) + Math.abs(b.y - a.y);
    const [ux, uy] = [(b.x - a.x) / (length || 1), (b.y - a.y) / (length || 1)];
    while (next < distance + length) {
      const along = next - distance;
      // Not in the corners, not under the head.
      if (along > 11 && length - along > 8 && total - next > keepEnd) {
        const tip = { x: a.x + ux * (along + 1.5), y: a.y + uy * (along + 1.5) };
        const [p, q] = [-1, 1].map((side) => `${round2(tip.x - 3 * ux - side * half * uy)} ${round2(tip.y - 3 * uy + side * half * ux)}`);
        path += `M${p}L${round2(tip.x)} ${round2(tip.y)}L${q}`;
      }
      next += 28;
    }
    distance += length;
  }
  return path;
}

/** Everything inside the edge's group, from back to front. `data-*` on the line say what is drawn. */
export function edgeGlyph(scene: Scene, edge: SceneEdge, context: GlyphContext): El[] {
  const { theme, level, overlay } = context;
  const { chrome } = palettes[theme];
  const shown = overlayOf(edge, overlay);
  const paint = edgePaint(edge, shown, theme, level);
  const toward = edge.arrow === 'from' ? [...edge.route].reverse() : edge.route;
  const parts: El[] = [];
  const surface = (id: string) => groundOf(scene.regions.find((region) => region.id === id) ?? null, theme);
  for (const { x, y, region, upright } of edge.crossings) {
    const [w, h] = upright ? [paint.width + 4, 8] : [8, paint.width + 4];
    parts.push(el('rect', { x: round2(x - w / 2), y: round2(y - h / 2), width: round2(w), height: h, fill: surface(region) }));
  }
  const ribbon = paint.ribbon && paint.width > 3;
  const headLength = edge.arrow === 'none' || level === 'blocks' ? 0 : ribbon ? Math.max(7, paint.width) : 7;
  const headWidth = ribbon ? paint.width + 6 : 8;
  const line: Record<string, string | number> = {
    class: 'line',
    d: roundedPath(headLength > 0 ? pulledBack(toward, headLength - 1) : toward, ribbon ? metrics.corner + 2 : metrics.corner),
    fill: 'none',
    stroke: paint.stroke,
    'stroke-width': paint.width,
  };
  if (paint.dash !== null) line['stroke-dasharray'] = paint.dash;
  parts.push(el('path', line));
  if (headLength > 0) parts.push(el('path', { class: 'head', d: head(toward, headLength, headWidth), fill: paint.stroke }));
  if (ribbon && level === 'numbers' && !shown?.nan) {
    const marks = chevrons(edge.route, paint.width, edge.arrow === 'to' ? headLength + 6 : 6);
    if (marks !== '') parts.push(el('path', { class: 'chevrons', d: marks, fill: 'none', stroke: chrome.canvas, 'stroke-width': 1.2 }));
  }
  return parts;
}

/** The number beside a running edge; drawn above all boxes. */
export function tagGlyph(edge: SceneEdge, context: GlyphContext): El | null {
  const shown = overlayOf(edge, context.overlay);
  if (shown?.tag == null || edge.tag === null || context.level !== 'numbers') return null;
  const { chrome, ramp } = palettes[context.theme];
  const fill =
    shown.nan || shown.vanishing ? chrome.err : shown.s > 0.05 ? ramp.positiveText : shown.s < -0.05 ? ramp.negativeText : chrome.ink2;
  return drawText(edge.tag.x, edge.tag.y, shown.tag, { size: fontSize.tag, fill, weight: 600 });
}
