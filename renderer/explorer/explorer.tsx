// The drawn graph in the window: hands props to the Drawing, and turns pointer and keys into selection, folds and walks.
// The inspector beside it is another place.
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useMemo, useRef, useState } from 'react';
import type { Scene } from '../graph/scene-types.ts';
import type { Theme } from '../graph/theme.ts';
import type { Overlay } from '../playback/overlay-types.ts';
import { viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { registerGraph } from '../ui/graph-control.ts';
import { Drawing } from './drawing.ts';
import './explorer.css';
import { Legend } from './legend.tsx';
import { Minimap } from './minimap.tsx';
import { SearchBar } from './search-bar.tsx';
import { searchHits } from './search-hits.ts';
import { TextTwin } from './text-twin.tsx';
import type { Insets } from './viewport.ts';
import { walk } from './walk.ts';

export interface ExplorerProps {
  readonly scene: Scene;
  readonly overlay: Overlay | null;
  readonly theme: Theme;
  /** A graph node's id, or `scope:…` of a folded scope. */
  readonly selection: string | null;
  /** Graph nodes to light: those of a clicked line. */
  readonly lit: ReadonlySet<string>;
  readonly legend: boolean;
  readonly onSelect: (id: string | null) => void;
  readonly onToggleScope: (scopeId: string, open: boolean) => void;
}

/** The toolbar floats at the top. */
const insets: Insets = { top: 46, right: 12, bottom: 6, left: 12 };
const pulseMs = 280;

const prefersStill = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

export const Explorer = memo(function Explorer(props: ExplorerProps) {
  const { scene, overlay, theme, selection, lit, legend, onSelect, onToggleScope } = props;
  const root = useRef<HTMLDivElement>(null);
  const canvas = useRef<SVGSVGElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const pin = useRef<string | null>(null);
  const [viewListeners] = useState(() => new Set<() => void>());
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const svg = canvas.current as SVGSVGElement;
    const made = new Drawing(svg, {
      theme: latest.current.theme,
      insets,
      still: prefersStill,
      pulseMs: () => Math.max(1, pulseMs / viewStore.getState().speed),
      onViewport: () => {
        for (const listener of viewListeners) listener();
      },
    });
    drawing.current = made;
    let hit = -1;
    const unregister = registerGraph({
      fit: () => made.fit(),
      focus: () => svg.focus(),
      nextHit(direction) {
        const current = made.scene;
        const hits = current === null ? [] : searchHits(current, viewStore.getState().search);
        if (hits.length === 0) return;
        hit =
          ((((hits.indexOf(viewStore.getState().selection ?? '') === -1 ? hit : hits.indexOf(viewStore.getState().selection ?? '')) +
            direction) %
            hits.length) +
            hits.length) %
          hits.length;
        latest.current.onSelect(hits[hit]);
        made.reveal(hits[hit]);
      },
    });
    const resized = new ResizeObserver(() => {
      if (!made.viewMoved) made.arrive();
      for (const listener of viewListeners) listener();
    });
    resized.observe(svg);
    return () => {
      resized.disconnect();
      unregister();
      made.destroy();
      drawing.current = null;
    };
  }, [viewListeners]);

  useEffect(() => drawing.current?.setTheme(theme), [theme]);
  useEffect(() => {
    drawing.current?.setScene(scene, pin.current);
    pin.current = null;
  }, [scene]);
  useEffect(() => drawing.current?.setOverlay(overlay), [overlay]);
  useEffect(() => drawing.current?.setSelection(selection), [selection]);
  useEffect(() => drawing.current?.setLit([...lit]), [lit]);

  const toggle = (scopeId: string, open: boolean) => {
    pin.current = scopeId;
    onToggleScope(scopeId, open);
  };
  const hover = (event: MouseEvent) => drawing.current?.setHovered(drawing.current.nodeAt(event.target)?.id ?? null);
  const click = (event: MouseEvent) => {
    const node = drawing.current?.nodeAt(event.target) ?? null;
    if (node === null) onSelect(null);
    else onSelect(faceAt(node, event, drawing.current as Drawing));
  };
  const doubleClick = (event: MouseEvent) => {
    const node = drawing.current?.nodeAt(event.target) ?? null;
    const region = node === null ? (drawing.current?.regionAt(event.target) ?? null) : null;
    if (node?.role === 'scope') toggle(node.scope, true);
    else if (region !== null) toggle(region, false);
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const node = scene.nodes.find((one) => one.id === selection || one.faces.some((face) => face.nodeId === selection)) ?? null;
    // A module just opened is no box any more, but still what is selected.
    const selectedScope = node?.scope ?? (selection?.startsWith('scope:') ? selection.slice('scope:'.length) : null);
    const scopeOf = () => (scene.regions.some((region) => region.id === selectedScope) ? selectedScope : null);
    if (/^Arrow(Up|Down|Left|Right)$/.test(event.key)) {
      const next = walk(scene, node, event.key as 'ArrowUp');
      if (next !== null) {
        onSelect(next.faces[0]?.nodeId ?? next.id);
        drawing.current?.reveal(next.id);
        drawing.current?.focusNode(next.id);
      }
    } else if ((event.key === 'Enter' || event.key === '+' || event.key === '=') && node?.role === 'scope') toggle(node.scope, true);
    else if ((event.key === '-' || event.key === 'Enter') && scopeOf() !== null) toggle(scopeOf() as string, false);
    else if (event.key === '+' || event.key === '=') drawing.current?.zoomBy(1.25);
    else if (event.key === '-') drawing.current?.zoomBy(0.8);
    else if (event.key === 'Escape' && selection !== null) onSelect(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const subscribe = useMemo(
    () => (listener: () => void) => {
      viewListeners.add(listener);
      return () => void viewListeners.delete(listener);
    },
    [viewListeners],
  );
  return (
    <div className="explorer" ref={root} data-testid="explorer">
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG cannot be a fieldset */}
      <svg
        ref={canvas}
        className="explorer-canvas quiet-focus"
        role="group"
        tabIndex={-1}
        aria-label={words.graph.canvas}
        data-view={scene.view}
        onPointerOver={hover}
        onPointerLeave={() => drawing.current?.setHovered(null)}
        onClick={click}
        onDoubleClick={doubleClick}
        onKeyDown={keyDown}
      />
      {legend && <Legend scene={scene} theme={theme} />}
      <Minimap scene={scene} theme={theme} drawing={drawing} subscribe={subscribe} />
      <SearchBar scene={scene} />
      <TextTwin scene={scene} overlay={overlay} onSelect={onSelect} />
    </div>
  );
});

/** Which face of a paired box was hit. */
function faceAt(node: Scene['nodes'][number], event: MouseEvent, drawing: Drawing): string {
  if (node.faces.length < 2) return node.faces[0]?.nodeId ?? node.id;
  const svg = (event.target as Element).closest('svg')?.getBoundingClientRect();
  const x = drawing.transform.invertX(event.clientX - (svg?.left ?? 0));
  return (node.faces.find(({ box }) => x >= box.x && x < box.x + box.width) ?? node.faces[0]).nodeId;
}
