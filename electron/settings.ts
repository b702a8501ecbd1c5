// A person's settings, kept in the app's data folder. The window's own colours follow the theme.
import { join } from 'node:path';
import { app, nativeTheme } from 'electron';
import { parseSettings, type Settings } from './host.ts';
import { readJson, writeJson } from './stored-json.ts';

const storePath = () => join(app.getPath('userData'), 'settings.json');

export function settings(): Settings {
  return parseSettings(readJson(storePath()));
}

export function saveSettings(chosen: Settings): void {
  writeJson(storePath(), chosen);
  applyTheme();
}

/** Title bar, menus and `prefers-color-scheme` take the chosen theme. */
export function applyTheme(): void {
  nativeTheme.themeSource = settings().theme;
}
