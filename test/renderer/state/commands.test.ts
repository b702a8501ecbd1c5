import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from '../../../renderer/state/app.ts';
import { command, commands, perform, searchCommands } from '../../../renderer/state/commands.ts';
import { documentStore, editCell, openDocument } from '../../../renderer/state/document-store.ts';
import { isSingleKey, keyLabel, matches } from '../../../renderer/state/keys.ts';
import { clearRun, openRecording, runStore } from '../../../renderer/state/run-store.ts';
import { commandFor } from '../../../renderer/state/shortcuts.ts';
import { viewStore } from '../../../renderer/state/view-store.ts';
import { fixtureReader } from '../fixture.ts';

const press = (code: string, more: Partial<KeyboardEvent> = {}) => ({
  key: '',
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

function fakeApp() {
  const session = { run: vi.fn(), pause: vi.fn(), resume: vi.fn(), step: vi.fn(), stop: vi.fn(), setHyper: vi.fn() };
  const files = {
    open: vi.fn(),
    openFile: vi.fn(),
    openRecent: vi.fn(),
    save: vi.fn(),
    saveAs: vi.fn(),
    newScript: vi.fn(),
    openLesson: vi.fn(),
  };
  const exportAs = vi.fn();
  return {
    app: { host: {}, session, files, graph: { fit: vi.fn(), nextHit: vi.fn(), focus: vi.fn() }, exportAs } as unknown as App,
    session,
    files,
    exportAs,
  };
}

describe('commands', () => {
  beforeEach(() => {
    clearRun(1);
    viewStore.setState({
      playhead: null,
      playing: false,
      selection: null,
      litLine: null,
      dotCall: null,
      view: 'paired',
      searchOpen: false,
    });
  });

  it('have ids, labels and keys of their own', () => {
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
    expect(commands.every(({ id, label }) => /^[a-z]+\.[a-zA-Z]+$/.test(id) && label().length > 0)).toBe(true);
    // Two commands may share a key only where they never apply at once.
    const shared = commands.flatMap(({ keys = [] }) => keys).filter((key, at, all) => all.indexOf(key) !== at);
    expect(shared).toEqual(['F6']);
  });

  it('apply only where they mean something', () => {
    const { app, session, exportAs } = fakeApp();
    perform(app, 'export.svg');
    perform(app, 'run.pause');
    perform(app, 'play.opForward');
    // The window stands before its first document: a run asked for then would be of nothing.
    expect(documentStore.getState().name).toBe('');
    perform(app, 'run.start');
    perform(app, 'run.step');
    expect(session.run).not.toHaveBeenCalled();
    openDocument({ name: 'a.py', path: null, source: { kind: 'script', text: 'a' } });
    perform(app, 'run.start');
    expect(session.run).toHaveBeenCalledOnce();
    expect(exportAs).not.toHaveBeenCalled();
    expect(session.pause).not.toHaveBeenCalled();
    openRecording(2, fixtureReader({ epochs: 2 }), []);
    perform(app, 'export.svg');
    expect(exportAs).toHaveBeenCalledWith('svg');
    runStore.setState({ status: 'running' });
    perform(app, 'run.pause');
    perform(app, 'run.step');
    expect(session.pause).toHaveBeenCalledOnce();
    expect(session.step).toHaveBeenCalledOnce();
    expect(command('run.start').when?.()).toBe(false);
  });

  it('move the playhead both ways and take it from the live run', () => {
    const { app } = fakeApp();
    openRecording(2, fixtureReader({ epochs: 2 }), []);
    viewStore.setState({ following: true });
    perform(app, 'play.opForward');
    expect(viewStore.getState().playhead).toEqual({ step: 0, phase: 'backward', op: 0 });
    expect(viewStore.getState().following).toBe(false);
    perform(app, 'play.stepForward');
    perform(app, 'play.epochForward');
    expect(viewStore.getState().playhead).toEqual({ step: 5, phase: 'backward', op: 0 });
    perform(app, 'play.first');
    expect(viewStore.getState().playhead).toEqual({ step: 0, phase: 'forward', op: 2 });
    perform(app, 'play.last');
    expect(viewStore.getState().playhead).toMatchObject({ step: 9, phase: 'optimizer' });
    perform(app, 'play.toggle');
    expect(viewStore.getState()).toMatchObject({ playing: true, playhead: { step: 0, phase: 'forward', op: 2 } });
  });

  it('are found by any words of label and group', () => {
    openRecording(2, fixtureReader({ epochs: 1 }), []);
    expect(searchCommands('exp dot').map(({ id }) => id)).toEqual(['export.dot']);
    expect(searchCommands('zzz')).toEqual([]);
    openDocument({ name: 'a.py', path: null, source: { kind: 'script', text: 'a' } });
    expect(searchCommands('save').map(({ id }) => id)).not.toContain('file.save');
    editCell(documentStore.getState().cells[0].key, 'b');
    expect(searchCommands('save').map(({ id }) => id)).toContain('file.save');
  });
});

describe('keys', () => {
  it('match the physical key, whatever Shift makes of it', () => {
    expect(matches('Shift+Comma', press('Comma', { shiftKey: true, key: '<' }), 'linux')).toBe(true);
    expect(matches('Comma', press('Comma', { shiftKey: true }), 'linux')).toBe(false);
    expect(matches('Mod+K', press('KeyK', { ctrlKey: true }), 'linux')).toBe(true);
    expect(matches('Mod+K', press('KeyK', { metaKey: true }), 'mac')).toBe(true);
    expect(matches('Mod+K', press('KeyK', { ctrlKey: true }), 'mac')).toBe(false);
  });

  it('are written as the system writes them', () => {
    expect([keyLabel('Mod+Shift+S', 'mac'), keyLabel('Mod+Shift+S', 'windows'), keyLabel('Alt+Period', 'linux')]).toEqual([
      '⌘⇧S',
      'Ctrl+Shift+S',
      'Alt+.',
    ]);
  });

  it('of one key alone act only where no text is typed', () => {
    openRecording(2, fixtureReader({ epochs: 1 }), []);
    expect(commandFor(press('Space'), 'linux', true)).toBe('play.toggle');
    expect(commandFor(press('Space'), 'linux', false)).toBeNull();
    expect(commandFor(press('KeyK', { ctrlKey: true }), 'linux', false)).toBe('view.palette');
    expect(['Space', 'Shift+Comma', 'Alt+Period', 'Home', 'F'].every(isSingleKey)).toBe(true);
    expect(['Mod+K', 'F5', 'Escape'].some(isSingleKey)).toBe(false);
  });
});
