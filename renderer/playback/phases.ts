// One step cut into segments: what the timeline's forward, backward and optimizer tracks list, and what the playhead counts.
import type { Graph, GraphNode, Step, TraceEvent } from '../../core/index.ts';
import type { Phase } from './overlay-types.ts';

export interface Segment {
  readonly phase: Phase;
  /** As the timeline writes it: `addmm`, `MseLoss`, `Accumulate b`, `SGD b, W`, `a −= lr·grad`, `zero_grad`. */
  readonly label: string;
  /** Indices into the step's events. */
  readonly events: readonly number[];
  /** Graph nodes it runs. */
  readonly nodeIds: readonly string[];
}

export interface StepPhases {
  readonly forward: readonly Segment[];
  readonly backward: readonly Segment[];
  readonly optimizer: readonly Segment[];
}

export const phaseNames: readonly Phase[] = ['forward', 'backward', 'optimizer'];

/** `AddmmBackward0` → `Addmm`. */
const backwardLabel = (name: string): string => name.replace(/Backward\d+(_copy)?$/, '') || name;

/** Shortest names that tell these leaves apart: `W` and `b` for one layer, dotted names for several. */
function shortNames(leaves: readonly GraphNode[]): Map<string, string> {
  const last = (name: string) => {
    const part = name.slice(name.lastIndexOf('.') + 1);
    return part === 'weight' ? 'W' : part === 'bias' ? 'b' : part;
  };
  const shorts = leaves.map((leaf) => last(leaf.name));
  const distinct = new Set(shorts).size === leaves.length;
  return new Map(leaves.map((leaf, i) => [leaf.id, distinct ? shorts[i] : leaf.name]));
}

/** Pure. Optimizer events before the first backward (a `zero_grad()` at a loop's top) count to the forward phase. */
export function phasesOf(graph: Graph, step: Step, events: readonly TraceEvent[]): StepPhases {
  const phases: Record<Phase, Segment[]> = { forward: [], backward: [], optimizer: [] };
  const names = shortNames(graph.nodes.filter((node) => node.kind === 'leaf'));
  const firstBackward = events.findIndex((event) => event.kind === 'backward');
  const nameOf = (id: string) => names.get(id) || graph.nodes.find((node) => node.id === id)?.name || 'tensor';
  let open: { kind: string; phase: Phase; events: number[]; nodeIds: string[] } | null = null;
  const close = () => {
    if (open === null) return;
    const list = open.nodeIds.map(nameOf).join(', ');
    const label =
      open.kind === 'zero_grad'
        ? 'zero_grad'
        : step.optimizer === null || step.optimizer === 'by hand'
          ? `${list} −= lr·grad`
          : `${step.optimizer} ${list}`;
    phases[open.phase].push({ phase: open.phase, label, events: open.events, nodeIds: open.nodeIds });
    open = null;
  };
  events.forEach((event, index) => {
    const node = graph.nodes[event.node];
    if (node === undefined) return;
    if (event.kind === 'forward' || event.kind === 'backward') {
      close();
      const accumulates = node.name === 'AccumulateGrad';
      const label = event.kind === 'forward' ? node.name : accumulates ? `Accumulate ${nameOf(node.pair ?? '')}` : backwardLabel(node.name);
      phases[event.kind].push({ phase: event.kind, label, events: [index], nodeIds: [node.id] });
      return;
    }
    const before = firstBackward === -1 ? event.kind === 'zero_grad' : index < firstBackward;
    const phase = before ? 'forward' : 'optimizer';
    const together =
      open !== null &&
      open.kind === event.kind &&
      open.phase === phase &&
      (event.kind === 'zero_grad' || (step.optimizer !== 'by hand' && step.optimizer !== null));
    if (!together) close();
    open ??= { kind: event.kind, phase, events: [], nodeIds: [] };
    open.events.push(index);
    open.nodeIds.push(node.id);
  });
  close();
  return phases;
}
