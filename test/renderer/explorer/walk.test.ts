// The explorer's pure parts: arrow walks, search, levels of detail, the pulse's easing.
import { beforeAll, describe, expect, it } from 'vitest';
import { cubicBezier } from '../../../renderer/explorer/pulse.ts';
import { searchHits } from '../../../renderer/explorer/search-hits.ts';
import { levelAt, nameSizeAt, numbersFrom } from '../../../renderer/explorer/viewport.ts';
import { walk } from '../../../renderer/explorer/walk.ts';
import { createElk } from '../../../renderer/graph/elk-node.ts';
import { sceneOfGraph } from '../../../renderer/graph/scene.ts';
import type { Scene } from '../../../renderer/graph/scene-types.ts';
import { trainingStep } from '../graph/sample-graphs.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await sceneOfGraph(trainingStep(), { view: 'paired', folded: new Set(), showSaved: false }, createElk());
});
const from = (id: string, arrow: Parameters<typeof walk>[2]) =>
  walk(scene, scene.nodes.find((node) => node.id === id) ?? null, arrow)?.id ?? null;

describe('arrow keys', () => {
  it('follow edges up and down', () => {
    expect(['W', 't', 'addmm', 'mse'].map((id) => from(id, 'ArrowDown'))).toEqual(['t', 'addmm', 'mse', 'loss']);
    expect(['loss', 'mse', 'addmm', 't'].map((id) => from(id, 'ArrowUp'))).toEqual(['mse', 'addmm', 't', 'W']);
  });
  it('go to the box beside, and stay where nothing is', () => {
    expect(from('W', 'ArrowRight')).toBe('b');
    expect(from('addmm', 'ArrowLeft')).toBe('x');
    expect(from('loss', 'ArrowDown')).toBeNull();
  });
  it('begin at the first node', () => {
    expect(walk(scene, null, 'ArrowDown')).toBe(scene.nodes[0]);
  });
});

describe('search', () => {
  it('finds by name, backward name, shape and scope, top first', () => {
    expect(searchHits(scene, 'addmm')).toEqual(['addmm']);
    expect(searchHits(scene, 'AccumulateGrad')).toEqual(['W', 'b']);
    expect(searchHits(scene, '(16,1)')).toEqual(['x', 'addmm', 'y']);
    expect(searchHits(scene, 'model/0 weight')).toEqual(['W']);
    expect(searchHits(scene, '  ')).toEqual([]);
    expect(searchHits(scene, 'addmm (3, 3)')).toEqual([]);
  });
});

describe('levels', () => {
  it('change at 0.3 and where 11 px shows at 9', () => {
    expect([0.2, 0.299, 0.3, 0.818, 0.819, 2].map(levelAt)).toEqual(['blocks', 'blocks', 'names', 'names', 'numbers', 'numbers']);
  });
  it('never show a name under 9 px', () => {
    for (let scale = 0.3; scale < numbersFrom; scale += 0.005) expect(nameSizeAt(scale) * scale).toBeGreaterThanOrEqual(9);
  });
});

describe('easing', () => {
  it('starts at 0, ends at 1 and never turns back', () => {
    const ease = cubicBezier(0.3, 0, 0.2, 1);
    expect([ease(0), ease(1)]).toEqual([0, 1]);
    for (let t = 0.05; t <= 1; t += 0.05) expect(ease(t)).toBeGreaterThanOrEqual(ease(t - 0.05));
    expect(ease(0.5)).toBeGreaterThan(0.6);
  });
});
