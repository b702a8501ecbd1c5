import ELK from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import type { ElkEngine } from '../../../renderer/graph/layout-types.ts';
import { createSceneSource } from '../../../renderer/session/scene-source.ts';
import { fixtureGraph } from '../fixture.ts';

/** ELK whose answers come when `open` is called, and which counts its ends. */
function slowElk() {
  const real = new ELK() as unknown as ElkEngine;
  const log = { made: 0, ended: 0 };
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const create = () => {
    log.made += 1;
    const first = log.made === 1;
    return {
      layout: async (graph: Parameters<ElkEngine['layout']>[0]) => {
        if (first) await gate;
        return real.layout(graph);
      },
      terminateWorker: () => {
        log.ended += 1;
      },
    } as unknown as ElkEngine & { terminateWorker(): void };
  };
  return { create, log, open: () => open() };
}

const paired = { view: 'paired', folded: new Set<string>(), showSaved: false } as const;
const autograd = { view: 'autograd', folded: new Set<string>(), showSaved: false } as const;

describe('scenes', () => {
  it('are kept, and a layout nobody waits for may end by itself while it is quick', async () => {
    const { create, log, open } = slowElk();
    const source = createSceneSource(create);
    const old = source.scene(fixtureGraph, paired);
    const next = source.scene(fixtureGraph, autograd);
    open();
    expect(await old).toBeNull();
    expect((await next)?.view).toBe('autograd');
    expect(log).toEqual({ made: 1, ended: 0 });
    // The one that came too late is not laid out again.
    expect((await source.scene(fixtureGraph, paired))?.view).toBe('paired');
    expect(log.made).toBe(1);
  });

  it('take a fresh worker where the old layout does not end', async () => {
    const { create, log } = slowElk();
    const source = createSceneSource(create);
    void source.scene(fixtureGraph, paired);
    expect((await source.scene(fixtureGraph, autograd))?.view).toBe('autograd');
    expect(log).toEqual({ made: 2, ended: 1 });
  });
});
