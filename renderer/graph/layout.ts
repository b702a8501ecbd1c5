// Outline → Layout: elkjs within a counted budget, our own plain layering beyond it, docked boxes added after either. Never timed:
// the same Outline gives the same picture in every host.
import { elkGraph, type Margins, readElk } from './elk-graph.ts';
import { dockableInputs, dockInputs, type Placement } from './input-dock.ts';
import { layered } from './layered.ts';
import type { ElkEngine, Layout } from './layout-types.ts';
import { dockLeaves, dockMargins } from './leaf-dock.ts';
import { lowerEnd, type Outline, type OutlineEdge, upperEnd } from './outline-types.ts';
import { type EdgePorts, layersOf, portsOf } from './ports.ts';
import { boundsOf, tidy } from './routes.ts';
import type { Box, Point } from './scene-types.ts';

/** Boxes plus the layers that long edges pass: what a layered layout's time grows with. */
export const elkBudget = 3000;

/** Empty border around the whole drawing. */
export const drawingMargin = 24;

export function layoutCost(outline: Outline): number {
  const depth = layersOf(outline.boxes, outline.edges);
  let cost = outline.boxes.length;
  for (const edge of outline.edges) cost += Math.max(0, (depth.get(lowerEnd(edge)) ?? 0) - (depth.get(upperEnd(edge)) ?? 0) - 1);
  return cost;
}

/** Lays an Outline out; rejects only where the engine fails or was ended. */
export async function layoutOf(outline: Outline, elk: ElkEngine): Promise<Layout> {
  const ports = portsOf(outline);
  const margins = dockMargins(outline);
  const cost = layoutCost(outline);
  if (cost > elkBudget) {
    const docked = new Set(outline.boxes.filter((box) => box.dock !== null).map((box) => box.id));
    const placement = layered(outline, (id) => !docked.has(id), ports, margins);
    dockLeaves(outline, placement);
    return finish(outline, placement, 'layered');
  }
  let inputs = dockableInputs(outline);
  for (let attempt = 0; ; attempt++) {
    const placement = await withElk(outline, elk, inputs, ports, margins, cost);
    const failed = dockInputs(outline, inputs, ports, placement);
    if (failed.length === 0) {
      dockLeaves(outline, placement);
      return finish(outline, placement, 'elk');
    }
    inputs = attempt < 2 ? new Map([...inputs].filter(([id]) => !failed.includes(id))) : new Map();
  }
}

async function withElk(
  outline: Outline,
  elk: ElkEngine,
  inputs: ReadonlyMap<string, OutlineEdge>,
  ports: ReadonlyMap<string, EdgePorts>,
  margins: ReadonlyMap<string, Margins>,
  cost: number,
): Promise<Placement> {
  const boxes = outline.boxes.filter((box) => box.dock === null && !inputs.has(box.id));
  const present = new Set(boxes.map((box) => box.id));
  const edges = outline.edges.filter((edge) => present.has(edge.from) && present.has(edge.to));
  return readElk(await elk.layout(elkGraph(outline, boxes, edges, ports, margins, cost)), margins);
}

/** Moves everything into the positive quadrant, turns gradient routes into their own direction, rounds. */
function finish(outline: Outline, placement: Placement, engine: Layout['engine']): Layout {
  const bounds = boundsOf([...placement.boxes.values(), ...placement.regions.values()], placement.routes.values());
  const dx = drawingMargin - bounds.x;
  const dy = drawingMargin - bounds.y;
  const move = (box: Box): Box => {
    const [topLeft] = tidy([{ x: box.x + dx, y: box.y + dy }]);
    return { ...topLeft, width: box.width, height: box.height };
  };
  const routes = new Map<string, readonly Point[]>();
  for (const edge of outline.edges) {
    const down = placement.routes.get(edge.id);
    if (down === undefined) continue;
    const route = tidy(down.map(({ x, y }) => ({ x: x + dx, y: y + dy })));
    routes.set(edge.id, edge.kind === 'gradient' ? route.reverse() : route);
  }
  const mapped = (boxes: ReadonlyMap<string, Box>) => new Map([...boxes].map(([id, box]) => [id, move(box)]));
  return { boxes: mapped(placement.boxes), regions: mapped(placement.regions), routes, engine };
}
