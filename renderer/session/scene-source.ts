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

/** A layout that nobody waits for any more may take this long to end by itself: most do at once, and a fresh worker costs more. */
const patienceMs = 1000;

export function createSceneSource(createElk: () => ElkEngine & { terminateWorker(): void } = workerElk): SceneSource {
  const scenes = new Map<string, Scene>();
  let elk: ReturnType<typeof createElk> | null = null;
  let current: { readonly key: string; readonly made: Promise<Scene> } | null = null;
  let request = 0;

  const layOut = (key: string, graph: Graph, options: OutlineOptions): Promise<Scene> => {
    elk ??= createElk();
    const made = sceneOfGraph(graph, options, elk).then((scene) => {
      scenes.set(key, scene);
      for (const oldest of scenes.keys()) {
        if (scenes.size <= kept) break;
        scenes.delete(oldest);
      }
      return scene;
    });
    const mine = { key, made };
    current = mine;
    const ended = () => {
      if (current === mine) current = null;
    };
    made.then(ended, ended);
    return made;
  };

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
      const before = current;
      if (before && before.key !== key) {
        await Promise.race([before.made.catch(() => null), new Promise((resolve) => setTimeout(resolve, patienceMs))]);
        if (mine !== request) return null;
        if (current === before) {
          elk?.terminateWorker();
          elk = null;
          current = null;
        }
      }
      const made = await (current?.key === key ? current.made : (scenes.get(key) ?? layOut(key, graph, options)));
      return mine === request ? made : null;
    },
  };
}

function workerElk(): ElkEngine & { terminateWorker(): void } {
  return new ELK({ workerFactory: () => new Worker(elkWorkerUrl) }) as unknown as ElkEngine & { terminateWorker(): void };
}
