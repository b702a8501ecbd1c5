// The comet that carries a gradient along its edge: the ribbon grows behind it from the end that sends.
import { timer } from 'd3-timer';
import { roundedPath } from '../graph/edge-glyph.ts';
import { metrics } from '../graph/metrics.ts';
import type { Point } from '../graph/scene-types.ts';
import { svgElement } from './dom.ts';

/** CSS cubic-bezier(x1, y1, x2, y2) as a function, solved by bisection: 20 halvings are finer than a pixel. */
export function cubicBezier(x1: number, y1: number, x2: number, y2: number): (t: number) => number {
  const at = (a: number, b: number, u: number) => 3 * (1 - u) ** 2 * u * a + 3 * (1 - u) * u * u * b + u ** 3;
  return (t) => {
    if (t <= 0) return 0;
    if (t >= 1) return 1;
    let [low, high] = [0, 1];
    for (let i = 0; i < 20; i++) {
      const middle = (low + high) / 2;
      if (at(x1, x2, middle) < t) low = middle;
      else high = middle;
    }
    return at(y1, y2, (low + high) / 2);
  };
}

const ease = cubicBezier(0.3, 0, 0.2, 1);

export interface Pulse {
  /** Ends it at once, in its last state. */
  finish(): void;
}

/**
 * Runs once along `route` (from the sending end). `group` is the edge's drawn group: its head and chevrons wait until the comet
 * has arrived. `layer` lies above the boxes.
 */
export function pulse(
  layer: SVGGElement,
  group: SVGGElement,
  route: readonly Point[],
  colour: string,
  pending: string,
  core: string,
  durationMs: number,
): Pulse {
  const line = group.querySelector<SVGPathElement>('.line');
  const rest = [...group.querySelectorAll<SVGElement>('.head, .chevrons')];
  const way = svgElement('path', {
    d: roundedPath(route, metrics.corner + 2),
    fill: 'none',
    stroke: pending,
    'stroke-width': 1.5,
    'stroke-dasharray': '2 4',
  });
  group.prepend(way);
  const total = way.getTotalLength();
  const comet = svgElement('g', { class: 'comet' });
  for (const [radius, opacity] of [
    [16, 0.14],
    [10, 0.28],
    [6, 1],
  ])
    comet.append(svgElement('circle', { r: radius, fill: colour, 'fill-opacity': opacity }));
  comet.append(svgElement('circle', { r: 2, fill: core }));
  layer.append(comet);
  for (const part of rest) part.setAttribute('visibility', 'hidden');
  const drawn = line?.getTotalLength() ?? 0;
  // The line may be drawn toward the other end (autograd view): then it is uncovered from its end.
  const backwards = line !== null && distance(line.getPointAtLength(0), route[0]) > distance(line.getPointAtLength(drawn), route[0]);
  const dash = line?.getAttribute('stroke-dasharray') ?? null;

  const show = (t: number) => {
    const done = ease(t);
    const { x, y } = way.getPointAtLength(total * done);
    comet.setAttribute('transform', `translate(${x} ${y})`);
    line?.setAttribute('stroke-dasharray', `${drawn} ${drawn}`);
    line?.setAttribute('stroke-dashoffset', String((backwards ? -1 : 1) * drawn * (1 - done)));
  };
  let ended = false;
  const finish = () => {
    if (ended) return;
    ended = true;
    clock.stop();
    comet.remove();
    way.remove();
    for (const part of rest) part.removeAttribute('visibility');
    if (dash === null) line?.removeAttribute('stroke-dasharray');
    else line?.setAttribute('stroke-dasharray', dash);
    line?.removeAttribute('stroke-dashoffset');
  };
  const clock = timer((elapsed) => {
    if (elapsed >= durationMs) finish();
    else show(elapsed / durationMs);
  });
  show(0);
  return { finish };
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
