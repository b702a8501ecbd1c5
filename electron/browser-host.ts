// The Host in a browser: file input, download, localStorage. Served beside the page, before it; sets `window.nablaHost`.
import { defaultSettings, type Host, type OpenedFile, parseSettings, type RecentFile, type Settings } from './host.ts';

const settingsKey = 'nabla.settings';

function platform(): Host['platform'] {
  const agent = navigator.userAgent;
  return /Mac/.test(agent) ? 'mac' : /Windows/.test(agent) ? 'windows' : 'linux';
}

const decode = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

async function initialFile(): Promise<OpenedFile | null> {
  const address = document.querySelector<HTMLMetaElement>('meta[name=nabla-initial-file]')?.content;
  if (!address) return null;
  const response = await fetch(address);
  if (!response.ok) return null;
  const { name, bytes, folder } = (await response.json()) as { name: string; bytes: string; folder: Record<string, string> };
  return {
    name,
    path: null,
    bytes: decode(bytes),
    folder: Object.fromEntries(Object.entries(folder).map(([path, text]) => [path, decode(text)])),
  };
}

/** Resolves with null when the person closes the picker. */
function openFile(): Promise<OpenedFile | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.py,.ipynb,.nabla';
    input.addEventListener('cancel', () => resolve(null));
    input.addEventListener('change', async () => {
      const file = input.files?.[0];
      resolve(file ? { name: file.name, path: null, bytes: new Uint8Array(await file.arrayBuffer()), folder: {} } : null);
    });
    input.click();
  });
}

function download(name: string, bytes: Uint8Array, mime: string): void {
  const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mime }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own copy once it has begun; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function storedSettings(): Settings {
  try {
    return parseSettings(JSON.parse(localStorage.getItem(settingsKey) ?? 'null'));
  } catch {
    return defaultSettings;
  }
}

let askClose: (() => Promise<boolean>) | null = null;
let edited = false;

addEventListener('beforeunload', (event) => {
  // A browser asks in its own words and only when told at once: what counts is whether anything would be lost.
  if (askClose && edited) event.preventDefault();
});

const host: Host = {
  kind: 'browser',
  platform: platform(),
  initialFile,
  openFile,
  openRecent: async (path) => {
    throw new Error(`${path}: a browser cannot come back to a file; open it again`);
  },
  recentFiles: async (): Promise<readonly RecentFile[]> => [],
  saveFile: async (suggestedName, _path, bytes) => {
    download(suggestedName, bytes, 'application/octet-stream');
    return { name: suggestedName, path: '' };
  },
  exportFile: async (suggestedName, bytes, mime) => {
    download(suggestedName, bytes, mime);
    return true;
  },
  settings: async () => storedSettings(),
  saveSettings: async (settings) => localStorage.setItem(settingsKey, JSON.stringify(parseSettings(settings))),
  setTitle: (title, isEdited) => {
    edited = isEdited;
    document.title = `${isEdited ? '• ' : ''}${title}`;
  },
  setMenu: () => {},
  onCommand: () => () => {},
  onFile: () => () => {},
  onCloseRequest: (listener) => {
    askClose = listener;
    return () => {
      askClose = null;
    };
  },
};

Object.defineProperty(window, 'nablaHost', { value: host, enumerable: true });
