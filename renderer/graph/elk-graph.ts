// Outline → the JSON that elkjs lays out, and what came back → boxes and routes. Docked boxes are room around their host here.

import type { ElkEdge, ElkNode } from './layout-types.ts';
import { isTrivial, metrics } from './metrics.ts';
import { lowerEnd, type Outline, type OutlineBox, type OutlineEdge, upperEnd } from './outline-types.ts';
import type { EdgePorts } from './ports.ts';
import { railsOf, type WayPoint } from './rails.ts';
import type { Box, Point, ViewKind } from './scene-types.ts';
import { textWidth } from './text-width.ts';

/** Room to keep free on each side of a box for what is docked to it. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const noMargins: Margins = { left: 0, right: 0, top: 0, bottom: 0 };

const rootOptions: Record<string, string> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.randomSeed': '1',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
};

/** Exact placement keeps rails straightest; beyond a few hundred boxes and passed layers it takes too long. */
export const exactPlacement = 500;

const spacingOptions = (view: ViewKind, cost: number): Record<string, string> => ({
  'elk.layered.spacing.nodeNodeBetweenLayers': String(metrics.rowGap[view]),
  'elk.layered.spacing.edgeNodeBetweenLayers': view === 'paired' ? '25' : '18',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '14',
  'elk.spacing.nodeNode': String(metrics.columnGap),
  'elk.spacing.edgeNode': '20',
  'elk.spacing.edgeEdge': '14',
  'elk.layered.nodePlacement.strategy': cost > exactPlacement ? 'BRANDES_KOEPF' : 'NETWORK_SIMPLEX',
  'elk.layered.nodePlacement.favorStraightEdges': 'true',
  'elk.layered.considerModelOrder.strategy': 'NONE',
  'elk.layered.thoroughness': '10',
});

/** Regions with one op that computes stand their parameters in one row at the top. */
function topLeaves(outline: Outline): Set<string> {
  const computing = new Map<string, number>();
  for (const box of outline.boxes)
    if (box.region !== '' && (box.role === 'scope' || (box.role === 'op' && !isTrivial(box.faces[0].name))))
      computing.set(box.region, (computing.get(box.region) ?? 0) + 1);
  return new Set(outline.boxes.filter((box) => box.role === 'parameter' && computing.get(box.region) === 1).map((box) => box.id));
}

/** `edges` are those to lay out; ends and boxes not in `boxes` are left to the caller. */
export function elkGraph(
  outline: Outline,
  boxes: readonly OutlineBox[],
  edges: readonly OutlineEdge[],
  ports: ReadonlyMap<string, EdgePorts>,
  margins: ReadonlyMap<string, Margins>,
  cost: number,
): ElkNode {
  const padding = metrics.regionPadding;
  const root: ElkNode = { id: 'root', layoutOptions: { ...rootOptions, ...spacingOptions(outline.view, cost) }, children: [], edges: [] };
  const regions = new Map<string, ElkNode>([['', root]]);
  const first = topLeaves(outline);
  for (const region of outline.regions)
    regions.set(region.id, {
      id: `region:${region.id}`,
      children: [],
      layoutOptions: {
        ...spacingOptions(outline.view, cost),
        'elk.padding': `[top=${padding.top},left=${padding.side},bottom=${padding.bottom},right=${padding.side}]`,
      },
    });
  const nodes = new Map<string, ElkNode>();
  for (const box of boxes) {
    const margin = margins.get(box.id) ?? noMargins;
    const node: ElkNode = {
      id: box.id,
      width: box.width + margin.left + margin.right,
      height: box.height + margin.top + margin.bottom,
      ports: [],
      layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
    };
    if (first.has(box.id)) (node.layoutOptions as Record<string, string>)['elk.layered.layering.layerConstraint'] = 'FIRST';
    nodes.set(box.id, node);
    regions.get(box.region)?.children?.push(node);
  }
  for (const region of outline.regions) {
    const node = regions.get(region.id) as ElkNode;
    if ((node.children as ElkNode[]).length > 0 || outline.regions.some((other) => other.parent === region.id))
      regions.get(region.parent)?.children?.push(node);
  }
  const port = (boxId: string, at: Point, side: 'NORTH' | 'SOUTH'): string => {
    const node = nodes.get(boxId) as ElkNode;
    const margin = margins.get(boxId) ?? noMargins;
    const x = at.x + margin.left;
    const id = `${boxId}:${side}:${x}`;
    if (!node.ports?.some((known) => known.id === id))
      node.ports?.push({
        id,
        x,
        y: side === 'NORTH' ? 0 : (node.height as number),
        width: 0,
        height: 0,
        layoutOptions: { 'elk.port.side': side },
      });
    return id;
  };
  const titles = new Map(outline.regions.map((region) => [region.id, titleWidth(region)]));
  const waysOf = new Map<string, readonly WayPoint[]>();
  for (const rail of railsOf(outline, boxes, edges, ports)) {
    for (const edge of rail.edges) waysOf.set(edge.id, rail.ways);
    for (const way of rail.ways) {
      // Inside a region the rail runs right of the title.
      const left = Math.max(waySide, way.region === '' ? 0 : (titles.get(way.region) ?? 0) + waySide + 28 - padding.side);
      const node: ElkNode = {
        id: way.id,
        width: left + 2 * metrics.lane + waySide,
        height: wayHeight,
        ports: (['NORTH', 'SOUTH'] as const).flatMap((side) =>
          (['value', 'gradient'] as const).map((lane) => ({
            id: wayPort(way, lane, side),
            x: left + (lane === 'value' ? 0 : 2 * metrics.lane),
            y: side === 'NORTH' ? 0 : wayHeight,
            width: 0,
            height: 0,
            layoutOptions: { 'elk.port.side': side },
          })),
        ),
        layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
      };
      regions.get(way.region)?.children?.push(node);
    }
  }
  for (const edge of edges) {
    const { upper, lower } = ports.get(edge.id) as EdgePorts;
    const ways = waysOf.get(edge.id) ?? [];
    const lane = edge.kind === 'gradient' ? 'gradient' : 'value';
    const stops = [
      port(upperEnd(edge), upper, 'SOUTH'),
      ...ways.flatMap((way) => [wayPort(way, lane, 'NORTH'), wayPort(way, lane, 'SOUTH')]),
      port(lowerEnd(edge), lower, 'NORTH'),
    ];
    const priority = String(ways.length > 0 ? 20 : straightness(lower, edge, boxes));
    for (let part = 0; 2 * part < stops.length; part++)
      root.edges?.push({
        id: `${edge.id}${partMark}${part}`,
        sources: [stops[2 * part]],
        targets: [stops[2 * part + 1]],
        layoutOptions: { 'elk.layered.priority.straightness': priority },
      });
  }
  return root;
}

const waySide = 16;
const wayHeight = 24;
/** Parts of one edge, from top to bottom, in elk's edge ids. */
const partMark = '\u0000';
const wayPort = (way: WayPoint, lane: string, side: string): string => `${way.id}:${lane}:${side}`;

/** Room kept for a region's title: somewhat more than it needs at full size, since titles keep their size when zoomed out a little. */
const titleSize = 15;
export const titleWidth = ({ name, label }: { readonly name: string; readonly label: string }): number =>
  textWidth(name, 'mono', titleSize) + (label === '' ? 0 : 8 + textWidth(label, 'mono', titleSize));

/** The box a port id belongs to. */
const ownerOf = (port: string): string => port.slice(0, port.lastIndexOf(':', port.lastIndexOf(':') - 1));

/** Main rails are worth keeping straight, side edges are not. */
function straightness(lower: Point, edge: OutlineEdge, boxes: readonly OutlineBox[]): number {
  if (edge.kind === 'saved' || edge.kind === 'view') return 0;
  const target = boxes.find((box) => box.id === lowerEnd(edge)) as OutlineBox;
  const offset = Math.abs(lower.x - target.width / 2);
  return offset === 0 || offset === metrics.lane ? 10 : 1;
}

/** Positions with the margins taken off again; routes go from the upper box to the lower one. */
export function readElk(
  root: ElkNode,
  margins: ReadonlyMap<string, Margins>,
): { boxes: Map<string, Box>; regions: Map<string, Box>; routes: Map<string, Point[]> } {
  const boxes = new Map<string, Box>();
  const regions = new Map<string, Box>();
  const visit = (node: ElkNode) => {
    for (const child of node.children ?? []) {
      const box = { x: child.x ?? 0, y: child.y ?? 0, width: child.width ?? 0, height: child.height ?? 0 };
      if (child.id.startsWith('region:')) regions.set(child.id.slice('region:'.length), box);
      else if (!child.id.startsWith('way:')) {
        const margin = margins.get(child.id) ?? noMargins;
        boxes.set(child.id, {
          x: box.x + margin.left,
          y: box.y + margin.top,
          width: box.width - margin.left - margin.right,
          height: box.height - margin.top - margin.bottom,
        });
      }
      visit(child);
    }
  };
  visit(root);
  const routes = new Map<string, Point[]>();
  const parts: { id: string; part: number; route: Point[] }[] = [];
  const collect = (node: ElkNode) => {
    for (const edge of (node.edges ?? []) as ElkEdge[]) {
      const section = edge.sections?.[0];
      if (section === undefined) continue;
      const { startPoint: start, endPoint: end } = section;
      // Through the room kept for docked boxes, to the box itself.
      const below = margins.get(ownerOf(edge.sources[0]))?.bottom ?? 0;
      const above = margins.get(ownerOf(edge.targets[0]))?.top ?? 0;
      const route = [{ x: start.x, y: start.y - below }, start, ...(section.bendPoints ?? []), end, { x: end.x, y: end.y + above }];
      const [id, part] = edge.id.split(partMark);
      parts.push({ id, part: Number(part), route: route.map(({ x, y }) => ({ x, y })) });
    }
    for (const child of node.children ?? []) collect(child);
  };
  collect(root);
  for (const { id, route } of parts.sort((a, b) => a.part - b.part)) routes.set(id, [...(routes.get(id) ?? []), ...route]);
  return { boxes, regions, routes };
}
