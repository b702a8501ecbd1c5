// The drawn graph: keeps one SVG in step with a Scene, an Overlay, a theme and what is selected or hovered. No React in here:
// zooming, hovering and playback touch only the elements that change.
import { select } from 'd3-selection';
import 'd3-transition';
import { type ZoomTransform, zoomIdentity } from 'd3-zoom';
import { edgeGlyph, edgePaint, overlayOf, tagGlyph } from '../graph/edge-glyph.ts';
import { drawingMargin } from '../graph/layout.ts';
import { metrics } from '../graph/metrics.ts';
import { type GlyphContext, type Level, nodeGlyph, nodeLabel } from '../graph/node-glyph.ts';
import type { Box, Scene, SceneEdge, SceneNode } from '../graph/scene-types.ts';
import { definitions, regionGlyph } from '../graph/svg.ts';
import { palettes, type Theme } from '../graph/theme.ts';
import type { Overlay } from '../playback/overlay-types.ts';
import { isNextOp } from '../playback/playhead.ts';
import { fill, svgElement, toDom } from './dom.ts';
import { fadeIn, glide, glideEase, offsetBetween, pinnedView, placesOf } from './glide.ts';
import { type Neighbourhood, neighbourhoods } from './neighbourhood.ts';
import { type Pulse, pulse } from './pulse.ts';
import { glideMs, type Insets, levelAt, nameSizeAt, smallestArrival, type Viewport, viewport } from './viewport.ts';

const arriveMs = 200;

export interface DrawingOptions {
  readonly theme: Theme;
  readonly insets: Insets;
  readonly still: () => boolean;
  /** Duration of a pulse now, in ms; below 60 it jumps. */
  readonly pulseMs: () => number;
  readonly onViewport: (transform: ZoomTransform) => void;
}

let drawings = 0;

/** One drawing in one `<svg>`. */
export class Drawing {
  readonly #svg: SVGSVGElement;
  readonly #options: DrawingOptions;
  readonly #prefix = `nabla-${++drawings}-`;
  readonly #view: Viewport;
  readonly #layers: Record<'defs' | 'stage' | 'regions' | 'edges' | 'nodes' | 'pulses' | 'tags' | 'rings', SVGGElement>;
  #theme: Theme;
  #insets: Insets;
  #scene: Scene | null = null;
  #overlay: Overlay | null = null;
  #level: Level = 'numbers';
  #nameSize = 12;
  #selection: string | null = null;
  #lit: ReadonlySet<string> = new Set();
  #hovered: string | null = null;
  #nodes = new Map<string, { node: SceneNode; group: SVGGElement; drawn: string }>();
  #edges = new Map<string, { edge: SceneEdge; group: SVGGElement; drawn: string }>();
  #around = new Map<string, Neighbourhood>();
  #pulses: Pulse[] = [];

  constructor(svg: SVGSVGElement, options: DrawingOptions) {
    this.#svg = svg;
    this.#options = options;
    this.#theme = options.theme;
    this.#insets = options.insets;
    const defs = svgElement('g');
    const stage = svgElement('g', { class: 'stage' });
    const layer = (name: string) => stage.appendChild(svgElement('g', { class: name }));
    this.#layers = {
      defs,
      stage,
      regions: layer('regions'),
      edges: layer('edges'),
      nodes: layer('nodes'),
      pulses: layer('pulses'),
      tags: layer('tags'),
      rings: layer('rings'),
    };
    svg.replaceChildren(defs, stage);
    svg.dataset.level = this.#level;
    this.#view = viewport(svg, (transform) => this.#moved(transform));
    this.setTheme(options.theme);
  }

  get scene(): Scene | null {
    return this.#scene;
  }
  get transform(): ZoomTransform {
    return this.#view.transform;
  }
  get level(): Level {
    return this.#level;
  }
  get viewMoved(): boolean {
    return this.#view.moved;
  }

  destroy(): void {
    this.#finishPulses();
    this.#view.destroy();
    this.#svg.replaceChildren();
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    fill(this.#layers.defs, [definitions(theme, this.#prefix)]);
    this.#paintAll();
  }

  setInsets(insets: Insets): void {
    this.#insets = insets;
  }

  /** What the graph covers, without the empty border. */
  contentBox(): Box {
    const { width, height } = this.#scene ?? { width: 0, height: 0 };
    return {
      x: drawingMargin,
      y: drawingMargin,
      width: Math.max(0, width - 2 * drawingMargin),
      height: Math.max(0, height - 2 * drawingMargin),
    };
  }

  /** All of it in sight. */
  fit(): void {
    this.#view.fit(this.contentBox(), this.#insets, !this.#options.still());
  }

  /** As a picture is first met: all of it where its names can be read so, else its upper end. */
  arrive(): void {
    this.#view.fit(this.contentBox(), this.#insets, false, smallestArrival);
  }

  zoomBy(factor: number): void {
    this.#view.scaleBy(factor);
  }

  /** Puts graph point (x, y) into the middle of the view. */
  centre(x: number, y: number): void {
    const { k } = this.#view.transform;
    this.#view.set(zoomIdentity.translate(this.#svg.clientWidth / 2 - x * k, this.#svg.clientHeight / 2 - y * k).scale(k), false);
  }

  reveal(id: string): void {
    const node = this.#scene?.nodes.find((one) => one.id === id || one.faces.some((face) => face.nodeId === id));
    if (node !== undefined) this.#view.reveal(node.box, this.#insets, !this.#options.still());
  }

  /** `pin`: the scope just toggled; it stays where it was on screen. */
  setScene(scene: Scene | null, pin: string | null): void {
    const before = this.#scene;
    if (scene === before) return;
    this.#finishPulses();
    const places = placesOf(before);
    const old = this.#view.transform;
    this.#scene = scene;
    this.#hovered = null;
    const hadFocus = this.#svg.contains(document.activeElement);
    this.#build();
    if (hadFocus) this.#refocus();
    const related = before !== null && scene !== null && before.view === scene.view && scene.nodes.some((node) => places.has(node.id));
    const pinned = related && pin !== null ? pinnedView(before as Scene, scene as Scene, pin, old) : null;
    if (pinned !== null) this.#view.set(pinned, false);
    else if (!related || !this.#view.moved) this.arrive();
    // Another graph is another picture: only folds and views of the same one glide.
    if (!related || scene === null || before?.graphHash !== scene.graphHash || this.#options.still()) return;
    const now = this.#view.transform;
    const move = (group: Element | undefined, id: string, box: Box) => {
      const from = places.get(id);
      if (group !== undefined) glide(group as SVGElement, from === undefined ? null : offsetBetween(from, box, old, now));
    };
    for (const { node, group } of this.#nodes.values()) move(group, node.id, node.box);
    for (const [i, region] of scene.regions.entries()) move(this.#layers.regions.children[i], `region:${region.id}`, region.box);
    fadeIn(this.#layers.edges);
    fadeIn(this.#layers.rings, glideMs, 80);
  }

  /** Keys go on working when the focused box was replaced. */
  #refocus(): void {
    const selected = [...this.#nodes.values()].find(({ node }) => this.#isSelected(node));
    (selected?.group ?? this.#svg).focus({ preventScroll: true });
  }

  setOverlay(overlay: Overlay | null): void {
    const before = this.#overlay;
    if (overlay === before) return;
    this.#finishPulses();
    this.#overlay = overlay;
    const arrived = this.#paintAll();
    if (before?.playhead !== overlay?.playhead) this.#follow();
    if (!this.#options.still() && isNextOp(before?.playhead ?? null, overlay?.playhead ?? null)) this.#animate(arrived);
  }

  /** Keeps what runs in sight while nobody has moved the picture. */
  #follow(): void {
    if (this.#view.moved) return;
    const running = this.#scene?.nodes.find((node) =>
      node.faces.some((face) => this.#overlay?.faces.get(face.nodeId)?.state === 'running'),
    );
    if (running !== undefined) this.#view.reveal(running.box, this.#insets, !this.#options.still());
  }

  setSelection(selection: string | null): void {
    this.#selection = selection;
    this.#paintRings();
    for (const { node, group } of this.#nodes.values()) {
      const on = this.#isSelected(node);
      group.setAttribute('aria-pressed', String(on));
      group.setAttribute('tabindex', on ? '0' : '-1');
    }
    if (![...this.#nodes.values()].some(({ node }) => this.#isSelected(node)))
      this.#nodes.values().next().value?.group.setAttribute('tabindex', '0');
  }

  setLit(ids: readonly string[]): void {
    this.#lit = new Set(ids);
    this.#paintRings();
  }

  setHovered(id: string | null): void {
    if (id === this.#hovered) return;
    this.#hovered = id;
    const near = id === null ? null : this.#around.get(id);
    for (const [nodeId, { group }] of this.#nodes) {
      group.classList.toggle('dim', near != null && !near.nodes.has(nodeId));
      group.classList.toggle('hovered', nodeId === id);
    }
    for (const [edgeId, { group }] of this.#edges) {
      group.classList.toggle('dim', near != null && !near.edges.has(edgeId));
      group.classList.toggle('lit', near?.edges.has(edgeId) ?? false);
    }
    for (const tag of this.#layers.tags.children)
      tag.classList.toggle('dim', near != null && !near.edges.has(tag.getAttribute('data-edge-id') ?? ''));
  }

  /** The scene node at a DOM target, null on empty ground. */
  nodeAt(target: EventTarget | null): SceneNode | null {
    const group = target instanceof Element ? target.closest('[data-node-id]') : null;
    return group === null ? null : (this.#nodes.get(group.getAttribute('data-node-id') ?? '')?.node ?? null);
  }

  /** The open scope whose title or ground is at a DOM target. */
  regionAt(target: EventTarget | null): string | null {
    return target instanceof Element ? (target.closest('[data-scope-id]')?.getAttribute('data-scope-id') ?? null) : null;
  }

  focusNode(id: string): void {
    this.#nodes.get(id)?.group.focus({ preventScroll: true });
  }

  #moved(transform: ZoomTransform): void {
    this.#layers.stage.setAttribute('transform', transform.toString());
    const level = levelAt(transform.k);
    const nameSize = level === 'names' ? nameSizeAt(transform.k) : 12;
    if (level !== this.#level || nameSize !== this.#nameSize) {
      this.#level = level;
      this.#nameSize = nameSize;
      this.#svg.dataset.level = level;
      this.#finishPulses();
      this.#paintAll();
      this.#paintRegions();
    }
    this.#options.onViewport(transform);
  }

  #context(): GlyphContext {
    return { theme: this.#theme, level: this.#level, nameSize: this.#nameSize, overlay: this.#overlay, prefix: this.#prefix };
  }

  /** Groups for the scene's boxes and edges, made anew; their contents follow from paint. */
  #build(): void {
    const { nodes, edges } = this.#layers;
    const scene = this.#scene;
    this.#nodes = new Map();
    this.#edges = new Map();
    this.#around = neighbourhoods(scene);
    nodes.replaceChildren();
    edges.replaceChildren();
    for (const edge of scene?.edges ?? []) {
      const group = svgElement('g', {
        class: `edge ${edge.kind}`,
        'data-edge-id': edge.id,
        'data-from': edge.from,
        'data-to': edge.to,
        'data-graph-edges': edge.graphEdges.join(' '),
      });
      edges.append(group);
      this.#edges.set(edge.id, { edge, group, drawn: '' });
    }
    for (const node of scene?.nodes ?? []) {
      const group = svgElement('g', { class: `node ${node.role}`, 'data-node-id': node.id, role: 'button', tabindex: -1 });
      nodes.append(group);
      this.#nodes.set(node.id, { node, group, drawn: '' });
    }
    this.#paintRegions();
    this.#paintAll();
    this.setSelection(this.#selection);
  }

  #paintRegions(): void {
    const groups = (this.#scene?.regions ?? []).map((region) => {
      const group = svgElement('g', { class: 'region', 'data-scope-id': region.id });
      fill(group, regionGlyph(region, this.#theme, this.#level === 'blocks' ? 0 : this.#nameSize));
      return group;
    });
    this.#layers.regions.replaceChildren(...groups);
  }

  /** Repaints what looks different now; returns the nodes that changed. */
  #paintAll(): SceneNode[] {
    const context = this.#context();
    const scene = this.#scene;
    if (scene === null) return [];
    const changed: SceneNode[] = [];
    const look = `${this.#theme} ${this.#level} ${this.#nameSize}`;
    for (const entry of this.#nodes.values()) {
      const key = `${look} ${entry.node.faces.map((face) => JSON.stringify(this.#overlay?.faces.get(face.nodeId) ?? null)).join()}`;
      if (key === entry.drawn) continue;
      if (entry.drawn.startsWith(look)) changed.push(entry.node);
      entry.drawn = key;
      fill(entry.group, nodeGlyph(entry.node, context));
      entry.group.setAttribute('aria-label', nodeLabel(entry.node, this.#overlay));
    }
    const tags: SVGElement[] = [];
    for (const entry of this.#edges.values()) {
      const shown = overlayOf(entry.edge, this.#overlay);
      const { state, t, s, nan, vanishing } = shown ?? { state: '', t: 0, s: 0, nan: false, vanishing: false };
      const key = `${look} ${state} ${t} ${s} ${nan} ${vanishing}`;
      if (key !== entry.drawn) {
        entry.drawn = key;
        fill(entry.group, edgeGlyph(scene, entry.edge, context));
        const paint = edgePaint(entry.edge, shown, this.#theme, this.#level);
        entry.group.classList.toggle('ribbon', paint.ribbon);
        entry.group.dataset.state = state;
        entry.group.dataset.width = String(shown?.width ?? paint.width);
      }
      const tag = tagGlyph(entry.edge, context);
      if (tag !== null) {
        const element = toDom(tag);
        element.setAttribute('data-edge-id', entry.edge.id);
        tags.push(element);
      }
    }
    this.#layers.tags.replaceChildren(...tags);
    this.#paintRings();
    return changed;
  }

  #isSelected(node: SceneNode): boolean {
    return this.#selection !== null && (node.id === this.#selection || node.faces.some((face) => face.nodeId === this.#selection));
  }

  #paintRings(): void {
    const { accent } = palettes[this.#theme].chrome;
    const ring = ({ box }: SceneNode, out: number, width: number) =>
      svgElement('rect', {
        x: box.x - out,
        y: box.y - out,
        width: box.width + 2 * out,
        height: box.height + 2 * out,
        rx: metrics.nodeRadius + out,
        fill: 'none',
        stroke: accent,
        'stroke-width': width,
      });
    const rings: SVGElement[] = [];
    for (const { node } of this.#nodes.values()) {
      if (this.#isSelected(node)) rings.push(ring(node, 3, 2));
      else if (node.faces.some((face) => this.#lit.has(face.nodeId)) || this.#lit.has(node.id)) rings.push(ring(node, 0, 1.5));
    }
    this.#layers.rings.replaceChildren(...rings);
  }

  /** What just happened moves: gradients travel, numbers arrive. */
  #animate(changed: readonly SceneNode[]): void {
    const { chrome } = palettes[this.#theme];
    const duration = this.#options.pulseMs();
    if (duration < 60) return;
    for (const { edge, group } of this.#edges.values()) {
      const shown = overlayOf(edge, this.#overlay);
      if (edge.kind !== 'gradient' || shown?.state !== 'running' || this.#level === 'blocks') continue;
      const { stroke } = edgePaint(edge, shown, this.#theme, this.#level);
      this.#pulses.push(pulse(this.#layers.pulses, group, edge.route, stroke, chrome.pend, chrome.canvas, duration));
    }
    for (const node of changed) {
      if (!node.faces.some((face) => this.#overlay?.faces.get(face.nodeId)?.state === 'running')) continue;
      const group = this.#nodes.get(node.id)?.group;
      if (group !== undefined)
        select(group)
          .selectAll<SVGElement, unknown>('text, .cell')
          .attr('opacity', 0.25)
          .transition()
          .duration(arriveMs)
          .ease(glideEase)
          .attr('opacity', 1);
    }
  }

  #finishPulses(): void {
    for (const one of this.#pulses.splice(0)) one.finish();
  }
}
