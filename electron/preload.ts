// The Host as the page sees it in Electron: each member is one message to main. Sandboxed; holds no power of its own.
import { contextBridge, ipcRenderer } from 'electron';
import { channels, type Host, type OpenedFile } from './host.ts';

/** Adds a listener to a channel and returns its removal; Electron's event object never reaches the page. */
function listen<T>(channel: string, listener: (value: T) => void): () => void {
  const heard = (_event: unknown, value: T) => listener(value);
  ipcRenderer.on(channel, heard);
  return () => ipcRenderer.removeListener(channel, heard);
}

const platforms: Readonly<Record<string, Host['platform']>> = { darwin: 'mac', win32: 'windows' };

const host: Host = {
  kind: 'electron',
  platform: platforms[process.platform] ?? 'linux',
  initialFile: () => ipcRenderer.invoke(channels.initialFile),
  openFile: () => ipcRenderer.invoke(channels.openFile),
  openRecent: (path) => ipcRenderer.invoke(channels.openRecent, path),
  recentFiles: () => ipcRenderer.invoke(channels.recentFiles),
  saveFile: (suggestedName, path, bytes) => ipcRenderer.invoke(channels.saveFile, suggestedName, path, bytes),
  exportFile: (suggestedName, bytes, mime) => ipcRenderer.invoke(channels.exportFile, suggestedName, bytes, mime),
  settings: () => ipcRenderer.invoke(channels.settings),
  saveSettings: (settings) => ipcRenderer.invoke(channels.saveSettings, settings),
  setTitle: (title, edited) => ipcRenderer.send(channels.setTitle, title, edited),
  setMenu: (groups) => ipcRenderer.send(channels.setMenu, groups),
  onCommand: (listener) => listen<string>(channels.command, listener),
  onFile: (listener) => listen<OpenedFile>(channels.file, listener),
  onCloseRequest: (listener) => {
    const stop = listen<number>(channels.closeRequest, async (request) => {
      // A listener that fails must not keep the window open for ever.
      const close = await listener().catch(() => true);
      ipcRenderer.send(channels.closeAnswer, request, close);
    });
    ipcRenderer.send(channels.watchesClose, true);
    return () => {
      stop();
      ipcRenderer.send(channels.watchesClose, false);
    };
  },
};

contextBridge.exposeInMainWorld('nablaHost', host);
