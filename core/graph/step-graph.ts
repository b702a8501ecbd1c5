// From a track to the Graph it shows and the events of its Plan: ids, pairs, edges, scopes. Values play no part.
import type { Graph, GraphEdge, GraphNode, Scope } from './graph.ts';
import type { ScopeCall } from './module-scopes.ts';
import { edge, Ordinals, opKey } from './node-ids.ts';
import type { Plan, PlanEvent } from './plan.ts';
import { cueKind, type Face, type NextRow, type Reference, type StepTrack, source } from './step-track.ts';
import { structuralHash } from './structural-hash.ts';

interface TrackGraph {
  readonly graph: Graph;
  readonly events: readonly PlanEvent[];
  readonly initial: Plan['initial'];
  /** Events told before cue i. */
  readonly eventsBefore: readonly number[];
}

/** Rows that lead to a root, by gradients and by values; all of them where there is no root, or where everything was asked for. */
function keptOps(track: StepTrack, whole: boolean): { readonly backward: readonly boolean[]; readonly forward: readonly boolean[] } {
  const all = whole || track.roots.length === 0;
  const backward = new Array<boolean>(track.ops.length).fill(all);
  const forward = new Array<boolean>(track.ops.length).fill(all);
  const roots = track.roots.filter((root) => root.of.kind === source.op).map((root) => root.of.row);
  const spread = (kept: boolean[], from: (row: number) => readonly (NextRow | Reference | null)[]): void => {
    const open = roots.slice();
    for (let row = open.pop(); row !== undefined; row = open.pop()) {
      if (kept[row]) continue;
      kept[row] = true;
      for (const to of from(row)) if (to !== null && to.kind === source.op) open.push(to.row);
    }
  };
  spread(backward, (row) => track.ops[row].next);
  // A view that was written through lies on the way of the values, no longer on that of the gradients.
  spread(forward, (row) => [...track.ops[row].next, ...track.ops[row].inputs]);
  return { backward, forward };
}

class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly edges: GraphEdge[] = [];
  readonly scopes: Scope[] = [];
  readonly indexOf = new Map<string, number>();
  readonly #scopesMet = new Set<string>();

  add(node: GraphNode): string {
    this.indexOf.set(node.id, this.nodes.length);
    this.nodes.push(node);
    return node.id;
  }

  scope(call: ScopeCall | null): string {
    if (call === null) return '';
    if (!this.#scopesMet.has(call.scope.id)) {
      this.scope(call.parent);
      this.#scopesMet.add(call.scope.id);
      this.scopes.push(call.scope);
    }
    return call.scope.id;
  }
}

const seen = (face: Face | null) => ({ shape: face?.shape ?? null, dtype: face?.dtype ?? null, device: face?.device ?? null });

/** `whole` keeps also what leads to no root: the open step, the partial graph of an error. */
export function trackGraph(track: StepTrack, whole: boolean): TrackGraph {
  const kept = keptOps(track, whole);
  const out = new GraphBuilder();
  const ordinals = new Ordinals();
  const forwardIds: (string | null)[] = [];
  const backwardIds: (string | null)[] = [];
  track.ops.forEach((op, row) => {
    const scope = op.scope?.scope.id ?? '';
    forwardIds.push(kept.forward[row] && op.name !== '' ? ordinals.id(opKey(op.name, scope, op.site)) : null);
    backwardIds.push(kept.backward[row] && op.backward !== '' ? ordinals.id(opKey(op.backward, scope, op.site)) : null);
  });
  const leafIds: (string | null)[] = track.leaves.map(() => null);
  const inputIds: (string | null)[] = track.inputs.map(() => null);

  // An input is named after the first use that is shown.
  const users: { row: number; position: number }[] = [];
  track.ops.forEach((op, row) => {
    if (!kept.forward[row]) return;
    op.inputs.forEach((ref, position) => {
      if (ref.kind === source.input) users[ref.row] ??= { row, position };
    });
  });

  const leaf = (row: number): string => {
    const known = leafIds[row];
    if (known !== null) return known;
    const r = track.leaves[row];
    leafIds[row] = out.add({
      id: r.id,
      kind: 'leaf',
      name: r.name,
      ...seen(r.face),
      scope: r.parameter ? out.scope(r.scope) : '',
      site: r.site,
      pair: `${r.id}/AccumulateGrad`,
    });
    return r.id;
  };
  const input = (row: number): string => {
    const known = inputIds[row];
    if (known !== null) return known;
    const r = track.inputs[row];
    const { row: user, position } = users[row];
    const id = `${forwardIds[user] ?? 'input'}/${position}`;
    inputIds[row] = out.add({ id, kind: 'input', name: r.name, ...seen(r.face), scope: '', site: track.ops[user].site, pair: null });
    return id;
  };
  const from = (ref: Reference): string | null => {
    if (ref.kind === source.leaf) return leaf(ref.row);
    if (ref.kind === source.input) return input(ref.row);
    return ref.kind === source.op ? forwardIds[ref.row] : null;
  };

  // Forward, in the order it ran.
  track.ops.forEach((op, row) => {
    if (!kept.forward[row]) return;
    const froms = op.inputs.map(from);
    for (const next of op.next) if (next !== null && next.kind === source.leaf) leaf(next.row);
    const id = forwardIds[row];
    if (id === null) return;
    const error = op.error === null ? {} : { error: op.error };
    out.add({
      id,
      kind: 'op',
      name: op.name,
      ...seen(op.outputs[0] ?? null),
      scope: out.scope(op.scope),
      site: op.site,
      pair: backwardIds[row],
      ...error,
    });
    froms.forEach((fromId, position) => {
      if (fromId !== null) out.edges.push(edge('value', fromId, id, op.inputs[position].output, position));
    });
  });
  const rootIds: string[] = [];
  const rootOf = new Map<string, string>();
  for (const root of track.roots) {
    const key = `${root.of.kind}/${root.of.row}/${root.of.output}`;
    if (rootOf.has(key)) continue;
    const id = rootIds.length === 0 ? 'output' : `output#${rootIds.length + 1}`;
    rootOf.set(key, id);
    rootIds.push(id);
    const fromId = from(root.of);
    out.add({ id, kind: 'output', name: root.name, ...seen(root.face), scope: '', site: null, pair: null });
    if (fromId !== null) out.edges.push(edge('value', fromId, id, root.of.output, 0));
    if (root.base !== null) {
      const base = out.add({ id: `${id}/base`, kind: 'base', name: '', ...seen(root.base), scope: '', site: null, pair: null });
      const maker = root.baseOf === null ? null : from(root.baseOf);
      if (maker !== null && root.baseOf !== null) out.edges.push(edge('value', maker, base, root.baseOf.output, 0));
      out.edges.push(edge('view', base, id, 0, 0));
    }
  }

  // Backward, from the outputs.
  for (let row = track.ops.length - 1; row >= 0; row--) {
    const id = backwardIds[row];
    const op = track.ops[row];
    if (id === null) continue;
    let sizeBytes = 0;
    for (const saved of op.saved) sizeBytes += saved.sizeBytes;
    out.add({
      id,
      kind: 'backward',
      name: op.backward,
      ...seen(op.outputs[0] ?? null),
      scope: out.scope(op.scope),
      site: op.site.line === 0 ? null : op.site,
      pair: forwardIds[row],
      attrs: op.attributes,
      sizeBytes,
    });
  }
  track.leaves.forEach((r, row) => {
    const id = leafIds[row];
    if (id === null) return;
    out.add({
      id: `${id}/AccumulateGrad`,
      kind: 'backward',
      name: 'AccumulateGrad',
      ...seen(r.face),
      scope: r.parameter ? out.scope(r.scope) : '',
      site: r.site,
      pair: id,
      attrs: [],
      sizeBytes: 0,
    });
  });
  const backwardOf = (kind: number, row: number): string | null =>
    kind === source.leaf ? `${leaf(row)}/AccumulateGrad` : backwardIds[row];
  for (const root of track.roots) {
    const id = rootOf.get(`${root.of.kind}/${root.of.row}/${root.of.output}`) as string;
    const to = backwardOf(root.of.kind, root.of.row);
    rootOf.delete(`${root.of.kind}/${root.of.row}/${root.of.output}`);
    if (id !== undefined && to !== null) out.edges.push(edge('gradient', id, to, 0, root.of.output));
  }
  for (let row = track.ops.length - 1; row >= 0; row--) {
    const id = backwardIds[row];
    if (id === null) continue;
    track.ops[row].next.forEach((next, slot) => {
      const to = next === null ? null : backwardOf(next.kind, next.row);
      if (to !== null && next !== null) out.edges.push(edge('gradient', id, to, slot, next.inputNr));
    });
    for (const saved of track.ops[row].saved) {
      const own = saved.of !== null && saved.of.row < 0;
      const origin = saved.of === null ? null : own ? forwardIds[row] : from(saved.of);
      const savedId =
        origin === null || own ? `${id}/saved/${saved.name}` : `${origin}/saved${saved.of?.kind === source.op ? saved.of.output : ''}`;
      if (!out.indexOf.has(savedId)) {
        out.add({
          id: savedId,
          kind: 'saved',
          name: saved.name,
          ...seen(saved.face),
          scope: out.scope(track.ops[row].scope),
          site: null,
          pair: null,
          sizeBytes: saved.sizeBytes,
          ...(origin === null ? {} : { source: origin }),
        });
      }
      out.edges.push(edge('saved', savedId, id, 0, 0));
    }
  }

  const events: PlanEvent[] = [];
  const eventsBefore: number[] = [];
  const at = (id: string | null): number => (id === null ? -1 : (out.indexOf.get(id) ?? -1));
  for (const cue of track.cues) {
    eventsBefore.push(events.length);
    const leafNode = (row: number) => at(leafIds[row]);
    switch (cue.kind) {
      case cueKind.op:
      case cueKind.failed: {
        const node = at(forwardIds[cue.row]);
        if (node >= 0) events.push({ kind: 'forward', node, outputs: cue.slots });
        break;
      }
      case cueKind.backward: {
        const node = cue.row >= 0 ? at(backwardIds[cue.row]) : at(`${leafIds[cue.leaf]}/AccumulateGrad`);
        if (node >= 0) events.push({ kind: 'backward', node, incoming: cue.slots, outgoing: cue.outSlots, grad: cue.gradSlot });
        break;
      }
      case cueKind.update:
        cue.leaves.forEach((row, i) => {
          if (leafNode(row) >= 0) events.push({ kind: 'update', node: leafNode(row), before: cue.before[i], after: cue.after[i] });
        });
        break;
      case cueKind.handUpdate:
        if (leafNode(cue.leaf) >= 0) events.push({ kind: 'update', node: leafNode(cue.leaf), before: cue.before[0], after: cue.after[0] });
        break;
      case cueKind.zeroGrad:
        for (const row of cue.leaves) if (leafNode(row) >= 0) events.push({ kind: 'zero_grad', node: leafNode(row) });
        break;
      case cueKind.handZero:
        if (leafNode(cue.leaf) >= 0) events.push({ kind: 'zero_grad', node: leafNode(cue.leaf) });
        break;
      default:
        break;
    }
  }
  eventsBefore.push(events.length);
  const initial: (readonly [number, number])[] = [];
  track.leaves.forEach((r, row) => {
    if (leafIds[row] !== null) initial.push([at(leafIds[row]), r.slot]);
  });
  track.inputs.forEach((r, row) => {
    if (inputIds[row] !== null) initial.push([at(inputIds[row]), r.slot]);
  });
  const parts = { nodes: out.nodes, edges: out.edges, scopes: out.scopes };
  return { graph: { hash: structuralHash(parts), ...parts }, events, initial, eventsBefore };
}
