// The graph's place: lays out what the playhead or a make_dot call shows, puts the toolbar over it, and says why where there is nothing to draw.
import { Archive, ListTree, Maximize, PanelRight, Search } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Graph } from '../core/index.ts';
import { Explorer } from './explorer/explorer.tsx';
import type { Scene, ViewKind } from './graph/scene-types.ts';
import { overlayAt } from './playback/overlay.ts';
import type { Playhead } from './playback/overlay-types.ts';
import type { SceneSource } from './session/scene-source.ts';
import { command, perform } from './state/commands.ts';
import { currentGraph, currentStep, nodeById, nodesAt } from './state/current-graph.ts';
import { foldedScopes } from './state/folds.ts';
import { keyLabel } from './state/keys.ts';
import { isLive, runStore } from './state/run-store.ts';
import { useApp, useRun, useTheme, useView } from './state/use-stores.ts';
import { lookAtDot, select, toggleScope, viewStore } from './state/view-store.ts';
import { words } from './state/words.ts';
import { IconButton, Segmented } from './ui/controls.tsx';
import { NoticeBar } from './ui/notices.tsx';

const w = words.graph;

export function useShownGraph(): Graph | null {
  useView((view) => currentGraph(runStore.getState(), view));
  return useRun((run) => currentGraph(run, viewStore.getState()));
}

/** The scene of what is shown; the last one stays until the next is laid out. */
function useScene(source: SceneSource, graph: Graph | null): { readonly scene: Scene | null; readonly failed: string | null } {
  const view = useView((state) => state.view);
  const scopes = useView((state) => state.scopes);
  const dotCall = useView((state) => state.dotCall);
  const wanted = useView((state) => state.showSaved && state.view === 'autograd');
  const asked = useRun((state) => (dotCall === null ? false : (state.dotCalls[dotCall]?.options.showSaved ?? false)));
  const showSaved = dotCall === null ? wanted : asked;
  const [drawn, setDrawn] = useState<{ scene: Scene | null; failed: string | null }>({ scene: null, failed: null });
  const folded = useMemo(() => (graph ? foldedScopes(graph, scopes) : new Set<string>()), [graph, scopes]);
  useEffect(() => {
    if (!graph) {
      setDrawn({ scene: null, failed: null });
      return;
    }
    let waiting = true;
    source.scene(graph, { view, folded, showSaved }).then(
      (scene) => waiting && scene && setDrawn({ scene, failed: null }),
      (error: Error) => waiting && setDrawn({ scene: null, failed: error.message }),
    );
    return () => {
      waiting = false;
    };
  }, [source, graph, view, folded, showSaved]);
  return drawn;
}

export function GraphPlace({ source, onScene }: { readonly source: SceneSource; readonly onScene: (scene: Scene | null) => void }) {
  const graph = useShownGraph();
  const { scene, failed } = useScene(source, graph);
  const theme = useTheme();
  const reader = useRun((state) => state.reader);
  const revision = useRun((state) => state.revision);
  const run = useRun((state) => state.run);
  const playhead = useView((state) => state.playhead);
  const dotCall = useView((state) => state.dotCall);
  const selection = useView((state) => state.selection);
  const litLine = useView((state) => state.litLine);
  const legend = useView((state) => state.legendOpen);
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => onScene(scene), [scene, onScene]);
  // Until a new graph's picture is there, the old one keeps the numbers of the moment it was last looked at.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run has other moments.
  const moments = useMemo(() => new Map<string, Playhead>(), [run]);
  if (graph && playhead && dotCall === null) moments.set(graph.hash, playhead);
  const drawn = scene?.graphHash ?? graph?.hash;
  const moment = drawn === graph?.hash ? (dotCall === null ? playhead : null) : (moments.get(drawn ?? '') ?? null);
  const open = currentStep(reader, moment)?.closed === false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: an open step grows with the revision.
  const overlay = useMemo(
    () => (reader && moment && moment.step < reader.stepCount ? overlayAt(reader, moment) : null),
    [reader, moment, open ? revision : 0],
  );
  const lit = useMemo(() => new Set(nodesAt(graph, litLine)), [graph, litLine]);

  return (
    <main className="graph-place quiet-focus" data-keys="single" tabIndex={-1} ref={place} aria-label={w.canvas}>
      {scene && graph ? (
        <Explorer
          scene={scene}
          overlay={overlay}
          theme={theme}
          selection={selection}
          lit={lit}
          legend={legend}
          onSelect={select}
          onToggleScope={(id, isOpen) => toggleScope(id, isOpen)}
        />
      ) : (
        <Nothing failed={failed} drawing={graph !== null} />
      )}
      <Toolbar graph={graph} />
      <NoticeBar />
    </main>
  );
}

const viewOptions: readonly { readonly value: ViewKind; readonly label: string }[] = [
  { value: 'autograd', label: w.autograd },
  { value: 'paired', label: w.paired },
];

function Toolbar({ graph }: { readonly graph: Graph | null }) {
  const app = useApp();
  const view = useView((state) => state.view);
  const legend = useView((state) => state.legendOpen);
  const saved = useView((state) => state.showSaved);
  const dotCall = useView((state) => state.dotCall);
  const search = useView((state) => state.searchOpen);
  const inspector = useView((state) => state.inspectorOpen);
  const key = (id: string): string => keyLabel(command(id).keys?.[0] ?? '', app.host.platform);
  return (
    <div className="graph-toolbar">
      <Breadcrumb graph={graph} />
      {graph && (
        <div className="graph-tools">
          <Segmented
            label={w.view}
            value={view}
            options={viewOptions}
            onChange={(next) => viewStore.setState({ view: next })}
            testId="view"
          />
          {view === 'autograd' && dotCall === null && (
            <IconButton
              icon={Archive}
              label={w.saved}
              keys={key('graph.saved')}
              pressed={saved}
              onClick={() => perform(app, 'graph.saved')}
              testId="saved"
            />
          )}
          <IconButton
            icon={ListTree}
            label={w.legend}
            keys={key('graph.legend')}
            pressed={legend}
            onClick={() => perform(app, 'graph.legend')}
            testId="legend"
          />
          <IconButton
            icon={Search}
            label={w.find}
            keys={key('graph.find')}
            pressed={search}
            onClick={() => perform(app, 'graph.find')}
            testId="find"
          />
          <IconButton icon={Maximize} label={w.fit} keys={key('graph.fit')} onClick={() => perform(app, 'graph.fit')} testId="fit" />
          {!inspector && (
            <IconButton
              icon={PanelRight}
              label={words.inspector.unfold}
              keys={key('view.inspector')}
              onClick={() => perform(app, 'view.inspector')}
              testId="inspector-unfold"
            />
          )}
        </div>
      )}
    </div>
  );
}

/** From the outermost module to what is selected. */
function Breadcrumb({ graph }: { readonly graph: Graph | null }) {
  const selection = useView((state) => state.selection);
  const dotCall = useView((state) => state.dotCall);
  if (!graph) return <div />;
  const node = nodeById(graph, selection);
  const parts: string[] = [];
  const scopeId = selection?.startsWith('scope:') ? selection.slice(6) : (node?.scope ?? '');
  for (let scope = graph.scopes.find((each) => each.id === scopeId); scope; scope = graph.scopes.find((each) => each.id === scope?.parent))
    parts.unshift(scope.name || scope.type);
  if (dotCall !== null) parts.unshift(w.dotCall(dotCall + 1));
  else if (parts.length === 0) {
    const root = graph.scopes.find((scope) => scope.parent === '');
    if (root) parts.push(root.name || root.type);
  }
  const output = graph.nodes.find((each) => each.kind === 'output');
  if (node?.name) parts.push(node.name);
  else if (!node && output?.name && dotCall === null) parts.push(output.name);
  return (
    <nav className="breadcrumb mono" aria-label={w.canvas}>
      {parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a path's parts stand in order.
        <span key={at}>
          {at > 0 && <span className="breadcrumb-sign">›</span>}
          {at === parts.length - 1 ? <strong>{part}</strong> : part}
        </span>
      ))}
      {dotCall !== null && (
        <button type="button" className="link-button" onClick={() => lookAtDot(null)} data-testid="back-to-run">
          {w.backToRun}
        </button>
      )}
    </nav>
  );
}

function Nothing({ failed, drawing }: { readonly failed: string | null; readonly drawing: boolean }) {
  const app = useApp();
  const status = useRun((state) => state.status);
  const level = useRun((state) => state.request?.recording ?? null);
  const error = useRun((state) => state.error !== null);
  const engine = useRun((state) => state.engine);
  let [title, hint] = [w.noRun, w.noRunHint];
  if (failed !== null) [title, hint] = [w.layoutFailed, failed];
  else if (drawing) [title, hint] = [w.laying, ''];
  else if (isLive(status)) [title, hint] = engine === 'starting' ? [words.status.engineStarting, ''] : [w.running, ''];
  else if (status === 'failed' && error) [title, hint] = [w.failedEarly, w.failedEarlyHint];
  else if (status === 'finished' || status === 'stopped')
    [title, hint] = level === 'off' ? [w.offOff, w.offHint] : [w.nothing, w.nothingHint];
  return (
    <div className="graph-nothing" data-testid="graph-nothing">
      <strong>{title}</strong>
      {hint && <span>{hint}</span>}
      {status === 'empty' && (
        <button type="button" className="primary-button" onClick={() => perform(app, 'run.start')} data-testid="run-first">
          {words.script.run}
        </button>
      )}
    </div>
  );
}
