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

/** The step an update took, after − before, element by element; null where only summaries were kept. */
export function stepTaken({ before, after }: { readonly before: Payload; readonly after: Payload }): Payload | null {
  if (!before.values || !after.values || before.values.length !== after.values.length) return null;
  const old = before.values;
  const values = after.values.map((value, at) => value - old[at]);
  const finite = values.filter(Number.isFinite);
  const count = values.length;
  const sum = finite.reduce((total, value) => total + value, 0);
  const squares = finite.reduce((total, value) => total + value * value, 0);
  const mean = sum / finite.length;
  const spread = finite.reduce((total, value) => total + (value - mean) ** 2, 0);
  const nan = values.filter(Number.isNaN).length;
  return {
    shape: after.shape,
    dtype: after.dtype,
    values,
    summary: {
      count,
      nan,
      inf: count - finite.length - nan,
      min: Math.min(...finite),
      max: Math.max(...finite),
      mean,
      // Like the recorder's and torch's: over n − 1.
      std: finite.length > 1 ? Math.sqrt(spread / (finite.length - 1)) : 0,
      rms: Math.sqrt(squares / finite.length),
      sum,
      sumAbs: finite.reduce((total, value) => total + Math.abs(value), 0),
      norm: Math.sqrt(squares),
    },
  };
}
