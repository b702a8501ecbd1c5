// Which boxes a search finds: every word must be in the name, the op, the shape or the scope of one of its faces. Pure.
import type { Scene, SceneNode } from '../graph/scene-types.ts';

const squeeze = (text: string): string => text.toLowerCase().replace(/\s+/g, '');

function textOf(node: SceneNode): string {
  return squeeze([node.title, node.label, node.scope, ...node.faces.flatMap((face) => [face.name, face.shape])].join(' '));
}

/** Ids to select, from the top of the drawing down; a shape may be typed with or without its space: `(64,64)`. */
export function searchHits(scene: Scene, query: string): string[] {
  // Words are parted by spaces outside of parentheses.
  const wanted = query.match(/\([^)]*\)?|[^\s(]+/g)?.map(squeeze) ?? [];
  if (wanted.length === 0) return [];
  return scene.nodes
    .filter((node) => {
      const text = textOf(node);
      return wanted.every((word) => text.includes(word));
    })
    .sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x)
    .map((node) => node.faces[0]?.nodeId ?? node.id);
}
