// Trace + playhead → Overlay: a function of the playhead alone, so that it looks the same whichever way one came.
import type { Graph, GraphNode, Payload, Step, TraceReader } from '../../core/index.ts';
import { gradientLook } from './gradient.ts';
import { formatNumber, formatRange, formatSigned, formatWhole } from './number-format.ts';
import type { EdgeOverlay, FaceOverlay, Overlay, Playhead } from './overlay-types.ts';
import { phaseNames } from './phases.ts';
import { phasesAt } from './playhead.ts';

const maxCells = 96;
const stretches = 16;

const pendingFace: FaceOverlay = { state: 'pending', text: null, cells: null, range: null, before: null, sign: 0, nan: false };
const pendingEdge: EdgeOverlay = { state: 'pending', t: 0, s: 0, width: 1.5, vanishing: false, nan: false, tag: null, summary: null };

/** Values divided by the largest magnitude; long tensors as means of 16 equal stretches. */
export function heatCells(values: readonly number[]): readonly number[] {
  let cells = values;
  if (values.length > maxCells)
    cells = Array.from({ length: stretches }, (_, i) => {
      const [from, to] = [Math.floor((i * values.length) / stretches), Math.floor(((i + 1) * values.length) / stretches)];
      let sum = 0;
      for (let k = from; k < to; k++) sum += Number.isFinite(values[k]) ? values[k] : 0;
      return sum / (to - from);
    });
  const largest = cells.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
  return cells.map((value) => (largest === 0 || Number.isNaN(value) ? 0 : Math.max(-1, Math.min(1, value / largest))));
}

/** One number, or a strip and a range. `gradient` colours a scalar by its sign. */
export function faceOf(payload: Payload, state: FaceOverlay['state'], gradient: boolean): FaceOverlay {
  const { summary, values, dtype } = payload;
  const nan = summary.nan > 0 || summary.inf > 0;
  if (summary.count === 1) {
    const value = values?.[0] ?? (summary.nan > 0 ? Number.NaN : summary.inf > 0 ? Number.POSITIVE_INFINITY : summary.sum);
    const text = /float/.test(dtype) ? formatNumber(value) : formatWhole(value, dtype);
    return { state, text, cells: null, range: null, before: null, sign: gradient ? ((Math.sign(value) || 0) as -1 | 0 | 1) : 0, nan };
  }
  if (summary.count === 0) return { ...pendingFace, state, text: 'empty' };
  const bad = summary.nan > 0 ? `${summary.nan} NaN` : `${summary.inf} inf`;
  if (nan) return { ...pendingFace, state, text: bad, nan };
  return { ...pendingFace, state, cells: values === null ? null : heatCells(values), range: formatRange(summary.min, summary.max, dtype) };
}

function edgeOf(payload: Payload | null, running: boolean): EdgeOverlay {
  if (payload === null) return { ...pendingEdge, state: running ? 'running' : 'done' };
  const look = gradientLook(payload.summary);
  const { count, sum, rms } = payload.summary;
  const tag = look.nan ? 'NaN' : count === 1 ? formatSigned(payload.values?.[0] ?? sum) : `${formatNumber(rms)} rms`;
  return { ...look, state: running ? 'running' : 'done', tag: running ? tag : null, summary: payload.summary };
}

interface Edges {
  /** Gradient edges by the node that hands them out, by slot; value edges by their source. */
  readonly out: Map<string, Graph['edges'][number][]>;
  readonly into: Map<string, Graph['edges'][number][]>;
}

const indexed = new WeakMap<Graph, Edges>();

function edgesOf(graph: Graph): Edges {
  let edges = indexed.get(graph);
  if (edges === undefined) {
    edges = { out: new Map(), into: new Map() };
    for (const edge of graph.edges) {
      edges.out.set(edge.from, [...(edges.out.get(edge.from) ?? []), edge]);
      edges.into.set(edge.to, [...(edges.into.get(edge.to) ?? []), edge]);
    }
    indexed.set(graph, edges);
  }
  return edges;
}

/** What a leaf's `.grad` said when the step began: what the step before left there. */
function gradBefore(reader: TraceReader, step: Step, accumulate: GraphNode, leaf: GraphNode): Payload | 'None' | 'zeros' {
  if (step.index === 0) return 'None';
  const before = reader.step(step.index - 1);
  const graph = reader.graphs[before.graph];
  let grad: Payload | 'None' | 'zeros' = 'None';
  for (const event of reader.events(before)) {
    const id = graph?.nodes[event.node]?.id;
    if (event.kind === 'backward' && id === accumulate.id && event.grad !== null) grad = event.grad;
    if (event.kind === 'zero_grad' && (id === leaf.id || id === accumulate.id)) grad = before.optimizer === 'by hand' ? 'zeros' : 'None';
  }
  return grad;
}

/** What the drawing shows at `playhead`. `op` −1 is the phase's start: everything before it is done, nothing of it has run. */
export function overlayAt(reader: TraceReader, playhead: Playhead): Overlay {
  const step = reader.step(playhead.step);
  const graph = reader.graphs[step.graph];
  const faces = new Map<string, FaceOverlay>();
  const edges = new Map<string, EdgeOverlay>();
  if (graph === undefined) return { playhead, faces, edges };
  const events = reader.events(step);
  const phases = phasesAt(reader, playhead.step);
  const { out, into } = edgesOf(graph);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));

  graph.nodes.forEach((node, index) => {
    if (node.kind === 'op' || node.kind === 'backward') faces.set(node.id, pendingFace);
    else if (node.kind === 'output') faces.set(node.id, pendingFace);
    else {
      const value = reader.initial(step, index);
      faces.set(node.id, value === null ? { ...pendingFace, state: 'done' } : faceOf(value, 'done', false));
    }
  });
  for (const node of graph.nodes) {
    if (node.kind === 'leaf' && node.pair !== null) {
      const accumulate = byId.get(node.pair);
      if (accumulate === undefined) continue;
      const grad = gradBefore(reader, step, accumulate, node);
      if (typeof grad === 'string') faces.set(accumulate.id, { ...pendingFace, text: grad === 'zeros' ? '0.0000' : grad });
      else faces.set(accumulate.id, { ...faceOf(grad, 'pending', true) });
    }
  }
  for (const edge of graph.edges) {
    const source = byId.get(edge.from)?.kind;
    if (edge.kind === 'gradient') edges.set(edge.id, pendingEdge);
    // Values of leaves and inputs are there from the start.
    else if (edge.kind === 'value') edges.set(edge.id, source === 'op' ? pendingEdge : { ...pendingEdge, state: 'done' });
  }
  for (const node of graph.nodes) if (node.kind === 'leaf' && node.pair !== null) edges.set(`${node.pair}>${node.id}`, pendingEdge);

  const run = (index: number, running: boolean): void => {
    const event = events[index];
    const node = graph.nodes[event.node];
    if (node === undefined) return;
    const state = running ? 'running' : 'done';
    switch (event.kind) {
      case 'forward': {
        const [value] = event.outputs;
        faces.set(node.id, value === undefined ? { ...pendingFace, state } : faceOf(value, state, false));
        for (const edge of out.get(node.id) ?? []) {
          if (edge.kind !== 'value') continue;
          edges.set(edge.id, { ...pendingEdge, state });
          const target = byId.get(edge.to);
          const shown = event.outputs[edge.slot] ?? value;
          if (target?.kind === 'output' && shown !== undefined) faces.set(target.id, faceOf(shown, 'done', false));
        }
        break;
      }
      case 'backward': {
        const incoming = event.incoming.find((payload) => payload !== null) ?? null;
        if (node.name === 'AccumulateGrad') {
          const grad = event.grad ?? incoming;
          faces.set(node.id, grad === null ? { ...pendingFace, state } : faceOf(grad, state, true));
          if (node.pair !== null) edges.set(`${node.id}>${node.pair}`, edgeOf(incoming ?? event.grad, running));
        } else faces.set(node.id, incoming === null ? { ...pendingFace, state } : faceOf(incoming, state, true));
        for (const edge of into.get(node.id) ?? [])
          if (edge.kind === 'gradient' && byId.get(edge.from)?.kind === 'output')
            edges.set(edge.id, edgeOf(event.incoming[edge.toSlot] ?? incoming, false));
        for (const edge of out.get(node.id) ?? [])
          if (edge.kind === 'gradient') edges.set(edge.id, edgeOf(event.outgoing[edge.slot] ?? null, running));
        break;
      }
      case 'update':
        faces.set(node.id, { ...faceOf(event.after, state, false), before: briefOf(event.before) });
        break;
      case 'zero_grad': {
        const accumulate = node.kind === 'leaf' ? node.pair : node.id;
        if (accumulate !== null) faces.set(accumulate, { ...pendingFace, state, text: step.optimizer === 'by hand' ? '0.0000' : 'None' });
        break;
      }
    }
  };

  for (const phase of phaseNames) {
    const here = phase === playhead.phase;
    const segments = phases[phase];
    const last = here ? playhead.op : segments.length - 1;
    segments.forEach((segment, i) => {
      if (i <= last) for (const index of segment.events) run(index, here && i === last);
    });
    if (here) break;
  }
  return { playhead, faces, edges };
}

/** A leaf's old value in one word. */
function briefOf(payload: Payload): string {
  const shown = faceOf(payload, 'done', false);
  return shown.text ?? shown.range ?? '';
}
