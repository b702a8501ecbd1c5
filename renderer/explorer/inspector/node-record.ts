// What the Trace holds for one node at the playhead: its value, its gradients, its update, how far it has come. Pure.
import type { Graph, GraphNode, Payload, Step, TraceEvent, TraceReader } from '../../../core/index.ts';
import type { Phase, Playhead } from '../../playback/overlay-types.ts';
import { nodeById } from '../../state/current-graph.ts';
import { isReached, phaseNames, stepContent } from '../../state/navigation.ts';

export interface NodeRecord {
  readonly value: Payload | null;
  /** Backward function: what came in, per output of its op, and what it handed on. */
  readonly incoming: readonly (Payload | null)[];
  readonly outgoing: readonly (Payload | null)[];
  /** Leaf: its `.grad` once AccumulateGrad has run in this step. */
  readonly grad: Payload | null;
  /** True where this step has a gradient for it that the playhead has not reached. */
  readonly gradAhead: boolean;
  readonly zeroed: boolean;
  readonly update: { readonly before: Payload; readonly after: Payload } | null;
  /** Its place among the ops of the phase that runs now, from 1; 0 where it does not run now. */
  readonly running: { readonly phase: Phase; readonly at: number; readonly of: number } | null;
}

const nothing: NodeRecord = {
  value: null,
  incoming: [],
  outgoing: [],
  grad: null,
  gradAhead: false,
  zeroed: false,
  update: null,
  running: null,
};

export function nodeRecord(reader: TraceReader, step: Step, playhead: Playhead, graph: Graph, node: GraphNode): NodeRecord {
  const index = graph.nodes.indexOf(node);
  const pair = nodeById(graph, node.pair);
  const pairIndex = pair ? graph.nodes.indexOf(pair) : -1;
  // An output has no event of its own: it is what the op before it gave.
  const source = node.kind === 'output' ? graph.edges.find((edge) => edge.kind === 'value' && edge.to === node.id) : undefined;
  const sourceIndex = source ? graph.nodes.findIndex(({ id }) => id === source.from) : -1;
  const { phases, events } = stepContent(reader, step.index);
  let record: NodeRecord = { ...nothing, value: reader.initial(step, index) };

  for (const phase of phaseNames) {
    phases[phase].forEach((segment, op) => {
      const past = isReached(playhead, phase, op);
      for (const at of segment.events) {
        const event = events[at];
        const own = event.node === index;
        if (source && past && event.node === sourceIndex && event.kind === 'forward')
          record = { ...record, value: event.outputs[source.slot] ?? event.outputs[0] ?? null };
        if (!own && event.node !== pairIndex) continue;
        if (own && playhead.phase === phase && playhead.op === op)
          record = { ...record, running: { phase, at: op + 1, of: phases[phase].length } };
        record = past ? afterEvent(record, event, own) : event.kind === 'backward' ? { ...record, gradAhead: true } : record;
      }
    });
  }
  return record;
}

function afterEvent(record: NodeRecord, event: TraceEvent, own: boolean): NodeRecord {
  switch (event.kind) {
    case 'forward':
      return own ? { ...record, value: event.outputs[0] ?? null } : record;
    case 'backward':
      return { ...record, incoming: event.incoming, outgoing: event.outgoing, grad: event.grad ?? record.grad, zeroed: false };
    case 'update':
      return own ? { ...record, value: event.after, update: event } : record;
    case 'zero_grad':
      return own ? { ...record, zeroed: true } : record;
  }
}

/** What a tensor kept for backward holds: the value of the node it was saved from, where the Graph says so. */
export function savedOf(graph: Graph, node: GraphNode): readonly GraphNode[] {
  const target = node.kind === 'backward' ? node.id : node.pair;
  return graph.edges
    .filter((edge) => edge.kind === 'saved' && edge.to === target)
    .map((edge) => nodeById(graph, edge.from))
    .filter((found): found is GraphNode => found !== null);
}

type Values = ArrayLike<number> | null;

/** The step an update took, after − before, element by element; null where `valuesOf` has only summaries. */
export function stepTaken(
  { before, after }: { readonly before: Payload; readonly after: Payload },
  valuesOf: (payload: Payload) => Values = (payload) => payload.values,
): Payload | null {
  const old = valuesOf(before);
  const now = valuesOf(after);
  if (!old || !now || old.length !== now.length) return null;
  const count = now.length;
  const values = Array.from(now, (value, at) => value - old[at]);
  const found = { nan: 0, min: Infinity, max: -Infinity, sum: 0, sumAbs: 0, squares: 0 };
  let finite = 0;
  for (const value of values) {
    if (Number.isNaN(value)) found.nan++;
    if (!Number.isFinite(value)) continue;
    finite++;
    found.min = Math.min(found.min, value);
    found.max = Math.max(found.max, value);
    found.sum += value;
    found.sumAbs += Math.abs(value);
    found.squares += value * value;
  }
  const mean = found.sum / finite;
  const spread = values.reduce((total, value) => (Number.isFinite(value) ? total + (value - mean) ** 2 : total), 0);
  return {
    shape: after.shape,
    dtype: after.dtype,
    values,
    summary: {
      count,
      nan: found.nan,
      inf: count - finite - found.nan,
      min: found.min,
      max: found.max,
      mean,
      // Like the recorder's and torch's: over n − 1.
      std: finite > 1 ? Math.sqrt(spread / (finite - 1)) : 0,
      rms: Math.sqrt(found.squares / finite),
      sum: found.sum,
      sumAbs: found.sumAbs,
      norm: Math.sqrt(found.squares),
    },
  };
}
