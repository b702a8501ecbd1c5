// Arbitraries of Graphs: op chains with branches, parameters, inputs and nested scopes, paired with their backward nodes.
import fc from 'fast-check';
import type { Graph, GraphEdge, GraphNode, Scope } from '../../../core/index.ts';
import { edge, node } from './sample-graphs.ts';

interface OpPlan {
  readonly name: string;
  readonly sources: readonly number[];
  readonly parameter: boolean;
  readonly input: boolean;
  readonly scope: number;
  readonly shape: readonly number[];
}

const plan: fc.Arbitrary<OpPlan> = fc.record({
  name: fc.constantFrom('addmm', 'mul', 't', 'relu', 'a_rather_long_operation_name', 'view', 'cat'),
  sources: fc.array(fc.nat(1000), { minLength: 0, maxLength: 3 }),
  parameter: fc.boolean(),
  input: fc.boolean(),
  scope: fc.nat(1000),
  shape: fc.array(fc.integer({ min: 1, max: 512 }), { maxLength: 4 }),
});

/** `parents[i]` places scope i inside scope `parents[i] % i`, scope 0 at the top. */
function build(plans: readonly OpPlan[], parents: readonly number[]): Graph {
  const scopes: Scope[] = parents.map((parent, i) => ({
    id: `s${i}`,
    parent: i === 0 ? '' : `s${parent % i}`,
    name: `s${i}`,
    type: 'Block',
    label: `Block(${i})`,
    moduleKey: i,
  }));
  const scopeAt = (n: number) => (scopes.length === 0 || n % 4 === 3 ? '' : scopes[n % scopes.length].id);
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  plans.forEach((op, i) => {
    const scope = scopeAt(op.scope);
    nodes.push(
      node(`op${i}`, 'op', op.name, { shape: op.shape, scope, pair: `bw${i}` }),
      node(`bw${i}`, 'backward', `${op.name}Backward0`, { scope, pair: `op${i}` }),
    );
    const sources = [...new Set(i === 0 ? [] : op.sources.map((source) => source % i))];
    let slot = 0;
    for (const source of sources) {
      edges.push(edge('value', `op${source}`, `op${i}`, 0, slot), edge('gradient', `bw${i}`, `bw${source}`, slot));
      slot++;
    }
    if (op.parameter || sources.length === 0) {
      nodes.push(
        node(`p${i}`, 'leaf', `${i}.weight`, { shape: [3, 3], scope, pair: `acc${i}` }),
        node(`acc${i}`, 'backward', 'AccumulateGrad', { scope, pair: `p${i}` }),
      );
      edges.push(edge('value', `p${i}`, `op${i}`, 0, slot), edge('gradient', `bw${i}`, `acc${i}`, slot));
      slot++;
    }
    if (op.input) {
      nodes.push(node(`x${i}`, 'input', 'x', { shape: [4] }));
      edges.push(edge('value', `x${i}`, `op${i}`, 0, slot));
    }
    nodes.push(node(`saved${i}`, 'saved', 'self', { shape: op.shape }));
    edges.push(edge('saved', `saved${i}`, `bw${i}`));
  });
  const last = plans.length - 1;
  nodes.push(node('out', 'output', 'loss', { shape: [] }));
  edges.push(edge('value', `op${last}`, 'out'), edge('gradient', 'out', `bw${last}`));
  return { hash: 'random', nodes, edges, scopes };
}

export const graphs = (maxOps = 14): fc.Arbitrary<Graph> =>
  fc
    .tuple(fc.array(plan, { minLength: 1, maxLength: maxOps }), fc.array(fc.nat(10), { maxLength: 4 }))
    .map(([plans, parents]) => build(plans, parents));

/** A graph and some of its scopes, folded. */
export const foldedGraphs = (maxOps = 14): fc.Arbitrary<{ graph: Graph; folded: ReadonlySet<string> }> =>
  graphs(maxOps).chain((graph) => fc.subarray(graph.scopes.map((scope) => scope.id)).map((ids) => ({ graph, folded: new Set(ids) })));
