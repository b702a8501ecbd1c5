// The contract between the renderer and whatever hosts it. Types, channel names and argument checks only; no implementation.

export type Theme = 'system' | 'light' | 'dark';

export interface OpenedFile {
  /** File name for people, as `linear_regression.ipynb`. */
  readonly name: string;
  /** Opaque to the renderer: what `save` and recents use. null where the host cannot come back to it. */
  readonly path: string | null;
  readonly bytes: Uint8Array;
  /** The script's folder as far as the host lets it be read: relative path → bytes, small files only. */
  readonly folder: Readonly<Record<string, Uint8Array>>;
}

export interface RecentFile {
  readonly name: string;
  readonly path: string;
}

export interface Settings {
  readonly theme: Theme;
  readonly language: 'en' | 'ko';
  readonly singleKeys: boolean;
  readonly traceBudgetBytes: number;
}

/** One command as the system's menu shows it. `keys` as in the command list (`Mod+Shift+S`), null if none. */
export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly keys: string | null;
}
export interface MenuGroup {
  readonly label: string;
  readonly items: readonly MenuItem[];
}

export interface Host {
  readonly kind: 'electron' | 'browser';
  readonly platform: 'mac' | 'windows' | 'linux';
  /** The file given on the command line, null if none. */
  initialFile(): Promise<OpenedFile | null>;
  /** Asks the person; null when cancelled. */
  openFile(): Promise<OpenedFile | null>;
  openRecent(path: string): Promise<OpenedFile>;
  recentFiles(): Promise<readonly RecentFile[]>;
  /** Writes back to the same place, or asks where. Returns the name and path written, null when cancelled. */
  saveFile(suggestedName: string, path: string | null, bytes: Uint8Array): Promise<RecentFile | null>;
  /** Always asks where (exports). */
  exportFile(suggestedName: string, bytes: Uint8Array, mime: string): Promise<boolean>;
  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<void>;
  setTitle(title: string, edited: boolean): void;
  /** What the application menu offers, in the page's own words; choosing an item comes back through `onCommand`. No menu in a browser. */
  setMenu(groups: readonly MenuGroup[]): void;
  /** A menu item or OS gesture asks for a command by id (`file.open`); returns an unsubscribe. */
  onCommand(listener: (commandId: string) => void): () => void;
  /** The OS hands over a file (association, second instance, dock). */
  onFile(listener: (file: OpenedFile) => void): () => void;
  /** The host asks before closing; answer true to close. */
  onCloseRequest(listener: () => Promise<boolean>): () => void;
}

export const defaultSettings: Settings = { theme: 'system', language: 'en', singleKeys: true, traceBudgetBytes: 512 * 2 ** 20 };

/** Settings out of anything: what is missing or wrong takes its default. */
export function parseSettings(value: unknown): Settings {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const budget = given.traceBudgetBytes;
  return {
    theme: given.theme === 'light' || given.theme === 'dark' ? given.theme : defaultSettings.theme,
    language: given.language === 'ko' ? 'ko' : defaultSettings.language,
    singleKeys: typeof given.singleKeys === 'boolean' ? given.singleKeys : defaultSettings.singleKeys,
    traceBudgetBytes:
      typeof budget === 'number' && budget >= 2 ** 20 && budget <= 2 ** 33 ? Math.round(budget) : defaultSettings.traceBudgetBytes,
  };
}

/** Channel names between preload and main. */
export const channels = {
  initialFile: 'host:initial-file',
  openFile: 'host:open-file',
  openRecent: 'host:open-recent',
  recentFiles: 'host:recent-files',
  saveFile: 'host:save-file',
  exportFile: 'host:export-file',
  settings: 'host:settings',
  saveSettings: 'host:save-settings',
  setTitle: 'host:set-title',
  setMenu: 'host:set-menu',
  command: 'host:command',
  file: 'host:file',
  watchesClose: 'host:watches-close',
  closeRequest: 'host:close-request',
  closeAnswer: 'host:close-answer',
} as const;

const refuse = (what: string): never => {
  throw new TypeError(`host: ${what}`);
};

const list = (value: unknown, most: number): readonly unknown[] =>
  Array.isArray(value) && value.length <= most ? value : refuse(`a list of at most ${most} is needed`);
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : refuse('an object is needed');
const label = (value: unknown): string => (typeof value === 'string' && value.length <= 200 ? value : refuse('a label is needed'));
const keys = (value: unknown): string | null =>
  value === null || (typeof value === 'string' && /^[\w+]{1,40}$/.test(value)) ? value : refuse('keys are needed');
const menuItem = (value: unknown): MenuItem => ({
  id: argument.commandId(field(value, 'id')),
  label: label(field(value, 'label')),
  keys: keys(field(value, 'keys')),
});

/** Argument checks: each returns what it was given or throws a TypeError that names it. */
export const argument = {
  /** A file name without a folder, at most 255 characters. */
  fileName: (value: unknown): string =>
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= 255 &&
    ![...value].some((c) => c < ' ' || '/\\<>:"|?*'.includes(c)) &&
    !/^\.+$/.test(value)
      ? value
      : refuse('a file name is needed'),
  path: (value: unknown): string =>
    typeof value === 'string' && value.length > 0 && value.length <= 4096 && !value.includes('\0') ? value : refuse('a path is needed'),
  pathOrNull: (value: unknown): string | null => (value === null ? null : argument.path(value)),
  bytes: (value: unknown): Uint8Array =>
    value instanceof Uint8Array && value.byteLength <= 2 ** 30 ? value : refuse('bytes are needed, at most 1 GB'),
  title: (value: unknown): string => (typeof value === 'string' && value.length <= 500 ? value : refuse('a title is needed')),
  flag: (value: unknown): boolean => (typeof value === 'boolean' ? value : refuse('true or false is needed')),
  menu: (value: unknown): readonly MenuGroup[] =>
    list(value, 20).map((group) => ({ label: label(field(group, 'label')), items: list(field(group, 'items'), 100).map(menuItem) })),
  mime: (value: unknown): string =>
    typeof value === 'string' && /^[\w.+-]+\/[\w.+-]+$/.test(value) ? value : refuse('a MIME type is needed'),
  commandId: (value: unknown): string =>
    typeof value === 'string' && /^[\w.-]{1,80}$/.test(value) ? value : refuse('a command id is needed'),
} as const;

declare global {
  interface Window {
    /** Set by Electron's preload; absent in the browser. */
    readonly nablaHost?: Host;
  }
}
