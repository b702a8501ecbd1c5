// One line of text as an element, with the length the width table gives it, so that every viewer keeps it in its box.
import { type El, el } from './el.ts';
import { round2 } from './metrics.ts';
import { type FontFace, textWidth } from './text-width.ts';

export const fontStacks = {
  mono: "'IBM Plex Mono', ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  sans: "'IBM Plex Sans', 'IBM Plex Sans KR', system-ui, 'Segoe UI', 'Noto Sans', sans-serif",
} as const;

export interface TextStyle {
  readonly size: number;
  readonly fill: string;
  readonly weight?: 400 | 500 | 600;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly face?: FontFace;
}

/** `x` is the left end, middle or right end of the baseline, as `anchor` says. */
export function drawText(x: number, y: number, text: string, style: TextStyle): El {
  const { size, fill, weight = 400, anchor = 'start', face = 'mono' } = style;
  const attrs: Record<string, string | number> = { x: round2(x), y: round2(y), fill, 'font-size': round2(size) };
  if (weight !== 400) attrs['font-weight'] = weight;
  if (anchor !== 'start') attrs['text-anchor'] = anchor;
  if (face !== 'mono') attrs.class = 'sans';
  const width = textWidth(text, face, size);
  if (width > 0) attrs.textLength = round2(width);
  return el('text', attrs, text);
}
