// The drawn graph's gestures for commands: whoever draws it registers what it can do.
import type { GraphControl } from '../state/app.ts';

let drawn: GraphControl | null = null;

export const graphControl: GraphControl = {
  fit: () => drawn?.fit(),
  nextHit: (direction) => drawn?.nextHit(direction),
  focus: () => drawn?.focus(),
};

/** Returns how to take it back. */
export function registerGraph(control: GraphControl): () => void {
  drawn = control;
  return () => {
    if (drawn === control) drawn = null;
  };
}
