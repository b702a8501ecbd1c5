// Whether a person is busy in a part of the window: then nothing there may scroll by itself.

const restMs = 4000;
const gestures = ['wheel', 'pointerdown', 'keydown', 'touchmove'] as const;

export interface Hands {
  /** No gesture for a while. Running the script ends the wait: it asks to see what happens. */
  readonly resting: () => boolean;
  readonly destroy: () => void;
}

export function watchHands(place: HTMLElement, now: () => number = () => performance.now()): Hands {
  let last = Number.NEGATIVE_INFINITY;
  const heard = (event: Event): void => {
    const runs = event instanceof KeyboardEvent && event.key === 'Enter' && (event.ctrlKey || event.metaKey);
    last = runs ? Number.NEGATIVE_INFINITY : now();
  };
  for (const gesture of gestures) place.addEventListener(gesture, heard, { passive: true });
  return {
    resting: () => now() - last > restMs,
    destroy: () => {
      for (const gesture of gestures) place.removeEventListener(gesture, heard);
    },
  };
}

/** Smooth unless the person asked for stillness. */
export const scrollBehaviour = (): ScrollBehavior => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth');
