// From one layout to the next: the toggled scope stays where it is on screen, everything else goes to its new place.
import { select } from 'd3-selection';
import 'd3-transition';
import { type ZoomTransform, zoomIdentity } from 'd3-zoom';
import type { Box, Point, Scene } from '../graph/scene-types.ts';
import { cubicBezier } from './pulse.ts';
import { glideMs } from './viewport.ts';

export const glideEase = cubicBezier(0.2, 0, 0, 1);

/** Where boxes and regions (`region:…`) of a scene lie. */
export const placesOf = (scene: Scene | null): Map<string, Box> =>
  new Map([
    ...(scene?.nodes ?? []).map((node) => [node.id, node.box] as const),
    ...(scene?.regions ?? []).map((region) => [`region:${region.id}`, region.box] as const),
  ]);

/** The view under which the scope keeps its place, null where it is in one of the scenes only. */
export function pinnedView(before: Scene, after: Scene, scope: string, view: ZoomTransform): ZoomTransform | null {
  const placeIn = (scene: Scene): Box | undefined => {
    const places = placesOf(scene);
    return places.get(`scope:${scope}`) ?? places.get(`region:${scope}`);
  };
  const [from, to] = [placeIn(before), placeIn(after)];
  if (from === undefined || to === undefined) return null;
  // The middle of the upper edge: near the pointer whether a title or a folded box was hit.
  const dx = from.x + from.width / 2 - (to.x + to.width / 2);
  return zoomIdentity.translate(dx * view.k + view.x, (from.y - to.y) * view.k + view.y).scale(view.k);
}

/** How far a box at `to` must be moved to be seen under view `now` where `from` was under view `old`. */
export const offsetBetween = (from: Box, to: Box, old: ZoomTransform, now: ZoomTransform): Point => ({
  x: (from.x * old.k + old.x - now.x) / now.k - to.x,
  y: (from.y * old.k + old.y - now.y) / now.k - to.y,
});

/** Moves a group from `offset` to its place; one that was not there before (null) fades in. */
export function glide(group: SVGElement, offset: Point | null): void {
  if (offset === null) fadeIn(group);
  else if (Math.abs(offset.x) >= 0.5 || Math.abs(offset.y) >= 0.5)
    select(group)
      .attr('transform', `translate(${offset.x} ${offset.y})`)
      .transition()
      .duration(glideMs)
      .ease(glideEase)
      .attr('transform', 'translate(0 0)')
      .on('end', () => group.removeAttribute('transform'));
}

export function fadeIn(group: SVGElement, delayMs = 0, durationMs = glideMs): void {
  select(group)
    .attr('opacity', 0)
    .transition()
    .delay(delayMs)
    .duration(durationMs)
    .ease(glideEase)
    .attr('opacity', 1)
    .on('end', () => group.removeAttribute('opacity'));
}
