// The step as rows of segments to draw: titles by phase, and what is said where a phase has none. Pure.
import type { TraceReader } from '../../core/index.ts';
import type { Phase } from '../playback/overlay-types.ts';
import { phaseNames, stepContent } from '../state/navigation.ts';
import { words } from '../state/words.ts';

export interface TrackSegment {
  readonly op: number;
  readonly label: string;
  /** Where the whole label finds no room: a leaf's last name, how many tensors an optimizer moves. */
  readonly short: string;
  /** Its op refused its arguments. */
  readonly error: boolean;
}

export interface PhaseRow {
  readonly phase: Phase;
  readonly title: string;
  readonly segments: readonly TrackSegment[];
  /** Said in place of segments where there are none. */
  readonly empty: string;
}

/** `Accumulate hidden.0.weight` → `weight`, `SGD a, b, c, d` → `SGD ×4`. */
function shortLabel(label: string, nodes: number): string {
  if (label.startsWith('Accumulate ')) return label.slice(11).split('.').at(-1) ?? label;
  return nodes > 1 && label.includes(', ') ? `${label.split(' ')[0]} ×${nodes}` : label;
}

/** Rows of one step; `halted`: the run may not have come to its end, it failed or still goes on. */
export function phaseRows(reader: TraceReader, index: number, halted: boolean): readonly PhaseRow[] {
  const step = reader.step(index);
  const graph = reader.graphs[step.graph];
  const errors = new Set(graph?.nodes.filter((node) => node.error !== undefined).map((node) => node.id));
  const { phases } = stepContent(reader, index);
  const w = words.timeline;
  const titles: Record<Phase, string> = {
    forward: w.forward,
    backward: w.backward,
    optimizer: step.optimizer === 'by hand' ? w.updateByHand : w.optimizer,
  };
  const reached = !halted || step.closed;
  const empty: Record<Phase, string> = {
    forward: w.notReached,
    backward: reached ? w.notCalled : w.notReached,
    optimizer: reached ? w.noUpdate : w.notReached,
  };
  return phaseNames.map((phase) => ({
    phase,
    title: titles[phase],
    empty: empty[phase],
    segments: phases[phase].map((segment, op) => ({
      op,
      label: segment.label,
      short: shortLabel(segment.label, segment.nodeIds.length),
      error: segment.nodeIds.some((id) => errors.has(id)),
    })),
  }));
}
