// A recorded Graph as DOT, in the words, colours and order of make_dot; for graphs that no make_dot call asked for. Pure.
import type { Graph, GraphNode } from '../../core/index.ts';
import { nodeById } from './current-graph.ts';

const head = `digraph {
	graph [size="12,12"]
	node [align=left fontname=monospace fontsize=10 height=0.2 ranksep=0.1 shape=box style=filled]
`;

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
const identifier = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** DOT of everything that leads to the graph's outputs. */
export function graphDot(graph: Graph): string {
  const lines: string[] = [];
  const ids = new Map<string, string>();
  const idOf = (node: GraphNode): string => {
    const known = ids.get(node.id) ?? `n${ids.size}`;
    ids.set(node.id, known);
    return known;
  };
  const draw = (node: GraphNode, label: string, fill: string | null): void => {
    const text = identifier.test(label) ? label : quoted(label);
    lines.push(`\t${idOf(node)} [label=${text}${fill === null ? '' : ` fillcolor=${fill}`}]`);
  };
  const edge = (from: GraphNode, to: GraphNode): void => {
    const tail = idOf(from);
    lines.push(`\t${tail} -> ${idOf(to)}`);
  };
  const tensorLabel = (node: GraphNode, name: string): string => `${name}\n (${(node.shape ?? []).join(', ')})`;
  const nexts = new Map<string, GraphNode[]>();
  for (const { kind, from, to } of [...graph.edges].sort((a, b) => a.slot - b.slot)) {
    const next = kind === 'gradient' ? nodeById(graph, to) : null;
    if (next) nexts.set(from, [...(nexts.get(from) ?? []), next]);
  }
  const seen = new Set<string>();
  const enter = (fn: GraphNode): void => {
    if (seen.has(fn.id)) return;
    seen.add(fn.id);
    const leaf = fn.name === 'AccumulateGrad' ? nodeById(graph, fn.pair) : null;
    if (leaf) {
      draw(leaf, tensorLabel(leaf, leaf.name), 'lightblue');
      edge(leaf, fn);
    }
    draw(fn, fn.name, null);
    for (const next of nexts.get(fn.id) ?? []) {
      edge(next, fn);
      enter(next);
    }
  };
  for (const output of graph.nodes.filter((node) => node.kind === 'output')) {
    draw(output, tensorLabel(output, ''), 'darkolivegreen1');
    for (const fn of nexts.get(output.id) ?? []) {
      enter(fn);
      edge(fn, output);
    }
  }
  return `${head}${lines.join('\n')}\n}\n`;
}
