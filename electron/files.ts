// Opening and saving for the page. A path is a permission: the page can name only what the person chose, here or in an earlier session.
import { writeFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import type { OpenedFile, RecentFile } from './host.ts';
import { addRecent, forgetRecent, recentFiles } from './recents.ts';
import { readScript } from './script-folder.ts';

const allowed = new Set<string>();

const scriptFilters = [
  { name: 'Python scripts and notebooks', extensions: ['py', 'ipynb'] },
  { name: 'Nabla recordings', extensions: ['nabla'] },
  { name: 'All files', extensions: ['*'] },
];

/** Reads a file the person named (dialog, command line, drop on the dock); it becomes a recent one. */
export async function openPath(path: string): Promise<OpenedFile> {
  const file = await readScript(resolve(path));
  allowed.add(file.path);
  addRecent(file.path);
  return file;
}

export async function askOpen(window: BrowserWindow): Promise<OpenedFile | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters: scriptFilters });
  return canceled || !filePaths[0] ? null : await openPath(filePaths[0]);
}

export async function openRecent(path: string): Promise<OpenedFile> {
  if (!recentFiles().some((file) => file.path === path)) throw new Error(`${path} is not among the recent files`);
  try {
    return await openPath(path);
  } catch (error) {
    forgetRecent(path);
    throw error;
  }
}

/** Writes to `path` when the person opened or saved it before; asks otherwise. */
export async function save(
  window: BrowserWindow,
  suggestedName: string,
  path: string | null,
  bytes: Uint8Array,
): Promise<RecentFile | null> {
  const target = path !== null && allowed.has(path) ? path : await askWhere(window, suggestedName);
  if (target === null) return null;
  await writeFile(target, bytes);
  allowed.add(target);
  addRecent(target);
  return { name: basename(target), path: target };
}

export async function exportTo(window: BrowserWindow, suggestedName: string, bytes: Uint8Array): Promise<boolean> {
  const target = await askWhere(window, suggestedName);
  if (target === null) return false;
  await writeFile(target, bytes);
  return true;
}

async function askWhere(window: BrowserWindow, suggestedName: string): Promise<string | null> {
  const extension = extname(suggestedName).slice(1);
  const filters = extension ? [{ name: extension.toUpperCase(), extensions: [extension] }] : [];
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: suggestedName, filters });
  return canceled || !filePath ? null : filePath;
}
