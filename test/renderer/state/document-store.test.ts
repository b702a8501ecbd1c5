import { describe, expect, it } from 'vitest';
import { decodeScript } from '../../../core/index.ts';
import {
  cellAt,
  cellNumber,
  documentStore,
  editCell,
  fileText,
  isEdited,
  lineText,
  markSaved,
  openDocument,
  sourceOf,
} from '../../../renderer/state/document-store.ts';

const notebook = JSON.stringify({
  cells: [
    { cell_type: 'markdown', metadata: {}, source: ['# Title\n', 'text'] },
    { cell_type: 'code', metadata: {}, source: 'a = 1\nb = 2', outputs: [], execution_count: 3 },
    { cell_type: 'raw', metadata: {}, source: 'kept' },
    { cell_type: 'code', metadata: {}, source: 'print(a)', outputs: [], execution_count: 4 },
  ],
  metadata: { mine: true },
  nbformat: 4,
  nbformat_minor: 5,
});

function openNotebook() {
  const decoded = decodeScript('n.ipynb', new TextEncoder().encode(notebook));
  if (!decoded.ok) throw new Error(decoded.error.message);
  openDocument({ name: 'n.ipynb', path: '/n.ipynb', source: decoded.source, notebook: decoded.notebook });
  return documentStore.getState();
}

describe('document store', () => {
  it('counts code cells from 1, and a plain script as cell 0', () => {
    const state = openNotebook();
    expect(state.cells.map((cell) => cellNumber(state, cell.key))).toEqual([-1, 1, 2]);
    expect(cellAt(state, 2)?.text).toBe('print(a)');
    expect(lineText(state, 1, 2)).toBe('b = 2');
    openDocument({ name: 'a.py', path: null, source: { kind: 'script', text: 'x = 1\n  y = 2' } });
    expect(lineText(documentStore.getState(), 0, 2)).toBe('y = 2');
    expect(cellAt(documentStore.getState(), 1)).toBeNull();
  });

  it('knows whether there is something to save', () => {
    const { cells } = openNotebook();
    expect(isEdited(documentStore.getState())).toBe(false);
    editCell(cells[1].key, 'a = 2');
    expect(isEdited(documentStore.getState())).toBe(true);
    editCell(cells[1].key, 'a = 1\nb = 2');
    expect(isEdited(documentStore.getState())).toBe(false);
    editCell(cells[1].key, 'a = 3');
    markSaved('m.ipynb', '/m.ipynb');
    expect([isEdited(documentStore.getState()), documentStore.getState().name]).toEqual([false, 'm.ipynb']);
  });

  it('writes an untouched notebook byte for byte, and keeps what it does not show', () => {
    const { cells } = openNotebook();
    expect(fileText(documentStore.getState())).toBe(notebook);
    editCell(cells[2].key, 'print(b)');
    const written = JSON.parse(fileText(documentStore.getState()));
    expect(written.cells[2]).toEqual({ cell_type: 'raw', metadata: {}, source: 'kept' });
    expect(written.cells[3].source).toBe('print(b)');
    expect(written.metadata).toEqual({ mine: true });
  });

  it('gives cells keys that no earlier document had', () => {
    const first = openNotebook().cells.map((cell) => cell.key);
    const second = openNotebook().cells.map((cell) => cell.key);
    expect(first.some((key) => second.includes(key))).toBe(false);
    expect(sourceOf(documentStore.getState()).kind).toBe('notebook');
  });
});
