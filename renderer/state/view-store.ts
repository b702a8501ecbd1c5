// How the window looks at the document and the run: view, folds, selection, playhead, panes. Lives as long as the window.
// Written by commands and gestures; holds nothing that could be derived.
import { createStore } from 'zustand/vanilla';
import type { DeviceChoice, RecordingLevel, Site } from '../../core/index.ts';
import type { RecentFile } from '../../electron/host.ts';
import type { ViewKind } from '../graph/scene-types.ts';
import type { Playhead } from '../playback/overlay-types.ts';

export interface Notice {
  readonly tone: 'error' | 'info';
  readonly text: string;
}

/** A question that must be answered before the window goes on. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly answer: (choice: 'save' | 'discard' | 'cancel') => void;
}

export interface ViewState {
  readonly view: ViewKind;
  /** Scopes the person opened or closed by hand: scope id → open. */
  readonly scopes: ReadonlyMap<string, boolean>;
  /** Graph node id (or `scope:…`), null if none. */
  readonly selection: string | null;
  /** A line clicked in the script, whose nodes light. */
  readonly litLine: Site | null;
  readonly playhead: Playhead | null;
  /** While a script runs the playhead follows its newest step, until it is moved by hand. */
  readonly following: boolean;
  readonly playing: boolean;
  readonly speed: number;
  /** A make_dot call looked at instead of the run's graph. */
  readonly dotCall: number | null;
  /** The view to go back to from a make_dot graph, which is looked at in its own. */
  readonly viewBefore: ViewKind | null;
  readonly scriptOpen: boolean;
  readonly inspectorOpen: boolean;
  /** False once it was folded by hand: then a selection does not open it. */
  readonly inspectorWanted: boolean;
  readonly chartOpen: boolean;
  /** The autograd view of a run also shows what is kept for backward; a make_dot call says so itself. */
  readonly showSaved: boolean;
  readonly legendOpen: boolean;
  readonly paletteOpen: boolean;
  readonly searchOpen: boolean;
  readonly search: string;
  readonly systemDark: boolean;
  readonly notice: Notice | null;
  readonly question: Question | null;
  readonly dropping: boolean;
  /** As the host last told, newest first. */
  readonly recentFiles: readonly RecentFile[];
  readonly device: DeviceChoice;
  readonly recording: RecordingLevel;
}

export const viewStore = createStore<ViewState>(() => ({
  view: 'paired',
  scopes: new Map(),
  selection: null,
  litLine: null,
  playhead: null,
  following: true,
  playing: false,
  speed: 1,
  dotCall: null,
  viewBefore: null,
  scriptOpen: true,
  inspectorOpen: false,
  inspectorWanted: true,
  chartOpen: true,
  showSaved: false,
  legendOpen: false,
  paletteOpen: false,
  searchOpen: false,
  search: '',
  systemDark: false,
  notice: null,
  question: null,
  dropping: false,
  recentFiles: [],
  device: 'cpu',
  recording: 'full',
}));

export const speeds = [0.25, 0.5, 1, 2, 4, 16, 64, 256] as const;

/** The next speed up or down; stays at the ends. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const at = speeds.findIndex((s) => s >= speed);
  return speeds[Math.min(speeds.length - 1, Math.max(0, at + direction))];
}

/** Looks at a make_dot call's graph, or with null at the run again. */
export function lookAtDot(call: number | null): void {
  viewStore.setState((state) => {
    const rest = { dotCall: call, playing: false, selection: null, litLine: null };
    if (call === null) return { ...rest, view: state.viewBefore ?? state.view, viewBefore: null };
    return { ...rest, view: 'autograd', viewBefore: state.viewBefore ?? state.view };
  });
}

export function moveTo(playhead: Playhead | null): void {
  if (viewStore.getState().dotCall !== null) lookAtDot(null);
  viewStore.setState({ playhead, following: false });
}

/** The first thing selected opens the inspector. */
export function select(selection: string | null): void {
  viewStore.setState((state) => ({
    selection,
    litLine: null,
    inspectorOpen: state.inspectorOpen || (selection !== null && state.inspectorWanted),
  }));
}

export function lightLine(site: Site | null): void {
  viewStore.setState({ litLine: site, selection: null });
}

export function toggleScope(id: string, open: boolean): void {
  viewStore.setState((state) => ({ scopes: new Map(state.scopes).set(id, open) }));
}

export function notify(tone: Notice['tone'], text: string): void {
  viewStore.setState({ notice: { tone, text } });
}

/** Asks; resolves with the answer and takes the question away. */
export function ask(title: string, text: string): Promise<'save' | 'discard' | 'cancel'> {
  return new Promise((resolve) => {
    viewStore.setState({
      question: {
        title,
        text,
        answer: (choice) => {
          viewStore.setState({ question: null });
          resolve(choice);
        },
      },
    });
  });
}
