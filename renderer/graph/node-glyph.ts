// How one box looks: its faces, their texts and strips, at each of the three zoom levels. Pure; values come from the Overlay.
import type { FaceOverlay, Overlay } from '../playback/overlay-types.ts';
import { isQuiet } from './box-size.ts';
import { drawText } from './draw-text.ts';
import { type El, el } from './el.ts';
import { faceContent } from './face-glyph.ts';
import { fontSize, metrics, round2 } from './metrics.ts';
import type { Box, Face, SceneNode } from './scene-types.ts';
import { textWidth } from './text-width.ts';
import { type NodeColour, type NodePaint, palettes, type Theme } from './theme.ts';

export type Level = 'blocks' | 'names' | 'numbers';

export interface GlyphContext {
  readonly theme: Theme;
  readonly level: Level;
  /** At "names": size of the one text in graph pixels, so that it shows at 9 px or more. */
  readonly nameSize: number;
  readonly overlay: Overlay | null;
  /** Prefix of ids of shared definitions (hatching), different for each drawing on a page. */
  readonly prefix: string;
}

const colourOf: Readonly<Record<Face['kind'], NodeColour>> = {
  op: 'op',
  backward: 'function',
  leaf: 'leaf',
  input: 'op',
  saved: 'saved',
  output: 'output',
  base: 'base',
};

const at = (box: Box): Record<string, number> => ({ x: box.x, y: box.y, width: box.width, height: box.height });
const grow = (box: Box, by: number): Box => ({
  x: round2(box.x - by),
  y: round2(box.y - by),
  width: round2(box.width + 2 * by),
  height: round2(box.height + 2 * by),
});

/** One half of a box with only its outer corners round. */
function halfPath({ x, y, width, height }: Box, side: 'left' | 'right', radius: number): string {
  const [r, b] = [round2(x + width), round2(y + height)];
  return side === 'left'
    ? `M${r} ${y}H${round2(x + radius)}a${radius} ${radius} 0 0 0 ${-radius} ${radius}V${round2(b - radius)}a${radius} ${radius} 0 0 0 ${radius} ${radius}H${r}Z`
    : `M${x} ${y}H${round2(r - radius)}a${radius} ${radius} 0 0 1 ${radius} ${radius}V${round2(b - radius)}a${radius} ${radius} 0 0 1 ${-radius} ${radius}H${x}Z`;
}

/** The face that runs now lights the whole box. */
export const isRunning = (node: SceneNode, overlay: Overlay | null): boolean =>
  node.faces.some((face) => overlay?.faces.get(face.nodeId)?.state === 'running');

/** The box's first colour: what kind of thing it is. */
function paintOf(node: SceneNode, theme: Theme): NodePaint {
  const { nodes, chrome } = palettes[theme];
  if (node.role === 'scope') return { fill: chrome.region, border: chrome.line2, text: chrome.ink };
  return nodes[colourOf[node.faces[0].kind]];
}

/** The texts a box may have at "names", best first: a folded module with its label, else alone; a dotted name, else its ends; the shape of what has none. */
function namesOf({ role, title, label, faces }: SceneNode): readonly string[] {
  if (role === 'scope') return [`${title} ${label}`.trim(), title];
  const name = faces[0].name || faces[0].shape;
  if (faces[0].kind !== 'leaf') return [name];
  const parts = name.split('.');
  return parts.map((_, at) => parts.slice(at).join('.'));
}

/** Everything inside the node's group, from back to front. */
export function nodeGlyph(node: SceneNode, context: GlyphContext): El[] {
  const { theme, level, overlay, prefix } = context;
  const { chrome, nodes } = palettes[theme];
  const paint = paintOf(node, theme);
  const radius = metrics.nodeRadius;
  const parts: El[] = [];
  if (isRunning(node, overlay))
    parts.push(
      el('rect', {
        class: 'halo',
        ...at(grow(node.box, 3.5)),
        rx: radius + 3.5,
        fill: 'none',
        stroke: chrome.accent,
        'stroke-width': 7,
        'stroke-opacity': 0.13,
      }),
    );
  if (node.error !== null) return [...parts, ...errorGlyph(node, context)];

  const paired = node.faces.length === 2 && level !== 'names';
  parts.push(
    el('rect', { class: 'body', ...at(node.box), rx: radius, fill: level === 'blocks' && node.role === 'op' ? paint.border : paint.fill }),
  );
  if (paired) {
    const [, right] = node.faces;
    const colours = nodes[colourOf[right.kind]];
    parts.push(
      el('path', { d: halfPath(right.box, 'right', radius), fill: level === 'blocks' && node.role === 'op' ? chrome.line2 : colours.fill }),
    );
    parts.push(el('path', { d: `M${right.box.x} ${right.box.y}v${right.box.height}`, stroke: paint.border, 'stroke-width': 1 }));
  }
  if (level !== 'names')
    for (const face of node.faces)
      if (overlay?.faces.get(face.nodeId)?.nan)
        parts.push(
          el('path', {
            d: paired ? halfPath(face.box, face === node.faces[0] ? 'left' : 'right', radius) : boxPath(node.box, radius),
            fill: `url(#${prefix}hatch)`,
          }),
        );
  const dotted: Record<string, string> = node.role === 'base' ? { 'stroke-dasharray': '2 3' } : {};
  parts.push(
    el('rect', { class: 'border', ...at(node.box), rx: radius, fill: 'none', stroke: paint.border, 'stroke-width': 1, ...dotted }),
  );
  if (level === 'names') parts.push(...nameGlyph(node, paint.text, context.nameSize));
  if (level === 'numbers') {
    if (node.role === 'scope') parts.push(...scopeContent(node, theme));
    for (const face of node.faces)
      parts.push(...faceContent(node, face, overlay?.faces.get(face.nodeId) ?? null, textOf(node, face, theme, overlay), theme));
  }
  return parts;
}

const boxPath = (box: Box, radius: number): string =>
  `M${round2(box.x + radius)} ${box.y}h${round2(box.width - 2 * radius)}a${radius} ${radius} 0 0 1 ${radius} ${radius}v${round2(box.height - 2 * radius)}a${radius} ${radius} 0 0 1 ${-radius} ${radius}h${round2(2 * radius - box.width)}a${radius} ${radius} 0 0 1 ${-radius} ${-radius}v${round2(2 * radius - box.height)}a${radius} ${radius} 0 0 1 ${radius} ${-radius}Z`;

/** Text colours of a face; a backward face that waits is quieter. */
function textOf(node: SceneNode, face: Face, theme: Theme, overlay: Overlay | null): { text: string; second: string; quiet: boolean } {
  const { chrome, nodes } = palettes[theme];
  const paint = nodes[colourOf[face.kind]];
  const pending =
    node.faces.length === 2 && face.kind === 'backward' && (overlay?.faces.get(face.nodeId)?.state ?? 'pending') === 'pending';
  const quiet = pending || (node.faces.length === 2 && isQuiet(face, node.faces[0].name));
  const coloured = face.kind === 'leaf' || face.kind === 'saved' || face.kind === 'output' || face.kind === 'base';
  return { text: quiet ? chrome.ink2 : paint.text, second: coloured ? paint.text : chrome.ink2, quiet };
}

/** The name alone, in the middle; it leaves where it would not fit. */
function nameGlyph(node: SceneNode, fill: string, size: number): El[] {
  const room = node.box.width - 6;
  const name = namesOf(node).find((text) => textWidth(text, 'mono', size) <= room);
  if (size > node.box.height * 0.8 || name === undefined) return [];
  return [
    drawText(node.box.x + node.box.width / 2, node.box.y + node.box.height / 2 + size * 0.35, name, {
      size,
      fill,
      weight: 600,
      anchor: 'middle',
    }),
  ];
}

/** A folded scope: its name, its label, how many nodes it holds, and the sign that opens it. */
function scopeContent(node: SceneNode, theme: Theme): El[] {
  const { chrome } = palettes[theme];
  const { x, y, width } = node.box;
  const count = `${node.folded ?? 0} nodes`;
  const plusX = x + width - metrics.pad - 5;
  return [
    drawText(x + metrics.pad, y + 24, node.title, { size: fontSize.name, fill: chrome.ink, weight: 600 }),
    drawText(x + metrics.pad, y + 44, node.label, { size: fontSize.shape, fill: chrome.regionT }),
    drawText(x + width - metrics.pad, y + 44, count, { size: fontSize.shape, fill: chrome.regionT, anchor: 'end' }),
    el('path', {
      d: `M${round2(plusX - 4.5)} ${y + 20}h9m-4.5 -4.5v9`,
      stroke: chrome.ink2,
      'stroke-width': 1.5,
      'stroke-linecap': 'round',
      fill: 'none',
    }),
  ];
}

/** 45° hatching under a clear plate: the op that failed. */
function errorGlyph(node: SceneNode, { theme, level, nameSize, prefix }: GlyphContext): El[] {
  const { chrome } = palettes[theme];
  const radius = metrics.nodeRadius;
  const parts = [
    el('rect', { class: 'body', ...at(node.box), rx: radius, fill: chrome.canvas }),
    el('rect', { ...at(node.box), rx: radius, fill: `url(#${prefix}hatch)` }),
    el('rect', { class: 'border', ...at(node.box), rx: radius, fill: 'none', stroke: chrome.err, 'stroke-width': 2 }),
  ];
  if (level === 'blocks') return parts;
  const plate = grow(node.box, -11);
  parts.push(el('rect', { ...at(plate), fill: chrome.canvas }));
  if (level === 'names') return [...parts, ...nameGlyph(node, chrome.ink, nameSize)];
  const [face] = node.faces;
  const middle = node.box.y + node.box.height / 2;
  parts.push(drawText(plate.x + 11, middle - 5, face?.name ?? node.title, { size: fontSize.name, fill: chrome.ink, weight: 600 }));
  parts.push(drawText(plate.x + 11, middle + 14, face?.shape || 'failed', { size: fontSize.name, fill: chrome.err }));
  return parts;
}

/** What a screen reader says of a node. */
export function nodeLabel(node: SceneNode, overlay: Overlay | null): string {
  if (node.role === 'scope') return `${node.title} ${node.label}, folded, ${node.folded ?? 0} nodes`;
  const parts = node.faces.map((face) => {
    const shown: FaceOverlay | undefined = overlay?.faces.get(face.nodeId);
    return [
      face.name || face.kind,
      face.shape,
      shown?.before === null || shown?.before === undefined ? '' : `from ${shown.before} to`,
      shown?.text ?? shown?.range ?? '',
    ]
      .filter((part) => part !== '')
      .join(' ');
  });
  return parts.join('; ') + (node.error === null ? '' : `; failed: ${node.error}`);
}
