// Main's side of every channel. Each message's sender is checked and each argument parsed before anything happens.
import { BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { appOrigin } from './app-protocol.ts';
import { answerClose, watchClose } from './closing.ts';
import { askOpen, exportTo, openRecent, save } from './files.ts';
import { argument, channels, parseSettings } from './host.ts';
import { setMenu } from './menu.ts';
import { takeInitialFile } from './opening.ts';
import { recentFiles } from './recents.ts';
import { saveSettings, settings } from './settings.ts';

/** The window a message came from; throws unless it came from the top frame of our own page. */
function sender(event: IpcMainInvokeEvent | IpcMainEvent): BrowserWindow {
  const frame = event.senderFrame;
  const window = BrowserWindow.fromWebContents(event.sender);
  if (!window || !frame || frame !== event.sender.mainFrame || !frame.url.startsWith(`${appOrigin}/`))
    throw new Error('host: unknown sender');
  return window;
}

function answer(channel: string, handler: (window: BrowserWindow, ...given: unknown[]) => unknown): void {
  ipcMain.handle(channel, async (event, ...given) => await handler(sender(event), ...given));
}

function hear(channel: string, handler: (window: BrowserWindow, ...given: unknown[]) => void): void {
  ipcMain.on(channel, (event, ...given) => {
    try {
      handler(sender(event), ...given);
    } catch (error) {
      console.error((error as Error).message);
    }
  });
}

export function answerPage(): void {
  answer(channels.initialFile, () => takeInitialFile());
  answer(channels.openFile, (window) => askOpen(window));
  answer(channels.openRecent, (_window, path) => openRecent(argument.path(path)));
  answer(channels.recentFiles, () => recentFiles());
  answer(channels.saveFile, (window, name, path, bytes) =>
    save(window, argument.fileName(name), argument.pathOrNull(path), argument.bytes(bytes)),
  );
  answer(channels.exportFile, (window, name, bytes, mime) => {
    argument.mime(mime);
    return exportTo(window, argument.fileName(name), argument.bytes(bytes));
  });
  answer(channels.settings, () => settings());
  answer(channels.saveSettings, (_window, value) => saveSettings(parseSettings(value)));
  hear(channels.setTitle, (window, title, edited) => {
    const isEdited = argument.flag(edited);
    window.setTitle(`${isEdited && process.platform !== 'darwin' ? '• ' : ''}${argument.title(title)}`);
    window.setDocumentEdited(isEdited);
  });
  hear(channels.setMenu, (_window, groups) => setMenu(argument.menu(groups)));
  hear(channels.watchesClose, (window, watches) => watchClose(window, argument.flag(watches)));
  hear(channels.closeAnswer, (window, request, close) => answerClose(window, Number(request), argument.flag(close)));
}
