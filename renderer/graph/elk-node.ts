// elkjs in Node (command line, tests): the same code the window's worker runs, on the calling thread.
import ELK from 'elkjs/lib/elk.bundled.js';
import type { ElkEngine } from './layout-types.ts';

/** The bundle is CommonJS: what a bundler, Node and a test runner call its default differs. */
type Constructor = new () => ElkEngine;
const constructorOf = (module: unknown): Constructor => {
  const inner = (module as { default?: unknown }).default;
  return (typeof inner === 'function' ? inner : module) as Constructor;
};

export const createElk = (): ElkEngine => new (constructorOf(ELK))();
