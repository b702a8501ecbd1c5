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
  /** A menu item or OS gesture asks for a command by id (`file.open`); returns an unsubscribe. */
  onCommand(listener: (commandId: string) => void): () => void;
  /** The OS hands over a file (association, second instance, dock). */
  onFile(listener: (file: OpenedFile) => void): () => void;
  /** The host asks before closing; answer true to close. */
  onCloseRequest(listener: () => Promise<boolean>): () => void;
}

declare global {
  interface Window {
    /** Set by Electron's preload; absent in the browser. */
    readonly nablaHost?: Host;
  }
}
