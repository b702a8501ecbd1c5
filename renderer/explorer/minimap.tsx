// The overview in the corner: only there while the graph is larger than the view. Follows the viewport outside of React.
import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import type { Scene } from '../graph/scene-types.ts';
import { palettes, type Theme } from '../graph/theme.ts';
import { words } from '../state/words.ts';
import type { Drawing } from './drawing.ts';

interface MinimapProps {
  readonly scene: Scene;
  readonly theme: Theme;
  readonly drawing: RefObject<Drawing | null>;
  readonly subscribe: (listener: () => void) => () => void;
}

const size = { width: 168, height: 120 };

export function Minimap({ scene, theme, drawing, subscribe }: MinimapProps) {
  const root = useRef<SVGSVGElement>(null);
  const frame = useRef<SVGRectElement>(null);
  const scale = Math.min(size.width / scene.width, size.height / scene.height);
  const { nodes, chrome } = palettes[theme];

  useEffect(() => {
    const follow = () => {
      const svg = root.current;
      const parent = svg?.parentElement;
      const transform = drawing.current?.transform;
      if (!svg || !parent || !transform || !frame.current) return;
      const { k, x, y } = transform;
      const seen = { x: -x / k, y: -y / k, width: parent.clientWidth / k, height: parent.clientHeight / k };
      // The border around the graph may leave the view; the graph itself may not.
      const slack = 20;
      const exceeds =
        seen.x > slack || seen.y > slack || seen.x + seen.width < scene.width - slack || seen.y + seen.height < scene.height - slack;
      svg.classList.toggle('shown', exceeds);
      for (const name of ['x', 'y', 'width', 'height'] as const) frame.current.setAttribute(name, String(seen[name]));
    };
    follow();
    return subscribe(follow);
  }, [scene, drawing, subscribe]);

  const go = (event: PointerEvent<SVGSVGElement>) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    drawing.current?.centre((event.clientX - box.left) / scale, (event.clientY - box.top) / scale);
  };
  return (
    <svg
      ref={root}
      className="minimap"
      role="img"
      aria-label={words.graph.minimap}
      width={Math.round(scene.width * scale)}
      height={Math.round(scene.height * scale)}
      viewBox={`0 0 ${scene.width} ${scene.height}`}
      onPointerDown={go}
      onPointerMove={go}
    >
      {scene.regions.map(({ id, box }) => (
        <rect key={id} {...box} fill={chrome.line} />
      ))}
      {scene.nodes.map((node) => {
        const kind = node.faces[0]?.kind;
        const paint =
          kind === 'leaf'
            ? nodes.leaf
            : kind === 'output'
              ? nodes.output
              : kind === 'saved'
                ? nodes.saved
                : kind === 'base'
                  ? nodes.base
                  : nodes.op;
        return <rect key={node.id} {...node.box} fill={paint.border} />;
      })}
      <rect ref={frame} fill={chrome.accent} fillOpacity={0.08} stroke={chrome.accent} strokeWidth={1.5 / scale} />
    </svg>
  );
}
