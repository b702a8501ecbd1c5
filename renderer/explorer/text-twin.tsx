// The graph as a list of sentences, for screen readers: every box with its numbers and where its edges lead.
import { memo, useDeferredValue } from 'react';
import { nodeLabel } from '../graph/node-glyph.ts';
import type { Scene } from '../graph/scene-types.ts';
import type { Overlay } from '../playback/overlay-types.ts';
import { words } from '../state/words.ts';

interface TwinProps {
  readonly scene: Scene;
  readonly overlay: Overlay | null;
  readonly onSelect: (id: string) => void;
}

/** Beyond this a list read aloud helps nobody; folding does. */
const maxRows = 300;

export const TextTwin = memo(function TextTwin({ scene, overlay, onSelect }: TwinProps) {
  // Playback may change it every frame; the list follows when there is time.
  const shown = useDeferredValue(overlay);
  const rows = [...scene.nodes].sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x).slice(0, maxRows);
  return (
    <ol className="text-twin" aria-label={words.graph.twin}>
      {rows.map((node) => (
        <li key={node.id}>
          <button type="button" tabIndex={-1} onClick={() => onSelect(node.faces[0]?.nodeId ?? node.id)}>
            {nodeLabel(node, shown)}
          </button>
        </li>
      ))}
    </ol>
  );
});
