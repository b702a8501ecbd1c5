// The layers, lowest first; an import may only point to the same layer's own folder or to a lower one. This file is the rule.

/** Names on one line are siblings: they do not import one another. A name is a folder, or a file at its folder's root. */
export const layers: readonly (readonly string[])[] = [
  ['core/tensor'],
  ['core/ops', 'core/formats'],
  ['core/devices', 'core/random'],
  ['core/autograd'],
  ['core/nn', 'core/optim', 'core/data'],
  ['core/graph'],
  ['core/python'],
  ['core/index.ts', 'core/thread.ts'],
  ['renderer/graph', 'renderer/playback'],
  ['renderer/state'],
  ['renderer/ui'],
  ['renderer/session', 'renderer/explorer', 'renderer/timeline', 'renderer/training', 'renderer/editor'],
  // What composes the places of the window, lowest first.
  ['renderer/graph-place.tsx'],
  ['renderer/app.tsx'],
  ['renderer/main.tsx'],
];

/** Imports that carry types only may also take these, from anywhere above: contracts, not code. */
export const contracts: readonly string[] = [
  'core/autograd/observer.ts',
  'core/graph/graph.ts',
  'core/graph/trace.ts',
  'core/python/protocol.ts',
  'electron/host.ts',
];

/** Siblings that do meet, and why. */
export const meetings: readonly { readonly from: string; readonly to: string; readonly because: string }[] = [
  { from: 'renderer/graph', to: 'renderer/playback', because: 'the SVG of a moment is a Scene with its Overlay' },
];

/** Outside the stack: what each may import of it. */
export const outside: Readonly<Record<string, readonly string[]>> = {
  electron: ['core/index.ts', 'core/thread.ts', 'renderer/graph', 'renderer/playback'],
};
