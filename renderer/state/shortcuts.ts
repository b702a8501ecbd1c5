// Keys → commands. Single keys act only while the graph or the timeline has the focus, and can be switched off.
import type { App } from './app.ts';
import { commands } from './commands.ts';
import { documentStore } from './document-store.ts';
import { isSingleKey, type KeyPress, matches, type Platform } from './keys.ts';

/** The command a key press means here; null if none. `single`: single keys act. */
export function commandFor(press: KeyPress, platform: Platform, single: boolean): string | null {
  for (const { id, keys, when } of commands) {
    const key = keys?.find((binding) => matches(binding, press, platform));
    if (key && (single || !isSingleKey(key)) && (when?.() ?? true)) return id;
  }
  return null;
}

export function listenToKeys(app: App): () => void {
  const hear = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const target = event.target as HTMLElement;
    const typing = target.matches('input, textarea, select, [contenteditable=true]');
    const inPlace = target === document.body || target.closest('[data-keys=single]') !== null;
    // A focused button keeps Space and Enter for itself.
    const pressing = target.matches('button') && (event.code === 'Space' || event.code === 'Enter');
    const single = documentStore.getState().settings.singleKeys && inPlace && !typing && !pressing;
    const id = commandFor(event, app.host.platform, single || event.code === 'Escape');
    if (!id) return;
    event.preventDefault();
    void commands.find((each) => each.id === id)?.run(app);
  };
  addEventListener('keydown', hear);
  return () => removeEventListener('keydown', hear);
}
