// Graph + folded scopes + view → Outline: which boxes are seen, and each graph edge drawn exactly once or hidden inside a fold.
import type { Graph, GraphNode } from '../../core/index.ts';
import { boxSize, errorSize } from './box-size.ts';
import { dockBoxes } from './dock.ts';
import { elementCount, shapeText } from './metrics.ts';
import {
  lowerEnd,
  type Outline,
  type OutlineBox,
  type OutlineEdge,
  type OutlineFace,
  type OutlineOptions,
  upperEnd,
} from './outline-types.ts';
import { depths } from './ports.ts';
import type { SceneEdge, SceneRole } from './scene-types.ts';
import { openRegions, type ScopeTree, scopeTree } from './scopes.ts';

/** AccumulateGrad and its leaf have no edge in a Graph, they are a pair; the autograd view draws one under this id. */
export const leafEdgeId = (accumulate: string, leaf: string): string => `${accumulate}>${leaf}`;

const faceOf = (node: GraphNode): OutlineFace => ({
  nodeId: node.id,
  kind: node.kind,
  name: node.name,
  shape: shapeText(node.shape),
  many: elementCount(node.shape) !== 1,
});

/** What an op that failed was given: `(80, 16) × (8, 1)` for products, else the shapes in order. */
function refusedShapes(graph: Graph, node: GraphNode): string {
  const byId = new Map(graph.nodes.map((one) => [one.id, one]));
  const shapes = graph.edges
    .filter((edge) => edge.kind === 'value' && edge.to === node.id)
    .sort((a, b) => a.toSlot - b.toSlot)
    .map((edge) => shapeText(byId.get(edge.from)?.shape ?? null))
    .filter((shape) => shape !== '');
  return /mm$|matmul/.test(node.name) ? shapes.slice(-2).join(' × ') : shapes.join(', ');
}

type DrawnEdge = Pick<OutlineEdge, 'id' | 'kind' | 'from' | 'to' | 'arrow' | 'order'>;

/** Nodes grouped into faces, the first face naming the box. */
function groupsOf(graph: Graph, options: OutlineOptions, edges: readonly DrawnEdge[]): GraphNode[][] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  if (options.view === 'autograd') {
    const touched = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
    return graph.nodes.filter((node) => node.kind === 'backward' || node.kind === 'output' || touched.has(node.id)).map((node) => [node]);
  }
  const groups: GraphNode[][] = [];
  for (const node of graph.nodes) {
    const pair = node.pair === null ? undefined : byId.get(node.pair);
    if (node.kind === 'saved' || node.kind === 'base') continue;
    if (node.kind === 'backward') {
      if (pair === undefined || pair.kind === 'backward') groups.push([node]);
    } else groups.push(pair?.kind === 'backward' ? [node, pair] : [node]);
  }
  return groups;
}

/** The view's edges between graph nodes, before folding. */
function drawnEdges(graph: Graph, options: OutlineOptions): DrawnEdge[] {
  const autograd = options.view === 'autograd';
  const kinds: readonly SceneEdge['kind'][] = autograd
    ? options.showSaved
      ? ['gradient', 'saved', 'view']
      : ['gradient', 'view']
    : ['value', 'gradient'];
  const arrowOf = { value: 'to', gradient: autograd ? 'from' : 'to', saved: 'none', view: 'none' } as const;
  // A leaf that is kept for backward is one node, as in make_dot: the saved tensor's edge begins at the leaf.
  const leaves = new Set(graph.nodes.filter((node) => node.kind === 'leaf' && node.pair !== null).map((node) => node.id));
  const same = new Map(
    graph.nodes.flatMap((node) =>
      node.kind === 'saved' && node.source !== undefined && leaves.has(node.source) ? [[node.id, node.source]] : [],
    ),
  );
  const edges: DrawnEdge[] = graph.edges
    .filter((edge) => kinds.includes(edge.kind))
    .map(({ id, kind, from, to, slot, toSlot }) => ({
      id,
      kind,
      from: same.get(from) ?? from,
      to,
      arrow: arrowOf[kind],
      order: kind === 'gradient' ? slot : toSlot,
    }));
  if (autograd) {
    const drawn = new Set(edges.map((edge) => `${edge.from}\n${edge.to}`));
    for (const node of graph.nodes)
      if (node.kind === 'leaf' && node.pair !== null && !drawn.has(`${node.pair}\n${node.id}`))
        edges.push({ id: leafEdgeId(node.pair, node.id), kind: 'gradient', from: node.pair, to: node.id, arrow: 'from', order: 0 });
  }
  return edges;
}

function roleOf(node: GraphNode, autograd: boolean): SceneRole {
  switch (node.kind) {
    case 'leaf':
      return autograd ? 'leaf' : 'parameter';
    case 'backward':
      return node.name === 'AccumulateGrad' ? 'accumulate' : 'function';
    default:
      return node.kind;
  }
}

/** A leaf made outside of every module stands where it is used, if that is one place. */
function homeScopes(graph: Graph, groups: readonly GraphNode[][], edges: readonly DrawnEdge[], tree: ScopeTree): Map<string, string> {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const home = new Map<string, string>();
  for (const group of groups) {
    const [node] = group;
    let scope = node.scope;
    if (scope === '' && node.kind === 'leaf') {
      const users = edges.filter((edge) => edge.kind === 'value' && edge.from === node.id).map((edge) => byId.get(edge.to)?.scope ?? '');
      if (users.length > 0) scope = users.reduce((a, b) => tree.common(a, b));
    }
    for (const member of group) home.set(member.id, tree.known(scope));
  }
  return home;
}

/** Pure: the same Graph and options give the same Outline. */
export function outlineOf(graph: Graph, options: OutlineOptions): Outline {
  const autograd = options.view === 'autograd';
  const tree = scopeTree(graph.scopes);
  const drawn = drawnEdges(graph, options);
  const groups = groupsOf(graph, options, drawn);
  const home = homeScopes(graph, groups, drawn, tree);

  const boxOfNode = new Map<string, string>();
  const foldedCounts = new Map<string, number>();
  for (const group of groups) {
    const fold = tree.outermost(home.get(group[0].id) as string, options.folded);
    for (const node of group) boxOfNode.set(node.id, fold === null ? group[0].id : `scope:${fold}`);
    if (fold !== null) foldedCounts.set(fold, (foldedCounts.get(fold) ?? 0) + group.length);
  }

  const edges = joinEdges(drawn, boxOfNode);
  const docks = autograd ? dockBoxes(groups.flat(), edges, boxOfNode) : new Map();
  const boxes: OutlineBox[] = [];
  const placed = new Set<string>();
  for (const group of groups) {
    const [node] = group;
    const id = boxOfNode.get(node.id) as string;
    if (placed.has(id)) continue;
    placed.add(id);
    if (id === node.id) {
      const role = roleOf(node, autograd);
      const faces = group.map(faceOf).map((face) => (node.error === undefined ? face : { ...face, shape: refusedShapes(graph, node) }));
      const dock = docks.get(id) ?? null;
      const size = node.error === undefined ? boxSize(role, faces, options.view, dock !== null) : errorSize(faces[0]);
      const scope = home.get(node.id) as string;
      boxes.push({
        id,
        role,
        faces,
        scope,
        region: '',
        title: '',
        label: '',
        site: node.site,
        folded: null,
        error: node.error ?? null,
        ...size,
        dock,
      });
    } else {
      const scope = tree.get(id.slice('scope:'.length));
      const title = scope.name === '' ? scope.type : scope.name;
      const label = scope.name === '' ? '' : scope.label || scope.type;
      const size = boxSize('scope', [], options.view, false, title, label);
      const folded = foldedCounts.get(scope.id) as number;
      boxes.push({
        id,
        role: 'scope',
        faces: [],
        scope: scope.id,
        region: '',
        title,
        label,
        site: null,
        folded,
        error: null,
        ...size,
        dock: null,
      });
    }
  }
  const regions = autograd ? [] : openRegions(tree, boxes);
  const drawnRegions = new Set(regions.map((region) => region.id));
  return {
    view: options.view,
    graphHash: graph.hash,
    boxes: growHosts(boxes).map((box) => {
      const inside = box.role === 'scope' ? tree.parent(box.scope) : box.scope;
      const outside = box.role === 'input' || box.role === 'output' ? '' : inside;
      return { ...box, region: tree.nearest(outside, drawnRegions) };
    }),
    edges: markSkips(boxes, edges),
    regions,
  };
}

/** A skip runs between two boxes that compute and passes a layer at least. */
function markSkips(boxes: readonly OutlineBox[], edges: readonly OutlineEdge[]): OutlineEdge[] {
  const depth = depths(boxes, edges);
  const computes = new Set(
    boxes.filter((box) => box.dock === null && /^(op|function|accumulate|scope)$/.test(box.role)).map((box) => box.id),
  );
  const span = (edge: OutlineEdge) => (depth.get(lowerEnd(edge)) ?? 0) - (depth.get(upperEnd(edge)) ?? 0);
  const below = new Map<string, string[]>();
  for (const edge of edges) below.set(upperEnd(edge), [...(below.get(upperEnd(edge)) ?? []), lowerEnd(edge)]);
  /** Is there a longer way? Only boxes above the target can lie on it. */
  const longerWay = (edge: OutlineEdge): boolean => {
    const [start, end] = [upperEnd(edge), lowerEnd(edge)];
    const seen = new Set<string>();
    const stack = (below.get(start) ?? []).filter((id) => id !== end);
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (id === end) return true;
      if (seen.has(id) || (depth.get(id) ?? 0) >= (depth.get(end) ?? 0)) continue;
      seen.add(id);
      stack.push(...(below.get(id) ?? []));
    }
    return false;
  };
  const searched = edges.length <= 1500;
  return edges.map((edge) => ({
    ...edge,
    skip: computes.has(edge.from) && computes.has(edge.to) && span(edge) > 1 && (!searched || longerWay(edge)),
  }));
}

/** A function is as tall as the leaves docked at its left. */
function growHosts(boxes: readonly OutlineBox[]): OutlineBox[] {
  const rows = new Map<string, number>();
  for (const { dock } of boxes) if (dock?.side === 'left') rows.set(dock.host, Math.max(rows.get(dock.host) ?? 0, dock.rows));
  return boxes.map((box) => ({ ...box, height: Math.max(box.height, 30 * (rows.get(box.id) ?? 1) - 14) }));
}

/** Edges whose ends fell into the same box vanish; those that join the same two boxes become one, but for single boxes' own. */
function joinEdges(drawn: readonly DrawnEdge[], boxOfNode: ReadonlyMap<string, string>): OutlineEdge[] {
  const joined = new Map<string, OutlineEdge & { graphEdges: string[] }>();
  for (const edge of drawn) {
    const from = boxOfNode.get(edge.from);
    const to = boxOfNode.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    const folds = from.startsWith('scope:') || to.startsWith('scope:');
    const id = folds ? `${edge.kind}:${from}>${to}` : edge.id;
    const known = joined.get(id);
    if (known === undefined)
      joined.set(id, { id, kind: edge.kind, from, to, graphEdges: [edge.id], arrow: edge.arrow, order: edge.order, skip: false });
    else known.graphEdges.push(edge.id);
  }
  return [...joined.values()];
}
