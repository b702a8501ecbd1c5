// The SVG file: parses, real text, stable ids, same bytes again; and the tables it draws with.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgePaint, levelWidth, overlayOf } from '../../../renderer/graph/edge-glyph.ts';
import { createElk } from '../../../renderer/graph/elk-node.ts';
import { sceneOfGraph } from '../../../renderer/graph/scene.ts';
import { escapeXml, svgText, xmlId } from '../../../renderer/graph/svg.ts';
import { textWidth } from '../../../renderer/graph/text-width.ts';
import { cellColour, edgeColour, palettes, themeVariables } from '../../../renderer/graph/theme.ts';
import { overlayAt } from '../../../renderer/playback/overlay.ts';
import { node, trainingStep } from './sample-graphs.ts';
import { regressionTrace } from './sample-trace.ts';

const elk = createElk();
const none = new Set<string>();
const step = () => sceneOfGraph(trainingStep(), { view: 'paired', folded: none, showSaved: false }, elk);
const moment = () => overlayAt(regressionTrace(), { step: 0, phase: 'backward', op: 1 });

/** Enough of an XML reader to find what is not well formed: tags nest, attributes are quoted, entities are known. */
function checkXml(text: string): { tags: string[]; texts: string[]; ids: string[] } {
  const open: string[] = [];
  const [tags, texts, ids]: [string[], string[], string[]] = [[], [], []];
  let rest = text.replace(/^<\?xml[^?]*\?>\s*/, '');
  while (rest !== '') {
    const tag = /^<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>/.exec(rest);
    if (tag !== null) {
      if (tag[1] === '/') expect(open.pop()).toBe(tag[2]);
      else {
        tags.push(tag[2]);
        const id = / id="([^"]*)"/.exec(tag[3]);
        if (id !== null) ids.push(id[1]);
        if (tag[4] !== '/') open.push(tag[2]);
      }
      rest = rest.slice(tag[0].length);
    } else {
      const words = /^[^<]+/.exec(rest);
      expect(words, `not XML at ${rest.slice(0, 60)}`).not.toBeNull();
      const [content] = words as RegExpExecArray;
      expect(content).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/);
      if (open[open.length - 1] === 'text') texts.push(content);
      rest = rest.slice(content.length);
    }
  }
  expect(open).toEqual([]);
  return { tags, texts, ids };
}

describe('svgText', () => {
  it('is well-formed XML whose labels are text', async () => {
    const svg = svgText(await step(), moment(), { theme: 'light' });
    const { texts, ids, tags } = checkXml(svg);
    for (const label of ['0.weight', 'AccumulateGrad', 'addmm', 'AddmmBackward0', '(16, 1)', 'mse_loss', 'loss', 'Linear(1, 1)', '1.2625'])
      expect(texts).toContain(label);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('node-addmm');
    expect(tags).not.toContain('foreignObject');
    expect(svg).not.toMatch(/\d\.\d{3,}"/);
  });

  it('is short and readable', async () => {
    const svg = svgText(
      await sceneOfGraph(
        { hash: '', scopes: [], edges: [], nodes: [node('a', 'input', 'a', { shape: [2] })] },
        { view: 'paired', folded: none, showSaved: false },
        elk,
      ),
      null,
      { theme: 'dark' },
    );
    expect(svg.split('\n').filter((line) => line.includes('node-a') || line.includes('<text'))).toMatchInlineSnapshot(`
      [
        "    <g id="node-a" class="input" data-node-id="a">",
        "      <text x="36" y="46" fill="#E8EAEB" font-size="12" font-weight="600" textLength="7.2">a</text>",
        "      <text x="36" y="77" fill="#B3B9BE" font-size="11" textLength="19.8">(2)</text>",
      ]
    `);
  });

  it('gives the same bytes again, and others in the other theme', async () => {
    const [a, b] = [await step(), await step()];
    expect(svgText(a, moment(), { theme: 'light' })).toBe(svgText(b, moment(), { theme: 'light' }));
    expect(svgText(a, moment(), { theme: 'dark' })).not.toBe(svgText(a, moment(), { theme: 'light' }));
  });

  it('takes any name a script can make', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 12 }), async (name, id) => {
        const graph = {
          hash: '',
          scopes: [],
          edges: [],
          nodes: [node(`n${id}`, 'leaf', name, { shape: [1] }), node('<"&>', 'input', '한글 <b>&', { shape: [] })],
        };
        const scene = await sceneOfGraph(graph, { view: 'paired', folded: none, showSaved: false }, elk);
        checkXml(svgText(scene, null, { theme: 'light' }));
      }),
      { numRuns: 40 },
    );
  });

  it('makes ids that two different names never share', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => a === b || xmlId('n-', a) !== xmlId('n-', b)),
    );
    expect(xmlId('node-', 'model/0/addmm@22:48#1')).toBe('node-model_2f_0_2f_addmm_40_22_3a_48_23_1');
    expect(escapeXml('a\u0000<b>')).toBe('a\uFFFD&lt;b&gt;');
  });
});

describe('gradient edges', () => {
  it('wear the width and colour the trace gives, at every level', async () => {
    const scene = await step();
    const overlay = moment();
    for (const edge of scene.edges.filter((one) => one.kind === 'gradient')) {
      const shown = overlayOf(edge, overlay);
      if (shown === null || shown.state === 'pending') continue;
      const { rms, sum, sumAbs } = shown.summary as NonNullable<typeof shown.summary>;
      const t = Math.min(1, Math.max(0, (Math.log10(rms) + 6) / 6));
      const paint = edgePaint(edge, shown, 'light', 'numbers');
      expect(paint.width).toBeCloseTo(1.5 + 6.5 * t, 2);
      expect(paint.stroke).toBe(edgeColour(sum / sumAbs, 'light'));
      expect(edgePaint(edge, shown, 'light', 'names').width).toBe(levelWidth(1.5 + 6.5 * t, 'names'));
      expect(edgePaint(edge, shown, 'light', 'blocks').width).toBeGreaterThanOrEqual(1);
      expect(svgText(scene, overlay, { theme: 'light' })).toContain(`stroke="${paint.stroke}" stroke-width="${paint.width}"`);
    }
  });

  it('run from orange over grey to blue', () => {
    expect([-1, 0, 1].map((s) => edgeColour(s, 'light'))).toEqual(['#F59322', '#A9B0B6', '#0877BD']);
    expect(edgeColour(0.5, 'dark')).toBe('#4C89B1');
    expect(cellColour(0, 'light')).toBe('#E8EAEB');
  });
});

describe('text width', () => {
  it('is 0.6 em for every character of the monospace', () => {
    expect(textWidth('AddmmBackward0 −∂∑→≥√✓', 'mono', 10)).toBeCloseTo(22 * 6, 9);
  });
  it('knows Hangul and other wide characters', () => {
    expect(textWidth('한글', 'sans', 100)).toBeCloseTo(178.4, 9);
    expect(textWidth('漢字', 'mono', 100)).toBe(200);
  });
  it('differs by glyph in the sans', () => {
    expect(textWidth('iiii', 'sans', 12)).toBeLessThan(textWidth('mmmm', 'sans', 12));
  });
});

describe('contrast', () => {
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (light + 0.05) / (dark + 0.05);
  };
  it.each(['light', 'dark'] as const)('is 4.5 or more for every text on the ground it stands on (%s)', (theme) => {
    const { chrome, nodes, ramp } = palettes[theme];
    for (const paint of Object.values(nodes)) expect(contrast(paint.text, paint.fill)).toBeGreaterThanOrEqual(4.5);
    for (const ink of [chrome.ink, chrome.ink2, chrome.regionT]) expect(contrast(ink, chrome.region)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(chrome.ink2, nodes.function.fill)).toBeGreaterThanOrEqual(4.5);
    for (const text of [ramp.negativeText, ramp.positiveText]) {
      expect(contrast(text, chrome.canvas)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(text, nodes.function.fill)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(text, chrome.region)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(chrome.err, chrome.canvas)).toBeGreaterThanOrEqual(4.5);
  });
  it('hands the same tables to the window', () => {
    expect(themeVariables('light')).toMatchObject({
      '--canvas': '#FFFFFF',
      '--region-t': '#5A6066',
      '--leaf-fill': '#ADD8E6',
      '--gradient-positive': '#0877BD',
    });
  });
});
