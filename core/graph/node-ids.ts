// How nodes and edges are named so that they keep their names from step to step and run to run.
import type { Site } from '../autograd/observer.ts';
import type { EdgeKind, GraphEdge } from './graph.ts';

/** `22:48` in a notebook, `48` in a plain script. */
const siteKey = (site: Site): string => (site.cell === 0 ? String(site.line) : `${site.cell}:${site.line}`);

/** `model/0/addmm@22:48`: what an op's ordinal counts under. */
export const opKey = (op: string, scope: string, site: Site): string => `${scope === '' ? '' : `${scope}/`}${op}@${siteKey(site)}`;

/** Counts from 1 under each key. */
export class Ordinals {
  readonly #next = new Map<string, number>();
  id(key: string): string {
    const n = (this.#next.get(key) ?? 0) + 1;
    this.#next.set(key, n);
    return `${key}#${n}`;
  }
}

const marks: Record<EdgeKind, string> = { value: '', gradient: '~', saved: '*', view: '=' };

/** An edge is named by its ends: `a 0> b`, with `~`, `*`, `=` for gradient, saved and view; the target's argument where values could meet twice. */
export function edge(kind: EdgeKind, from: string, to: string, slot: number, toSlot: number): GraphEdge {
  const target = kind === 'value' ? `.${toSlot}` : '';
  return { id: `${from} ${marks[kind]}${slot}${target}> ${to}`, kind, from, to, slot, toSlot };
}
