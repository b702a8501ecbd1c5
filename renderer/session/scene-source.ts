// Scenes for the window: Graph → outline → layout → Scene, laid out in elkjs' own worker, kept by graph, view and folds.
// A layout nobody waits for any more is ended with its worker.
import ELK from 'elkjs/lib/elk-api.js';
import elkWorkerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Graph } from '../../core/index.ts';
import type { ElkEngine } from '../graph/layout-types.ts';
import type { OutlineOptions } from '../graph/outline-types.ts';
import { sceneOfGraph } from '../graph/scene.ts';
import type { Scene } from '../graph/scene-types.ts';

export interface SceneSource {
  /** Loads elkjs before it is needed. */
  warmUp(): void;
  /** Resolves with null where a newer request came in between. */
  scene(graph: Graph, options: OutlineOptions): Promise<Scene | null>;
}

/** Scenes kept: a notebook has about a dozen graphs, each in two views. */
const kept = 48;

export function createSceneSource(createElk: () => ElkEngine & { terminateWorker(): void } = workerElk): SceneSource {
  const scenes = new Map<string, Scene>();
  let elk: ReturnType<typeof createElk> | null = null;
  let inFlight: string | null = null;
  let request = 0;

  return {
    warmUp() {
      elk ??= createElk();
    },
    async scene(graph, options) {
      const key = JSON.stringify([graph.hash, graph.nodes.length, options.view, options.showSaved, [...options.folded].sort()]);
      request += 1;
      const mine = request;
      const known = scenes.get(key);
      if (known) return known;
      if (inFlight !== null && inFlight !== key) {
        elk?.terminateWorker();
        elk = null;
      }
      inFlight = key;
      elk ??= createElk();
      const made = await sceneOfGraph(graph, options, elk);
      if (inFlight === key) inFlight = null;
      scenes.set(key, made);
      for (const oldest of scenes.keys()) {
        if (scenes.size <= kept) break;
        scenes.delete(oldest);
      }
      return mine === request ? made : null;
    },
  };
}

function workerElk(): ElkEngine & { terminateWorker(): void } {
  return new ELK({ workerFactory: () => new Worker(elkWorkerUrl) }) as unknown as ElkEngine & { terminateWorker(): void };
}
