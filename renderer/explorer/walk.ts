// Arrow keys in the graph: up and down along edges, left and right to the nearest box beside. Pure.
import type { Scene, SceneNode } from '../graph/scene-types.ts';

type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

const middle = ({ box }: SceneNode) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** The node an arrow leads to, null where there is none; from nothing, the first node. */
export function walk(scene: Scene, from: SceneNode | null, arrow: Arrow): SceneNode | null {
  if (from === null) return scene.nodes[0] ?? null;
  const here = middle(from);
  const upright = arrow === 'ArrowUp' || arrow === 'ArrowDown';
  const sign = arrow === 'ArrowUp' || arrow === 'ArrowLeft' ? -1 : 1;
  const joined = new Set(scene.edges.flatMap((edge) => (edge.from === from.id ? [edge.to] : edge.to === from.id ? [edge.from] : [])));
  let best: SceneNode | null = null;
  let least = Infinity;
  for (const node of scene.nodes) {
    if (node === from) continue;
    const there = middle(node);
    const ahead = sign * (upright ? there.y - here.y : there.x - here.x);
    const aside = Math.abs(upright ? there.x - here.x : there.y - here.y);
    if (ahead <= 1) continue;
    // Neighbours along an edge come first; beside, only boxes within a narrow cone.
    if (!joined.has(node.id) && (upright || aside > ahead * 1.5)) continue;
    const cost = ahead + 2 * aside + (joined.has(node.id) ? 0 : 400);
    if (cost < least) [best, least] = [node, cost];
  }
  return best;
}
