// Wires the window: host, session, stores, keys, files dropped, theme. Nothing else does.
import { createRoot } from 'react-dom/client';
import { Window } from './app.tsx';
import type { Scene } from './graph/scene-types.ts';
import { createSessionClient } from './session/client.ts';
import type { WorkerLike } from './session/engine.ts';
import { followRun } from './session/follow.ts';
import { createSceneSource } from './session/scene-source.ts';
import type { App } from './state/app.ts';
import { commands, perform } from './state/commands.ts';
import { documentStore, isEdited } from './state/document-store.ts';
import { keepDraft, readDraft, restoreDraft } from './state/drafts.ts';
import { createExporter } from './state/exports.ts';
import { createFileActions } from './state/file-actions.ts';
import { runStore } from './state/run-store.ts';
import { listenToKeys } from './state/shortcuts.ts';
import { notify, viewStore } from './state/view-store.ts';
import { words } from './state/words.ts';
import { startPlayer } from './timeline/player.ts';
import { watchDrops } from './ui/drops.ts';
import { graphControl } from './ui/graph-control.ts';
import { pngOf } from './ui/png.ts';

const examples = import.meta.glob<string>('../core/examples/*', { query: '?raw', import: 'default' });

/** Python starts by then at the latest. */
const longestWaitMs = 3000;

async function start(): Promise<void> {
  const host = window.nablaHost;
  if (!host) throw new Error('no host: the page is not served by Nabla');
  const base = new URL('.', location.href).href;
  let scene: Scene | null = null;

  const session = createSessionClient({
    createWorker: () => new Worker(new URL('./session/worker.ts', import.meta.url), { type: 'module' }) as unknown as WorkerLike,
    base,
    nextFrame: (callback) => void requestAnimationFrame(callback),
  });
  const files = createFileActions({
    host,
    nextRunNumber: session.nextRunNumber,
    stop: session.stop,
    loadLesson: async () => {
      const response = await fetch(new URL('first-lesson.nabla', base));
      if (!response.ok) throw new Error(`first-lesson.nabla: ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    loadExample: (name) => examples[`../core/examples/${name}`](),
  });
  const shownTheme = (): 'light' | 'dark' => (document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light');
  const app: App = {
    host,
    session,
    files,
    graph: graphControl,
    exportAs: createExporter({ host, scene: () => scene, theme: shownTheme, png: pngOf }),
  };

  documentStore.setState({ settings: await host.settings() });
  followTheme();
  documentStore.subscribe((now, before) => {
    if (now.settings !== before.settings) void host.saveSettings(now.settings);
  });

  const root = document.getElementById('root') as HTMLElement;
  const scenes = createSceneSource();
  // elkjs loads beside everything else; Python, which is heavy, waits until the first graph stands.
  scenes.warmUp();
  let firstDrawn = (): void => {};
  const drawn = new Promise<void>((resolve) => {
    firstDrawn = resolve;
    setTimeout(resolve, longestWaitMs);
  });
  createRoot(root).render(
    <Window
      app={app}
      scenes={scenes}
      onScene={(drawn) => {
        scene = drawn;
        if (drawn) firstDrawn();
      }}
    />,
  );

  listenToKeys(app);
  watchDrops((file) => void files.openFile(file));
  startPlayer((callback) => void requestAnimationFrame(callback));
  followRun();
  host.onCommand((id) => perform(app, id));
  host.onFile((file) => void files.openFile(file));
  host.onCloseRequest(() => files.mayReplace());
  host.setMenu(menuGroups());
  documentStore.subscribe(({ name }, before) => {
    const edited = isEdited(documentStore.getState());
    if (name !== before.name || edited !== isEdited(before)) host.setTitle(name ? `${name} — ${words.app.name}` : words.app.name, edited);
  });

  await openFirst(app, files);
  keepDraft(localStorage);
  root.querySelector<HTMLElement>('.graph-place')?.focus();
  if (!crossOriginIsolated) {
    runStore.setState({ engine: 'failed' });
    notify('error', words.app.notIsolated);
    return;
  }
  // Nothing to draw: nothing to wait for.
  if (runStore.getState().stepCount === 0) firstDrawn();
  await drawn;
  requestAnimationFrame(() => setTimeout(session.warmUp, 0));
}

/** The file given, with unsaved edits of it if there are any; else what was being edited; else the lesson. */
async function openFirst(app: App, files: ReturnType<typeof createFileActions>): Promise<void> {
  const [file, kept] = [
    await app.host.initialFile().catch((error: Error) => void notify('error', words.errors.openFailed(error.message))),
    readDraft(localStorage),
  ];
  if (file) {
    await files.openFile(file);
    if (kept && kept.name === file.name && kept.savedText === documentStore.getState().savedText)
      restoreDraft({ ...kept, notebook: documentStore.getState().notebook });
    if (documentStore.getState().name !== '') return;
  } else if (kept) {
    restoreDraft(kept);
    return;
  }
  const { notice } = viewStore.getState();
  await files.openLesson();
  if (notice) viewStore.setState({ notice });
}

function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const { theme } = documentStore.getState().settings;
    const { systemDark } = viewStore.getState();
    document.documentElement.dataset.theme = theme === 'system' ? (systemDark ? 'dark' : 'light') : theme;
  };
  const hear = (): void => viewStore.setState({ systemDark: dark.matches });
  dark.addEventListener('change', hear);
  hear();
  apply();
  documentStore.subscribe(apply);
  viewStore.subscribe((now, before) => {
    if (now.systemDark !== before.systemDark) apply();
  });
}

function menuGroups() {
  const groups = ['file', 'run', 'play', 'view', 'graph', 'export'] as const;
  return groups.map((group) => ({
    label: words.groups[group],
    items: commands.filter((each) => each.group === group).map(({ id, label, keys }) => ({ id, label: label(), keys: keys?.[0] ?? null })),
  }));
}

void start().catch((error: Error) => {
  document.body.textContent = `${words.app.name}: ${error.message}`;
});
