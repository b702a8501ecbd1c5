// A recorded Graph as DOT, in make_dot's form and order: for graphs of which no live tensor is left. Leaves carry the names they have.
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { type DotOptions, defaultDotOptions, functionLabel, quoteDot, sizeOf } from './make-dot.ts';

/** DOT text; the autograd nodes only, as make_dot draws them from the graph's outputs. */
export function dotOfGraph(graph: Graph, options: DotOptions = defaultDotOptions): string {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const next = grouped(graph.edges, 'gradient', (edge) => edge.from);
  const saved = grouped(graph.edges, 'saved', (edge) => edge.to);
  const ids = new Map<string, string>();
  const body: string[] = [];
  const seen = new Set<string>();

  const idOf = (node: GraphNode): string => {
    let id = ids.get(node.id);
    if (id === undefined) {
      id = `n${ids.size}`;
      ids.set(node.id, id);
    }
    return id;
  };
  const draw = (node: GraphNode, label: string, fill: string | null) =>
    body.push(`\t${idOf(node)} [label=${quoteDot(label)}${fill === null ? '' : ` fillcolor=${fill}`}]\n`);
  const join = (from: GraphNode, to: GraphNode, attribute = '') => {
    const tail = idOf(from);
    body.push(`\t${tail} -> ${idOf(to)}${attribute === '' ? '' : ` [${attribute}]`}\n`);
  };
  const tensorLabel = (node: GraphNode) => `${node.kind === 'output' ? '' : node.name}\n (${(node.shape ?? []).join(', ')})`;

  const enter = (fn: GraphNode, open: { fn: GraphNode; at: number }[]): void => {
    if (seen.has(fn.id)) return;
    seen.add(fn.id);
    for (const edge of options.showSaved ? (saved.get(fn.id) ?? []) : []) {
      const tensor = byId.get(edge.from);
      if (!tensor) continue;
      join(fn, tensor, 'dir=none');
      draw(tensor, tensorLabel(tensor), 'orange');
    }
    const leaf = fn.name === 'AccumulateGrad' && fn.pair !== null ? byId.get(fn.pair) : undefined;
    if (leaf) {
      draw(leaf, tensorLabel(leaf), 'lightblue');
      join(leaf, fn);
    }
    draw(fn, options.showAttrs ? functionLabel(fn.name, fn.attrs ?? [], options.maxAttrChars) : fn.name, null);
    open.push({ fn, at: 0 });
  };

  for (const root of graph.nodes.filter((node) => node.kind === 'output')) {
    draw(root, tensorLabel(root), 'darkolivegreen1');
    for (const edge of next.get(root.id) ?? []) {
      const made = byId.get(edge.to);
      if (!made) continue;
      const open: { fn: GraphNode; at: number }[] = [];
      enter(made, open);
      while (open.length > 0) {
        const top = open[open.length - 1];
        const following = (next.get(top.fn.id) ?? [])[top.at++];
        if (following === undefined) open.pop();
        else {
          const fn = byId.get(following.to);
          if (!fn) continue;
          join(fn, top.fn);
          enter(fn, open);
        }
      }
      join(made, root);
    }
  }
  const size = sizeOf(body.length);
  return `digraph {\n\tgraph [size="${size},${size}"]\n\tnode [align=left fontname=monospace fontsize=10 height=0.2 ranksep=0.1 shape=box style=filled]\n${body.join('')}}\n`;
}

/** Edges of one kind by one of their ends, in order of their slots. */
function grouped(edges: readonly GraphEdge[], kind: GraphEdge['kind'], key: (edge: GraphEdge) => string): Map<string, GraphEdge[]> {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) if (edge.kind === kind) groups.set(key(edge), [...(groups.get(key(edge)) ?? []), edge]);
  for (const group of groups.values()) group.sort((a, b) => a.slot - b.slot);
  return groups;
}
