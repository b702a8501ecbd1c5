// The seed a script sets, read off its text. Pure.
import { cellAt, type DocumentState } from '../state/document-store.ts';

/** The seed the script sets last before the line that trains; null where it sets none. */
export function seedOf(state: Pick<DocumentState, 'kind' | 'cells'>, cell: number): string | null {
  for (let number = cell; number >= (state.kind === 'script' ? 0 : 1); number -= 1) {
    const found = [...(cellAt(state, number)?.text ?? '').matchAll(/^[^#\n]*\bmanual_seed\(\s*(\d+)\s*\)/gm)].at(-1);
    if (found) return found[1];
  }
  return null;
}
