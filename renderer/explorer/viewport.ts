// Pan and zoom of the drawing: d3-zoom with the design's wheel habits, fitting, and what level of detail a zoom shows.
import { easeCubicOut } from 'd3-ease';
import { select } from 'd3-selection';
import 'd3-transition';
import { type D3ZoomEvent, type ZoomTransform, zoom, zoomIdentity } from 'd3-zoom';
import type { Level } from '../graph/node-glyph.ts';
import type { Box } from '../graph/scene-types.ts';

export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

const scaleExtent: [number, number] = [0.05, 4];
/** A fitted graph is never drawn larger than it was designed. */
const largestFit = 1;
/** A picture that arrives is not drawn smaller than its names can be read; what does not fit goes on below. */
export const smallestArrival = 0.45;
export const glideMs = 320;

/** From here on the smallest text, 11 px, shows at 9 px or more. */
export const numbersFrom = 9 / 11;
/** blocks < 0.3, names < 0.82, numbers from there. Below 0.45 a name stands only where its box has the room. */
export const levelAt = (scale: number): Level => (scale < 0.3 ? 'blocks' : scale < numbersFrom ? 'names' : 'numbers');

/** Sizes of names come in few steps, so that zooming does not redraw every frame; each step shows 9.5 px or a little more. */
const nameSteps = [0.3, 0.34, 0.39, 0.45, 0.52, 0.6, 0.69, 0.75];
export const nameSizeAt = (scale: number): number => 9.5 / (nameSteps.findLast((step) => step <= scale) ?? nameSteps[0]);

export interface Viewport {
  readonly transform: ZoomTransform;
  /** True once a person moved it since the last fit. */
  readonly moved: boolean;
  /** The whole of `content`, or its upper end where that would be drawn smaller than `least`. */
  fit(content: Box, insets: Insets, animate: boolean, least?: number): void;
  /** Sets the transform without marking it as moved by hand. */
  set(transform: ZoomTransform, animate: boolean): void;
  scaleBy(factor: number): void;
  /** Moves just enough that the box is in sight. */
  reveal(box: Box, insets: Insets, animate: boolean): void;
  destroy(): void;
}

/** Attaches the gestures to `svg`; `onChange` is called with every new transform, at frame rate. */
export function viewport(svg: SVGSVGElement, onChange: (transform: ZoomTransform) => void): Viewport {
  const selection = select(svg);
  let transform = zoomIdentity;
  /** Where the picture is gliding to, or rests: a glide passes through smaller scales on its way. */
  let goal = zoomIdentity;
  let moved = false;
  /** The glide or jump of our own under way; what moves the picture besides is a hand. */
  let own: object | null = null;
  const behaviour = zoom<SVGSVGElement, unknown>()
    .scaleExtent(scaleExtent)
    .clickDistance(4)
    // Pinches come as many small steps, a wheel's notch as one large one.
    .wheelDelta(
      (event) =>
        -event.deltaY * (event.deltaMode === 1 ? 0.05 : event.deltaMode === 2 ? 1 : 0.002) * (Math.abs(event.deltaY) < 40 ? 6 : 1.5),
    )
    .filter((event: MouseEvent | WheelEvent) =>
      event.type === 'wheel' ? event.ctrlKey || event.metaKey : !event.ctrlKey && event.button === 0,
    )
    .on('zoom', (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
      transform = event.transform;
      if (own === null) {
        moved = true;
        goal = transform;
      }
      onChange(transform);
    });
  selection.call(behaviour).on('dblclick.zoom', null);
  const pan = (event: WheelEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? svg.clientHeight : 1;
    const [dx, dy] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    selection.interrupt();
    behaviour.translateBy(selection, (-dx * unit) / transform.k, (-dy * unit) / transform.k);
  };
  svg.addEventListener('wheel', pan, { passive: false });

  const apply = (next: ZoomTransform, animate: boolean) => {
    const mine = {};
    const over = () => {
      if (own === mine) own = null;
    };
    goal = next;
    if (!animate || svg.clientWidth === 0) {
      selection.interrupt();
      own = mine;
      behaviour.transform(selection, next);
      over();
      return;
    }
    own = mine;
    // A gesture that starts meanwhile interrupts the glide and takes over from there.
    selection.transition().duration(glideMs).ease(easeCubicOut).call(behaviour.transform, next).on('end interrupt cancel', over);
  };

  return {
    get transform() {
      return transform;
    },
    get moved() {
      return moved;
    },
    fit(content, insets, animate, least = scaleExtent[0]) {
      const width = svg.clientWidth - insets.left - insets.right;
      const height = svg.clientHeight - insets.top - insets.bottom;
      moved = false;
      if (width <= 0 || height <= 0 || content.width <= 0 || content.height <= 0) return;
      const k = Math.min(largestFit, Math.max(least, Math.min(width / content.width, height / content.height)));
      const x = insets.left + (width - content.width * k) / 2 - content.x * k;
      const y = insets.top + Math.max(0, (height - content.height * k) / 2) - content.y * k;
      // Whole pixels keep hairlines sharp.
      apply(zoomIdentity.translate(Math.round(x), Math.round(y)).scale(k), animate);
    },
    set: (next, animate) => apply(next, animate),
    scaleBy(factor) {
      moved = true;
      selection.interrupt();
      behaviour.scaleBy(selection.transition().duration(200), factor);
    },
    reveal(box, insets, animate) {
      const { k, x, y } = goal;
      const shift = (low: number, high: number, from: number, to: number) =>
        low < from ? from - low : high > to ? Math.max(to - high, from - low) : 0;
      const dx = shift(box.x * k + x, (box.x + box.width) * k + x, insets.left, svg.clientWidth - insets.right);
      const dy = shift(box.y * k + y, (box.y + box.height) * k + y, insets.top, svg.clientHeight - insets.bottom);
      if (dx !== 0 || dy !== 0) apply(zoomIdentity.translate(x + dx, y + dy).scale(k), animate);
    },
    destroy() {
      selection.interrupt();
      selection.on('.zoom', null);
      svg.removeEventListener('wheel', pan);
    },
  };
}
