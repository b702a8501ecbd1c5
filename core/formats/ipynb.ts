// Jupyter notebooks (nbformat 4): read into cells, edited cell by cell, written back without losing what Nabla does not understand.
// It knows nothing of running them.
import { FormatError } from './format-error.ts';
import { parseJson } from './json-fault.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Same shape as the cells of the session's `Source`. */
export interface NotebookCell {
  readonly kind: 'code' | 'markdown';
  readonly text: string;
}

export interface Notebook {
  /** Code and markdown cells in order; raw cells and unknown kinds are kept in the document but not shown. */
  readonly cells: readonly NotebookCell[];
  /** Per shown cell its index in the document's own cell list. */
  readonly places: readonly number[];
  /** The whole file as it was read, edits applied. */
  readonly document: JsonObject;
  /** The text this notebook was read from; null once a cell was edited. */
  readonly original: string | null;
  /** How the file was indented (`null`: on one line) and whether it ended in a line feed. */
  readonly indent: string | null;
  readonly finalNewline: boolean;
}

/** Reads a notebook's text. Throws FormatError: broken JSON (with line and column), not a notebook, an old or newer version. */
export function parseNotebook(text: string): Notebook {
  const document = parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text) as Json;
  if (!isObject(document)) throw new FormatError('this JSON is not a notebook: it has no cells');
  const version = document.nbformat;
  if (typeof version === 'number' && version < 4) {
    throw new FormatError(`this notebook is in the old format ${version}: open it in Jupyter and save it again, which makes it format 4`);
  }
  if (typeof version === 'number' && version >= 5)
    throw new FormatError(`this notebook is in format ${version}, which is newer than Nabla reads (4)`);
  if (!Array.isArray(document.cells)) {
    if (Array.isArray(document.worksheets)) {
      throw new FormatError('this notebook is in the old format 3: open it in Jupyter and save it again, which makes it format 4');
    }
    throw new FormatError('this JSON is not a notebook: it has no cells');
  }
  const cells: NotebookCell[] = [];
  const places: number[] = [];
  document.cells.forEach((cell: Json, place: number) => {
    if (!isObject(cell)) throw new FormatError(`cell ${place + 1} of this notebook is not an object`);
    const kind = cell.cell_type ?? 'code';
    if (kind !== 'code' && kind !== 'markdown') return;
    cells.push({ kind, text: sourceText(cell.source ?? cell.input ?? '', place) });
    places.push(place);
  });
  const indent = /^\s*[{[]\r?\n([ \t]+)/.exec(text);
  return { cells, places, document, original: text, indent: indent === null ? null : indent[1], finalNewline: text.endsWith('\n') };
}

/** The notebook with cell `index` (of `cells`) holding `text`; its outputs, metadata and id stay. */
export function withCellText(notebook: Notebook, index: number, text: string): Notebook {
  const place = notebook.places[index];
  if (place === undefined) throw new FormatError(`this notebook has no cell ${index + 1}`);
  if (notebook.cells[index].text === text) return notebook;
  const all = notebook.document.cells as readonly JsonObject[];
  const old = all[place];
  const key = old.source === undefined && old.input !== undefined ? 'input' : 'source';
  const source: Json = typeof old[key] === 'string' ? text : sourceLines(text);
  const edited = all.map((cell, i) => (i === place ? { ...cell, [key]: source } : cell));
  const cells = notebook.cells.map((cell, i) => (i === index ? { ...cell, text } : cell));
  return { ...notebook, cells, document: { ...notebook.document, cells: edited }, original: null };
}

/** The file's text: byte for byte what was read when nothing was edited. */
export function notebookText(notebook: Notebook): string {
  if (notebook.original !== null) return notebook.original;
  const text = JSON.stringify(notebook.document, null, notebook.indent ?? undefined);
  return notebook.finalNewline ? `${text}\n` : text;
}

/** Lines as nbformat stores them: each but the last keeps its line feed. */
function sourceLines(text: string): string[] {
  return text === '' ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
}

function sourceText(source: Json, place: number): string {
  if (typeof source === 'string') return source;
  if (Array.isArray(source) && source.every((line) => typeof line === 'string')) return source.join('');
  throw new FormatError(`cell ${place + 1} of this notebook has no readable source: text or a list of texts is expected`);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
