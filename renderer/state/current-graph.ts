// Which Graph is looked at, which of its nodes run now, and the lines that go with them. Pure selectors over the stores' states.
import type { Graph, GraphNode, Site, Step, TraceReader } from '../../core/index.ts';
import type { Playhead } from '../playback/overlay-types.ts';
import { segmentAt } from './navigation.ts';
import type { RunStoreState } from './run-store.ts';
import type { ViewState } from './view-store.ts';

type Run = Pick<RunStoreState, 'reader' | 'dotCalls' | 'graphs' | 'site' | 'status' | 'error'>;
type View = Pick<ViewState, 'playhead' | 'dotCall' | 'selection' | 'litLine'>;

/** The step under the playhead; null where nothing is recorded or a make_dot graph is looked at. */
export function currentStep(reader: TraceReader | null, playhead: Playhead | null): Step | null {
  if (!reader || !playhead || playhead.step >= reader.stepCount) return null;
  return reader.step(playhead.step);
}

/** The step under the playhead as its loop knows it: one still open belongs to none yet and has no hyper-parameters, so the one before it answers. */
export function placedStep(reader: TraceReader | null, playhead: Playhead | null): Step | null {
  const step = currentStep(reader, playhead);
  if (!reader || !step || step.closed || step.loop >= 0 || step.index === 0) return step;
  return reader.step(step.index - 1);
}

export function currentGraph(run: Run, view: View): Graph | null {
  if (view.dotCall !== null) return run.dotCalls[view.dotCall]?.graph ?? null;
  const step = currentStep(run.reader, view.playhead);
  if (run.reader && step) return run.reader.graphs[step.graph] ?? null;
  return null;
}

const indexes = new WeakMap<Graph, ReadonlyMap<string, GraphNode>>();

/** A node by id; the index is made once a graph. */
export function nodeById(graph: Graph | null, id: string | null): GraphNode | null {
  if (!graph || id === null) return null;
  let index = indexes.get(graph);
  if (!index) {
    index = new Map(graph.nodes.map((node) => [node.id, node]));
    indexes.set(graph, index);
  }
  return index.get(id) ?? null;
}

/** The line to light: of the selected node, else the one clicked. */
export function litSite(run: Run, view: View): Site | null {
  if (view.litLine) return view.litLine;
  const node = nodeById(currentGraph(run, view), view.selection);
  return node ? siteOf(currentGraph(run, view), node) : null;
}

/** A backward function belongs to the line of its forward op. */
export function siteOf(graph: Graph | null, node: GraphNode): Site | null {
  return node.site ?? nodeById(graph, node.pair)?.site ?? null;
}

/** Where the script stands: the live site while it waits, else the line of the op under the playhead, `backward()`'s in the backward phase. */
export function runningSite(run: Run, view: View): Site | null {
  if (run.status === 'paused' && run.site) return run.site;
  if (view.dotCall !== null) return run.dotCalls[view.dotCall]?.site ?? null;
  const step = currentStep(run.reader, view.playhead);
  if (!step || !run.reader || !view.playhead) return null;
  if (view.playhead.phase === 'backward') return step.backwardSite;
  if (view.playhead.phase === 'optimizer') return null;
  const segment = segmentAt(run.reader, view.playhead);
  return nodeById(run.reader.graphs[step.graph] ?? null, segment?.nodeIds[0] ?? null)?.site ?? null;
}

/** The line to keep in sight: where the script stands, else the latest line of the step shown that has one. */
export function followedSite(run: Run, view: View): Site | null {
  const site = runningSite(run, view);
  const step = site || view.dotCall !== null ? null : currentStep(run.reader, view.playhead);
  return site ?? step?.backwardSite ?? null;
}

/** Ids of the nodes a line made. */
export function nodesAt(graph: Graph | null, site: Site | null): readonly string[] {
  if (!graph || !site) return [];
  return graph.nodes.filter((node) => node.site?.cell === site.cell && node.site.line === site.line).map((node) => node.id);
}
