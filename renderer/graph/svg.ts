// Scene + Overlay → a standalone SVG file as text. The only SVG writer: the window's export and the command line give the same bytes.
import type { Overlay } from '../playback/overlay-types.ts';
import { drawText, fontStacks } from './draw-text.ts';
import { edgeGlyph, tagGlyph } from './edge-glyph.ts';
import { type El, el } from './el.ts';
import { titleWidth } from './elk-graph.ts';
import { fontSize, metrics, round2 } from './metrics.ts';
import { type GlyphContext, nodeGlyph } from './node-glyph.ts';
import type { Box, Region, Scene } from './scene-types.ts';
import { textWidth } from './text-width.ts';
import { groundOf, palettes, type Theme } from './theme.ts';

export interface SvgOptions {
  readonly theme: Theme;
  /** Part of the scene to write, in graph pixels; the whole where it is left out. */
  readonly window?: Box;
  readonly title?: string;
}

/** The drawing's own style: fonts only, colours stand on the elements. */
export const drawingStyle = `text{font-family:${fontStacks.mono};font-variant-numeric:tabular-nums;white-space:pre}.sans{font-family:${fontStacks.sans}}`;

/** Letters, digits, `_ - .` stay, all else becomes `_` and its code point: an XML name that two graph ids never share. */
export const xmlId = (prefix: string, id: string): string =>
  prefix + [...id].map((c) => (/[A-Za-z0-9.-]/.test(c) ? c : `_${(c.codePointAt(0) as number).toString(16)}_`)).join('');

/** Shared definitions: the 45° hatching of errors and NaN. */
export function definitions(theme: Theme, prefix: string): El {
  const { err } = palettes[theme].chrome;
  return el(
    'defs',
    {},
    el(
      'pattern',
      { id: `${prefix}hatch`, width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      el('rect', { width: 2.5, height: 7, fill: err, 'fill-opacity': theme === 'light' ? 0.5 : 0.55 }),
    ),
  );
}

/** An open scope: its ground and its title, as much of it as fits; `size` 0 leaves it out. */
export function regionGlyph(region: Region, theme: Theme, size: number = fontSize.name): El[] {
  const { chrome } = palettes[theme];
  const { x, y, width, height } = region.box;
  const left = x + 16;
  const parts = [el('rect', { class: 'ground', x, y, width, height, rx: metrics.regionRadius, fill: groundOf(region, theme) })];
  const nameWidth = textWidth(region.name, 'mono', size);
  const room = width - 32;
  const baseline = round2(y + 17 + size / 3);
  if (size === 0 || size > metrics.regionPadding.top * 0.85 || nameWidth > room) return parts;
  parts.push(drawText(left, baseline, region.name, { size, fill: chrome.ink, weight: 600 }));
  if (nameWidth + 8 + textWidth(region.label, 'mono', size) <= Math.min(room, titleWidth(region) + 8))
    parts.push(drawText(left + nameWidth + 8, baseline, region.label, { size, fill: chrome.regionT }));
  return parts;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Control characters cannot stand in XML 1.0 at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones XML forbids
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/gu;
export const escapeXml = (text: string): string => text.replace(forbidden, '\uFFFD').replace(/[&<>"']/g, (c) => escapes[c]);

/** One element per line, indented by depth; texts stay on the line of their element. */
function write(element: El, depth: number, out: string[]): void {
  const indent = '  '.repeat(depth);
  const attributes = Object.entries(element.attrs)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
  const open = `${indent}<${element.tag}${attributes}`;
  if (element.children.length === 0) out.push(`${open}/>`);
  else if (element.children.every((child) => typeof child === 'string'))
    out.push(`${open}>${element.children.map((child) => escapeXml(child as string)).join('')}</${element.tag}>`);
  else {
    out.push(`${open}>`);
    for (const child of element.children) if (typeof child !== 'string') write(child, depth + 1, out);
    out.push(`${indent}</${element.tag}>`);
  }
}

/** Deterministic: the same Scene, Overlay and options give the same bytes in every host. */
export function svgText(scene: Scene, overlay: Overlay | null, options: SvgOptions): string {
  const { theme } = options;
  const context: GlyphContext = { theme, level: 'numbers', nameSize: 12, overlay, prefix: 'nabla-' };
  const view = options.window ?? { x: 0, y: 0, width: scene.width, height: scene.height };
  const group = (className: string, children: readonly El[]) => el('g', { class: className }, ...children);
  const tags = scene.edges.map((edge) => tagGlyph(edge, context)).filter((tag) => tag !== null);
  const root = el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: view.width,
      height: view.height,
      viewBox: `${view.x} ${view.y} ${view.width} ${view.height}`,
    },
    el('title', {}, options.title ?? 'Computation graph'),
    el('style', {}, drawingStyle),
    definitions(theme, 'nabla-'),
    el('rect', { x: view.x, y: view.y, width: view.width, height: view.height, fill: palettes[theme].chrome.canvas }),
    group(
      'regions',
      scene.regions.map((region) =>
        el('g', { id: xmlId('region-', region.id), 'data-scope-id': region.id }, ...regionGlyph(region, theme)),
      ),
    ),
    group(
      'edges',
      scene.edges.map((edge) =>
        el('g', { id: xmlId('edge-', edge.id), class: edge.kind, 'data-edge-id': edge.id }, ...edgeGlyph(scene, edge, context)),
      ),
    ),
    group(
      'nodes',
      scene.nodes.map((node) =>
        el('g', { id: xmlId('node-', node.id), class: node.role, 'data-node-id': node.id }, ...nodeGlyph(node, context)),
      ),
    ),
    ...(tags.length === 0 ? [] : [group('tags', tags)]),
  );
  const out = ['<?xml version="1.0" encoding="UTF-8"?>'];
  write(root, 0, out);
  return `${out.join('\n')}\n`;
}
