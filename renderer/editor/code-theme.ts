// How code looks: CodeMirror's theme and Python colours, all by the tokens' custom properties, so that both themes share one sheet.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'transparent', fontSize: '12px', height: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '18px', scrollbarWidth: 'thin', scrollbarColor: 'var(--line2) transparent' },
  '.cm-content': { padding: '0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 16px 0 14px' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--ink3)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0', minWidth: '24px', textAlign: 'right' },
  '.cm-place': { width: '16px' },
  '.cm-place .cm-gutterElement': { color: 'var(--accent)', paddingLeft: '8px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '1.5px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 22%, transparent)',
  },
  '.cm-lit': { backgroundColor: 'var(--asoft)' },
  '.cm-gutterElement.cm-lit-number': { backgroundColor: 'var(--asoft)', color: 'var(--accent)', fontWeight: '600' },
  '.cm-gutterElement.cm-failed-number': { backgroundColor: 'var(--err-s)', color: 'var(--err)', fontWeight: '600' },
  '.cm-gutterElement.cm-failed-block': { backgroundColor: 'var(--err-s)' },
  '.cm-place .cm-failed-number, .cm-place .cm-failed-block': { boxShadow: 'inset 2px 0 0 var(--err)' },
  '.cm-failed': { backgroundColor: 'var(--err-s)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--hover)', outline: 'none' },
});

const colours = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword, tags.self],
    color: 'var(--keyword)',
  },
  { tag: [tags.bool, tags.null, tags.number], color: 'var(--number)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--string)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--ink3)', fontStyle: 'italic' },
  { tag: tags.meta, color: 'var(--ink2)' },
  { tag: tags.invalid, color: 'var(--err)' },
]);

export const codeTheme = [look, syntaxHighlighting(colours)];
