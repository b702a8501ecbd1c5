// How wide a text is, from a table of the bundled fonts' advance widths: the same number in every host. No DOM, no canvas.
import { fontWidths } from './font-widths.ts';

export type FontFace = 'mono' | 'sans' | 'sansBold';

/** Korean and other East Asian glyphs come from other fonts: Hangul as in IBM Plex Sans KR, the rest one em. */
const HANGUL = 892;
const WIDE = 1000;
const UNKNOWN = 600;

const tables = new Map<FontFace, Map<number, number>>();

function tableOf(face: FontFace): Map<number, number> {
  let table = tables.get(face);
  if (table !== undefined) return table;
  table = new Map();
  for (const [width, runs] of Object.entries(fontWidths[face]))
    for (const run of runs.split(' ')) {
      const [first, last] = run.split('-').map((part) => Number.parseInt(part, 36));
      for (let code = first; code <= (last ?? first); code++) table.set(code, Number(width));
    }
  tables.set(face, table);
  return table;
}

const isHangul = (code: number) =>
  (code >= 0x1100 && code <= 0x11ff) || (code >= 0x3130 && code <= 0x318f) || (code >= 0xac00 && code <= 0xd7a3);

const isWide = (code: number) =>
  (code >= 0x2e80 && code <= 0xa4cf) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe30 && code <= 0xfe4f) ||
  (code >= 0xff00 && code <= 0xff60) ||
  (code >= 0x1f300 && code <= 0x1faff) ||
  (code >= 0x20000 && code <= 0x3fffd);

/** Width of `text` in pixels at `size` pixels; kerning is not counted. */
export function textWidth(text: string, face: FontFace, size: number): number {
  const table = tableOf(face);
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    sum += table.get(code) ?? (isHangul(code) ? HANGUL : isWide(code) ? WIDE : UNKNOWN);
  }
  return (sum * size) / 1000;
}
