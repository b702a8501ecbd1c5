// The Trace as documented, versioned JSON (see FORMATS.md): what `nabla trace` writes. Reads any TraceReader.
import type { Graph } from './graph.ts';
import type { Loop, Payload, Step, TensorSummary, TraceEvent, TraceReader } from './trace.ts';

export const TRACE_JSON_FORMAT = 'nabla-trace';
export const TRACE_JSON_VERSION = 1;

/** JSON has no NaN and no infinities: they are written as these words. */
type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

interface JsonPayload {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly summary: Readonly<Record<keyof TensorSummary, JsonNumber>>;
  readonly values: readonly JsonNumber[] | null;
}

interface TraceJson {
  readonly format: typeof TRACE_JSON_FORMAT;
  readonly version: typeof TRACE_JSON_VERSION;
  readonly graphs: readonly Graph[];
  readonly loops: readonly Loop[];
  readonly steps: readonly unknown[];
}

const number = (x: number): JsonNumber => (Number.isFinite(x) ? x : Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity');

function payload(p: Payload): JsonPayload {
  const summary = Object.fromEntries(Object.entries(p.summary).map(([key, x]) => [key, number(x as number)]));
  return { shape: p.shape, dtype: p.dtype, summary: summary as JsonPayload['summary'], values: p.values?.map(number) ?? null };
}
const maybe = (p: Payload | null): JsonPayload | null => (p === null ? null : payload(p));

function event(e: TraceEvent, graph: Graph): unknown {
  const node = graph.nodes[e.node].id;
  switch (e.kind) {
    case 'forward':
      return { kind: e.kind, node, outputs: e.outputs.map(payload) };
    case 'backward':
      return { kind: e.kind, node, incoming: e.incoming.map(maybe), outgoing: e.outgoing.map(maybe), grad: maybe(e.grad) };
    case 'update':
      return { kind: e.kind, node, before: payload(e.before), after: payload(e.after) };
    default:
      return { kind: e.kind, node };
  }
}

/** One step as JSON; nodes by id. */
function stepJson(reader: TraceReader, step: Step): unknown {
  const graph = reader.graphs[step.graph];
  const initial: Record<string, JsonPayload> = {};
  graph.nodes.forEach((node, i) => {
    const value = node.kind === 'leaf' || node.kind === 'input' ? reader.initial(step, i) : null;
    if (value !== null) initial[node.id] = payload(value);
  });
  return {
    ...step,
    trainLoss: step.trainLoss === null ? null : number(step.trainLoss),
    validationLoss: step.validationLoss === null ? null : number(step.validationLoss),
    hyper: Object.fromEntries(Object.entries(step.hyper).map(([key, x]) => [key, number(x)])),
    initial,
    events: reader.events(step).map((e) => event(e, graph)),
  };
}

export function traceJson(reader: TraceReader): TraceJson {
  const steps: unknown[] = [];
  for (let i = 0; i < reader.stepCount; i++) steps.push(stepJson(reader, reader.step(i)));
  return { format: TRACE_JSON_FORMAT, version: TRACE_JSON_VERSION, graphs: reader.graphs, loops: reader.loops, steps };
}

/** The text of `traceJson`, piece by piece (header, one piece a step, end), so that a long run needs no giant string. */
export function* traceJsonText(reader: TraceReader): Generator<string> {
  yield `{"format":"${TRACE_JSON_FORMAT}","version":${TRACE_JSON_VERSION},\n"graphs":${JSON.stringify(reader.graphs)},\n"loops":${JSON.stringify(reader.loops)},\n"steps":[`;
  for (let i = 0; i < reader.stepCount; i++) yield `${i === 0 ? '' : ','}\n${JSON.stringify(stepJson(reader, reader.step(i)))}`;
  yield '\n]}\n';
}
