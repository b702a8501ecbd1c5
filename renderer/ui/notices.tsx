// What the window says over everything else: a notice, a question before something would be lost, the veil while a file is dragged in.
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useView } from '../state/use-stores.ts';
import { viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { IconButton } from './controls.tsx';

/** News goes by itself, errors stay until dismissed. */
const newsMs = 4000;

export function NoticeBar() {
  const notice = useView((state) => state.notice);
  useEffect(() => {
    if (notice?.tone !== 'info') return;
    const timer = setTimeout(() => viewStore.setState((state) => (state.notice === notice ? { notice: null } : {})), newsMs);
    return () => clearTimeout(timer);
  }, [notice]);
  if (!notice) return null;
  return (
    <div className="notice" data-tone={notice.tone} role={notice.tone === 'error' ? 'alert' : 'status'} data-testid="notice">
      <span className="notice-text">{notice.text}</span>
      <IconButton icon={X} label={words.errors.dismiss} onClick={() => viewStore.setState({ notice: null })} />
    </div>
  );
}

export function QuestionDialog() {
  const question = useView((state) => state.question);
  if (!question) return null;
  return (
    <div className="dialog-veil">
      <div
        className="dialog"
        role="alertdialog"
        aria-labelledby="question-title"
        aria-describedby="question-text"
        onKeyDown={(event) => event.key === 'Escape' && question.answer('cancel')}
      >
        <h2 id="question-title">{question.title}</h2>
        <p id="question-text">{question.text}</p>
        <div className="dialog-actions">
          <button type="button" className="plain-button" onClick={() => question.answer('discard')} data-testid="question-discard">
            {words.dialogs.discard}
          </button>
          <button type="button" className="plain-button" onClick={() => question.answer('cancel')} data-testid="question-cancel">
            {words.dialogs.cancel}
          </button>
          <button
            type="button"
            className="primary-button"
            onClick={() => question.answer('save')}
            // biome-ignore lint/a11y/noAutofocus: a modal question takes the focus.
            autoFocus
            data-testid="question-save"
          >
            {words.dialogs.save}
          </button>
        </div>
      </div>
    </div>
  );
}

export function DropVeil() {
  return useView((state) => state.dropping) ? <div className="drop-veil">{words.script.dropHere}</div> : null;
}
