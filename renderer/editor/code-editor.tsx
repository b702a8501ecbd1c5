// One CodeMirror editor as a React component: Python text, line numbers, undo. The text lives in CodeMirror; changes are told outwards.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { codeTheme } from './code-theme.ts';
import { type Hands, watchHands } from './hands.ts';
import { type LineMarks, lineMarks, setMarks } from './line-marks.ts';

/** The host stamps one per load; the editor's style element needs it under the strict policy. */
function pageNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  return meta.startsWith('__') ? '' : meta;
}

interface CodeEditorProps {
  readonly text: string;
  readonly label: string;
  readonly marks: LineMarks;
  readonly onChange: (text: string) => void;
  readonly onLineClick: (line: number) => void;
  /** Brings the lit line into sight when it changes. */
  readonly reveal: boolean;
  /** Likewise the line where the script waits. */
  readonly waiting?: boolean;
}

export function CodeEditor({ text, label, marks, onChange, onLineClick, reveal, waiting = false }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const told = useRef({ onChange, onLineClick });
  told.current = { onChange, onLineClick };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is only where the editor begins; afterwards the editor holds it.
  useEffect(() => {
    const editor = new EditorView({
      parent: place.current as HTMLElement,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineMarks,
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          highlightSelectionMatches(),
          indentUnit.of('    '),
          EditorState.tabSize.of(4),
          keymap.of([
            ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
            ...historyKeymap,
            ...searchKeymap.filter(({ key }) => key === 'Mod-d'),
            indentWithTab,
          ]),
          python(),
          codeTheme,
          EditorView.cspNonce.of(pageNonce()),
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocorrect: 'off', autocapitalize: 'off' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) told.current.onChange(update.state.doc.toString());
          }),
          EditorView.domEventHandlers({
            click: (event, editor) => {
              const at = editor.posAtCoords({ x: event.clientX, y: event.clientY });
              if (at !== null && editor.state.selection.main.empty) told.current.onLineClick(editor.state.doc.lineAt(at).number);
            },
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, []);

  const hands = useRef<Hands | null>(null);
  useEffect(() => {
    const watched = watchHands(place.current as HTMLElement);
    hands.current = watched;
    return watched.destroy;
  }, []);

  const { lit, running, error } = marks;
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    editor.dispatch({ effects: setMarks.of({ lit, running, error }) });
    // Where the playhead walks by itself it scrolls only what nobody is reading or editing.
    const shown = error?.line || lit || (waiting || hands.current?.resting() ? running : 0);
    if (!reveal || shown < 1 || shown > editor.state.doc.lines) return;
    editor.dispatch({ effects: EditorView.scrollIntoView(editor.state.doc.line(shown).from, { y: 'nearest', yMargin: 72 }) });
  }, [lit, running, error, reveal, waiting]);

  return <div className="code-editor" ref={place} />;
}
