// The plain layered layout for graphs beyond elkjs' budget: longest-path layers, barycentre sweeps, and one chain of
// way points per source shared by all its far targets. No regions: at this size the outline should be folded.
import type { Margins } from './elk-graph.ts';
import { noMargins } from './elk-graph.ts';
import type { Placement } from './input-dock.ts';
import { metrics } from './metrics.ts';
import { lowerEnd, type Outline, type OutlineEdge, upperEnd } from './outline-types.ts';
import { type EdgePorts, layersOf } from './ports.ts';
import type { Box, Point } from './scene-types.ts';

/** A box, or a place in a layer that a long edge passes (`box` null). `x` is the left border. */
interface Item {
  readonly key: string;
  readonly layer: number;
  readonly width: number;
  readonly rail: number;
  order: number;
  x: number;
}

/** One source's way through one gap: all its edges that go on there share a height. */
interface Track {
  readonly gap: number;
  readonly from: Item;
  readonly to: Set<Item>;
  index: number;
}

const trackStep = 8;
const wayWidth = 8;
const sweeps = 8;

export function layered(
  outline: Outline,
  takes: (boxId: string) => boolean,
  ports: ReadonlyMap<string, EdgePorts>,
  margins: ReadonlyMap<string, Margins>,
): Placement {
  const depth = layersOf(outline.boxes, outline.edges);
  const layers: Item[][] = [];
  const items = new Map<string, Item>();
  const add = (key: string, layer: number, width: number, rail: number): Item => {
    layers[layer] ??= [];
    const item: Item = { key, layer, width, rail, order: layers[layer].length, x: 0 };
    layers[layer].push(item);
    items.set(key, item);
    return item;
  };
  const boxes = outline.boxes.filter((box) => takes(box.id));
  const kept = new Map(boxes.map((box) => [box.id, box]));
  for (const box of boxes) {
    const margin = margins.get(box.id) ?? noMargins;
    const width = margin.left + box.width + margin.right;
    add(box.id, depth.get(box.id) ?? 0, width, margin.left + box.width / 2);
  }
  // Docked boxes count in depth; close the layers they leave empty.
  const used = layers.filter((layer) => layer !== undefined && layer.length > 0);
  const compact = new Map<number, number>();
  layers.forEach((layer, index) => {
    if (layer !== undefined && layer.length > 0) compact.set(index, compact.size);
  });
  const layerOf = (item: Item) => compact.get(item.layer) as number;
  const rows: Item[][] = used;

  const edges = outline.edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to));
  const ways = new Map<OutlineEdge, Item[]>();
  const back: OutlineEdge[] = [];
  const neighbours = new Map<Item, { up: Set<Item>; down: Set<Item> }>();
  const around = (item: Item) => {
    const known = neighbours.get(item) ?? { up: new Set<Item>(), down: new Set<Item>() };
    neighbours.set(item, known);
    return known;
  };
  for (const edge of edges) {
    const upper = items.get(upperEnd(edge)) as Item;
    const lower = items.get(lowerEnd(edge)) as Item;
    const [first, last] = [layerOf(upper), layerOf(lower)];
    if (last <= first) {
      back.push(edge);
      continue;
    }
    const way = [upper];
    for (let row = first + 1; row < last; row++) {
      const key = `${edge.kind}\n${upper.key}\n${row}`;
      let item = items.get(key);
      if (item === undefined) {
        item = { key, layer: upper.layer, width: wayWidth, rail: wayWidth / 2, order: rows[row].length, x: 0 };
        rows[row].push(item);
        items.set(key, item);
      }
      way.push(item);
    }
    way.push(lower);
    ways.set(edge, way);
    for (let i = 1; i < way.length; i++) {
      around(way[i]).up.add(way[i - 1]);
      around(way[i - 1]).down.add(way[i]);
    }
  }

  orderRows(rows, (item) => around(item));
  placeRows(rows, (item) => around(item));

  // Heights: a gap is as high as the tracks it holds.
  const rowOf = new Map<Item, number>();
  rows.forEach((row, index) => {
    for (const item of row) rowOf.set(item, index);
  });
  const tracks = new Map<string, Track>();
  for (const [edge, way] of ways)
    for (let i = 1; i < way.length; i++) {
      const key = `${edge.kind}\n${way[i - 1].key}`;
      const track = tracks.get(key) ?? { gap: rowOf.get(way[i - 1]) as number, from: way[i - 1], to: new Set<Item>(), index: 0 };
      track.to.add(way[i]);
      tracks.set(key, track);
    }
  const trackCounts = assignTracks([...tracks.values()], rows.length);
  const placement: Placement = { boxes: new Map(), regions: new Map(), routes: new Map() };
  const gapTop: number[] = [];
  const rowTop: number[] = [];
  let y = 0;
  rows.forEach((row, index) => {
    let height = 0;
    for (const item of row) {
      const box = kept.get(item.key);
      const margin = margins.get(item.key) ?? noMargins;
      if (box !== undefined) height = Math.max(height, margin.top + box.height + margin.bottom);
    }
    rowTop[index] = y;
    for (const item of row) {
      const box = kept.get(item.key);
      const margin = margins.get(item.key) ?? noMargins;
      if (box !== undefined)
        placement.boxes.set(box.id, {
          x: item.x + margin.left,
          y: y + (height - margin.top - margin.bottom - box.height) / 2 + margin.top,
          width: box.width,
          height: box.height,
        });
    }
    y += height;
    gapTop[index] = y;
    y += Math.max(metrics.rowGap[outline.view], 44 + trackCounts[index] * trackStep);
  });

  let right = 0;
  for (const row of rows) for (const item of row) right = Math.max(right, item.x + item.width);
  back.forEach(
    (edge, index) => void placement.routes.set(edge.id, backRoute(edge, placement.boxes, ports, right + 24 + trackStep * index)),
  );
  for (const [edge, way] of ways) {
    const { upper, lower } = ports.get(edge.id) as EdgePorts;
    const start = placement.boxes.get(upperEnd(edge)) as Box;
    const end = placement.boxes.get(lowerEnd(edge)) as Box;
    const route: Point[] = [{ x: start.x + upper.x, y: start.y + start.height }];
    for (let i = 1; i < way.length; i++) {
      const last = i === way.length - 1;
      const track = tracks.get(`${edge.kind}\n${way[i - 1].key}`) as Track;
      const at = gapTop[track.gap] + 20 + track.index * trackStep;
      const x = last ? end.x + lower.x : way[i].x + way[i].rail;
      route.push({ x: route[route.length - 1].x, y: at }, { x, y: at });
      if (!last) route.push({ x, y: gapTop[track.gap + 1] });
    }
    route.push({ x: end.x + lower.x, y: end.y });
    placement.routes.set(edge.id, route);
  }
  return placement;
}

type Around = (item: Item) => { up: Set<Item>; down: Set<Item> };

/** Barycentre sweeps, down and up in turn; ties keep their order. */
function orderRows(rows: Item[][], around: Around): void {
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : [...rows].reverse()) {
      const weight = new Map<Item, number>();
      for (const item of row) {
        const others = down ? around(item).up : around(item).down;
        let sum = 0;
        for (const other of others) sum += other.order;
        weight.set(item, others.size === 0 ? item.order : sum / others.size);
      }
      row.sort((a, b) => (weight.get(a) as number) - (weight.get(b) as number) || a.order - b.order);
      row.forEach((item, index) => {
        item.order = index;
      });
    }
  }
}

/** Wishes the mean rail of the neighbours, then pushes apart what would overlap: once from the left, once from the right, the mean of both. */
function placeRows(rows: Item[][], around: Around): void {
  const gap = (a: Item, b: Item) => (a.width === wayWidth && b.width === wayWidth ? 6 : metrics.columnGap);
  for (const row of rows) {
    let x = 0;
    row.forEach((item, index) => {
      item.x = x;
      x += item.width + (index + 1 < row.length ? gap(item, row[index + 1]) : 0);
    });
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : [...rows].reverse()) {
      const wish = row.map((item) => {
        const others = [...(down ? around(item).up : around(item).down)];
        if (others.length === 0) return item.x;
        return others.reduce((sum, other) => sum + other.x + other.rail, 0) / others.length - item.rail;
      });
      const fromLeft = [...wish];
      for (let i = 1; i < row.length; i++) fromLeft[i] = Math.max(wish[i], fromLeft[i - 1] + row[i - 1].width + gap(row[i - 1], row[i]));
      const fromRight = [...wish];
      for (let i = row.length - 2; i >= 0; i--) fromRight[i] = Math.min(wish[i], fromRight[i + 1] - row[i].width - gap(row[i], row[i + 1]));
      row.forEach((item, i) => {
        item.x = (fromLeft[i] + fromRight[i]) / 2;
      });
    }
  }
}

/** Tracks of one gap whose spans do not meet share a height; returns how many heights each gap needs. */
function assignTracks(tracks: Track[], gaps: number): number[] {
  const counts = new Array<number>(gaps).fill(0);
  const span = (track: Track): [number, number] => {
    // Ports may lie anywhere on their box.
    const ends = [track.from, ...track.to].flatMap((item) => [item.x, item.x + item.width]);
    return [Math.min(...ends), Math.max(...ends)];
  };
  const byGap = new Map<number, Track[]>();
  for (const track of tracks) byGap.set(track.gap, [...(byGap.get(track.gap) ?? []), track]);
  for (const [gap, list] of byGap) {
    const ends: number[] = [];
    for (const track of list.sort((a, b) => span(a)[0] - span(b)[0])) {
      const [start, end] = span(track);
      const free = ends.findIndex((taken) => taken < start);
      track.index = free === -1 ? ends.length : free;
      ends[track.index] = end;
    }
    counts[gap] = ends.length;
  }
  return counts;
}

/** An edge that closes a cycle goes around the right side. */
function backRoute(edge: OutlineEdge, boxes: ReadonlyMap<string, Box>, ports: ReadonlyMap<string, EdgePorts>, x: number): Point[] {
  const { upper, lower } = ports.get(edge.id) as EdgePorts;
  const start = boxes.get(upperEnd(edge)) as Box;
  const end = boxes.get(lowerEnd(edge)) as Box;
  const first = { x: start.x + upper.x, y: start.y + start.height };
  const last = { x: end.x + lower.x, y: end.y };
  return [first, { x: first.x, y: first.y + 12 }, { x, y: first.y + 12 }, { x, y: last.y - 12 }, { x: last.x, y: last.y - 12 }, last];
}
