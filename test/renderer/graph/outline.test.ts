// The Outline: which boxes a view has, and that folding neither loses nor doubles an edge.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlineOf } from '../../../renderer/graph/outline.ts';
import type { OutlineOptions } from '../../../renderer/graph/outline-types.ts';
import { foldedGraphs, graphs } from './random-graphs.ts';
import { edge, node, residualBlock, trainingStep } from './sample-graphs.ts';

const paired: OutlineOptions = { view: 'paired', folded: new Set(), showSaved: false };
const autograd: OutlineOptions = { view: 'autograd', folded: new Set(), showSaved: true };
const roles = (outline: ReturnType<typeof outlineOf>) => Object.fromEntries(outline.boxes.map((box) => [box.id, box.role]));

describe('paired view', () => {
  it('makes an op and its grad_fn, a leaf and its AccumulateGrad, one box with two faces', () => {
    const outline = outlineOf(trainingStep(), paired);
    expect(outline.boxes.map((box) => [box.id, box.faces.length])).toEqual([
      ['x', 1],
      ['W', 2],
      ['b', 2],
      ['t', 2],
      ['addmm', 2],
      ['y', 1],
      ['mse', 2],
      ['loss', 1],
    ]);
  });

  it('draws the one layer as a region and not the root around it', () => {
    const outline = outlineOf(trainingStep(), paired);
    expect(outline.regions).toEqual([{ id: 'model/0', parent: '', name: '0', label: 'Linear(1, 1)', depth: 0 }]);
    expect(outline.boxes.filter((box) => box.region === 'model/0').map((box) => box.id)).toEqual(['W', 'b', 't', 'addmm']);
  });

  it('folds a scope into one box and joins its edges', () => {
    const outline = outlineOf(trainingStep(), { ...paired, folded: new Set(['model/0']) });
    const folded = outline.boxes.find((box) => box.role === 'scope');
    expect(folded).toMatchObject({ id: 'scope:model/0', title: '0', label: 'Linear(1, 1)', folded: 8 });
    expect(outline.edges.map((one) => one.id)).toContain('gradient:mse>scope:model/0');
  });

  it('puts a leaf made outside of all modules where it is used', () => {
    const graph = trainingStep();
    const loose = { ...graph, nodes: graph.nodes.map((one) => (one.id === 'b' ? { ...one, scope: '' } : one)) };
    expect(outlineOf(loose, paired).boxes.find((box) => box.id === 'b')?.region).toBe('model/0');
  });

  it('widens a box for a long name and shape', () => {
    const name = 'an_operation_with_a_name_nobody_would_choose';
    const graph = {
      hash: '',
      scopes: [],
      nodes: [node('a', 'op', name, { shape: [1, 2], pair: 'b' }), node('b', 'backward', `${name}Backward0`, { pair: 'a' })],
      edges: [],
    };
    const [box] = outlineOf(graph, paired).boxes;
    expect(box.width / 2).toBeGreaterThan((name.length + 'Backward0'.length) * 7.2 + 12);
  });

  it('keeps two calls of one module apart', () => {
    const scope = (id: string) => ({ id, parent: '', name: 'cell', type: 'Cell', label: 'Cell()', moduleKey: 7 });
    const ops = ['a', 'b', 'c', 'd'].map((id, i) => node(id, 'op', 'mul', { shape: [2], scope: i < 2 ? 'cell' : 'cell#2' }));
    const graph = {
      hash: '',
      scopes: [scope('cell'), scope('cell#2')],
      nodes: ops,
      edges: [edge('value', 'a', 'b'), edge('value', 'b', 'c'), edge('value', 'c', 'd')],
    };
    expect(outlineOf(graph, paired).regions.map((region) => region.id)).toEqual(['cell', 'cell#2']);
  });
});

describe('autograd view', () => {
  it('shows what make_dot shows, with saved tensors only on demand', () => {
    const block = residualBlock();
    const all = outlineOf(block, autograd);
    expect(all.boxes).toHaveLength(block.nodes.length);
    const without = outlineOf(block, { ...autograd, showSaved: false });
    expect(without.boxes.some((box) => box.role === 'saved')).toBe(false);
    expect(without.edges.every((one) => one.kind !== 'saved')).toBe(true);
  });

  it('leaves ops and inputs out and joins a leaf to its AccumulateGrad', () => {
    const outline = outlineOf(trainingStep(), { ...autograd, showSaved: false });
    expect(roles(outline)).toEqual({
      W: 'leaf',
      b: 'leaf',
      loss: 'output',
      mseB: 'function',
      addmmB: 'function',
      tB: 'function',
      accW: 'accumulate',
      accb: 'accumulate',
    });
    expect(outline.edges.find((one) => one.id === 'accW>W')).toMatchObject({ from: 'accW', to: 'W', arrow: 'from' });
  });

  it('docks leaves left and saved tensors right of the one function they belong to', () => {
    const outline = outlineOf(residualBlock(), autograd);
    const dock = (id: string) => outline.boxes.find((box) => box.id === id)?.dock;
    expect(dock('bn1.weight')).toEqual({ host: 'bn1', side: 'left', column: 1, row: 0, rows: 2 });
    expect(dock('acc.bn1.bias')).toEqual({ host: 'bn1', side: 'left', column: 0, row: 1, rows: 2 });
    expect(dock('bn1.running_var')).toEqual({ host: 'bn1', side: 'right', column: 1, row: 1, rows: 2 });
    // Used by two functions: it stays in the chain.
    expect(dock('x')).toBeNull();
  });

  it('marks the connection that skips layers', () => {
    const outline = outlineOf(residualBlock(), autograd);
    expect(outline.edges.filter((one) => one.skip).map((one) => [one.from, one.to])).toEqual([['add', 'acc.x']]);
  });
});

describe('every graph edge', () => {
  it.each(['paired', 'autograd'] as const)('is drawn exactly once or hidden inside one fold (%s)', (view) => {
    fc.assert(
      fc.property(foldedGraphs(), ({ graph, folded }) => {
        const outline = outlineOf(graph, { view, folded, showSaved: true });
        const drawn = outline.edges.flatMap((one) => one.graphEdges);
        expect(new Set(drawn).size).toBe(drawn.length);
        const kinds = view === 'paired' ? ['value', 'gradient'] : ['gradient', 'saved', 'view'];
        const open = outlineOf(graph, { view, folded: new Set(), showSaved: true });
        const wanted = graph.edges.filter((one) => kinds.includes(one.kind)).map((one) => one.id);
        expect(new Set(open.edges.flatMap((one) => one.graphEdges).filter((id) => wanted.includes(id)))).toEqual(new Set(wanted));
        const ids = new Set(outline.boxes.map((box) => box.id));
        expect(outline.edges.every((one) => ids.has(one.from) && ids.has(one.to))).toBe(true);
        const faces = outline.boxes.flatMap((box) => box.faces.map((face) => face.nodeId)).length;
        const inside = outline.boxes.reduce((sum, box) => sum + (box.folded ?? 0), 0);
        const all = open.boxes.flatMap((box) => box.faces).length;
        expect(faces + inside).toBe(all);
      }),
    );
  });

  it('comes back when a fold is opened again', () => {
    fc.assert(
      fc.property(graphs(), (graph) => {
        const first = outlineOf(graph, paired);
        outlineOf(graph, { ...paired, folded: new Set(graph.scopes.map((scope) => scope.id)) });
        expect(outlineOf(graph, paired)).toEqual(first);
      }),
      { numRuns: 30 },
    );
  });
});
