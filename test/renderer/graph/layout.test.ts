// Layout properties on made-up graphs: nothing overlaps, routes are orthogonal and meet their boxes, rails are straight.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createElk } from '../../../renderer/graph/elk-node.ts';
import { elkBudget, layoutCost, layoutOf } from '../../../renderer/graph/layout.ts';
import { outlineOf } from '../../../renderer/graph/outline.ts';
import { sceneOf, sceneOfGraph } from '../../../renderer/graph/scene.ts';
import type { Box, Scene } from '../../../renderer/graph/scene-types.ts';
import { foldedGraphs } from './random-graphs.ts';
import { edge, node, plainLine, residualBlock, trainingStep, twoLayers } from './sample-graphs.ts';

const elk = createElk();
const none = new Set<string>();
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width - 0.5 && b.x < a.x + a.width - 0.5 && a.y < b.y + b.height - 0.5 && b.y < a.y + a.height - 0.5;
const box = (scene: Scene, id: string): Box => scene.nodes.find((one) => one.id === id)?.box as Box;
const onBorder = ({ x, y }: { x: number; y: number }, b: Box) => {
  const inX = x >= b.x - 0.02 && x <= b.x + b.width + 0.02;
  const inY = y >= b.y - 0.02 && y <= b.y + b.height + 0.02;
  const side = Math.min(Math.abs(x - b.x), Math.abs(x - b.x - b.width), Math.abs(y - b.y), Math.abs(y - b.y - b.height));
  return inX && inY && side <= 0.02;
};

function checkScene(scene: Scene): void {
  scene.nodes.forEach((a, i) => {
    for (const b of scene.nodes.slice(i + 1)) expect(overlap(a.box, b.box), `${a.id} and ${b.id} overlap`).toBe(false);
    expect(a.box.x).toBeGreaterThanOrEqual(0);
    expect(a.box.x + a.box.width).toBeLessThanOrEqual(scene.width);
    expect(a.box.y + a.box.height).toBeLessThanOrEqual(scene.height);
  });
  for (const one of scene.edges) {
    expect(one.route.length).toBeGreaterThanOrEqual(2);
    const slanted = one.route.some((q, i) => i > 0 && one.route[i - 1].x !== q.x && one.route[i - 1].y !== q.y);
    expect(slanted, `${one.id} is not orthogonal: ${JSON.stringify(one.route)}`).toBe(false);
    expect(onBorder(one.route[0], box(scene, one.from)), `${one.id} starts off ${one.from}`).toBe(true);
    expect(onBorder(one.route[one.route.length - 1], box(scene, one.to)), `${one.id} ends off ${one.to}`).toBe(true);
  }
}

function checkRegions(scene: Scene): void {
  for (const region of scene.regions) {
    const inside = ({ x, y, width, height }: Box) =>
      x >= region.box.x &&
      y >= region.box.y &&
      x + width <= region.box.x + region.box.width &&
      y + height <= region.box.y + region.box.height;
    for (const one of scene.nodes) if (one.role === 'input') expect(overlap(one.box, region.box), `${one.id} in ${region.id}`).toBe(false);
    expect(scene.nodes.some((one) => inside(one.box))).toBe(true);
  }
}

describe('elk layout', () => {
  it.each(['paired', 'autograd'] as const)(
    'keeps its promises on any graph, folded or not (%s)',
    async (view) => {
      await fc.assert(
        fc.asyncProperty(foldedGraphs(9), async ({ graph, folded }) => {
          const scene = await sceneOfGraph(graph, { view, folded, showSaved: true }, elk);
          checkScene(scene);
          if (view === 'paired') checkRegions(scene);
        }),
        { numRuns: 25 },
      );
    },
    60_000,
  );

  it('draws a chain as two straight rails, 112 apart', async () => {
    for (const graph of [trainingStep(), plainLine()]) {
      const scene = await sceneOfGraph(graph, { view: 'paired', folded: none, showSaved: false }, elk);
      checkScene(scene);
      const chain = graph.hash === 'step' ? ['t', 'addmm', 'mse', 'loss'] : ['b', 'mul', 'add', 'sub', 'pow', 'mean', 'loss'];
      const rails = new Map<string, Set<number>>();
      for (let i = 1; i < chain.length; i++)
        for (const kind of ['value', 'gradient'] as const) {
          const one = scene.edges.find((e) => e.kind === kind && [e.from, e.to].every((id) => id === chain[i - 1] || id === chain[i]));
          expect(one?.route, `${kind} ${chain[i]}`).toHaveLength(2);
          rails.set(kind, (rails.get(kind) ?? new Set()).add(one?.route[0].x ?? 0));
        }
      const [value, gradient] = [[...(rails.get('value') ?? [])], [...(rails.get('gradient') ?? [])]];
      expect(value).toHaveLength(1);
      expect(gradient).toEqual([value[0] + 112]);
    }
  });

  it('keeps the rails straight beside the parameters of a later layer, clear of its title', async () => {
    const scene = await sceneOfGraph(twoLayers(), { view: 'paired', folded: none, showSaved: false }, elk);
    checkScene(scene);
    const chain = ['mm0', 'relu', 'mm2', 'out'];
    const main = scene.edges.filter((one) => chain.includes(one.from) && chain.includes(one.to));
    expect(main).toHaveLength(6);
    for (const one of main) expect(one.route, one.id).toHaveLength(2);
    const region = scene.regions.find((one) => one.id === 'model/2');
    expect(box(scene, 'relu').x + 144 - 56).toBeGreaterThan((region?.box.x ?? 0) + 16 + 'Linear(·, 1)'.length * 7.2);
  });

  it('routes gradients in their own direction, up', async () => {
    const scene = await sceneOfGraph(trainingStep(), { view: 'paired', folded: none, showSaved: false }, elk);
    for (const one of scene.edges) {
      const [first, last] = [one.route[0], one.route[one.route.length - 1]];
      if (one.kind === 'gradient') expect(first.y).toBeGreaterThan(last.y);
    }
  });

  it('stands leaves left and saved tensors right of their function', async () => {
    const scene = await sceneOfGraph(residualBlock(), { view: 'autograd', folded: none, showSaved: true }, elk);
    checkScene(scene);
    const host = box(scene, 'bn2');
    expect(box(scene, 'bn2.weight').x + 192).toBeLessThan(box(scene, 'acc.bn2.weight').x);
    expect(box(scene, 'acc.bn2.weight').x + 124).toBeLessThan(host.x);
    expect(box(scene, 'bn2.result1').x).toBeGreaterThan(host.x + host.width);
  });

  it('gives the same layout again', async () => {
    const outline = outlineOf(residualBlock(), { view: 'autograd', folded: none, showSaved: true });
    expect(await layoutOf(outline, createElk())).toEqual(await layoutOf(outline, createElk()));
  });

  it('is the same after a fold was closed and opened', async () => {
    const options = { view: 'paired', folded: none, showSaved: false } as const;
    const before = await sceneOfGraph(trainingStep(), options, elk);
    await sceneOfGraph(trainingStep(), { ...options, folded: new Set(['model/0']) }, elk);
    expect(await sceneOfGraph(trainingStep(), options, elk)).toEqual(before);
  });
});

describe('beyond the budget', () => {
  const size = 60;
  const dense = () => {
    const nodes = Array.from({ length: size }, (_, i) => node(`f${i}`, 'backward', 'CatBackward0'));
    const edges = nodes.flatMap((_, i) => Array.from({ length: i }, (_, j) => edge('gradient', `f${i}`, `f${j}`, j)));
    return { hash: 'dense', nodes, edges, scopes: [] };
  };

  it('uses the plain layering, without asking elk, and keeps the same promises', async () => {
    const outline = outlineOf(dense(), { view: 'autograd', folded: none, showSaved: false });
    expect(layoutCost(outline)).toBeGreaterThan(elkBudget);
    const layout = await layoutOf(outline, { layout: () => Promise.reject(new Error('not asked')) });
    expect(layout.engine).toBe('layered');
    checkScene(sceneOf(outline, layout));
  });
});
