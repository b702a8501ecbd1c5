// The application menu, as the page describes it. Items send their command's id back and do nothing themselves.
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { channels, type MenuGroup, type MenuItem } from './host.ts';
import { currentWindow } from './main-window.ts';

/** Sets the menu: the page's first group (files), editing, its other groups, the window. */
export function setMenu(groups: readonly MenuGroup[]): void {
  const isMac = process.platform === 'darwin';
  const [file, ...others] = groups.map(submenu);
  if (file) (file.submenu as MenuItemConstructorOptions[]).push({ type: 'separator' }, isMac ? { role: 'close' } : { role: 'quit' });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [{ role: 'appMenu' } as const] : []),
      ...(file ? [file] : []),
      { role: 'editMenu' },
      ...others,
      { role: 'windowMenu' },
      ...(app.isPackaged
        ? []
        : [{ label: 'Development', submenu: [{ role: 'reload' }, { role: 'toggleDevTools' }] } as MenuItemConstructorOptions]),
    ]),
  );
}

const submenu = (group: MenuGroup): MenuItemConstructorOptions => ({ label: group.label, submenu: group.items.map(menuItem) });

function menuItem({ id, label, keys }: MenuItem): MenuItemConstructorOptions {
  return {
    label,
    // The page hears its own keys, so they are shown here and not registered. macOS registers them all the same and its menus take
    // them first: there a key without a modifier would be lost to whoever types.
    ...(keys === null || (process.platform === 'darwin' && !keys.includes('Mod'))
      ? {}
      : { accelerator: acceleratorOf(keys), registerAccelerator: false }),
    click: () => currentWindow()?.webContents.send(channels.command, id),
  };
}

const named: Readonly<Record<string, string>> = {
  Mod: 'CommandOrControl',
  Comma: ',',
  Period: '.',
  Slash: '/',
  BracketLeft: '[',
  BracketRight: ']',
  Enter: 'Return',
};

/** `Mod+Shift+S` in Electron's words. */
export function acceleratorOf(keys: string): string {
  return keys
    .split('+')
    .map((key) => named[key] ?? key)
    .join('+');
}
