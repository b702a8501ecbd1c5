// Every command once, as data: menu, palette, toolbar, shortcuts and end-to-end tests read this list.
// A command reads the stores and calls the App's services; it draws nothing.
import type { Graph, RecordingLevel } from '../../core/index.ts';
import type { App, ExampleName } from './app.ts';
import { currentGraph } from './current-graph.ts';
import { changeSettings, documentStore, isEdited } from './document-store.ts';
import { moveEpoch, moveSteps, nextOp, previousOp, readyToPlay, stepEnd } from './navigation.ts';
import { isLive, runStore } from './run-store.ts';
import { lookAtDot, moveTo, nextSpeed, select, toggleScope, viewStore } from './view-store.ts';
import { words } from './words.ts';

export interface Command {
  readonly id: string;
  readonly label: () => string;
  readonly group: keyof typeof words.groups;
  readonly keys?: readonly string[];
  /** Absent: always. */
  readonly when?: () => boolean;
  readonly run: (app: App) => unknown;
}

const w = words.commands;
const recorded = (): boolean => (runStore.getState().reader?.stepCount ?? 0) > 0;
const live = (): boolean => isLive(runStore.getState().status);
/** A document is open; at the very start of the window none is yet. */
const opened = (): boolean => documentStore.getState().name !== '';
const hasGraph = (): boolean => recorded() || viewStore.getState().dotCall !== null;

/** Moves the playhead by one of the navigation functions. */
function walk(to: typeof nextOp): void {
  const { reader } = runStore.getState();
  if (!reader || reader.stepCount === 0) return;
  viewStore.setState({ playing: false });
  moveTo(to(reader, viewStore.getState().playhead ?? readyToPlay(reader, 0)));
}

const shownScopes = (): Graph['scopes'] => currentGraph(runStore.getState(), viewStore.getState())?.scopes ?? [];

function allScopes(open: boolean): void {
  for (const scope of shownScopes()) toggleScope(scope.id, open);
}

function togglePlaying(): void {
  const { reader } = runStore.getState();
  const { playing, playhead } = viewStore.getState();
  if (!reader || playing) {
    viewStore.setState({ playing: false });
    return;
  }
  // From the very end it begins again.
  const atEnd = playhead !== null && !isLive(runStore.getState().status) && nextOp(reader, playhead) === playhead;
  if (atEnd || !playhead) moveTo(readyToPlay(reader, 0));
  if (viewStore.getState().dotCall !== null) lookAtDot(null);
  viewStore.setState({ playing: true, following: false });
}

function toggleTheme(): void {
  const { theme } = documentStore.getState().settings;
  const dark = theme === 'dark' || (theme === 'system' && viewStore.getState().systemDark);
  changeSettings({ theme: dark ? 'light' : 'dark' });
}

/** Levels are one setting; each has its own command. */
function recording(id: string, level: RecordingLevel): Command {
  return {
    id,
    label: () => w.record(words.training.levels[level]),
    group: 'run',
    when: () => viewStore.getState().recording !== level,
    run: () => viewStore.setState({ recording: level }),
  };
}

function example(id: string, name: ExampleName): Command {
  return { id, label: () => w.example(words.examples[name]), group: 'file', run: (app) => app.files.openExample(name) };
}

/** One for each file opened lately: they come and go, so they stand in no menu's fixed list. */
function recentCommands(): Command[] {
  return viewStore.getState().recentFiles.map(({ name, path }) => ({
    id: `recent:${path}`,
    label: () => w.recent(name),
    group: 'file',
    run: (app) => app.files.openRecent(path),
  }));
}

export const commands: readonly Command[] = [
  { id: 'file.open', label: () => w.open, group: 'file', keys: ['Mod+O'], run: (app) => app.files.open() },
  { id: 'file.new', label: () => w.newScript, group: 'file', keys: ['Mod+Alt+N'], run: (app) => app.files.newScript() },
  {
    id: 'file.save',
    label: () => w.save,
    group: 'file',
    keys: ['Mod+S'],
    when: () => isEdited(documentStore.getState()),
    run: (app) => app.files.save(),
  },
  { id: 'file.saveAs', label: () => w.saveAs, group: 'file', keys: ['Mod+Shift+S'], run: (app) => app.files.saveAs() },
  { id: 'file.lesson', label: () => w.lesson, group: 'file', run: (app) => app.files.openLesson() },
  example('file.exampleRegression', 'linear-regression.ipynb'),
  example('file.exampleCurve', 'curve.py'),
  example('file.exampleShapes', 'shapes-that-do-not-meet.py'),

  {
    id: 'run.start',
    label: () => w.run,
    group: 'run',
    keys: ['Mod+Enter', 'F5'],
    when: () => opened() && !live(),
    run: (app) => app.session.run(),
  },
  {
    id: 'run.pause',
    label: () => w.pause,
    group: 'run',
    keys: ['F6'],
    when: () => runStore.getState().status === 'running',
    run: (app) => app.session.pause(),
  },
  {
    id: 'run.resume',
    label: () => w.resume,
    group: 'run',
    keys: ['F6'],
    when: () => runStore.getState().status === 'paused',
    run: (app) => app.session.resume(),
  },
  {
    id: 'run.step',
    label: () => w.stepScript,
    group: 'run',
    keys: ['F10'],
    when: opened,
    run: (app) => (live() ? app.session.step() : app.session.run({ paused: true })),
  },
  { id: 'run.stop', label: () => w.stop, group: 'run', keys: ['Mod+Period', 'Shift+F5'], when: live, run: (app) => app.session.stop() },
  {
    id: 'run.cpu',
    label: () => w.deviceCpu,
    group: 'run',
    when: () => viewStore.getState().device !== 'cpu',
    run: () => viewStore.setState({ device: 'cpu' }),
  },
  {
    id: 'run.gpu',
    label: () => w.deviceGpu,
    group: 'run',
    when: () => viewStore.getState().device !== 'gpu',
    run: () => viewStore.setState({ device: 'gpu' }),
  },

  recording('run.recordFull', 'full'),
  recording('run.recordSummary', 'summary'),
  recording('run.recordOff', 'off'),

  { id: 'play.toggle', label: () => w.playPause, group: 'play', keys: ['Space'], when: recorded, run: togglePlaying },
  { id: 'play.opBack', label: () => w.opBack, group: 'play', keys: ['Comma'], when: recorded, run: () => walk(previousOp) },
  { id: 'play.opForward', label: () => w.opForward, group: 'play', keys: ['Period'], when: recorded, run: () => walk(nextOp) },
  {
    id: 'play.stepBack',
    label: () => w.stepBack,
    group: 'play',
    keys: ['Shift+Comma'],
    when: recorded,
    run: () => walk((r, at) => moveSteps(r, at, -1)),
  },
  {
    id: 'play.stepForward',
    label: () => w.stepForward,
    group: 'play',
    keys: ['Shift+Period'],
    when: recorded,
    run: () => walk((r, at) => moveSteps(r, at, 1)),
  },
  {
    id: 'play.epochBack',
    label: () => w.epochBack,
    group: 'play',
    keys: ['Alt+Comma'],
    when: recorded,
    run: () => walk((r, at) => moveEpoch(r, at, -1)),
  },
  {
    id: 'play.epochForward',
    label: () => w.epochForward,
    group: 'play',
    keys: ['Alt+Period'],
    when: recorded,
    run: () => walk((r, at) => moveEpoch(r, at, 1)),
  },
  { id: 'play.first', label: () => w.first, group: 'play', keys: ['Home'], when: recorded, run: () => walk((r) => readyToPlay(r, 0)) },
  {
    id: 'play.last',
    label: () => w.last,
    group: 'play',
    keys: ['End'],
    when: recorded,
    run: () => walk((r) => stepEnd(r, r.stepCount - 1)),
  },
  {
    id: 'play.faster',
    label: () => w.faster,
    group: 'play',
    keys: ['BracketRight'],
    when: recorded,
    run: () => viewStore.setState(({ speed }) => ({ speed: nextSpeed(speed, 1) })),
  },
  {
    id: 'play.slower',
    label: () => w.slower,
    group: 'play',
    keys: ['BracketLeft'],
    when: recorded,
    run: () => viewStore.setState(({ speed }) => ({ speed: nextSpeed(speed, -1) })),
  },

  { id: 'view.palette', label: () => w.palette, group: 'view', keys: ['Mod+K'], run: () => viewStore.setState({ paletteOpen: true }) },
  {
    id: 'view.script',
    label: () => w.toggleScript,
    group: 'view',
    keys: ['Mod+B'],
    run: () => viewStore.setState((s) => ({ scriptOpen: !s.scriptOpen })),
  },
  {
    id: 'view.inspector',
    label: () => w.toggleInspector,
    group: 'view',
    keys: ['Mod+I'],
    run: () => viewStore.setState((s) => ({ inspectorOpen: !s.inspectorOpen, inspectorWanted: !s.inspectorOpen })),
  },
  {
    id: 'view.chart',
    label: () => w.toggleChart,
    group: 'view',
    keys: ['Mod+J'],
    run: () => viewStore.setState((s) => ({ chartOpen: !s.chartOpen })),
  },
  { id: 'view.theme', label: () => w.theme, group: 'view', run: toggleTheme },
  {
    id: 'view.singleKeys',
    label: () => w.singleKeys,
    group: 'view',
    run: () => changeSettings({ singleKeys: !documentStore.getState().settings.singleKeys }),
  },

  {
    id: 'graph.autograd',
    label: () => w.autograd,
    group: 'graph',
    keys: ['A'],
    when: () => viewStore.getState().view !== 'autograd',
    run: () => viewStore.setState({ view: 'autograd' }),
  },
  {
    id: 'graph.paired',
    label: () => w.paired,
    group: 'graph',
    keys: ['P'],
    when: () => viewStore.getState().view !== 'paired',
    run: () => viewStore.setState({ view: 'paired' }),
  },
  {
    id: 'graph.saved',
    label: () => w.saved,
    group: 'graph',
    keys: ['S'],
    when: () => viewStore.getState().view === 'autograd' && viewStore.getState().dotCall === null,
    run: () => viewStore.setState((s) => ({ showSaved: !s.showSaved })),
  },
  {
    id: 'graph.legend',
    label: () => w.legend,
    group: 'graph',
    keys: ['L'],
    run: () => viewStore.setState((s) => ({ legendOpen: !s.legendOpen })),
  },
  { id: 'graph.fit', label: () => w.fit, group: 'graph', keys: ['F'], when: hasGraph, run: (app) => app.graph.fit() },
  {
    id: 'graph.find',
    label: () => w.find,
    group: 'graph',
    keys: ['Slash', 'Mod+F'],
    when: hasGraph,
    run: () => viewStore.setState({ searchOpen: true }),
  },
  { id: 'graph.foldAll', label: () => w.foldAll, group: 'graph', when: () => shownScopes().length > 0, run: () => allScopes(false) },
  { id: 'graph.unfoldAll', label: () => w.unfoldAll, group: 'graph', when: () => shownScopes().length > 0, run: () => allScopes(true) },
  {
    id: 'graph.clear',
    label: () => w.clearSelection,
    group: 'graph',
    keys: ['Escape'],
    when: () => viewStore.getState().selection !== null || viewStore.getState().litLine !== null || viewStore.getState().searchOpen,
    run: () => {
      viewStore.setState({ searchOpen: false, search: '' });
      select(null);
    },
  },

  { id: 'export.svg', label: () => w.exportSvg, group: 'export', keys: ['Mod+E'], when: hasGraph, run: (app) => app.exportAs('svg') },
  { id: 'export.png', label: () => w.exportPng, group: 'export', when: hasGraph, run: (app) => app.exportAs('png') },
  { id: 'export.dot', label: () => w.exportDot, group: 'export', when: hasGraph, run: (app) => app.exportAs('dot') },
  { id: 'export.trace', label: () => w.exportTrace, group: 'export', when: recorded, run: (app) => app.exportAs('trace') },
  { id: 'export.nabla', label: () => w.exportNabla, group: 'export', when: recorded, run: (app) => app.exportAs('nabla') },
];

export function command(id: string): Command {
  const found = commands.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no command ${id}`);
  return found;
}

/** Runs a command where it applies; what it throws is for the caller to tell. */
export function perform(app: App, id: string): void {
  const found = commands.find((candidate) => candidate.id === id);
  if (found && (found.when?.() ?? true)) void found.run(app);
}

/** Commands that match what was typed, every word somewhere in label or group; applicable ones only. */
export function searchCommands(query: string): Command[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  return [...commands, ...recentCommands()].filter((candidate) => {
    const text = `${words.groups[candidate.group]} ${candidate.label()}`.toLowerCase();
    return candidate.id !== 'view.palette' && (candidate.when?.() ?? true) && wanted.every((word) => text.includes(word));
  });
}
