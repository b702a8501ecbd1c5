// Imports point only downwards; a planted violation of each kind is seen.
import { describe, expect, it } from 'vitest';
import { importsOf, sourceFiles, textOf, violation } from './imports.ts';
import { layers } from './layers.ts';

const violations = (path: string, text: string) =>
  importsOf(path, text)
    .map((found) => violation(path, found))
    .filter((said) => said !== null);

describe('layers', () => {
  it('every import in the sources points to a lower layer', () => {
    const files = sourceFiles('core', 'renderer', 'electron');
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((path) => violations(path, textOf(path)))).toEqual([]);
  });

  it.each([
    ['core/tensor/x.ts', "import { call } from '../autograd/funnel.ts';"],
    ['core/ops/x.ts', "import { decodeScript } from '../formats/script.ts';"],
    ['core/nn/x.ts', "import { SGD } from '../optim/sgd.ts';"],
    ['core/graph/x.ts', "export { createSession } from '../python/session.ts';"],
    ['core/graph/x.ts', "const later = import('../python/session.ts');"],
    ['core/autograd/x.ts', "import '../graph/recorder.ts';"],
    ['renderer/graph/x.ts', "import { viewStore } from '../state/view-store.ts';"],
    ['renderer/playback/x.ts', "import { svgText } from '../graph/svg.ts';"],
    ['renderer/state/x.ts', "import { Tensor } from '../../core/tensor/tensor.ts';"],
    ['renderer/ui/x.tsx', "import { Explorer } from '../explorer/explorer.tsx';"],
    ['renderer/editor/x.tsx', "import { Explorer } from '../explorer/explorer.tsx';"],
    ['renderer/state/x.ts', "import { channels } from '../../electron/host.ts';"],
    ['renderer/state/x.ts', "import type { Serving } from '../../electron/serve.ts';"],
    ['electron/x.ts', "import { viewStore } from '../renderer/state/view-store.ts';"],
    ['core/tensor/x.ts', "import { shape } from './shape';"],
    ['core/tensor/x.ts', "import { type Site } from '../autograd/observer.ts'; import { observation } from '../autograd/observer.ts';"],
  ])('sees what %s must not do: %s', (path, text) => {
    expect(violations(path, text)).toHaveLength(1);
  });

  it.each([
    ['core/tensor/x.ts', "import type { Site } from '../autograd/observer.ts';"],
    ['core/nn/x.ts', "import { call } from '../autograd/funnel.ts';"],
    ['renderer/graph/x.ts', "import type { Overlay } from '../playback/overlay-types.ts';"],
    ['renderer/state/x.ts', "import type { Host } from '../../electron/host.ts';"],
    ['renderer/main.tsx', "import { App } from './ui/app.tsx'; import './ui/tokens.css';"],
    ['electron/x.ts', "import { svgText } from '../renderer/graph/svg.ts';"],
  ])('allows %s: %s', (path, text) => {
    expect(violations(path, text)).toEqual([]);
  });

  it('every folder of core and renderer has its layer', () => {
    const places = layers.flat();
    const folders = new Set(sourceFiles('core', 'renderer').map((path) => path.split('/').slice(0, 2).join('/')));
    expect([...folders].filter((folder) => !places.includes(folder))).toEqual([]);
  });
});
