import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { themeVariables } from '../../../renderer/graph/theme.ts';

const css = readFileSync(new URL('../../../renderer/ui/tokens.css', import.meta.url), 'utf8');

function block(theme: 'light' | 'dark'): Map<string, string> {
  const text = css.slice(css.search(new RegExp(`\\[data-theme=["']${theme}["']\\]`))).split('}')[0];
  return new Map([...text.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a: string, b: string): number => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

describe.each(['light', 'dark'] as const)('tokens, %s', (theme) => {
  const tokens = block(theme);
  const value = (name: string): string => tokens.get(`--${name}`) ?? '';

  it('are the drawing’s own colours', () => {
    for (const [name, colour] of Object.entries(themeVariables(theme)))
      expect([name, tokens.get(name)]).toEqual([name, colour.toLowerCase()]);
  });

  it('can be read: every text colour on every surface it is used on', () => {
    const texts = ['ink', 'ink2', 'ink3', 'accent', 'err', 'keyword', 'string', 'number'];
    for (const text of texts)
      for (const surface of ['canvas', 'panel'])
        expect([text, surface, contrast(value(text), value(surface)) >= 4.5]).toEqual([text, surface, true]);
    for (const [text, surface] of [
      ['on-accent', 'accent'],
      ['err', 'err-s'],
      ['ink', 'err-s'],
      ['accent', 'asoft'],
      ['ink2', 'hover'],
      ['ink3', 'hover'],
      ['ink2', 'raised'],
      ['gradient-negative-text', 'panel'],
      ['gradient-positive-text', 'panel'],
    ])
      expect([text, surface, contrast(value(text), value(surface)) >= 4.5]).toEqual([text, surface, true]);
  });
});
