// The title bar: what is open, how its run stands, the command field, export and theme.
import { Moon, Search, Sun, Upload } from 'lucide-react';
import { command, commands } from '../state/commands.ts';
import { isEdited } from '../state/document-store.ts';
import { keyLabel } from '../state/keys.ts';
import { isLive, type RunStoreState } from '../state/run-store.ts';
import { useApp, useDocument, useRun, useTheme, useView } from '../state/use-stores.ts';
import { words } from '../state/words.ts';
import { IconButton, Menu } from './controls.tsx';
import { Icon, NablaMark } from './icon.tsx';
import { OpenMenu } from './open-menu.tsx';

/** One phrase for how the run stands; empty before the first. */
export function statusText({ status, stepCount: steps }: Pick<RunStoreState, 'status' | 'stepCount'>): string {
  const w = words.status;
  switch (status) {
    case 'empty':
      return '';
    case 'starting':
      return w.starting;
    case 'running':
      return w.running(steps);
    case 'paused':
      return w.paused(steps);
    case 'stopped':
      return w.stopped(steps);
    case 'failed':
      return w.failed(steps);
    case 'finished':
      return steps > 0 ? w.recorded(steps) : w.finished;
    case 'opened':
      return w.recorded(steps);
  }
}

function Status() {
  const status = useRun((state) => state.status);
  const text = useRun(statusText);
  const tone = status === 'failed' ? 'error' : isLive(status) ? 'live' : 'rest';
  return (
    <span className="title-status" data-tone={tone} data-testid="run-status" role="status">
      {text}
    </span>
  );
}

export function TitleBar() {
  const app = useApp();
  const name = useDocument((state) => state.name);
  const lesson = useDocument((state) => state.lesson);
  const edited = useDocument(isEdited);
  const dark = useTheme() === 'dark';
  const { platform, kind } = app.host;
  // What can be exported changes with the run and the view.
  useRun((state) => state.stepCount > 0);
  useView((state) => state.dotCall);
  const exports = commands.filter(({ group }) => group === 'export');

  return (
    <header className="title-bar" data-controls={kind === 'electron' && platform === 'mac' ? 'left' : 'none'}>
      <div className="title-name">
        <NablaMark />
        <OpenMenu className="text-button title-file" testId="file-menu">
          <strong>{lesson ? words.app.lesson : name || words.app.name}</strong>
        </OpenMenu>
        {edited && <span className="title-status">{words.status.edited}</span>}
        {lesson && !edited && <span className="title-status">{words.app.lessonSubtitle}</span>}
        <Status />
      </div>
      <button type="button" className="command-field" onClick={() => command('view.palette').run(app)} data-testid="command-field">
        <Icon of={Search} />
        {words.commands.search}
        <span className="keys">{keyLabel('Mod+K', platform)}</span>
      </button>
      <div className="title-actions">
        <Menu
          label={words.menus.export}
          align="right"
          testId="export-menu"
          items={exports.map((item) => ({
            id: item.id,
            label: item.label(),
            keys: item.keys?.[0] ? keyLabel(item.keys[0], platform) : undefined,
            disabled: !(item.when?.() ?? true),
            onSelect: () => void item.run(app),
          }))}
        >
          <Icon of={Upload} />
          {words.menus.export}
        </Menu>
        <IconButton
          icon={dark ? Sun : Moon}
          label={words.commands.theme}
          onClick={() => void command('view.theme').run(app)}
          testId="theme-toggle"
        />
      </div>
    </header>
  );
}
