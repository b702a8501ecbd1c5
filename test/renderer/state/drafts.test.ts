import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { documentStore, editCell, isEdited, openDocument } from '../../../renderer/state/document-store.ts';
import { keepDraft, readDraft, restoreDraft } from '../../../renderer/state/drafts.ts';

function memory(limit = Number.POSITIVE_INFINITY) {
  const held = new Map<string, string>();
  return {
    held,
    getItem: (key: string) => held.get(key) ?? null,
    setItem(key: string, value: string) {
      if (value.length > limit) throw new Error('full');
      held.set(key, value);
    },
    removeItem: (key: string) => void held.delete(key),
  };
}

describe('drafts', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('bring edited text back, still known as edited', () => {
    const keep = memory();
    const stop = keepDraft(keep);
    openDocument({ name: 'a.py', path: '/a.py', source: { kind: 'script', text: 'one' } });
    editCell(documentStore.getState().cells[0].key, 'two');
    vi.runAllTimers();
    stop();
    openDocument({ name: 'b.py', path: null, source: { kind: 'script', text: 'other' } });
    const kept = readDraft(keep);
    if (!kept) throw new Error('a draft was expected');
    restoreDraft(kept);
    const state = documentStore.getState();
    expect([state.name, state.path, state.cells[0].text, isEdited(state)]).toEqual(['a.py', '/a.py', 'two', true]);
  });

  it('keep no untouched lesson, and no more than fits', () => {
    const keep = memory(300);
    const stop = keepDraft(keep);
    openDocument({ name: 'l.ipynb', path: null, source: { kind: 'script', text: 'x' }, lesson: true });
    vi.runAllTimers();
    expect(readDraft(keep)).toBeNull();
    openDocument({ name: 'big.py', path: null, source: { kind: 'script', text: 'x'.repeat(1000) } });
    vi.runAllTimers();
    expect(readDraft(keep)).toBeNull();
    stop();
  });

  it('are not trusted', () => {
    const keep = memory();
    for (const bad of ['{', '[]', '{"name":1,"cells":[]}', '{"name":"a","cells":[{"key":"k"}]}']) {
      keep.held.set('nabla.draft', bad);
      expect(readDraft(keep)).toBeNull();
    }
  });
});
