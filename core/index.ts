// The only door into the engine: what the renderer, the command line and the tests may use.
export type { Site } from './autograd/observer.ts';
export type * from './graph/graph.ts';
export type * from './graph/trace.ts';
