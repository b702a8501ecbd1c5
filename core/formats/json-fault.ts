// Finds where a text stops being JSON, with words that are the same on every host (engines word their own errors differently).
import { FormatError } from './format-error.ts';

const space = /[ \t\n\r]*/y;
const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids raw control characters inside strings.
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** Parses JSON; throws a FormatError naming line and column. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw jsonFault(text);
  }
}

/** The first fault of `text`, which `JSON.parse` refused. */
function jsonFault(text: string): FormatError {
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null || match[0] === '') return false;
    at = pattern.lastIndex;
    return true;
  };
  // Each entry is what closes the open bracket; `state` is what may come next.
  const open: string[] = [];
  let state: 'value' | 'first' | 'key' | 'firstKey' | 'colon' | 'after' = 'value';
  for (;;) {
    skip(space);
    if (at >= text.length) return fault(text, at, 'the text ends too early');
    const c = text[at];
    const close = open[open.length - 1];
    if (state === 'after') {
      if (close === undefined) return fault(text, at, `there is text after the end, starting with '${c}'`);
      if (c === close) {
        open.pop();
        at++;
      } else if (c === ',') {
        at++;
        state = close === '}' ? 'key' : 'value';
      } else return fault(text, at, `',' or '${close}' is missing before '${c}'`);
    } else if (state === 'colon') {
      if (c !== ':') return fault(text, at, `':' is missing before '${c}'`);
      at++;
      state = 'value';
    } else if ((state === 'first' || state === 'firstKey') && c === close) {
      open.pop();
      at++;
      state = 'after';
    } else if (state === 'key' || state === 'firstKey') {
      if (c !== '"') return fault(text, at, `a name in double quotes is missing before '${c}'`);
      if (!skip(string)) return fault(text, at, 'a text in quotes is not closed or holds a character that must be escaped');
      state = 'colon';
    } else if (c === '{' || c === '[') {
      open.push(c === '{' ? '}' : ']');
      at++;
      state = c === '{' ? 'firstKey' : 'first';
    } else if (c === '"') {
      if (!skip(string)) return fault(text, at, 'a text in quotes is not closed or holds a character that must be escaped');
      state = 'after';
    } else if (skip(word)) state = 'after';
    else return fault(text, at, `'${c}' is not expected here`);
  }
}

function fault(text: string, at: number, what: string): FormatError {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  return new FormatError(`broken JSON at line ${line}, column ${column}: ${what}`, line, column);
}
