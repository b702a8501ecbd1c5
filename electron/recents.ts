// The files a person opened lately, newest first; kept in the app's data folder and told to the system.
import { basename, join } from 'node:path';
import { app } from 'electron';
import type { RecentFile } from './host.ts';
import { readJson, writeJson } from './stored-json.ts';

const limit = 12;
const storePath = () => join(app.getPath('userData'), 'recents.json');

export function recentFiles(): readonly RecentFile[] {
  const stored = readJson(storePath());
  if (!Array.isArray(stored)) return [];
  return stored
    .filter((path): path is string => typeof path === 'string')
    .slice(0, limit)
    .map((path) => ({ name: basename(path), path }));
}

export function addRecent(path: string): void {
  const others = recentFiles()
    .map((file) => file.path)
    .filter((other) => other !== path);
  writeJson(storePath(), [path, ...others].slice(0, limit));
  app.addRecentDocument(path);
}

export function forgetRecent(path: string): void {
  writeJson(
    storePath(),
    recentFiles()
      .map((file) => file.path)
      .filter((other) => other !== path),
  );
}
