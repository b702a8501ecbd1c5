// Unsaved text survives a reload and a crash: the document is kept in the browser's storage as it changes.
import { type DocumentState, documentStore, isEdited } from './document-store.ts';

const key = 'nabla.draft';
const delayMs = 250;

type Kept = Pick<DocumentState, 'name' | 'path' | 'kind' | 'cells' | 'savedText' | 'notebook' | 'lesson'>;

export interface Keep {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

function write(keep: Keep, state: DocumentState): void {
  try {
    if (state.lesson && !isEdited(state)) {
      keep.removeItem(key);
      return;
    }
    const { name, path, kind, cells, savedText, notebook, lesson } = state;
    try {
      keep.setItem(key, JSON.stringify({ name, path, kind, cells, savedText, notebook, lesson } satisfies Kept));
    } catch {
      // A notebook's pictures may not fit; its text must.
      keep.setItem(key, JSON.stringify({ name, path, kind, cells, savedText, notebook: null, lesson } satisfies Kept));
    }
  } catch {
    // Storage is full or switched off: there is nothing to keep it in.
  }
}

/** Writes the document a moment after each change; returns how to stop. */
export function keepDraft(keep: Keep): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return documentStore.subscribe((now, before) => {
    if (now.cells === before.cells && now.name === before.name && now.savedText === before.savedText && now.lesson === before.lesson)
      return;
    clearTimeout(timer);
    timer = setTimeout(() => write(keep, documentStore.getState()), delayMs);
  });
}

/** What was kept; null if nothing, or nothing readable. */
export function readDraft(keep: Keep): Kept | null {
  try {
    const kept = JSON.parse(keep.getItem(key) ?? 'null') as Kept | null;
    const sound =
      kept &&
      typeof kept.name === 'string' &&
      Array.isArray(kept.cells) &&
      kept.cells.every((cell) => typeof cell.key === 'string' && typeof cell.text === 'string');
    return sound ? kept : null;
  } catch {
    return null;
  }
}

export function restoreDraft(kept: Kept): void {
  // Keys of an earlier window may meet keys of this one.
  documentStore.setState({ ...kept, cells: kept.cells.map((cell) => ({ ...cell, key: `kept-${cell.key}` })), folder: {} });
}
