// Playback's playhead moves under the names commands use, and the segments of a step kept at hand. Pure; knows no store.
import type { TraceEvent, TraceReader } from '../../core/index.ts';
import type { Phase, Playhead } from '../playback/overlay-types.ts';
import { phaseNames, type Segment, type StepPhases } from '../playback/phases.ts';
import { phasesAt } from '../playback/playhead.ts';

export { clampPlayhead, moveEpoch, moveSteps, nextOp, previousOp, stepEnd, stepStart } from '../playback/playhead.ts';
export { phaseNames };

interface StepContent {
  readonly phases: StepPhases;
  readonly events: readonly TraceEvent[];
}
const noContent: StepContent = { phases: { forward: [], backward: [], optimizer: [] }, events: [] };

/** The step last asked for: many views ask for the same one, and reading decodes. */
const lastRead = new WeakMap<TraceReader, { readonly step: number; readonly count: number; readonly content: StepContent }>();

export function stepContent(reader: TraceReader, index: number): StepContent {
  if (index < 0 || index >= reader.stepCount) return noContent;
  const step = reader.step(index);
  const last = lastRead.get(reader);
  if (last && last.step === index && last.count === step.eventCount) return last.content;
  const content: StepContent = { phases: phasesAt(reader, index), events: reader.events(step) };
  lastRead.set(reader, { step: index, count: step.eventCount, content });
  return content;
}

/** Where a step is first looked at: its loss is there, its gradients are not yet. */
export function readyToPlay(reader: TraceReader, step: number): Playhead {
  return { step, phase: 'forward', op: stepContent(reader, step).phases.forward.length - 1 };
}

/** The segment under the playhead; null at a phase's very start. */
export function segmentAt(reader: TraceReader, at: Playhead | null): Segment | null {
  if (!at || at.op < 0) return null;
  return stepContent(reader, at.step).phases[at.phase][at.op] ?? null;
}

/** Whether the playhead has come to a segment. */
export function isReached(playhead: Playhead, phase: Phase, op: number): boolean {
  const [here, there] = [phaseNames.indexOf(playhead.phase), phaseNames.indexOf(phase)];
  return there < here || (there === here && op <= playhead.op);
}
