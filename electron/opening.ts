// How a file reaches the app from outside: command line, a second start, the system's file associations, a drop on the dock.
import { resolve } from 'node:path';
import { app, dialog } from 'electron';
import { openPath } from './files.ts';
import { channels, type OpenedFile } from './host.ts';
import { currentWindow } from './main-window.ts';
import { fileWord, startWords } from './start-words.ts';

let initialPath: string | null = null;
let pageHasAsked = false;

/** Before the app is ready. False when another Nabla runs already: it has been told the file and this one must quit. */
export function takeFilesFromOutside(): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  initialPath = fileWord(startWords(process.argv, app.isPackaged));
  app.on('second-instance', (_event, argv, workingFolder) => {
    const file = fileWord(startWords(argv, app.isPackaged));
    if (file !== null) void handOver(resolve(workingFolder, file));
    currentWindow()?.show();
    currentWindow()?.focus();
  });
  // macOS: Finder and the dock; may come before the app is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    void handOver(path);
  });
  return true;
}

/** The file the app was started with, once; the page asks when it is ready for one. */
export async function takeInitialFile(): Promise<OpenedFile | null> {
  pageHasAsked = true;
  const path = initialPath;
  initialPath = null;
  return path === null ? null : await openOrSay(path);
}

async function handOver(path: string): Promise<void> {
  const window = currentWindow();
  if (!window || !pageHasAsked) {
    initialPath = path;
    return;
  }
  const file = await openOrSay(path);
  if (file) window.webContents.send(channels.file, file);
}

async function openOrSay(path: string): Promise<OpenedFile | null> {
  try {
    return await openPath(path);
  } catch (error) {
    void dialog.showMessageBox({ type: 'error', message: (error as Error).message });
    return null;
  }
}
