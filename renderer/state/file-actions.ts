// Opening, saving and replacing documents through the Host, asking first where something would be lost.
import { decodeScript, readNablaFile } from '../../core/index.ts';
import type { Host, OpenedFile } from '../../electron/host.ts';
import type { ExampleName, FileActions } from './app.ts';
import { documentStore, fileText, isEdited, markSaved, openDocument } from './document-store.ts';
import { readyToPlay } from './navigation.ts';
import { clearRun, isLive, openRecording, runStore } from './run-store.ts';
import { ask, notify, viewStore } from './view-store.ts';
import { words } from './words.ts';

export interface FileActionOptions {
  readonly host: Host;
  readonly nextRunNumber: () => number;
  readonly stop: () => void;
  /** The recording that ships with the app. */
  readonly loadLesson: () => Promise<Uint8Array>;
  /** The text of a script that ships with the app. */
  readonly loadExample: (name: ExampleName) => Promise<string>;
}

const text = new TextEncoder();
const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function createFileActions({
  host,
  nextRunNumber,
  stop,
  loadLesson,
  loadExample,
}: FileActionOptions): FileActions & { mayReplace(): Promise<boolean> } {
  /** False where the person keeps what is open. */
  const mayReplace = async (): Promise<boolean> => {
    const state = documentStore.getState();
    if (!isEdited(state)) return true;
    const answer = await ask(words.dialogs.unsavedTitle(state.name || words.app.untitled), words.dialogs.unsavedText);
    if (answer === 'save') return save(state.path);
    return answer === 'discard';
  };

  const save = async (path: string | null): Promise<boolean> => {
    const state = documentStore.getState();
    try {
      const saved = await host.saveFile(state.name || words.app.untitled, path, text.encode(fileText(state)));
      if (!saved) return false;
      markSaved(saved.name, saved.path || undefined);
      notify('info', words.errors.saved(saved.name));
      return true;
    } catch (error) {
      notify('error', words.errors.saveFailed(message(error)));
      return false;
    }
  };

  const freshView = (): void => {
    viewStore.setState({
      playhead: null,
      selection: null,
      litLine: null,
      dotCall: null,
      playing: false,
      following: true,
      scopes: new Map(),
      notice: null,
      search: '',
      searchOpen: false,
    });
  };

  const replaceRun = (): void => {
    if (isLive(runStore.getState().status)) stop();
    clearRun(nextRunNumber());
    freshView();
  };

  const openNabla = (bytes: Uint8Array, lesson: boolean): void => {
    const recording = readNablaFile(bytes);
    const { reader, chunks, outputs } = recording;
    const decoded = decodeScript(recording.name, recording.script);
    if (!decoded.ok) throw new Error(decoded.error.message);
    replaceRun();
    // Saving writes the script, not over the recording.
    viewStore.setState({ chartOpen: !lesson });
    openDocument({ name: recording.name, path: null, source: decoded.source, notebook: decoded.notebook, lesson });
    openRecording(nextRunNumber(), reader, chunks, outputs);
    viewStore.setState({ playhead: reader.stepCount > 0 ? readyToPlay(reader, 0) : null });
  };

  const openFile = async (file: OpenedFile): Promise<void> => {
    if (/\.nabla$/i.test(file.name)) {
      if (!(await mayReplace())) return;
      try {
        openNabla(file.bytes, false);
      } catch (error) {
        notify('error', words.errors.broken(file.name, message(error)));
      }
      return;
    }
    // What cannot be read leaves what is open as it is.
    const decoded = decodeScript(file.name, file.bytes);
    if (!decoded.ok) {
      notify('error', decoded.error.message);
      return;
    }
    if (!(await mayReplace())) return;
    replaceRun();
    viewStore.setState({ chartOpen: true });
    openDocument({ name: file.name, path: file.path, source: decoded.source, folder: file.folder, notebook: decoded.notebook });
  };

  const listRecent = async (): Promise<void> => {
    viewStore.setState({ recentFiles: await host.recentFiles().catch(() => []) });
  };
  void listRecent();

  const open = async (ask: () => Promise<OpenedFile | null>): Promise<void> => {
    try {
      const file = await ask();
      if (file) await openFile(file);
      await listRecent();
    } catch (error) {
      notify('error', words.errors.openFailed(message(error)));
    }
  };

  return {
    mayReplace,
    openFile,
    open: () => open(() => host.openFile()),
    openRecent: (path) => open(() => host.openRecent(path)),
    openExample: (name) => open(async () => ({ name, path: null, bytes: text.encode(await loadExample(name)), folder: {} })),
    save: () => save(documentStore.getState().path),
    saveAs: () => save(null),
    async newScript() {
      if (!(await mayReplace())) return;
      replaceRun();
      openDocument({ name: words.app.untitled, path: null, source: { kind: 'script', text: '' } });
    },
    async openLesson() {
      if (!(await mayReplace())) return;
      try {
        openNabla(await loadLesson(), true);
      } catch (error) {
        replaceRun();
        if (documentStore.getState().name === '')
          openDocument({ name: words.app.untitled, path: null, source: { kind: 'script', text: '' } });
        notify('error', `${words.errors.lessonMissing}: ${message(error)}`);
      }
    },
  };
}
