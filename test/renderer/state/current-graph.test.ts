import { describe, expect, it } from 'vitest';
import { currentGraph, followedSite, litSite, nodesAt, placedStep, runningSite } from '../../../renderer/state/current-graph.ts';
import { foldedScopes, readableNodes, readableRows } from '../../../renderer/state/folds.ts';
import { graphDot } from '../../../renderer/state/graph-dot.ts';
import { formulaOf, opOfFunction } from '../../../renderer/state/op-words.ts';
import { fixtureGraph, fixtureReader } from '../fixture.ts';

const reader = fixtureReader({ epochs: 2 });
const run = { reader, dotCalls: [], graphs: reader.graphs, site: null, status: 'opened' as const, error: null };
const view = { playhead: { step: 1, phase: 'backward' as const, op: 1 }, dotCall: null, selection: null, litLine: null };

describe('what is looked at', () => {
  it('is the graph of the step under the playhead, or the make_dot call', () => {
    expect(currentGraph(run, view)).toBe(fixtureGraph);
    expect(currentGraph(run, { ...view, playhead: null })).toBeNull();
    expect(currentGraph(run, { ...view, dotCall: 3 })).toBeNull();
  });

  it('lights the line of the chosen node and the nodes of the clicked line', () => {
    expect(litSite(run, { ...view, selection: 'addmmb' })).toEqual({ cell: 0, line: 17 });
    expect(litSite(run, { ...view, selection: 'addmmb', litLine: { cell: 0, line: 18 } })).toEqual({ cell: 0, line: 18 });
    expect(nodesAt(fixtureGraph, { cell: 0, line: 18 })).toEqual(['mse', 'loss', 'mseb']);
    expect(nodesAt(fixtureGraph, { cell: 1, line: 18 })).toEqual([]);
  });

  it('stands at backward() in the backward phase, at the op in the forward phase, where the script waits while it waits', () => {
    expect(runningSite(run, view)).toEqual({ cell: 0, line: 19 });
    expect(runningSite(run, { ...view, playhead: { step: 1, phase: 'forward', op: 1 } })).toEqual({ cell: 0, line: 17 });
    expect(runningSite({ ...run, status: 'paused', site: { cell: 0, line: 20 } }, view)).toEqual({ cell: 0, line: 20 });
  });
});

describe('what the script follows', () => {
  it('is the line that runs, and stays there while the optimizer works', () => {
    expect(followedSite(run, { ...view, playhead: { step: 1, phase: 'forward', op: 1 } })).toEqual({ cell: 0, line: 17 });
    expect(followedSite(run, { ...view, playhead: { step: 1, phase: 'optimizer', op: 0 } })).toEqual({ cell: 0, line: 19 });
    expect(followedSite(run, { ...view, playhead: null })).toBeNull();
  });
});

describe('an open step', () => {
  it('is charted with the step before it until its loop is known', () => {
    const open = { ...reader.step(3), closed: false, loop: -1, hyper: {} };
    const growing = { ...reader, stepCount: 4, step: (index: number) => (index === 3 ? open : reader.step(index)) };
    expect(placedStep(growing, { step: 3, phase: 'forward', op: 1 })).toEqual(reader.step(2));
    expect(placedStep(growing, { step: 1, phase: 'forward', op: 1 })).toEqual(reader.step(1));
    expect(placedStep(reader, null)).toBeNull();
  });
});

describe('folds', () => {
  it('start open while the picture can be read, and obey the hand', () => {
    expect(foldedScopes(fixtureGraph, new Map()).size).toBe(0);
    expect([...foldedScopes(fixtureGraph, new Map([['model/0', false]]))]).toEqual(['model/0']);
    const large = { ...fixtureGraph, nodes: Array.from({ length: readableNodes + 1 }, () => fixtureGraph.nodes[0]) };
    expect([...foldedScopes(large, new Map())]).toEqual(['model/0']);
    expect(foldedScopes(large, new Map([['model/0', true]])).size).toBe(0);
    const chained = (rows: number) => {
      const ops = Array.from({ length: rows }, (_, i) => ({ ...fixtureGraph.nodes[0], kind: 'op' as const, id: `op${i}` }));
      const edges = ops.slice(1).map((op, i) => ({ ...fixtureGraph.edges[0], kind: 'value' as const, from: `op${i}`, to: op.id }));
      return foldedScopes({ ...fixtureGraph, nodes: ops, edges }, new Map()).size;
    };
    expect([readableRows, readableRows + 1].map(chained)).toEqual([0, 1]);
  });
});

describe('op words', () => {
  it('find the op of a backward function', () => {
    expect(['MseLossBackward0', 'AddmmBackward0', 'TBackward0'].map(opOfFunction)).toEqual(['mse_loss', 'addmm', 't']);
    expect(formulaOf('op', 'addmm')).toBe('ŷ = b + x W^{T}');
    expect(formulaOf('backward', 'AddmmBackward0')).toContain('∂b = Σ g');
    expect(formulaOf('backward', 'MaxPool2DWithIndicesBackward0')).toContain('each largest');
    expect(formulaOf('backward', 'NllLossBackward0')).toContain('at the target');
    expect(formulaOf('op', '_scaled_dot_product_flash_attention_for_cpu')).toContain('P V');
    expect(formulaOf('leaf', 'add')).toBeNull();
    expect(formulaOf('op', 'no_such_op')).toBeNull();
  });
});

describe('DOT of a recorded graph', () => {
  it('has the nodes, colours and directions of make_dot', () => {
    const dot = graphDot(fixtureGraph);
    expect(dot.split('\n').slice(0, 3)).toEqual([
      'digraph {',
      '\tgraph [size="12,12"]',
      '\tnode [align=left fontname=monospace fontsize=10 height=0.2 ranksep=0.1 shape=box style=filled]',
    ]);
    expect(dot).toContain('[label="\\n ()" fillcolor=darkolivegreen1]');
    expect(dot).toContain('[label="0.weight\\n (1, 1)" fillcolor=lightblue]');
    expect(dot.match(/ -> /g)).toHaveLength(7);
    expect(dot.match(/label=/g)).toHaveLength(8);
  });
});
