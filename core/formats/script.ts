// Bytes of a .py or .ipynb file → the source a session runs, or a one-line message that names the file. No file system here.
import { FormatError } from './format-error.ts';
import { type Notebook, type NotebookCell, parseNotebook } from './ipynb.ts';
import { decodeUtf8 } from './utf8.ts';

/** What a session runs; the same shape as the protocol's `Source`, which lives in a later layer. */
type ScriptSource =
  | { readonly kind: 'script'; readonly text: string }
  | { readonly kind: 'notebook'; readonly cells: readonly NotebookCell[] };

export interface ScriptFault {
  /** One line, begins with the file's name. */
  readonly message: string;
  /** Place in the file's text, from 1; 0 where none can be named. */
  readonly line: number;
  readonly column: number;
}

/** `notebook` is null for a plain script; `text` is the file's own text without a byte order mark. */
export type DecodedScript =
  | { readonly ok: true; readonly source: ScriptSource; readonly text: string; readonly notebook: Notebook | null }
  | { readonly ok: false; readonly error: ScriptFault };

/** Reads a script (`.py` or anything else) or a notebook (`.ipynb`) from its bytes; never throws. */
export function decodeScript(name: string, bytes: Uint8Array): DecodedScript {
  try {
    const isNotebook = /\.ipynb$/i.test(name);
    const text = decodeText(bytes, isNotebook ? 'notebook' : 'script');
    if (text.trim() === '') throw new FormatError('the file is empty: there is nothing to run');
    if (!isNotebook) return { ok: true, source: { kind: 'script', text }, text, notebook: null };
    const notebook = parseNotebook(text);
    return { ok: true, source: { kind: 'notebook', cells: notebook.cells }, text, notebook };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { ok: false, error: { message: `${name}: ${error.message}`, line: error.line, column: error.column } };
  }
}

function decodeText(bytes: Uint8Array, kind: 'script' | 'notebook'): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new FormatError('the text is in UTF-16: save it as UTF-8');
  }
  if (bytes.includes(0)) throw new FormatError('this is not a script or a notebook: it holds binary data');
  const body = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const coding = kind === 'script' ? declaredCoding(body) : null;
  if (coding !== null && /^(latin-?1|iso-?8859-?1)$/.test(coding.name)) return latin1(body);
  if (coding !== null && !/^(utf-?8(-sig)?|us-ascii|ascii)$/.test(coding.name)) {
    throw new FormatError(
      `line ${coding.line} declares the encoding '${coding.name}', which Nabla does not read: save the file as UTF-8 and remove that line`,
      coding.line,
      1,
    );
  }
  const decoded = decodeUtf8(body);
  if ('text' in decoded) return decoded.text;
  const at = decoded.badAt;
  if (looksBinary(body)) throw new FormatError('this is not a script or a notebook: it holds binary data');
  const before = body.subarray(0, at);
  let line = 1;
  for (const byte of before) if (byte === 10) line++;
  const hex = body[at].toString(16).padStart(2, '0');
  throw new FormatError(`line ${line} is not UTF-8 (byte 0x${hex}): save the file as UTF-8`, line, at - before.lastIndexOf(10));
}

/** PEP 263: a comment in one of the first two lines; the second counts only if the first is blank or a comment. */
function declaredCoding(bytes: Uint8Array): { readonly name: string; readonly line: number } | null {
  const head = latin1(bytes.subarray(0, 1000)).split(/\r\n|\r|\n/, 2);
  for (let i = 0; i < head.length; i++) {
    const match = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(head[i]);
    if (match) return { name: match[1].toLowerCase().replaceAll('_', '-'), line: i + 1 };
    if (!/^[ \t\f]*(#.*)?$/.test(head[i])) return null;
  }
  return null;
}

function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 8000) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8000)));
  return parts.join('');
}

/** Control characters that no text editor writes. */
function looksBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 4096).some((byte) => byte < 9 || (byte > 13 && byte < 27));
}
