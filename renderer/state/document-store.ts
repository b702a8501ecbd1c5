// The document: the text being worked on, where it came from, and the person's settings. Saved and undoable.
// Written by commands and the editor only; knows nothing of runs or of the view.
import { createStore } from 'zustand/vanilla';
import { type CodeCell, type MarkdownCell, type Notebook, notebookText, type Source, withCellText } from '../../core/index.ts';
import type { Settings } from '../../electron/host.ts';

export interface DocumentCell {
  /** Stable while the document is open; React's key and the editor's identity. */
  readonly key: string;
  readonly kind: 'code' | 'markdown';
  readonly text: string;
}

export interface DocumentState {
  readonly name: string;
  readonly path: string | null;
  readonly kind: 'script' | 'notebook';
  readonly cells: readonly DocumentCell[];
  /** Text as last opened or saved, to tell whether there is something to save. */
  readonly savedText: string;
  readonly folder: Readonly<Record<string, Uint8Array>>;
  /** The built-in lesson: opened already recorded. */
  readonly lesson: boolean;
  /** The notebook file as it was, so that saving keeps what the window does not show. */
  readonly notebook: Notebook | null;
  readonly settings: Settings;
}

export interface OpenDocument {
  readonly name: string;
  readonly path: string | null;
  readonly source: Source;
  readonly folder?: Readonly<Record<string, Uint8Array>>;
  readonly lesson?: boolean;
  readonly notebook?: Notebook | null;
}

export const defaultSettings: Settings = { theme: 'system', language: 'en', singleKeys: true, traceBudgetBytes: 512 * 1024 * 1024 };

const emptyCells: readonly DocumentCell[] = [{ key: 'empty-0', kind: 'code', text: '' }];

export const documentStore = createStore<DocumentState>(() => ({
  name: '',
  path: null,
  kind: 'script',
  cells: emptyCells,
  savedText: plainText(emptyCells),
  folder: {},
  lesson: false,
  notebook: null,
  settings: defaultSettings,
}));

let opened = 0;

/** The cells of a source, with keys no earlier document had. */
export function cellsOf(source: Source): DocumentCell[] {
  opened += 1;
  const cells: readonly (CodeCell | MarkdownCell)[] = source.kind === 'script' ? [{ kind: 'code', text: source.text }] : source.cells;
  return cells.map((cell, index) => ({ key: `${opened}-${index}`, kind: cell.kind, text: cell.text }));
}

/** One string that is equal exactly where all cells' texts are. */
export function plainText(cells: readonly DocumentCell[]): string {
  return JSON.stringify(cells.map((cell) => [cell.kind, cell.text]));
}

export function openDocument(next: OpenDocument): void {
  const cells = cellsOf(next.source);
  documentStore.setState({
    name: next.name,
    path: next.path,
    kind: next.source.kind,
    cells,
    savedText: plainText(cells),
    folder: next.folder ?? {},
    lesson: next.lesson ?? false,
    notebook: next.notebook ?? null,
  });
}

export function editCell(key: string, text: string): void {
  documentStore.setState((state) => ({
    cells: state.cells.map((cell) => (cell.key === key && cell.text !== text ? { ...cell, text } : cell)),
  }));
}

/** Marks the present text as saved, under a new name where it got one. */
export function markSaved(name?: string, path?: string): void {
  documentStore.setState((state) => ({
    savedText: plainText(state.cells),
    name: name ?? state.name,
    path: path ?? state.path,
    lesson: false,
  }));
}

export function isEdited(state: DocumentState): boolean {
  return plainText(state.cells) !== state.savedText;
}

export function sourceOf(state: DocumentState): Source {
  if (state.kind === 'script') return { kind: 'script', text: state.cells[0]?.text ?? '' };
  return { kind: 'notebook', cells: state.cells.map(({ kind, text }) => ({ kind, text })) };
}

export function changeSettings(change: Partial<Settings>): void {
  documentStore.setState((state) => ({ settings: { ...state.settings, ...change } }));
}

/** Number of a code cell as a Site counts it: from 1 over the code cells of a notebook, 0 in a plain script; -1 for text cells. */
export function cellNumber(state: Pick<DocumentState, 'kind' | 'cells'>, key: string): number {
  if (state.kind === 'script') return 0;
  let number = 0;
  for (const cell of state.cells) {
    if (cell.kind === 'code') number += 1;
    if (cell.key === key) return cell.kind === 'code' ? number : -1;
  }
  return -1;
}

/** The code cell a Site's number means; null where the document has changed since. */
export function cellAt(state: Pick<DocumentState, 'kind' | 'cells'>, number: number): DocumentCell | null {
  if (state.kind === 'script') return number === 0 ? (state.cells[0] ?? null) : null;
  return state.cells.filter((cell) => cell.kind === 'code')[number - 1] ?? null;
}

/** One line's text, trimmed; null where there is none. */
export function lineText(state: Pick<DocumentState, 'kind' | 'cells'>, cell: number, line: number): string | null {
  const found = cellAt(state, cell)?.text.split('\n')[line - 1];
  return found === undefined ? null : found.trim();
}

/** The file's text as it would be saved now. */
export function fileText(state: DocumentState): string {
  if (state.kind === 'script') return state.cells[0]?.text ?? '';
  let notebook = state.notebook;
  if (!notebook) return plainNotebook(state.cells);
  state.cells.forEach((cell, index) => {
    notebook = withCellText(notebook as Notebook, index, cell.text);
  });
  return notebookText(notebook);
}

/** A source as a file's text, without what a notebook holds besides its cells. */
export function sourceText(source: Source): string {
  return source.kind === 'script' ? source.text : plainNotebook(source.cells);
}

function plainNotebook(cells: readonly (CodeCell | MarkdownCell)[]): string {
  const code = { execution_count: null, outputs: [] };
  const document = {
    cells: cells.map(({ kind, text }) => ({ cell_type: kind, metadata: {}, source: text, ...(kind === 'code' ? code : {}) })),
    metadata: { language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 4,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}
