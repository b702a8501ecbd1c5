// All structures of a run: Graphs by hash, Plans by what happens in them. A new one is written to the ring and announced.
import type { Tensor } from '../tensor/tensor.ts';
import type { Graph } from './graph.ts';
import { flavour, layout, type Plan } from './plan.ts';
import { trackGraph } from './step-graph.ts';
import { cueKind, type StepTrack } from './step-track.ts';
import type { TensorLabels } from './tensor-labels.ts';
import type { TraceRing } from './trace-ring.ts';

/** A plan with what it takes to recognise its next step. */
export interface KnownPlan {
  readonly index: number;
  readonly plan: Plan;
  readonly eventsBefore: readonly number[];
  readonly backwardCell: number;
  readonly backwardLine: number;
  readonly topCell: number;
  readonly topLine: number;
  track: StepTrack;
  offsets: readonly number[];
  bodyBytes: number;
  leaves: readonly Tensor[];
  loopLeaves: readonly Tensor[];
  successor: KnownPlan | null;
  misses: number;
}

export class PlanCatalogue {
  readonly graphs: Graph[] = [];
  readonly #graphIndex = new Map<string, number>();
  readonly #plans = new Map<string, KnownPlan>();
  readonly #ring: TraceRing;
  readonly #labels: TensorLabels;
  readonly #onGraph: (index: number, graph: Graph) => void;

  constructor(ring: TraceRing, labels: TensorLabels, onGraph: (index: number, graph: Graph) => void) {
    this.#ring = ring;
    this.#labels = labels;
    this.#onGraph = onGraph;
  }

  /** The plan of a built track, whose leaves are the first of `tensors`; null when the budget is spent. `open`: keep also what leads to no root. */
  find(track: StepTrack, tensors: readonly Tensor[], open: boolean): KnownPlan | null {
    const { graph, events, initial, eventsBefore } = trackGraph(track, open);
    let graphIndex = this.#graphIndex.get(graph.hash);
    if (graphIndex === undefined) {
      graphIndex = this.graphs.length;
      this.#graphIndex.set(graph.hash, graphIndex);
      this.graphs.push(graph);
      this.#onGraph(graphIndex, graph);
    }
    const plan: Plan = { graph: graphIndex, slots: track.slots, events, initial };
    const start = track.cues.findLast((cue) => cue.kind === cueKind.backwardStart);
    const key = JSON.stringify([plan, start?.cell, start?.line, start?.topCell, start?.topLine]);
    const leaves = tensors.slice(0, track.leaves.length);
    const updated = new Set<number>();
    for (const cue of track.cues) {
      if (cue.kind === cueKind.update) for (const leaf of cue.leaves) updated.add(leaf);
      if (cue.kind === cueKind.handUpdate) updated.add(cue.leaf);
    }
    const lasting = leaves.filter((t, i) => updated.has(i) || this.#labels.isOwned(t) || this.#labels.isParameter(t));
    const loopLeaves = lasting.length > 0 ? lasting : leaves;
    let known = this.#plans.get(key);
    if (known === undefined) {
      const index = this.#ring.addPlan(plan);
      if (index < 0) return null;
      const site = {
        backwardCell: start?.cell ?? 0,
        backwardLine: start?.line ?? 0,
        topCell: start?.topCell ?? 0,
        topLine: start?.topLine ?? 0,
      };
      const measured = layout(plan.slots, flavour.planned);
      known = {
        index,
        plan,
        eventsBefore,
        ...site,
        track,
        offsets: measured.offsets,
        bodyBytes: measured.bytes,
        leaves,
        loopLeaves,
        successor: null,
        misses: 0,
      };
      this.#plans.set(key, known);
    } else {
      known.track = track;
      known.leaves = leaves;
      known.loopLeaves = loopLeaves;
    }
    return known;
  }
}
