// Moving the one playhead over run ▸ step ▸ phase ▸ op, both ways. Pure: a playhead in, a playhead out, always inside the run.
import type { TraceReader } from '../../core/index.ts';
import type { Phase, Playhead } from './overlay-types.ts';
import { phaseNames, phasesOf, type StepPhases } from './phases.ts';

/** How many segments each phase of a step has. */
export type PhaseSizes = Readonly<Record<Phase, number>>;

export function phasesAt(reader: TraceReader, stepIndex: number): StepPhases {
  const step = reader.step(stepIndex);
  const graph = reader.graphs[step.graph];
  return graph === undefined ? { forward: [], backward: [], optimizer: [] } : phasesOf(graph, step, reader.events(step));
}

export function phaseSizes(reader: TraceReader, stepIndex: number): PhaseSizes {
  const { forward, backward, optimizer } = phasesAt(reader, stepIndex);
  return { forward: forward.length, backward: backward.length, optimizer: optimizer.length };
}

export const stepStart = (step: number): Playhead => ({ step, phase: 'forward', op: -1 });

/** The last segment of a step, its very start where it has none. */
export function stepEnd(reader: TraceReader, step: number): Playhead {
  const sizes = phaseSizes(reader, step);
  const phase = [...phaseNames].reverse().find((name) => sizes[name] > 0);
  return phase === undefined ? stepStart(step) : { step, phase, op: sizes[phase] - 1 };
}

/** The nearest playhead that the run has; null for a run without steps. */
export function clampPlayhead(reader: TraceReader, playhead: Playhead): Playhead | null {
  if (reader.stepCount === 0) return null;
  const step = Math.min(reader.stepCount - 1, Math.max(0, Math.trunc(playhead.step) || 0));
  if (step !== playhead.step) return step < playhead.step ? stepEnd(reader, step) : stepStart(step);
  const sizes = phaseSizes(reader, step);
  const op = Math.min(sizes[playhead.phase] - 1, Math.max(-1, Math.trunc(playhead.op) || 0));
  return { step, phase: playhead.phase, op };
}

/** Place in the step counted through its phases: −1 at its start, 0 for its first segment. */
export function opOfStep(sizes: PhaseSizes, { phase, op }: Playhead): number {
  let before = 0;
  for (const name of phaseNames) {
    if (name === phase) return before + op;
    before += sizes[name];
  }
  return before + op;
}

/** The reverse of opOfStep. */
export function playheadAt(sizes: PhaseSizes, step: number, op: number): Playhead {
  let rest = op;
  for (const phase of phaseNames) {
    if (rest < sizes[phase] && rest >= 0) return { step, phase, op: rest };
    rest -= sizes[phase];
  }
  return stepStart(step);
}

/** One segment on; from a step's last to the next step's first. Stays where the run ends. */
export function nextOp(reader: TraceReader, playhead: Playhead): Playhead {
  const sizes = phaseSizes(reader, playhead.step);
  const total = sizes.forward + sizes.backward + sizes.optimizer;
  const op = opOfStep(sizes, playhead) + 1;
  if (op < total) return playheadAt(sizes, playhead.step, op);
  for (let step = playhead.step + 1; step < reader.stepCount; step++) {
    const next = phaseSizes(reader, step);
    if (next.forward + next.backward + next.optimizer > 0) return playheadAt(next, step, 0);
  }
  return playhead;
}

/** One segment back; from a step's first to the last of the step before, in the first step to its very start. */
export function previousOp(reader: TraceReader, playhead: Playhead): Playhead {
  const sizes = phaseSizes(reader, playhead.step);
  const op = opOfStep(sizes, playhead) - 1;
  if (op >= 0) return playheadAt(sizes, playhead.step, op);
  for (let step = playhead.step - 1; step >= 0; step--) {
    const end = stepEnd(reader, step);
    if (end.op >= 0) return end;
  }
  return stepStart(playhead.step);
}

/** The same place `by` steps away; the end of a step stays the end of a step. */
export function moveSteps(reader: TraceReader, playhead: Playhead, by: number): Playhead {
  if (reader.stepCount === 0) return playhead;
  const step = Math.min(reader.stepCount - 1, Math.max(0, playhead.step + by));
  const end = stepEnd(reader, playhead.step);
  if (end.phase === playhead.phase && end.op === playhead.op) return stepEnd(reader, step);
  return clampPlayhead(reader, { ...playhead, step }) ?? playhead;
}

export const nextStep = (reader: TraceReader, playhead: Playhead): Playhead => moveSteps(reader, playhead, 1);
export const previousStep = (reader: TraceReader, playhead: Playhead): Playhead => moveSteps(reader, playhead, -1);

/** The same place in the first step of the next (or the previous) epoch of the same loop; the loop's end or start where there is none. */
export function moveEpoch(reader: TraceReader, playhead: Playhead, by: 1 | -1): Playhead {
  const here = reader.step(playhead.step);
  let target = playhead.step;
  let epoch = here.epoch;
  for (let index = playhead.step + by; index >= 0 && index < reader.stepCount; index += by) {
    const step = reader.step(index);
    if (step.loop !== here.loop) break;
    if (by === 1 && step.epoch !== here.epoch) return moveSteps(reader, playhead, index - playhead.step);
    if (by === -1 && step.epoch !== here.epoch) {
      // Walk on to the first step of that epoch.
      if (epoch === here.epoch) epoch = step.epoch;
      else if (step.epoch !== epoch) break;
    }
    target = index;
  }
  return moveSteps(reader, playhead, target - playhead.step);
}

/** One segment further than before, in the same step or into the next: the only move that is played, all others jump. */
export function isNextOp(before: Playhead | null, after: Playhead | null): boolean {
  if (before === null || after === null) return false;
  if (before.step !== after.step) return after.step === before.step + 1 && after.phase === 'forward' && after.op === 0;
  if (before.phase === after.phase) return after.op === before.op + 1;
  return phaseNames.indexOf(after.phase) === phaseNames.indexOf(before.phase) + 1 && after.op === 0;
}
