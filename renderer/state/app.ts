// What commands may call upon, as types: the services the main module wires together. Holds no implementation.
import type { Host, OpenedFile } from '../../electron/host.ts';
import type { words } from './words.ts';

export interface SessionControl {
  /** Starts the document from the top; with `paused` it halts before its first step. */
  run(options?: { readonly paused?: boolean }): void;
  pause(): void;
  resume(): void;
  /** Lets one step through, then pauses again. */
  step(): void;
  stop(): void;
  /** From the next step on. */
  setHyper(name: string, value: number): void;
}

export type ExampleName = keyof typeof words.examples;

export interface FileActions {
  open(): Promise<void>;
  openFile(file: OpenedFile): Promise<void>;
  openRecent(path: string): Promise<void>;
  save(): Promise<boolean>;
  saveAs(): Promise<boolean>;
  newScript(): Promise<void>;
  openLesson(): Promise<void>;
  /** One of the scripts that ship with the app, by its file's name. */
  openExample(name: ExampleName): Promise<void>;
}

export type ExportKind = 'svg' | 'png' | 'dot' | 'trace' | 'nabla';

/** The drawn graph's gestures that have no state of their own. */
export interface GraphControl {
  fit(): void;
  /** Walks the search hits. */
  nextHit(direction: 1 | -1): void;
  focus(): void;
}

export interface App {
  readonly host: Host;
  readonly session: SessionControl;
  readonly files: FileActions;
  readonly graph: GraphControl;
  exportAs(kind: ExportKind): Promise<void>;
}
