// What leaves the window: the drawing as SVG or PNG, the graph as DOT, the recording as JSON or .nabla. Same functions as the command line.
import { traceJsonText, writeNablaFile } from '../../core/index.ts';
import type { Host } from '../../electron/host.ts';
import type { Scene } from '../graph/scene-types.ts';
import { svgText } from '../graph/svg.ts';
import type { Theme } from '../graph/theme.ts';
import { overlayAt } from '../playback/overlay.ts';
import type { ExportKind } from './app.ts';
import { currentGraph } from './current-graph.ts';
import { documentStore, sourceOf, sourceText } from './document-store.ts';
import { graphDot } from './graph-dot.ts';
import { runStore, shownOutputs } from './run-store.ts';
import { notify, viewStore } from './view-store.ts';
import { words } from './words.ts';

export interface ExportOptions {
  readonly host: Host;
  /** The scene on the canvas now. */
  readonly scene: () => Scene | null;
  readonly theme: () => Theme;
  readonly png: (svg: string) => Promise<Uint8Array>;
}

const encoder = new TextEncoder();
const mimes: Readonly<Record<ExportKind, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  dot: 'text/vnd.graphviz',
  trace: 'application/json',
  nabla: 'application/octet-stream',
};

/** The drawing as text: with the numbers of the playhead, without any for a make_dot graph. */
export function drawingText(scene: Scene, theme: Theme): string {
  const { reader } = runStore.getState();
  const { playhead, dotCall } = viewStore.getState();
  const overlay = reader && playhead && dotCall === null ? overlayAt(reader, playhead) : null;
  return svgText(scene, overlay, { theme });
}

export function createExporter({ host, scene, theme, png }: ExportOptions): (kind: ExportKind) => Promise<void> {
  const bytesOf = async (kind: ExportKind): Promise<Uint8Array> => {
    const run = runStore.getState();
    const view = viewStore.getState();
    const graph = currentGraph(run, view);
    switch (kind) {
      case 'svg':
      case 'png': {
        const drawn = scene();
        if (!drawn) throw new Error(words.errors.noGraph);
        const svg = drawingText(drawn, theme());
        return kind === 'svg' ? encoder.encode(svg) : png(svg);
      }
      case 'dot': {
        if (!graph) throw new Error(words.errors.noGraph);
        const call = view.dotCall === null ? null : run.dotCalls[view.dotCall];
        return encoder.encode(call ? call.dot : graphDot(graph));
      }
      case 'trace':
        if (!run.reader) throw new Error(words.errors.noGraph);
        return encoder.encode([...traceJsonText(run.reader)].join(''));
      case 'nabla': {
        if (!run.reader) throw new Error(words.errors.noGraph);
        const state = documentStore.getState();
        const script = encoder.encode(sourceText(run.request?.source ?? sourceOf(state)));
        return writeNablaFile({
          name: state.name,
          script,
          graphs: run.graphs,
          outputs: shownOutputs(run),
          chunks: run.chunks,
          memory: run.memory,
        });
      }
    }
  };

  return async (kind) => {
    const base = (documentStore.getState().name || words.app.name).replace(/\.\w+$/, '');
    const name = `${base}.${kind === 'trace' ? 'trace.json' : kind}`;
    try {
      const bytes = await bytesOf(kind);
      if (await host.exportFile(name, bytes, mimes[kind])) notify('info', words.errors.exported(name));
    } catch (error) {
      notify('error', words.errors.exportFailed(error instanceof Error ? error.message : String(error)));
    }
  };
}
